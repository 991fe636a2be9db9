"""Aligning two tracks: evidence, clocks, the programme, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from bilingual.alignment import clock as clocks
from bilingual.alignment.band import ALONE, MOVES, PARTS, SWAP, Prices, band_for, prices
from bilingual.alignment.clock import Spread
from bilingual.alignment.evidence import SHAPES, Lexicon, TextEvidence
from bilingual.alignment.programme import Posterior, Step, best_path, posterior
from bilingual.alignment.relatedness import Relatedness, relatedness
from bilingual.alignment.search import search
from bilingual.alignment.sides import Floats, Side, language_in, side_of
from bilingual.alignment.vectors import Encoder
from bilingual.config import Config, Sync
from bilingual.model import Alignment, Bead, ClockMap, Jump, Track

_ROUNDS: Final = 3
_MIN_SEGMENT: Final = 3
_MIN_JUMP_MS: Final = 500.0


def align_tracks(
    bo: Track,
    zh: Track,
    *,
    config: Config | None = None,
    lexicon: Lexicon | None = None,
    encode: Encoder | None = None,
) -> Alignment:
    """See :func:`bilingual.alignment.align`."""
    if language_in(bo) == "zh" and language_in(zh) == "bo":
        return _mirror(align_tracks(zh, bo, config=config, lexicon=lexicon, encode=encode))
    sync = Sync() if config is None else config.sync
    bo_side, zh_side = side_of(bo, "bo"), side_of(zh, "zh")
    if not len(bo_side) or not len(zh_side):
        return Alignment(beads=_in_order(bo, zh, _lonely(bo, zh)))
    if lexicon is None:
        from bilingual.translation.lexicon import load

        lexicon = load()
    text = TextEvidence(bo_side, zh_side, lexicon=lexicon, encode=encode)
    solved = _solve(bo_side, zh_side, text, sync)
    clock = _clock_of(solved.steps, solved.clocks, solved.bo, zh_side)
    beads = [
        *_beads(solved.steps, solved.known, solved.bo, zh_side),
        *(Bead(bo=bo_side.groups[k], zh=(), confidence=1.0) for k in solved.far),
        *(Bead(bo=(i,), zh=()) for i in bo_side.excluded),
        *(Bead(bo=(), zh=(i,)) for i in zh_side.excluded),
    ]
    alignment = Alignment(
        beads=(),
        offset_ms=round(clock.offset_ms),
        rate=clock.rate,
        jumps=clock.jumps,
        confidence=solved.related.confidence(),
    )
    return replace(alignment, beads=_in_order(bo, zh, beads, alignment))


def relatedness_of(
    bo: Track, zh: Track, *, lexicon: Lexicon, config: Config | None = None
) -> Relatedness:
    """What speaks for two tracks being of one work: behind ``confidence``.

    Both need a cue that is not left out by rule.
    """
    sides = side_of(bo, "bo"), side_of(zh, "zh")
    text = TextEvidence(*sides, lexicon=lexicon, encode=None)
    return _solve(*sides, text, Sync() if config is None else config.sync).related


@dataclass(frozen=True, slots=True, kw_only=True)
class _Solved:
    """The best path with its clocks and probabilities.

    ``bo`` is the Tibetan side that the path runs along; ``far`` are the numbers of the
    cues of the whole side that it is without, since they are near no Chinese cue.
    """

    steps: list[Step]
    clocks: list[ClockMap]
    known: Posterior
    related: Relatedness
    bo: Side
    far: tuple[int, ...]


def _solve(bo: Side, zh: Side, text: TextEvidence, sync: Sync) -> _Solved:
    """Search the clocks, then path and clocks in turn until they agree."""
    reach = band_for(bo, zh, search(bo, zh, text, sync))
    band, tried = reach.band, list(reach.clocks)
    if reach.far:
        bo = band.bo
        text = text.of(bo, zh)
    spread = Spread(period=clocks.period_of(bo))
    band.fill(text)
    costs = prices()
    before: list[tuple[int | None, int, int]] = []
    for _ in range(_ROUNDS):
        steps, _score = best_path(band.lattice(tried, spread, costs))
        tried, spread, costs = _refit(steps, tried, spread, bo, zh)
        now = [(s.move, s.zh, s.bo) for s in steps]
        if now == before:
            break
        before = now
    lattice = band.lattice(tried, spread, costs)
    steps, _score = best_path(lattice)
    known = posterior(lattice)
    nothing = len(zh) * float(costs.moves[ALONE]) + len(bo) * costs.bo_alone
    related = relatedness(
        steps,
        bo,
        zh,
        text,
        gain=known.log_evidence - nothing,
        far=reach.zh_far,
    )
    return _Solved(steps=steps, clocks=tried, known=known, related=related, bo=bo, far=reach.far)


def _refit(
    steps: Sequence[Step], tried: Sequence[ClockMap], spread: Spread, bo: Side, zh: Side
) -> tuple[list[ClockMap], Spread, Prices]:
    """Clocks, spread and prices again, from the beads of a path."""
    out: list[ClockMap] = []
    starts: list[Floats] = []
    ends: list[Floats] = []
    for number, current in enumerate(tried):
        z, b = _edges([s for s in steps if s.clock == number], bo, zh)
        if len(z) < (_MIN_SEGMENT if len(tried) > 1 else 1):
            continue
        for width in (3.0, 2.0):
            current = _fit(z[:, 0], b[:, 0], current, width)
        out.append(current)
        starts.append(b[:, 0] - current.forward(z[:, 0]))
        ends.append(b[:, 1] - current.forward(z[:, 1]))
    counts = np.bincount(
        [s.move for s in steps if s.move is not None], minlength=len(MOVES)
    ).astype(float)
    costs = prices(counts, sum(s.move is None for s in steps))
    if not out:
        return list(tried), spread, costs
    start, end = np.concatenate(starts), np.concatenate(ends)
    lag = float(np.median(end)) if len(end) >= 8 else 0.0
    away = np.concatenate([start, end - lag])
    sigma = min(1500.0, max(60.0, clocks.robust_sigma(away)))
    # Ends have a share of their own: a cue may be left on over a gap.
    wild = (float(np.sum(np.abs(start) > 4 * sigma + 300)) + 0.25) / (len(start) + 50.0)
    return out, replace(spread, sigma=sigma, lag=lag, outliers=min(0.2, wild)), costs


def _fit(z: Floats, b: Floats, current: ClockMap, width: float) -> ClockMap:
    away = b - current.forward(z)
    sigma = max(60.0, clocks.robust_sigma(away))
    weights = np.exp(-0.5 * np.minimum((away / (width * sigma)) ** 2, 50)) + 1e-9
    return clocks.fit(z, b, weights, rate=None if len(z) >= 6 else current.rate)


def _edges(steps: Sequence[Step], bo: Side, zh: Side) -> tuple[Floats, Floats]:
    """Starts and ends (columns) of the beads of both sides, on either clock."""
    z: list[tuple[float, float]] = []
    b: list[tuple[float, float]] = []
    for s in steps:
        if s.move is None or s.move == ALONE:
            continue
        shapes = ((1, 1), (1, 1)) if s.move == SWAP else (MOVES[s.move],)
        for k, (taken_zh, taken_bo) in enumerate(shapes):
            z.append((zh.start[s.zh + k], zh.end[s.zh + k + taken_zh - 1]))
            b.append((bo.start[s.bo + k], bo.end[s.bo + k + taken_bo - 1]))
    return np.array(z).reshape(-1, 2), np.array(b).reshape(-1, 2)


def _clock_of(steps: Sequence[Step], tried: Sequence[ClockMap], bo: Side, zh: Side) -> ClockMap:
    """One rate for the whole and an offset for each stretch between jumps."""
    stretches = _stretches(steps)
    if not stretches:
        return ClockMap()
    rate, offsets = clocks.fit_stretches(
        [tuple(side[:, 0] for side in _edges(s, bo, zh)) for s in stretches],  # type: ignore[misc]
        [tried[s[0].clock] for s in stretches],
        min_jump=_MIN_JUMP_MS,
    )
    jumps: list[Jump] = []
    last = offsets[0]
    for stretch, offset in zip(stretches[1:], offsets[1:], strict=True):
        if abs(offset - last) >= _MIN_JUMP_MS:
            at = int(zh.start[stretch[0].zh])
            jumps.append(Jump(at_ms=at, offset_ms=round(offset)))
            last = offset
    fitted = ClockMap(rate=rate, offset_ms=offsets[0], jumps=tuple(jumps))
    z, b = _edges([s for stretch in stretches for s in stretch], bo, zh)
    better = clocks.stepwise(z[:, 0], b[:, 0], fitted, min_jump=_MIN_JUMP_MS)
    return better or fitted


def _stretches(steps: Sequence[Step]) -> list[list[Step]]:
    """Runs of paired steps under one clock; the short ones only where there are no others."""
    stretches: list[list[Step]] = []
    for s in (s for s in steps if s.move is not None and s.move != ALONE):
        if stretches and stretches[-1][-1].clock == s.clock:
            stretches[-1].append(s)
        else:
            stretches.append([s])
    return [s for s in stretches if len(s) >= _MIN_SEGMENT] or stretches[:1]


def _beads(steps: Sequence[Step], known: Posterior, bo: Side, zh: Side) -> list[Bead]:
    beads: list[Bead] = []
    for s in steps:
        sure = round(known.of(s), 4)
        lonely = _likelier_alone(s, sure, known)
        if lonely is not None:
            zh_alone, bo_alone = lonely
            beads += [
                Bead(bo=(), zh=zh.groups[s.zh + k], confidence=round(p, 4))
                for k, p in enumerate(zh_alone)
            ]
            beads += [
                Bead(bo=bo.groups[s.bo + k], zh=(), confidence=round(p, 4))
                for k, p in enumerate(bo_alone)
            ]
            continue
        for skip_zh, a, skip_bo, b in ((0, 0, 0, 1),) if s.move is None else PARTS[s.move]:
            i, j = s.zh + skip_zh, s.bo + skip_bo
            beads.append(
                Bead(
                    bo=tuple(sorted(n for group in bo.groups[j : j + b] for n in group)),
                    zh=tuple(sorted(n for group in zh.groups[i : i + a] for n in group)),
                    confidence=sure,
                )
            )
    return beads


def _likelier_alone(
    step: Step, sure: float, known: Posterior
) -> tuple[list[float], list[float]] | None:
    """How likely each cue of a bead stands alone, if all do likelier than together.

    The best path may hold a pair that is less likely than either of its cues
    being alone: many worse paths agree on that.
    """
    if step.move is None or step.move >= len(SHAPES):
        return None
    a, b = SHAPES[step.move]
    zh = [float(min(1.0, p)) for p in known.zh_alone[step.zh : step.zh + a]]
    bo = [float(min(1.0, p)) for p in known.bo_alone[step.bo : step.bo + b]]
    return (zh, bo) if min(*zh, *bo) > sure else None


def _lonely(bo: Track, zh: Track) -> list[Bead]:
    return [
        *(Bead(bo=(c.index,), zh=()) for c in bo.cues),
        *(Bead(bo=(), zh=(c.index,)) for c in zh.cues),
    ]


def _in_order(
    bo: Track, zh: Track, beads: Sequence[Bead], alignment: Alignment | None = None
) -> tuple[Bead, ...]:
    """By the time of the Chinese track, one-sided Tibetan beads in their place."""
    clock = alignment or Alignment(beads=())

    def place(bead: Bead) -> tuple[float, int, int]:
        if bead.zh:
            first = min(zh.cues[i].start_ms for i in bead.zh)
            return float(first), bead.zh[0], -1
        first = min(bo.cues[i].start_ms for i in bead.bo)
        return clock.to_zh_ms(first), -1, bead.bo[0]

    return tuple(sorted(beads, key=place))


def _mirror(alignment: Alignment) -> Alignment:
    """The same alignment with the sides changed."""
    clock = alignment.clock.inverted()
    return replace(
        alignment,
        beads=tuple(replace(b, bo=b.zh, zh=b.bo) for b in alignment.beads),
        rate=clock.rate,
        offset_ms=round(clock.offset_ms),
        jumps=clock.jumps,
    )
