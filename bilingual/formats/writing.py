"""Tracks out: files that read back equal, or nothing.

A track keeps its raw text when written in the format it came from. Into another
format the text goes as a viewer sees it: bold, italic and underline stay, other
tags go, and what would be taken for markup is escaped. What was written is read
again before it is handed out: where it does not come back equal, it is refused.
"""

from __future__ import annotations

import re
from os import PathLike
from pathlib import Path
from typing import Final

from bilingual.config import ReadingLimits
from bilingual.errors import BilingualError, FormatError
from bilingual.files import write_whole
from bilingual.formats.base import Entry, Format, Writer
from bilingual.formats.reading import read_track
from bilingual.formats.registry import formats
from bilingual.model import Cue, Track

_STYLE: Final = re.compile(r"</?(?:b|i|u)>", re.IGNORECASE)
_MAX: Final = 2**53
DEFAULT: Final = "srt"
"""The format of a file where no other is named."""


def written(track: Track, form: str) -> str:
    r"""The track in a format, lines ended by ``\n``.

    Settings and identifiers of cues stay in the format they came in.

    :raises FormatError: ``track-unwritable``: a cue would not read back equal.
    """
    chosen = formats()[form]
    writer = writer_of(chosen)
    native = track.format == form
    entries = [
        Entry(
            number=number,
            start_ms=cue.start_ms,
            end_ms=cue.end_ms,
            text=_payload(track, cue, form, writer),
            identifier=cue.identifier if native and writer.identifiers else None,
            settings=cue.settings if native else None,
        )
        for number, cue in enumerate(track.cues, 1)
    ]
    return _confirmed(track, writer.compose(entries), chosen)


def writer_of(form: Format) -> Writer:
    """The writer of a format.

    :raises FormatError: ``format-unwritable``: it is only read.
    """
    if form.writer is None:
        raise FormatError("format-unwritable", format=form.name)
    return form.writer


def writable() -> tuple[str, ...]:
    """The names of the formats that can be written, the most common first."""
    names = [name for name, form in formats().items() if form.writer is not None]
    return tuple(sorted(names, key=lambda name: name != DEFAULT))


def form_for(suffix: str) -> str:
    """The format that files of a suffix are written in; ``srt`` where it names none."""
    for name in writable():
        if suffix.lower() in formats()[name].suffixes:
            return name
    return DEFAULT


def write_track(
    track: Track,
    path: str | PathLike[str],
    *,
    form: str | None = None,
    overwrite: bool = False,
) -> Path:
    """Write a track to a file in UTF-8, whole or not at all.

    :param form: by the path's suffix if not given; ``srt`` if that is none.
    :param overwrite: replace a file that is there.
    :raises InputError: ``output-exists`` or ``output-unwritable``.
    :raises FormatError: ``track-unwritable`` or ``format-unwritable``.
    """
    target = Path(path)
    text = written(track, form or form_for(target.suffix))
    write_whole(target, text, overwrite=overwrite)
    return target


def _payload(track: Track, cue: Cue, form: str, writer: Writer) -> str:
    """A cue's text as the format has it: raw where it came in it, else as it is seen."""
    if max(abs(cue.start_ms), abs(cue.end_ms)) > _MAX or min(cue.start_ms, cue.end_ms) < 0:
        raise FormatError("track-unwritable", cue=cue.index + 1, format=form)
    text = cue.text
    if track.format != form:
        styled = formats()[form].html_tags
        pieces = (
            (piece.lower() if styled else "") if style else writer.escape(piece)
            for piece, style in _pieces(track, cue)
        )
        text = writer.settle("".join(pieces))
    return _lines(text)


def _pieces(track: Track, cue: Cue) -> list[tuple[str, bool]]:
    """The plain text, cut where the raw text has bold, italic or underline."""
    form = formats().get(track.format or "")
    if form is None or not form.html_tags or not _STYLE.search(cue.text):
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


def _confirmed(track: Track, text: str, form: Format) -> str:
    """The text, if reading it gives the track's cues."""
    name = form.name
    if not track.cues:
        return text
    data = text.encode("utf-8", "surrogatepass")
    bounds = ReadingLimits(
        max_bytes=len(data) + 1,
        max_line_characters=len(text) + 1,
        max_cues=len(track.cues) + text.count(form.cue_mark) + 1,
        max_cue_characters=len(text) + 1,
        max_text_characters=len(text) + 1,
        max_time_ms=_MAX,
    )
    try:
        read = read_track(data, name=f"track.{name}", limits=bounds, encoding="utf-8", form=name)
    except BilingualError:
        raise FormatError("track-unwritable", cue=1, format=name) from None
    native = track.format == name
    for number, cue in enumerate(track.cues):
        back = read.cues[number] if number < len(read.cues) else None
        if back is None or not _same(cue, back, native, form):
            raise FormatError("track-unwritable", cue=number + 1, format=name)
    if len(read.cues) != len(track.cues):
        raise FormatError("track-unwritable", cue=len(track.cues), format=name)
    return text


def _same(cue: Cue, back: Cue, native: bool, form: Format) -> bool:
    if (cue.start_ms, cue.end_ms) != (back.start_ms, back.end_ms):
        return False
    if not native:
        return _visible(cue.plain) == _visible(back.plain)
    named = not writer_of(form).identifiers or (cue.identifier or None) == back.identifier
    placed = (cue.settings or None) == back.settings
    return named and placed and _lines(cue.text) == _lines(back.text)


def _lines(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    return text if text.strip() else ""


def _visible(text: str) -> list[str]:
    """Lines with something on them: one that is blank is none in another format."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [line.rstrip() for line in lines if line.strip()]
