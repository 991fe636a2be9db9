"""Chinese numbers that belong together: fractions, spelled decimals, halves, decades."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from bilingual.text.numbers.chinese_numerals import BIG, DIGITS, SMALL
from bilingual.text.numbers.model import Quantity
from bilingual.text.numbers.patterns import Pattern, first_match


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two numbers of a folded text and what is between them."""

    a: Quantity
    b: Quantity
    between: str
    folded: str


def halves(folded: str, blocked: set[int], weak: set[int]) -> list[Quantity]:
    """Every 半 and 一半, which always is a weak reading."""
    return [
        Quantity(
            value=Fraction(1, 2),
            start=m.start(),
            end=m.end(),
            kind="fraction",
            certain=False,
            spelled=True,
            alternatives=(Fraction(50), Fraction(1)),
            shape="word" if m.end() - 1 in weak else "half",
        )
        for m in re.finditer("一?半", folded)
        if m.end() - 1 not in blocked
    ]


def joined(found: list[Quantity], folded: str) -> list[Quantity]:
    """The numbers with those joined that make one; of two that overlap the longer.

    :param found: in order of their starts.
    """
    out: list[Quantity] = []
    for q in found:
        last = out[-1] if out else None
        if last is None:
            out.append(q)
            continue
        pair = Pair(a=last, b=q, between=folded[last.end : q.start], folded=folded)
        whole = first_match(PAIRS, pair)
        if whole is not None:
            out[-1] = whole
        elif q.start <= last.start and q.end > last.end:
            out[-1] = q
        elif not last.start <= q.start < last.end or _one_date(last, q):
            out.append(q)
    return out


def _one_date(a: Quantity, b: Quantity) -> bool:
    """Whether both are parts of a date in digits, which share its span."""
    return a.kind.startswith("date") and b.kind.startswith("date")


def _whole_of(
    p: Pair, value: Fraction, *, parts: tuple[Fraction, ...] = (), shape: str = "composite"
) -> Quantity:
    in_digits = p.a.shape == "digits" and p.b.shape == "digits"
    return Quantity(
        value=value,
        start=p.a.start,
        end=p.b.end,
        kind=p.a.kind,
        unit=p.b.unit or p.a.unit,
        exact=p.a.exact and p.b.exact,
        certain=True,
        spelled=p.a.spelled,
        parts=parts,
        shape="digits" if in_digits else shape,
    )


_OF: Final = re.compile(r"\s?分之\s?")
_CENTURY: Final = re.compile(r"\s?世纪\s?$")
_DECADE: Final = re.compile("年?代")


def _decimals(p: Pair) -> tuple[str, int]:
    """The digits behind 点 and the scale behind them: 五亿 is 5 and 10⁸."""
    digits, scale = "", 1
    for char in p.folded[p.b.start : p.b.end]:
        if char in DIGITS and scale == 1:
            digits += str(DIGITS[char])
        elif char in SMALL or char in BIG:
            scale *= SMALL.get(char) or BIG[char]
        else:
            break
    return ("", 1) if digits and scale < 100 and scale != 1 else (digits, scale)


def _is_decimal(p: Pair) -> bool:
    return (
        p.between == "点"
        and p.a.spelled
        and p.b.spelled
        and p.a.kind in ("cardinal", "time", "percent")
        and _decimals(p)[0] != ""
        and not p.folded.startswith(("分", "刻", "钟"), p.b.end)
    )


def _decimal(p: Pair) -> Quantity:
    digits, scale = _decimals(p)
    share = 100 if p.a.kind == "percent" else 1
    value = (p.a.value + Fraction(int(digits), share * 10 ** len(digits))) * scale
    return replace(_whole_of(p, value), kind="percent" if p.a.kind == "percent" else "cardinal")


def _is_decade(p: Pair) -> bool:
    return (
        _CENTURY.match(p.between) is not None
        and _DECADE.match(p.folded, p.b.end) is not None
        and 1 <= p.a.value <= 30
        and p.b.value < 100
    )


def _decade(p: Pair) -> Quantity:
    whole = _whole_of(
        p,
        (p.a.value - 1) * 100 + p.b.value,
        parts=(p.a.value, p.b.value),
        shape="composite" if p.a.spelled else "digits",
    )
    return replace(whole, kind="date-year")


def _and_a_half(p: Pair) -> Quantity:
    return _whole_of(p, p.a.value + Fraction(1, 2), parts=(p.a.value,), shape=p.a.shape)


PAIRS: Final[tuple[Pattern[[Pair], Quantity], ...]] = (
    Pattern(
        name="fraction",
        matches="a number, 分之, a number",
        example="三分之二",
        when=lambda p: (
            p.a.kind == "cardinal" and p.a.value != 0 and _OF.fullmatch(p.between) is not None
        ),
        make=lambda p: replace(
            _whole_of(p, p.b.value / p.a.value, parts=(p.a.value, p.b.value)), kind="fraction"
        ),
    ),
    Pattern(
        name="decimal in words",
        matches="a number, 点, Han digits and a scale or none; no time of day",
        example="三点五亿",
        when=_is_decimal,
        make=_decimal,
    ),
    Pattern(
        name="unit and a half",
        matches="a number with its unit, 半",
        example="三天半",
        when=lambda p: (
            p.b.shape == "half"
            and not p.between.strip()
            and bool(p.a.unit)
            and p.a.kind == "cardinal"
        ),
        make=_and_a_half,
    ),
    Pattern(
        name="classifier and a half",
        matches="a number, 个, 半",
        example="三个半",
        when=lambda p: p.b.shape == "half" and p.between == "个" and p.a.kind == "cardinal",
        make=_and_a_half,
    ),
    Pattern(
        name="decade of a century",
        matches="a number up to 30, 世纪, a number below 100, 年代 or 代",
        example="20世纪70年代",
        when=_is_decade,
        make=_decade,
    ),
)
"""What two numbers in a row may be one number of."""
