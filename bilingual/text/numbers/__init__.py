"""Numbers by value, in Chinese and in Tibetan text.

>>> [q.value for q in read_numbers("1.5亿", "zh")]
[Fraction(150000000, 1)]
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from bilingual.model import Language
from bilingual.text.numbers.chinese import read_chinese
from bilingual.text.numbers.compare import (
    Clash,
    Match,
    NumberComparison,
    compare_numbers,
    confidence,
)
from bilingual.text.numbers.model import Kind, Quantity
from bilingual.text.numbers.spell import spell
from bilingual.text.numbers.tibetan import read_tibetan

__all__ = [
    "Clash",
    "Kind",
    "Match",
    "NumberComparison",
    "Quantity",
    "compare_numbers",
    "confidence",
    "read_numbers",
    "spell",
]

_CACHED: Final = 16_384
"""Texts whose numbers are kept; the aligner asks for the same cue many times."""


@lru_cache(maxsize=_CACHED)
def read_numbers(text: str, language: Language) -> tuple[Quantity, ...]:
    """Every number that a text names, in order of their starts.

    :param text: a cue's plain text; may be empty.
    :param language: which numerals to read; digits are read in either.
    :returns: quantities with code point offsets into ``text``; none overlap, but
        the parts of a date in digits share its span.
    """
    return tuple(read_chinese(text) if language == "zh" else read_tibetan(text))
