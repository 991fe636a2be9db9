"""Punctuation: a tsheg or shad missing, doubled or foreign; Chinese marks of two widths."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A slip of typography: where, what (a code), and what would be right."""

    start: int
    end: int
    code: str
    fitting: str | None


_LETTER = "[\u0f40-\u0fbc]"
_PATTERNS: Final = (
    # (code, pattern, what would be right)
    ("tsheg-doubled", re.compile("\u0f0b{2,}"), "\u0f0b"),
    ("nga-without-tsheg", re.compile(f"(?<={_LETTER})?ང(?=\u0f0d)"), "ང\u0f0b"),
    ("tsheg-before-shad", re.compile(f"(?<={_LETTER})(?<!ང)\u0f0b(?=\u0f0d)"), ""),
    ("non-breaking-tsheg", re.compile("\u0f0c"), "\u0f0b"),
    ("latin-punctuation", re.compile(f"(?<={_LETTER})[.,;](?=\\s|$)"), None),
    ("chinese-punctuation", re.compile(f"(?<={_LETTER})\u0f0b?[，。；：、！？]"), None),
    ("space-before-tsheg", re.compile(f"(?<={_LETTER})[ \u00a0\u3000]+(?=\u0f0b)"), ""),
    ("mixed-digits", re.compile("[0-9][\u0f20-\u0f29]|[\u0f20-\u0f29][0-9]"), None),
)


# What is said while somebody thinks.
_HESITATION: Final = re.compile("(?:^|[^\u0f40-\u0fbc])(?:འོ|ཨོ|ཨ|ཨེ|ཨི|འ)$")
_PAUSE: Final = re.compile("\u0f0b{3,}")
_PAUSES: Final = 3


def marks_pauses(texts: Iterable[str]) -> bool:
    """Whether the texts of a track write a pause as a row of three tshegs or more.

    One row may be a key held down; who uses it again and again means it.
    """
    return sum(len(_PAUSE.findall(text)) for text in texts) >= _PAUSES


def slips(text: str, *, pauses: bool = False) -> Iterator[Slip]:
    """Slips of a Tibetan text, by kind and place.

    :param pauses: a row of tshegs is a pause (:func:`marks_pauses`): three or more, or
        two behind a word of hesitation.
    """
    for code, pattern, fitting in _PATTERNS:
        for found in pattern.finditer(text):
            if pauses and code == "tsheg-doubled" and _is_pause(text, found):
                continue
            yield Slip(start=found.start(), end=found.end(), code=code, fitting=fitting)


def _is_pause(text: str, found: re.Match[str]) -> bool:
    return len(found.group()) > 2 or _HESITATION.search(text[: found.start()]) is not None


_HAN = "[\u3007\u3400-\u4dbf\u4e00-\u9fff]"
_FULL: Final = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", ".": "。"}
_CHINESE_PATTERNS: Final = (
    # A half-width mark right behind an ideograph, not within a number or a name.
    ("half-width-punctuation", re.compile(f"(?<={_HAN})[,;:?!](?!\\d)|(?<={_HAN})\\.(?=\\s|$)")),
    ("full-width-letter", re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]+")),
    ("rare-ideograph", re.compile("[\u3400-\u4dbf\U00020000-\U000323af\uf900-\ufaff]")),
)


def chinese_slips(text: str) -> Iterator[Slip]:
    """Slips of a Chinese text: half-width marks, full-width letters and digits,
    ideographs outside the common block, which many fonts do not have.
    """
    for code, pattern in _CHINESE_PATTERNS:
        for found in pattern.finditer(text):
            fitting = _FULL.get(found.group())
            if code == "full-width-letter":
                fitting = unicodedata.normalize("NFKC", found.group())
            yield Slip(start=found.start(), end=found.end(), code=code, fitting=fitting)
