"""Numbers of a Chinese text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Final

from bilingual.text.numbers.chinese_context import in_context
from bilingual.text.numbers.chinese_numerals import NUMERAL, TWENTIES, Token, evaluate, runs
from bilingual.text.numbers.chinese_pairs import halves, joined
from bilingual.text.numbers.model import Quantity
from bilingual.text.numbers.named import named
from bilingual.text.numbers.patterns import Pattern, first_match
from bilingual.text.numbers.ranges import spread
from bilingual.text.numbers.western import digit_numbers, fold, quantities
from bilingual.text.numbers.words import ZH_HINTS, ZH_WORDS

_NOT_NUMBERS: Final = re.compile("|".join(sorted(ZH_WORDS | ZH_HINTS, key=len, reverse=True)))
# What a word is no word before: 三星期 is no Samsung.
_COUNTS_BEFORE: Final = {"三星": ("期",), "四周": ("年", "后", "内", "以后", "之后", "的时间")}
_AFTER_POINT: Final = NUMERAL + "钟"
_A_NUMERAL_AT: Final = re.compile(rf"[{NUMERAL}]点")

# 陆 alone is land, 伍 a name: capital numerals count in company only.
_LONGEST: Final = 64  # numerals of one number; no text has a longer one
_CAPITALS: Final = frozenset("壹贰叁肆伍陆柒捌玖拾佰仟兆○〇")

# 三千到六千米: thousands of metres, and six of either unit's.
_THOUSANDS: Final = {"千米": "metre", "千克": "gram", "千瓦": "watt"}
_UP_TO: Final = re.compile(r"\s?(?:-+|~|至|到|、|和|或)\s?")


def read_chinese(text: str) -> list[Quantity]:
    """Every number of a Chinese text, in order of their starts."""
    folded = fold(text)
    digits = {d.start: d for d in digit_numbers(folded)}
    weak, blocked = _words(folded)
    out: list[Quantity] = []
    for run in runs(folded, digits, blocked):
        out += _read(run, folded, weak)
    out += [
        q for q in halves(folded, blocked, weak) if not any(o.start <= q.start < o.end for o in out)
    ]
    words = named(folded)
    # 八 of 腊八 is part of its word.
    out = [q for q in out if not any(w.start <= q.start < w.end for w in words)] + words
    out.sort(key=lambda q: (q.start, q.end))
    return spread(joined(out, folded), folded, _UP_TO, _THOUSANDS)


def _words(folded: str) -> tuple[set[int], set[int]]:
    """Offsets within words whose numeral seldom counts, and within those where it never does."""
    weak: set[int] = set()
    blocked: set[int] = set()
    for m in _NOT_NUMBERS.finditer(folded):
        if not _counts_after_all(m, folded):
            (weak if m.group() in ZH_HINTS else blocked).update(range(*m.span()))
    return weak, blocked


def _counts_after_all(m: re.Match[str], folded: str) -> bool:
    """Whether what looks like a word is part of a longer number: 百分之, 第一次, 三十一点."""
    before = folded[m.start() - 1] if m.start() else ""
    if before == "点" and _A_NUMERAL_AT.match(folded, max(0, m.start() - 2)):
        return True  # 一点一度: a decimal and its unit
    if before and (before in NUMERAL or before.isdigit() or before == "第"):
        return True
    after = folded[m.end() : m.end() + 1]
    if m.group() in _COUNTS_BEFORE:
        return folded.startswith(_COUNTS_BEFORE[m.group()], m.end())
    if m.group().endswith("分"):
        return after in ("之", "钟")
    return m.group().endswith("点") and after != "" and after in _AFTER_POINT


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Tokens that come together as one number, in their folded text.

    ``core`` is without a 多 at their end. ``weak`` are offsets within words in
    which a numeral seldom counts.
    """

    tokens: list[Token]
    core: list[Token]
    folded: str
    weak: set[int]

    @property
    def start(self) -> int:
        """Where the number starts."""
        return self.core[0].start

    @property
    def end(self) -> int:
        """Where the number ends."""
        return self.core[-1].end


def _read(tokens: list[Token], folded: str, weak: set[int]) -> list[Quantity]:
    """The numbers of one run of tokens."""
    lone_capital = len(tokens) == 1 and tokens[0].char in _CAPITALS
    if tokens[-1].char == "一" and folded.startswith("半", tokens[-1].end):
        tokens = tokens[:-1]
    if lone_capital or not tokens or len(tokens) > _LONGEST:
        return []
    core = tokens
    while core[-1].char == "多":
        core = core[:-1]
    run = Run(tokens=tokens, core=core, folded=folded, weak=weak)
    return first_match(NUMERALS, run) or []


def _in_digits(run: Run) -> list[Quantity]:
    found = quantities(run.tokens[0].digits)
    dated = len(found) > 1
    return found if dated else [in_context(q, run.folded, frozenset()) for q in found]


def _digit_by_digit(run: Run) -> bool:
    return len(run.core) > 1 and all(t.sort == "d" and t.char not in TWENTIES for t in run.core)


def _digits_of(run: Run) -> list[int]:
    return [int(t.value) for t in run.core]


def _neighbours(run: Run) -> bool:
    if len(run.core) != 2 or not _digit_by_digit(run):
        return False
    low, high = _digits_of(run)
    return low != 0 and high != 0 and (high == low + 1 or (low, high) == (3, 5))


def _either(run: Run, low: Fraction, high: Fraction) -> Quantity:
    """One of two numbers: as often as not anything between them."""
    return Quantity(
        value=low,
        high=high,
        parts=(low, high),
        start=run.start,
        end=run.end,
        kind="range",
        exact=False,
        certain=False,
        spelled=True,
        shape="vague",
    )


def _position_value(run: Run) -> Fraction:
    return Fraction(int("".join(map(str, _digits_of(run)))))


def _either_digit(run: Run) -> list[Quantity]:
    low, high = map(Fraction, _digits_of(run))
    return [replace(_either(run, low, high), alternatives=(_position_value(run),))]


def _positional(run: Run) -> list[Quantity]:
    values = _digits_of(run)
    q = Quantity(
        value=_position_value(run),
        start=run.start,
        end=run.end,
        spelled=True,
        certain=len(values) > 2,
        parts=tuple(map(Fraction, values)) if len(values) <= 3 else (),
        shape="positional",
    )
    return [in_context(q, run.folded, run.weak)]


def _vague(run: Run) -> list[Quantity]:
    # 二十几 may be twenty itself, 几十 is no less than two tens.
    least = Fraction(0 if run.core[-1].sort == "v" and len(run.core) > 1 else 2)
    low, high = evaluate(run.core, least), evaluate(run.core, Fraction(9))
    if low is None or high is None:
        return []
    many = run.core[-1].sort == "s" and any(t.char == "多" for t in run.core)
    return [
        Quantity(
            value=low[0],
            high=max(high[0] + (high[1] if many else 0), low[0]),
            start=run.start,
            end=run.end,
            exact=False,
            certain=False,
            spelled=run.core[0].sort != "n",
            shape="vague",
        )
    ]


def _composite(run: Run) -> list[Quantity]:
    found = evaluate(run.core, Fraction(0))
    if found is None:
        return _doubled(run)
    first, scaled = run.core[0], run.core[0].sort == "n"
    if len(run.core) == 1:
        shape = "scale" if first.sort == "s" else "unit"
    else:
        shape = "scaled" if scaled else "composite"
    q = Quantity(
        value=found[0],
        start=run.start,
        end=run.end,
        spelled=not scaled,
        shape=shape,
        parts=(first.value, run.core[1].value) if scaled and len(run.core) == 2 else (),
    )
    return [in_context(q, run.folded, run.weak)]


def _doubled(run: Run) -> list[Quantity]:
    """Two digits in one place: a range, or two numbers where they fall."""
    core = run.core
    for k, (a, b) in enumerate(pairwise(core)):
        if a.sort == b.sort == "d" and a.value and b.value:
            low = evaluate(core[: k + 1] + core[k + 2 :], Fraction(0))
            high = evaluate(core[:k] + core[k + 1 :], Fraction(0))
            if low is None or high is None or low[0] >= high[0]:
                first = _read(core[: k + 1], run.folded, run.weak)
                return first + _read(core[k + 1 :], run.folded, run.weak)
            return [_either(run, low[0], high[0])]
    return []


NUMERALS: Final[tuple[Pattern[[Run], list[Quantity]], ...]] = (
    Pattern(
        name="digits",
        matches="a number, a date or a time in digits, without a scale",
        example="1,234",
        when=lambda run: len(run.tokens) == 1 and run.tokens[0].digits is not None,
        make=_in_digits,
    ),
    Pattern(
        name="either digit",
        matches="two Han digits that follow each other, or 三五",
        example="两三个",
        when=_neighbours,
        make=_either_digit,
    ),
    Pattern(
        name="one by one",
        matches="一一, which is no number",
        example="壹壹",
        when=lambda run: _digit_by_digit(run) and _digits_of(run) == [1, 1],
        make=lambda run: [],
    ),
    Pattern(
        name="digit by digit",
        matches="Han digits without a scale",
        example="二〇一九",
        when=_digit_by_digit,
        make=_positional,
    ),
    Pattern(
        name="vague",
        matches="几 or 数 in the place of a digit, or 多 before a scale",
        example="几十",
        when=lambda run: any(t.sort == "v" for t in run.core),
        make=_vague,
    ),
    Pattern(
        name="with scales",
        matches="digits and scales; two digits in one place are a range",
        example="三万五千",
        when=lambda run: True,
        make=_composite,
    ),
)
"""What a run of numerals and digits may be."""
