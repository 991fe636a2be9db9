"""Text for comparing only; what is quoted, hashed or reported stays raw."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from bilingual.text import botok

_SPACES: Final = re.compile(r"\s+")


@lru_cache(maxsize=16_384)
def comparison_key(text: str) -> str:
    """A form in which texts that look the same are the same.

    NFC, then botok's order of Tibetan marks and composition of its deprecated
    code points, then NFC again; runs of white space become one space.
    """
    normalize_unicode = botok.module("utils.unicode_normalization").normalize_unicode
    composed = unicodedata.normalize("NFC", text)
    ordered = normalize_unicode(composed)
    return _SPACES.sub(" ", unicodedata.normalize("NFC", ordered)).strip()
