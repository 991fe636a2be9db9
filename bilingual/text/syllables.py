"""Cutting text into syllables, words of other scripts, and punctuation.

Pure string work: no dictionary, so it is fast and the same everywhere.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from bilingual.model import Token
from bilingual.tsheg import SHAD as SHAD
from bilingual.tsheg import TSHEG as TSHEG

_KINDS: Final = (
    ("syllable", r"[\u0f00\u0f35\u0f37\u0f39\u0f40-\u0f84\u0f86-\u0f87\u0f88-\u0fbc]+"),
    ("number", r"[0-9\u0f20-\u0f33\uff10-\uff19]+(?:[.,:][0-9\u0f20-\u0f33]+)*"),
    ("han", r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]+"),
    ("latin", r"[A-Za-z\u00c0-\u024f\uff21-\uff3a\uff41-\uff5a]+(?:[-'’][A-Za-z\u00c0-\u024f]+)*"),
    ("punctuation", r"[\u0f01-\u0f14\u0f3a-\u0f3d\u0fd0-\u0fd4\u0f85]+"),
    ("space", r"\s+"),
)
_TOKEN: Final = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS))


@lru_cache(maxsize=16_384)
def split_syllables(text: str) -> tuple[Token, ...]:
    """Every piece of a text in order, nothing left out, offsets in code points.

    A run of Han, Latin or digits is one token; each other character is one of
    the kind ``symbol``. Empty text has none.
    """
    tokens: list[Token] = []
    at = 0
    for found in _TOKEN.finditer(text):
        tokens += _symbols(text, at, found.start())
        kind = str(found.lastgroup)
        tokens.append(Token(text=found.group(), start=found.start(), end=found.end(), kind=kind))
        at = found.end()
    tokens += _symbols(text, at, len(text))
    return tuple(tokens)


def _symbols(text: str, start: int, end: int) -> list[Token]:
    return [Token(text=text[i], start=i, end=i + 1, kind="symbol") for i in range(start, end)]
