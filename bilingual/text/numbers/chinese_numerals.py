"""Chinese numerals: runs of them, with digits, and what they amount to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from bilingual.text.numbers.western import Digits

DIGITS: Final = {
    c: n
    for n, row in enumerate(
        ("零〇○", "一壹", "二贰两俩", "三叁仨", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for c in row
}

SMALL: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}

TWENTIES: Final = {"廿": 20, "卅": 30}

BIG: Final = {"万": 10**4, "亿": 10**8, "兆": 10**12, "萬": 10**4, "億": 10**8}

NUMERAL: Final = "".join(DIGITS) + "".join(SMALL) + "".join(TWENTIES) + "".join(BIG)

_TOKEN: Final = re.compile(rf"[{NUMERAL}]|[几数](?=[十百千万亿])|(?<=[十])几")

_SCALE_UNIT: Final = re.compile(
    r"千(?=米|克|瓦|卡|焦|帕|赫|伏|安|字节|兆)|百(?=帕|分之|分比|分点)|兆(?=赫|瓦|字节|帕|欧|比特)|万(?=有引力|维网|圣节)|[百千](?=分之)|百(?=万富翁)"
)

_MANY: Final = re.compile(r"[多余来]")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a number: a digit 0–9, digits, a scale, or a vague word."""

    sort: str  # "d" Han digit, "n" number in digits, "s" scale, "v" vague
    value: Fraction
    start: int
    end: int
    char: str = ""
    digits: Digits | None = None


def runs(folded: str, digits: dict[int, Digits], blocked: set[int]) -> list[list[Token]]:
    """Tokens that stand together as one number.

    :param digits: numbers in digits by where they start.
    :param blocked: offsets within words that name no number.
    """
    out: list[list[Token]] = []
    run: list[Token] = []
    at = 0
    while at < len(folded):
        if folded.startswith("零下", at):
            at += 2
            continue
        token = _token(folded, at, digits, blocked, run)
        if token is None:
            gap = folded[at] == " " and run and run[-1].sort == "n" and at + 1 < len(folded)
            if gap and folded[at + 1] in "十百千万亿兆" and not _SCALE_UNIT.match(folded, at + 1):
                at += 1
                continue
            many = (
                run and _MANY.match(folded, at) and at + 1 < len(folded) and folded[at + 1] in BIG
            )
            if many and run[-1].value >= 10:
                run.append(Token("v", Fraction(0), at, at + 1, "多"))
                at += 1
                continue
            if run:
                out.append(run)
                run = []
            at += 1
            continue
        if run and not _follows(run[-1], token):
            out.append(run)
            run = []
        run.append(token)
        at = token.end
    if run:
        out.append(run)
    return out


def _token(
    folded: str, at: int, digits: dict[int, Digits], blocked: set[int], run: list[Token]
) -> Token | None:
    if at in digits:
        d = digits[at]
        return Token("n", d.value, d.start, d.end, "", d)
    char = folded[at]
    if at in blocked or not _TOKEN.match(folded, at):
        return None
    if char in "几数":
        return Token("v", Fraction(0), at, at + 1, "几")
    if char in DIGITS:
        return Token("d", Fraction(DIGITS[char]), at, at + 1, char)
    if char in TWENTIES:
        return Token("d", Fraction(TWENTIES[char]), at, at + 1, char)
    if _SCALE_UNIT.match(folded, at) and (run or char in "百千"):
        return None
    if char == "兆" and not run:
        return None
    return Token("s", Fraction({**SMALL, **BIG}[char]), at, at + 1, char)


def _follows(last: Token, token: Token) -> bool:
    """Whether a token carries on the number that ``last`` is in."""
    if token.sort == "n":
        return last.sort == "s" and last.char in "万亿千"
    if last.sort == "n":
        return token.sort == "s"
    return True


def evaluate(tokens: list[Token], vague: Fraction) -> tuple[Fraction, Fraction] | None:
    """Value of a number with scales and its last scale; ``None`` if it is none."""
    total = section = Fraction(0)
    number: Fraction | None = None
    scale = last = Fraction(1)
    zero = False
    for token in tokens:
        if token.sort == "v" and token.char == "多":
            continue
        if token.sort == "v":
            number = vague
        elif token.sort in "dn":
            if number is not None and token.sort == "d" and number != 0:
                return None
            if token.char in TWENTIES:
                section += token.value
                last = Fraction(10)
                continue
            zero = zero or (token.sort == "d" and token.value == 0)
            number = token.value
        elif token.char in BIG:
            section += number or 0
            if section == 0 and total == 0:
                section = Fraction(1)
            if token.value >= 10**8:
                total = (total + section) * token.value
            else:
                total += section * token.value
            section, number, scale, last, zero = Fraction(0), None, token.value, token.value, False
        else:
            section += (1 if number is None else number) * token.value
            number, scale, last, zero = None, token.value, token.value, False
    if number is not None:
        tail = tokens[-1]
        if tail.sort == "v" or zero or scale <= 10 or (tail.sort == "n" and number >= 10):
            section += number
        else:
            section += number * scale / 10
            last = scale / 10
    return total + section, last
