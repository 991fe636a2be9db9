"""Dates as people write them: a day, a month, a year."""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a date may mean, the first and the last included."""

    first: date
    last: date


_HAN: Final = {char: str(n) for n, char in enumerate("〇一二三四五六七八九")} | {
    "○": "0",
    "零": "0",
    "元": "1",
}
_CLOCK: Final = (
    r"(?:[T\s]*\d{1,2}(?:[:时点]\d{0,2}(?:[:分]\d{0,2}(?:\.\d+)?秒?)?)(?:Z|[+-]\d\d:?\d\d)?)?"
)
_DAY: Final = re.compile(
    rf"(\d{{4}})(?:年|([-/.]))(\d{{1,2}})(?:月|\2)(\d{{1,2}})[日号]?{_CLOCK}", re.ASCII
)
_MONTH: Final = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})月?", re.ASCII)
_YEAR: Final = re.compile(r"(\d{4})年?", re.ASCII)
_DIGITS: Final = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)


def period_of(text: str) -> Period | None:
    """The days that a date means; ``None`` where it cannot be read as one.

    Read are 2023-05-01, 2023/5/1, 2023.5.1, 2023年5月1日, 20230501, the same with a time
    of day or with 起 behind it, 2023年5月, 2023-05, 2023年, digits of full width and Chinese ones
    (二〇二三年五月一日). Day and month without a year, a year of two digits, or a month
    before the year can mean several dates and are none here.

    :raises ValueError: it names a day or a month that there is not, as in 2023-02-30.
    """
    plain = _plain(text)
    if match := _DAY.fullmatch(plain):
        year, month, day = int(match[1]), int(match[3]), int(match[4])
        found = date(year, month, day)
        return Period(found, found)
    if match := _DIGITS.fullmatch(plain):
        found = date(int(match[1]), int(match[2]), int(match[3]))
        return Period(found, found)
    if match := _MONTH.fullmatch(plain):
        year, month = int(match[1]), int(match[2])
        if not 1 <= month <= 12:
            raise ValueError(f"there is no month {month}")
        last = calendar.monthrange(year, month)[1]
        return Period(date(year, month, 1), date(year, month, last))
    if match := _YEAR.fullmatch(plain):
        return Period(date(int(match[1]), 1, 1), date(int(match[1]), 12, 31))
    return None


def _plain(text: str) -> str:
    """Digits of one width, Chinese digits as digits, one kind of dash, no spaces that matter."""
    folded = unicodedata.normalize("NFKC", text).strip().strip("。.,，;；")
    folded = folded.removesuffix("起")  # 2023年5月1日起: from that day on
    folded = re.sub("[‐‑‒–—−－~]", "-", folded)
    folded = re.sub(r"[〇○零一二三四五六七八九元十]+(?=[年月日号])", _number, folded)
    return re.sub(r"\s*([-/.年月日号])\s*", r"\1", folded).strip()


def _number(match: re.Match[str]) -> str:
    """Chinese digits, or a number of tens (十二, 三十), as digits."""
    text = match[0]
    if "十" not in text:
        return "".join(_HAN[char] for char in text)
    tens, _, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return text
    return str(10 * int(_HAN.get(tens, "1")) + int(_HAN.get(ones, "0")))
