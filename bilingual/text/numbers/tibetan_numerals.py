"""Tibetan numerals: their syllables, and every way a run of them can be read.

Scales come in both orders (ལྔ་སྟོང, སྟོང་ཕྲག་ལྔ); where the words allow several
values, each is a reading with its cost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from bilingual.text.numbers.western import Digits, digit_numbers

UNITS: Final = {
    "གཅིག": 1,
    "ཅིག": 1,
    "གཉིས": 2,
    "ཉིས": 2,
    "གསུམ": 3,
    "སུམ": 3,
    "བཞི": 4,
    "ལྔ": 5,
    "དྲུག": 6,
    "བདུན": 7,
    "བརྒྱད": 8,
    "དགུ": 9,
}

# Only as part of a longer number; ཉིས་བརྒྱ, སུམ་ཅུ, བཅུ་ཅིག.
BOUND: Final = frozenset(("ཅིག", "ཉིས", "སུམ"))

_TENS: Final = {"སུམ": 3, "གསུམ": 3} | {k: v for k, v in UNITS.items() if v >= 4}

_TWENTY: Final = {"ཉི": 2, "གཉི": 2}

_TEN: Final = {"བཅུ": 10, "ཅུ": 10}

SHORT: Final = {"ཉེར": 20, "སོ": 30, "ཞེ": 40, "ང": 50, "རེ": 60, "དོན": 70, "གྱ": 80, "གོ": 90}

SCALES: Final = {
    "བརྒྱ": 10**2,
    "སྟོང": 10**3,
    "ཁྲི": 10**4,
    "འབུམ": 10**5,
    "ས་ཡ": 10**6,
    "བྱེ་བ": 10**7,
    "དུང་ཕྱུར": 10**8,
    "དུང་འཕྱུར": 10**8,
    "ཐེར་འབུམ": 10**9,
    "འཐེར་འབུམ": 10**9,
}

_SYLLABLE: Final = re.compile(r"[\u0f40-\u0fbc]+")

_FUSED: Final = re.compile(r"(འི|འིས|འང|འམ|འོ|འུ|འིའང|ས|ར)$")

# Numerals that end in a vowel take their case particle within the syllable.
_VOWEL_FINAL: Final = (
    "བཞི",
    "ལྔ",
    "དགུ",
    "བཅུ",
    "ཅུ",
    "བརྒྱ",
    "ཁྲི",
    "ཡ",
    "བ",
    "ཤུ",
    "པོ",
    "པ",
)

# A tsheg pressed twice joins like one, and at the end of a line the word goes on.
_JOINING: Final = re.compile(r"(?:་* ?|་+ ?\n| ་)(?:US|HK)?[$€£¥₹₩]?")

# What joins a ten to a digit: the ten that each belongs to, 0 for རྩ, which any may have.
_JOINTS: Final = {"རྩ": 0} | SHORT

ALL: Final = (
    frozenset(UNITS)
    | frozenset(_TEN)
    | {"བཅོ"}
    | frozenset(SHORT)
    | frozenset(_TWENTY)
    | frozenset(s.split("་")[0] for s in SCALES)
)


@dataclass(frozen=True, slots=True)
class Syllable:
    """``text`` without a fused particle; ``closed``: a particle or mark ends the number."""

    text: str
    start: int
    end: int
    closed: bool
    raw: str
    digits: Digits | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the syllables up to ``end`` as a number.

    ``cost`` is the higher, the less usual the words are for the value; ``low`` is
    the lowest scale in it.
    """

    end: int
    value: Fraction
    cost: int
    low: int


def split(folded: str) -> list[Syllable]:
    """The syllables and the numbers in digits of a folded text."""
    digits = {d.start: d for d in digit_numbers(folded)}
    pieces: list[tuple[int, int, Digits | None]] = [(d.start, d.end, d) for d in digits.values()]
    pieces += [(m.start(), m.end(), None) for m in _SYLLABLE.finditer(folded)]
    pieces.sort(key=lambda p: p[0])
    out = []
    for k, (start, end, d) in enumerate(pieces):
        body = folded[start:end]
        following = pieces[k + 1][0] if k + 1 < len(pieces) else len(folded)
        gap = folded[end:following]
        closed = _JOINING.fullmatch(gap) is None or following == len(folded)
        if d is None and body.startswith(_VOWEL_FINAL) and body not in ALL:
            m = _FUSED.search(body)
            if m and body[: m.start()] in _VOWEL_FINAL:
                body, closed = body[: m.start()], True
        out.append(Syllable(body, start, end, closed, folded[start:end], d))
    return out


_HALF_A_WORD: Final = 3
_NO_LIMIT: Final = 10**12


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """A way to write a number below a hundred, syllable by syllable.

    ``syllables`` has, for each place, the syllables that fit there and what each
    is worth; ``value`` makes the number of those. ``fits`` tells which of them go
    together. The example is of the pattern itself.
    """

    name: str
    example: str
    syllables: tuple[Mapping[str, int], ...]
    value: Callable[..., int]
    cost: int = 0
    fits: Callable[..., bool] | None = None


_TEN_ALONE: Final = {"བཅུ": 10}
_FULL: Final = ({"ཐམ": 0}, {"པ": 0})
_ADDED: Final = {k: v for k, v in UNITS.items() if k not in ("ཉིས", "སུམ")}
_FREE: Final = {k: v for k, v in UNITS.items() if k not in BOUND}
_HALF_WORDS: Final = {k: v for k, v in UNITS.items() if k in BOUND}


def _tens(
    name: str, example: str, tens: tuple[Mapping[str, int], Mapping[str, int]]
) -> tuple[Below, ...]:
    """Every number from a ten on: 30, 30 in full, 31 in three ways."""
    return (
        Below(name=name, example=example, syllables=tens, value=lambda t, _: 10 * t),
        Below(
            name=f"{name}, in full",
            example=f"{example}་ཐམ་པ",
            syllables=(*tens, *_FULL),
            value=lambda t, *_: 10 * t,
        ),
        Below(
            name=f"{name}, its joint and a digit",
            example=f"{example}་རྩ་གཅིག",
            syllables=(*tens, _JOINTS, UNITS),
            value=lambda t, _ten, _joint, u: 10 * t + u,
            fits=lambda t, _ten, joint, u: joint in (0, 10 * t),
        ),
        # A wrong numeral should still be read.
        Below(
            name=f"{name}, the joint of another ten and a digit",
            example=f"{example}་གོ་གཅིག",
            syllables=(*tens, _JOINTS, UNITS),
            value=lambda t, _ten, _joint, u: 10 * t + u,
            cost=1,
            fits=lambda t, _ten, joint, u: joint not in (0, 10 * t),
        ),
        Below(
            name=f"{name} and a digit",
            example=f"{example}་གཅིག",
            syllables=(*tens, _FREE),
            value=lambda t, _, u: 10 * t + u,
            cost=1,
        ),
    )


BELOW_HUNDRED: Final[tuple[tuple[Below, ...], ...]] = (
    (
        Below(name="ten", example="བཅུ", syllables=(_TEN_ALONE,), value=lambda t: t, cost=1),
        Below(
            name="ten, in full",
            example="བཅུ་ཐམ་པ",
            syllables=(_TEN_ALONE, *_FULL),
            value=lambda t, *_: t,
        ),
        Below(
            name="eleven to nineteen",
            example="བཅུ་གསུམ",
            syllables=(_TEN_ALONE, _ADDED),
            value=lambda t, u: t + u,
        ),
        Below(
            name="so many tens",
            example="བཅུ་ཕྲག་གསུམ",
            syllables=(_TEN_ALONE, {"ཕྲག": 0}, UNITS),
            value=lambda t, _, u: t * u,
        ),
    ),
    (
        # Right before ལྔ and བརྒྱད only; a wrong numeral should still be read.
        Below(
            name="fifteen and eighteen",
            example="བཅོ་ལྔ",
            syllables=({"བཅོ": 10}, UNITS),
            value=lambda t, u: t + u,
        ),
    ),
    _tens("twenty", "ཉི་ཤུ", (_TWENTY, {"ཤུ": 0})),
    _tens("thirty to ninety", "བཞི་བཅུ", (_TENS, _TEN)),
    (
        Below(
            name="short ten and a digit",
            example="སོ་གཅིག",
            syllables=(SHORT, _ADDED),
            value=lambda t, u: t + u,
        ),
        Below(name="digit", example="གསུམ", syllables=(_FREE,), value=lambda u: u),
        # ཉིས and སུམ are half a word: only with what they multiply are they a number.
        Below(
            name="digit before a scale",
            example="ཉིས",
            syllables=(_HALF_WORDS,),
            value=lambda u: u,
            cost=_HALF_A_WORD,
        ),
    ),
)
"""Numbers below a hundred: of the first group with a reading, every reading."""


def _by_first(groups: tuple[tuple[Below, ...], ...]) -> dict[str, tuple[tuple[Below, ...], ...]]:
    """The groups that a syllable may open, with the patterns that it does."""
    table: dict[str, list[tuple[Below, ...]]] = {}
    for group in groups:
        for first in dict.fromkeys(s for below in group for s in below.syllables[0]):
            fitting = tuple(below for below in group if first in below.syllables[0])
            table.setdefault(first, []).append(fitting)
    return {first: tuple(fitting) for first, fitting in table.items()}


class Parser:
    """Reads the longest number from a syllable on, in every way it can be read.

    :param first: where the number starts; no mark may come between its syllables.
    """

    def __init__(self, syllables: list[Syllable], first: int):
        self._s = syllables
        self._first = first

    def number(self, i: int | None = None, limit: int = _NO_LIMIT) -> list[Reading]:
        """Readings of a number whose scales all lie below ``limit``."""
        i = self._first if i is None else i
        out = [r for r in self._below_hundred(i) if r.cost < _HALF_A_WORD]
        for segment in self._segments(i, limit):
            out.append(segment)
            joined = self._text(segment.end) == "དང"
            following = segment.end + joined
            if self._open(following):
                out += [
                    Reading(
                        r.end,
                        segment.value + r.value,
                        segment.cost + r.cost + (0 if joined else 1),
                        r.low,
                    )
                    for r in self.number(following, min(limit, segment.low))
                ]
        return _best(out)

    def scaled(self) -> list[Reading]:
        """Readings of a number in digits with a scale."""
        return self._segments(self._first, _NO_LIMIT)

    def _text(self, i: int) -> str:
        """The syllable there, "" behind the end or a mark."""
        if i >= len(self._s) or (i > self._first and self._s[i - 1].closed):
            return ""
        return self._s[i].text if self._s[i].digits is None else "\0"

    def _open(self, i: int) -> bool:
        """Whether the number may go on at that syllable."""
        return i < len(self._s) and not self._s[i - 1].closed

    def _scale(self, i: int) -> tuple[int, int] | None:
        """The scale there, of one syllable or two, and where it ends."""
        one = self._text(i)
        if one in SCALES:
            return SCALES[one], i + 1
        if one and not self._s[i].closed:
            two = one + "་" + self._text(i + 1)
            if two in SCALES:
                return SCALES[two], i + 2
        return None

    def _phrag(self, i: int) -> bool:
        """Whether ཕྲག, which makes a scale a noun, is there."""
        return self._text(i) == "ཕྲག" and not self._s[i - 1].closed

    def _segments(self, i: int, limit: int) -> list[Reading]:
        """Readings of one scale below the limit, with its count."""
        return [*self._scale_first(i, limit), *self._count_first(i, limit)]

    def _scale_first(self, i: int, limit: int) -> list[Reading]:
        """སྟོང, སྟོང་ཕྲག, སྟོང་ཕྲག་ལྔ, ཁྲི་ལྔ."""
        found = self._scale(i)
        if found is None or found[0] >= limit:
            return []
        scale, end = found
        out = [Reading(end, Fraction(scale), 2, scale)]
        phrag = self._phrag(end)
        if phrag:
            end += 1
            out.append(Reading(end, Fraction(scale), 1, scale))
        if self._open(end) and (phrag or scale != 100):
            cost = 0 if phrag or scale >= 10**4 else 1
            out += [
                Reading(r.end, scale * r.value, cost + r.cost, scale)
                for r in self._multipliers(end, scale)
            ]
        return out

    def _count_first(self, i: int, limit: int) -> list[Reading]:
        """ལྔ་སྟོང, ཉིས་བརྒྱ, ༥ ཁྲི."""
        out: list[Reading] = []
        for r in [*self._below_hundred(i), *self._digits(i)]:
            found = self._scale(r.end) if self._open(r.end) else None
            if found is None or found[0] >= limit:
                continue
            scale, end = found
            if r.value < 10 or scale > 100 or r.low == 0:
                end += self._phrag(end)
                out.append(Reading(end, r.value * scale, r.cost % _HALF_A_WORD, scale))
        return out

    def _multipliers(self, i: int, scale: int) -> list[Reading]:
        """What a scale before it is multiplied by."""
        below = self._below_hundred(i)
        out = [r for r in below if r.cost < _HALF_A_WORD]
        out += self._digits(i)
        if scale < 10**4:
            return out
        for r in below:
            if r.value < 10 and self._open(r.end):
                out += self._hundreds(r, scale)
        found = self._scale(i)
        if found is not None and found[0] in (100, 1000):
            out.append(Reading(found[1], Fraction(found[0]), 2, found[0]))
        elif found is not None and found[0] == 10**4 < scale:
            out += self._times_ten_thousand(found[1])
        return out

    def _times_ten_thousand(self, i: int) -> list[Reading]:
        """དུང་ཕྱུར་ཁྲི་བཞི་བཅུ: forty times a great scale times ten thousand, 四十万亿."""
        i += self._phrag(i)
        return [
            Reading(r.end, r.value * 10**4, r.cost, 10**4)
            for r in [*self._below_hundred(i), *self._digits(i)]
            if r.cost < _HALF_A_WORD
        ]

    def _hundreds(self, count: Reading, scale: int) -> list[Reading]:
        """Hundreds or thousands that a greater scale is multiplied by, and what follows them."""
        found = self._scale(count.end)
        if found is None or found[0] not in (100, 1000) or found[0] >= scale:
            return []
        value, end = count.value * found[0], found[1]
        out = [Reading(end, value, 1, found[0])]
        if self._open(end):
            end += self._text(end) == "དང"
            out += [Reading(t.end, value + t.value, 2, 1) for t in self._below_hundred(end)]
        return out

    def _digits(self, i: int) -> list[Reading]:
        d = self._s[i].digits if i < len(self._s) else None
        if d is None or d.kind != "cardinal" or d.glued:
            return []
        return [Reading(i + 1, d.value, 0, 0)]

    def _below_hundred(self, i: int) -> list[Reading]:
        for group in _OPENED_BY.get(self._text(i), ()):
            out = [r for below in group if (r := self._as_written(below, i)) is not None]
            if out:
                return out
        return []

    def _as_written(self, below: Below, i: int) -> Reading | None:
        worth: list[int] = []
        for k, fitting in enumerate(below.syllables):
            value = fitting.get(self._text(i + k))
            if value is None:
                return None
            worth.append(value)
        if below.fits is not None and not below.fits(*worth):
            return None
        return Reading(i + len(worth), Fraction(below.value(*worth)), below.cost, 1)


_OPENED_BY: Final = _by_first(BELOW_HUNDRED)


def _best(readings: list[Reading]) -> list[Reading]:
    """The cheapest reading for each end and value."""
    best: dict[tuple[int, Fraction], Reading] = {}
    for r in readings:
        key = (r.end, r.value)
        if key not in best or r.cost < best[key].cost:
            best[key] = r
    return list(best.values())
