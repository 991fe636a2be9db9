"""Subtitle formats that are known by sight and not read by ours: what a refused file is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bilingual.errors import FormatError

_CLOCK: Final = r"\d{1,3}:\d{2}:\d{2}[.,:]\d{2,3}"
_BINARY: Final = (
    (re.compile(rb"(?s).{3}STL(?:25|30)\.01"), "EBU STL (.stl)"),
    (re.compile(rb"\{\\rtf"), "RTF"),
    (re.compile(rb"PK\x03\x04"), "ZIP / Word / Excel"),
    (re.compile(rb"%PDF"), "PDF"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "Word (.doc)"),
    (re.compile(rb"\x00\x00\x01\xba"), "VobSub (.sub)"),
)
_XML: Final = r"(?i)(?:<\?xml[^>]{0,200}>\s*)?"
# What a file begins with, and lines of which there are two or more in its head.
_BEGINS: Final = (
    (re.compile(r"(?i)<sami\b"), "SAMI (.smi)"),
    (re.compile(_XML + r"<tt[\s:>]"), "TTML (.ttml)"),
    (re.compile(_XML + r"<(?:transcript|timedtext)\b"), "YouTube XML"),
    (re.compile(r"# VobSub index file"), "VobSub (.idx)"),
)
_LINES: Final = (
    (re.compile(r"\{\d{1,9}\}\{\d{1,9}\}"), "MicroDVD (.sub)"),
    (re.compile(r"\[\d{1,9}\]\[\d{1,9}\]"), "MPL2"),
    (re.compile(r"\[\d{1,3}:\d{2}(?:[.:]\d{1,3})?\]"), "LRC (.lrc)"),
    (re.compile(rf"{_CLOCK},{_CLOCK}\s*$"), "SBV / SubViewer"),
)
_SEVERAL: Final = 2


def refuse_binary(data: bytes, name: str) -> None:
    """Name what a file is that is no text.

    :raises FormatError: ``subtitle-format``.
    """
    for begins, form in _BINARY:
        if begins.match(data[:32]):
            raise FormatError("subtitle-format", path=name, format=form)


def known_by_sight(head: Sequence[str]) -> str | None:
    """The name of the format, not among ours, that a file's first lines are in; else ``None``."""
    text = "\n".join(head).lstrip("\ufeff \n\t")[:2000]
    for begins, form in _BEGINS:
        if begins.match(text):
            return form
    for line, form in _LINES:
        if sum(line.match(one.strip()[:200]) is not None for one in head) >= _SEVERAL:
            return form
    return None
