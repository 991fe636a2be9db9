"""The dynamic programme against counting all paths by hand."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilingual.alignment.programme import Lattice, best_path, posterior

SHAPES = ((1, 1), (1, 2), (2, 1), (1, 0))


def lattice(seed: int, n: int, m: int, clocks: int, low: list[int] | None = None) -> Lattice:
    rnd = np.random.default_rng(seed)
    lows = np.array(low or [0] * (n + 1))
    width = m + 1 - int(lows.min()) if low is None else 3
    scores = rnd.normal(0, 2, (n + 1, len(SHAPES), clocks, width)).astype(np.float32)
    for row in range(n + 1):
        for move, (a, b) in enumerate(SHAPES):
            for column in range(width):
                if row < a or lows[row] + column < b:
                    scores[row, move, :, column] = -1e30
    return Lattice(
        scores=scores,
        shapes=SHAPES,
        low=lows,
        columns=m + 1,
        alone=-1.5,
        first=np.zeros(clocks),
        change=-2.0,
    )


def paths(
    lat: Lattice, row: int, column: int, clock: int, score: float, fresh: bool
) -> Iterator[tuple[float, tuple[tuple[int, int, int], ...]]]:
    """Every path on from a node; the clock may change once, before a bead."""
    n, m = lat.rows - 1, lat.columns - 1
    if (row, column) == (n, m):
        yield score, ()
    if column < m and fresh and column + 1 - lat.low[row] < lat.width:
        for total, rest in paths(lat, row, column + 1, clock, score + lat.alone, True):
            yield total, ((-1, row, column), *rest)
    for move, (a, b) in enumerate(lat.shapes):
        i, j = row + a, column + b
        if i > n or j > m or not 0 <= j - lat.low[i] < lat.width:
            continue
        for other in range(lat.clocks):
            price = 0.0 if other == clock else lat.change
            step = price + float(lat.scores[i, move, other, j - lat.low[i]])
            for total, rest in paths(lat, i, j, other, score + step, True):
                yield total, ((move, row, column), *rest)


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 3), st.integers(1, 3), st.integers(1, 2))
def test_best_path_is_the_best_of_all(seed: int, n: int, m: int, clocks: int) -> None:
    lat = lattice(seed, n, m, clocks)
    found, score = best_path(lat)
    known = [p for k in range(clocks) for p in paths(lat, 0, 0, k, 0.0, True)]
    best = max(known, key=lambda p: p[0])
    assert score == pytest.approx(best[0], abs=1e-3)
    assert [(-1 if s.move is None else s.move, s.zh, s.bo) for s in found] == list(best[1])


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 3), st.integers(1, 3))
def test_posteriors_are_shares_of_all_paths(seed: int, n: int, m: int) -> None:
    lat = lattice(seed, n, m, 1)
    steps, _ = best_path(lat)
    known = list(paths(lat, 0, 0, 0, 0.0, True))
    total = math.fsum(math.exp(s) for s, _ in known)
    found = posterior(lat)
    assert found.log_evidence == pytest.approx(math.log(total), abs=1e-3)
    for step in steps:
        if step.move is None:
            through = [p for p in known if any(x[0] == -1 and x[2] == step.bo for x in p[1])]
        elif lat.shapes[step.move] == (1, 0):
            through = [
                p
                for p in known
                if any(x[0] >= 0 and lat.shapes[x[0]] == (1, 0) and x[1] == step.zh for x in p[1])
            ]
        else:
            through = [p for p in known if (step.move, step.zh, step.bo) in p[1]]
        share = math.fsum(math.exp(s) for s, _ in through) / total
        assert found.of(step) == pytest.approx(share, abs=1e-3)


def test_a_band_gives_what_lies_within_it() -> None:
    lat = lattice(3, 4, 4, 1, [0, 0, 1, 2, 2])
    known = list(paths(lat, 0, 0, 0, 0.0, True))
    _, score = best_path(lat)
    assert score == pytest.approx(max(s for s, _ in known), abs=1e-3)
    assert posterior(lat).log_evidence == pytest.approx(
        math.log(math.fsum(math.exp(s) for s, _ in known)), abs=1e-3
    )
