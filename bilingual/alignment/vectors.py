"""Evidence from an ``encode()`` backend: texts as vectors of one space."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from bilingual.alignment.sides import Floats, Side
from bilingual.errors import ModelError

Encoder = Callable[[Sequence[str]], Any]
"""Texts to vectors of one space: an array of shape (texts, dimensions)."""

_FLOOR: Final = -4.0
_CEILING: Final = 8.0
_SAMPLE: Final = 400


class Vectors:
    """Likenesses of cues as log-likelihood ratios.

    What counts as alike is learnt from the two tracks: the likeness of any two
    cues on one hand, of those that are each other's best on the other. Where
    the best are no better than the best of so many would be by chance, the
    encoder knows nothing of this pair of languages and is not used.

    :raises ModelError: the encoder gives anything but a vector for each text.
    """

    def __init__(self, bo: Side, zh: Side, encode: Encoder) -> None:
        self._bo = _units(encode(bo.texts), len(bo))
        self._zh = _units(encode(zh.texts), len(zh))
        # Any stretch shows what is usual; long tracks are not compared whole.
        likeness = self._zh[:_SAMPLE] @ self._bo[:_SAMPLE].T
        self._usual, self._spread = float(likeness.mean()), max(1e-6, float(likeness.std()))
        best = likeness.max(1)
        mutual = likeness.argmax(0)[likeness.argmax(1)] == np.arange(len(likeness))
        best = best[mutual] if mutual.any() else best
        self._fitting = float(np.median(best))
        self._fitting_spread = max(self._spread, float(best.std()))
        by_chance = float(np.sqrt(2 * np.log(max(2, likeness.shape[1]))))
        self.weight = float(
            np.clip(((self._fitting - self._usual) / self._spread - by_chance) / 2, 0.0, 1.0)
        )

    def scores(self, rows: slice, columns: slice, a: int, b: int) -> Floats:
        """For beads of ``a`` Chinese and ``b`` Tibetan cues, by the last of each."""
        zh, bo = _units(_run(self._zh[rows], a), None), _units(_run(self._bo[columns], b), None)
        likeness = zh @ bo.T
        fitting = _log_normal(likeness, self._fitting, self._fitting_spread)
        # Likelier than those that fit fits too.
        fitting = np.where(
            likeness > self._fitting,
            _log_normal(self._fitting, self._fitting, self._fitting_spread),
            fitting,
        )
        ratio = fitting - _log_normal(likeness, self._usual, self._spread)
        scores: Floats = self.weight * np.clip(ratio, _FLOOR, _CEILING)
        return scores


def _units(vectors: Any, expected: int | None) -> Floats:
    table = np.asarray(vectors, dtype=float)
    if table.ndim != 2 or (expected is not None and len(table) != expected):
        raise ModelError("encoder-shape", shape=str(table.shape), texts=expected)
    size = np.linalg.norm(table, axis=1, keepdims=True)
    units: Floats = table / np.maximum(size, 1e-12)
    return units


def _run(table: Floats, width: int) -> Floats:
    """Sums over each row and the ``width - 1`` before it."""
    out = table.copy()
    for k in range(1, width):
        out[k:] += table[:-k]
    return out


def _log_normal(x: Any, mean: float, spread: float) -> Any:
    return -0.5 * ((x - mean) / spread) ** 2 - np.log(spread)
