"""How far paired cues lie from where the clocks would put them.

Plain Python, so that the rules that read an alignment stay light.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import median
from typing import Final

from bilingual.alignment.exclusion import exclusion
from bilingual.model import Alignment, Bead, Track
from bilingual.text.sequence import shown_before

NAMED_RATES: Final[tuple[tuple[str, float], ...]] = (
    ("24/25", 24 / 25),
    ("25/24", 25 / 24),
    ("23.976/25", 24000 / 1001 / 25),
    ("25/23.976", 25 * 1001 / 24000),
    ("23.976/24", 1000 / 1001),
    ("24/23.976", 1.001),
)
"""Ratios of the frame rates in use: film, PAL, NTSC (29.97/30 is 23.976/24)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """How much later (+) or earlier (-) the Tibetan of a bead comes and goes.

    In milliseconds, after the alignment's clock. ``end_ms`` is 0 where the
    Tibetan merely stays on into a pause, or lines roll up. ``at_ms`` is the bead's Chinese start.
    """

    bead: Bead
    at_ms: int
    start_ms: float
    end_ms: float

    @property
    def worst_ms(self) -> float:
        """The greater of the two, with its sign."""
        return self.start_ms if abs(self.start_ms) >= abs(self.end_ms) else self.end_ms


def deviations(bo: Track, zh: Track, alignment: Alignment) -> list[Deviation]:
    """One for each two-sided bead, in the order of the beads."""
    # Where the next Chinese sentence begins: the time a cue may stay on until.
    starts = sorted(c.start_ms for c in zh.cues if exclusion(c) is None)
    following = dict(pairwise([*starts, None]))
    out = []
    for bead in alignment.beads:
        if not bead.two_sided:
            continue
        own = [zh.cues[i] for i in bead.zh]
        other = [bo.cues[i] for i in bead.bo]
        start, end = min(c.start_ms for c in own), max(c.end_ms for c in own)
        there, gone = min(c.start_ms for c in other), max(c.end_ms for c in other)
        late = gone - alignment.to_bo_ms(end)
        if _rolls_on(bo, bead.bo) or _rolls_on(zh, bead.zh):
            late = 0.0
        if late > 0:
            next_start = following.get(max(c.start_ms for c in own))
            if next_start is None:
                late = 0.0
            else:
                pause = max(0.0, alignment.to_bo_ms(next_start) - alignment.to_bo_ms(end))
                late = max(0.0, late - pause)
        out.append(
            Deviation(
                bead=bead, at_ms=start, start_ms=there - alignment.to_bo_ms(start), end_ms=late
            )
        )
    return out


def _rolls_on(track: Track, indices: Sequence[int]) -> bool:
    """Whether lines roll up there, and stay for as long as the next one is said."""
    return any(shown_before(track.cues, n) or shown_before(track.cues, n + 1) for n in indices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertainty:
    """One standard error of a clock's offset (ms, at time 0) and rate."""

    offset_ms: float
    rate: float


def uncertainty(measured: Sequence[Deviation]) -> Uncertainty:
    """How well the deviations pin the clock down; infinite for fewer than two."""
    if len(measured) < 2:
        return Uncertainty(offset_ms=float("inf"), rate=float("inf"))
    middle = median(d.start_ms for d in measured)
    # The median of absolute values resists the beads that are wrong.
    sigma = max(10.0, 1.4826 * median(abs(d.start_ms - middle) for d in measured))
    n = len(measured)
    mean = sum(d.at_ms for d in measured) / n
    spread = sum((d.at_ms - mean) ** 2 for d in measured)
    if not spread:
        return Uncertainty(offset_ms=sigma / sqrt(n), rate=float("inf"))
    return Uncertainty(offset_ms=sigma * sqrt(1 / n), rate=sigma / sqrt(spread))


def named_rate(rate: float, margin: float) -> str | None:
    """The one ratio of frame rates within the margin, ``None`` for none or several."""
    fitting = [name for name, value in NAMED_RATES if abs(rate - value) <= max(margin, 1e-5)]
    return fitting[0] if len(fitting) == 1 else None
