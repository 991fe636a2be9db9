"""Cues and the tracks they make up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import msgspec

from bilingual.hidden import seen
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

    ``index`` is 0-based in file order. ``text`` is the raw payload with lines
    joined by ``\n``: tags and entities are still in it. ``plain`` is derived
    from it: tags gone, entities decoded (``plain_text``, ``None`` where that is the
    same); ``compared`` is that without characters that are not seen. ``line`` is the 1-based
    line of the timing line in the file, ``None`` where there is no file.
    ``confidence`` (0..1) is set for recognised text only. ``readable`` is false
    where recognised text cannot be relied on: such a cue counts for timing and
    coverage, and nothing is to be made of its words. ``rows`` says where in the
    picture a burned-in cue is: from which share of its height (0..1, from the
    top) to which. ``style`` is the style that the file names for it (ASS). ``part``
    is set where the file's cue holds more than this one: from which code point of its
    payload to which ``text`` is.
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
        """What of ``plain`` is seen: the text that is judged and compared."""
        return seen(self.plain).text

    @property
    def duration_ms(self) -> int:
        """Length in milliseconds; negative where the end lies before the start."""
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something a reader met in a file and did not pass over in silence.

    ``line`` is 1-based, ``None`` where the problem is the file's as a whole.
    ``code`` is stable and kebab-case; prose is made from it per language.
    ``params`` holds JSON values only; text that could not be read is in
    ``params["text"]``.
    """

    line: int | None
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """The cues of one language, in file order, and what was wrong with the file.

    ``language`` is ``None`` where the script does not show it. ``encoding`` is the
    codec's name in lower case (``utf-8``, ``utf-16-le``, ``gb18030`` …), ``None``
    where no bytes were decoded. ``format`` is the subtitle format's short name
    (``srt``, ``vtt`` …). ``stream`` is the stream's index within its container.
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
