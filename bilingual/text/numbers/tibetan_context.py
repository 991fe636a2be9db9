"""Tibetan numbers in the light of the words around them: units, dates, fractions."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Final

from bilingual.text.numbers.model import Kind, Quantity
from bilingual.text.numbers.tibetan_numerals import Syllable
from bilingual.text.numbers.units import BO_UNITS, SYMBOL, SYMBOLS

_CURRENCY: Final = {"$": "us-dollar", "¥": "yuan", "€": "euro", "£": "pound-sterling"}

_APPROX: Final = frozenset(("ཙམ", "ལྷག", "ཡས", "ཐམས", "ཉེ", "ཡན", "མན", "བརྒལ", "ཚུན"))

_MAX_UNIT_SYLLABLES: Final = 5


def _unit_before(syllables: list[Syllable], at: int) -> tuple[str, int] | None:
    for length in range(_MAX_UNIT_SYLLABLES, 0, -1):
        first = at - length
        if first < 0 or any(s.closed or s.digits for s in syllables[first:at]):
            continue
        name = BO_UNITS.get("་".join(s.text for s in syllables[first:at]))
        if name:
            return name, first
    return None


def _unit_after(syllables: list[Syllable], end: int) -> tuple[str, int] | None:
    if syllables[end - 1].closed:
        return None
    for length in range(_MAX_UNIT_SYLLABLES, 0, -1):
        last = end + length
        if last > len(syllables) or any(s.closed or s.digits for s in syllables[end : last - 1]):
            continue
        texts = [s.text for s in syllables[end:last]]
        for ending in ("", "འི", "ར", "ས"):
            stem = texts[-1][: len(texts[-1]) - len(ending)] if texts[-1].endswith(ending) else None
            if stem:
                name = BO_UNITS.get("་".join([*texts[:-1], stem]))
                if name:
                    return name, last
    return None


def placed(syllables: list[Syllable], at: int, end: int, q: Quantity, folded: str) -> Quantity:
    """The number in the light of what stands before and after it."""
    if q.kind not in ("cardinal", "fraction") or q.shape == "half":
        return q
    prev = [s.text if s.digits is None else "" for s in syllables[max(0, at - 4) : at]]
    if at and syllables[at - 1].closed:
        prev = []
    nxt = syllables[end].text if end < len(syllables) and not syllables[end - 1].closed else ""
    value, alternatives, unit = q.value, q.alternatives, None
    kind: Kind = q.kind
    start, stop, certain, exact, shape = q.start, q.end, q.certain, q.exact, q.shape
    rest = folded[q.end : q.end + 10].lstrip(" ་")
    percent = prev[-2:] in (["བརྒྱ", "ཆ"], ["བརྒྱ", "ཆའི"])
    if rest.startswith("%") or percent:
        kind = "percent"
        alternatives, value = (*alternatives, value), value / 100
        if rest.startswith("%"):
            stop = folded.index("%", q.end) + 1
        if percent:
            start, shape, certain = (
                syllables[at - 2].start,
                shape if shape != "one" else "unit",
                True,
            )
    elif rest.startswith("‰"):
        kind, alternatives, value = "fraction", (*alternatives, value), value / 1000
    else:
        kind, unit, start, stop = _measured(syllables, at, end, q, folded, prev, nxt, rest)
    if nxt in ("པ", "པའི", "པར", "པས") and kind == "cardinal":
        kind = "ordinal"
    if nxt in _APPROX:
        exact = False
    if kind in ("ordinal", "date-month", "date-day") and shape == "unit":
        shape = "ordinal"
    elif unit is not None and shape == "unit":
        shape = "unit-measured"
    return replace(
        q,
        value=value,
        alternatives=tuple(a for a in alternatives if a != value),
        kind=kind,
        unit=unit,
        start=start,
        end=stop,
        certain=certain,
        exact=exact,
        shape=shape,
    )


def _measured(
    syllables: list[Syllable],
    at: int,
    end: int,
    q: Quantity,
    folded: str,
    prev: list[str],
    nxt: str,
    rest: str,
) -> tuple[Kind, str | None, int, int]:
    start, stop = q.start, q.end
    whole = q.value.denominator == 1
    last = prev[-1] if prev else ""
    if last in ("ཚེས", "ཚེས་པ") and whole and 1 <= q.value <= 31:
        return "date-day", None, start, stop
    month = last == "ཟླ" or prev[-2:] == ["ཟླ", "བ"]
    dated = nxt in ("པ", "པའི", "པར", "པས", "ཚེས", "ཚེ") or (not q.spelled and last == "ཟླ")
    if month and dated and whole and 1 <= q.value <= 12:
        return "date-month", None, start, stop
    common_era = prev[-2:] in (["སྤྱི", "ལོ"], ["ཕྱི", "ལོ"])
    year = (last == "ལོ" or nxt.startswith("ལོ")) and (common_era or not q.spelled)
    if year and whole and 1000 <= q.value <= 2999:
        return "date-year", None, start, stop
    if folded[q.start - 1 : q.start] and folded[q.start - 1] in _CURRENCY:
        return q.kind, _CURRENCY[folded[q.start - 1]], start - 1, stop
    symbol = SYMBOL.match(rest)
    if symbol and not q.spelled:
        return (
            q.kind,
            SYMBOLS[symbol.group()],
            start,
            folded.index(symbol.group(), q.end) + len(symbol.group()),
        )
    before = _unit_before(syllables, at)
    if before is not None:
        return q.kind, before[0], syllables[before[1]].start, stop
    after = _unit_after(syllables, end)
    if after is not None and not (q.shape in ("one", "scale") and after[0] != "year"):
        return q.kind, after[0], start, syllables[after[1] - 1].end
    return q.kind, None, start, stop


def _between(a: Quantity, b: Quantity, folded: str) -> str:
    return folded[a.end : b.start].strip("་ ")


def combined(found: list[Quantity], folded: str) -> list[Quantity]:
    """Fractions (གསུམ་ཆ་གཉིས), decimals (ཚེག), halves and near pairs (གཉིས་གསུམ)."""
    out: list[Quantity] = []
    for q in found:
        if not out:
            out.append(_share(q, folded))
            continue
        last = out[-1]
        middle = _between(last, q, folded)
        whole: Quantity | None = None
        if q.start <= last.start and q.end > last.end:
            # The words of the unit held a numeral: གྲུ་བཞི.
            whole = q
        elif last.value == 100 and last.spelled and q.kind == "percent" and q.start <= last.end:
            whole = q
        elif middle in ("ཆ", "ཆའི") and last.value > 1 and q.shape != "half":
            value = (q.value / last.value) if q.kind == "cardinal" else q.value
            if last.value == 100:
                # "A hundred, the part" has made a percentage of the next number.
                whole = replace(q, start=last.start)
            else:
                whole = _joint(last, q, value, "fraction", (last.value, q.value))
        elif (
            middle in ("ཚེག", "དང་ཚེག", "དང་གྲངས་ཆུང", "གྲངས་ཆུང", "གྲངས་ཆུང་ཚེག", "དང་གྲངས་ཆུང་ཚེག")
            and q.value.denominator == 1
        ):
            text = str(int(q.value))
            value = last.value + Fraction(int(text), 10 ** len(text))
            whole = _joint(last, q, value, last.kind, (last.value, q.value))
        elif q.shape == "half" and middle in ("དང", "ཆ"):
            if middle == "ཆ" and last.value == 100:
                whole = replace(q, start=last.start, kind="percent", shape="half")
            elif last.value.denominator == 1 and middle == "དང" and last.kind == "cardinal":
                whole = replace(
                    last,
                    value=last.value + Fraction(1, 2),
                    alternatives=(last.value,),
                    end=q.end,
                    parts=(last.value,),
                )
        elif (
            not middle
            and last.shape in ("unit", "one", "unit-measured")
            and q.shape in ("unit", "ordinal", "unit-measured")
            and q.value == last.value + 1
        ):
            whole = replace(
                _joint(last, q, last.value, "range", (last.value, q.value)),
                high=q.value,
                exact=False,
                certain=False,
                shape="vague",
            )
        if whole is not None:
            out[-1] = whole
        else:
            out.append(_share(q, folded))
    return out


_SHARE: Final = re.compile(r"་ཆ(?![\u0f40-\u0fbc])")


def _share(q: Quantity, folded: str) -> Quantity:
    """གསུམ་ཆ alone is a third, or three parts."""
    if q.spelled and q.kind == "cardinal" and q.value > 1 and _SHARE.match(folded, q.end):
        return replace(q, alternatives=(*q.alternatives, 1 / q.value), certain=False)
    return q


def _joint(
    a: Quantity, b: Quantity, value: Fraction, kind: Kind, parts: tuple[Fraction, ...]
) -> Quantity:
    return Quantity(
        value=value,
        start=a.start,
        end=b.end,
        kind=kind,
        unit=a.unit or b.unit,
        exact=a.exact and b.exact,
        certain=True,
        spelled=a.spelled and b.spelled,
        parts=parts,
        shape="composite" if a.spelled else "digits",
    )
