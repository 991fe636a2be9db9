"""A subtitle file compared with what was read in the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from bilingual.model import ClockMap, Cue, Track
from bilingual.text.misread import bare, may_be_same, same_digits

_REACH_MS: Final = 120_000
_LIKE: Final = 0.6
_ALIKE: Final = 0.85
_MIN_OVERLAP: Final = 0.5
_SURE: Final = 0.9


@dataclass(frozen=True, slots=True)
class Pair:
    """A cue of the file and one of the picture that stand for each other."""

    written: Cue
    seen: Cue
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How a file and a picture go together. ``clock`` maps the file's times to the picture's."""

    clock: ClockMap
    pairs: tuple[Pair, ...]
    not_shown: tuple[Cue, ...]
    not_in_file: tuple[Cue, ...]


def likeness(a: str, b: str) -> float:
    """How like two bare texts are, 0..1."""
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.normalized_similarity(a, b)


def compare(written: Track, seen: Track) -> Comparison:
    """Pair the cues of a file with those of the picture, whatever the offset."""
    clock = ClockMap(offset_ms=_offset(written.cues, seen.cues))
    back = clock.inverted()
    pairs: list[Pair] = []
    taken: set[int] = set()
    for cue in written.cues:
        best = max(
            (Pair(cue, other, _like(cue, other)) for other in _near(cue, seen.cues, clock)),
            key=lambda pair: (
                pair.likeness + _overlap(pair.written, pair.seen, clock),
                -pair.seen.index,
            ),
            default=None,
        )
        if best is not None and best.seen.index not in taken:
            taken.add(best.seen.index)
            pairs.append(best)
    paired = {pair.written.index for pair in pairs}
    return Comparison(
        clock=clock,
        pairs=tuple(pairs),
        not_shown=tuple(
            c
            for c in written.cues
            if c.index not in paired and bare(c.compared) and not _met(c, seen.cues, clock)
        ),
        not_in_file=tuple(
            c
            for c in seen.cues
            if c.index not in taken and bare(c.compared) and not _met(c, written.cues, back)
        ),
    )


def differs(pair: Pair) -> bool:
    """Whether the two texts differ by more than a reader of pictures may err."""
    if not pair.seen.readable:
        return False
    a, b = bare(pair.written.compared), bare(pair.seen.compared)
    if not a or not b or a == b:
        return False
    if not same_digits(a, b) and (pair.seen.confidence or 0.0) >= _SURE:
        return True
    return not may_be_same(a, b)


def _like(a: Cue, b: Cue) -> float:
    return likeness(bare(a.compared), bare(b.compared))


def _overlap(cue: Cue, seen: Cue, clock: ClockMap) -> float:
    start, end = clock.forward(cue.start_ms), clock.forward(cue.end_ms)
    common = min(end, seen.end_ms) - max(start, seen.start_ms)
    return max(0, common) / max(1, min(cue.duration_ms, seen.duration_ms))


def _near(cue: Cue, seen: Sequence[Cue], clock: ClockMap) -> Iterator[Cue]:
    """Cues at the same time, and those near it that say the same."""
    for other in seen:
        if _overlap(cue, other, clock) >= _MIN_OVERLAP or (
            abs(clock.forward(cue.start_ms) - other.start_ms) < 3000 and _like(cue, other) >= _LIKE
        ):
            yield other


def _met(cue: Cue, others: Sequence[Cue], clock: ClockMap) -> bool:
    return any(_overlap(cue, other, clock) > 0.3 for other in others)


def _offset(written: Sequence[Cue], seen: Sequence[Cue]) -> int:
    """The median difference of the cues that say the same; 0 where few do."""
    differences = []
    for cue in written:
        text = bare(cue.compared)
        if len(text) < 4:
            continue
        same = [
            other.start_ms - cue.start_ms
            for other in seen
            if abs(other.start_ms - cue.start_ms) < _REACH_MS
            and likeness(text, bare(other.compared)) >= _ALIKE
        ]
        if len(same) == 1:
            differences += same
    return round(median(differences)) if len(differences) >= 3 else 0
