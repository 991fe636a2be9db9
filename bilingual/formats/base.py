"""What a subtitle format is: its reading, its writing, its names, its safe fixes.

A format is one module of this package (or an entry point of the group
``bilingual.formats``) that holds ``FORMAT``, a :class:`Format`.

A reader gets lines and marks for every one of them what it took it for. The
ledger holds those roles, so the gate can add them up afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from bilingual.config import ReadingLimits
from bilingual.errors import FormatError
from bilingual.model import Cue, Problem

ARROW: Final = "-->"

# Roles of a line. A line that is not blank and has none was lost.
NOTHING, FRAME, TEXT, UNREAD = 0, 1, 2, 3
"""``FRAME``: index, timing, header, comment. ``UNREAD``: a problem holds it."""


@dataclass(slots=True, kw_only=True)
class Sheet:
    """The lines of a file under reading, and what became of each (0-based).

    ``bounded``: a cue beyond the limit on time is rejected; else it is a cue, and
    a problem reports it.
    """

    lines: Sequence[str]
    name: str
    limits: ReadingLimits
    bounded: bool = True
    roles: bytearray = field(default_factory=bytearray)
    cues: list[Cue] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    tags: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.roles = bytearray(len(self.lines))

    def has(self, characters: str) -> bool:
        """Whether any of these characters is in the text."""
        text = "".join(self.lines)
        return any(char in text for char in characters)

    def mark(self, start: int, end: int, role: int) -> None:
        """Lines ``start`` to ``end`` (excluded) play that role."""
        self.roles[start:end] = bytes((role,)) * (end - start)

    def problem(self, at: int | None, code: str, **params: Any) -> None:
        """Note a problem of a line (0-based), or of the file."""
        line = None if at is None else at + 1
        self.problems.append(Problem(line=line, code=code, params=params))

    def reject(self, start: int, end: int, code: str, at: int | None = None, **params: Any) -> None:
        """Lines that became no cue: a problem keeps their text."""
        self.mark(start, end, UNREAD)
        text = "\n".join(self.lines[start:end]).strip("\n")
        self.problem(start if at is None else at, code, text=text, **params)

    def beyond(self, start_ms: int, end_ms: int) -> bool:
        """Whether times lie beyond the limit."""
        return max(start_ms, end_ms) > self.limits.max_time_ms

    @property
    def hours(self) -> int:
        """The limit on time in whole hours."""
        return self.limits.max_time_ms // 3_600_000

    def saw(self, names: Sequence[str]) -> None:
        """Count tags."""
        for name in names:
            self.tags[name] = self.tags.get(name, 0) + 1

    def add(self, cue: Cue) -> None:
        """Take a cue, within the limit."""
        if len(self.cues) >= self.limits.max_cues:
            raise FormatError("too-many-cues", path=self.name, limit=self.limits.max_cues)
        self.cues.append(cue)


def _unchanged(text: str) -> tuple[str, tuple[Problem, ...]]:
    return text, ()


def _never(_: str) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A cue to be written: ``number`` counts from 1, ``text`` is in the format's own form.

    ``identifier`` and ``settings`` are there where the track came in this format.
    """

    number: int
    start_ms: int
    end_ms: int
    text: str
    identifier: str | None = None
    settings: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    r"""How a format is written.

    ``compose`` makes a file of entries, lines ended by ``\n``. ``escape`` makes plain
    text safe in a payload, ``settle`` a whole payload (of text that came in another
    format). ``clock`` writes milliseconds as a timing line does. ``identifiers``:
    whether a cue's identifier is kept.
    """

    compose: Callable[[Sequence[Entry]], str]
    escape: Callable[[str], str]
    clock: Callable[[int], str]
    settle: Callable[[str], str] = str
    identifiers: bool = False


Grade = Literal["error", "warning", "info"]
"""How bad a problem is: ``error``, text or times were lost to us or to a viewer;
``warning``, read in spite of it, but another program may stumble; ``info``, a fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A subtitle format.

    ``claims(first_lines, suffix)`` gives how sure it is that a file is its own
    (0: not at all); the surest wins. ``suffix`` is in lower case, with its dot.
    ``read`` fills a sheet. ``plain`` derives text for comparison from a raw
    payload. ``cue_mark`` is what every cue's line holds: counted before reading.
    ``suffixes`` are those of its files, in lower case and with their dots.

    ``codecs`` are ffmpeg's names of the text streams of a video that hold it, and
    ``muxer`` is the container in which ffmpeg puts such a stream out by itself.
    ``prepare`` changes the text before it is cut into lines and notes what it changed;
    ``hopeless`` recognizes a text without any cue mark that cannot be repaired either.
    ``grades`` are those of its own problems. ``html_tags``: whether ``<b>``, ``<i>`` and
    ``<u>`` mean the same as in HTML. ``places``: whether its cues lie anywhere in the
    picture by themselves, so that two at one time are no fault.

    ``references``: whether character references (``&nbsp;``) are part of the format; in the
    others many players show them as they are written.

    ``writer`` is ``None`` for a format that is only read. ``rewrites``: whether a file
    that was read without a loss can safely be written anew, its numbering with it.
    """

    name: str
    claims: Callable[[Sequence[str], str], int]
    read: Callable[[Sheet], None]
    plain: Callable[[str], str]
    suffixes: tuple[str, ...]
    cue_mark: str = ARROW
    codecs: frozenset[str] = frozenset()
    muxer: str | None = None
    prepare: Callable[[str], tuple[str, tuple[Problem, ...]]] = _unchanged
    hopeless: Callable[[str], bool] = _never
    grades: Mapping[str, Grade] = field(default_factory=dict)
    html_tags: bool = True
    places: bool = False
    references: bool = False
    writer: Writer | None = None
    rewrites: bool = False

    @property
    def patchable(self) -> bool:
        """Whether a file of it can be changed line by line: timing lines with an arrow."""
        return self.writer is not None and self.cue_mark == ARROW


def arrow_clock(ms: int, point: str) -> str:
    """Milliseconds as a timing line has them, ``00:00:01,000`` with a comma for point."""
    seconds, thousandths = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{thousandths:03}"
