"""Scores of every move within a band, ready for the programme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bilingual.alignment.clock import Spread
from bilingual.alignment.evidence import SHAPES, TextEvidence
from bilingual.alignment.programme import Lattice
from bilingual.alignment.sides import Floats, Side
from bilingual.model import ClockMap

SWAP: Final = len(SHAPES)
"""The move for two neighbours whose translations changed places: it takes two
cues of each side and leaves two suspicious beads."""

BO_OVER: Final = SWAP + 1
"""A Tibetan cue that was left on over the gap where the next one is missing."""

ZH_OVER: Final = BO_OVER + 1
"""The same with the sides changed."""

ALONE: Final = ZH_OVER + 1
"""The move that leaves a Chinese cue alone."""

MOVES: Final = (*SHAPES, (2, 2), (2, 1), (1, 2), (1, 0))

Part = tuple[int, int, int, int]

PARTS: Final[tuple[tuple[Part, ...], ...]] = (
    *(((0, a, 0, b),) for a, b in SHAPES),
    ((0, 1, 0, 1), (1, 1, 1, 1)),
    ((0, 1, 0, 1), (1, 1, 1, 0)),
    ((0, 1, 0, 1), (1, 0, 1, 1)),
    ((0, 1, 0, 0),),
)
"""The beads each move leaves: cues to skip and to take, Chinese then Tibetan."""

FULL_CELLS: Final = 6_000
_BLOCK: Final = 256
_MARGIN_MS: Final = 20_000.0
_NEVER: Final = -1e30


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Log prior of each move, of a Tibetan cue alone and of changing clock."""

    moves: Floats
    bo_alone: float
    change: float = -10.0


# Shares of the moves in subtitles of one video, and how often a bead of each
# shape holds a text that is no translation at all.
_SHARES: Final = np.array([0.80, 0.05, 0.03, 0.0003, 0.001, 0.001, 0.002, 0.002, 0.002, 0.04])
_BO_ALONE: Final = 0.04
# What is expected of a work whose first alignment holds no other merged bead: there
# a cue left on over a gap is as likely as one bead that was merged.
_EXPECTED: Final = np.array([0.83, 0.04, 0.01, 0.0003, 0.001, 0.001, 0.002, 0.005, 0.0003, 0.04])
_SPOILT: Final = np.array([0.1, 1e-3, 1e-3, 1e-4, 1e-3, 1e-3])
_PRIOR_BEADS: Final = 25.0
_OTHER_WAY: Final = 0.6


def prices(counts: Floats | None = None, bo_alone: int = 0) -> Prices:
    """Priors, drawn towards the shares of a first alignment where there is one."""
    if counts is None:
        return Prices(moves=np.log(_SHARES), bo_alone=float(np.log(_BO_ALONE)))
    counts = counts.copy()
    # A single bead of these kinds may be the mistake itself and is no evidence for
    # its kind; whoever merges on one side merges on the other.
    one_two, two_one = np.maximum(counts[1:3] - 1, 0)
    counts[1:3] = one_two + _OTHER_WAY * two_one, two_one + _OTHER_WAY * one_two
    counts[[BO_OVER, ZH_OVER]] = np.maximum(counts[[BO_OVER, ZH_OVER]] - 1, 0)
    total = counts.sum() + bo_alone + _PRIOR_BEADS
    return Prices(
        moves=np.log((counts + _PRIOR_BEADS * _EXPECTED) / total),
        bo_alone=float(np.log((bo_alone + _PRIOR_BEADS * _BO_ALONE) / total)),
    )


@dataclass(slots=True, kw_only=True)
class Band:
    """The part of the table that is looked at, and the text evidence in it.

    Row i (Chinese cues taken) has the columns (Tibetan cues taken)
    ``low[i] .. low[i] + width - 1``. ``text`` has the shape (rows, moves, width).
    """

    low: NDArray[np.int64]
    width: int
    text: NDArray[np.float32] = field(init=False)
    bo: Side
    zh: Side

    def fill(self, evidence: TextEvidence) -> None:
        """Work out the text evidence, a block of rows at a time."""
        n, m = len(self.zh), len(self.bo)
        self.text = np.full((n + 1, len(MOVES), self.width), _NEVER, dtype=np.float32)
        self.text[1:, ALONE] = 0.0
        for first in range(1, n + 1, _BLOCK):
            rows = range(first, min(n + 1, first + _BLOCK))
            left = max(1, int(self.low[rows[0]]))
            right = min(m + 1, int(self.low[rows[-1]]) + self.width)
            if left >= right:
                continue
            # One more row and column before, for the crossed pairs.
            r0, c0 = max(0, first - 2), max(0, left - 2)
            found = evidence.block(slice(r0, rows[-1]), slice(c0, right - 1))
            table = np.full((len(MOVES), rows[-1] - r0, right - 1 - c0), _NEVER)
            for move, shape in enumerate(SHAPES):
                floor = _SPOILT[move]
                text = np.clip(found[shape], -50, 300)
                table[move] = np.logaddexp(text + np.log1p(-floor), np.log(floor))
                table[move][np.isneginf(found[shape])] = _NEVER
            table[BO_OVER, 1:] = table[0, :-1]
            table[ZH_OVER, :, 1:] = table[0, :, :-1]
            crossed = found[1, 1][:-1, 1:] + found[1, 1][1:, :-1]
            table[SWAP, 1:, 1:] = np.clip(crossed, -50, 300)
            for row in rows:
                low = int(self.low[row])
                start, stop = max(low, left), min(low + self.width, right)
                if start < stop:
                    self.text[row, :ALONE, start - low : stop - low] = table[
                        :ALONE, row - 1 - r0, start - 1 - c0 : stop - 1 - c0
                    ]

    def lattice(self, tried: Sequence[ClockMap], spread: Spread, costs: Prices) -> Lattice:
        """Text, time and prior together, under each clock."""
        n = len(self.zh)
        scores = np.repeat(self.text[:, :, None, :], len(tried), axis=2)
        scores += costs.moves.astype(np.float32)[None, :, None, None]
        columns = self.low[:, None] + np.arange(self.width)[None, :] - 1
        last = len(self.bo) - 1
        bo_start = [self.bo.start[np.clip(columns - k, 0, last)] for k in range(3)]
        bo_end = self.bo.end[np.clip(columns, 0, last)]
        rows = np.arange(n + 1) - 1
        for number, clock in enumerate(tried):
            z_start = clock.forward(self.zh.start)
            z_end = clock.forward(self.zh.end) + spread.lag
            ends = spread.ends(bo_end - z_end[np.clip(rows, 0, n - 1)][:, None])
            starts = {
                (a, b): spread.starts(
                    bo_start[b - 1] - z_start[np.clip(rows - a + 1, 0, n - 1)][:, None]
                )
                for a, b in SHAPES
            }
            for move, shape in enumerate(SHAPES):
                scores[:, move, number] += starts[shape] + ends
            scores[:, BO_OVER, number] += starts[2, 1] + ends
            scores[:, ZH_OVER, number] += starts[1, 2] + ends
            straight = starts[1, 1] + ends
            earlier = np.zeros_like(straight)
            shift = (self.low[1:] - self.low[:-1])[:, None] + np.arange(self.width)[None, :] - 1
            inside = (shift >= 0) & (shift < self.width)
            previous = np.take_along_axis(straight[:-1], np.clip(shift, 0, self.width - 1), 1)
            earlier[1:] = np.where(inside, previous, _NEVER)
            scores[:, SWAP, number] += straight + earlier
        first = np.array([-2.0 * (abs(c.rate - 1) > 1e-4) for c in tried])
        return Lattice(
            scores=scores,
            shapes=MOVES,
            low=self.low,
            columns=len(self.bo) + 1,
            alone=costs.bo_alone,
            first=first,
            change=costs.change,
        )


def band_for(bo: Side, zh: Side, tried: Sequence[ClockMap]) -> Band:
    """The whole table where it is small, else what lies near any of the clocks."""
    n, m = len(zh), len(bo)
    if n * m <= FULL_CELLS or not tried:
        return Band(low=np.zeros(n + 1, dtype=np.int64), width=m + 1, bo=bo, zh=zh)
    times = np.stack([clock.forward(np.append(zh.start, zh.end[-1])) for clock in tried])
    low = np.searchsorted(bo.start, times.min(0) - _MARGIN_MS) - 4
    high = np.searchsorted(bo.start, times.max(0) + _MARGIN_MS) + 4
    low = np.maximum.accumulate(np.clip(low, 0, m))
    high = np.maximum.accumulate(np.clip(high, 0, m))
    low[0], high[-1] = 0, m
    return Band(low=low.astype(np.int64), width=int((high - low).max()) + 1, bo=bo, zh=zh)
