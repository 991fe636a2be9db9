"""Chinese numbers in the light of the words around them: shares, units, dates."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Final

from bilingual.text.numbers.model import Quantity, whole_within
from bilingual.text.numbers.patterns import Pattern, Step, apply_steps
from bilingual.text.numbers.units import ZH_UNIT, ZH_UNITS, currency_before

_CLASSIFIER: Final = (
    "个只条张位名人件种次本辆台部家座间场届支组项篇首句段层级块片颗粒棵株匹头艘架枚把副双对套份页章节集"
    "口户所门科类批群队班排连营团圈倍番年月日号天周岁秒分时点刻元角毛米里斤两吨克升亩度步遍回趟轮代"
    "世期战局盘枪杯瓶碗盒箱袋桶根束朵滴根封幅道股阶行列届"
)

_APPROX_AFTER: Final = re.compile(r"[多余来]|左右|上下|以上|以下")

_APPROX_BEFORE: Final = re.compile(
    r"(?:约|大约|近|将近|超过|至少|多达|达|不到|几乎|大概|左右|上)\s?$"
)

_MULTIPLES: Final = frozenset("一二三四五六七八九两几数十百千万亿")
_UNIT_GAP: Final = re.compile(r"[多余来]?\s?")
# After a single Han digit these are other words more often than units: 两, 一卡通.
_DOUBTFUL_UNITS: Final = frozenset("两码焦卡瓦")


@dataclass(frozen=True, kw_only=True)
class Around:
    """A number as it was read from its own characters, and what is around it.

    ``before`` is up to six characters without the space at their end, ``after`` up
    to twelve, ``bare`` those without the space at their start. ``unit`` is the unit
    behind it and ``unit_end`` where that ends.
    ``one_digit`` is a single Han digit. ``weak`` is part of a word that seldom counts.
    """

    number: Quantity
    folded: str
    before: str
    after: str
    bare: str
    unit: str | None
    unit_end: int
    one_digit: bool
    weak: bool

    @cached_property
    def currency(self) -> tuple[str, int] | None:
        """The currency whose sign is before the number, and where that begins."""
        return currency_before(self.folded, self.number.start)


def in_context(q: Quantity, folded: str, weak: set[int] | frozenset[int]) -> Quantity:
    """The number in the light of what comes before and after it.

    :param weak: offsets within words in which a numeral seldom counts.
    """
    q = apply_steps(CONTEXT, q, _around(q, folded, weak))
    return replace(q, alternatives=tuple(a for a in q.alternatives if a != q.value))


def _around(q: Quantity, folded: str, weak: set[int] | frozenset[int]) -> Around:
    after = folded[q.end : q.end + 12]
    one_digit = q.spelled and q.shape == "unit"
    gap = _UNIT_GAP.match(after)
    unit = ZH_UNIT.match(after, gap.end() if gap else 0)
    if unit and one_digit and unit.group() in _DOUBTFUL_UNITS:
        unit = None
    return Around(
        number=q,
        folded=folded,
        before=folded[max(0, q.start - 6) : q.start].rstrip(),
        after=after,
        bare=after.lstrip(),
        unit=ZH_UNITS[unit.group()] if unit else None,
        unit_end=q.end + unit.end() if unit else q.end,
        one_digit=one_digit,
        weak=bool(weak) and any(i in weak for i in range(q.start, q.end)),
    )


def _share_of(q: Quantity, w: Around, words: str, whole: int) -> Quantity:
    return replace(
        q,
        kind="percent" if whole == 100 else "fraction",
        value=q.value / whole,
        alternatives=(q.value,),
        start=q.start - len(words),
        shape="percent",
    )


def _has_share(w: Around, words: str) -> bool:
    """Whether those words come before, and are no part of 三百分之…"""
    return w.before.endswith(words) and w.before[-4:-3] not in _MULTIPLES


def _share_sign(q: Quantity, w: Around, whole: int) -> Quantity:
    return replace(
        q,
        kind="percent",
        value=q.value / whole,
        alternatives=(*q.alternatives, q.value),
        end=w.folded.index(w.bare[0], q.end) + 1,
    )


def _ordinal(q: Quantity, w: Around) -> Quantity:
    return replace(
        q,
        kind="ordinal",
        start=w.folded.rindex(w.before[-1], 0, q.start),
        shape="ordinal" if q.spelled else q.shape,
    )


def _counts(q: Quantity) -> bool:
    return q.kind in ("cardinal", "ordinal")


def _priced(q: Quantity, w: Around) -> Quantity:
    if w.currency is None:
        return q
    return replace(q, unit=w.currency[0], start=w.currency[1])


# Behind the number of times a week, and no day of it: 每周三次, 一周四天.
_A_WEEK: Final = re.compile(r"(?:[每一两二三四五六七八九十]|\d)个?(?:周|星期|礼拜)$")
_TIMES: Final = re.compile(
    r"天(?![气空])|[次个趟节遍回场堂顿种期集篇部课夜](?!日)|小时|分钟|公里|千米|晚(?!上|会|饭)|人(?!民)"
)
_TENTHS: Final = re.compile(
    r"成(?![为功立员绩长本千分都年果熟语人就型品真家效虫因像群对双交堆形百套])"
)
_OF_DAY: Final = re.compile(
    r"(?:上午|下午|中午|午后|早上|早晨|清晨|凌晨|晚上|傍晚|深夜|半夜|夜里|夜间|午夜|时间|当晚|[今明昨]晚)$"
)
_CLOCK_HOUR: Final = re.compile(r"时(?![间候代期常刻而不空尚速装令事差段光髦节机效分隔])")
_HOUR_GOES_ON: Final = re.compile(
    r"点(?:[钟半整左前后到至开起零〇之，。,.!！?？\s]|以[前后]|$|[一二三四五六七八九十\d])"
)


def _tenths(q: Quantity, w: Around) -> Quantity:
    half = w.bare.startswith("成半")
    return replace(
        q,
        kind="percent",
        value=(q.value + Fraction(int(half), 2)) / 10,
        alternatives=(q.value,),
        shape="percent",
    )


def _decade(q: Quantity, w: Around) -> Quantity:
    """八十年代: the eighties, of whichever century the other side has."""
    centuries = (1900, 1800, 2000)
    if q.value >= 100:
        others: tuple[Fraction, ...] = (q.value % 100,)
    else:
        others = tuple(q.value + century for century in centuries)
    return replace(q, kind="date-year", unit=None, alternatives=(*q.alternatives, *others))


def _is_decade(q: Quantity, w: Around) -> bool:
    whole = whole_within(q.value, 10, 90) or whole_within(q.value, 1000, 2990)
    return _counts(q) and whole and q.value % 10 == 0 and w.bare.startswith("年代")


def _century(q: Quantity, w: Around) -> Quantity:
    """19世纪 is the years from 1800 on; 两个世纪 are two hundred years."""
    few = q.value <= 3 and w.number.shape == "unit" and not _dated(w)
    counted = few or w.bare.startswith("个")
    years = q.value * 100 if counted else (q.value - 1) * 100
    return replace(q, alternatives=(*q.alternatives, years))


def _dated(w: Around) -> bool:
    return w.before.endswith(("公元", "公元前", "前", "纪元"))


def _full_hour(w: Around) -> bool:
    return w.bare[:2] in ("点钟", "点半", "点整", "点左") or w.bare[1:].lstrip()[:1].isdigit()


def _is_hour(w: Around) -> bool:
    """Whether 点 is of the clock: behind 下午, or before 前 and the like in digits."""
    if _OF_DAY.search(w.before) is not None:
        return True
    return not w.number.spelled and _HOUR_GOES_ON.match(w.bare) is not None


_SHARES: Final[Step[Quantity, Around]] = Step(
    name="share in words",
    patterns=(
        Pattern(
            name="percent in words",
            matches="百分之 before the number, and no greater number before that",
            example="百分之三十",
            when=lambda q, w: _has_share(w, "百分之"),
            make=lambda q, w: _share_of(q, w, "百分之", 100),
        ),
        Pattern(
            name="thousandth",
            matches="千分之 before the number",
            example="千分之三",
            when=lambda q, w: _has_share(w, "千分之"),
            make=lambda q, w: _share_of(q, w, "千分之", 1000),
        ),
        Pattern(
            name="ten thousandth",
            matches="万分之 before the number",
            example="万分之一",
            when=lambda q, w: _has_share(w, "万分之"),
            make=lambda q, w: _share_of(q, w, "万分之", 10_000),
        ),
    ),
)

_KINDS: Final[Step[Quantity, Around]] = Step(
    name="kind",
    patterns=(
        Pattern(
            name="percent sign",
            matches="a percent sign after the number",
            example="30%",
            when=lambda q, w: q.kind == "cardinal" and w.bare.startswith("%"),
            make=lambda q, w: _share_sign(q, w, 100),
        ),
        Pattern(
            name="per mille sign",
            matches="‰ after the number",
            example="5‰",
            when=lambda q, w: q.kind == "cardinal" and w.bare.startswith("‰"),
            make=lambda q, w: _share_sign(q, w, 1000),
        ),
        Pattern(
            name="ordinal",
            matches="第 or 初 before the number",
            example="第三",
            when=lambda q, w: q.kind == "cardinal" and w.before.endswith(("第", "初")),
            make=_ordinal,
        ),
        Pattern(
            name="times a week",
            matches="one Han digit behind 每周, 一周 and the like, that counts times or days",
            example="每周三次",
            when=lambda q, w: (
                q.kind == "cardinal"
                and w.one_digit
                and _A_WEEK.search(w.before) is not None
                and _TIMES.match(w.bare) is not None
            ),
            make=lambda q, w: q,
        ),
        Pattern(
            name="tenths",
            matches="1 to 10 before 成, which is no other word",
            example="三成",
            when=lambda q, w: (
                q.kind == "cardinal" and 1 <= q.value <= 10 and _TENTHS.match(w.bare) is not None
            ),
            make=_tenths,
        ),
        Pattern(
            name="decade",
            matches="a multiple of ten before 年代",
            example="八十年代",
            when=_is_decade,
            make=_decade,
        ),
        Pattern(
            name="century",
            matches="a number before 世纪 or 个世纪",
            example="19世纪",
            when=lambda q, w: _counts(q) and q.value >= 1 and w.bare.startswith(("世纪", "个世纪")),
            make=_century,
        ),
        Pattern(
            name="doublings",
            matches="翻 or 翻了, one Han digit, 番: twice two is four times",
            example="翻了两番",
            when=lambda q, w: (
                w.one_digit and w.bare.startswith("番") and w.before.endswith(("翻", "翻了"))
            ),
            make=lambda q, w: replace(
                q, value=Fraction(2 ** int(q.value)), alternatives=(q.value,)
            ),
        ),
        Pattern(
            name="weekday",
            matches="周, 星期 or 礼拜 before one Han digit up to six",
            example="星期三",
            when=lambda q, w: (
                q.kind == "cardinal"
                and w.one_digit
                and q.value <= 6
                and w.before.endswith(("周", "星期", "礼拜"))
            ),
            make=lambda q, w: replace(q, kind="weekday", shape="weekday"),
        ),
        Pattern(
            name="below zero",
            matches="零下 or 负 before the number",
            example="零下40度",
            when=lambda q, w: q.kind == "cardinal" and w.before.endswith(("零下", "负")),
            make=lambda q, w: replace(q, value=-q.value, alternatives=(*q.alternatives, q.value)),
        ),
    ),
)

_UNITS: Final[tuple[Step[Quantity, Around], ...]] = (
    Step(
        name="unit",
        patterns=(
            Pattern(
                name="unit of measure",
                matches="a unit after the number, 多 between them or not",
                example="三天",
                when=lambda q, w: w.unit is not None and _counts(q),
                make=lambda q, w: replace(
                    q,
                    unit=w.unit,
                    end=w.unit_end,
                    shape="unit-measured" if q.shape == "unit" else q.shape,
                ),
            ),
            Pattern(
                name="classifier",
                matches="a classifier after one Han digit",
                example="三个",
                when=lambda q, w: q.shape == "unit" and _counts(q) and _classified(w),
                make=lambda q, w: replace(q, shape="unit-counted"),
            ),
        ),
    ),
    Step(
        name="currency",
        patterns=(
            Pattern(
                name="currency sign",
                matches="the sign of a currency before a number without a unit",
                example="$5",
                when=lambda q, w: q.unit is None and w.currency is not None and _counts(q),
                make=_priced,
            ),
        ),
    ),
)


def _classified(w: Around) -> bool:
    return w.bare[:1] != "" and w.bare[0] in _CLASSIFIER


_DATES: Final[Step[Quantity, Around]] = Step(
    name="date and time",
    patterns=(
        Pattern(
            name="year",
            matches="1000 to 2999 in digits, Han ones too, before 年",
            example="2024年",
            when=lambda q, w: (
                q.unit == "year"
                and _counts(q)
                and w.number.shape in ("digits", "positional")
                and whole_within(q.value, 1000, 2999)
            ),
            make=lambda q, w: replace(q, kind="date-year", unit=None),
        ),
        Pattern(
            name="quarters of an hour",
            matches="1 to 3 before 刻钟",
            example="一刻钟",
            when=lambda q, w: _counts(q) and q.value <= 3 and w.bare.startswith("刻钟"),
            make=lambda q, w: replace(
                q,
                value=q.value * 15,
                unit="minute",
                end=w.folded.index("钟", q.end) + 1,
                shape="composite",
            ),
        ),
        Pattern(
            name="month",
            matches="1 to 12 before 月, not 个月",
            example="十月",
            when=lambda q, w: (
                q.unit == "month"
                and _counts(q)
                and w.bare.startswith("月")
                and whole_within(q.value, 1, 12)
            ),
            make=lambda q, w: replace(q, kind="date-month", unit=None),
        ),
        Pattern(
            name="day of the month",
            matches="1 to 31 before 日 or 号",
            example="十五号",
            when=lambda q, w: (
                _counts(q)
                and ((q.unit == "day" and w.bare.startswith("日")) or w.bare.startswith("号"))
                and 1 <= q.value <= 31
            ),
            make=lambda q, w: replace(q, kind="date-day", unit=None),
        ),
        Pattern(
            name="hour",
            matches="0 to 24 before 时, 点钟, 点半 and the like, or behind 上午, 晚上 and the like",
            example="三点钟",
            when=lambda q, w: (
                _counts(q)
                and whole_within(q.value, 0, 24)
                and (
                    _CLOCK_HOUR.match(w.bare) is not None
                    or (w.bare.startswith("点") and (_full_hour(w) or _is_hour(w)))
                )
            ),
            make=lambda q, w: replace(q, kind="time", parts=()),
        ),
    ),
)

_DOUBTS: Final[tuple[Step[Quantity, Around], ...]] = (
    Step(
        name="word",
        patterns=(
            Pattern(
                name="part of a word",
                matches="a number within a word that seldom counts",
                example="两侧",
                when=lambda q, w: w.weak,
                make=lambda q, w: replace(q, certain=False, shape="word"),
            ),
        ),
    ),
    Step(
        name="one",
        patterns=(
            Pattern(
                name="one",
                matches="一 alone, which often only is an article",
                example="一人",
                when=lambda q, w: w.one_digit and q.value == 1,
                make=lambda q, w: replace(
                    q, certain=False, shape=q.shape if q.shape == "ordinal" else "one"
                ),
            ),
        ),
    ),
    Step(
        name="nothing counted",
        patterns=(
            Pattern(
                name="nothing counted",
                matches="one Han digit or a lone scale, and no unit or classifier",
                example="三",
                when=lambda q, w: (
                    q.spelled and q.shape in ("unit", "scale") and q.kind == "cardinal"
                ),
                make=lambda q, w: replace(q, certain=False),
            ),
        ),
    ),
    Step(
        name="about",
        patterns=(
            Pattern(
                name="about",
                matches="约, 不到 and the like before it, 左右, 以上 and the like after it",
                example="约30人",
                when=lambda q, w: (
                    _APPROX_BEFORE.search(w.before) is not None
                    or _APPROX_AFTER.match(w.bare) is not None
                ),
                make=lambda q, w: replace(q, exact=False),
            ),
        ),
    ),
)

CONTEXT: Final[tuple[Step[Quantity, Around], ...]] = (
    _SHARES,
    _KINDS,
    *_UNITS,
    _DATES,
    *_DOUBTS,
)
"""Words around a number, from what changes its value to what leaves it in doubt."""
