"""Numbers of a Tibetan text.

Tibetan writes one syllable after another without a mark between words, and many
numerals also are, or are in, other words. A syllable is read as a number by the
syllables around it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Final

from bilingual.text.numbers.model import Quantity
from bilingual.text.numbers.ranges import spread
from bilingual.text.numbers.tibetan_context import combined, placed
from bilingual.text.numbers.tibetan_numerals import (
    ALL,
    BOUND,
    SCALES,
    SHORT,
    UNITS,
    Parser,
    Syllable,
    split,
)
from bilingual.text.numbers.western import fold
from bilingual.text.numbers.words import BO_HINTS, BO_WORDS

_HINTS: Final = frozenset(tuple(w.split("་")) for w in BO_HINTS)


def _by_first_syllable() -> dict[str, list[tuple[str, ...]]]:
    table: dict[str, list[tuple[str, ...]]] = {}
    for word in sorted(BO_WORDS | BO_HINTS, key=len, reverse=True):
        syllables = tuple(word.split("་"))
        table.setdefault(syllables[0], []).append(syllables)
    return table


_NOT_NUMBERS: Final = _by_first_syllable()

_VAGUE: Final = frozenset(("དུ", "མང", "ཁ", "འགའ", "ཕྲན", "གང", "མང་པོ"))


# Syllables that open a number and are none.
_OPENING: Final = frozenset(("དང", "ཕྱེད", "གཟའ", "ཀླད"))
_CARE: Final = frozenset(_NOT_NUMBERS) | ALL | _OPENING


def read_tibetan(text: str) -> list[Quantity]:
    """Every number of a Tibetan text, in order of their starts."""
    folded = fold(text)
    syllables = split(folded)
    out: list[Quantity] = []
    at = 0
    weak_until = 0
    while at < len(syllables):
        here = syllables[at]
        if here.digits is None and here.raw not in _CARE and here.text not in _CARE:
            at += 1
            continue
        word = _word_at(syllables, at)
        if word is not None and not _numeral_before(syllables, at):
            if word in _HINTS:
                weak_until = at + len(word)
            else:
                at += len(word)
                continue
        found, at = _read_at(syllables, at, folded, at < weak_until)
        out += found
    return spread(combined(out, folded), folded, _UP_TO)


def _word_at(syllables: list[Syllable], at: int) -> tuple[str, ...] | None:
    first = syllables[at]
    words = _NOT_NUMBERS.get(first.raw) or _NOT_NUMBERS.get(first.text) or []
    for word in words:
        if (
            at + len(word) <= len(syllables)
            and all(
                w in (syllables[at + k].raw, syllables[at + k].text) for k, w in enumerate(word)
            )
            and not any(syllables[at + k].closed for k in range(len(word) - 1))
        ):
            return word
    return None


def _numeral_before(syllables: list[Syllable], at: int) -> bool:
    """Whether a numeral runs into this syllable: ལྔ་སྟོང་ལ is five thousand, སྟོང་ལ is not."""
    if not at or syllables[at - 1].closed or syllables[at].text not in SCALES:
        return False
    before = syllables[at - 1]
    return (
        before.digits is not None
        or (before.text in UNITS and before.text != "གཅིག")
        or before.text in SCALES
        or before.text == "བཅུ"
    )


def _read_at(
    syllables: list[Syllable], at: int, folded: str, weak: bool
) -> tuple[list[Quantity], int]:
    here = syllables[at]
    if here.digits is None and here.text not in ALL and here.text not in _OPENING:
        return [], at + 1
    if here.text == "གཟའ" and here.digits is None:
        return _weekday(syllables, at)
    if here.text == "ཀླད":
        return _zero(syllables, at)
    if here.text == "དང" and here.digits is None:
        return _first(syllables, at)
    if here.text == "ཕྱེད":
        return _half(syllables, at)
    if here.digits is not None and (here.digits.kinds or here.digits.kind != "cardinal"):
        return _digits_only(here, folded), at + 1
    readings = Parser(syllables).number(at)
    if here.digits is not None:
        readings = Parser(syllables).scaled(at) if not here.digits.glued else []
        readings = [r for r in readings if r.end > at + 1]
        if not readings:
            return [
                placed(syllables, at, at + 1, q, folded) for q in _digits_only(here, folded)
            ], at + 1
    if not readings:
        return [], at + 1
    end = max(r.end for r in readings)
    longest = sorted((r for r in readings if r.end == end), key=lambda r: r.cost)
    best = longest[0]
    others = tuple(dict.fromkeys(r.value for r in longest[1:] if r.value != best.value))
    text = here.text
    length = end - at
    if length == 1 and text in BOUND:
        return [], at + 1
    if length == 1 and text in SHORT:
        return [], at + 1
    values = [s.digits for s in syllables[at:end]]
    with_digits = any(values)
    scale_only = (
        here.digits is None
        and (text in SCALES or _scale_name(syllables, at))
        and length <= 2
        and best.cost >= 1
    )
    shape = "scaled" if with_digits else "composite"
    if length == 1 and text in UNITS:
        shape = "one" if best.value == 1 else "unit"
    elif scale_only:
        shape = "scale"
    elif length == 1:
        shape = "ten"
    short = text in ("ང", "རེ", "དོན", "གོ", "སོ", "ཞེ") and length == 2
    parts: tuple[Fraction, ...] = ()
    if with_digits:
        parts = tuple(d.value for d in values if d is not None)
    q = Quantity(
        value=best.value,
        start=here.start,
        end=syllables[end - 1].end,
        certain=shape not in ("one", "scale") and not short and not weak,
        spelled=not with_digits,
        alternatives=others,
        parts=parts,
        shape="word" if weak and shape != "one" else "short" if short else shape,
    )
    if short:
        unit = Fraction(UNITS[syllables[at + 1].text])
        q = replace(q, parts=(unit,), alternatives=(*q.alternatives, unit))
    if syllables[end - 1].end != _end_of(syllables[end - 1], folded):
        q = replace(q, end=syllables[end - 1].end)
    # A scale with "many" or "some" after it is no number but an order of magnitude.
    phrag = _text(syllables, end) == "ཕྲག"
    following = _text(syllables, end + 1) if phrag else _text(syllables, end)
    order = shape in ("scale", "composite") and best.value >= 100
    if (order or (phrag and shape == "ten")) and following in _VAGUE:
        q = replace(q, high=q.value * 10, exact=False, certain=False, shape="vague")
    return [placed(syllables, at, end, q, folded)], end


def _text(syllables: list[Syllable], at: int) -> str:
    """The syllable there, "" behind the end or a mark."""
    return "" if at >= len(syllables) or syllables[at - 1].closed else syllables[at].text


def _scale_name(syllables: list[Syllable], at: int) -> bool:
    return at + 1 < len(syllables) and f"{syllables[at].text}་{syllables[at + 1].text}" in SCALES


def _end_of(s: Syllable, folded: str) -> int:
    return s.end


def _digits_only(here: Syllable, folded: str) -> list[Quantity]:
    d = here.digits
    if d is None:
        return []
    if d.kinds:
        return [
            Quantity(value=p, start=d.start, end=d.end, kind=k, shape="digits")
            for p, k in zip(d.parts, d.kinds, strict=True)
        ]
    return [
        Quantity(
            value=d.value,
            start=d.start,
            end=d.end,
            kind=d.kind,
            parts=d.parts,
            alternatives=d.alternatives,
            shape="glued" if d.glued else "digits",
        )
    ]


_WEEKDAYS: Final = {"ཟླ": 1, "མིག": 2, "ལྷག": 3, "ཕུར": 4, "པ": 5, "སྤེན": 6, "ཉི": 7}


def _weekday(syllables: list[Syllable], at: int) -> tuple[list[Quantity], int]:
    if at + 1 >= len(syllables) or syllables[at].closed:
        return [], at + 1
    nxt = syllables[at + 1]
    day = _WEEKDAYS.get(nxt.text.removesuffix("འི"))
    if day is None or (day == 5 and (at + 2 >= len(syllables) or syllables[at + 2].text != "སངས")):
        return [], at + 1
    return [
        Quantity(
            value=Fraction(day),
            start=syllables[at].start,
            end=nxt.end,
            kind="weekday",
            spelled=True,
            shape="weekday",
        )
    ], at + 2


def _first(syllables: list[Syllable], at: int) -> tuple[list[Quantity], int]:
    """དང་པོ is first, དང alone is and."""
    if at + 1 < len(syllables) and not syllables[at].closed and syllables[at + 1].text == "པོ":
        return [
            Quantity(
                value=Fraction(1),
                start=syllables[at].start,
                end=syllables[at + 1].end,
                kind="ordinal",
                certain=False,
                spelled=True,
                shape="first",
            )
        ], at + 2
    return [], at + 1


def _zero(syllables: list[Syllable], at: int) -> tuple[list[Quantity], int]:
    if _text(syllables, at + 1) != "ཀོར":
        return [], at + 1
    zero = Quantity(
        value=Fraction(0),
        start=syllables[at].start,
        end=syllables[at + 1].end,
        spelled=True,
        shape="composite",
    )
    return [zero], at + 2


def _half(syllables: list[Syllable], at: int) -> tuple[list[Quantity], int]:
    end = at + 1
    if end < len(syllables) and not syllables[at].closed and syllables[end].text in ("ཀ", "མ"):
        end += 1
    return [
        Quantity(
            value=Fraction(1, 2),
            start=syllables[at].start,
            end=syllables[end - 1].end,
            kind="fraction",
            certain=False,
            spelled=True,
            alternatives=(Fraction(50),),
            shape="half",
        )
    ], end


_UP_TO: Final = re.compile(r"(?:་?ནས་?|་?ལས་?|་?དང་?|-|~|་)")
