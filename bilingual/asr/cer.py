"""Character error rate between Chinese texts as people say them.

Before they are compared both sides lose what nobody hears (punctuation, case,
Traditional against Simplified forms, the way a number is written) and what
nobody subtitles (fillers).
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_FILLERS = str.maketrans("", "", "嗯呃啊哦噢喔唔哎唉诶欸")

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "幺": 1}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_GREAT = {"万": 10**4, "亿": 10**8}
_LONE = frozenset("百千万亿")
_NUMERAL = "".join((*_DIGITS, *_UNITS, *_GREAT))

_THOUSANDS = re.compile(r"(?<=\d)[,\s](?=\d{3}(?!\d))")
_PERCENT = re.compile(rf"百分之([{_NUMERAL}点\d.]+)")
_BELOW = re.compile(rf"(?:零下|负)(?=[{_NUMERAL}\d])")
_PARTS = re.compile(rf"(?<![{_NUMERAL}\d])(百|千|万)分之")
# Only from where a run of digits begins: else a long run takes the square of its length.
_FRACTION = re.compile(r"(?<!\d)(\d+(?:\.\d+)?)分之(\d+(?:\.\d+)?)")
# Signs that are read out: each as what is said.
_SIGNS = {"\N{FRACTION SLASH}": "/", "\N{MINUS SIGN}": "-", "‰": "/1000"}
_SIGNS |= {"°c": "度", "摄氏度": "度", "°f": "华氏度", "°": "度"}
# What begins with 0 or is longer is no number but a row of digits, said one by one.
_LARGE = re.compile(r"(?<![\d.])[1-9]\d{4,15}(?!\d)")
_MIXED = re.compile(r"(?<!\d)(\d+(?:\.\d+)?)([十百千万亿]+)")
_SPOKEN = re.compile(rf"[{_NUMERAL}]+(?:点[{''.join(_DIGITS)}]+)?")


def normalized(text: str) -> str:
    """The text as it is compared: letters, ideographs, digits, ``%``, and ``.``, ``/``
    and ``-`` where they belong to a number.

    Simplified, lower case, without fillers; numbers as digits whoever wrote
    them (``一九四五`` and ``1945``, ``百分之八十`` and ``80%``, ``5.5万`` and
    ``五万五千``, ``四分之三`` and ``3/4``, ``零下五度`` and ``-5℃``). Large ones are
    counted in 万 and 亿, about as long as they are when they are said: a wrong word in
    ``五十亿`` is one error, and not one for each zero of ``5000000000``.
    Empty for text without any of these.
    """
    from bilingual.text.chinese import to_simplified

    text = to_simplified(unicodedata.normalize("NFKC", text)).lower().translate(_FILLERS)
    for sign, said in _SIGNS.items():
        text = text.replace(sign, said)
    text = _PERCENT.sub(r"\1%", _THOUSANDS.sub("", text))
    text = _BELOW.sub("-", text)
    text = _PARTS.sub(lambda m: f"{(_UNITS | _GREAT)[m[1]]}分之", text)
    text = _SPOKEN.sub(lambda m: _read(m.group()), _MIXED.sub(_multiplied, text))
    text = _LARGE.sub(_counted, _FRACTION.sub(r"\2/\1", text))
    kept = []
    for i, char in enumerate(text):
        # A point or stroke stays within a number only, a minus before one.
        before, digit_next = text[i - 1 : i] if i else "", text[i + 1 : i + 2].isdigit()
        inside = char in "./" and before.isdigit() and digit_next
        inside |= char == "-" and digit_next and not (before.isascii() and before.isalnum())
        if char.isalnum() or char == "%" or inside:
            kept.append(char)
    return "".join(kept)


def _multiplied(match: re.Match[str]) -> str:
    value = Decimal(match.group(1))
    for unit in match.group(2):
        value *= _UNITS.get(unit) or _GREAT[unit]
    return _plain(value)


def _counted(match: re.Match[str]) -> str:
    """A large number in 亿, 万 and what is left: ``1亿5000万``, ``1万2345``."""
    above, left = divmod(int(match.group()), 10**4)
    great, middle = divmod(above, 10**4)
    parts = ((great, "亿"), (middle, "万"), (left, ""))
    return "".join(f"{count}{unit}" for count, unit in parts if count)


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read(spoken: str) -> str:
    if spoken in _LONE:  # 千 and 万 by themselves stand in names and in words
        return spoken
    whole, _, fraction = spoken.partition("点")
    if not any(c in _UNITS or c in _GREAT for c in whole):
        digits = "".join(str(_DIGITS[c]) for c in whole)
    else:
        digits = str(_value(whole))
    return f"{digits}.{''.join(str(_DIGITS[c]) for c in fraction)}" if fraction else digits


def _value(numeral: str) -> int:
    great = lesser = section = digit = 0
    for char in numeral:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _UNITS:
            section += (digit or 1) * _UNITS[char]
            digit = 0
        elif char == "万":
            lesser += (section + digit or 1) * _GREAT[char]
            section = digit = 0
        else:
            great += (lesser + section + digit or 1) * _GREAT[char]
            lesser = section = digit = 0
    return great + lesser + section + digit


def character_error_rate(reference: str, hypothesis: str) -> tuple[int, int]:
    """Errors and reference length in characters, both sides normalised.

    Errors are the least number of characters put in, left out or replaced
    (Levenshtein). The rate is their quotient; it can exceed 1, and there is
    none where the length is 0.
    """
    from rapidfuzz.distance import Levenshtein

    wanted, found = normalized(reference), normalized(hypothesis)
    return Levenshtein.distance(wanted, found), len(wanted)


def least_errors_within(wanted: str, heard: str) -> tuple[int, int, int]:
    """The stretch of ``heard`` nearest to ``wanted``: errors, start, end.

    Both are normalised already. Sellers' algorithm: what surrounds the stretch
    costs nothing. Of equals the first end, then the longest stretch.
    """
    errors = [0] * (len(heard) + 1)
    starts = list(range(len(heard) + 1))
    for row, char in enumerate(wanted, 1):
        above, above_start = errors[0], starts[0]
        errors[0], starts[0] = row, 0
        for column, other in enumerate(heard, 1):
            best, start = above + (char != other), above_start
            above, above_start = errors[column], starts[column]
            if above + 1 < best:
                best, start = above + 1, above_start
            if errors[column - 1] + 1 < best:
                best, start = errors[column - 1] + 1, starts[column - 1]
            errors[column], starts[column] = best, start
    end = min(range(len(heard) + 1), key=errors.__getitem__)
    return errors[end], starts[end], end
