"""Tracks of very many cues, or with nothing beside a long stretch: bounded, and still right."""

from __future__ import annotations

import random

import numpy as np
import pytest

from bilingual import align
from bilingual.alignment.band import MOST_CELLS, band_for
from bilingual.alignment.clock import fit_stretches
from bilingual.alignment.programme import best_path, posterior
from bilingual.alignment.sides import side_of
from bilingual.model import ClockMap, Track
from tests.bench.many_cues import KINDS, many_cues
from tests.golden.sentences import LONG, SUN, TERMS
from tests.support import track

_LINES = (*SUN, *LONG, *TERMS)


def _film(size: int, missing: range, side: str) -> tuple[Track, Track]:
    """A work whose one side lacks a stretch of cues."""
    rnd = random.Random(3)
    both: dict[str, list[tuple[int, int, str]]] = {"bo": [], "zh": []}
    now = 0
    for k in range(size):
        line = rnd.choice(_LINES)
        for name, text in (("bo", line.bo), ("zh", line.zh)):
            if name != side or k not in missing:
                both[name].append((now, now + 2000, text))
        now += 2000 + rnd.randint(50, 3000)
    return track("bo", both["bo"]), track("zh", both["zh"])


@pytest.mark.parametrize("side", ["zh", "bo"])
@pytest.mark.parametrize("missing", [range(150, 550), range(400), range(300, 700)])
def test_a_long_stretch_that_one_side_lacks(side: str, missing: range) -> None:
    """At the beginning, in the middle, at the end: the rest is paired all the same."""
    bo, zh = _film(700, missing, side)
    found = align(bo, zh)
    pairs = {(bead.zh, bead.bo) for bead in found.beads if bead.two_sided}
    there = {cue.start_ms: cue.index for cue in bo.cues}
    true = {((c.index,), (there[c.start_ms],)) for c in zh.cues if c.start_ms in there}
    assert len(pairs & true) >= 0.97 * len(true)
    assert (found.offset_ms, found.rate, found.jumps) == (0, 1.0, ())
    assert (found.confidence or 0) > 0.9


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_cue_is_in_one_bead(kind: str) -> None:
    bo, zh = many_cues(kind, 150)
    beads = align(bo, zh).beads
    assert sorted(i for b in beads for i in b.bo) == list(range(len(bo.cues)))
    assert sorted(i for b in beads for i in b.zh) == list(range(len(zh.cues)))


@pytest.mark.parametrize("kind", ["at-zero", "overlapping", "dense", "unrelated", "huge-cue"])
def test_the_table_has_a_bound(kind: str) -> None:
    """Whatever the times and however wide apart the clocks."""
    tracks = many_cues(kind, 6000)
    bo, zh = side_of(tracks[0], "bo"), side_of(tracks[1], "zh")
    clocks = [ClockMap(rate=rate, offset_ms=9000.0) for rate in (1.0, 0.92, 1.08, 0.96)]
    reach = band_for(bo, zh, clocks)
    assert reach.clocks[0] == clocks[0]
    cells = (len(zh) + 1) * reach.band.width * len(reach.clocks)
    assert cells <= 1.5 * MOST_CELLS
    assert len(reach.band.bo) + len(reach.far) == len(bo)
    # A row reaches the first column of the next one, the last one the end.
    low = reach.band.low
    assert low[0] == 0
    assert low[-1] + reach.band.width > len(reach.band.bo)
    assert (np.diff(low) >= 0).all()
    assert (np.diff(low) < reach.band.width).all()


def test_a_side_far_longer_than_the_other() -> None:
    bo = [(k, k + 5, _LINES[k % len(_LINES)].bo) for k in range(20_000)]
    zh = [(k * 300, k * 300 + 200, _LINES[k % len(_LINES)].zh) for k in range(40)]
    sides = side_of(track("bo", bo), "bo"), side_of(track("zh", zh), "zh")
    reach = band_for(*sides, [ClockMap()])
    assert len(reach.band.bo) + len(reach.far) == len(bo)
    assert 41 * reach.band.width <= 1.5 * MOST_CELLS


def test_padding_does_not_grow_with_a_leap_over_columns() -> None:
    """Rows whose columns lie far apart: the best path and the sums stay as they were."""
    from bilingual.alignment.programme import Lattice

    def lattice(low: list[int], width: int) -> Lattice:
        rng = np.random.default_rng(5)
        return Lattice(
            scores=rng.normal(-1, 1, (len(low), 3, 1, width)).astype(np.float32),
            shapes=((1, 1), (1, 2), (1, 0)),
            low=np.array(low),
            columns=low[-1] + width,
            alone=-1.0,
            first=np.zeros(1),
            change=-5.0,
        )

    found = lattice([0, 0, 5, 9], 10)
    steps, score = best_path(found)
    assert np.isfinite(score)
    assert sum(found.shapes[s.move][1] if s.move is not None else 1 for s in steps) == 18
    known = posterior(found)
    assert known.log_evidence >= score - 1e-6
    assert known.forward.shape[2] <= 3 * found.width + 8


def test_stretches_are_fitted_by_their_own_points() -> None:
    z = np.arange(400.0) * 1000
    points = [(z[k : k + 100], z[k : k + 100] + 3000 * (k // 100)) for k in range(0, 400, 100)]
    rate, offsets = fit_stretches(points, [ClockMap()] * 4, min_jump=500)
    assert rate == pytest.approx(1.0)
    assert offsets == pytest.approx([0, 3000, 6000, 9000])
