"""Two clocks: which affine map takes the Chinese track's times to the Tibetan's.

Times are seconds here. A map is ``bo = rate * zh + offset``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bilingual.alignment.sides import Floats

NAMED_RATES: Final[tuple[tuple[str, float], ...]] = (
    ("24/25", 24 / 25),
    ("25/24", 25 / 24),
    ("23.976/25", 24000 / 1001 / 25),
    ("25/23.976", 25 * 1001 / 24000),
    ("23.976/24", 1000 / 1001),
    ("24/23.976", 1.001),
    ("29.97/30", 1000 / 1001),
    ("30/29.97", 1.001),
)
"""Ratios of the frame rates in use: film, PAL, NTSC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """``bo = rate * zh + offset``, in seconds."""

    rate: float = 1.0
    offset: float = 0.0

    def __call__(self, zh: Floats) -> Floats:
        moved: Floats = self.rate * zh + self.offset
        return moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How far cues that belong together lie from their place.

    ``sigma`` is the standard deviation of start and end, in seconds,
    ``outliers`` the share that lies anywhere, ``period`` the mean distance of
    neighbouring starts: what "anywhere" is measured by.
    """

    sigma: float = 0.4
    outliers: float = 0.06
    period: float = 4.0

    def score(self, away: Floats) -> Floats:
        """Log-likelihood ratio of a boundary that far from its place."""
        s = self.sigma
        near = np.exp(-0.5 * (away / s) ** 2) / (s * 2.5066)
        wide = np.exp(-0.5 * (away / (3 * s)) ** 2) / (3 * s * 2.5066)
        anywhere = 1 / (1.5 * self.period)
        ratio: Floats = np.log(
            ((0.9 - self.outliers) * near + 0.1 * wide) / anywhere + self.outliers
        )
        return ratio


def candidates(
    zh: tuple[Floats, Floats],
    bo: tuple[Floats, Floats],
    weights: Floats,
    *,
    max_offset: float,
    max_rate_deviation: float,
    keep: int = 6,
) -> list[Clock]:
    """Maps under which many cues of the two tracks fall together.

    :param zh: starts and ends, in seconds, :param bo: the same.
    :param weights: how likely cue j is the partner of cue i, (zh, bo), rows
        adding up to at most 1.
    :returns: at most ``keep`` maps, the best first, apart from one another.
    """
    n, m = weights.shape
    starts, ends = (zh[0], bo[0]), (zh[1], bo[1])
    partners = min(m, max(24, m // 4))
    near = np.argpartition(-weights, partners - 1, axis=1)[:, :partners]
    i = np.repeat(np.arange(n), partners)
    j = near.ravel()
    w = weights[i, j]
    z = np.concatenate([starts[0][i], ends[0][i]])
    b = np.concatenate([starts[1][j], ends[1][j]])
    w = np.concatenate([w, w])
    centre = float(np.mean(zh[0]))
    half = max(10.0, float(np.ptp(zh[0])) / 2)
    rates = _rates(half, max_rate_deviation)
    bin_s = 0.25
    limit = max_offset + max_rate_deviation * abs(centre)
    bins = int(2 * limit / bin_s) + 3
    kernel = np.array([0.15, 0.5, 0.85, 1.0, 0.85, 0.5, 0.15])
    found: list[tuple[float, float, float]] = []
    for rate in rates:
        away = b - rate * (z - centre) - centre
        index = ((away + limit) / bin_s).astype(np.int64)
        inside = (index >= 0) & (index < bins)
        votes = np.convolve(np.bincount(index[inside], w[inside], bins), kernel, "same")
        for _ in range(3):
            top = int(votes.argmax())
            found.append((float(votes[top]), rate, (top + 0.5) * bin_s - limit + centre))
            votes[max(0, top - 8) : top + 9] = 0
    found.sort(reverse=True)
    chosen: list[tuple[float, float]] = []
    for _, rate, at_centre in found:
        # Two maps are the same where they never part by more than a second.
        if all(abs(at_centre - c) + abs(rate - r) * half > 1.0 for r, c in chosen):
            chosen.append((rate, at_centre))
        if len(chosen) == keep:
            break
    return [Clock(rate=r, offset=c - r * centre) for r, c in chosen]


def _rates(half: float, deviation: float) -> list[float]:
    step = min(0.01, 0.5 / half)
    count = int(deviation / step)
    grid = [1 + k * step for k in range(-count, count + 1)]
    return grid + [rate for _, rate in NAMED_RATES]


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
