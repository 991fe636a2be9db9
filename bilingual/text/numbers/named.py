"""Chinese words that name a number without a numeral of it: 正月, 腊八, 上世纪, 次日, 亚军."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from bilingual.text.numbers.model import Kind, Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A word, the numbers that it names, and others that it may be given by.

    ``followed_by`` is a regex of what has to follow it, ``not_after`` of characters that it
    does not stand after.
    """

    word: str
    numbers: tuple[tuple[int, Kind], ...]
    followed_by: str = ""
    not_after: str = ""
    others: tuple[int, ...] = ()


_TIMES: Final = "[一二三四五六七八九十百千两几数多首每再上下这那此本初屡历0-9]"

NAMED: Final = (
    Named(word="正月", numbers=((1, "date-month"),)),
    Named(word="元月", numbers=((1, "date-month"),)),
    Named(word="冬月", numbers=((11, "date-month"),)),
    Named(word="腊月", numbers=((12, "date-month"),)),
    Named(word="腊八", numbers=((12, "date-month"), (8, "date-day"))),
    Named(word="元旦", numbers=((1, "date-month"), (1, "date-day"))),
    Named(word="元年", numbers=((1, "date-year"),)),
    Named(
        word="十一",
        followed_by="国庆|黄金周|长假|假期",
        numbers=((10, "date-month"), (1, "date-day")),
        others=(11,),
    ),
    Named(word="上世纪", numbers=((20, "ordinal"),), others=(1900,)),
    Named(word="上个世纪", numbers=((20, "ordinal"),), others=(1900,)),
    Named(word="本世纪", numbers=((21, "ordinal"),), others=(2000,)),
    # The second of something, but how often in 三次年会 and 首次日食.
    *(
        Named(word=f"次{what}", not_after=_TIMES, numbers=((2, "ordinal"),))
        for what in "日年月夏春秋冬晨轴级生子女席要"
    ),
    Named(word="其次", numbers=((2, "ordinal"),)),
    Named(word="冠军", numbers=((1, "ordinal"),)),
    Named(word="亚军", numbers=((2, "ordinal"),)),
    Named(word="季军", numbers=((3, "ordinal"),)),
    Named(word="殿军", numbers=((4, "ordinal"),)),
)
"""Words whose number the Tibetan may give or not."""

_BY_WORD: Final = {named.word: named for named in NAMED}
_WORD: Final = re.compile(
    "|".join(
        (f"(?<!{word.not_after})" if word.not_after else "")
        + word.word
        + (f"(?={word.followed_by})" if word.followed_by else "")
        for word in sorted(NAMED, key=lambda word: -len(word.word))
    )
)


def named(folded: str) -> list[Quantity]:
    """The numbers of every such word of a text, as weak readings over its span."""
    return [
        Quantity(
            value=Fraction(value),
            start=m.start(),
            end=m.end(),
            kind=kind,
            certain=False,
            spelled=True,
            alternatives=tuple(map(Fraction, word.others)),
            shape="word",
        )
        for m in _WORD.finditer(folded)
        for word in (_BY_WORD[m.group()],)
        for value, kind in word.numbers
    ]
