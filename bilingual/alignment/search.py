"""Searching the clocks: offsets and rates over the whole range of the settings.

Short cues repeat so evenly that a search from one or two starting points ends in
the wrong place. So every pair of cues whose texts may belong together votes for
the maps it would mean, and the maps with most votes are judged closely.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bilingual.alignment.clock import fit, period_of
from bilingual.alignment.evidence import TextEvidence
from bilingual.alignment.residuals import NAMED_RATES
from bilingual.alignment.sides import Floats, Side
from bilingual.config import Sync
from bilingual.model import ClockMap

_RATIOS: Final = tuple(rate for _, rate in NAMED_RATES)
_BIN_MS: Final = 250.0
_KERNEL: Final = np.array([0.15, 0.5, 0.85, 1.0, 0.85, 0.5, 0.15])
_LOOKED_AT: Final = 30
_LOOSE_MS: Final = 350.0
_NO_PARTNER: Final = 0.15
_POORLY: Final = float(np.log(2 * _NO_PARTNER))
_KEPT: Final = 8
# Long tracks are searched in stretches of as many cues.
_WHOLE: Final = 240
_STRETCH: Final = 120
_LINES: Final = 4
# Of more stretches some are looked at, evenly spread.
_MOST_STRETCHES: Final = 400
# Chinese cues of a stretch times Tibetan ones that are compared with them.
_MOST_CELLS: Final = 250_000
_LEAST_COLUMNS: Final = 1000
_SAME_MS: Final = 1500.0
_MOST_RATES: Final = 3000
_MOST_DRIFT_MS: Final = 7_200_000.0


def search(bo: Side, zh: Side, text: TextEvidence, sync: Sync) -> list[ClockMap]:
    """The maps worth trying; the best first, at least one."""
    deviation = sync.max_rate_deviation
    if len(zh) <= _WHOLE:
        rows = slice(0, len(zh))
        drift = deviation * abs(float(np.mean(zh.start)))
        limit = sync.max_offset_ms + min(drift, _MOST_DRIFT_MS)
        found = _stretch(bo, zh, text, rows, _rates(_half(zh.start), deviation), limit, ClockMap())
        known = [c for _, c in found if abs(c.rate - 1) <= 1.1 * deviation]
        return known[:_KEPT] or [ClockMap()]
    return _long(bo, zh, text, sync) or [ClockMap()]


def _stretch(
    bo: Side,
    zh: Side,
    text: TextEvidence,
    rows: slice,
    rates: Sequence[float],
    limit: float,
    about: ClockMap,
) -> list[tuple[float, ClockMap]]:
    """Judged maps for some Chinese cues, near ``about``; the best first."""
    first, last = (
        about.forward(zh.start[rows.start]) - limit,
        about.forward(zh.end[rows.stop - 1]) + limit,
    )
    columns = _columns(bo, first, last, about, zh, rows)
    if columns.stop - columns.start < 2:
        return []
    pairs = likely_pairs(bo, zh, text, rows, columns)
    half, period = _half(zh.start[rows]), period_of(bo)
    tried = [judged(pairs, rough, period) for rough in candidates(pairs, rates, limit, about)]
    if not tried:
        return []
    # What the best map leaves unexplained votes again, at its rate: after a jump
    # the clock runs as before.
    best = max(tried, key=lambda t: float(t[0].sum()) + log_prior(t[1], half))
    rest = _unexplained(pairs, best[0] < _POORLY)
    if len(rest.row):
        again = candidates(rest, [best[1].rate], limit, about)[:_KEPT]
        tried += [judged(pairs, c, period) for c in again]
    explained = np.stack([e for e, _ in tried])
    priors = np.array([log_prior(c, half) for _, c in tried])
    scores = explained.sum(1) + priors
    ranked = [int(k) for k in np.argsort(-scores, kind="stable")[: _KEPT // 2]]
    # Then those that explain what the best ones leave unexplained: the other
    # side of a jump.
    while len(ranked) < min(_KEPT, len(tried)):
        known = explained[ranked].max(0)
        more = np.maximum(explained - known, 0).sum(1) + priors
        more[ranked] = -np.inf
        ranked.append(int(more.argmax()))
    return [(float(scores[k]), tried[k][1]) for k in ranked]


def _columns(bo: Side, first: float, last: float, about: ClockMap, zh: Side, rows: slice) -> slice:
    """The Tibetan cues between two times; the middle of them where they are very many."""
    start = int(np.searchsorted(bo.start, first))
    stop = int(np.searchsorted(bo.start, last, "right"))
    most = max(_LEAST_COLUMNS, _MOST_CELLS // (rows.stop - rows.start))
    if stop - start <= most:
        return slice(start, stop)
    time = about.forward(float(np.mean(zh.start[rows])))
    even = (rows.start + rows.stop) / 2 * len(bo) / len(zh)
    middle = np.clip(even, np.searchsorted(bo.start, time - 1), np.searchsorted(bo.start, time + 1))
    start = min(max(start, int(middle) - most // 2), stop - most)
    return slice(start, start + most)


def _long(bo: Side, zh: Side, text: TextEvidence, sync: Sync) -> list[ClockMap]:
    """Stretch by stretch along the track, then the lines through what was found."""
    deviation, reach = sync.max_rate_deviation, sync.max_offset_ms
    about, limit = ClockMap(), reach + deviation * float(zh.start[_STRETCH // 2])
    rates = _rates(_half(zh.start[:_STRETCH]), deviation)
    times: list[float] = []
    places: list[float] = []
    scores: list[float] = []
    starts = range(0, len(zh), _STRETCH)
    for start in starts[:: -(-len(starts) // _MOST_STRETCHES)]:
        rows = slice(start, min(len(zh), start + _STRETCH))
        found = _stretch(bo, zh, text, rows, rates, limit, about)
        if not found:
            continue
        centre = float(np.mean(zh.start[rows]))
        size = rows.stop - rows.start
        for score, clock in found[:3]:
            times.append(centre)
            places.append(clock.forward(centre))
            scores.append(max(0.0, score / size - float(np.log(_NO_PARTNER))))
        if scores[-len(found[:3])] > _CONVINCING:
            best = found[0][1]
            about, limit = best, reach
            step = rates[1] - rates[0]
            rates = [best.rate + k * step for k in range(-2, 3)]
    return _lines(np.array(times), np.array(places), np.array(scores), sync)


_CONVINCING: Final = 0.5


def _lines(times: Floats, places: Floats, scores: Floats, sync: Sync) -> list[ClockMap]:
    """The maps that most stretches agree on."""
    out: list[ClockMap] = []
    left = np.ones(len(times), dtype=bool)
    span = float(np.ptp(times)) if len(times) else 0.0
    while left.sum() >= 2 and len(out) < _LINES:
        t, p, w = times[left], places[left], scores[left]
        i, j = np.triu_indices(len(t), 1)
        apart = t[j] - t[i] > span / 50
        i, j = i[apart], j[apart]
        if len(i) > 4000:  # evenly spread, not at random: the same result every time
            some = np.linspace(0, len(i) - 1, 4000).astype(int)
            i, j = i[some], j[some]
        rate = (p[j] - p[i]) / (t[j] - t[i])
        if out:  # a jump changes the offset and not the rate
            rate = np.full_like(rate, out[0].rate)
        good = np.abs(rate - 1) <= sync.max_rate_deviation
        i, rate = i[good], rate[good]
        if not len(i):
            break
        support = np.zeros(len(i))
        for part in range(0, len(i), 500):
            cut = slice(part, part + 500)
            offset = p[i[cut]] - rate[cut] * t[i[cut]]
            away = np.abs(p[None] - rate[cut, None] * t[None] - offset[:, None])
            support[cut] = (w[None] * (away < _SAME_MS)).sum(1)
        best = int(support.argmax())
        line = ClockMap(
            rate=float(rate[best]), offset_ms=float(p[i[best]] - rate[best] * t[i[best]])
        )
        near = np.abs(p - line.forward(t)) < _SAME_MS
        if out and (near.sum() < 2 or support[best] < 2 * _CONVINCING):
            break
        line = fit(t[near], p[near], w[near] + 1e-9, rate=out[0].rate if out else None)
        middle = np.array([times.min(), times.max()])
        if (
            not out
            or np.abs(line.forward(middle) - out[0].forward(middle)).max() < 2 * sync.max_offset_ms
        ):
            out.append(line)
        left[np.flatnonzero(left)[near]] = False
    return out


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Pairs of cues that may belong together, as parallel arrays.

    ``row`` numbers the Chinese cue of each pair, ``weight`` is how likely its
    text alone makes it among that cue's pairs (at most 1 together); times are
    milliseconds.
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


def _unexplained(pairs: Pairs, rows: NDArray[np.bool_]) -> Pairs:
    chosen = rows[pairs.row]
    return Pairs(
        rows=pairs.rows,
        row=pairs.row[chosen],
        weight=pairs.weight[chosen],
        zh_start=pairs.zh_start[chosen],
        zh_end=pairs.zh_end[chosen],
        bo_start=pairs.bo_start[chosen],
        bo_end=pairs.bo_end[chosen],
    )


def candidates(
    pairs: Pairs, rates: Sequence[float], limit: float, about: ClockMap
) -> list[ClockMap]:
    """Maps under which many pairs fall together, by a vote over a grid.

    Every pair votes, with its weight, for the offset it would mean at each of
    the rates, within ``limit`` (ms) of what ``about`` says.
    """
    centre = float(np.mean(pairs.zh_start))
    there = about.forward(centre)
    half = _half(pairs.zh_start)
    z = np.concatenate([pairs.zh_start, pairs.zh_end]) - centre
    b = np.concatenate([pairs.bo_start, pairs.bo_end]) - there + limit
    weight = np.concatenate([pairs.weight, pairs.weight])
    bins = int(2 * limit / _BIN_MS) + 3
    found: list[tuple[float, float, float]] = []
    for rate in rates:
        index = ((b - rate * z) / _BIN_MS).astype(np.int64)
        inside = (index >= 0) & (index < bins)
        votes = np.convolve(np.bincount(index[inside], weight[inside], bins), _KERNEL, "same")
        for _ in range(3):
            top = int(votes.argmax())
            found.append((float(votes[top]), rate, (top + 0.5) * _BIN_MS - limit + there))
            votes[max(0, top - 6) : top + 7] = 0
    found.sort(reverse=True)
    chosen: list[tuple[float, float]] = []
    for _, rate, at_centre in found:
        if all(abs(at_centre - c) + abs(rate - r) * half > 800 for r, c in chosen):
            chosen.append((rate, at_centre))
        if len(chosen) == _LOOKED_AT:
            break
    return [ClockMap(rate=r, offset_ms=c - r * centre) for r, c in chosen]


def judged(pairs: Pairs, clock: ClockMap, period: float) -> tuple[Floats, ClockMap]:
    """How well a map explains each Chinese cue (nats), and the map made to fit better."""
    explained = np.zeros(pairs.rows)
    for _ in range(2):
        away = pairs.bo_start - clock.forward(pairs.zh_start)
        off = pairs.bo_end - clock.forward(pairs.zh_end)
        near = np.exp(-0.5 * (away**2 + off**2) / _LOOSE_MS**2) * (period / _LOOSE_MS) ** 2 / 6.28
        joint = pairs.weight * near
        total = np.bincount(pairs.row, joint, pairs.rows) + _NO_PARTNER
        explained = np.log(total)
        share = joint / total[pairs.row] + 1e-12
        if share.sum() < 3:
            break
        clock = fit(pairs.zh_start, pairs.bo_start, share)
    return explained, clock


def _half(times: Floats) -> float:
    return max(10_000.0, float(np.ptp(times)) / 2)


def _rates(half: float, deviation: float) -> list[float]:
    # Days of film are searched no finer than one day is.
    step = max(min(0.01, 800 / half), deviation / _MOST_RATES)
    count = int(deviation / step)
    return [1 + k * step for k in range(-count, count + 1)] + [rate for _, rate in NAMED_RATES]


def log_prior(clock: ClockMap, half: float) -> float:
    """Log of how common a rate is: mostly 1, else a ratio of frame rates."""
    away = min((abs(clock.rate - rate) for rate in (1.0, *_RATIOS)), default=1.0) * half
    if abs(clock.rate - 1) * half < 500:
        return 0.0
    return -2.0 if away < 500 else -4.0
