"""What a quantity in a text is."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Kind = Literal[
    "cardinal",
    "ordinal",
    "percent",
    "fraction",
    "date-year",
    "date-month",
    "date-day",
    "weekday",
    "time",
    "range",
]
"""What a number counts. Weekdays run from 1, Monday, to 7, Sunday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number that a text names, by value.

    ``value`` is exact; a percentage is its share (30 % is 3/10), a time of day
    is in minutes. ``high`` is set for ranges and for vague numbers (几十), whose
    lower bound is ``value``. ``unit`` is a canonical name of
    ``bilingual.text.numbers.units`` or ``None``. ``exact`` is false where the
    text says about, over, several. ``certain`` is false for readings of words
    that often are no numbers (一, གཅིག, ཆ, སྟོང). ``start`` and ``end`` are code
    point offsets of the number with its unit. ``spelled`` distinguishes words from digits.
    ``alternatives`` are other values that the same words may have,
    ``parts`` the single numbers it is made of where there are several
    (the ends of a range, hours and minutes, numerator and denominator).
    ``shape`` names the context it is in, for weighing evidence.
    """

    value: Fraction
    start: int
    end: int
    kind: Kind = "cardinal"
    high: Fraction | None = None
    unit: str | None = None
    exact: bool = True
    certain: bool = True
    spelled: bool = False
    alternatives: tuple[Fraction, ...] = ()
    parts: tuple[Fraction, ...] = ()
    shape: str = ""

    @property
    def values(self) -> frozenset[Fraction]:
        """Every value it may have."""
        return frozenset((self.value, *self.alternatives))


def whole_within(value: Fraction, low: int, high: int) -> bool:
    """Whether a value is a whole number from ``low`` to ``high``."""
    return value.denominator == 1 and low <= value <= high
