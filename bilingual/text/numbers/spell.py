"""Whole numbers written out, in Chinese and in Tibetan."""

from __future__ import annotations

from typing import Final

from bilingual.model import Language

MAX: Final = 10**10 - 1
"""The largest number that can be written out here."""

_HAN: Final = "零一二三四五六七八九"
_BO: Final = ("", "གཅིག", "གཉིས", "གསུམ", "བཞི", "ལྔ", "དྲུག", "བདུན", "བརྒྱད", "དགུ")
_TENS: Final = (
    "",
    "བཅུ",
    "ཉི་ཤུ",
    "སུམ་ཅུ",
    "བཞི་བཅུ",
    "ལྔ་བཅུ",
    "དྲུག་ཅུ",
    "བདུན་ཅུ",
    "བརྒྱད་ཅུ",
    "དགུ་བཅུ",
)
_JOINTS: Final = ("", "", "རྩ", "སོ", "ཞེ", "ང", "རེ", "དོན", "གྱ", "གོ")
_SHORT: Final = ("", "", "ཉེར", "སོ", "ཞེ", "ང", "རེ", "དོན", "གྱ", "གོ")
_HUNDREDS: Final = ("", "བརྒྱ", "ཉིས་བརྒྱ", "སུམ་བརྒྱ", *(f"{u}་བརྒྱ" for u in _BO[4:]))
_PLACES: Final = (
    (10**9, "ཐེར་འབུམ"),
    (10**8, "དུང་ཕྱུར"),
    (10**7, "བྱེ་བ"),
    (10**6, "ས་ཡ"),
    (10**5, "འབུམ"),
    (10**4, "ཁྲི"),
    (10**3, "སྟོང་ཕྲག"),
)


def spell(number: int, language: Language, *, short: bool = False, scale_first: bool = True) -> str:
    """A whole number in words.

    :param number: 0 to ``MAX``.
    :param short: Tibetan tens in their short form (ཉེར་གཅིག, not ཉི་ཤུ་རྩ་གཅིག).
    :param scale_first: Tibetan scales before their count (ཁྲི་ལྔ, not ལྔ་ཁྲི).
    :raises ValueError: a number below 0 or above ``MAX``.
    """
    if not 0 <= number <= MAX:
        raise ValueError(f"can write out 0 to {MAX}, not {number}")
    return _chinese(number) if language == "zh" else _tibetan(number, short, scale_first)


def _chinese(number: int) -> str:
    if number == 0:
        return "零"
    groups = []
    while number:
        number, group = divmod(number, 10**4)
        groups.append(group)
    out, gap = "", False
    for power in range(len(groups) - 1, -1, -1):
        group = groups[power]
        if not group:
            gap = bool(out)
            continue
        if out and (gap or group < 1000):
            out += "零"
        out += _thousands(group) + ("", "万", "亿")[power]
        gap = False
    return out[1:] if out.startswith("一十") else out


def _thousands(group: int) -> str:
    out, gap = "", False
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = group // scale % 10
        if digit:
            out += ("零" if gap and out else "") + _HAN[digit] + name
            gap = False
        else:
            gap = True
    return out


def _tibetan(number: int, short: bool, scale_first: bool) -> str:
    if number == 0:
        return "ཀླད་ཀོར"
    pieces = []
    for scale, name in _PLACES:
        digit, number = divmod(number, scale)
        if digit and scale_first:
            pieces.append(f"{name}་{_BO[digit]}")
        elif digit:
            pieces.append(f"{_BO[digit]}་{name.removesuffix('་ཕྲག')}")
    hundreds, number = divmod(number, 100)
    if hundreds:
        pieces.append(_HUNDREDS[hundreds])
    if number:
        pieces.append(_below_hundred(number, short))
    return "་དང་".join(pieces)


def _below_hundred(number: int, short: bool) -> str:
    tens, unit = divmod(number, 10)
    if not tens:
        return _BO[unit]
    if not unit:
        return _TENS[tens]
    if tens == 1:
        return f"{'བཅོ' if unit in (5, 8) else 'བཅུ'}་{_BO[unit]}"
    if short:
        return f"{_SHORT[tens]}་{_BO[unit]}"
    return f"{_TENS[tens]}་{_JOINTS[tens]}་{_BO[unit]}"
