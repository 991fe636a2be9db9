"""What a text says, whatever the marks, and whether two texts differ by more than a misreading."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bilingual.text.chinese import with_simplified

_NOISE_SHARE: Final = 0.1
"""Differences up to this share of a text's length may be the reader's own."""
_LIKELY: Final = 0.3
"""What a likely confusion counts, other letters being 1."""
# Letters that readers took for one another in drawn text, others of as like a shape, and
# signs that were overlooked or added.
_CONFUSED: Final = frozenset(
    frozenset(pair)
    for pair in (
        *("པཕ", "བཔ", "ངད", "ཏད", "དར", "ཀག", "ཤཉ", "ཚཅ", "ཚཆ", "ཚཙ", "ཛཙ", "ཞཤ", "ཟཐ", "ཡཕ"),
        *("ིེ", "ེོ", "ཻེ", "ྱྲ", "ྟྙ", "ྷྥ", "ྡྱ", "ྔྡ", "ཱུ"),
        *("于於", "土士", "末未", "日曰", "人入", "己已", "巳已", "干千", "大太", "口囗", "一二"),
    )
)
_OVERLOOKED: Final = frozenset("ྲྱཱིེུྭ")
_DIGITS: Final = re.compile(r"\d+")
_NOT_SAID: Final = re.compile(r"[^\w\u0f00-\u0fff]|[\u0f08-\u0f14\u0f34\u0f3a-\u0f3d_]")


def bare(text: str) -> str:
    """What a text says, without marks and spaces; tshegs count for nothing.

    In Simplified characters: of one that has both forms readers may name either.
    """
    plain = with_simplified(unicodedata.normalize("NFKC", text))
    return _NOT_SAID.sub("", plain).casefold()


def may_be_same(a: str, b: str) -> bool:
    """Whether two bare texts differ by no more than a reader of pictures may err."""
    return _apart(a, b) <= max(1.0, _NOISE_SHARE * max(len(a), len(b)))


def same_digits(a: str, b: str) -> bool:
    """Whether two texts have the same numbers in digits, in the same order."""
    return _DIGITS.findall(a) == _DIGITS.findall(b)


def _apart(a: str, b: str) -> float:
    """Edit distance in letters, what readers of pictures confuse counting less."""
    from rapidfuzz.distance import Levenshtein

    total = 0.0
    for edit in Levenshtein.editops(a, b):
        if edit.tag == "replace":
            likely = frozenset((a[edit.src_pos], b[edit.dest_pos])) in _CONFUSED
        else:
            letter = a[edit.src_pos] if edit.tag == "delete" else b[edit.dest_pos]
            likely = letter in _OVERLOOKED
        total += _LIKELY if likely else 1.0
    return total
