"""The dynamic programme over beads: best path and posteriors, within a band.

Rows are numbers of Chinese cues taken (0..n), columns of Tibetan ones (0..m).
Row i looks at the columns ``low[i] .. low[i] + width - 1`` only. Several clocks
are tried side by side; a path may change clock between beads at a price, which
is how a jump shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bilingual.alignment.sides import Floats

Shape = tuple[int, int]
_NEVER = -1e30
_MOST_TAKEN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Lattice:
    """Everything the programme needs.

    ``scores`` has the shape (n + 1, moves, clocks, width): the log score of the
    move that ends at (row, column) under a clock. ``shapes`` are the moves as
    (Chinese cues, Tibetan cues), each taking at least one Chinese cue. Leaving a
    Tibetan cue alone costs ``alone``; ``first`` weighs the clocks at the start,
    ``change`` is the log score of changing clock.
    """

    scores: NDArray[np.float32]
    shapes: Sequence[Shape]
    low: NDArray[np.int64]
    columns: int
    alone: float
    first: Floats
    change: float

    @property
    def rows(self) -> int:
        """Number of Chinese cues, plus one."""
        return len(self.scores)

    @property
    def width(self) -> int:
        """Columns a row looks at."""
        return int(self.scores.shape[3])

    @property
    def clocks(self) -> int:
        """Clocks tried side by side."""
        return int(self.scores.shape[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A move of the path. ``move`` is an index into the shapes, ``None`` for a
    Tibetan cue left alone; ``zh`` and ``bo`` are the numbers of cues taken
    before it.
    """

    move: int | None
    zh: int
    bo: int
    clock: int


def best_path(lattice: Lattice) -> tuple[list[Step], float]:
    """The path with the highest score, and that score."""
    size, pad = lattice.width, _padding(lattice)
    sources = _Sources(lattice, pad)
    value = np.full((lattice.rows, lattice.clocks, size + 2 * pad), _NEVER)
    moves = np.zeros((lattice.rows, lattice.clocks, size), dtype=np.int8)
    origin = np.zeros((lattice.rows, lattice.clocks, size), dtype=np.int8)
    run = lattice.alone * np.arange(size)
    each = np.arange(lattice.clocks, dtype=np.int8)[:, None]
    alone = len(lattice.shapes)
    taken = np.full((alone, lattice.clocks, size), _NEVER)
    for row in range(lattice.rows):
        if row:
            _gather(lattice, value, taken, row, sources)
            move = taken.argmax(0)
            direct = np.take_along_axis(taken, move[None], 0)[0]
        else:
            move = np.zeros((lattice.clocks, size), dtype=np.int64)
            direct = _start(lattice)
        through = np.maximum.accumulate(direct - run, axis=1) + run
        moves[row] = np.where(through > direct + 1e-9, alone, move)
        if lattice.clocks > 1:
            best = through.argmax(0)
            changed = through[best, np.arange(size)] + lattice.change
            origin[row] = np.where(changed > through, best[None, :], each)
            through = np.maximum(through, changed)
        value[row, :, pad : pad + size] = through
    return _trace(lattice, moves, origin, value[-1, :, pad : pad + size])


def _trace(
    lattice: Lattice, moves: NDArray[np.int8], origin: NDArray[np.int8], last: Floats
) -> tuple[list[Step], float]:
    row, column = lattice.rows - 1, lattice.columns - 1
    clock = int(last[:, column - int(lattice.low[row])].argmax())
    score = float(last[clock, column - int(lattice.low[row])])
    steps: list[Step] = []
    free = True  # whether the clock may change here: only between rows
    while row or column:
        at = column - int(lattice.low[row])
        if free:
            clock = int(origin[row, clock, at])
        move = int(moves[row, clock, at])
        if move == len(lattice.shapes):
            column -= 1
            steps.append(Step(move=None, zh=row, bo=column, clock=clock))
            free = False
            continue
        taken_zh, taken_bo = lattice.shapes[move]
        row, column = row - taken_zh, column - taken_bo
        steps.append(Step(move=move, zh=row, bo=column, clock=clock))
        free = True
    return steps[::-1], score


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """What is known after summing over all paths.

    ``of`` gives the probability of a move, ``zh_alone`` and ``bo_alone`` of each
    cue standing alone; ``log_evidence`` is the log of the sum over paths.
    """

    lattice: Lattice
    forward: Floats
    backward: Floats
    zh_alone: Floats
    bo_alone: Floats
    log_evidence: float
    pad: int

    def of(self, step: Step) -> float:
        """Probability (0..1) of a step of a path, whatever the clock."""
        if step.move is None:
            return float(min(1.0, self.bo_alone[step.bo]))
        a, b = self.lattice.shapes[step.move]
        if b == 0:
            return float(min(1.0, self.zh_alone[step.zh]))
        low, pad = self.lattice.low, self.pad
        row, column = step.zh + a, step.bo + b
        total = (
            self.forward[step.zh, :, pad + step.bo - low[step.zh]]
            + self.lattice.scores[row, step.move, :, column - low[row]]
            + self.backward[row, :, pad + column - low[row]]
            - self.log_evidence
        )
        return float(min(1.0, np.exp(total).sum()))


def posterior(lattice: Lattice) -> Posterior:
    """Forward and backward sums over all paths."""
    size, pad = lattice.width, _padding(lattice)
    sources = _Sources(lattice, pad)
    shape = (lattice.rows, lattice.clocks, size + 2 * pad)
    inner = slice(pad, pad + size)
    before, after = np.full(shape, _NEVER), np.full(shape, _NEVER)
    entering = np.full((lattice.rows, lattice.clocks, size), _NEVER)
    run = lattice.alone * np.arange(size)
    taken = np.full((len(lattice.shapes), lattice.clocks, size), _NEVER)
    for row in range(lattice.rows):
        if row:
            _gather(lattice, before, taken, row, sources)
            direct = _log_sum(taken)
        else:
            direct = _start(lattice)
        through = np.logaddexp.accumulate(direct - run, axis=1) + run
        entering[row] = through
        before[row, :, inner] = _mix_clocks(through, lattice.change)
    last = lattice.columns - 1 - int(lattice.low[-1])
    evidence = float(_log_sum(before[-1, :, pad + last]))
    bo_alone = np.zeros(lattice.columns)
    zh_alone = np.zeros(lattice.rows)
    single = lattice.shapes.index((1, 0))
    for row in range(lattice.rows - 1, -1, -1):
        if row == lattice.rows - 1:
            leaving = np.full((lattice.clocks, size), _NEVER)
            leaving[:, last] = 0.0
        else:
            leaving = _leaving(lattice, after, row, pad)
        onward = _mix_clocks(leaving, lattice.change)
        reach = (np.logaddexp.accumulate((onward + run)[:, ::-1], axis=1))[:, ::-1] - run
        after[row, :, inner] = reach
        skip = entering[row, :, :-1] + lattice.alone + reach[:, 1:] - evidence
        low = int(lattice.low[row])
        stop = min(size - 1, lattice.columns - 1 - low)
        bo_alone[low : low + stop] += np.exp(skip[:, :stop]).sum(0)
        if row:
            source = pad + low - int(lattice.low[row - 1])
            alone = before[row - 1, :, source : source + size] + lattice.scores[row, single]
            zh_alone[row - 1] = np.exp(alone + reach - evidence).sum()
    return Posterior(
        lattice=lattice,
        forward=before,
        backward=after,
        zh_alone=zh_alone,
        bo_alone=bo_alone,
        log_evidence=evidence,
        pad=pad,
    )


def _padding(lattice: Lattice) -> int:
    # What lies further away than a row is wide is out of its reach, however far.
    return min(int(np.diff(lattice.low).max(initial=0)) * 3, lattice.width) + 4


def _start(lattice: Lattice) -> Floats:
    start = np.full((lattice.clocks, lattice.width), _NEVER)
    start[:, 0] = lattice.first
    return start


class _Sources:
    """Where in a table of (rows, clocks, padded width) each move into a row comes from.

    The table is looked at flat: one look-up for all moves of a row is several
    times faster than one for each.
    """

    def __init__(self, lattice: Lattice, pad: int) -> None:
        size, clocks = lattice.width, lattice.clocks
        self._wide = size + 2 * pad
        self._low, self._pad = lattice.low, pad
        taken = np.array(lattice.shapes, dtype=np.int64)
        self._zh, self._bo = taken[:, 0], taken[:, 1]
        self._stride = clocks * self._wide
        inner = np.arange(clocks)[:, None] * self._wide + np.arange(size)[None, :]
        self._inner = inner[None]

    def into(self, row: int) -> NDArray[np.int64]:
        """Flat places (moves, clocks, width); below 0 before the first row."""
        before = np.maximum(row - self._zh, 0)
        away = np.minimum(self._low[row] - self._low[before] - self._bo, self._pad)
        start = before * self._stride + self._pad + away
        places: NDArray[np.int64] = start[:, None, None] + self._inner
        return places

    def impossible(self, row: int) -> NDArray[np.bool_]:
        """The moves that would begin before the first row."""
        moves: NDArray[np.bool_] = self._zh > row
        return moves


def _gather(lattice: Lattice, value: Floats, out: Floats, row: int, sources: _Sources) -> None:
    np.take(value.reshape(-1), sources.into(row), out=out)
    out += lattice.scores[row]
    if row < _MOST_TAKEN:
        out[sources.impossible(row)] = _NEVER


def _leaving(lattice: Lattice, after: Floats, row: int, pad: int) -> Floats:
    size, low = lattice.width, lattice.low
    out = np.full((len(lattice.shapes), lattice.clocks, size), _NEVER)
    wide = np.full((lattice.clocks, size + 2 * pad), _NEVER)
    for move, (a, b) in enumerate(lattice.shapes):
        if row + a >= lattice.rows:
            continue
        # The target's scores stand in the target row's own columns.
        wide[:, pad : pad + size] = lattice.scores[row + a, move]
        source = max(0, pad + int(low[row] - low[row + a]) + b)
        out[move] = wide[:, source : source + size] + after[row + a, :, source : source + size]
    return _log_sum(out)


def _mix_clocks(value: Floats, change: float) -> Floats:
    if len(value) == 1:
        return value
    mixed: Floats = np.logaddexp(value, _log_sum(value)[None, :] + change)
    return mixed


def _log_sum(values: Floats) -> Floats:
    """Log of the sum of exponentials over the first axis."""
    top = values.max(axis=0)
    total: Floats = top + np.log(np.exp(values - top).sum(axis=0))
    return total
