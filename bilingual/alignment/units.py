"""Counting text in units that compare across the two languages."""

from __future__ import annotations

import re
from typing import Final

_UNITS: Final = re.compile(
    r"[\u0f40-\u0fbc]+|[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]|[^\W\d_]+|\d+"
)


def count_units(text: str) -> int:
    """Syllables of Tibetan, ideographs of Chinese, words and numerals of the rest."""
    return len(_UNITS.findall(text))
