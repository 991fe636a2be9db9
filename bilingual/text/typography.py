"""Tibetan punctuation: where a tsheg or shad is missing, doubled or foreign."""

from __future__ import annotations

import re
from collections.abc import Iterator
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


def slips(text: str) -> Iterator[Slip]:
    """Slips of a Tibetan text, by kind and place."""
    for code, pattern, fitting in _PATTERNS:
        for found in pattern.finditer(text):
            yield Slip(start=found.start(), end=found.end(), code=code, fitting=fitting)
