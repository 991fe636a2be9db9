"""New subtitle files: what can be fixed for certain, or a translator's corrections."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import msgspec

from bilingual.batch.columns import FILES
from bilingual.config import Config
from bilingual.errors import InputError
from bilingual.files import held, write_new
from bilingual.fixes import Fixed, FixedTrack, fix_tracks
from bilingual.fixes.changes import Change, changes_of
from bilingual.fixes.files import (
    changed_tracks,
    corrected_by_sheet,
    new_names,
    own_files,
    sides_of,
)
from bilingual.locale import sentence
from bilingual.pipeline.verify import collect, examine
from bilingual.render.text.fixes import doubtful_fixes, render_fixes, why
from bilingual.render.words import exact_clock, reason
from bilingual.server.shown import SPOKEN

ARCHIVE: Final = "files.zip"

_MOST: Final = 2000  # changes that are listed one by one
_MOST_DOUBTFUL: Final = 100
_ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def write_fixes(
    paths: Mapping[str, str], names: Mapping[str, str], sheet: Path | None, config: Config
) -> tuple[dict[str, bytes], dict[str, dict[str, str]]]:
    """The fixed files, an archive of them, and what was changed in words.

    :param paths: the submitted files by role; ``names``: what each is called.
    :param sheet: corrections to be put in; without it what can be fixed for certain.
    :returns: the files by name, and for each role with a new track its name and file.
    """
    fixed = _fixed({role: Path(path) for role, path in paths.items()}, sheet, config)
    fixed = replace(fixed, tracks=tuple(_called(track, names) for track in fixed.tracks))
    changed = changed_tracks(fixed)
    called = new_names(changed, fixed.tracks)
    files: dict[str, bytes] = {}
    roles: dict[str, dict[str, str]] = {}
    for track, name in zip(changed, called, strict=True):
        stored = f"{track.side}.{track.form}"
        files[stored] = track.to_bytes()
        for side in sides_of(track, changed):
            roles[side] = {"name": name, "file": stored}
    if changed:
        files[ARCHIVE] = _zipped(
            [(name, track) for track, name in zip(changed, called, strict=True)]
        )
    for language in SPOKEN:
        shown = _shown(fixed, roles, language)
        files[f"fixes.{language}.json"] = msgspec.json.encode(shown)
    return files, roles


def _fixed(paths: Mapping[str, Path], sheet: Path | None, config: Config) -> Fixed:
    own: dict[str, Path | None] = {role: paths.get(role) for role in FILES}
    with held(*(path for path in own.values() if path is not None)):
        if sheet is not None:
            return corrected_by_sheet(sheet, own, config)
        if own["bo"] is not None and own["zh"] is not None:
            own["video"] = None  # nothing of it is needed
        work = collect(own, config=config, whole=False)
        files = own_files(work.files.get("bo"), work.files.get("zh"), config)
        fixed = fix_tracks(work, examine(work), files=files)
    if not fixed.tracks:
        raise InputError("fix-needs-track")
    return fixed


def _called(track: FixedTrack, names: Mapping[str, str]) -> FixedTrack:
    """A track by the name that its file has for its owner."""
    return replace(track, name=Path(names.get(track.side) or names.get("video", track.name)).name)


def _zipped(tracks: Sequence[tuple[str, FixedTrack]]) -> bytes:
    """The new files in an archive, the same bytes each time."""
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        for name, track in tracks:
            entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
            entry.external_attr = 0o600 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            files.writestr(entry, track.to_bytes())
    return archive.getvalue()


def _shown(fixed: Fixed, roles: Mapping[str, Mapping[str, str]], language: str) -> dict[str, Any]:
    """What was changed and what is left, for people."""
    changes = [
        _change(track, change, language)
        for track in fixed.tracks
        if track.changed
        for change in changes_of(track)
    ]
    doubtful = doubtful_fixes(fixed, language)
    return {
        "nothing": not any(track.changed for track in fixed.tracks),
        "files": [{"side": side, "name": one["name"]} for side, one in roles.items()],
        "changes": changes[:_MOST],
        "more": max(0, len(changes) - _MOST),
        "left": len(fixed.left),
        "doubtful": len(doubtful),
        "doubtful_first": msgspec.to_builtins(doubtful[:_MOST_DOUBTFUL]),
        "refused": [
            {"rows": list(one.rows), "message": reason(one.reason, language, cli=False)}
            for one in fixed.refused
        ],
        "text": render_fixes(fixed, language, cli=False),
    }


def _change(track: FixedTrack, change: Change, language: str) -> dict[str, Any]:
    before, after = change.before, change.after
    return {
        "side": track.side,
        "side_text": sentence("ui", f"role-{track.side}", {}, language),
        "cue": after.index + 1,
        "line": after.line,
        "at": exact_clock(after.start_ms),
        "at_ms": after.start_ms,
        "what": why(change.fixes, language),
        "before": None if before is None else before.text,
        "after": after.text,
        "before_span_ms": None if before is None else [before.start_ms, before.end_ms],
        "after_span_ms": [after.start_ms, after.end_ms],
    }


def kept(target: Path, files: Mapping[str, bytes]) -> None:
    """Write them into a folder."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, data in files.items():
        write_new(target / name, data, overwrite=True)
