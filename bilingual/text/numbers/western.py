"""Numbers in digits: Western, full-width and Tibetan ones, the same for both languages.

Texts are folded first, one code point to one, so that offsets stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from bilingual.text.numbers.model import Kind, Quantity

# Exponents larger than this name no quantity a video speaks of.
_MAX_EXPONENT: Final = 300
_MAX_DIGITS: Final = 400

_FOLD: Final = (
    {0x0F20 + k: str(k) for k in range(10)}
    | {0xFF10 + k: str(k) for k in range(10)}
    | {0xFF21 + k: chr(0x41 + k) for k in range(26)}
    | {0xFF41 + k: chr(0x61 + k) for k in range(26)}
    | {
        ord(k): v
        for k, v in {
            "，": ",",
            "．": ".",
            "：": ":",
            "％": "%",
            "／": "/",
            "－": "-",
            "−": "-",
            "–": "-",
            "—": "-",
            "‑": "-",
            "‐": "-",
            "～": "~",
            "〜": "~",
            "＋": "+",
            "＄": "$",
            "￥": "¥",
            "\u00a0": " ",
            "\u202f": " ",
            "\u2009": " ",
            "\u3000": " ",
            "༌": "་",
            "﹪": "%",
            "×": "x",
            "✕": "x",
            "⁄": "/",
            "∶": ":",
        }.items()
    }
)

SUPERSCRIPTS: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
_LOWER: Final = str.maketrans(SUPERSCRIPTS, "0123456789-")
_VULGAR: Final = {
    "½": Fraction(1, 2),
    "⅓": Fraction(1, 3),
    "⅔": Fraction(2, 3),
    "¼": Fraction(1, 4),
    "¾": Fraction(3, 4),
    "⅕": Fraction(1, 5),
    "⅛": Fraction(1, 8),
}
# Tibetan half digits: U+0F2A is a half, U+0F2B one and a half, … U+0F33 minus a half.
_HALF_DIGITS: Final = {chr(0x0F2A + k): Fraction(2 * k + 1, 2) for k in range(9)}

_NUMBER: Final = (
    r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,4}(?:,\d{4})+(?!\d)|\d{1,3}(?:[ ]\d{3})+(?!\d)|\d+)"
    r"(?:\.\d+)?"
)
_SQUARED: Final = re.compile(r"(?<![A-Za-z])[kcmd]?m$")
_NEGATIVE: Final = re.compile(r"(?:^|[\s(（:=约为是至到])-$|^-$")


@dataclass(frozen=True, slots=True)
class Digits:
    """A number in digits: one value, and its parts where it has several."""

    value: Fraction
    start: int
    end: int
    kind: Kind = "cardinal"
    parts: tuple[Fraction, ...] = ()
    alternatives: tuple[Fraction, ...] = ()
    kinds: tuple[Kind, ...] = ()
    glued: bool = False


def fold(text: str) -> str:
    """The text with digits and marks of every width as ASCII, offsets unchanged."""
    return text.translate(_FOLD)


def digit_numbers(folded: str) -> list[Digits]:
    """Every number in digits of a folded text, in order.

    What looks like the timing line of a subtitle file says no number.
    """
    found = []
    if "->" in folded:
        folded = _TIMING_LINE.sub(lambda line: " " * len(line.group()), folded)
    for m in _ANY_FORM.finditer(folded):
        read = _READERS[m.lastgroup or ""](m)
        if read is not None:
            found.append(read)
    return found


_STAMP: Final = r"\d{1,3}:[0-5]\d:[0-5]\d[.,]\d{1,3}"
_TIMING_LINE: Final = re.compile(rf"(?<!\d){_STAMP}\s{{0,4}}-{{1,2}}>\s{{0,4}}{_STAMP}(?!\d)")


def quantities(d: Digits | None) -> list[Quantity]:
    """A number in digits as quantities: a date is three of them, over one span."""
    if d is None:
        return []
    if d.kinds:
        return [
            Quantity(value=part, start=d.start, end=d.end, kind=kind, shape="digits")
            for part, kind in zip(d.parts, d.kinds, strict=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A way to write a number in digits.

    ``name`` is an identifier, ``regex`` a verbose one whose groups no other form
    has. ``read`` gives ``None`` for what looks like a number and is none.
    """

    name: str
    matches: str
    example: str
    regex: str
    read: Callable[[re.Match[str]], Digits | None]


def _date(m: re.Match[str]) -> Digits:
    parts = tuple(Fraction(int(m[k])) for k in ("y", "m", "d"))
    kinds: tuple[Kind, ...] = ("date-year", "date-month", "date-day")
    return Digits(parts[0], *m.span(), "date-year", parts, (), kinds)


def _day_first(m: re.Match[str]) -> Digits | None:
    first, second, year = (Fraction(int(m[k])) for k in ("first", "second", "last"))
    # 2/15/1999 has the month first.
    day, month = (second, first) if second > 12 else (first, second)
    if month > 12:
        return None
    kinds: tuple[Kind, ...] = ("date-year", "date-month", "date-day")
    return Digits(year, *m.span(), "date-year", (year, month, day), (), kinds)


def _clock(m: re.Match[str]) -> Digits:
    hours, minutes = Fraction(int(m["h"])), Fraction(int(m["min"]))
    seconds = Fraction(int(m["s"])) if m["s"] else Fraction(0)
    parts = (hours, minutes, seconds) if m["s"] else (hours, minutes)
    # "11:00" is eleven o'clock.
    full = (hours,) if not minutes and not seconds else ()
    return Digits(hours * 60 + minutes + seconds / 60, *m.span(), "time", parts, full)


def _fraction(m: re.Match[str]) -> Digits:
    num, den = Fraction(int(m["num"])), Fraction(int(m["den"]))
    return Digits(num / den, *m.span(), "fraction", (num, den))


def _power_of_ten(m: re.Match[str]) -> Digits:
    exponent = _exponent(m["ten"]) if _sane(m["ten"]) else 0
    return Digits(_power(exponent), *m.span(), parts=(Fraction(10), Fraction(exponent)))


_WORDED: Final = {
    "k": 10**3,
    "thousand": 10**3,
    "m": 10**6,
    "mn": 10**6,
    "million": 10**6,
    "b": 10**9,
    "bn": 10**9,
    "billion": 10**9,
    "tn": 10**12,
    "trillion": 10**12,
}


def _scaled_by_word(m: re.Match[str]) -> Digits:
    digits, scale = m["amount"] or m["counted"], m["short"] or m["word"]
    value = Fraction(digits.replace(",", "").replace(" ", ""))
    return Digits(value * _WORDED[scale.lower()], *m.span(), parts=(value,))


def _code(m: re.Match[str]) -> Digits:
    """All digits as one number, whose groups may each be one on the other side."""
    groups = tuple(Fraction(int(group)) for group in re.findall(r"\d+", m["groups"]))
    return Digits(Fraction(int(re.sub(r"\D", "", m["groups"]))), *m.span(), parts=groups)


def _decimal_comma(m: re.Match[str]) -> Digits:
    whole, decimals = m["decimal"].split(",")
    value = Fraction(f"{whole}.{decimals}")
    # "0,1" may be a list too.
    parts = Fraction(int(whole)), Fraction(int(decimals))
    if _NEGATIVE.search(m.string[max(0, m.start() - 4) : m.start()]):
        return Digits(-value, *m.span(), parts=parts, alternatives=(value,))
    return Digits(value, *m.span(), parts=parts)


def _lone(m: re.Match[str]) -> Digits:
    return Digits(_VULGAR[m["lone"]], *m.span(), "fraction")


def _half_digit(m: re.Match[str]) -> Digits:
    return Digits(_HALF_DIGITS.get(m["half"], Fraction(-1, 2)), *m.span())


def _exponent(digits: str) -> int:
    return int(digits.lstrip("^").translate(_LOWER))


def _sane(exponent: str) -> bool:
    return bool(re.fullmatch(r"-?\d{1,3}", exponent.lstrip("^").translate(_LOWER)))


def _power(exponent: int) -> Fraction:
    exponent = max(-_MAX_EXPONENT, min(_MAX_EXPONENT, exponent))
    return Fraction(10) ** exponent


def _plain(m: re.Match[str]) -> Digits | None:
    text, (start, end) = m.string, m.span()
    body = m["plain"]
    for tail in (m["sci"], m["e"], m["vulgar"]):
        if tail:
            body = body.replace(tail, "")
    before = text[max(0, start - 4) : start]
    squared = body in "23" and _SQUARED.search(before) is not None
    if len(body) > _MAX_DIGITS or squared:
        return None
    value, parts = _scaled(m, body)
    alternatives: tuple[Fraction, ...] = ()
    if _NEGATIVE.search(before):
        value, alternatives = -value, (value,)
    return Digits(value, start, end, "cardinal", parts, alternatives, (), _glued(text, start, end))


def _scaled(m: re.Match[str], body: str) -> tuple[Fraction, tuple[Fraction, ...]]:
    """The value with its power of ten and vulgar fraction, and its parts."""
    value = Fraction(body.replace(",", "").replace(" ", ""))
    parts: tuple[Fraction, ...] = ()
    if "," in body or " " in body:
        # "1, 2, 3" written without spaces is a list.
        parts = tuple(Fraction(p) for p in re.split("[, ]", body))
    if m["sci"] and _sane(m["exp"]):
        exponent = _exponent(m["exp"])
        parts = (value, Fraction(10), Fraction(exponent))
        value *= _power(exponent)
    elif m["e"]:
        value *= _power(int(m["e"][1:]))
    return value + (_VULGAR[m["vulgar"]] if m["vulgar"] else 0), parts


def _glued(text: str, start: int, end: int) -> bool:
    """Whether the number is part of a name: A4, COVID-19, 3D; not 5km."""
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    if before.isascii() and before.isalpha():
        return True
    if before == "-" and start > 1 and (text[start - 2].isalpha() or text[start - 2] == "་"):
        return True
    return after.isascii() and after.isalpha() and not _SYMBOL_UNIT.match(text, end)


_SYMBOL_UNIT: Final = re.compile(
    r"(?:[kcmnµμdhMG]?(?:m|g|l|L|s|W|V|A|Hz|Pa|J|B|b|N|mol|eV)|mph|kph|km/h|min|h|K|ha|ft|lb|in)(?:[²³23])?(?![A-Za-z])"
)


FORMS: Final = (
    Form(
        name="code",
        matches="a telephone number or another code in groups: one number of all digits",
        example="0800 555 111",
        regex=r"""(?<![\d.,])(?P<groups>
            \+\d{1,3}(?:[ -]?\d{2,}){1,4}
            |0\d{2,3}[ -]\d{3,4}[ -]?\d{3,4}
            |\(0\d{2,3}\)[ ]?\d{3,4}[ -]?\d{3,4}
            |\d{3}[ -]\d{3,4}[ -]\d{4}
            |\d{3,4}(?:-\d{3,4}){2}
            |\d{1,5}(?:-\d{1,7}){3,}
            |\d(?:[ ]\d){4,}
            |(?:(?<=[号码群])|(?<=ཨང་)|(?<=ཨང)|(?<=ཚོགས་པ་))\d{4}[ -]\d{4}
            )(?![\d.,-]?\d)""",
        read=_code,
    ),
    Form(
        name="worded",
        matches="digits and an English scale, or its letter where a currency's sign is before",
        example="3.1 billion",
        regex=rf"""(?<![\d.])(?P<counted>{_NUMBER})[ ]?
              (?P<word>(?i:thousand|million|billion|trillion))(?![A-Za-z])
            |(?:(?<=[$€£¥₹₩])|(?<=[$€£¥₹₩][ ]))(?P<amount>{_NUMBER})[ ]?
              (?P<short>tn|bn|mn|[mMkKbB])(?![A-Za-z²³/\d])""",
        read=_scaled_by_word,
    ),
    Form(
        name="date",
        matches="a year from 1000 to 2999, a month and a day between the same marks",
        example="2019-03-21",
        regex=r"""(?<![\d/.-])(?P<y>[12]\d{3})(?P<sep>[-/.])(?P<m>0?[1-9]|1[0-2])
            (?P=sep)(?P<d>0?[1-9]|[12]\d|3[01])(?![\d/-])""",
        read=_date,
    ),
    Form(
        name="day_first",
        matches="a day, a month and a year from 1000 to 2999 between the same marks",
        example="15.2.1999",
        regex=r"""(?<![\d/.-])(?P<first>0?[1-9]|[12]\d|3[01])(?P<mark>[-/.])
            (?P<second>0?[1-9]|[12]\d|3[01])(?P=mark)(?P<last>[12]\d{3})(?![\d/-])""",
        read=_day_first,
    ),
    Form(
        name="clock",
        matches="hours, minutes and seconds or none",
        example="14:05",
        regex=r"(?<![\d:.])(?P<h>[01]?\d|2[0-4]):(?P<min>[0-5]\d)(?::(?P<s>[0-5]\d))?(?![\d:]|,\d{3})",
        read=_clock,
    ),
    Form(
        name="decimals",
        matches="a decimal with a comma: 0 before it, 0 behind it, or beside a semicolon",
        example="0,05",
        regex=r"""(?<![\d.,])(?P<decimal>
            0,\d{1,9}|\d{1,3},0\d?|\d{1,3},\d{1,2}(?=[ ]?;)
            |(?:(?<=;)|(?<=;[ ]))\d{1,3},\d{1,2}
            )(?![\d]|[.,]\d)""",
        read=_decimal_comma,
    ),
    Form(
        name="frac",
        matches="a numerator and a denominator",
        example="1/2",
        regex=r"(?<![\d/.])(?P<num>\d{1,3})/(?P<den>[1-9]\d{0,3})(?![\d/])",
        read=_fraction,
    ),
    Form(
        name="power",
        matches="a power of ten",
        example="10⁶",
        regex=rf"(?<![\d.])10(?P<ten>[{SUPERSCRIPTS}]+|\^-?\d{{1,3}})",
        read=_power_of_ten,
    ),
    Form(
        name="plain",
        matches="digits, grouped or not, with decimals, a power of ten or a vulgar fraction",
        example="1,234.5",
        regex=rf"""{_NUMBER}
            (?:(?P<sci>\ ?[x*·]\ ?10(?P<exp>[{SUPERSCRIPTS}]+|\^?-?\d{{1,3}}(?!\d)))
              |(?P<e>[eE][+-]?\d{{1,3}}(?!\w)))?
            (?P<vulgar>[½⅓⅔¼¾⅕⅛])?""",
        read=_plain,
    ),
    Form(
        name="lone",
        matches="a vulgar fraction",
        example="½",
        regex="[½⅓⅔¼¾⅕⅛]",
        read=_lone,
    ),
    Form(
        name="half",
        matches="a Tibetan half digit: U+0F2A is a half, U+0F2B one and a half",
        example="༪",
        regex=r"[\u0f2a-\u0f33]",
        read=_half_digit,
    ),
)
"""Ways to write a number in digits; the first that matches at a place is taken."""

_ANY_FORM: Final = re.compile(
    "|".join(f"(?P<{form.name}>{form.regex})" for form in FORMS), re.VERBOSE
)
_READERS: Final = {form.name: form.read for form in FORMS}
