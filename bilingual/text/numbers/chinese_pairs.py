"""Chinese numbers that belong together: fractions, spelled decimals, halves, decades."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from bilingual.text.numbers.chinese_numerals import BIG, DIGITS, SMALL
from bilingual.text.numbers.model import Quantity, whole_within
from bilingual.text.numbers.patterns import Pattern, first_match
from bilingual.text.numbers.units import ZH_UNIT, ZH_UNITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two numbers of a folded text and what is between them."""

    a: Quantity
    b: Quantity
    between: str
    folded: str


# What a half is in the next smaller unit: 半小时 is thirty minutes.
_HALF_OF: Final = (
    (re.compile("个?(?:小时|钟头|钟)"), 30),
    (re.compile("(?:年|载)(?!级)"), 6),
    (re.compile("个?月"), 15),
    (re.compile("天|日"), 12),
    (re.compile("分钟"), 30),
)


def _half_of(folded: str, at: int) -> tuple[Fraction, ...]:
    return tuple(Fraction(value) for unit, value in _HALF_OF if unit.match(folded, at))


# 下半场 is the second half, 上半场 the first.
_WHICH: Final = {"下": (Fraction(2),), "后": (Fraction(2),)}


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
            alternatives=(
                Fraction(50),
                Fraction(1),
                *_WHICH.get(folded[m.start() - 1 : m.start()], ()),
                *_half_of(folded, m.end()),
            ),
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
_DECADE: Final = re.compile(r"\s?年?代")


def _decimals(p: Pair) -> tuple[str, int]:
    """The digits behind 点 and the scale behind them: 五亿 is 5 and 10⁸."""
    digits, scale = "", 1
    for at in range(p.b.start, p.b.end):
        char = p.folded[at]
        unit = ZH_UNIT.match(p.folded, at) if p.b.unit else None
        if unit is not None and digits and unit.end() >= p.b.end:
            break  # 七点九千米: the scale is of the unit
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


_HOUR: Final = re.compile(r"\s?(?:点钟?|时)\s?(?:过|零|〇)?\s?")
_MINUTES: Final = re.compile(r"\s?(?:分(?![之钟米贝辨])|刻)")


def _is_clock(p: Pair) -> bool:
    """两点一刻, 6点45分, 8点半: an hour and its minutes."""
    if not (
        _HOUR.fullmatch(p.between)
        and p.a.kind in ("cardinal", "time")
        and whole_within(p.a.value, 0, 24)
    ):
        return False
    if p.b.shape == "half":
        return p.a.kind == "time" or not p.a.spelled
    minutes = _MINUTES.match(p.folded, p.b.end)
    if minutes is None:
        # 6点45, where no 分 follows.
        return (
            p.b.kind == "cardinal"
            and p.b.shape == "digits"
            and whole_within(p.b.value, 10, 59)
            and p.b.unit is None
        )
    return whole_within(p.b.value, 0, 59)


def _clock(p: Pair) -> Quantity:
    quarter = p.folded.startswith("刻", p.b.end)
    minutes = Fraction(30) if p.b.shape == "half" else p.b.value * (15 if quarter else 1)
    found = _whole_of(p, p.a.value * 60 + minutes, parts=(p.a.value, minutes))
    return replace(found, kind="time", unit=None)


def _money(p: Pair) -> Quantity:
    tenth = p.b.value / (100 if p.folded.startswith("分", p.b.end) else 10)
    return _whole_of(p, p.a.value + tenth, parts=(p.a.value, p.b.value))


def _and_a_half_unit(p: Pair) -> Quantity:
    """一个半小时: the unit is behind the half."""
    found = _and_a_half(p)
    unit = ZH_UNIT.match(p.folded, p.b.end)
    if unit is None:
        return found
    return replace(found, unit=ZH_UNITS[unit.group()], end=unit.end())


def _tenths_of(p: Pair) -> bool:
    """一米七, 两块五: what follows the unit is tenths or hundredths of it."""
    return (
        p.a.unit in ("metre", "yuan")
        and p.folded[p.a.end - 1 : p.a.end] in ("米", "块")
        and not p.between
        and p.b.kind == "cardinal"
        and p.b.unit is None
        and p.b.shape in ("unit", "digits", "positional")
        and 0 < p.b.value < 100
    )


def _with_tenths(p: Pair) -> Quantity:
    places = len(re.findall(r"\w", p.folded[p.b.start : p.b.end]))
    return _whole_of(p, p.a.value + p.b.value / 10**places, parts=(p.a.value, p.b.value))


def _lasting(p: Pair) -> Quantity:
    return _whole_of(p, p.a.value + p.b.value / 60, parts=(p.a.value, p.b.value))


PAIRS: Final[tuple[Pattern[[Pair], Quantity], ...]] = (
    Pattern(
        name="hour and minutes",
        matches="an hour, 点 or 时, and minutes, quarters or a half",
        example="两点一刻",
        when=_is_clock,
        make=_clock,
    ),
    Pattern(
        name="unit and its tenths",
        matches="metres or 块 and one or two digits right behind",
        example="一米七",
        when=_tenths_of,
        make=_with_tenths,
    ),
    Pattern(
        name="hours and minutes of a length",
        matches="a number of hours, a number of minutes right behind",
        example="2小时30分钟",
        when=lambda p: (
            p.a.unit == "hour" and p.b.unit == "minute" and p.between.strip() in ("", "零")
        ),
        make=lambda p: replace(_lasting(p), unit="hour"),
    ),
    Pattern(
        name="yuan and jiao",
        matches="an amount in 元 or 块 and a digit before 角, 毛 or 分",
        example="2元5角",
        when=lambda p: (
            p.a.unit == "yuan"
            and not p.between.strip()
            and p.b.value < 100
            and p.folded.startswith(("角", "毛", "分"), p.b.end)
        ),
        make=_money,
    ),
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
        make=_and_a_half_unit,
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
