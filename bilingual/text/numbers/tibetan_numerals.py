"""Tibetan numerals: their syllables, and every way a run of them can be read.

Scales come in both orders (ལྔ་སྟོང, སྟོང་ཕྲག་ལྔ); where the words allow several
values, each is a reading with its cost.
"""

from __future__ import annotations

import re
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

_TENS: Final = {"ཉི": 2, "གཉི": 2, "སུམ": 3, "གསུམ": 3} | {k: v for k, v in UNITS.items() if v >= 4}

_TEN: Final = frozenset(("བཅུ", "ཅུ"))

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

_JOINING: Final = frozenset(("་", "", " ", "་ ", " ་", "$", "་$", " $", "་ $"))

_CONNECTIVE: Final = frozenset(("རྩ", "སོ", "ཞེ", "ང", "རེ", "དོན", "གྱ", "གོ", "ཉེར"))

_TENS_OF: Final = {
    20: {"རྩ", "ཉེར"},
    30: {"རྩ", "སོ"},
    40: {"རྩ", "ཞེ"},
    50: {"རྩ", "ང"},
    60: {"རྩ", "རེ"},
    70: {"རྩ", "དོན"},
    80: {"རྩ", "གྱ"},
    90: {"རྩ", "གོ"},
}

ALL: Final = (
    frozenset(UNITS)
    | _TEN
    | {"བཅོ"}
    | frozenset(SHORT)
    | {"ཉི", "གཉི"}
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
class _Reading:
    """One way to read the syllables up to ``end`` as a number."""

    end: int
    value: Fraction
    cost: int
    low: int  # the lowest scale in it


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
        closed = gap not in _JOINING or following == len(folded)
        if d is None and body.startswith(_VOWEL_FINAL) and body not in ALL:
            m = _FUSED.search(body)
            if m and body[: m.start()] in _VOWEL_FINAL:
                body, closed = body[: m.start()], True
        out.append(Syllable(body, start, end, closed, folded[start:end], d))
    return out


_HALF_A_WORD: Final = 3
_NO_LIMIT: Final = 10**12


class Parser:
    """Reads the longest number from a syllable on, in every way it can be read."""

    def __init__(self, syllables: list[Syllable]):
        self._s = syllables

    def text(self, i: int, *, after: int | None = None) -> str:
        """The syllable there, "" behind the end or a mark."""
        if i >= len(self._s) or (i > 0 and after is not None and self._s[i - 1].closed):
            return ""
        return self._s[i].text if self._s[i].digits is None else "\0"

    def number(self, i: int, limit: int = _NO_LIMIT, first: int | None = None) -> list[_Reading]:
        """Readings of a number whose scales all lie below ``limit``."""
        first = i if first is None else first
        # ཉིས and སུམ are half a word: only with what they multiply are they a number.
        out = [r for r in self._below_hundred(i, first) if r.cost < _HALF_A_WORD]
        for segment in self._segments(i, limit, first):
            out.append(segment)
            j = segment.end
            joined = self.text(j, after=first) == "དང"
            for step in (1,) if joined else (0,):
                if j + step < len(self._s) and not self._s[j + step - 1].closed:
                    rest = self.number(j + step, min(limit, segment.low), first)
                    out += [
                        _Reading(
                            r.end, segment.value + r.value, segment.cost + r.cost + 1 - step, r.low
                        )
                        for r in rest
                    ]
        return _best(out)

    def scaled(self, i: int) -> list[_Reading]:
        """Readings of a number in digits with a scale."""
        return self._segments(i, _NO_LIMIT, i)

    def _scale(self, i: int, first: int) -> tuple[int, int] | None:
        one = self.text(i, after=first if i > first else None)
        if one in SCALES:
            return SCALES[one], i + 1
        if one and not self._s[i].closed:
            two = one + "་" + self.text(i + 1, after=first)
            if two in SCALES:
                return SCALES[two], i + 2
        return None

    def _segments(self, i: int, limit: int, first: int) -> list[_Reading]:
        out: list[_Reading] = []
        direct = self._scale(i, first)
        if direct is not None and direct[0] < limit:
            scale, j = direct
            out.append(_Reading(j, Fraction(scale), 2, scale))
            phrag = self.text(j, after=first) == "ཕྲག" and not self._s[j - 1].closed
            k = j + 1 if phrag else j
            if k < len(self._s) and not self._s[k - 1].closed:
                if phrag:
                    out.append(_Reading(k, Fraction(scale), 1, scale))
                for r in self._multipliers(k, scale, first):
                    if scale == 100 and not phrag:
                        continue
                    cost = 0 if phrag or scale >= 10**4 else 1
                    out.append(_Reading(r.end, scale * r.value, cost + r.cost, scale))
            elif phrag:
                out.append(_Reading(k, Fraction(scale), 1, scale))
        for r in [*self._below_hundred(i, first), *self._digits(i)]:
            if r.end < len(self._s) and not self._s[r.end - 1].closed:
                before = self._scale(r.end, first)
                if (
                    before is not None
                    and before[0] < limit
                    and (r.value < 10 or before[0] > 100 or r.low == 0)
                ):
                    k = before[1]
                    if self.text(k, after=first) == "ཕྲག" and not self._s[k - 1].closed:
                        k += 1
                    out.append(_Reading(k, r.value * before[0], r.cost % _HALF_A_WORD, before[0]))
        return out

    def _multipliers(self, i: int, scale: int, first: int) -> list[_Reading]:
        """What a scale before it is multiplied by."""
        out = [r for r in self._below_hundred(i, first) if r.cost < _HALF_A_WORD]
        out += self._digits(i)
        if scale >= 10**4:
            for r in self._below_hundred(i, first):
                if r.value < 10 and r.end < len(self._s) and not self._s[r.end - 1].closed:
                    hundred = self._scale(r.end, first)
                    if hundred is not None and hundred[0] in (100, 1000) and hundred[0] < scale:
                        value = r.value * hundred[0]
                        end = hundred[1]
                        out.append(_Reading(end, value, 1, hundred[0]))
                        if end < len(self._s) and not self._s[end - 1].closed:
                            skip = 1 if self.text(end, after=first) == "དང" else 0
                            if end + skip < len(self._s):
                                out += [
                                    _Reading(t.end, value + t.value, 2, 1)
                                    for t in self._below_hundred(end + skip, first)
                                ]
            hundred = self._scale(i, first)
            if hundred is not None and hundred[0] in (100, 1000):
                out.append(_Reading(hundred[1], Fraction(hundred[0]), 2, hundred[0]))
        return out

    def _digits(self, i: int) -> list[_Reading]:
        if i < len(self._s):
            d = self._s[i].digits
            if d is not None and d.kind == "cardinal" and not d.glued:
                return [_Reading(i + 1, d.value, 0, 0)]
        return []

    def _below_hundred(self, i: int, first: int) -> list[_Reading]:
        out: list[_Reading] = []
        one = self.text(i, after=first if i > first else None)
        if not one or one == "\0":
            return out
        more = not self._s[i].closed
        two = self.text(i + 1, after=first) if more else ""
        if one == "བཅུ":
            out.append(_Reading(i + 1, Fraction(10), 1, 1))
            if two == "ཐམ" and self.text(i + 2, after=first) == "པ":
                out.append(_Reading(i + 3, Fraction(10), 0, 1))
            if two in UNITS and two not in ("ཉིས", "སུམ"):
                out.append(_Reading(i + 2, Fraction(10 + UNITS[two]), 0, 1))
            if two == "ཕྲག" and self.text(i + 2, after=first) in UNITS and not self._s[i + 1].closed:
                out.append(_Reading(i + 3, Fraction(10 * UNITS[self.text(i + 2)]), 0, 1))
            return out
        if one == "བཅོ" and two in UNITS:
            # Right before ལྔ and བརྒྱད only; a wrong numeral should still be read.
            return [_Reading(i + 2, Fraction(10 + UNITS[two]), 0, 1)]
        tens = 0
        if one in ("ཉི", "གཉི") and two == "ཤུ":
            tens = 20
        elif one in _TENS and one not in ("ཉི", "གཉི") and two in _TEN:
            tens = 10 * _TENS[one]
        if tens:
            out.append(_Reading(i + 2, Fraction(tens), 0, 1))
            if not self._s[i + 1].closed:
                three = self.text(i + 2, after=first)
                if three == "ཐམ" and self.text(i + 3, after=first) == "པ":
                    out.append(_Reading(i + 4, Fraction(tens), 0, 1))
                four = self.text(i + 3, after=first)
                if three in _TENS_OF[tens] and four in UNITS and not self._s[i + 2].closed:
                    out.append(_Reading(i + 4, Fraction(tens + UNITS[four]), 0, 1))
                elif three in _CONNECTIVE and four in UNITS and not self._s[i + 2].closed:
                    # The joint of another ten: a wrong numeral should still be read.
                    out.append(_Reading(i + 4, Fraction(tens + UNITS[four]), 1, 1))
                elif three in UNITS and three not in BOUND:
                    out.append(_Reading(i + 3, Fraction(tens + UNITS[three]), 1, 1))
            return out
        if one in SHORT and two in UNITS and two not in ("ཉིས", "སུམ"):
            out.append(_Reading(i + 2, Fraction(SHORT[one] + UNITS[two]), 0, 1))
        if one == "ཉེར" and two == "ལྔ":
            out.append(_Reading(i + 2, Fraction(25), 0, 1))
        if one in UNITS:
            out.append(
                _Reading(i + 1, Fraction(UNITS[one]), _HALF_A_WORD if one in BOUND else 0, 1)
            )
        return out


def _best(readings: list[_Reading]) -> list[_Reading]:
    """The cheapest reading for each end and value."""
    best: dict[tuple[int, Fraction], _Reading] = {}
    for r in readings:
        key = (r.end, r.value)
        if key not in best or r.cost < best[key].cost:
            best[key] = r
    return list(best.values())
