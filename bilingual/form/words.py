"""字数, counted as word processors count it.

An ideograph is one, and so is a mark of Chinese punctuation; of what is written with
spaces between words, each run without a space is one, whatever marks hang on to it. A
syllable of Tibetan is one, and a mark of its punctuation that is no tsheg.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_EAST: Final = (
    r"\u1100-\u11ff\u2e80-\u303f\u3041-\u33ff\u3400-\u9fff\ua960-\ua97f\uac00-\ud7ff"
    r"\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uffef"
    r"\U00020000-\U000323af\u2014\u2018\u2019\u201c\u201d\u2026\u00b7\u3007"
)
_TOKENS: Final = re.compile(
    rf"(?P<east>[{_EAST}])"
    r"|(?P<syllable>[\u0f00\u0f18-\u0f39\u0f3e-\u0fbc\u0fc6]+)"
    r"|(?P<mark>[\u0f01-\u0f0a\u0f0d-\u0f17\u0f3a-\u0f3d\u0fbe-\u0fc5\u0fc7-\u0fda])"
    rf"|(?P<run>[^\s{_EAST}\u0f00-\u0fff]+)"
)
_SPACES: Final = frozenset("\u200b\u200c\u200d\u2060\ufeff")


@dataclass(frozen=True, slots=True)
class WordCount:
    """``words``: 字数. ``unmarked``: the same without punctuation. ``characters``:
    字符数（不计空格）, every character that is no space.
    """

    words: int
    unmarked: int
    characters: int


def count_words(text: str) -> WordCount:
    """The length of a text as word processors show it."""
    plain = "".join(char for char in unicodedata.normalize("NFC", text) if char not in _SPACES)
    words = marks = 0
    for match in _TOKENS.finditer(plain):
        words += 1
        marks += not any(unicodedata.category(char)[0] in "LN" for char in match[0])
    characters = sum(not char.isspace() for char in plain)
    return WordCount(words, words - marks, characters)
