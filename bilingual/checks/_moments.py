"""A subtitle file compared with what the picture shows at some moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from bilingual.checks._burned_in import Pair, differs, likeness
from bilingual.model import Cue, Track
from bilingual.text.misread import bare

_REACH_MS: Final = 120_000
_ALIKE: Final = 0.85
_EDGE_MS: Final = 150
"""So long before a cue begins or after it ends the picture may show it, or not show it yet."""
_FEW: Final = 3
_LONG_ENOUGH: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A cue of the file that the picture shows at another time: so much later, in ms.

    How much is known within ``low_ms`` and ``high_ms`` only: the picture was seen at one
    moment of it.
    """

    written: Cue
    seen: Cue
    low_ms: int
    high_ms: int

    @property
    def late_ms(self) -> int:
        """The middle of what it may be."""
        return (self.low_ms + self.high_ms) // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentComparison:
    """How a file and a picture go together at some moments.

    ``offset_ms`` is how much later than in the file all is shown; ``moved`` are those for
    which that is not so.
    """

    offset_ms: int
    same: tuple[Pair, ...]
    apart: tuple[Pair, ...]
    moved: tuple[Moved, ...]
    not_shown: tuple[tuple[int, Cue], ...]
    not_in_file: tuple[Cue, ...]


def compare_moments(written: Track, seen: Track, moments_ms: Sequence[int]) -> MomentComparison:
    """Hold what is seen at each moment against what the file shows then."""
    readable = [cue for cue in seen.cues if cue.readable and bare(cue.compared)]
    offset = _offset(written.cues, readable)
    same: list[Pair] = []
    apart: list[Pair] = []
    moved: list[Moved] = []
    not_in_file: list[Cue] = []
    for cue in readable:
        pairs = [Pair(w, cue, _like(w, cue)) for w in _shown_at(written.cues, _at(cue) - offset)]
        best = max(pairs, key=lambda pair: pair.likeness, default=None)
        if best is not None and not differs(best):
            same.append(best)
        elif elsewhere := _elsewhere(written.cues, cue, offset):
            moved.append(elsewhere)
        elif best is not None:
            apart.append(best)
        else:
            not_in_file.append(cue)
    at_moments = {_at(cue) for cue in seen.cues}
    not_shown = [
        (at_ms, cue)
        for at_ms in moments_ms
        if not any(abs(at_ms - at) < _EDGE_MS for at in at_moments)
        for cue in _shown_at(written.cues, at_ms - offset, edge_ms=-_EDGE_MS)
        if bare(cue.compared)
    ]
    return MomentComparison(
        offset_ms=offset,
        same=tuple(same),
        apart=tuple(apart),
        moved=tuple(moved),
        not_shown=tuple(not_shown),
        not_in_file=tuple(not_in_file),
    )


def common_shift(moved: Sequence[Moved]) -> int | None:
    """How much later all of these are shown, in ms; ``None`` where that is not one figure."""
    if len(moved) < _FEW:
        return None
    low, high = max(m.low_ms for m in moved), min(m.high_ms for m in moved)
    if low <= high:
        return (low + high) // 2
    late = [m.late_ms for m in moved]
    return round(median(late)) if min(late) > 0 or max(late) < 0 else None


def _at(cue: Cue) -> int:
    return (cue.start_ms + cue.end_ms) // 2


def _like(a: Cue, b: Cue) -> float:
    return likeness(bare(a.compared), bare(b.compared))


def _shown_at(cues: Sequence[Cue], at_ms: int, *, edge_ms: int = _EDGE_MS) -> list[Cue]:
    return [c for c in cues if c.start_ms - edge_ms <= at_ms <= c.end_ms + edge_ms]


def _twins(cues: Sequence[Cue], seen: Cue) -> list[Cue]:
    """Cues of the file that say what is seen, near enough in time to be meant."""
    if len(bare(seen.compared)) < _LONG_ENOUGH:
        return []
    near = (c for c in cues if abs(c.start_ms - _at(seen)) < _REACH_MS)
    return [c for c in near if _like(c, seen) >= _ALIKE]


def _elsewhere(cues: Sequence[Cue], seen: Cue, offset: int) -> Moved | None:
    twins = _twins(cues, seen)
    if not twins:
        return None
    at = _at(seen) - offset
    nearest = min(twins, key=lambda c: max(c.start_ms - at, at - c.end_ms))
    if nearest.start_ms - _EDGE_MS <= at <= nearest.end_ms + _EDGE_MS:
        return None  # it is where it should be, and its text is another
    return Moved(
        written=nearest,
        seen=seen,
        low_ms=at - nearest.end_ms,
        high_ms=at - nearest.start_ms,
    )


def _offset(cues: Sequence[Cue], seen: Sequence[Cue]) -> int:
    """How much later than in the file all is shown; 0 where most is shown when it says."""
    ranges = []
    for cue in seen:
        twins = _twins(cues, cue)
        if len(twins) == 1:
            ranges.append((_at(cue) - twins[0].end_ms, _at(cue) - twins[0].start_ms))
    in_place = sum(low <= _EDGE_MS and high >= -_EDGE_MS for low, high in ranges)
    edges = sorted({edge for both in ranges for edge in both}, key=abs)
    best = max(edges, key=lambda e: _holding(ranges, e), default=0)
    if _holding(ranges, best) < max(_FEW, 2 * in_place):
        return 0
    held = [both for both in ranges if both[0] <= best <= both[1]]
    return (max(low for low, _ in held) + min(high for _, high in held)) // 2


def _holding(ranges: Sequence[tuple[int, int]], offset: int) -> int:
    return sum(low <= offset <= high for low, high in ranges)
