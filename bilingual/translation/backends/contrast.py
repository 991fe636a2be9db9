"""How far a pair's own figure stands out from its rivals', as a log-likelihood ratio.

No threshold is fitted: the work itself shows how high the figure of unrelated texts
is (each text with the others' partners) and how high that of its pairs, most of which
are sound. A figure that tells the two no better than chance comes out as nothing. It
is a rule of thumb all the same, and calibrated on nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MIN_PAIRS: Final = 6
"""Fewer pairs than this have no company to stand out from."""

LEAST: Final = -3.0
MOST: Final = 6.0
"""Bounds on what one figure may say, in nats."""

_BLOCK: Final = 400
"""Beads that are compared with each other: all of a long work with all costs too much."""

_NEAREST: Final = 4
_PRIOR: Final = 10.0
_FLOOR: Final = 0.02


def margins(table: Floats) -> tuple[Floats, Floats]:
    """Each cosine less those of its nearest strangers (Artetxe & Schwenk 2019).

    :param table: (Tibetan of i, Chinese of k), square, at least 2 by 2.
    :returns: the pairs' own margins, and those of all unrelated pairs.
    """
    count = len(table)
    strangers = np.where(np.eye(count, dtype=np.bool_), -np.inf, table)
    near = min(_NEAREST, count - 1)
    rows = np.sort(strangers, axis=1)[:, -near:].mean(axis=1)
    columns = np.sort(strangers, axis=0)[-near:].mean(axis=0)
    spread = table - (rows[:, None] + columns[None, :]) / 2
    return np.diag(spread).copy(), spread[~np.eye(count, dtype=np.bool_)]


def neighbourhoods(vectors: Floats) -> Iterator[tuple[int, Floats, Floats, Floats]]:
    """Each bead compared with the others around it.

    :param vectors: unit vectors, of all Tibetan texts and then of all Chinese ones.
    :returns: for each stretch of beads its first, the pairs' cosines, and :func:`margins`.
    """
    count = len(vectors) // 2
    blocks = -(-count // _BLOCK)
    for k in range(blocks):
        first, stop = k * count // blocks, (k + 1) * count // blocks
        table = vectors[first:stop] @ vectors[count + first : count + stop].T
        yield first, np.diag(table).copy(), *margins(table)


def fault_nats(own: Floats, rivals: Floats) -> Floats:
    """Nats for each pair being unrelated over being like the others: above 0 a fault.

    Two normal distributions of one spread: the pairs' about their median, the
    rivals' about their mean. Shrunk where there are few pairs.
    """
    centre = float(np.median(own))
    chance = float(rivals.mean())
    gap = centre - chance
    if gap <= 0:
        return np.zeros(len(own))
    scatter = 1.4826 * float(np.median(np.abs(own - centre)))
    variance = max(_FLOOR**2, (scatter**2 + float(rivals.var())) / 2)
    nats = gap / variance * ((centre + chance) / 2 - own)
    nats *= len(own) / (len(own) + _PRIOR)
    out: Floats = np.clip(nats, LEAST, MOST)
    return out
