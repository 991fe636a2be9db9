"""Cues and the tracks they make up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import msgspec

from bilingual.hidden import drawn, seen
from bilingual.hooks import provided
from bilingual.model.codec import Number, Plain, each, written_as

Language = Literal["bo", "zh"]
"""The two sides of a submission, as BCP 47 primary subtags."""


TrackSource = Literal["sidecar", "embedded", "burned-in", "transcript"]
"""Where the cues of a track were taken from."""


LANGUAGES: Final[tuple[Language, Language]] = ("bo", "zh")


class Span(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A stretch of time, half open: ``start_ms`` is in it, ``end_ms`` is not.

    In JSON it is ``[start_ms, end_ms]``.
    """

    start_ms: int
    end_ms: int

    @property
    def duration_ms(self) -> int:
        """Length in milliseconds; negative where the end lies before the start."""
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    r"""One subtitle cue, as written in its file.

    ``index`` counts from 0, in the order of the file. ``text`` is the text as the file has
    it, tags and entities included, its lines joined by ``\n``. ``plain`` is ``text`` without
    tags and with entities decoded (``plain_text`` stores it if it differs from ``text``, else
    ``None``). ``shown`` is ``plain`` without invisible characters, and ``compared`` is ``shown``
    with a tsheg for each mark that the file has in place of one. ``line`` is
    the number, from 1, of the timing line in the file; ``None`` if there is no file.
    ``confidence`` (0..1) is set for recognised text only. ``readable`` is ``False`` if
    recognised text is too uncertain to be compared; the cue then still counts for timing and
    coverage. ``rows`` is where a burned-in cue stands in the picture: its upper and lower edge
    as shares of the picture's height (0..1, from the top). ``style`` is the name of its style
    (ASS). ``part`` is set if one cue of the file was split into several: the first code point
    of ``text`` in the file's cue, and the one after its last.
    """

    index: int
    start_ms: int
    end_ms: int
    text: str
    line: int | None = None
    confidence: Number | None = None
    identifier: str | None = None
    settings: str | None = None
    plain_text: str | None = None
    readable: bool = True
    rows: tuple[float, float] | None = None
    style: str | None = None
    part: tuple[int, int] | None = None

    @property
    def plain(self) -> str:
        """The text without tags, entities decoded; the raw text where the two are the same."""
        return self.text if self.plain_text is None else self.plain_text

    @property
    def compared(self) -> str:
        """The text that is judged: ``plain`` as far as it is seen, each syllable with its tsheg."""
        return seen(self.plain).text

    @property
    def shown(self) -> str:
        """The text that a viewer sees: ``plain`` without characters that nothing is drawn for."""
        return drawn(self.plain)

    @property
    def duration_ms(self) -> int:
        """Length in milliseconds; negative where the end lies before the start."""
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something irregular in a subtitle file, noted while it was read.

    ``line`` counts from 1; ``None`` if the problem concerns the whole file. ``code`` is stable
    and in kebab-case; sentences are made from it in each language. ``params`` holds JSON
    values only; text that could not be read is in ``params["text"]``.
    """

    line: int | None
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """The cues of one language, in file order, and what was wrong with the file.

    ``language`` is ``None`` if the text is neither Tibetan nor Chinese. ``encoding`` is the
    name of the codec in lower case (``utf-8``, ``utf-16-le``, ``gb18030`` …), ``None`` if the
    track was not read from a subtitle file. ``format`` is the short name of the subtitle
    format (``srt``, ``vtt`` …). ``stream`` is ffmpeg's index of the stream in a video.
    """

    cues: tuple[Cue, ...]
    problems: tuple[Problem, ...] = ()
    language: Language | None = None
    source: TrackSource = "sidecar"
    name: str | None = None
    encoding: str | None = None
    format: str | None = None
    stream: int | None = None

    def to_srt(self) -> str:
        r"""The track as SubRip, lines ended by ``\n``; it reads back equal.

        :raises FormatError: ``track-unwritable``: a cue cannot be written so.
        """
        text: str = provided("track.written")(self, "srt")
        return text

    def to_vtt(self) -> str:
        r"""The track as WebVTT, lines ended by ``\n``; it reads back equal.

        :raises FormatError: ``track-unwritable``: a cue cannot be written so.
        """
        text: str = provided("track.written")(self, "vtt")
        return text

    def _repr_html_(self) -> str:
        """How a notebook shows it: a table of cues, every text escaped."""
        html: str = provided("track.html")(self)
        return html


@written_as(Cue)
def _cue_written(cue: Cue, plain: Plain) -> Plain:
    keys = ("index", "start_ms", "end_ms", "text")
    document = {key: plain[key] for key in keys} | {
        "plain": cue.plain,
        "line": cue.line,
        "confidence": plain["confidence"],
    }
    if cue.rows is not None:
        document["rows"] = plain["rows"]
    if not cue.readable:
        document["readable"] = False
    return document


@written_as(Track)
def _track_written(_: Track, plain: Plain) -> Plain:
    keys = ("source", "name", "encoding", "format", "stream", "cues", "problems")
    return {key: plain[key] for key in keys}


def track_read(plain: Any, language: str) -> Any:
    """The fields of a track of that language, from what was written of it."""
    if not isinstance(plain, dict):
        return plain
    return plain | {"language": language, "cues": each(plain.get("cues"), _cue_read)}


def _cue_read(plain: Plain) -> Plain:
    text = plain.get("plain")
    return plain | {"plain_text": None if text == plain.get("text") else text}
