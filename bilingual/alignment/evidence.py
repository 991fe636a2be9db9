"""How much two groups of cues look like translations of each other.

Everything here is a log-likelihood ratio in nats: the texts as a translation
against the texts as unrelated. Above 0 speaks for the pair.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from bilingual.alignment.sides import Floats, Side
from bilingual.alignment.vectors import Encoder, Vectors
from bilingual.config.thresholds import LENGTH_RATIO, LENGTH_SPREAD

SHAPES: Final[tuple[tuple[int, int], ...]] = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1))
"""Two-sided beads as (Chinese cues, Tibetan cues)."""

_WIDE_SPREAD: Final = 1.0
_WIDE_SHARE: Final = 0.02

_SHARED_RELIABILITY: Final = 0.8
_UNSHARED_PENALTY: Final = 1.2
_MAX_TOKEN: Final = 5.0
_MAX_WIDTH: Final = 3
# Share of a Chinese text's characters that a lexicon can be hoped to explain.
_LEXICAL_SHARE: Final = 0.85
# Units overlap and neighbouring ones say the same thing several times.
_LEXICAL_WEIGHT: Final = 0.12
# Neighbours of one work share words without being translations of each other: so
# much of a unit's background is how often the rest of the work has it.
_OWN_SHARE: Final = 0.2
_HAN_RUN: Final = re.compile(r"[\u3400-\u9fff]{2,}")
_NOTHING: Final = np.zeros(0, dtype=np.int64)


class Lexicon(Protocol):
    """What is known of which Tibetan units go with which Chinese ones."""

    def bo_units(self, text: str) -> Sequence[int] | NDArray[np.int64]:
        """The known units of a Tibetan text, each once."""
        ...

    def zh_units(self, text: str) -> Sequence[int] | NDArray[np.int64]:
        """The known units of a Chinese text, as often as they come."""
        ...

    def made(self, zh: NDArray[np.int64], bo: NDArray[np.int64]) -> NDArray[np.floating[Any]]:
        """For each Chinese unit, the sum of its probabilities over Tibetan ones, (zh,)."""
        ...

    def background(self, zh: NDArray[np.int64]) -> Floats:
        """How likely each Chinese unit is in any text."""
        ...


class TextEvidence:
    """Scores the texts of two sides block by block."""

    def __init__(self, bo: Side, zh: Side, *, lexicon: Lexicon | None, encode: Encoder | None):
        self._bo, self._zh = bo, zh
        self._lexicon, self._encode = lexicon, encode
        self._length_ratio = LENGTH_RATIO
        # The search, the band and the last judgement ask for the same table.
        self._last: tuple[tuple[int, ...], dict[tuple[int, int], Floats]] | None = None
        self._tokens = _Tokens(bo, zh)
        self._words = None if lexicon is None else _Words(bo, zh, lexicon)
        self._vectors = None if encode is None else Vectors(bo, zh, encode)
        self._bo_total = np.concatenate([[0.0], np.cumsum(bo.length)])
        self._zh_total = np.concatenate([[0.0], np.cumsum(zh.length)])
        self._null = [_log_length_law(self._bo_total, width) for width in range(1, _MAX_WIDTH + 1)]

    def of(self, bo: Side, zh: Side) -> TextEvidence:
        """The same kind of evidence on other sides."""
        return TextEvidence(bo, zh, lexicon=self._lexicon, encode=self._encode)

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
        tokens = self._tokens.scores(slice(r0, rows.stop), slice(c0, columns.stop))
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
                inner = (
                    slice(first_row - r0, rows.stop - r0),
                    slice(first_column - c0, columns.stop - c0),
                )
                part += tokens[a, b][inner]
                if self._vectors is not None:
                    near = slice(r0, rows.stop), slice(c0, columns.stop)
                    part += self._vectors.scores(*near, a, b)[inner]
                if words is not None:
                    for before in range(a):
                        part += words[b - 1][
                            first_row - before - r0 : rows.stop - before - r0, inner[1]
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


class _Words:
    """Lexical evidence: each Chinese unit, given the Tibetan ones of the bead."""

    def __init__(self, bo: Side, zh: Side, lexicon: Lexicon):
        self._lexicon = lexicon
        self._bo = [np.unique(np.asarray(lexicon.bo_units(t), dtype=np.int64)) for t in bo.texts]
        self._zh = [np.asarray(lexicon.zh_units(t), dtype=np.int64) for t in zh.texts]
        self._size = np.array([max(1, len(units)) for units in self._bo], dtype=float)
        self._in_work = np.bincount(np.concatenate([*self._zh, _NOTHING]))

    def scores(self, rows: slice, columns: slice) -> list[Floats]:
        """For beads of 1, 2 and 3 Tibetan cues that end at each column."""
        zh, bo = self._zh[rows], self._bo[columns]
        shape = (len(zh), len(bo))
        zh_known, zh_place = np.unique(np.concatenate([*zh, _NOTHING]), return_inverse=True)
        if not len(zh_known) or not any(map(len, bo)):
            return [np.zeros(shape)] * _MAX_WIDTH
        # How much of each Chinese unit the units of each Tibetan cue would make.
        made = np.zeros((len(bo), len(zh_known)), dtype=np.float32)
        for column, units in enumerate(bo):
            made[column] = self._lexicon.made(zh_known, units)
        rows_of = np.repeat(np.arange(len(zh)), [len(u) for u in zh])
        flat = np.bincount(rows_of * len(zh_known) + zh_place, minlength=len(zh) * len(zh_known))
        counts = flat.reshape(len(zh), len(zh_known)).astype(np.float32)
        elsewhere = np.maximum(self._in_work[zh_known] - 1, 0) / max(1, self._in_work.sum())
        common = (1 - _OWN_SHARE) * self._lexicon.background(zh_known) + _OWN_SHARE * elsewhere
        common = common.astype(np.float32)
        out = []
        size = self._size[columns].astype(np.float32)
        total, units_in = np.zeros_like(made), np.zeros_like(size)
        own_known = np.array([len(units) for units in bo], dtype=np.int64)
        known = np.zeros_like(own_known)
        for width in range(1, _MAX_WIDTH + 1):
            total[width - 1 :] += made[: len(bo) - width + 1]
            units_in[width - 1 :] += size[: len(bo) - width + 1]
            known[width - 1 :] += own_known[: len(bo) - width + 1]
            likely = total / (units_in[:, None] * common[None, :])
            # A text without a word the lexicon knows (left in Chinese, a name in
            # Latin) speaks neither for a pair nor against it.
            likely[known == 0] = 1.0
            out.append(
                _LEXICAL_WEIGHT
                * (counts @ np.log(_LEXICAL_SHARE * likely + 1 - _LEXICAL_SHARE).T).astype(float)
            )
        return out


class _Tokens:
    """Number values, Latin words and copied Chinese that both sides have."""

    def __init__(self, bo: Side, zh: Side):
        self._bo = [{**n, **w} for n, w in zip(bo.numbers, bo.words, strict=True)]
        self._zh = [{**n, **w} for n, w in zip(zh.numbers, zh.words, strict=True)]
        copied = [_han_pairs(text) for text in bo.texts]
        anywhere = set().union(*copied)
        if anywhere:
            for own, pairs in zip(self._bo, copied, strict=True):
                own |= dict.fromkeys(pairs, 0.0)
            for own, text in zip(self._zh, zh.texts, strict=True):
                own |= dict.fromkeys(_han_pairs(text) & anywhere, 0.0)
        seen = Counter(token for own in (*self._zh, *self._bo) for token in own)
        total = len(self._zh) + len(self._bo) + 2
        self._gain = {
            token: float(np.clip(np.log(_SHARED_RELIABILITY * total / (n + 1)), 0.0, _MAX_TOKEN))
            for token, n in seen.items()
        }

    def scores(self, rows: slice, columns: slice) -> dict[tuple[int, int], Floats]:
        """For each shape, (rows, columns), by the last cue of either side."""
        zh, bo = self._zh[rows], self._bo[columns]
        place = {token: k for k, token in enumerate({t for own in zh for t in own})}
        place = {
            token: k
            for k, token in enumerate(sorted(place.keys() & {t for own in bo for t in own}))
        }
        zh_has, zh_unshared = _incidence(zh, place)
        bo_has, bo_unshared = _incidence(bo, place)
        gain = np.array([self._gain[token] for token in place], dtype=np.float32)
        # What is in each run of one, two and three cues, and whether at all.
        ours = [_joined(zh_has, width).astype(np.float32) for width in range(1, _MAX_WIDTH + 1)]
        theirs = [_joined(bo_has, width).astype(np.float32) for width in range(1, _MAX_WIDTH + 1)]
        is_ours = [(table > 0).astype(np.float32) for table in ours]
        is_theirs = [(table > 0).astype(np.float32).T for table in theirs]
        out = {}
        for a, b in SHAPES:
            # A value on one side alone speaks against the pair, and each that is
            # shared takes back what both sides were charged for it.
            left = is_ours[a - 1] * gain + _UNSHARED_PENALTY * ours[a - 1]
            shared = left @ is_theirs[b - 1]
            shared += _UNSHARED_PENALTY * (is_ours[a - 1] @ theirs[b - 1].T)
            owed = np.add.outer(_joined(zh_unshared, a)[:, 0], _joined(bo_unshared, b)[:, 0])
            out[a, b] = shared.astype(float) - _UNSHARED_PENALTY * owed
        return out


def _incidence(
    cues: Sequence[Mapping[str, float]], place: Mapping[str, int]
) -> tuple[Floats, Floats]:
    """What each cue has of the shared tokens, and the weight of all it has."""
    has = np.zeros((len(cues), len(place)))
    unshared = np.zeros((len(cues), 1))
    for row, tokens in enumerate(cues):
        for token, weight in tokens.items():
            unshared[row] += weight
            if token in place:
                # A token of no weight still counts as there.
                has[row, place[token]] = max(weight, 1e-6)
    return has, unshared


def _joined(rows: Floats, width: int) -> Floats:
    """Sums over each row and the ``width - 1`` before it."""
    out = rows.copy()
    for k in range(1, width):
        out[k:] += rows[:-k]
    return out


def _han_pairs(text: str) -> set[str]:
    return {run[k : k + 2] for run in _HAN_RUN.findall(text) for k in range(len(run) - 1)}


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
