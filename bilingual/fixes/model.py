"""What a fix is: where it applies, how safe it is, what it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bilingual.fixes.lines import unified
from bilingual.model import Finding, Language, Reason, Track

Safety = Literal["safe", "unsafe", "display-only"]

Held = Literal["unsafe", "display-only", "collides", "brings-new", "unwritable"]
"""Why a fix was not made: not asked for, none a program can make, in the way of
another one, it would bring a finding that was not there, or no file can hold it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEdit:
    """Replace a stretch of a cue's raw text; ``start`` and ``end`` in code points."""

    cue: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeEdit:
    """Give a cue other times, in milliseconds."""

    cue: int
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CueInsert:
    """A cue that is put in, at the place that its time gives it; times in milliseconds."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A fix of one track.

    ``rule`` is the finding's rule; ``None`` where no rule speaks of it (NFC, a
    declared encoding other than UTF-8). ``kind`` is the suggestion's. ``cues``
    are the indices it touches, all of them where it is the whole track's.
    ``whole`` says that the file is written anew and not patched line by line.
    """

    side: Language
    kind: str
    safety: Safety
    rule: str | None = None
    texts: tuple[TextEdit, ...] = ()
    times: tuple[TimeEdit, ...] = ()
    retimed: tuple[int, ...] = ()
    inserts: tuple[CueInsert, ...] = ()
    whole: bool = False
    encoding: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    finding: Finding | None = None

    @property
    def cues(self) -> tuple[int, ...]:
        """Indices of the cues that it touches, in order."""
        touched = {e.cue for e in self.texts} | {e.cue for e in self.times} | set(self.retimed)
        return tuple(sorted(touched))

    @property
    def is_edit(self) -> bool:
        """Whether there is anything in it that a program can do."""
        return bool(
            self.texts or self.times or self.retimed or self.inserts or self.whole or self.encoding
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFix:
    """A fix that was not made, and why."""

    fix: Fix
    why: Held


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedTrack:
    """One track after its fixes: the new file's text, what was done, what was not.

    ``original`` is the track before them, ``inserted`` are the indices (in ``track``) of cues
    that were not in it. ``before`` and ``after`` are the whole files as text; ``encoding`` is the
    codec that the file came in (the new one is UTF-8). ``changed`` is false
    where nothing was fixed, so that no new file is needed. ``shared``: the file holds
    both languages, and the other's :class:`FixedTrack` is of the same file.
    """

    side: Language
    name: str
    form: str
    track: Track
    original: Track
    inserted: tuple[int, ...] = ()
    before: str
    after: str
    encoding: str | None
    changed: bool
    shared: bool = False
    applied: tuple[Fix, ...] = ()

    def diff(self) -> str:
        """The change as a unified diff; empty where no line differs."""
        return unified(self.before, self.after, self.name)

    def to_bytes(self) -> bytes:
        """The new file, UTF-8."""
        return self.after.encode("utf-8", "surrogatepass")


Hand = Literal["unsafe", "translator", "film-maker", "reviewer"]
"""Who can fix what is left: a program that may change what is meant (asked for with
``unsafe``), or one of the people of ``bilingual.checks.base.Fixer``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A finding that is left after the fixes, who can fix it, and its fixes not made."""

    finding: Finding
    hand: Hand
    held: tuple[HeldFix, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Rows (1-based) of a sheet that could not be applied, and why."""

    rows: tuple[int, ...]
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """What became of a work's tracks: each with its fixes, and the fixes not made.

    ``left`` are all findings of the files as they are now, also those that no fix is known
    for. ``refused`` are the rows of a sheet that were left out, ``sheet`` is its name.
    """

    tracks: tuple[FixedTrack, ...]
    held: tuple[HeldFix, ...] = ()
    left: tuple[Left, ...] = ()
    refused: tuple[Refused, ...] = ()
    sheet: str = ""

    @property
    def apart(self) -> bool:
        """Whether the tracks are of one file with both languages, each to a file of its own."""
        return (
            len(self.tracks) > 1
            and len({track.name for track in self.tracks}) == 1
            and not all(track.shared for track in self.tracks)
        )
