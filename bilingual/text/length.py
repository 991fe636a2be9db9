"""How long a text is: every measure of length there is, by what it is for.

``count_units``
    To compare the two languages, and to weigh coverage: a syllable of Tibetan makes
    about one ideograph of Chinese. The weights of the aligner and of ``risk.json`` are
    fitted to it.
``reading_length``
    What a viewer reads, as subtitle guides bound it for a line and a second. Half-width
    characters of Chinese are half, which no comparison with Tibetan could use.
"""

from __future__ import annotations

import re
from typing import Final

from bilingual.model import Language
from bilingual.text.script import is_han
from bilingual.text.syllables import split_syllables
from bilingual.tsheg import more_syllables

_UNITS: Final = re.compile(
    r"[\u0f40-\u0fbc]+|[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]|[^\W\d_]+|\d+"
)
# The original of a name in brackets; its translation commonly leaves that out.
_GLOSS: Final = re.compile(
    r"[(\uff08][^()\uff08\uff09]{0,80}?[A-Za-z]{3}[^()\uff08\uff09]{0,80}[)\uff09]"
)


def count_units(text: str, *, glosses: bool = True) -> int:
    """Syllables of Tibetan, ideographs of Chinese, words and numerals of the rest.

    Syllables without anything between them are counted as far as their letters show.

    :param glosses: whether a name's original in brackets counts. It does for how much
        is said; it does not for whether a translation is too long or too short, because
        translations leave it out.
    """
    counted = text if glosses else _GLOSS.sub("", text)
    return len(_UNITS.findall(counted)) + more_syllables(counted)


def reading_length(text: str, language: Language) -> float:
    """What there is to read: :func:`tibetan_length` or :func:`chinese_length`."""
    return tibetan_length(text) if language == "bo" else chinese_length(text)


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
    return sum(0.0 if c.isspace() else 1.0 if _is_wide(c) else 0.5 for c in text)


def _is_wide(char: str) -> bool:
    """Whether a character takes a full-width cell."""
    return is_han(char) or 0x3000 <= ord(char) <= 0x30FF or 0xFF01 <= ord(char) <= 0xFF60
