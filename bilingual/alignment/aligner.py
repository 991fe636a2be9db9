"""Aligning two tracks: evidence, clocks, the programme, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bilingual.alignment import clock as clocks
from bilingual.alignment.clock import Clock, Spread
from bilingual.alignment.evidence import SHAPES, Encoder, Lexicon, TextEvidence
from bilingual.alignment.programme import Lattice, Posterior, Step, best_path, posterior
from bilingual.alignment.sides import Floats, Side, language_in, side_of
from bilingual.config import Config, Sync
from bilingual.model import Alignment, Bead, Jump, Track

# Log of how often each kind of bead comes in subtitles of one video; the last
# but one is two neighbours whose translations changed places.
SWAP: Final = len(SHAPES)
ALONE: Final = SWAP + 1
MOVES: Final = (*SHAPES, (2, 2), (1, 0))
_PRIOR: Final = np.log([0.80, 0.05, 0.05, 0.001, 0.002, 0.002, 0.002, 0.04])
_BO_ALONE: Final = float(np.log(0.04))
# How often a bead of each kind holds a text that is no translation at all.
_SPOILT: Final = np.array([0.05, 1e-3, 1e-3, 1e-4, 1e-3, 1e-3])
_CHANGE: Final = -10.0
_FULL_CELLS: Final = 160_000
_ROUNDS: Final = 3


def align_tracks(
    bo: Track,
    zh: Track,
    *,
    config: Config | None = None,
    lexicon: Lexicon | None = None,
    encode: Encoder | None = None,
) -> Alignment:
    """See :func:`bilingual.alignment.align`."""
    sync = Sync() if config is None else config.sync
    if language_in(bo) == "zh" and language_in(zh) == "bo":
        mirrored = align_tracks(zh, bo, config=config, lexicon=lexicon, encode=encode)
        return _mirror(mirrored)
    bo_side, zh_side = side_of(bo, "bo"), side_of(zh, "zh")
    if not len(bo_side) or not len(zh_side):
        return Alignment(beads=_assemble(bo_side, zh_side, []))
    text = TextEvidence(bo_side, zh_side, lexicon=lexicon, encode=encode)
    work = _Work(bo=bo_side, zh=zh_side, text=text, sync=sync)
    return work.run()


class _Work:
    """One alignment in the making."""

    def __init__(self, *, bo: Side, zh: Side, text: TextEvidence, sync: Sync):
        self.bo, self.zh, self.text, self.sync = bo, zh, text, sync
        self.spread = Spread(period=_period(bo))
        self.prior = _PRIOR
        self._blocks: list[tuple[int, int, Floats]] = []

    def run(self) -> Alignment:
        tried = self._search()
        lattice, steps = None, []
        for _ in range(_ROUNDS):
            lattice = self._lattice(tried)
            steps, _score = best_path(lattice)
            tried, self.spread = self._refit(steps, tried)
        lattice = self._lattice(tried)
        steps, _score = best_path(lattice)
        known = posterior(lattice)
        return self._report(steps, tried, known)

    def _search(self) -> list[Clock]:
        block = self.text.block(slice(0, len(self.zh)), slice(0, len(self.bo)))[1, 1]
        weights = np.exp(np.clip(block, -20, 20))
        weights /= weights.sum(1, keepdims=True) + len(self.bo) * 0.5
        return clocks.candidates(
            (self.zh.start, self.zh.end),
            (self.bo.start, self.bo.end),
            weights,
            max_offset=self.sync.max_offset_ms / 1000,
            max_rate_deviation=self.sync.max_rate_deviation,
        )

    def _lattice(self, tried: list[Clock]) -> Lattice:
        n, m = len(self.zh), len(self.bo)
        low = np.zeros(n + 1, dtype=np.int64)
        scores = np.full((n + 1, len(MOVES), len(tried), m + 1), -1e30, dtype=np.float32)
        scores[1:, ALONE] = self.prior[ALONE]
        texts = self.text.block(slice(0, n), slice(0, m))
        start = np.stack([self.spread.score(self.bo.start[None] - c(self.zh.start)[:, None]) for c in tried])
        end = np.stack([self.spread.score(self.bo.end[None] - c(self.zh.end)[:, None]) for c in tried])
        for move, (a, b) in enumerate(SHAPES):
            if a > n or b > m:
                continue
            floor = _SPOILT[move]
            text = np.log((1 - floor) * np.exp(np.clip(texts[a, b], -50, 200)) + floor)[a - 1 :, b - 1 :]
            time = start[:, : n - a + 1, : m - b + 1] + end[:, a - 1 :, b - 1 :]
            scores[a:, move, :, b:] = (text[:, None] + time.transpose(1, 0, 2)) + self.prior[move]
        if n > 1 and m > 1:
            crossed = texts[1, 1][:-1, 1:] + texts[1, 1][1:, :-1]
            time = (start + end)[:, :-1, :-1] + (start + end)[:, 1:, 1:]
            scores[2:, SWAP, :, 2:] = (crossed[:, None] + time.transpose(1, 0, 2)) + self.prior[SWAP]
        first = np.array([-2.0 * (abs(c.rate - 1) > 1e-4) for c in tried])
        return Lattice(
            scores=scores, shapes=MOVES, low=low, columns=m + 1, alone=_BO_ALONE, first=first, change=_CHANGE
        )

    def _refit(self, steps: list[Step], tried: list[Clock]) -> tuple[list[Clock], Spread]:
        out: list[Clock] = []
        residuals: list[Floats] = []
        for number, current in enumerate(tried):
            links = [s for s in steps if s.clock == number and s.move is not None and s.move < SWAP]
            if not links or (len(links) < 3 and len(tried) > 1):
                continue
            z, b = self._edges(links)
            for width in (3.0, 2.0):
                away = b - current(z)
                sigma = max(0.06, clocks.robust_sigma(away))
                weights = np.exp(-0.5 * np.minimum((away / (width * sigma)) ** 2, 50)) + 1e-9
                current = clocks.fit(z, b, weights, rate=None if len(links) >= 6 else current.rate)
            out.append(current)
            residuals.append(b - current(z))
        if not out:
            return tried, self.spread
        away = np.concatenate(residuals)
        sigma = min(1.5, max(0.06, clocks.robust_sigma(away)))
        outliers = float(np.mean(np.abs(away) > 4 * sigma + 0.3))
        return out, replace(self.spread, sigma=sigma, outliers=min(0.2, max(0.01, outliers)))

    def _edges(self, links: list[Step]) -> tuple[Floats, Floats]:
        z: list[float] = []
        b: list[float] = []
        for s in links:
            assert s.move is not None
            taken_zh, taken_bo = MOVES[s.move]
            z += [self.zh.start[s.zh], self.zh.end[s.zh + taken_zh - 1]]
            b += [self.bo.start[s.bo], self.bo.end[s.bo + taken_bo - 1]]
        return np.array(z), np.array(b)

    def _report(self, steps: list[Step], tried: list[Clock], known: Posterior) -> Alignment:
        groups: list[tuple[tuple[int, ...], tuple[int, ...], float]] = []
        for s in steps:
            p = round(known.of(s), 4)
            if s.move is None:
                groups.append(((s.bo,), (), p))
            elif s.move == ALONE:
                groups.append(((), (s.zh,), p))
            elif s.move == SWAP:
                groups += [((s.bo,), (s.zh,), p), ((s.bo + 1,), (s.zh + 1,), p)]
            else:
                a, b = MOVES[s.move]
                groups.append((tuple(range(s.bo, s.bo + b)), tuple(range(s.zh, s.zh + a)), p))
        main = tried[0]
        return Alignment(
            beads=_assemble(self.bo, self.zh, groups),
            offset_ms=round(main.offset * 1000),
            rate=main.rate,
            confidence=1.0,
        )


def _assemble(
    bo: Side, zh: Side, groups: list[tuple[tuple[int, ...], tuple[int, ...], float]]
) -> tuple[Bead, ...]:
    beads = [
        Bead(
            bo=tuple(bo.indices[i] for i in b),
            zh=tuple(zh.indices[i] for i in z),
            confidence=p,
        )
        for b, z, p in groups
    ]
    if not groups:
        beads += [Bead(bo=(i,), zh=()) for i in bo.indices] + [Bead(bo=(), zh=(i,)) for i in zh.indices]
    beads += [Bead(bo=(i,), zh=()) for i in bo.excluded] + [Bead(bo=(), zh=(i,)) for i in zh.excluded]
    return tuple(beads)


def _mirror(alignment: Alignment) -> Alignment:
    return replace(
        alignment,
        beads=tuple(replace(b, bo=b.zh, zh=b.bo) for b in alignment.beads),
        rate=1 / alignment.rate,
        offset_ms=round(-alignment.offset_ms / alignment.rate),
    )


def _period(side: Side) -> float:
    if len(side) < 2:
        return 4.0
    return float(np.clip(np.median(np.diff(side.start)), 0.5, 10))
