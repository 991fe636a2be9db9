"""Fixed tracks as files: which there are, and what they are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bilingual.config import Config
from bilingual.errors import InputError
from bilingual.files import read_at_most
from bilingual.fixes.corrections import correct_tracks
from bilingual.fixes.model import Fixed, FixedTrack
from bilingual.fixes.sheet import read_sheet
from bilingual.formats import load_track, load_tracks
from bilingual.formats.registry import formats
from bilingual.formats.writing import writable
from bilingual.model import LANGUAGES, Language, Track
from bilingual.pipeline.submitted import FIXED


def changed_tracks(fixed: Fixed) -> list[FixedTrack]:
    """The tracks that changed; of one file with both languages the one."""
    changed = [track for track in fixed.tracks if track.changed]
    shared = len(changed) > 1 and all(track.shared for track in changed)
    return changed[:1] if shared and changed[0].after == changed[1].after else changed


def sides_of(track: FixedTrack, changed: Sequence[FixedTrack]) -> tuple[Language, ...]:
    """The languages that the new file of a track is for: both where one file holds both.

    :param changed: as :func:`changed_tracks` gives them.
    """
    return LANGUAGES if track.shared and len(changed) == 1 else (track.side,)


def new_names(tracks: Sequence[FixedTrack], every: Sequence[FixedTrack]) -> list[str]:
    """A name for the new file of each track.

    It does not depend on how often a file was fixed, nor on whether the other language of
    one file was changed as well.
    """
    kept = {suffix for name in writable() for suffix in formats()[name].suffixes}
    names = []
    for track in tracks:
        name = Path(track.name)
        suffix = name.suffix if name.suffix.lower() in kept else ""
        stem = name.stem.removesuffix(FIXED)  # of a file that was fixed before
        same = sum(Path(other.name).stem == name.stem for other in every)
        if same > 1 and not track.shared:  # both from one file, each to one of its own
            stem = f"{stem}.{track.side}"
        names.append(f"{stem}{FIXED}{suffix or '.' + track.form}")
    return names


def own_files(bo: Path | None, zh: Path | None, config: Config) -> dict[Language, bytes]:
    """The bytes of the subtitle files that were named."""
    most = config.media.max_bytes
    files: dict[Language, bytes] = {}
    if bo is not None:
        files["bo"] = read_at_most(bo, most)
    if zh is not None:
        files["zh"] = read_at_most(zh, most)
    return files


def corrected_by_sheet(sheet: Path, named: Mapping[str, Path | None], config: Config) -> Fixed:
    """The tracks with the corrected texts of a sheet.

    :param named: the files that the sheet was made of, by role: ``video``, ``bo``, ``zh``.
    :raises InputError: the sheet or a file cannot be used; ``fix-needs-track``: no track
        is there for it.
    """
    corrections = read_sheet(sheet)
    video, bo, zh = (named.get(role) for role in ("video", "bo", "zh"))
    if bo is None or zh is None:
        # One file may hold both languages.
        for file in filter(None, (bo, zh)):
            found = {track.language for track in load_tracks(file, limits=config.reading)}
            if found.issuperset(LANGUAGES):
                bo = zh = file
    tracks: dict[Language, Track] = {}
    sides: tuple[tuple[Language, Path | None], ...] = (("bo", bo), ("zh", zh))
    for side, own in sides:
        wanted = any(row.side == side and row.corrected.text for row in corrections.rows)
        path = own or (video if wanted else None)
        if path is not None:
            tracks[side] = load_track(path, language=side, limits=config.reading)
    if not tracks:
        raise InputError("fix-needs-track")
    return correct_tracks(tracks, corrections, files=own_files(bo, zh, config))
