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
    r"千(?=米|克|瓦|卡|焦|帕|赫|伏|安|字节|兆)|百(?=帕|分比|分点)|兆(?=赫|瓦|字节|帕|欧|比特)|万(?=有引力|维网|圣节)|百(?=万富翁)"
)
# 百分之五 is a percentage, 三百分之五 a fraction.
_SHARE_SCALE: Final = re.compile("[百千万](?=分之)")

_MANY: Final = re.compile(r"[多余来]")
_SPACED_SCALES: Final = frozenset("十百千万亿兆")


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
    """Tokens that come together as one number.

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
        token = _token(folded, at, digits, blocked, run) or _many(folded, at, run)
        if token is None:
            if not _goes_on(folded, at, run) and run:
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


def _goes_on(folded: str, at: int, run: list[Token]) -> bool:
    """Whether a number in digits has its scale behind the space there: 3 万."""
    return (
        folded[at] == " "
        and bool(run)
        and run[-1].sort == "n"
        and at + 1 < len(folded)
        and folded[at + 1] in _SPACED_SCALES
        and not _SCALE_UNIT.match(folded, at + 1)
    )


def _many(folded: str, at: int, run: list[Token]) -> Token | None:
    """The 多 in 20多万."""
    many = (
        run
        and run[-1].value >= 10
        and _MANY.match(folded, at)
        and at + 1 < len(folded)
        and folded[at + 1] in BIG
    )
    return Token("v", Fraction(0), at, at + 1, "多") if many else None


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
    # 三四千米 are thousands of metres, 三千米 may be kilometres: either amount is the same.
    either = [t.sort for t in run[-2:]] == ["d", "d"] and char == "千"
    if _SCALE_UNIT.match(folded, at) and (run or char in "百千") and not either:
        return None
    if _SHARE_SCALE.match(folded, at) and not run:
        return None
    if char == "兆" and not run:
        return None
    return Token("s", Fraction({**SMALL, **BIG}[char]), at, at + 1, char)


def _follows(last: Token, token: Token) -> bool:
    """Whether a token carries on the number that ``last`` is in."""
    if token.sort == "v" and token.char == "多":
        return True
    if token.sort == "n":
        return last.sort == "s" and last.char in "万亿千"
    if last.sort == "n":
        return token.sort == "s"
    return True


def evaluate(tokens: list[Token], vague: Fraction) -> tuple[Fraction, Fraction] | None:
    """Value of a number with scales, and its last scale.

    :param vague: what 几 and 数 are taken for.
    :returns: ``None`` where two digits claim one place.
    """
    count = _Sum()
    for token in tokens:
        if token.char != "多" and not count.add(token, vague):
            return None
    return count.result(tokens[-1])


class _Sum:
    """A numeral's value as its tokens come in.

    ``section`` is what a great scale (万, 亿) will multiply, ``number`` the digit
    that waits for its scale, ``zero`` whether a 零 came since the last scale.
    """

    def __init__(self) -> None:
        self.total = self.section = Fraction(0)
        self.number: Fraction | None = None
        self.scale = self.last = Fraction(1)
        self.zero = False

    def add(self, token: Token, vague: Fraction) -> bool:
        """Take in the next token; false where it has no place."""
        if token.sort == "v":
            self.number = vague
        elif token.sort in "dn":
            return self._digit(token)
        elif token.char in BIG:
            self._great_scale(token.value)
        else:
            self.section += (1 if self.number is None else self.number) * token.value
            self._close(token.value)
        return True

    def _digit(self, token: Token) -> bool:
        if self.number and token.sort == "d":
            return False
        if token.char in TWENTIES:
            self.section += token.value
            self.last = Fraction(10)
            return True
        self.zero = self.zero or (token.sort == "d" and token.value == 0)
        self.number = token.value
        return True

    def _great_scale(self, value: Fraction) -> None:
        self.section += self.number or 0
        if self.section == 0 and self.total == 0:
            self.section = Fraction(1)
        if value >= 10**8:
            self.total = (self.total + self.section) * value
        else:
            self.total += self.section * value
        self.section = Fraction(0)
        self._close(value)

    def _close(self, scale: Fraction) -> None:
        self.number, self.scale, self.last, self.zero = None, scale, scale, False

    def result(self, tail: Token) -> tuple[Fraction, Fraction]:
        """The value and the last scale; a digit at the end counts tenths of that: 三万五."""
        if self.number is None:
            return self.total + self.section, self.last
        as_written = (
            tail.sort == "v"
            or self.zero
            or self.scale <= 10
            or (tail.sort == "n" and self.number >= 10)
        )
        if as_written:
            return self.total + self.section + self.number, self.last
        return self.total + self.section + self.number * self.scale / 10, self.scale / 10
