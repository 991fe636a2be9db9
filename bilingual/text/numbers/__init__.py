"""Numbers by value, in Chinese and in Tibetan text.

>>> [q.value for q in read_numbers("1.5亿", "zh")]
[Fraction(150000000, 1)]
"""

from __future__ import annotations

from bilingual.text.numbers.compare import (
    MOST_NUMBERS,
    Clash,
    Match,
    NumberComparison,
    compare_numbers,
    confidence,
)
from bilingual.text.numbers.model import Kind, Quantity
from bilingual.text.numbers.reading import read_numbers
from bilingual.text.numbers.spell import spell

__all__ = [
    "MOST_NUMBERS",
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
