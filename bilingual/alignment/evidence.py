"""How much two groups of cues look like translations of each other.

Everything here is a log-likelihood ratio in nats: the texts as a translation
against the texts as unrelated. Above 0 speaks for the pair.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from bilingual.alignment.sides import Floats, Side

Encoder = Callable[[Sequence[str]], Any]
"""Texts to vectors of one space: an array of shape (texts, dimensions)."""

SHAPES: Final[tuple[tuple[int, int], ...]] = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1))
"""Two-sided beads as (Chinese cues, Tibetan cues)."""

# Tibetan units over Chinese units, in logs: mean and spread on the development
# half of FLORES-200 dev and of short quiz lines; the spread does not depend on
# length between 3 and 80 units.
LENGTH_RATIO: Final = 0.08
LENGTH_SPREAD: Final = 0.2
_WIDE_SPREAD: Final = 1.0
_WIDE_SHARE: Final = 0.02

_SHARED_RELIABILITY: Final = 0.8
_UNSHARED_PENALTY: Final = 1.2
_MAX_TOKEN: Final = 5.0
_MAX_WIDTH: Final = 3
# Share of a Chinese text's characters that a lexicon can be hoped to explain.
_LEXICAL_SHARE: Final = 0.5
# Neighbouring characters of a word say the same thing twice.
_LEXICAL_WEIGHT: Final = 0.3
_NOTHING: Final = np.zeros(0, dtype=np.int64)


class Lexicon(Protocol):
    """What is known of which Tibetan units go with which Chinese ones."""

    def bo_units(self, text: str) -> Sequence[int]:
        """The known units of a Tibetan text, each once."""
        ...

    def zh_units(self, text: str) -> Sequence[int]:
        """The known units of a Chinese text, as often as they come."""
        ...

    def probabilities(self, zh: NDArray[np.int64], bo: NDArray[np.int64]) -> Floats:
        """How likely a Tibetan unit makes each Chinese one, (zh, bo)."""
        ...

    def background(self, zh: NDArray[np.int64]) -> Floats:
        """How likely each Chinese unit is in any text."""
        ...


class TextEvidence:
    """Scores the texts of two sides block by block."""

    def __init__(self, bo: Side, zh: Side, *, lexicon: Lexicon | None, encode: Encoder | None):
        self._bo, self._zh = bo, zh
        self._length_ratio = LENGTH_RATIO
        # The search, the band and the last judgement ask for the same table.
        self._last: tuple[tuple[int, ...], dict[tuple[int, int], Floats]] | None = None
        self._tokens = _shared_tokens(bo, zh)
        self._words = None if lexicon is None else _Words(bo, zh, lexicon)
        self._bo_total = np.concatenate([[0.0], np.cumsum(bo.length)])
        self._zh_total = np.concatenate([[0.0], np.cumsum(zh.length)])
        self._null = [_log_length_law(self._bo_total, width) for width in range(1, _MAX_WIDTH + 1)]

    def block(self, rows: slice, columns: slice) -> dict[tuple[int, int], Floats]:
        """Scores of every shape of bead that ends at the named cues.

        The arrays are kept and must not be written to.

        :param rows: Chinese cues, :param columns: Tibetan cues.
        :returns: for each of ``SHAPES`` an array (rows, columns); entry (i, j)
            is for the bead whose last cues are i and j, -inf where it would
            begin before the first cue.
        """
        key = (rows.start, rows.stop, columns.start, columns.stop)
        if self._last is not None and self._last[0] == key:
            return self._last[1]
        r0, c0 = max(0, rows.start - 2), max(0, columns.start - 2)
        pairs = self._pair_scores(slice(r0, rows.stop), slice(c0, columns.stop))
        words = None
        if self._words is not None:
            words = self._words.scores(slice(r0, rows.stop), slice(c0, columns.stop))
        out = {}
        for a, b in SHAPES:
            score = np.full((rows.stop - rows.start, columns.stop - columns.start), -np.inf)
            first_row = max(rows.start, a - 1)
            first_column = max(columns.start, b - 1)
            if first_row < rows.stop and first_column < columns.stop:
                i = np.arange(first_row, rows.stop)
                j = np.arange(first_column, columns.stop)
                part = self._length_scores(i, j, a, b)
                for da in range(a):
                    for db in range(b):
                        part += pairs[
                            first_row - da - r0 : rows.stop - da - r0,
                            first_column - db - c0 : columns.stop - db - c0,
                        ]
                    if words is not None:
                        part += words[b - 1][
                            first_row - da - r0 : rows.stop - da - r0,
                            first_column - c0 : columns.stop - c0,
                        ]
                score[first_row - rows.start :, first_column - columns.start :] = part
            out[a, b] = score
        self._last = (key, out)
        return out

    def _length_scores(self, i: NDArray[np.int64], j: NDArray[np.int64], a: int, b: int) -> Floats:
        zh = np.log1p(self._zh_total[i + 1] - self._zh_total[i + 1 - a])
        bo = np.log1p(self._bo_total[j + 1] - self._bo_total[j + 1 - b])
        mean, spread = self._null[b - 1]
        away = bo[None, :] - zh[:, None] - self._length_ratio
        near = (1 - _WIDE_SHARE) * _normal(away, LENGTH_SPREAD) + _WIDE_SHARE * _normal(
            away, _WIDE_SPREAD
        )
        null = 0.9 * _normal(bo - mean, spread) + 0.1 * _normal(bo - mean, 3 * spread)
        scores: Floats = np.log(near + 1e-9) - np.log(null + 1e-9)[None, :]
        return scores

    def _pair_scores(self, rows: slice, columns: slice) -> Floats:
        """Evidence that adds up over the pairs of cues in a bead."""
        zh_tokens, bo_tokens = self._tokens.zh[rows], self._tokens.bo[columns]
        scores = np.zeros((len(zh_tokens), len(bo_tokens)))
        by_token: dict[str, list[int]] = {}
        for column, tokens in enumerate(bo_tokens):
            for token in tokens:
                by_token.setdefault(token, []).append(column)
        for row, tokens in enumerate(zh_tokens):
            for token in tokens:
                for column in by_token.get(token, ()):
                    scores[row, column] += self._tokens.gain[token]
        return scores


class _Words:
    """Lexical evidence: each Chinese unit, given the Tibetan ones of the bead."""

    def __init__(self, bo: Side, zh: Side, lexicon: Lexicon):
        self._lexicon = lexicon
        self._bo = [np.unique(np.asarray(lexicon.bo_units(t), dtype=np.int64)) for t in bo.texts]
        self._zh = [np.asarray(lexicon.zh_units(t), dtype=np.int64) for t in zh.texts]
        self._size = np.maximum(bo.length, 1.0)

    def scores(self, rows: slice, columns: slice) -> list[Floats]:
        """For beads of 1, 2 and 3 Tibetan cues that end at each column."""
        zh, bo = self._zh[rows], self._bo[columns]
        shape = (len(zh), len(bo))
        zh_known, zh_place = np.unique(np.concatenate([*zh, _NOTHING]), return_inverse=True)
        bo_known, bo_place = np.unique(np.concatenate([*bo, _NOTHING]), return_inverse=True)
        if not len(zh_known) or not len(bo_known):
            return [np.zeros(shape)] * _MAX_WIDTH
        # How much of each Chinese unit the units of each Tibetan cue would make.
        table = self._lexicon.probabilities(zh_known, bo_known).T.astype(np.float32)
        made = np.zeros((len(bo), len(zh_known)), dtype=np.float32)
        stop = 0
        for column, units in enumerate(bo):
            start, stop = stop, stop + len(units)
            made[column] = table[bo_place[start:stop]].sum(0)
        counts = np.zeros((len(zh), len(zh_known)), dtype=np.float32)
        np.add.at(counts, (np.repeat(np.arange(len(zh)), [len(u) for u in zh]), zh_place), 1.0)
        common = self._lexicon.background(zh_known).astype(np.float32)
        out = []
        size = self._size[columns].astype(np.float32)
        total, units_in = np.zeros_like(made), np.zeros_like(size)
        for width in range(1, _MAX_WIDTH + 1):
            total[width - 1 :] += made[: len(bo) - width + 1]
            units_in[width - 1 :] += size[: len(bo) - width + 1]
            likely = total / (units_in[:, None] * common[None, :])
            out.append(
                _LEXICAL_WEIGHT * counts @ np.log(_LEXICAL_SHARE * likely + 1 - _LEXICAL_SHARE).T
            )
        return out


class _Tokens:
    """Number values and Latin words of each cue, and what a shared one is worth."""

    def __init__(self, zh: list[Mapping[str, float]], bo: list[Mapping[str, float]]):
        self.zh, self.bo = zh, bo
        seen: dict[str, int] = {}
        for cue in (*zh, *bo):
            for token in cue:
                seen[token] = seen.get(token, 0) + 1
        total = len(zh) + len(bo) + 2
        self.gain = {
            token: min(
                _MAX_TOKEN, max(0.0, float(np.log(_SHARED_RELIABILITY * total / (count + 1))))
            )
            for token, count in seen.items()
        }


def _shared_tokens(bo: Side, zh: Side) -> _Tokens:
    def of(side: Side) -> list[Mapping[str, float]]:
        return [
            {f"#{value}": weight for value, weight in numbers.items()}
            | {f"@{word}": weight for word, weight in words.items()}
            for numbers, words in zip(side.numbers, side.words, strict=True)
        ]

    return _Tokens(of(zh), of(bo))


def _log_length_law(total: Floats, width: int) -> tuple[float, float]:
    """Mean and spread of log(1 + units) over runs of ``width`` cues."""
    if len(total) <= width:
        return float(np.log1p(width * 15)), 0.8
    lengths = np.log1p(total[width:] - total[:-width])
    spread = float(np.std(lengths)) if len(lengths) > 2 else 0.8
    return float(np.mean(lengths)), max(spread, 0.15)


def _normal(x: Floats, spread: float) -> Floats:
    density: Floats = np.exp(-0.5 * (x / spread) ** 2) / (spread * np.sqrt(2 * np.pi))
    return density
