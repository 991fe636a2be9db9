"""Tracks out: SubRip and WebVTT that read back equal, or nothing.

A track keeps its raw text when written in the format it came from. Into another
format the text goes as a viewer sees it: bold, italic and underline stay, other
tags go, and what would be taken for markup is escaped. What was written is read
again before it is handed out: where it does not come back equal, it is refused.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import Final, Literal

from bilingual.config import ReadingLimits
from bilingual.errors import BilingualError, FormatError, InputError
from bilingual.files import display_name
from bilingual.formats.plain import srt_plain
from bilingual.formats.registry import formats
from bilingual.model import Cue, Track

Form = Literal["srt", "vtt"]

_STYLE: Final = re.compile(r"</?(?:b|i|u)>", re.IGNORECASE)
_UNSAFE_ENTITY: Final = re.compile(r"&(?=[#A-Za-z])")
_MAX: Final = 2**53


def to_srt(track: Track) -> str:
    r"""The track as SubRip, cues numbered from 1, lines ended by ``\n``.

    An empty track gives an empty text. WebVTT's settings and identifiers have
    no place in it.

    :raises FormatError: ``track-unwritable``: a cue would not read back equal.
    """
    parts = []
    for number, cue in enumerate(track.cues, 1):
        text = _raw_or(track, cue, "srt", _srt_text)
        coordinates = f" {cue.settings}" if track.format == "srt" and cue.settings else ""
        times = f"{_clock(cue.start_ms, ',')} --> {_clock(cue.end_ms, ',')}{coordinates}"
        parts.append(f"{number}\n{times}\n{text}\n" if text else f"{number}\n{times}\n")
    return _confirmed(track, "\n".join(parts), "srt")


def to_vtt(track: Track) -> str:
    r"""The track as WebVTT, with its identifiers and settings if it came from one.

    :raises FormatError: ``track-unwritable``: a cue would not read back equal.
    """
    parts = ["WEBVTT\n"]
    native = track.format == "vtt"
    for cue in track.cues:
        text = _raw_or(track, cue, "vtt", _vtt_text)
        lines = [f"{_clock(cue.start_ms, '.')} --> {_clock(cue.end_ms, '.')}"]
        if native and cue.settings:
            lines[0] += f" {cue.settings}"
        if native and cue.identifier:
            lines.insert(0, cue.identifier)
        if text:
            lines.append(text)
        parts.append("\n".join(lines) + "\n")
    return _confirmed(track, "\n".join(parts), "vtt")


def write_track(
    track: Track,
    path: str | PathLike[str],
    *,
    form: Form | None = None,
    overwrite: bool = False,
) -> Path:
    """Write a track to a file in UTF-8, whole or not at all.

    :param form: told by the path's suffix if not given; ``srt`` if that is none.
    :param overwrite: replace a file that is there.
    :raises InputError: ``output-exists`` or ``output-unwritable``.
    :raises FormatError: ``track-unwritable``.
    """
    target = Path(path)
    shown = display_name(os.fspath(path))
    chosen = form or ("vtt" if target.suffix.lower() in (".vtt", ".webvtt") else "srt")
    text = to_vtt(track) if chosen == "vtt" else to_srt(track)
    try:
        if not overwrite and (target.exists() or target.is_symlink()):
            raise InputError("output-exists", path=shown)
        descriptor, name = tempfile.mkstemp(prefix=".bilingual-", dir=target.parent or Path())
        draft = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            draft.chmod(0o644)
            if overwrite:
                draft.replace(target)
            else:
                _link_new(draft, target, shown)
        finally:
            with contextlib.suppress(FileNotFoundError):
                draft.unlink()
    except (OSError, ValueError) as error:
        detail = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise InputError("output-unwritable", path=shown, detail=detail) from None
    return target


def _link_new(draft: Path, target: Path, shown: str) -> None:
    """Put the draft in place, unless somebody put a file there meanwhile."""
    try:
        target.hardlink_to(draft)
    except FileExistsError:
        raise InputError("output-exists", path=shown) from None
    except OSError:  # a file system without links
        if target.exists():
            raise InputError("output-exists", path=shown) from None
        draft.replace(target)


def _raw_or(track: Track, cue: Cue, form: Form, convert: Callable[[Track, Cue], str]) -> str:
    if max(abs(cue.start_ms), abs(cue.end_ms)) > _MAX or min(cue.start_ms, cue.end_ms) < 0:
        raise FormatError("track-unwritable", cue=cue.index + 1, format=form)
    text = cue.text if track.format == form else convert(track, cue)
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    return text.rstrip("\n") if text.strip() else ""


def _srt_text(track: Track, cue: Cue) -> str:
    """Text for SubRip; what SubRip players would take for markup is escaped."""
    parts = []
    for piece, style in _pieces(track, cue):
        if style:
            parts.append(piece.lower())
            continue
        if srt_plain(piece) != piece:
            piece = _UNSAFE_ENTITY.sub("&amp;", piece).replace("<", "&lt;").replace("\\", "&#92;")
        parts.append(piece)
    return "".join(parts)


def _vtt_text(track: Track, cue: Cue) -> str:
    """Text for WebVTT: escaped, and no line of it empty."""
    parts = [
        piece.lower()
        if style
        else piece.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        for piece, style in _pieces(track, cue)
    ]
    return "\n".join(line or " " for line in "".join(parts).split("\n"))


def _pieces(track: Track, cue: Cue) -> list[tuple[str, bool]]:
    """The plain text, cut where the raw text has bold, italic or underline."""
    form = formats().get(track.format or "")
    if form is None or form.name == "ass" or not _STYLE.search(cue.text):
        return [(cue.plain, False)]
    pieces: list[tuple[str, bool]] = []
    end = 0
    for tag in _STYLE.finditer(cue.text):
        pieces += [(form.plain(cue.text[end : tag.start()]), False), (tag.group(), True)]
        end = tag.end()
    pieces.append((form.plain(cue.text[end:]), False))
    if "".join(piece for piece, style in pieces if not style) != cue.plain:
        return [(cue.plain, False)]
    return pieces


def _confirmed(track: Track, text: str, form: Form) -> str:
    """The text, if reading it gives the track's cues."""
    from bilingual.formats.reading import read_track

    if not track.cues:
        return text
    data = text.encode("utf-8", "surrogatepass")
    bounds = ReadingLimits(
        max_bytes=len(data) + 1,
        max_line_characters=len(text) + 1,
        max_cues=len(track.cues) + text.count("-->") + 1,
        max_time_ms=_MAX,
    )
    try:
        read = read_track(data, name=f"track.{form}", limits=bounds, encoding="utf-8", form=form)
    except BilingualError:
        raise FormatError("track-unwritable", cue=1, format=form) from None
    native = track.format == form
    for number, cue in enumerate(track.cues):
        back = read.cues[number] if number < len(read.cues) else None
        if back is None or not _same(cue, back, native, form):
            raise FormatError("track-unwritable", cue=number + 1, format=form)
    if len(read.cues) != len(track.cues):
        raise FormatError("track-unwritable", cue=len(track.cues), format=form)
    return text


def _same(cue: Cue, back: Cue, native: bool, form: Form) -> bool:
    if (cue.start_ms, cue.end_ms) != (back.start_ms, back.end_ms):
        return False
    if not native:
        return _visible(cue.plain) == _visible(back.plain)
    named = form == "srt" or (cue.identifier or None) == back.identifier
    placed = (cue.settings or None) == back.settings
    return named and placed and _lines(cue.text) == _lines(back.text)


def _lines(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    return text if text.strip() else ""


def _visible(text: str) -> list[str]:
    """Lines with something on them: one that is blank is none in another format."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [line.rstrip() for line in lines if line.strip()]


def _clock(ms: int, point: str) -> str:
    seconds, thousandths = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{thousandths:03}"
