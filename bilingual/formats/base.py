"""What a subtitle format is to us: one module with a ``FORMAT``, found by a scan.

A reader gets lines and says for every one of them what it took it for. The
ledger holds those roles, so the gate can add them up afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

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

    ``bounded``: a cue beyond the limit on time is unread; else it is a cue, and
    a problem tells of it.
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

    def unread(self, start: int, end: int, code: str, at: int | None = None, **params: Any) -> None:
        """Lines that became no cue: a problem keeps their text."""
        self.mark(start, end, UNREAD)
        text = "\n".join(self.lines[start:end]).strip("\n")
        self.problem(start if at is None else at, code, text=text, **params)

    def beyond(self, start_ms: int, end_ms: int) -> bool:
        """Whether times lie beyond the limit."""
        return max(start_ms, end_ms) > self.limits.max_time_ms

    def saw(self, names: Sequence[str]) -> None:
        """Count tags."""
        for name in names:
            self.tags[name] = self.tags.get(name, 0) + 1

    def add(self, cue: Cue) -> None:
        """Take a cue, within the limit."""
        if len(self.cues) >= self.limits.max_cues:
            raise FormatError("too-many-cues", path=self.name, limit=self.limits.max_cues)
        self.cues.append(cue)


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A subtitle format.

    ``claims(first_lines, suffix)`` says how sure it is that a file is its own
    (0: not at all); the surest wins. ``suffix`` is in lower case, with its dot.
    ``read`` fills a sheet. ``plain`` derives text for comparison from a raw
    payload. ``cue_mark`` is what every cue's line holds: counted before reading.
    """

    name: str
    claims: Callable[[Sequence[str], str], int]
    read: Callable[[Sheet], None]
    plain: Callable[[str], str]
    cue_mark: str = ARROW
