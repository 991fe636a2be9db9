"""Which script a text is written in, by counting code points of its blocks."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bilingual.model import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptCounts:
    """How many code points of a text belong to which script.

    ``tibetan`` counts letters and signs, ``han`` ideographs (with 〇), ``latin``
    letters; digits, punctuation and spaces count nowhere but in ``digits``.
    """

    tibetan: int = 0
    han: int = 0
    latin: int = 0
    digits: int = 0
    other_letters: int = 0

    @property
    def letters(self) -> int:
        """All letters of whatever script."""
        return self.tibetan + self.han + self.latin + self.other_letters


def is_han(char: str) -> bool:
    """Whether it is a CJK ideograph (Unicode 16 blocks) or 〇."""
    code = ord(char)
    return (
        0x4E00 <= code <= 0x9FFF
        or 0x3400 <= code <= 0x4DBF
        or code == 0x3007
        or 0xF900 <= code <= 0xFAFF
        or 0x20000 <= code <= 0x323AF
    )


def has_right_to_left(text: str) -> bool:
    """Whether any letter of it is written from right to left (Arabic, Hebrew …)."""
    return any(char.isalpha() and unicodedata.bidirectional(char) in ("R", "AL") for char in text)


def is_tibetan_letter(char: str) -> bool:
    """Whether it is a Tibetan letter or a sign within a syllable."""
    code = ord(char)
    return 0x0F40 <= code <= 0x0FBC or code in (0x0F00, 0x0F35, 0x0F37, 0x0F39)


def count_scripts(text: str) -> ScriptCounts:
    """Count the code points of each script. Empty text counts nothing."""
    counts: Counter[_Kind | None] = Counter()
    # By distinct character: a file of megabytes has a few thousand of them.
    for char, times in Counter(text).items():
        counts[_kind(char)] += times
    return ScriptCounts(
        tibetan=counts["tibetan"],
        han=counts["han"],
        latin=counts["latin"],
        digits=counts["digits"],
        other_letters=counts["other_letters"],
    )


_Kind = Literal["tibetan", "han", "digits", "latin", "other_letters"]


@lru_cache(maxsize=16_384)
def _kind(char: str) -> _Kind | None:
    """As what a character counts; ``None`` for punctuation, spaces and the like."""
    if is_tibetan_letter(char):
        return "tibetan"
    if is_han(char):
        return "han"
    if char.isdigit():
        return "digits"
    if not char.isalpha():
        return None
    if char.isascii() or 0xC0 <= ord(char) <= 0x24F or 0xFF21 <= ord(char) <= 0xFF5A:
        return "latin"
    return "other_letters"


def language_of(text: str) -> Language | None:
    """``bo`` or ``zh`` by the script that has more; ``None`` without either.

    A Tibetan syllable takes about three code points where Chinese takes one
    ideograph, so Tibetan counts a third.
    """
    counts = count_scripts(text)
    if not counts.tibetan and not counts.han:
        return None
    return "bo" if counts.tibetan > 3 * counts.han else "zh"
