"""The numbers of a text, read once."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from bilingual.model import Language
from bilingual.text.numbers.chinese import read_chinese
from bilingual.text.numbers.model import Quantity
from bilingual.text.numbers.tibetan import read_tibetan

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
