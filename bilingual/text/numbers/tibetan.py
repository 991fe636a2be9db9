"""Tibetan numerals, alone and together with digits.

Tibetan writes one syllable after another without a mark between words, and many
numerals also are, or are in, other words. A syllable is read as a number by the
syllables around it: ``NOT_NUMBERS`` are words that hold a numeral and name no
number. Scales come in both orders (ལྔ་སྟོང, སྟོང་ཕྲག་ལྔ); where the words allow
several values, the others are kept as alternatives.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from bilingual.text.numbers.model import Kind, Quantity
from bilingual.text.numbers.units import BO_UNITS, SYMBOL, SYMBOLS
from bilingual.text.numbers.western import Digits, digit_numbers, fold

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
_BOUND: Final = frozenset(("ཅིག", "ཉིས", "སུམ"))
_TENS: Final = {"ཉི": 2, "གཉི": 2, "སུམ": 3, "གསུམ": 3} | {k: v for k, v in UNITS.items() if v >= 4}
_TEN: Final = frozenset(("བཅུ", "ཅུ"))
_SHORT: Final = {"ཉེར": 20, "སོ": 30, "ཞེ": 40, "ང": 50, "རེ": 60, "དོན": 70, "གྱ": 80, "གོ": 90}
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
_HALF: Final = frozenset(("ཕྱེད", "ཕྱེད་ཀ", "ཕྱེད་མ"))

# Words that hold a numeral and name no number, as syllables.
NOT_NUMBERS: Final = tuple(
    tuple(w.split("་"))
    for w in """གཅིག་པུ གཅིག་པོ གཅིག་མཚུངས གཅིག་གྱུར གཅིག་གཅིག གཅིག་ཏུ གཅིག་སྒྲིལ གཅིག་རྐྱང གཅིག་ཁར གཅིག་འདྲ
    གཅིག་མཐུན གཅིག་པ གཞན་གཅིག ཕྱོགས་གཅིག རྩ་གཅིག གཅིག་བསྡུས གཅིག་ཚུར གཅིག་གིས་གཅིག གཅིག་ལ་གཅིག ལྷན་གཅིག ལན་གཅིག དུས་གཅིག
    གཉིས་ཀ གཉིས་ཀས གཉིས་ཀར གཉིས་ཀའི གཉིས་པོ གཉིས་མེད མཉམ་གཉིས བློ་གཉིས ཡིད་གཉིས ཐེ་ཚོམ་གཉིས གཉིས་སུ་མེད
    སྟོང་པ སྟོང་པའི སྟོང་པར སྟོང་པས སྟོང་པོ སྟོང་ཆ སྟོང་ཉིད སྟོང་བ སྟོང་གསང སྟོང་ལ སྟོང་བསམ སྟོང་སངས སྟོང་ཟད སྟོང་སྒྱུར ས་སྟོང བར་སྟོང ནམ་སྟོང
    ཁོག་སྟོང དམག་སྟོང ལག་སྟོང ཁ་སྟོང ནང་སྟོང སྟོང་རོགས སྟོང་ར སྟོང་གི སྟོང་དུ སྟོང་འགྱེལ གནམ་སྟོང སྟོང་འཇལ ཁོངས་སྟོང མཁའ་སྟོང
    རྒྱལ་ཁྲི གསེར་ཁྲི ཉལ་ཁྲི གདན་ཁྲི བཞུགས་ཁྲི སེང་ཁྲི ཆོས་ཁྲི ཁྲི་པ ཁྲི་སྟེང ཁྲི་རབས ཁྲི་འདོན ཁྲི་རིང ཁྲི་རལ ཁྲི་སྲོང ཁྲི་བ ཁྲི་ལ ཁྲི་ཐོག ཁྲི་བཞུགས མངའ་ཁྲི རྐུབ་ཁྲི རྐུབ་ཀྱག་ཁྲི
    འབུམ་པ འབུམ་པོ སྐུ་འབུམ གསུང་འབུམ ཞེས་འབུམ འབུམ་སྡེ མགུར་འབུམ བཀའ་འབུམ སྒྲུང་འབུམ
    བྱེ་བྲག བྱེ་མ ལྔ་པའི་ཟླ ང་ཚོ ང་རང ང་ལ ང་ནི
    ཅི་དགུ ཅི་དགུར མི་དགུ སྣ་དགུ འདོད་དགུ ཡོད་དགུ སྣེ་དགུ འབྱུང་དགུ སྐྱེ་དགུ སྐྱེ་རྒུ དགུ་ཚིགས ལྟོ་དགུ དགུ་མཚན
    བཅུ་གཅིག་ཞལ བརྒྱ་བྱིན བརྒྱ་ལམ བརྒྱ་ལ བརྒྱ་བརྒྱུད བརྒྱ་བསྒྱུར
    བཞི་མདོ ཞལ་བཞི མཐའ་བཞི གྲུ་བཞི རྡོག་བཞི དབྱིབས་གྲུ་བཞི གྲུ་བཞི་མ ཕྱོགས་བཞི སུམ་ཅ སུམ་རྩ སུམ་ཆ སུམ་པ གསུམ་ཅ རྐང་གསུམ
    དྲུག་པ་ཚེས བདུན་ཕྲག གཟའ་བདུན ལྔ་ཕྲག ཟླ་ཕྱེད ཕྱེད་ཙམ ལྔ་པ་ཚོ མཉམ་དུ་གཅིག ཆབས་གཅིག མཉམ་ཅིག ལྷན་ཅིག ཆབས་ཅིག དེང་སང་གཅིག ཕན་ཚུན་གཅིག
    ཟུར་གསུམ ཟུར་བཞི ཟུར་ལྔ ཟུར་དྲུག ཟུར་གསུམ་མ ཟེར་བ་གཅིག ཡར་གཅིག མར་གཅིག ཚང་གཅིག ཚིག་གཅིག ལམ་གཅིག འདི་གཉིས དེ་གཉིས གོ་གཅིག""".split()
)
# They keep the number but only as a hint.
_WEAK_ONLY: Final = frozenset(
    tuple(w.split("་"))
    for w in """གཅིག་པུ གཅིག་པོ གཅིག་མཚུངས གཅིག་གྱུར གཅིག་གཅིག གཅིག་ཏུ གཅིག་སྒྲིལ གཅིག་རྐྱང གཅིག་ཁར གཅིག་འདྲ གཅིག་མཐུན གཅིག་པ གཞན་གཅིག ཕྱོགས་གཅིག
    གཉིས་ཀ གཉིས་ཀས གཉིས་ཀར གཉིས་ཀའི གཉིས་པོ གཉིས་མེད འདི་གཉིས དེ་གཉིས ལན་གཅིག དུས་གཅིག བདུན་ཕྲག གཟའ་བདུན ལྔ་ཕྲག ཟླ་ཕྱེད
    བཞི་མདོ མཐའ་བཞི གྲུ་བཞི གྲུ་བཞི་མ ཕྱོགས་བཞི ཟུར་གསུམ ཟུར་བཞི ཟུར་ལྔ ཟུར་དྲུག ཟུར་གསུམ་མ རྐང་གསུམ ཕྱེད་ཙམ གོ་གཅིག རྡོག་བཞི ཞལ་བཞི དབྱིབས་གྲུ་བཞི
    ཚིག་གཅིག ལམ་གཅིག ཚང་གཅིག ཡར་གཅིག མར་གཅིག ཕན་ཚུན་གཅིག བརྒྱ་བྱིན""".split()
)
_FIRST_SYLLABLES: Final = {}  # type: dict[str, list[tuple[str, ...]]]
for _word in NOT_NUMBERS:
    _FIRST_SYLLABLES.setdefault(_word[0], []).append(_word)
for _words_ in _FIRST_SYLLABLES.values():
    _words_.sort(key=len, reverse=True)

_SYLLABLE: Final = re.compile(r"[\u0f40-\u0fbc]+")
_FUSED: Final = re.compile(r"(འི|འིས|འང|འམ|འོ|འུ|འིའང|ས|ར)$")
# Numerals that end in a vowel take their case particle within the syllable.
_VOWEL_FINAL: Final = frozenset(
    ("བཞི", "ལྔ", "དགུ", "བཅུ", "ཅུ", "བརྒྱ", "ཁྲི", "ཡ", "བ", "ཤུ", "དོ", "པོ", "པ")
)
_TSHEG: Final = re.compile(r"[་༌\s]*")
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
_ALL: Final = (
    frozenset(UNITS)
    | _TEN
    | {"བཅོ"}
    | frozenset(_SHORT)
    | {"ཉི", "གཉི"}
    | frozenset(s.split("་")[0] for s in SCALES)
)
_VAGUE: Final = frozenset(("དུ", "མང", "ཁ", "འགའ", "ཕྲན", "གང", "མང་པོ"))


@dataclass(frozen=True, slots=True)
class _Syllable:
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


def read_tibetan(text: str) -> list[Quantity]:
    """Every number of a Tibetan text, in order of their starts."""
    folded = fold(text)
    syllables = _split(folded)
    out: list[Quantity] = []
    at = 0
    weak_until = 0
    while at < len(syllables):
        word = _word_at(syllables, at)
        if word is not None and not _numeral_before(syllables, at):
            if word in _WEAK_ONLY:
                weak_until = at + len(word)
            else:
                at += len(word)
                continue
        found, at = _read_at(syllables, at, folded, at < weak_until)
        out += found
    return _combined(out, syllables, folded)


def _split(folded: str) -> list[_Syllable]:
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
        if d is None and body not in _ALL:
            m = _FUSED.search(body)
            if m and body[: m.start()] in _VOWEL_FINAL:
                body, closed = body[: m.start()], True
        out.append(_Syllable(body, start, end, closed, folded[start:end], d))
    return out


def _word_at(syllables: list[_Syllable], at: int) -> tuple[str, ...] | None:
    for word in _FIRST_SYLLABLES.get(syllables[at].raw, ()) or _FIRST_SYLLABLES.get(syllables[at].text, ()):
        if (
            at + len(word) <= len(syllables)
            and all(syllables[at + k].text == w for k, w in enumerate(word))
            and not any(syllables[at + k].closed for k in range(len(word) - 1))
        ):
            return word
    return None


def _numeral_before(syllables: list[_Syllable], at: int) -> bool:
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


class _Parser:
    """Reads the longest number from a syllable on, in every way it can be read."""

    def __init__(self, syllables: list[_Syllable]):
        self._s = syllables

    def text(self, i: int, *, after: int | None = None) -> str:
        """The syllable there, "" behind the end or a mark."""
        if i >= len(self._s) or (i > 0 and after is not None and self._s[i - 1].closed):
            return ""
        return self._s[i].text if self._s[i].digits is None else "\0"

    def number(self, i: int, limit: int = 10**12, first: int | None = None) -> list[_Reading]:
        """Readings of a number whose scales all lie below ``limit``."""
        first = i if first is None else first
        out = [] if limit <= 0 else list(self._below_hundred(i, first))
        for segment in self._segments(i, limit, first):
            out.append(segment)
            j = segment.end
            joined = self.text(j, after=first) == "དང"
            for step in (1,) if joined else (0,):
                if j + step < len(self._s) and not self._s[j + step - 1].closed:
                    rest = self.number(j + step, min(limit, segment.low), first)
                    out += [
                        _Reading(r.end, segment.value + r.value, segment.cost + r.cost, r.low)
                        for r in rest
                    ]
        return _best(out)

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
                    out.append(_Reading(k, r.value * before[0], r.cost, before[0]))
        return out

    def _multipliers(self, i: int, scale: int, first: int) -> list[_Reading]:
        """What a scale before it is multiplied by."""
        out = [*self._below_hundred(i, first), *self._digits(i)]
        if scale >= 10**4:
            for r in list(out):
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
        if one == "བཅོ" and two in ("ལྔ", "བརྒྱད"):
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
                elif three in UNITS and three not in _BOUND:
                    out.append(_Reading(i + 3, Fraction(tens + UNITS[three]), 1, 1))
            return out
        if one in _SHORT and two in UNITS and two not in ("ཉིས", "སུམ"):
            out.append(_Reading(i + 2, Fraction(_SHORT[one] + UNITS[two]), 0, 1))
        if one == "ཉེར" and two == "ལྔ":
            out.append(_Reading(i + 2, Fraction(25), 0, 1))
        if one in UNITS:
            out.append(_Reading(i + 1, Fraction(UNITS[one]), 3 if one in _BOUND else 0, 1))
        return out


def _best(readings: list[_Reading]) -> list[_Reading]:
    """The cheapest reading for each end and value."""
    best: dict[tuple[int, Fraction], _Reading] = {}
    for r in readings:
        key = (r.end, r.value)
        if key not in best or r.cost < best[key].cost:
            best[key] = r
    return list(best.values())


def _read_at(
    syllables: list[_Syllable], at: int, folded: str, weak: bool
) -> tuple[list[Quantity], int]:
    here = syllables[at]
    if here.digits is None and here.text not in _ALL and here.text not in ("དང", "ཕྱེད", "ཐོག", "གཟའ"):
        return [], at + 1
    if here.text == "གཟའ" and here.digits is None:
        return _weekday(syllables, at)
    if here.text == "དང" and here.digits is None:
        return _first(syllables, at)
    if here.text == "ཕྱེད":
        return _half(syllables, at)
    if here.digits is not None and (here.digits.kinds or here.digits.kind != "cardinal"):
        return _digits_only(here, folded), at + 1
    readings = _Parser(syllables).number(at)
    if here.digits is not None:
        readings = (
            [r for r in _Parser(syllables)._segments(at, 10**12, at)]
            if not here.digits.glued
            else []
        )
        readings = [r for r in readings if r.end > at + 1]
        if not readings:
            return [
                _placed(syllables, at, at + 1, q, folded) for q in _digits_only(here, folded)
            ], at + 1
    if not readings:
        return [], at + 1
    end = max(r.end for r in readings)
    longest = sorted((r for r in readings if r.end == end), key=lambda r: r.cost)
    best = longest[0]
    others = tuple(dict.fromkeys(r.value for r in longest[1:] if r.value != best.value))
    text = here.text
    length = end - at
    if length == 1 and text in _BOUND:
        return [], at + 1
    if length == 1 and text in _SHORT:
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
        q = _replace(q, parts=(unit,), alternatives=(*q.alternatives, unit))
    if syllables[end - 1].end != _end_of(syllables[end - 1], folded):
        q = _replace(q, end=syllables[end - 1].end)
    # A scale with "many" or "some" after it is no number but an order of magnitude.
    following = (
        syllables[end].text if end < len(syllables) and not syllables[end - 1].closed else ""
    )
    if shape in ("scale", "composite") and following in _VAGUE and best.value >= 100:
        q = _replace(q, high=q.value * 10, exact=False, certain=False, shape="vague")
    return [_placed(syllables, at, end, q, folded)], end


def _scale_name(syllables: list[_Syllable], at: int) -> bool:
    return at + 1 < len(syllables) and f"{syllables[at].text}་{syllables[at + 1].text}" in SCALES


def _end_of(s: _Syllable, folded: str) -> int:
    return s.end


def _digits_only(here: _Syllable, folded: str) -> list[Quantity]:
    d = here.digits
    assert d is not None
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


def _replace(q: Quantity, **changes: object) -> Quantity:
    from dataclasses import replace

    return replace(q, **changes)  # type: ignore[arg-type]


_WEEKDAYS: Final = {"ཟླ": 1, "མིག": 2, "ལྷག": 3, "ཕུར": 4, "པ": 5, "སྤེན": 6, "ཉི": 7}


def _weekday(syllables: list[_Syllable], at: int) -> tuple[list[Quantity], int]:
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


def _first(syllables: list[_Syllable], at: int) -> tuple[list[Quantity], int]:
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


def _half(syllables: list[_Syllable], at: int) -> tuple[list[Quantity], int]:
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


_CURRENCY: Final = {"$": "us-dollar", "¥": "yuan", "€": "euro", "£": "pound-sterling"}
_APPROX: Final = frozenset(("ཙམ", "ལྷག", "ཡས", "ཐམས", "ཉེ", "ཡན", "མན", "བརྒལ", "ཚུན"))
_MAX_UNIT_SYLLABLES: Final = 5


def _unit_before(syllables: list[_Syllable], at: int) -> tuple[str, int] | None:
    for length in range(_MAX_UNIT_SYLLABLES, 0, -1):
        first = at - length
        if first < 0 or any(s.closed or s.digits for s in syllables[first:at]):
            continue
        name = BO_UNITS.get("་".join(s.text for s in syllables[first:at]))
        if name:
            return name, first
    return None


def _unit_after(syllables: list[_Syllable], end: int) -> tuple[str, int] | None:
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


def _placed(syllables: list[_Syllable], at: int, end: int, q: Quantity, folded: str) -> Quantity:
    """The number in the light of what stands before and after it."""
    if q.kind not in ("cardinal", "fraction") or q.shape == "half":
        return q
    prev = [s.text if s.digits is None else "" for s in syllables[max(0, at - 4) : at]]
    if at and syllables[at - 1].closed:
        prev = []
    nxt = syllables[end].text if end < len(syllables) and not syllables[end - 1].closed else ""
    value, alternatives, kind, unit = q.value, q.alternatives, q.kind, None
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
    return _replace(
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
    syllables: list[_Syllable],
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
    if (last == "ཟླ" or prev[-2:] == ["ཟླ", "བ"]) and whole and 1 <= q.value <= 12:
        if nxt in ("པ", "པའི", "པར", "པས", "ཚེས", "ཚེ") or not q.spelled and last == "ཟླ":
            return "date-month", None, start, stop
    if last == "ལོ" or nxt.startswith("ལོ"):
        if (
            whole
            and 1000 <= q.value <= 2999
            and (prev[-2:] in (["སྤྱི", "ལོ"], ["ཕྱི", "ལོ"]) or not q.spelled)
        ):
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


def _combined(found: list[Quantity], syllables: list[_Syllable], folded: str) -> list[Quantity]:
    """Fractions (གསུམ་ཆ་གཉིས), decimals (ཚེག), halves and near pairs (གཉིས་གསུམ)."""
    out: list[Quantity] = []
    for q in found:
        if not out:
            out.append(_share(q, folded))
            continue
        last = out[-1]
        middle = _between(last, q, folded)
        whole: Quantity | None = None
        if last.value == 100 and last.spelled and q.kind == "percent" and q.start <= last.end:
            whole = q
        elif middle in ("ཆ", "ཆའི") and last.value > 1 and q.shape != "half":
            value = (q.value / last.value) if q.kind == "cardinal" else q.value
            if last.value == 100:
                # "A hundred, the part" has made a percentage of the next number.
                whole = _replace(q, start=last.start)
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
                whole = _replace(q, start=last.start, kind="percent", shape="half")
            elif last.value.denominator == 1 and middle == "དང" and last.kind == "cardinal":
                whole = _replace(
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
            whole = _replace(
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
        return _replace(q, alternatives=(*q.alternatives, 1 / q.value), certain=False)
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
