"""Numbers in digits: Western, full-width and Tibetan ones, the same for both languages.

Texts are folded first, one code point to one, so that offsets stay.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from bilingual.text.numbers.model import Kind

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
_PATTERN: Final = re.compile(
    rf"""
    (?P<date>(?<![\d/.-])(?P<y>[12]\d{{3}})(?P<sep>[-/.])(?P<m>0?[1-9]|1[0-2])(?P=sep)(?P<d>0?[1-9]|[12]\d|3[01])(?![\d/-]))
  | (?P<clock>(?<![\d:.])(?P<h>[01]?\d|2[0-4]):(?P<min>[0-5]\d)(?::(?P<s>[0-5]\d))?(?![\d:]))
  | (?P<frac>(?<![\d/.])(?P<num>\d{{1,3}})/(?P<den>[1-9]\d{{0,3}})(?![\d/]))
  | (?P<power>(?<![\d.])10(?P<ten>[{SUPERSCRIPTS}]+|\^-?\d{{1,3}}))
  | (?P<plain>{_NUMBER}
        (?:(?P<sci>\ ?[x*·]\ ?10(?P<exp>[{SUPERSCRIPTS}]+|\^?-?\d{{1,3}}(?!\d)))
          |(?P<e>[eE][+-]?\d{{1,3}}(?!\w)))?
        (?P<vulgar>[½⅓⅔¼¾⅕⅛])?)
  | (?P<lone>[½⅓⅔¼¾⅕⅛])
  | (?P<half>[\u0f2a-\u0f33])
    """,
    re.VERBOSE,
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
    """Every number in digits of a folded text, in order."""
    return [d for m in _PATTERN.finditer(folded) if (d := _read(m, folded)) is not None]


def _read(m: re.Match[str], text: str) -> Digits | None:
    start, end = m.span()
    if m["date"]:
        parts = tuple(Fraction(int(m[k])) for k in ("y", "m", "d"))
        kinds: tuple[Kind, ...] = ("date-year", "date-month", "date-day")
        return Digits(parts[0], start, end, "date-year", parts, (), kinds)
    if m["clock"]:
        found = [m["h"], m["min"]] + ([m["s"]] if m["s"] else [])
        parts = tuple(Fraction(int(p)) for p in found)
        value = parts[0] * 60 + parts[1] + (parts[2] / 60 if m["s"] else 0)
        # "11:00" is eleven o'clock.
        full = (parts[0],) if not any(parts[1:]) else ()
        return Digits(value, start, end, "time", parts, full)
    if m["frac"]:
        num, den = Fraction(int(m["num"])), Fraction(int(m["den"]))
        return Digits(num / den, start, end, "fraction", (num, den))
    if m["power"]:
        exponent = int(m["ten"].lstrip("^").translate(_LOWER) or 0) if _sane(m["ten"]) else 0
        value = _power(exponent)
        return Digits(value, start, end, parts=(Fraction(10), Fraction(exponent)))
    if m["lone"]:
        return Digits(_VULGAR[m["lone"]], start, end, "fraction")
    if m["half"]:
        return Digits(_HALF_DIGITS.get(m["half"], Fraction(-1, 2)), start, end)
    return _plain(m, text)


def _sane(exponent: str) -> bool:
    return bool(re.fullmatch(r"-?\d{1,3}", exponent.lstrip("^").translate(_LOWER)))


def _power(exponent: int) -> Fraction:
    exponent = max(-_MAX_EXPONENT, min(_MAX_EXPONENT, exponent))
    return Fraction(10) ** exponent


def _plain(m: re.Match[str], text: str) -> Digits | None:
    start, end = m.span()
    body = m["plain"]
    for tail in (m["sci"], m["e"], m["vulgar"]):
        if tail:
            body = body.replace(tail, "")
    if len(body) > _MAX_DIGITS:
        return None
    value = Fraction(body.replace(",", "").replace(" ", ""))
    alternatives: tuple[Fraction, ...] = ()
    parts: tuple[Fraction, ...] = ()
    if "," in body or " " in body:
        # "1, 2, 3" written without spaces is a list.
        parts = tuple(Fraction(p) for p in re.split("[, ]", body))
    if m["sci"] and _sane(m["exp"]):
        exponent = int(m["exp"].lstrip("^").translate(_LOWER))
        parts = (value, Fraction(10), Fraction(exponent))
        value *= _power(exponent)
    elif m["e"]:
        value *= _power(int(m["e"][1:]))
    if m["vulgar"]:
        value += _VULGAR[m["vulgar"]]
    before = text[max(0, start - 4) : start]
    if _NEGATIVE.search(before):
        alternatives = (value,)
        value = -value
    if body in "23" and _SQUARED.search(before):
        return None
    before_char = text[start - 1] if start else ""
    after_char = text[end] if end < len(text) else ""
    glued = (before_char.isascii() and before_char.isalpha()) or (
        before_char == "-" and start > 1 and (text[start - 2].isalpha() or text[start - 2] == "་")
    )
    glued = glued or (
        after_char.isascii() and after_char.isalpha() and not _unit_follows(text, end)
    )
    return Digits(value, start, end, "cardinal", parts, alternatives, (), glued)


_SYMBOL_UNIT: Final = re.compile(
    r"(?:[kcmnµμdhMG]?(?:m|g|l|L|s|W|V|A|Hz|Pa|J|B|b|N|mol|eV)|mph|kph|km/h|min|h|K|ha|ft|lb|in)(?:[²³23])?(?![A-Za-z])"
)


def _unit_follows(text: str, at: int) -> bool:
    return bool(_SYMBOL_UNIT.match(text, at))
