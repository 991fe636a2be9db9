"""Sentence pairs cut into clauses, as subtitles are, for fitting on short texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from bilingual.config.thresholds import LENGTH_RATIO
from bilingual.text.length import count_units
from bilingual.text.units import Piece, bo_pieces
from bilingual.translation.lexicon import Lexicon, evidence

Pair = tuple[str, str]

_AFTER: Final = frozenset(
    ("དང", "ནས", "ཏེ", "སྟེ", "དེ", "ཅིང", "ཞིང", "ཤིང", "པས", "བས", "ལ", "ན", "ཀྱང", "ཡང")
)
_WIDEST: Final = 0.55
_SPREAD: Final = 0.25
_LONG: Final = 14
_DEEPEST: Final = 4
# Nats by which the cut must beat changing the ends' places, both and each.
_SURE: Final = 4.0
_EACH: Final = 1.0


def clauses(pair: Pair, lexicon: Lexicon, depth: int = 0) -> list[Pair]:
    """A pair cut where both languages pause, as far as the lexicon is sure of it.

    The lexicon may have been learnt from the pair itself: it only cuts.
    """
    bo, zh = pair
    if count_units(zh, glosses=False) < _LONG or depth == _DEEPEST:
        return [pair]
    best: tuple[float, float, float, Pair, Pair] | None = None
    for z in _zh_pauses(zh):
        for b in _bo_pauses(bo):
            left, right = (bo[:b], zh[:z]), (bo[b:], zh[z:])
            if max(abs(_away(left)), abs(_away(right))) > _WIDEST:
                continue
            fits = _fit(left, lexicon), _fit(right, lexicon)
            crossed = _fit((left[0], right[1]), lexicon), _fit((right[0], left[1]), lexicon)
            each = min(fits[0] - crossed[1], fits[1] - crossed[0])
            found = (sum(fits), sum(fits) - sum(crossed), each, left, right)
            if best is None or found[0] > best[0]:
                best = found
    if best is None or best[1] < _SURE or best[2] < _EACH:
        return [pair]
    return [
        p
        for part in best[3:]
        for p in clauses((part[0].strip(" "), part[1].strip()), lexicon, depth + 1)
    ]


def _zh_pauses(text: str) -> list[int]:
    ends = (m.end() for m in re.finditer("[，。；：、！？,;]", text))
    return [k for k in ends if 3 <= k <= len(text) - 4]


def _bo_pauses(text: str) -> list[int]:
    ends = {m.end() for m in re.finditer(r"[།༎][།༎\s]*|\s+", text)}
    ends |= {p.end + 1 for p in _particles(text)}
    return sorted(k for k in ends if 6 < k < len(text) - 6)


def _particles(text: str) -> Iterator[Piece]:
    for piece in bo_pieces(text):
        if piece.text in _AFTER and text[piece.end : piece.end + 1] == "\u0f0b":
            yield piece


def _away(pair: Pair) -> float:
    return float(
        np.log(
            (count_units(pair[0], glosses=False) + 1) / (count_units(pair[1], glosses=False) + 1)
        )
        - LENGTH_RATIO
    )


def _fit(pair: Pair, lexicon: Lexicon) -> float:
    bo, zh = lexicon.bo_units(pair[0]), lexicon.zh_units(pair[1])
    if not len(bo) or not len(zh):
        return 0.0
    words = evidence(lexicon.to_zh.dense(bo, zh), lexicon.zh.common[zh]).sum()
    words += evidence(lexicon.to_bo.dense(zh, bo), lexicon.bo.common[bo]).sum()
    return 0.3 * float(words) - 0.5 * min((_away(pair) / _SPREAD) ** 2, 30.0)


def all_clauses(
    rows: Sequence[tuple[str, str, str]], lexicon: Lexicon
) -> list[tuple[str, str, str]]:
    """Rows of (document, Tibetan, Chinese), cut."""
    return [(d, b, z) for d, bo, zh in rows for b, z in clauses((bo, zh), lexicon)]
