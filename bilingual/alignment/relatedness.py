"""Whether two tracks are of the same work at all.

An aligner always finds something: it is made to. So the texts of its beads are
compared with decoys, the same Chinese with the Tibetan of other beads. In tracks
of one work the beads fit far better than the decoys, even where a third of the
translations is wrong; in tracks of different works hardly so, and fewer cues
find a partner and their times scatter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bilingual.alignment.band import PARTS
from bilingual.alignment.evidence import TextEvidence
from bilingual.alignment.programme import Step
from bilingual.alignment.sides import Floats, Side

_STRETCH: Final = 80
_STRETCHES: Final = 4
_DECOYS: Final = 8
_MOST_CELLS: Final = 1_000_000
_FLOOR: Final = -4.0
_CEILING: Final = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Relatedness:
    """What speaks for one work.

    ``advantage`` is how much better (nats a bead) the beads' texts fit than
    decoys, ``surprise`` the same in standard errors, ``paired`` the share of
    the shorter track's cues in two-sided beads (of the longer one many may be
    missing on the other side), ``gain`` the log evidence for the alignment over
    none, a cue of the shorter track, which has ``cues`` of them.
    """

    advantage: float
    surprise: float
    paired: float
    gain: float
    cues: int

    def vector(self) -> Floats:
        """The features of the logistic model, each roughly within -3..3."""
        return np.array(
            [
                1.0,
                min(self.surprise, 14.0) / 4 - 1,
                min(self.advantage, 6.0) / 2 - 1,
                self.paired * 4 - 3,
                min(self.gain, 16.0) / 4 - 2,
                np.log(min(max(self.cues, 1), 80) / 20),
            ]
        )

    def confidence(self) -> float:
        """Probability (0..1) that the tracks are of one work."""
        # A handful of cues cannot show that tracks are strangers.
        few = 2 * max(0.0, 1 - self.cues / 12) + 6 * max(0.0, 1 - self.cues / 5)
        odds = float(self.vector() @ WEIGHTS) + few
        return round(float(1 / (1 + np.exp(-np.clip(odds, -9, 9)))), 4)


# Fitted as in models/train/relatedness.py on 419 pairs of tracks of 6 to 80 sentences (325 of
# LibreOffice's help, 94 of FLORES-200 dev): whole ones, ones with up to two thirds of either
# side missing or of the translations wrong, and unrelated ones with times of their own and with
# the times of the other track, which make everything but the texts agree.
WEIGHTS: Final = np.array([-2.45, 2.54, 2.07, 2.05, 2.65, -1.45])


def relatedness(
    steps: Sequence[Step], bo: Side, zh: Side, text: TextEvidence, *, gain: float, far: int = 0
) -> Relatedness:
    """Weigh an alignment. ``gain`` is the log evidence over leaving all alone.

    A long stretch of one side with nothing near it on the other says nothing of whether
    the rest is of one work: ``bo`` is without such, ``far`` is how many such cues there
    are in ``zh``.
    """
    beads = _paired(steps)
    real: list[float] = []
    decoys: list[float] = []
    for stretch in _stretches(beads):
        own, others = _scores(stretch, text)
        real += own
        decoys += others
    shorter = max(1, min(len(bo), len(zh)))
    sizes = {len(bo): sum(b for _, b, _, _ in beads), len(zh) - far: sum(a for a, *_ in beads)}
    paired = min(1.0, sizes[min(sizes)] / max(1, min(sizes)))
    if not real:
        return Relatedness(advantage=0, surprise=0, paired=0, gain=gain / shorter, cues=shorter)
    fit = np.clip(real, _FLOOR, _CEILING)
    chance = np.clip(decoys or [0.0], _FLOOR, _CEILING)
    advantage = float(fit.mean() - chance.mean())
    return Relatedness(
        advantage=advantage,
        surprise=advantage / (float(chance.std()) + 0.5) * float(np.sqrt(len(fit))),
        paired=paired,
        gain=gain / shorter,
        cues=shorter,
    )


PairedCues = tuple[int, int, int, int]
"""A two-sided bead: how many Chinese and Tibetan cues, and how many are taken after it."""


def _paired(steps: Sequence[Step]) -> list[PairedCues]:
    return [
        (a, b, s.zh + skip_zh + a, s.bo + skip_bo + b)
        for s in steps
        if s.move is not None
        for skip_zh, a, skip_bo, b in PARTS[s.move]
        if a and b
    ]


def _scores(stretch: Sequence[PairedCues], text: TextEvidence) -> tuple[list[float], list[float]]:
    """How well the texts of some beads fit, and those of decoys made of them."""
    rows = slice(min(z - a for a, _, z, _ in stretch), max(z for _, _, z, _ in stretch))
    columns = slice(min(b - w for _, w, _, b in stretch), max(b for _, _, _, b in stretch))
    size = len(stretch)
    large = (rows.stop - rows.start) * (columns.stop - columns.start) > _MOST_CELLS
    table = {} if large else text.block(rows, columns)

    def score(shape: tuple[int, int], row: int, column: int) -> float:
        if large:
            found = text.block(slice(row, row + 1), slice(column, column + 1))
            return float(found[shape][0, 0])
        return float(table[shape][row - rows.start, column - columns.start])

    steps_away = sorted({max(1, size * k // _DECOYS) for k in range(1, _DECOYS)} - {size})
    real: list[float] = []
    decoys: list[float] = []
    for k, (a, b, row, column) in enumerate(stretch):
        real.append(score((a, b), row - 1, column - 1))
        for away in steps_away:
            other = stretch[(k + away) % size][3] - 1
            if size > 1 and other - columns.start >= b - 1:
                decoys.append(score((a, b), row - 1, other))
    return real, decoys


def _stretches(
    beads: Sequence[PairedCues],
) -> list[Sequence[PairedCues]]:
    """All the beads where they are few, else some runs of them, evenly spread."""
    if len(beads) <= _STRETCH * 2:
        return [beads] if beads else []
    starts = np.linspace(0, len(beads) - _STRETCH, _STRETCHES).astype(int)
    return [beads[s : s + _STRETCH] for s in starts]
