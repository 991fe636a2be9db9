"""Chinese numbers in the light of the words around them: units, dates, fractions."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from bilingual.text.numbers.chinese_numerals import BIG, DIGITS, SMALL
from bilingual.text.numbers.model import Kind, Quantity
from bilingual.text.numbers.units import ZH_UNIT, ZH_UNITS

_CLASSIFIER: Final = (
    "个只条张位名人件种次本辆台部家座间场届支组项篇首句段层级块片颗粒棵株匹头艘架枚把副双对套份页章节集"
    "口户所门科类批群队班排连营团圈倍番年月日号天周岁秒分时点刻元角毛米里斤两吨克升亩度步遍回趟轮代"
    "世期战局盘枪杯瓶碗盒箱袋桶根束朵滴根封幅道股阶行列届"
)

_APPROX_AFTER: Final = re.compile(r"[多余来]|左右|上下|以上|以下")

_APPROX_BEFORE: Final = re.compile(
    r"(?:约|大约|近|将近|超过|至少|多达|达|不到|几乎|大概|左右|上)\s?$"
)

_MULTIPLES: Final = frozenset("十百千万亿")
_UNIT_GAP: Final = re.compile(r"[多余来]?\s?")


def context(q: Quantity, folded: str, weak: set[int] | frozenset[int]) -> Quantity:
    """The number in the light of what stands before and after it."""
    before = folded[max(0, q.start - 6) : q.start].rstrip()
    after = folded[q.end : q.end + 12]
    kind: Kind = q.kind
    value, high, end, start = q.value, q.high, q.end, q.start
    alternatives, parts, unit, certain, shape = q.alternatives, q.parts, None, q.certain, q.shape
    exact = q.exact
    bare = after.lstrip()
    one = q.spelled and shape == "unit"
    for prefix, den in (("百分之", 100), ("千分之", 1000), ("万分之", 10000)):
        if before.endswith(prefix) and before[-4:-3] not in _MULTIPLES:
            kind = "percent" if den == 100 else "fraction"
            alternatives, value, start = (value,), value / den, start - len(prefix)
            shape = "percent"
    if bare.startswith(("%", "％", "‰")) and kind == "cardinal":
        kind = "percent"
        alternatives, value = (*alternatives, value), value / (1000 if bare[0] == "‰" else 100)
        end = folded.index(bare[0], q.end) + 1
    elif kind == "cardinal":
        if before.endswith(("第", "初")):
            kind, start = "ordinal", folded.rindex(before[-1], 0, q.start)
            shape = "ordinal" if q.spelled else shape
        elif before.endswith(("周", "星期", "礼拜")) and one and value <= 6:
            kind, shape = "weekday", "weekday"
        elif before.endswith(("零下", "负")):
            alternatives, value = (*alternatives, value), -value
        if kind in ("cardinal", "ordinal"):
            gap = _UNIT_GAP.match(after)
            offset = gap.end() if gap else 0
            if offset and after[0] in "多余来":
                exact = False
            m = ZH_UNIT.match(after, offset)
            if m and not (one and m.group() in ("两", "码", "焦", "卡", "瓦")):
                unit, end = ZH_UNITS[m.group()], q.end + m.end()
                if shape == "unit":
                    shape = "unit-measured"
            elif bare[:1] and bare[0] in _CLASSIFIER and shape == "unit":
                shape = "unit-counted"
            if before.endswith(("$", "¥", "€", "£")) and unit is None:
                unit = {"$": "us-dollar", "¥": "yuan", "€": "euro", "£": "pound-sterling"}[
                    before[-1]
                ]
                start = q.start - 1
            kind, unit = _dated(kind, unit, bare, q, value)
    if unit == "year" and bare.startswith("年级"):
        unit = None
    if weak and any(i in weak for i in range(q.start, q.end)):
        certain, shape = False, "word"
    if one and value == 1:
        certain = False
        if shape != "ordinal":
            shape = "one"
    if q.spelled and shape in ("unit", "scale") and kind == "cardinal":
        certain = False
    if _APPROX_BEFORE.search(before) or _APPROX_AFTER.match(bare):
        exact = False
    if kind == "time" and q.kind != "time":
        parts = ()
    return Quantity(
        value=value,
        high=high,
        start=start,
        end=end,
        kind=kind,
        unit=unit,
        exact=exact,
        certain=certain,
        spelled=q.spelled,
        alternatives=tuple(a for a in alternatives if a != value),
        parts=parts,
        shape=shape,
    )


def _dated(
    kind: Kind, unit: str | None, bare: str, q: Quantity, value: Fraction
) -> tuple[Kind, str | None]:
    whole = value.denominator == 1
    if unit == "year" and whole and (1000 <= value <= 2999 and q.shape in ("digits", "positional")):
        return "date-year", None
    if unit == "month" and bare.startswith("月") and whole and 1 <= value <= 12:
        return "date-month", None
    if ((unit == "day" and bare.startswith("日")) or bare.startswith("号")) and 1 <= value <= 31:
        return "date-day", None
    if bare.startswith("点") and whole and 0 <= value <= 24 and q.shape != "one":
        return (
            "time"
            if bare[:2] in ("点钟", "点半", "点整", "点左")
            or (len(bare) > 1 and bare[1:].lstrip()[:1].isdigit())
            else kind
        ), unit
    return kind, unit


_OF: Final = re.compile(r"\s?分之\s?")


def halves(folded: str, blocked: set[int], weak: set[int]) -> list[Quantity]:
    """Every 半 and 一半, which always is a weak reading."""
    out = []
    for m in re.finditer("一?半", folded):
        if m.end() - 1 in blocked:
            continue
        out.append(
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
        )
    return out


def joined(found: list[Quantity], folded: str) -> list[Quantity]:
    """Fractions, spelled decimals, ranges, decades and halves from their pieces."""
    out: list[Quantity] = []
    for q in found:
        if out:
            last = out[-1]
            whole = _pair(last, q, folded)
            if whole is not None:
                out[-1] = whole
                continue
            if q.start <= last.start and q.end > last.end:
                out[-1] = q
                continue
            dates = last.kind.startswith("date") and q.kind.startswith("date")
            if last.start <= q.start < last.end and not dates:
                continue
        out.append(q)
    return out


def _pair(a: Quantity, b: Quantity, folded: str) -> Quantity | None:
    between = folded[a.end : b.start]
    if _OF.fullmatch(between) and a.value and a.kind == "cardinal":
        return _with(a, b, b.value / a.value, "fraction", (a.value, b.value), "composite")
    if between == "点" and a.spelled and b.spelled and a.kind in ("cardinal", "time", "percent"):
        digits, scale = _decimals(folded[b.start : b.end])
        if digits and not folded.startswith(("分", "刻", "钟"), b.end):
            share = 100 if a.kind == "percent" else 1
            value = (a.value + Fraction(int(digits), share * 10 ** len(digits))) * scale
            kind: Kind = "percent" if a.kind == "percent" else "cardinal"
            return _with(a, b, value, kind, (), "composite")
    if b.shape == "half" and not between.strip() and a.unit and a.kind == "cardinal":
        return _with(a, b, a.value + Fraction(1, 2), a.kind, (a.value,), a.shape)
    if b.shape == "half" and between == "个" and a.kind == "cardinal":
        return _with(a, b, a.value + Fraction(1, 2), a.kind, (a.value,), a.shape)
    if folded.startswith("世纪", a.end) or between.strip() == "世纪":
        m = re.match(r"\s?世纪\s?$", between)
        if (
            m
            and re.match("年?代", folded[b.end : b.end + 2])
            and 1 <= a.value <= 30
            and b.value < 100
        ):
            year = (a.value - 1) * 100 + b.value
            return _with(
                a,
                b,
                year,
                "date-year",
                (a.value, b.value),
                "digits" if not a.spelled else "composite",
            )
    return None


def _decimals(text: str) -> tuple[str, int]:
    """The digits behind 点 and the scale behind them: 五亿 is 5 and 10⁸."""
    digits, scale = "", 1
    for char in text:
        if char in DIGITS and scale == 1:
            digits += str(DIGITS[char])
        elif char in SMALL or char in BIG:
            scale *= SMALL.get(char) or BIG[char]
        else:
            break
    return ("", 1) if digits and scale < 100 and scale != 1 else (digits, scale)


def _with(
    a: Quantity, b: Quantity, value: Fraction, kind: Kind, parts: tuple[Fraction, ...], shape: str
) -> Quantity:
    return Quantity(
        value=value,
        start=a.start,
        end=b.end,
        kind=kind,
        unit=b.unit or a.unit,
        exact=a.exact and b.exact,
        certain=True,
        spelled=a.spelled,
        parts=parts,
        shape=shape if not (a.shape == "digits" and b.shape == "digits") else "digits",
    )
