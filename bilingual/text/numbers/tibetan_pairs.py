"""Tibetan numbers that belong together: fractions, decimals, halves, near pairs."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from bilingual.text.numbers.model import Kind, Quantity
from bilingual.text.numbers.patterns import Pattern, first_match

_PART: Final = frozenset(("ཆ", "ཆའི"))
_POINT: Final = frozenset(("ཚེག", "དང་ཚེག", "དང་གྲངས་ཆུང", "གྲངས་ཆུང", "གྲངས་ཆུང་ཚེག", "དང་གྲངས་ཆུང་ཚེག"))
_LONE_PART: Final = re.compile(r"་ཆ(?![\u0f40-\u0fbc])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two numbers of a text, and the syllables between them without their marks."""

    a: Quantity
    b: Quantity
    between: str


def joined(found: list[Quantity], folded: str) -> list[Quantity]:
    """The numbers with those joined that make one.

    :param found: in order of their starts.
    """
    out: list[Quantity] = []
    for q in found:
        whole: Quantity | None = None
        if out:
            between = folded[out[-1].end : q.start].strip("་ ")
            whole = first_match(PAIRS, Pair(a=out[-1], b=q, between=between))
        if whole is not None:
            out[-1] = whole
        else:
            out.append(_part_alone(q, folded))
    return out


def _part_alone(q: Quantity, folded: str) -> Quantity:
    """གསུམ་ཆ alone is a third, or three parts."""
    if q.spelled and q.kind == "cardinal" and q.value > 1 and _LONE_PART.match(folded, q.end):
        shape = "word" if q.value == 4 else q.shape  # a quarter, of a year too
        return replace(q, alternatives=(*q.alternatives, 1 / q.value), certain=False, shape=shape)
    return q


def _whole_of(p: Pair, value: Fraction, kind: Kind) -> Quantity:
    return Quantity(
        value=value,
        start=p.a.start,
        end=p.b.end,
        kind=kind,
        unit=p.a.unit or p.b.unit,
        exact=p.a.exact and p.b.exact,
        certain=True,
        spelled=p.a.spelled and p.b.spelled,
        parts=(p.a.value, p.b.value),
        shape="composite" if p.a.spelled else "digits",
    )


def _decimal(p: Pair) -> Quantity:
    digits = str(int(p.b.value))
    return _whole_of(p, p.a.value + Fraction(int(digits), 10 ** len(digits)), p.a.kind)


def _near(p: Pair) -> bool:
    return (
        not p.between
        and p.a.shape in ("unit", "one", "unit-measured")
        and p.b.shape in ("unit", "ordinal", "unit-measured")
        and p.b.value == p.a.value + 1
    )


PAIRS: Final[tuple[Pattern[[Pair], Quantity], ...]] = (
    Pattern(
        name="numeral in a unit",
        matches="a number whose unit holds the one before it: གྲུ་བཞི",
        example="སྤྱི་ལེ་གྲུ་བཞི་མ་ ༥༠",
        when=lambda p: p.b.start <= p.a.start and p.b.end > p.a.end,
        make=lambda p: p.b,
    ),
    Pattern(
        name="hundred of a percentage",
        matches="གཅིག་བརྒྱ, whose བརྒྱ་ཆ has made a percentage of the number after it",
        example="གཅིག་བརྒྱ་ཆ་ལྔ",
        when=lambda p: (
            p.a.value == 100 and p.a.spelled and p.b.kind == "percent" and p.b.start <= p.a.end
        ),
        make=lambda p: p.b,
    ),
    Pattern(
        name="hundred in digits and its parts",
        matches="100, ཆ, a number",
        example="༡༠༠ཆ་ལྔ",
        when=lambda p: p.between in _PART and p.a.value == 100 and p.b.shape != "half",
        make=lambda p: replace(p.b, start=p.a.start),
    ),
    Pattern(
        name="fraction",
        matches="a number above one, ཆ, a number",
        example="གསུམ་ཆ་གཉིས",
        when=lambda p: p.between in _PART and p.a.value > 1 and p.b.shape != "half",
        make=lambda p: _whole_of(
            p, p.b.value / p.a.value if p.b.kind == "cardinal" else p.b.value, "fraction"
        ),
    ),
    Pattern(
        name="decimal in words",
        matches="a number, ཚེག or གྲངས་ཆུང, a whole number",
        example="གསུམ་ཚེག་ལྔ",
        when=lambda p: p.between in _POINT and p.b.value.denominator == 1,
        make=_decimal,
    ),
    Pattern(
        name="half of a hundred",
        matches="བརྒྱ, ཆ, ཕྱེད",
        example="བརྒྱ་ཆ་ཕྱེད་ཀ",
        when=lambda p: p.b.shape == "half" and p.between == "ཆ" and p.a.value == 100,
        make=lambda p: replace(p.b, start=p.a.start, kind="percent"),
    ),
    Pattern(
        name="half of the next",
        matches="ཕྱེད, དང, a digit: ཕྱེད་དང་གསུམ is two and a half",
        example="ཕྱེད་དང་གསུམ",
        when=lambda p: (
            p.a.shape == "half"
            and p.between == "དང"
            and p.b.shape in ("unit", "unit-measured", "ten")
            and p.b.kind == "cardinal"
        ),
        make=lambda p: replace(
            p.b,
            value=p.b.value - Fraction(1, 2),
            alternatives=(p.b.value,),
            start=p.a.start,
            parts=(Fraction(1, 2), p.b.value),
            certain=False,
        ),
    ),
    Pattern(
        name="and a half",
        matches="a whole number, དང, ཕྱེད",
        example="གསུམ་དང་ཕྱེད",
        when=lambda p: (
            p.b.shape == "half"
            and p.between == "དང"
            and p.a.value.denominator == 1
            and p.a.kind == "cardinal"
        ),
        make=lambda p: replace(
            p.a,
            value=p.a.value + Fraction(1, 2),
            alternatives=(p.a.value,),
            end=p.b.end,
            parts=(p.a.value,),
        ),
    ),
    Pattern(
        name="near pair",
        matches="two digits in words that follow each other: one or the other",
        example="གཉིས་གསུམ",
        when=_near,
        make=lambda p: replace(
            _whole_of(p, p.a.value, "range"),
            high=p.b.value,
            exact=False,
            certain=False,
            shape="vague",
        ),
    ),
)
"""What two numbers in a row may be one number of."""
