"""Two clocks: which affine map takes the Chinese track's times to the Tibetan's.

Times are seconds here. A map is ``bo = rate * zh + offset``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bilingual.alignment.evidence import TextEvidence
from bilingual.alignment.residuals import NAMED_RATES
from bilingual.alignment.sides import Floats, Side
from bilingual.config import Sync

_TABLE = 1200
_BIN_S = 0.25
_KERNEL = np.array([0.15, 0.5, 0.85, 1.0, 0.85, 0.5, 0.15])
_LOOKED_AT = 40
_LOOSE_S = 0.35
_NO_PARTNER = 0.15
_RATIOS = tuple(rate for _, rate in NAMED_RATES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """``bo = rate * zh + offset``, in seconds."""

    rate: float = 1.0
    offset: float = 0.0

    def __call__(self, zh: Floats) -> Floats:
        """Chinese times on the Tibetan clock."""
        moved: Floats = self.rate * zh + self.offset
        return moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How far cues that belong together lie from their place.

    ``sigma`` is the standard deviation of start and end, in seconds, ``lag`` how
    much later than its start a Tibetan cue's end commonly is, ``outliers`` the
    share that lies anywhere, ``late_ends`` the share of ends that do (a cue left
    standing over a gap), ``period`` the mean distance of neighbouring starts:
    what "anywhere" is measured by.
    """

    sigma: float = 0.4
    lag: float = 0.0
    outliers: float = 0.06
    late_ends: float = 0.1
    period: float = 4.0

    def starts(self, away: Floats) -> Floats:
        """Log-likelihood ratio of starts that far (s) from their place."""
        return self._look_up(away, self.outliers)

    def ends(self, away: Floats) -> Floats:
        """Log-likelihood ratio of ends that far (s) from their place."""
        return self._look_up(away, max(self.outliers, self.late_ends))

    def _look_up(self, away: Floats, outliers: float) -> Floats:
        # A table in steps of 10 ms: looking up is many times faster.
        index = np.minimum(np.abs(away) * 100, _TABLE - 1).astype(np.int64)
        scores: Floats = self._law(np.arange(_TABLE) / 100, outliers)[index]
        return scores

    def _law(self, away: Floats, outliers: float) -> Floats:
        s = self.sigma
        near = np.exp(-0.5 * (away / s) ** 2) / (s * 2.5066)
        wide = np.exp(-0.5 * (away / (3 * s)) ** 2) / (3 * s * 2.5066)
        anywhere = 1 / (1.5 * self.period)
        ratio: Floats = np.log(
            ((0.9 - outliers) * near + 0.1 * wide) / anywhere + outliers
        )
        return ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Pairs of cues that may belong together, as parallel arrays.

    ``row`` numbers the Chinese cue of each pair, ``weight`` is how likely its
    text alone makes it among that cue's pairs (at most 1 together); times are
    seconds.
    """

    rows: int
    row: NDArray[np.int64]
    weight: Floats
    zh_start: Floats
    zh_end: Floats
    bo_start: Floats
    bo_end: Floats


def likely_pairs(bo: Side, zh: Side, text: TextEvidence, rows: slice, columns: slice) -> Pairs:
    """For each Chinese cue of a stretch the Tibetan cues its text fits best."""
    weights = np.exp(np.clip(text.block(rows, columns)[1, 1], -20, 20))
    weights /= weights.sum(1, keepdims=True) + weights.shape[1] * 0.5
    n, m = weights.shape
    partners = min(m, max(24, m // 4))
    best = np.argpartition(-weights, partners - 1, axis=1)[:, :partners]
    row = np.repeat(np.arange(n), partners)
    column = best.ravel()
    i, j = row + rows.start, column + columns.start
    return Pairs(
        rows=n,
        row=row,
        weight=weights[row, column],
        zh_start=zh.start[i],
        zh_end=zh.end[i],
        bo_start=bo.start[j],
        bo_end=bo.end[j],
    )


def candidates(pairs: Pairs, rates: Sequence[float], limit: float, about: Clock) -> list[Clock]:
    """Maps under which many pairs fall together, by a vote over a grid.

    Every pair votes, with its weight, for the offset it would mean at each of
    the rates, within ``limit`` seconds of what ``about`` says.
    """
    centre = float(np.mean(pairs.zh_start))
    there = about.rate * centre + about.offset
    half = max(10.0, float(np.ptp(pairs.zh_start)) / 2)
    z = np.concatenate([pairs.zh_start, pairs.zh_end]) - centre
    b = np.concatenate([pairs.bo_start, pairs.bo_end]) - there + limit
    weight = np.concatenate([pairs.weight, pairs.weight])
    bins = int(2 * limit / _BIN_S) + 3
    found: list[tuple[float, float, float]] = []
    for rate in rates:
        index = ((b - rate * z) / _BIN_S).astype(np.int64)
        inside = (index >= 0) & (index < bins)
        votes = np.convolve(np.bincount(index[inside], weight[inside], bins), _KERNEL, "same")
        for _ in range(3):
            top = int(votes.argmax())
            found.append((float(votes[top]), rate, (top + 0.5) * _BIN_S - limit + there))
            votes[max(0, top - 6) : top + 7] = 0
    found.sort(reverse=True)
    chosen: list[tuple[float, float]] = []
    for _, rate, at_centre in found:
        if all(abs(at_centre - c) + abs(rate - r) * half > 0.8 for r, c in chosen):
            chosen.append((rate, at_centre))
        if len(chosen) == _LOOKED_AT:
            break
    return [Clock(rate=r, offset=c - r * centre) for r, c in chosen]


def judged(pairs: Pairs, clock: Clock, period: float) -> tuple[float, Clock]:
    """How well a map explains the pairs (nats), and the map made to fit better."""
    score = 0.0
    for _ in range(3):
        away = pairs.bo_start - clock(pairs.zh_start)
        off = pairs.bo_end - clock(pairs.zh_end)
        near = np.exp(-0.5 * (away**2 + off**2) / _LOOSE_S**2) * (period / _LOOSE_S) ** 2 / 6.28
        joint = pairs.weight * near
        total = np.bincount(pairs.row, joint, pairs.rows) + _NO_PARTNER
        score = float(np.log(total).sum())
        share = joint / total[pairs.row] + 1e-12
        if share.sum() < 3:
            break
        clock = fit(pairs.zh_start, pairs.bo_start, share)
    return score, clock


def _rates(half: float, deviation: float) -> list[float]:
    step = min(0.01, 0.5 / half)
    count = int(deviation / step)
    return [1 + k * step for k in range(-count, count + 1)] + [rate for _, rate in NAMED_RATES]


def fit(zh: Floats, bo: Floats, weights: Floats, *, rate: float | None = None) -> Clock:
    """Least squares; with ``rate`` given only the offset is fitted."""
    total = float(weights.sum())
    mean_zh, mean_bo = float(weights @ zh) / total, float(weights @ bo) / total
    if rate is None:
        spread = float(weights @ (zh - mean_zh) ** 2)
        rate = float(weights @ ((zh - mean_zh) * (bo - mean_bo))) / spread if spread else 1.0
    return Clock(rate=rate, offset=mean_bo - rate * mean_zh)


def robust_sigma(away: Floats) -> float:
    """Standard deviation from the median of absolute values, in seconds."""
    return float(1.4826 * np.median(np.abs(away))) if len(away) else 0.4


def fit_stretches(
    points: Sequence[tuple[Floats, Floats]], clocks: Sequence[Clock], *, min_jump: float
) -> tuple[float, list[float]]:
    """One rate for all stretches and an offset for each.

    :param points: Chinese and Tibetan times of each stretch, :param clocks: a
        first guess for each.
    :returns: the rate, 1 where the data do not tell it from 1, and the offsets;
        neighbours that differ by less than ``min_jump`` get the same one.
    """
    group = np.concatenate([np.full(len(z), k) for k, (z, _) in enumerate(points)])
    z = np.concatenate([p[0] for p in points])
    b = np.concatenate([p[1] for p in points])
    away = np.concatenate([p[1] - c(p[0]) for p, c in zip(points, clocks, strict=True)])
    weights = np.ones(len(z))
    for _ in range(3):
        sigma = max(0.02, robust_sigma(away))
        weights = 1 / (1 + (away / (2 * sigma)) ** 2) ** 2
        rate = _common_rate(z, b, group, weights, sigma)
        offsets = np.array(
            [
                np.average((b - rate * z)[group == k], weights=weights[group == k])
                for k in range(len(points))
            ]
        )
        for k in range(1, len(offsets)):
            if abs(offsets[k] - offsets[k - 1]) < min_jump:
                same = np.isin(group, (k - 1, k))
                offsets[k - 1 : k + 1] = np.average((b - rate * z)[same], weights=weights[same])
        away = b - rate * z - offsets[group]
    return rate, [float(o) for o in offsets]


def _common_rate(
    z: Floats, b: Floats, group: NDArray[np.int64], weights: Floats, sigma: float
) -> float:
    total_zz = total_zb = 0.0
    for k in range(int(group.max()) + 1):
        here = group == k
        w = weights[here]
        dz = z[here] - np.average(z[here], weights=w)
        db = b[here] - np.average(b[here], weights=w)
        total_zz += float(w @ dz**2)
        total_zb += float(w @ (dz * db))
    if not total_zz:
        return 1.0
    rate = total_zb / total_zz
    error = sigma / np.sqrt(total_zz)
    # Where the data do not tell the rate from 1 it is not claimed to differ.
    return 1.0 if abs(rate - 1) < max(3 * error, 2e-5) else rate


def search(bo: Side, zh: Side, text: TextEvidence, sync: Sync, *, keep: int = 8) -> list[Clock]:
    """The maps worth trying, over the whole range the settings allow; best first."""
    pairs = likely_pairs(bo, zh, text, slice(0, len(zh)), slice(0, len(bo)))
    centre = float(np.mean(zh.start))
    limit = sync.max_offset_ms / 1000 + sync.max_rate_deviation * abs(centre)
    half = max(10.0, float(np.ptp(zh.start)) / 2)
    period = period_of(bo)
    found = []
    for rough in candidates(pairs, _rates(half, sync.max_rate_deviation), limit, Clock()):
        score, clock = judged(pairs, rough, period)
        if abs(clock.rate - 1) <= 1.1 * sync.max_rate_deviation:
            found.append((score + log_prior(clock, half), clock))
    found.sort(key=lambda f: -f[0])
    return [clock for _, clock in found[:keep]] or [Clock()]


def log_prior(clock: Clock, half: float) -> float:
    """Log of how common a rate is: mostly 1, else a ratio of frame rates."""
    away = min((abs(clock.rate - rate) for rate in (1.0, *_RATIOS)), default=1.0) * half
    if abs(clock.rate - 1) * half < 0.5:
        return 0.0
    return -2.0 if away < 0.5 else -4.0


def period_of(side: Side) -> float:
    """The usual distance of neighbouring starts, in seconds (0.5..10)."""
    if len(side) < 2:
        return 4.0
    return float(np.clip(np.median(np.diff(side.start)), 0.5, 10))
