"""Bytes to text: UTF by its rules, GB18030 only where nothing else is possible."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Final

from bilingual.errors import FormatError
from bilingual.text.script import count_scripts

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)
_GUESSES: Final = ("utf-16-le", "utf-16-be", "gb18030")
_PLAUSIBLE_SHARE: Final = 0.5
"""Letters of the expected scripts among all that are not ASCII."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text and the codec that gave it; ``assumed`` where nothing in the file says so."""

    text: str
    encoding: str
    assumed: bool = False


def decode(data: bytes, name: str) -> Decoded:
    """The text of a subtitle file.

    :raises FormatError: ``encoding-unknown``.
    """
    for bom, codec, shown in _BOMS:
        if data.startswith(bom):
            try:
                return Decoded(text=data.decode(codec), encoding=shown)
            except UnicodeDecodeError:
                raise FormatError("encoding-unknown", path=name) from None
    try:
        return Decoded(text=data.decode("utf-8"), encoding="utf-8")
    except UnicodeDecodeError:
        pass
    for codec in _GUESSES:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if _plausible(text):
            return Decoded(text=text, encoding=codec, assumed=True)
    raise FormatError("encoding-unknown", path=name)


def _plausible(text: str) -> bool:
    foreign = sum(1 for c in text if not c.isascii())
    counts = count_scripts(text)
    return (
        "-->" in text and foreign > 0 and (counts.han + counts.tibetan) / foreign > _PLAUSIBLE_SHARE
    )
