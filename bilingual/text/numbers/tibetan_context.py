"""Tibetan numbers in the light of the words around them: shares, units, dates."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from bilingual.text.numbers.model import Kind, Quantity, whole_within
from bilingual.text.numbers.patterns import Pattern, Step, apply_steps
from bilingual.text.numbers.tibetan_numerals import UNITS, Syllable
from bilingual.text.numbers.units import BO_UNITS, SYMBOL, SYMBOLS, currency_before

_APPROX: Final = frozenset(("ཙམ", "ལྷག", "ཡས", "ཐམས", "ཉེ", "ཡན", "མན", "བརྒལ", "ཚུན"))
_ORDINAL: Final = frozenset(("པ", "པའི", "པར", "པས"))
_AFTER_MONTH: Final = _ORDINAL | {"ཚེས", "ཚེ"}

_MAX_UNIT_SYLLABLES: Final = 5
_CASES: Final = ("", "འི", "ར", "ས")


@dataclass(frozen=True, kw_only=True)
class Around:
    """A number as its own syllables read, and what is around it.

    ``at`` and ``end`` are the numbers of its first syllable and of the one behind
    its last. ``before`` is up to four syllables before it, "" for digits among
    them; ``next`` the syllable after it; ``rest`` up to ten characters after it.
    A mark ends either side.
    """

    number: Quantity
    syllables: list[Syllable]
    at: int
    end: int
    folded: str
    before: list[str]
    next: str
    rest: str

    @property
    def last(self) -> str:
        """The syllable before the number."""
        return self.before[-1] if self.before else ""

    @cached_property
    def currency(self) -> tuple[str, int] | None:
        """The currency whose sign is before the number, and where that begins."""
        return currency_before(self.folded, self.number.start)

    @cached_property
    def symbol(self) -> re.Match[str] | None:
        """A unit's symbol after the number."""
        return SYMBOL.match(self.rest)

    @cached_property
    def unit_before(self) -> tuple[str, int] | None:
        """The unit before the number, and the number of its first syllable."""
        for length in range(_MAX_UNIT_SYLLABLES, 0, -1):
            first = self.at - length
            if first < 0 or any(s.closed or s.digits for s in self.syllables[first : self.at]):
                continue
            name = BO_UNITS.get("་".join(s.text for s in self.syllables[first : self.at]))
            if name:
                return name, first
        return None

    @cached_property
    def unit_after(self) -> tuple[str, int] | None:
        """The unit after the number, and the number of the syllable behind it."""
        if self.syllables[self.end - 1].closed:
            return None
        for length in range(_MAX_UNIT_SYLLABLES, 0, -1):
            last = self.end + length
            if last > len(self.syllables) or any(
                s.closed or s.digits for s in self.syllables[self.end : last - 1]
            ):
                continue
            name = _inflected_unit([s.text for s in self.syllables[self.end : last]])
            if name:
                return name, last
        return None


def _inflected_unit(texts: list[str]) -> str | None:
    """The unit that the syllables name, its last with a case particle or without."""
    for ending in _CASES:
        if texts[-1].endswith(ending):
            stem = texts[-1].removesuffix(ending)
            name = BO_UNITS.get("་".join([*texts[:-1], stem])) if stem else None
            if name:
                return name
    return None


def in_context(q: Quantity, folded: str, syllables: list[Syllable], at: int, end: int) -> Quantity:
    """The number in the light of what comes before and after it.

    :param at: the number of its first syllable.
    :param end: that of the syllable behind its last.
    """
    q = apply_steps(CONTEXT, q, _around(q, folded, syllables, at, end))
    return replace(q, alternatives=tuple(a for a in q.alternatives if a != q.value))


def _around(q: Quantity, folded: str, syllables: list[Syllable], at: int, end: int) -> Around:
    before = [s.text if s.digits is None else "" for s in syllables[max(0, at - 4) : at]]
    goes_on = end < len(syllables) and not syllables[end - 1].closed
    return Around(
        number=q,
        syllables=syllables,
        at=at,
        end=end,
        folded=folded,
        before=[] if at and syllables[at - 1].closed else before,
        next=syllables[end].text if goes_on else "",
        rest=folded[q.end : q.end + 10].lstrip(" ་"),
    )


def _shared(q: Quantity, kind: Kind, whole: int) -> Quantity:
    return replace(q, kind=kind, value=q.value / whole, alternatives=(*q.alternatives, q.value))


def _percent_sign(q: Quantity, w: Around) -> Quantity:
    return replace(_shared(q, "percent", 100), end=w.folded.index("%", w.number.end) + 1)


def _percent_words(q: Quantity, w: Around) -> Quantity:
    made = _percent_sign(q, w) if w.rest.startswith("%") else _shared(q, "percent", 100)
    return replace(
        made,
        start=w.syllables[w.at - 2].start,
        shape=q.shape if q.shape != "one" else "unit",
        certain=True,
    )


def _hundreds(w: Around) -> bool:
    """Whether the hundred is counted, so that its part is no percentage: སུམ་བརྒྱའི་ཆ་གཅིག."""
    if w.at < 3 or w.syllables[w.at - 3].closed:
        return False
    count = w.syllables[w.at - 3].text
    return UNITS.get(count, 0) > 1


def _is_month(q: Quantity, w: Around) -> bool:
    named = w.last == "ཟླ" or w.before[-2:] == ["ཟླ", "བ"]
    dated = w.next in _AFTER_MONTH or (not q.spelled and w.last == "ཟླ")
    return named and dated and whole_within(q.value, 1, 12)


def _is_year(q: Quantity, w: Around) -> bool:
    named = w.last == "ལོ" or w.next.startswith("ལོ")
    common_era = w.before[-2:] in (["སྤྱི", "ལོ"], ["ཕྱི", "ལོ"])
    return named and (common_era or not q.spelled) and whole_within(q.value, 1000, 2999)


def _priced(q: Quantity, w: Around) -> Quantity:
    if w.currency is None:
        return q
    # A currency named in words as well is the surer one.
    unit = w.unit_before[0] if w.unit_before is not None else w.currency[0]
    return replace(q, unit=unit, start=w.currency[1])


def _symbol(q: Quantity, w: Around) -> Quantity:
    if w.symbol is None:
        return q
    symbol = w.symbol.group()
    end = w.folded.index(symbol, w.number.end) + len(symbol)
    return replace(q, unit=SYMBOLS[symbol], end=end)


def _unit_before(q: Quantity, w: Around) -> Quantity:
    if w.unit_before is None:
        return q
    name, first = w.unit_before
    return replace(q, unit=name, start=w.syllables[first].start)


def _unit_after(q: Quantity, w: Around) -> Quantity:
    if w.unit_after is None:
        return q
    name, end = w.unit_after
    return replace(q, unit=name, end=w.syllables[end - 1].end)


_SHARES: Final[Step[Quantity, Around]] = Step(
    name="share",
    patterns=(
        Pattern(
            name="percent in words",
            matches="བརྒྱ་ཆ before the number, with a percent sign after it or not",
            example="བརྒྱ་ཆ་སུམ་ཅུ",
            when=lambda q, w: w.before[-2:] in (["བརྒྱ", "ཆ"], ["བརྒྱ", "ཆའི"]) and not _hundreds(w),
            make=_percent_words,
        ),
        Pattern(
            name="percent sign",
            matches="a percent sign after the number",
            example="༣༠%",
            when=lambda q, w: w.rest.startswith("%"),
            make=_percent_sign,
        ),
        Pattern(
            name="per mille sign",
            matches="‰ after the number",
            example="༥‰",
            when=lambda q, w: w.rest.startswith("‰"),
            make=lambda q, w: _shared(q, "fraction", 1000),
        ),
    ),
)

_COUNTED: Final[Step[Quantity, Around]] = Step(
    name="what is counted",
    patterns=(
        Pattern(
            name="day of the month",
            matches="ཚེས before 1 to 31",
            example="ཚེས་༡༥",
            when=lambda q, w: (
                q.kind == "cardinal" and w.last in ("ཚེས", "ཚེས་པ") and whole_within(q.value, 1, 31)
            ),
            make=lambda q, w: replace(q, kind="date-day"),
        ),
        Pattern(
            name="month",
            matches="ཟླ or ཟླ་བ before 1 to 12 and པ or ཚེས after it; digits need none after them",
            example="ཟླ་༥",
            when=lambda q, w: q.kind == "cardinal" and _is_month(q, w),
            make=lambda q, w: replace(q, kind="date-month"),
        ),
        Pattern(
            name="year",
            matches="1000 to 2999 beside ལོ, in digits or after སྤྱི་ལོ",
            example="༢༠༡༩ལོར",
            when=lambda q, w: q.kind == "cardinal" and _is_year(q, w),
            make=lambda q, w: replace(q, kind="date-year"),
        ),
        Pattern(
            name="currency sign",
            matches="the sign of a currency before the number",
            example="$5",
            when=lambda q, w: q.kind == "cardinal" and w.currency is not None,
            make=_priced,
        ),
        Pattern(
            name="unit's symbol",
            matches="km, °C and the like after digits",
            example="༥km",
            when=lambda q, w: q.kind == "cardinal" and not q.spelled and w.symbol is not None,
            make=_symbol,
        ),
        Pattern(
            name="unit before",
            matches="a unit before the number",
            example="སྤྱི་ལེ་ལྔ",
            when=lambda q, w: q.kind == "cardinal" and w.unit_before is not None,
            make=_unit_before,
        ),
        Pattern(
            name="unit after",
            matches="a unit after the number; after གཅིག or a lone scale only years",
            example="ལྔ་ཉིན",
            when=lambda q, w: (
                q.kind == "cardinal"
                and w.unit_after is not None
                and (q.shape not in ("one", "scale") or w.unit_after[0] == "year")
            ),
            make=_unit_after,
        ),
    ),
)

_ABOUT: Final[tuple[Step[Quantity, Around], ...]] = (
    Step(
        name="ordinal",
        patterns=(
            Pattern(
                name="ordinal",
                matches="པ after the number, with a case particle or without",
                example="གསུམ་པ",
                when=lambda q, w: q.kind == "cardinal" and w.next in _ORDINAL,
                make=lambda q, w: replace(q, kind="ordinal"),
            ),
        ),
    ),
    Step(
        name="about",
        patterns=(
            Pattern(
                name="about",
                matches="ཙམ, ལྷག, ཡན and the like after the number",
                example="སུམ་ཅུ་ཙམ",
                when=lambda q, w: w.next in _APPROX,
                make=lambda q, w: replace(q, exact=False),
            ),
        ),
    ),
    Step(
        name="one digit",
        patterns=(
            Pattern(
                name="digit in order",
                matches="one digit in words that is an ordinal, a month or a day",
                example="བཞི་པ",
                when=lambda q, w: (
                    q.shape == "unit" and q.kind in ("ordinal", "date-month", "date-day")
                ),
                make=lambda q, w: replace(q, shape="ordinal"),
            ),
            Pattern(
                name="digit with a unit",
                matches="one digit in words that counts a unit",
                example="ཉིན་གསུམ",
                when=lambda q, w: q.shape == "unit" and q.unit is not None,
                make=lambda q, w: replace(q, shape="unit-measured"),
            ),
        ),
    ),
)

CONTEXT: Final[tuple[Step[Quantity, Around], ...]] = (_SHARES, _COUNTED, *_ABOUT)
"""Words around a number, from what changes its value to what only names its shape."""
