"""The numbers of a text, read once."""

from __future__ import annotations

import re
from dataclasses import replace
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


_BROKEN_FIGURE: Final = r"(?<=[0-9][,.])\n(?=[0-9])"
_OVER_A_LINE: Final = {
    # 一百 / 二十, 百分之 / 五十: a line of Chinese breaks anywhere.
    "zh": re.compile(rf"(?<=[\w〇])[ \u3000]*\n[ \u3000]*(?=[\w〇])|{_BROKEN_FIGURE}"),
    "bo": re.compile(rf"(?<=[0-9༠-༩])\n(?=[0-9༠-༩])|{_BROKEN_FIGURE}"),
}
_NUMERAL: Final = "[0-9０-９༠-༩零〇一二两三四五六七八九十百千万亿兩萬億]"
_WITHIN: Final = re.compile(rf"{_NUMERAL}[,.]?\s*\n\s*{_NUMERAL}")


def within_number(text: str) -> bool:
    """Whether a line ends between two numerals, which may be one number."""
    return _WITHIN.search(text) is not None


@lru_cache(maxsize=_CACHED)
def read_over_lines(text: str, language: Language) -> tuple[Quantity, ...]:
    """The numbers of a text as :func:`read_numbers` has them, read on over the ends of lines."""
    breaks = [found.span() for found in _OVER_A_LINE[language].finditer(text)]
    if not breaks:
        return read_numbers(text, language)
    kept = [at for at in range(len(text)) if not any(a <= at < b for a, b in breaks)]
    found = read_numbers("".join(text[at] for at in kept), language)
    return tuple(replace(q, start=kept[q.start], end=kept[q.end - 1] + 1) for q in found)
