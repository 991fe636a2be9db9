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
MOST_CELLS: Final = 2_500_000
"""Rows times columns times clocks that are looked at: it bounds memory and time."""

_LEAST_WIDTH: Final = 24
_LONG_RUN: Final = 256
_BLOCK: Final = 256
_BLOCK_CELLS: Final = 500_000
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


Columns = NDArray[np.int64]
"""A column for each row."""


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
        last = 0
        while last < n:
            first = last + 1
            left = max(1, int(self.low[first]))
            # Fewer rows where they lie far apart.
            ends = np.minimum(m + 1, self.low[first : first + _BLOCK] + self.width)
            cells = np.arange(1, len(ends) + 1) * (ends - left)
            rows = range(first, first + max(1, int((cells <= _BLOCK_CELLS).sum())))
            last = rows[-1]
            right = int(ends[len(rows) - 1])
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
        scores = np.repeat(self.text[:, :, None, :], len(tried), axis=2)
        scores += costs.moves.astype(np.float32)[None, :, None, None]
        size = max(1, _BLOCK_CELLS // self.width)
        for number, clock in enumerate(tried):
            for first_row in range(0, len(scores), size):
                rows = slice(first_row, min(len(scores), first_row + size))
                self._add_times(scores[:, :, number], rows, clock, spread)
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

    def _add_times(
        self, scores: NDArray[np.float32], rows: slice, clock: ClockMap, spread: Spread
    ) -> None:
        """Add what the times say to the scores (rows, moves, width) of some rows."""
        # The row before, too, for the crossed pairs.
        before = max(0, rows.start - 1)
        numbers = np.arange(before, rows.stop)
        low, new = self.low[numbers], rows.start - before
        inner = np.arange(self.width)[None, :]
        columns = low[:, None] + inner - 1
        last = len(self.bo) - 1
        bo_start = [self.bo.start[np.clip(columns - k, 0, last)] for k in range(3)]
        bo_end = self.bo.end[np.clip(columns, 0, last)]
        z_start = clock.forward(self.zh.start)
        z_end = clock.forward(self.zh.end) + spread.lag
        taken, most = numbers - 1, len(self.zh) - 1
        ends = spread.ends(bo_end - z_end[np.clip(taken, 0, most)][:, None])
        starts = {
            (a, b): spread.starts(
                bo_start[b - 1] - z_start[np.clip(taken - a + 1, 0, most)][:, None]
            )
            for a, b in SHAPES
        }
        out = scores[rows]
        for move, shape in enumerate(SHAPES):
            out[:, move] += (starts[shape] + ends)[new:]
        out[:, BO_OVER] += (starts[2, 1] + ends)[new:]
        out[:, ZH_OVER] += (starts[1, 2] + ends)[new:]
        straight = starts[1, 1] + ends
        earlier = np.zeros_like(straight)
        shift = (low[1:] - low[:-1])[:, None] + inner - 1
        inside = (shift >= 0) & (shift < self.width)
        previous = np.take_along_axis(straight[:-1], np.clip(shift, 0, self.width - 1), 1)
        earlier[1:] = np.where(inside, previous, _NEVER)
        out[:, SWAP] += (straight + earlier)[new:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A band, its clocks, and what lies outside.

    ``far`` are the numbers of the Tibetan cues that are near no Chinese one under any
    clock, in long runs only: the band is without them. ``zh_far`` is how many Chinese
    ones are near no Tibetan one under the best clock, in long runs.
    """

    band: Band
    clocks: tuple[ClockMap, ...]
    far: tuple[int, ...] = ()
    zh_far: int = 0


def band_for(bo: Side, zh: Side, tried: Sequence[ClockMap]) -> Reach:
    """The whole table where it is small, else what lies near any of the clocks.

    The best clock is always kept; of the others those that fit into ``MOST_CELLS``
    with it. Where one clock alone is too much, because very many cues are shown at
    once, a row looks at the middle of what is near it only.
    """
    n, m = len(zh), len(bo)
    if n * m <= FULL_CELLS or not tried:
        full = Band(low=np.zeros(n + 1, dtype=np.int64), width=m + 1, bo=bo, zh=zh)
        return Reach(band=full, clocks=tuple(tried))
    most = max(_LEAST_WIDTH, MOST_CELLS // (n + 1))
    kept, low, high = _near(bo, zh, tried, most)
    if int((high - low).max()) >= most:
        low, high = _narrowed(bo, zh, kept[0], (low, high), most - 1)
    far = _far(low, high, m, min(_LONG_RUN, most // len(kept) // 2))
    if len(far):
        before = np.concatenate([[0], np.cumsum(~np.isin(np.arange(m), far))])
        low, high = before[low], before[high]
        bo = bo.without(far)
    low[0], high[-1] = 0, len(bo)
    # A row has to reach the first column of the next one.
    width = int(max((high - low).max(), np.diff(low).max())) + 1
    return Reach(
        band=Band(low=low.astype(np.int64), width=width, bo=bo, zh=zh),
        clocks=tuple(kept),
        far=tuple(int(k) for k in far),
        zh_far=len(_long_runs(np.flatnonzero(_lonely(bo, zh, kept[0])), _LONG_RUN)),
    )


def _lonely(bo: Side, zh: Side, clock: ClockMap) -> NDArray[np.bool_]:
    """For each Chinese cue whether no Tibetan one begins near it."""
    times = clock.forward(zh.start)
    first = np.searchsorted(bo.start, times - _MARGIN_MS)
    lonely: NDArray[np.bool_] = first == np.searchsorted(bo.start, times + _MARGIN_MS)
    return lonely


def _near(
    bo: Side, zh: Side, tried: Sequence[ClockMap], most: int
) -> tuple[list[ClockMap], Columns, Columns]:
    """The clocks that are kept, and the first and last columns near any of them by row."""
    kept: list[ClockMap] = []
    low, high = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    for clock in tried:
        times = clock.forward(np.append(zh.start, zh.end[-1]))
        first = np.searchsorted(bo.start, times - _MARGIN_MS) - 4
        last = np.searchsorted(bo.start, times + _MARGIN_MS) + 4
        if kept:
            first, last = np.minimum(first, low), np.maximum(last, high)
            if (len(kept) + 1) * int((last - first).max() + 1) > most:
                continue
        kept.append(clock)
        low, high = first, last
    low = np.maximum.accumulate(np.clip(low, 0, len(bo)))
    high = np.maximum.accumulate(np.clip(high, 0, len(bo)))
    return kept, low, high


def _narrowed(
    bo: Side, zh: Side, clock: ClockMap, near: tuple[Columns, Columns], width: int
) -> tuple[Columns, Columns]:
    """At most ``width`` columns a row: those about its own time, among cues of one time
    those about its own number.
    """
    low, high = near
    times = clock.forward(np.append(zh.start, zh.end[-1]))
    even = np.arange(len(zh) + 1) * (len(bo) / len(zh))
    middle = np.clip(
        even, np.searchsorted(bo.start, times - 1), np.searchsorted(bo.start, times + 1)
    ).astype(np.int64)
    first = np.clip(middle - width // 2, low, np.maximum(low, high - width))
    first = np.maximum.accumulate(first)
    return first, np.maximum.accumulate(np.minimum(high, first + width))


def _far(low: Columns, high: Columns, m: int, longest: int) -> Columns:
    """The Tibetan cues that no row looks at, in runs of more than ``longest``."""
    steps = np.zeros(m + 1, dtype=np.int64)
    np.add.at(steps, low, 1)
    np.add.at(steps, high, -1)
    return _long_runs(np.flatnonzero(np.cumsum(steps)[:m] == 0), longest)


def _long_runs(numbers: Columns, longest: int) -> Columns:
    """Those that follow on each other in runs of more than ``longest``."""
    runs = np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1)
    long = [run for run in runs if len(run) > longest]
    return np.concatenate(long) if long else numbers[:0]
