"""Fitting the map that takes the Chinese track's times to the Tibetan's.

Times are milliseconds; the maps that are fitted have no jumps, but for ``stepwise``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bilingual.alignment.sides import Floats, Side
from bilingual.model import ClockMap, Jump

_TABLE = 1200
_STEP_MS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How far cues that belong together lie from their place.

    ``sigma`` is the standard deviation of start and end, ``lag`` how
    much later than its start a Tibetan cue's end commonly is, ``outliers`` the
    share that lies anywhere, ``late_ends`` the share of ends that do (a cue left
    on over a gap), ``period`` the mean distance of neighbouring starts:
    what "anywhere" is measured by. Times in milliseconds.
    """

    sigma: float = 400.0
    lag: float = 0.0
    outliers: float = 0.01
    late_ends: float = 0.1
    period: float = 4000.0

    def starts(self, away: Floats) -> Floats:
        """Log-likelihood ratio of starts that far (ms) from their place."""
        return self._look_up(away, self.outliers)

    def ends(self, away: Floats) -> Floats:
        """Log-likelihood ratio of ends that far (ms) from their place."""
        return self._look_up(away, max(self.outliers, self.late_ends))

    def _look_up(self, away: Floats, outliers: float) -> Floats:
        # A table in steps: looking up is many times faster.
        index = np.minimum(np.abs(away) / _STEP_MS, _TABLE - 1).astype(np.int64)
        scores: Floats = self._law(np.arange(_TABLE, dtype=np.float64) * _STEP_MS, outliers)[index]
        return scores

    def _law(self, away: Floats, outliers: float) -> Floats:
        s = self.sigma
        near = np.exp(-0.5 * (away / s) ** 2) / (s * 2.5066)
        wide = np.exp(-0.5 * (away / (3 * s)) ** 2) / (3 * s * 2.5066)
        anywhere = 1 / (1.5 * self.period)
        ratio: Floats = np.log(((0.9 - outliers) * near + 0.1 * wide) / anywhere + outliers)
        return ratio


def fit(zh: Floats, bo: Floats, weights: Floats, *, rate: float | None = None) -> ClockMap:
    """Least squares; with ``rate`` given only the offset is fitted."""
    total = float(weights.sum())
    mean_zh, mean_bo = float(weights @ zh) / total, float(weights @ bo) / total
    if rate is None:
        spread = float(weights @ (zh - mean_zh) ** 2)
        rate = float(weights @ ((zh - mean_zh) * (bo - mean_bo))) / spread if spread else 1.0
    return ClockMap(rate=rate, offset_ms=mean_bo - rate * mean_zh)


def robust_sigma(away: Floats) -> float:
    """Standard deviation from the median of absolute values, in milliseconds."""
    return float(1.4826 * np.median(np.abs(away))) if len(away) else 400.0


def fit_stretches(
    points: Sequence[tuple[Floats, Floats]], clocks: Sequence[ClockMap], *, min_jump: float
) -> tuple[float, list[float]]:
    """One rate for all stretches and an offset for each.

    :param points: Chinese and Tibetan times of each stretch, :param clocks: a
        first guess for each.
    :returns: the rate, 1 where the data do not distinguish it from 1, and the offsets;
        neighbours that differ by less than ``min_jump`` get the same one.
    """
    bounds = np.cumsum([0, *(len(z) for z, _ in points)])
    parts = [slice(int(a), int(b)) for a, b in pairwise(bounds)]
    group = np.repeat(np.arange(len(points)), np.diff(bounds))
    z = np.concatenate([p[0] for p in points])
    b = np.concatenate([p[1] for p in points])
    away = np.concatenate([p[1] - c.forward(p[0]) for p, c in zip(points, clocks, strict=True)])
    weights = np.ones(len(z))
    for _ in range(3):
        sigma = max(20.0, robust_sigma(away))
        weights = 1 / (1 + (away / (2 * sigma)) ** 2) ** 2
        rate = _common_rate(z, b, parts, weights, sigma)
        rest = b - rate * z
        offsets = np.array([np.average(rest[k], weights=weights[k]) for k in parts])
        for k in range(1, len(offsets)):
            if abs(offsets[k] - offsets[k - 1]) < min_jump:
                same = slice(parts[k - 1].start, parts[k].stop)
                offsets[k - 1 : k + 1] = np.average(rest[same], weights=weights[same])
        away = rest - offsets[group]
    return rate, [float(o) for o in offsets]


def stepwise(z: Floats, b: Floats, clock: ClockMap, *, min_jump: float) -> ClockMap | None:
    """A clock that runs at rate 1 and jumps, where that explains the times better.

    A jump in the middle of a track can be taken for a drift: the line through both parts
    is not far from either. Compared by the Bayesian information criterion with errors
    of a Laplace distribution, a jump for two numbers.

    :param z: Chinese and :param b: Tibetan times that belong together, rising.
    :param clock: the clock fitted to them.
    :returns: ``None`` where the fitted clock is the better one.
    """
    away = b - z
    known = [0, *(int(np.searchsorted(z, jump.at_ms)) for jump in clock.jumps), len(away)]
    bounds = [0]
    for start, stop in pairwise(sorted({*known})):
        bounds += [*_bounds(away, start, stop, min_jump, _DEPTH), stop]
    starts, offsets = [0], [float(np.median(away[: bounds[1]]))]
    for start, stop in pairwise(bounds[1:]):
        offset = float(np.median(away[start:stop]))
        if abs(offset - offsets[-1]) >= min_jump:
            starts.append(start)
            offsets.append(offset)
    steps = ClockMap(
        offset_ms=offsets[0],
        jumps=tuple(
            Jump(at_ms=int(z[start]), offset_ms=round(offset))
            for start, offset in zip(starts[1:], offsets[1:], strict=True)
        ),
    )
    better = _information(z, b, steps) < _information(z, b, clock)
    return steps if steps.jumps and better else None


def _bounds(away: Floats, start: int, stop: int, min_jump: float, depth: int) -> list[int]:
    """Where the offsets from ``start`` to ``stop`` jump, in order."""
    here = away[start:stop]
    size = len(here)
    if size < 2 * _FEWEST_BEHIND or not depth:
        return []
    # Of many places some first, evenly spread, then those around the best.
    step = max(1, size // _PLACES)
    found = _best_bound(here, range(_FEWEST_BEHIND, size - _FEWEST_BEHIND + 1, step), min_jump)
    if found is not None and step > 1:
        first, last = (
            max(_FEWEST_BEHIND, found[1] - step),
            min(size - _FEWEST_BEHIND, found[1] + step),
        )
        found = _best_bound(here, range(first, last + 1), min_jump)
    whole = _mean_error(here - np.median(here))
    if found is None or size * np.log(whole / found[0]) < 2 * np.log(len(away)):
        return []
    middle = start + found[1]
    return [
        *_bounds(away, start, middle, min_jump, depth - 1),
        middle,
        *_bounds(away, middle, stop, min_jump, depth - 1),
    ]


def _best_bound(here: Floats, places: Iterable[int], min_jump: float) -> tuple[float, int] | None:
    """The mean error with a jump at the best place, and that place."""
    found: tuple[float, int] | None = None
    for at in places:
        before, after = here[:at], here[at:]
        low, high = float(np.median(before)), float(np.median(after))
        if abs(high - low) < min_jump:
            continue
        error = _mean_error(np.concatenate([before - low, after - high]))
        if found is None or error < found[0]:
            found = (error, at)
    return found


def _information(z: Floats, b: Floats, clock: ClockMap) -> float:
    numbers = 1 + (clock.rate != 1.0) + 2 * len(clock.jumps)
    error = _mean_error(b - clock.forward(z))
    return len(z) * float(np.log(error)) + numbers * float(np.log(len(z))) / 2


def _mean_error(away: Floats) -> float:
    """Mean absolute error, no cue's above the bound and none better than times are given."""
    return max(_EXACT_MS, float(np.mean(np.minimum(np.abs(away), _MOST_MS))))


_FEWEST_BEHIND = 3
_DEPTH = 3
_PLACES = 100
_EXACT_MS = 15.0
_MOST_MS = 1500.0


def _common_rate(
    z: Floats, b: Floats, parts: Sequence[slice], weights: Floats, sigma: float
) -> float:
    total_zz = total_zb = 0.0
    for here in parts:
        w = weights[here]
        dz = z[here] - np.average(z[here], weights=w)
        db = b[here] - np.average(b[here], weights=w)
        total_zz += float(w @ dz**2)
        total_zb += float(w @ (dz * db))
    if not total_zz:
        return 1.0
    rate = total_zb / total_zz
    error = sigma / np.sqrt(total_zz)
    # Where the data do not distinguish the rate from 1 it is not claimed to differ.
    return 1.0 if abs(rate - 1) < max(4 * error, 2e-5) else rate


def period_of(side: Side) -> float:
    """The usual distance of neighbouring starts, in milliseconds (500..10 000)."""
    if len(side) < 2:
        return 4000.0
    return float(np.clip(np.median(np.diff(side.start)), 500, 10_000))
