"""Subtitle files in, tracks out, and nothing lost on the way."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from bilingual.config import ReadingLimits
from bilingual.errors import FormatError, InputError
from bilingual.formats.reading import read_tracks
from bilingual.inputs import checked_path, display_name
from bilingual.model import Language, Track

__all__ = ["load_track", "load_tracks", "read_tracks"]


def load_tracks(
    path: str | PathLike[str], *, limits: ReadingLimits | None = None
) -> tuple[Track, ...]:
    """Every track of a file: one of SRT or WebVTT, or each text stream of a video.

    :raises InputError: the file is missing, unreadable, too big or empty.
    :raises FormatError: it is no subtitle file, or its encoding cannot be told.
    """
    bounds = limits or ReadingLimits()
    found = checked_path(path)
    if _is_container(found):
        from bilingual.formats.embedded import embedded_tracks

        return embedded_tracks(found, bounds)
    size = found.stat().st_size
    if size > bounds.max_bytes:
        raise InputError("subtitle-too-big", path=display_name(found.name), limit=bounds.max_bytes)
    return read_tracks(found.read_bytes(), name=display_name(found.name), limits=bounds)


def load_track(
    path: str | PathLike[str],
    *,
    language: Language | None = None,
    stream: int | None = None,
    limits: ReadingLimits | None = None,
) -> Track:
    """One track of a file.

    :param language: of several tracks take the one in this language.
    :param stream: of a video's tracks take the one of this stream index.
    :raises FormatError: ``track-ambiguous`` where several are left to choose
        from, ``track-absent`` where none is; both list what there is.
    :raises InputError: as ``load_tracks``.
    """
    tracks = load_tracks(path, limits=limits)
    chosen = [t for t in tracks if stream is None or t.stream == stream]
    if language is not None and len(chosen) > 1:
        chosen = [t for t in chosen if t.language == language]
    if len(chosen) == 1:
        return chosen[0]
    raise FormatError(
        "track-ambiguous" if chosen else "track-absent",
        path=display_name(Path(path).name),
        tracks=", ".join(f"{t.stream if t.stream is not None else '-'}:{t.language}" for t in tracks),
    )


def _is_container(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(16)
    return head.startswith(b"\x1a\x45\xdf\xa3") or head[4:8] in (b"ftyp", b"moov", b"mdat", b"free")
