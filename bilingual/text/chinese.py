"""Simplified and Traditional Chinese, with OpenCC's tables."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from opencc import OpenCC

_HALVES: Final = re.compile("([\ud800-\udfff]+)")

# Written so in Simplified texts too, as words of their own or in names: OpenCC
# maps them where a Traditional text means the other word.
SHARED: Final = frozenset("著乾藉瞭夥覆徵甯昇")


@cache
def _converter() -> OpenCC:
    import opencc

    # A bare name would be looked for in the working directory first, where it may be
    # anybody's; with a path the tables beside it are taken.
    own = Path(opencc.__file__).parent / "clib" / "share" / "opencc" / "t2s.json"
    return opencc.OpenCC(str(own) if own.is_file() else "t2s")


@lru_cache(maxsize=8192)
def to_simplified(text: str) -> str:
    """The text in Simplified characters; what has no other form stays."""
    convert = _converter().convert
    # Half characters, which JSON can hold, are nothing that OpenCC could be given.
    return "".join(
        part if _HALVES.fullmatch(part) else convert(part) for part in _HALVES.split(text) if part
    )


_BLOCKS: Final = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000))


@cache
def _traditional() -> frozenset[str]:
    """The ideographs that are Traditional only."""
    chars = [chr(code) for block in _BLOCKS for code in block]
    simplified = _converter().convert("\n".join(chars)).split("\n")
    return frozenset(
        a for a, b in zip(chars, simplified, strict=True) if a != b and a not in SHARED
    )


@lru_cache(maxsize=8192)
def with_simplified(text: str) -> str:
    """The text with Simplified characters for Traditional ones, each in its place.

    For comparison with what is known of Simplified Chinese. A text without characters that
    are Traditional only comes back as it is, and every other one as long as it was.
    """
    if _traditional().isdisjoint(text):
        return text
    whole = to_simplified(text)
    if len(whole) == len(text):
        return whole
    return "".join(to_simplified(char)[:1] if char in _traditional() else char for char in text)


def traditional_places(text: str) -> tuple[int, ...]:
    """Offsets of characters that are Traditional only."""
    simplified = to_simplified(text)
    if len(simplified) != len(text):
        return tuple(i for i, c in enumerate(text) if c not in SHARED and to_simplified(c) != c)
    return tuple(
        i
        for i, (a, b) in enumerate(zip(text, simplified, strict=True))
        if a != b and a not in SHARED
    )
