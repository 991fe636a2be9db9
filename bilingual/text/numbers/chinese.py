"""Numbers of a Chinese text."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise
from typing import Final

from bilingual.text.numbers.chinese_context import context, halves, joined
from bilingual.text.numbers.chinese_numerals import NUMERAL, TWENTIES, Token, evaluate, runs
from bilingual.text.numbers.model import Quantity
from bilingual.text.numbers.ranges import spread
from bilingual.text.numbers.western import digit_numbers, fold
from bilingual.text.numbers.words import ZH_HINTS, ZH_WORDS

_NOT_NUMBERS: Final = re.compile("|".join(sorted(ZH_WORDS | ZH_HINTS, key=len, reverse=True)))

# 陆 alone is land, 伍 a name: capital numerals count in company only.
_CAPITALS: Final = frozenset("壹贰叁肆伍陆柒捌玖拾佰仟兆○〇")


def read_chinese(text: str) -> list[Quantity]:
    """Every number of a Chinese text, in order of their starts."""
    folded = fold(text)
    digits = {d.start: d for d in digit_numbers(folded)}
    weak, blocked = _words(folded)
    out: list[Quantity] = []
    for run in runs(folded, digits, blocked):
        out += _read_run(run, folded, weak)
    out += [
        q for q in halves(folded, blocked, weak) if not any(o.start <= q.start < o.end for o in out)
    ]
    out.sort(key=lambda q: (q.start, q.end))
    return spread(joined(out, folded), folded, _UP_TO)


def _words(folded: str) -> tuple[set[int], set[int]]:
    weak: set[int] = set()
    blocked: set[int] = set()
    for m in _NOT_NUMBERS.finditer(folded):
        before = folded[m.start() - 1] if m.start() else ""
        if (before in NUMERAL and before) or before.isdigit() or before == "第":
            continue
        after = folded[m.end() : m.end() + 1]
        if (m.group().endswith("分") and after in ("之", "钟")) or (
            m.group().endswith("点") and after and after in NUMERAL + "钟"
        ):
            continue
        (weak if m.group() in ZH_HINTS else blocked).update(range(*m.span()))
    return weak, blocked


def _read_run(run: list[Token], folded: str, weak: set[int]) -> list[Quantity]:
    if len(run) == 1 and run[0].char in _CAPITALS:
        return []
    if run[-1].char == "一" and folded.startswith("半", run[-1].end):
        run = run[:-1]
        if not run:
            return []
    start, end = run[0].start, run[-1].end
    spelled = any(t.sort in "dsv" for t in run) and run[0].sort != "n"
    if len(run) == 1 and run[0].digits is not None:
        d = run[0].digits
        if d.kinds:
            return [
                Quantity(value=p, start=start, end=end, kind=k, shape="digits")
                for p, k in zip(d.parts, d.kinds, strict=True)
            ]
        return [
            context(
                Quantity(
                    value=d.value,
                    start=start,
                    end=end,
                    kind=d.kind,
                    parts=d.parts,
                    alternatives=d.alternatives,
                    shape="glued" if d.glued else "digits",
                ),
                folded,
                frozenset(),
            )
        ]
    while run and run[-1].sort == "v" and run[-1].char == "多":
        run = run[:-1]
        end = run[-1].end
    plain = [t for t in run if t.sort == "d"]
    if len(plain) == len(run) and len(run) > 1 and not any(t.char in TWENTIES for t in run):
        return _positional(run, folded, weak)
    if any(t.sort == "v" for t in run):
        low = evaluate(run, Fraction(2))
        high = evaluate(run, Fraction(9))
        if low is None or high is None:
            return []
        top = high[0] + (high[1] if run[-1].sort == "s" and any(t.char == "多" for t in run) else 0)
        return [
            Quantity(
                value=low[0],
                high=max(top, low[0]),
                start=start,
                end=end,
                exact=False,
                certain=False,
                spelled=spelled,
                shape="vague",
            )
        ]
    found = evaluate(run, Fraction(0))
    if found is None:
        return _doubled(run, folded, weak)
    value, _ = found
    shape = "scaled" if run[0].sort == "n" else "composite"
    single = len(run) == 1
    if single:
        shape = "scale" if run[0].sort == "s" else "unit"
    parts: tuple[Fraction, ...] = ()
    if run[0].sort == "n" and len(run) == 2:
        parts = (run[0].value, run[1].value)
    q = Quantity(value=value, start=start, end=end, spelled=spelled, shape=shape, parts=parts)
    return [context(q, folded, weak)]


def _positional(run: list[Token], folded: str, weak: set[int]) -> list[Quantity]:
    """二〇一九, 一九四九; 两三 and 三五 are ranges."""
    start, end = run[0].start, run[-1].end
    values = [int(t.value) for t in run]
    value = Fraction(int("".join(map(str, values))))
    if len(run) == 2 and 0 not in values and (values[1] == values[0] + 1 or values == [3, 5]):
        low, high = Fraction(values[0]), Fraction(values[1])
        return [
            Quantity(
                value=low,
                high=high,
                parts=(low, high),
                alternatives=(value,),
                start=start,
                end=end,
                kind="range",
                exact=False,
                certain=False,
                spelled=True,
                shape="vague",
            )
        ]
    if len(run) == 2 and values == [1, 1]:
        return []
    q = Quantity(
        value=value,
        start=start,
        end=end,
        spelled=True,
        certain=len(run) > 2,
        parts=tuple(Fraction(v) for v in values) if len(run) <= 3 else (),
        shape="positional",
    )
    return [context(q, folded, weak)]


def _doubled(run: list[Token], folded: str, weak: set[int]) -> list[Quantity]:
    """两三百, 十七八, 三四万: two digits in one place are a range."""
    for k, (a, b) in enumerate(pairwise(run)):
        if a.sort == b.sort == "d" and a.value and b.value:
            low = evaluate(run[: k + 1] + run[k + 2 :], Fraction(0))
            high = evaluate(run[:k] + run[k + 1 :], Fraction(0))
            if low is None or high is None or low[0] >= high[0]:
                out = _read_run(run[: k + 1], folded, weak)
                return out + _read_run(run[k + 1 :], folded, weak)
            return [
                Quantity(
                    value=low[0],
                    high=high[0],
                    parts=(low[0], high[0]),
                    start=run[0].start,
                    end=run[-1].end,
                    kind="range",
                    exact=False,
                    certain=False,
                    spelled=True,
                    shape="vague",
                )
            ]
    return []


_UP_TO: Final = re.compile(r"\s?(?:-+|~|至|到|、|和|或)\s?")
