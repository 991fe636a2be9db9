"""Cutting text into syllables, words of other scripts, and punctuation.

Pure string work: no dictionary, so it is fast and the same everywhere.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from bilingual.model import Token
from bilingual.text.script import is_han

TSHEG: Final = "\u0f0b"
SHAD: Final = "\u0f0d"

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


def tibetan_length(text: str) -> float:
    """Length as a reader of Tibetan takes it: syllables, and words of other scripts."""
    return float(
        sum(
            len(t.text) if t.kind == "han" else 1
            for t in split_syllables(text)
            if t.kind in ("syllable", "number", "latin", "han")
        )
    )


def chinese_length(text: str) -> float:
    """Length in characters as subtitle guides count: half-width ones are half."""
    return sum(0.0 if c.isspace() else 1.0 if is_wide(c) else 0.5 for c in text)


def is_wide(char: str) -> bool:
    """Whether a character takes a full-width cell."""
    return is_han(char) or 0x3000 <= ord(char) <= 0x30FF or 0xFF01 <= ord(char) <= 0xFF60


def count_units(text: str) -> float:
    """Syllables of Tibetan and characters of the rest, as far as each is there.

    A text with any Tibetan is counted as Tibetan (``tibetan_length``), another as
    Chinese (``chinese_length``: half-width characters are half). Empty text is 0.
    """
    is_tibetan = any(t.kind == "syllable" for t in split_syllables(text))
    return tibetan_length(text) if is_tibetan else chinese_length(text)
