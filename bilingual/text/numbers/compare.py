"""The numbers of a Tibetan and a Chinese text against each other, by value.

What is left without a counterpart is weighed: for most words a numeral is in, a
translation may well do without a number (一起, གཉིས), so a number left over on one
side says little. One left over on each side, alike in size and kind, is how a
wrong number looks. The weights are log odds from counts in ``weights``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import Final, Literal

from bilingual.text.numbers.model import Quantity
from bilingual.text.numbers.patterns import Pattern, first_match
from bilingual.text.numbers.reading import read_numbers, read_over_lines, within_number
from bilingual.text.numbers.units import amount, dimension, may_be_one
from bilingual.text.numbers.weights import rarity

How = Literal["value", "amount", "range", "parts"]
"""By what two quantities agree."""

# What is left of the evidence of a number that repeats another one of its side,
# and of a Chinese number that the Tibetan does without.
_AGAIN: Final = 0.5
_MISSING: Final = 0.35
_PRECISION: Final = (
    (9.0, 0.9),
    (6.0, 0.85),
    (4.0, 0.65),
    (3.0, 0.6),
    (2.0, 0.35),
    (1.5, 0.15),
    (0.0, 0.0),
)
_MOST_DECIMALS: Final = 8
"""Of a number that may be another one with fewer decimals."""
_TOLERANCE: Final = Fraction(1, 100)
_HALF_A_DAY: Final = 720
"""In minutes."""
_HOURS: Final = 24


MOST_NUMBERS: Final = 40
"""How many numbers of a text are compared. A cue of any film holds a few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Two quantities that agree."""

    bo: Quantity
    zh: Quantity
    how: How


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A number on one side that the other side has otherwise, or not at all.

    ``weight`` is the evidence for a fault in nats: how seldom a sound pair
    leaves such numbers over.
    """

    bo: Quantity | None
    zh: Quantity | None
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberComparison:
    """What two texts agree on, and what is left.

    ``unmatched_bo`` and ``unmatched_zh`` have no counterpart; what only says
    again what has one is in ``repeated_bo`` and ``repeated_zh``. ``clashes`` are
    ordered by weight, heaviest first. ``unit_clashes`` agree in value and not in
    what is counted. ``cut``: a text has more numbers than are compared (``MOST_NUMBERS``).
    """

    matches: tuple[Match, ...]
    unmatched_bo: tuple[Quantity, ...]
    unmatched_zh: tuple[Quantity, ...]
    repeated_bo: tuple[Quantity, ...]
    repeated_zh: tuple[Quantity, ...]
    clashes: tuple[Clash, ...]
    unit_clashes: tuple[Match, ...]
    cut: bool = False

    @property
    def weight(self) -> float:
        """Evidence in nats that a number is wrong: the heaviest clash's, or 0."""
        return self.clashes[0].weight if self.clashes else 0.0


def confidence(weight: float) -> float:
    """How sure a clash of that weight is a wrong number, 0 to 1.

    The share of wrong ones among the lines of FLORES-200 dev and altered copies
    of them (997 and 2,620), were one line in forty wrong; smoothed by hand so
    that it grows with the weight, and raised a little in the highest bands, where
    most of the few lines left as they are do have a wrong number.
    """
    for least, sure in _PRECISION:
        if weight >= least:
            return sure
    return 0.0


def agreement(bo: Quantity, zh: Quantity) -> tuple[int, How] | None:
    """How well two quantities agree, 1 to 4, and by what; ``None`` if not at all."""
    if (bo.kind == "weekday") != (zh.kind == "weekday"):
        return None
    if bo.high is not None or zh.high is not None:
        return first_match(RANGES_AGREE, bo, zh)
    return first_match(NUMBERS_AGREE, bo, zh)


def _overlap(bo: Quantity, zh: Quantity) -> bool:
    return max(bo.value, zh.value) <= min(bo.high or bo.value, zh.high or zh.value)


def _clock_times(q: Quantity) -> frozenset[Fraction]:
    """The minutes since midnight or noon that a time may be, none where it is no time."""
    if q.kind == "time":
        hours = len(q.parts) < 2 and q.value <= _HOURS
        times = {q.value * 60 if hours else q.value}
    elif q.unit == "hour" or (q.unit is None and q.kind in ("cardinal", "ordinal")):
        times = _written_times(q.value, named=q.unit == "hour")
    else:
        times = set()
    return frozenset(time % _HALF_A_DAY for time in times)


def _written_times(value: Fraction, *, named: bool) -> set[Fraction]:
    """Times that may be written as a number: 5, 5.5, 5.30, 1730."""
    times = set()
    if 0 <= value <= _HOURS and (named or value.denominator == 1):
        times.add(value * 60)
    for minutes in (value * 100, value if value >= 100 else Fraction(-1)):
        if named and minutes.denominator == 1 and 0 <= minutes <= 2400 and minutes % 100 < 60:
            times.add(minutes // 100 * 60 + minutes % 100)
    return times


def _rounded(long: Quantity, short: Quantity) -> bool:
    """Whether one is the other to fewer decimals, of which it has two at least."""
    if long.kind != short.kind or "digits" not in (long.shape, short.shape):
        return False
    for places in range(2, _MOST_DECIMALS + 1):
        scaled = short.value * 10**places
        if scaled.denominator == 1 and scaled % 10:
            away = abs(long.value * 10**places - scaled)
            return bool(away < 1) and long.value.denominator > 10**places
    return False


def _same_amount(bo: Quantity, zh: Quantity) -> bool:
    if bo.unit == zh.unit:
        return False
    one, other = amount(bo.value, bo.unit), amount(zh.value, zh.unit)
    return one is not None and other is not None and _alike(one, other)


RANGES_AGREE: Final[tuple[Pattern[[Quantity, Quantity], tuple[int, How]], ...]] = (
    Pattern(
        name="same range",
        matches="both ends are equal",
        example="几十 = བཅུ་ཕྲག་འགའ",
        when=lambda bo, zh: bo.value == zh.value and bo.high == zh.high,
        make=lambda bo, zh: (4, "range"),
    ),
    Pattern(
        name="ranges of one value",
        matches="two ranges with a value in common that either may stand for",
        example="三五 = སུམ་ཅུ་སོ་ལྔ",
        when=lambda bo, zh: (
            bo.high is not None and zh.high is not None and bool(bo.values & zh.values)
        ),
        make=lambda bo, zh: (2, "range"),
    ),
    Pattern(
        name="overlap",
        matches="ranges that overlap, or a number within one",
        example="两三个 = གསུམ",
        when=_overlap,
        make=lambda bo, zh: (1, "range"),
    ),
)
"""How two quantities agree of which one at least is a range."""

NUMBERS_AGREE: Final[tuple[Pattern[[Quantity, Quantity], tuple[int, How]], ...]] = (
    Pattern(
        name="same value",
        matches="equal values, the better of one kind and dimension",
        example="三天 = ཉིན་གསུམ",
        when=lambda bo, zh: bo.value == zh.value,
        make=lambda bo, zh: (
            4 if bo.kind == zh.kind and dimension(bo.unit) == dimension(zh.unit) else 3,
            "value",
        ),
    ),
    Pattern(
        name="same amount",
        matches="equal amounts in different units",
        example="10 里 = སྤྱི་ལེ་5",
        when=_same_amount,
        make=lambda bo, zh: (3, "amount"),
    ),
    Pattern(
        name="rounded",
        matches="a decimal and the same with fewer decimals",
        example="3.14159 = 3.14",
        when=lambda bo, zh: _rounded(bo, zh) or _rounded(zh, bo),
        make=lambda bo, zh: (2, "value"),
    ),
    Pattern(
        name="another reading",
        matches="a value in common that either may have",
        example="上半场 = ཕྱེད",
        when=lambda bo, zh: bool(bo.values & zh.values),
        make=lambda bo, zh: (2, "value"),
    ),
    Pattern(
        name="one time of day",
        matches="times of day, by twelve hours or by twenty-four, in whatever way they are written",
        example="23:35 = 11:35",
        when=lambda bo, zh: (
            "time" in (bo.kind, zh.kind) and bool(_clock_times(bo) & _clock_times(zh))
        ),
        make=lambda bo, zh: (3, "value"),
    ),
)
"""How two quantities agree that both are one number."""


def _alike(one: tuple[str, Fraction], other: tuple[str, Fraction]) -> bool:
    most = max(abs(one[1]), abs(other[1]))
    return one[0] == other[0] and abs(one[1] - other[1]) <= _TOLERANCE * most


def compare(bo: tuple[Quantity, ...], zh: tuple[Quantity, ...]) -> NumberComparison:
    """Compare the quantities of a Tibetan text with those of a Chinese one.

    Each is compared with each, so only the first ``MOST_NUMBERS`` of either are.
    """
    cut = max(len(bo), len(zh)) > MOST_NUMBERS
    bo, zh = bo[:MOST_NUMBERS], zh[:MOST_NUMBERS]
    bo_left, zh_left = dict(enumerate(bo)), dict(enumerate(zh))
    pairs = _agreeing(bo, zh)
    matches = _matched((p for p in pairs if p.strength > 1), bo_left, zh_left)
    # 二三十 is ཉི་ཤུ and སུམ་ཅུ before it is anything between them.
    matches += _by_parts(bo_left, zh_left, bo, zh)
    matches += _matched((p for p in pairs if p.strength == 1), bo_left, zh_left)
    matched = _values_of(matches)
    repeated_bo = [q for q in bo_left.values() if q.values & matched]
    repeated_zh = [q for q in zh_left.values() if q.values & matched]
    left_bo = [q for q in bo_left.values() if not q.values & matched]
    left_zh = [q for q in zh_left.values() if not q.values & matched]
    # A number in digits that only a word like 一 answers may be a wrong one.
    repeated = [*repeated_bo, *(m.bo for m in matches if _doubtful(m))]
    clashes = _clashes(left_bo, left_zh, repeated, repeated_zh)
    return NumberComparison(
        matches=tuple(sorted(matches, key=lambda m: m.bo.start)),
        unmatched_bo=tuple(left_bo),
        unmatched_zh=tuple(left_zh),
        repeated_bo=tuple(repeated_bo),
        repeated_zh=tuple(repeated_zh),
        clashes=tuple(clashes),
        unit_clashes=tuple(m for m in matches if _units_clash(m)),
        cut=cut,
    )


@dataclass(frozen=True, slots=True)
class _Agreeing:
    """Two quantities that agree, by their places among those of their sides."""

    strength: int
    certain: int
    apart: float  # of the share of each side that comes before them
    i: int
    j: int
    how: How


def _agreeing(bo: tuple[Quantity, ...], zh: tuple[Quantity, ...]) -> list[_Agreeing]:
    """Every pair that agrees, the best first."""
    found = []
    for i, b in enumerate(bo):
        for j, z in enumerate(zh):
            agreed = agreement(b, z)
            if agreed is not None:
                apart = abs(i / len(bo) - j / len(zh))
                certain = int(b.certain) + int(z.certain)
                found.append(_Agreeing(agreed[0], certain, apart, i, j, agreed[1]))
    return sorted(found, key=lambda p: (-p.strength, -p.certain, p.apart, p.i, p.j))


def _matched(
    pairs: Iterable[_Agreeing], bo_left: dict[int, Quantity], zh_left: dict[int, Quantity]
) -> list[Match]:
    """Take the pairs both of whose quantities are left, and those from what is left."""
    return [
        Match(bo=bo_left.pop(p.i), zh=zh_left.pop(p.j), how=p.how)
        for p in pairs
        if p.i in bo_left and p.j in zh_left
    ]


def _values_of(matches: list[Match]) -> set[Fraction]:
    """Every value that the matched quantities may have, or have among their parts."""
    values: set[Fraction] = set()
    for m in matches:
        values |= m.bo.values | m.zh.values
        if m.how == "parts":
            values |= {*m.bo.parts, *m.zh.parts}
    return values


def _by_parts(
    bo_left: dict[int, Quantity],
    zh_left: dict[int, Quantity],
    bo: tuple[Quantity, ...],
    zh: tuple[Quantity, ...],
) -> list[Match]:
    """What is one number on one side and several on the other: 9:30, 3-5."""
    out: list[Match] = []
    for left, other_left, other, is_bo in (
        (bo_left, zh_left, zh, True),
        (zh_left, bo_left, bo, False),
    ):
        for i, q in list(left.items()):
            if not q.parts or i not in left or (q.kind == "fraction" and q.spelled):
                continue
            fresh = [k for p in q.parts if (k := _part(p, other_left)) is not None]
            again = [p for p in q.parts if any(p in o.values for o in other)]
            if not fresh or len(again) < len(q.parts):
                continue
            del left[i]
            for k in dict.fromkeys(fresh):
                partner = other_left.pop(k)
                pair = (q, partner) if is_bo else (partner, q)
                out.append(Match(bo=pair[0], zh=pair[1], how="parts"))
    return out


def _part(value: Fraction, left: dict[int, Quantity]) -> int | None:
    fitting = [k for k, q in left.items() if value in q.values]
    return min(fitting, key=lambda k: not left[k].certain, default=None)


def _clashes(
    left_bo: list[Quantity],
    left_zh: list[Quantity],
    repeated_bo: list[Quantity],
    repeated_zh: list[Quantity],
) -> list[Clash]:
    out: list[Clash] = []
    free = [*left_zh, *repeated_zh]
    repeated_values = frozenset(v for q in repeated_zh for v in q.values)
    # A number that was altered may now equal one elsewhere in the line.
    scored = [(rarity(q, "bo"), q, True) for q in left_bo]
    scored += [(_AGAIN * rarity(q, "bo"), q, False) for q in repeated_bo]
    scored.sort(key=lambda s: (not s[2], -s[0]))
    for own, b, new in scored:
        weight, partner = own if new else 0.0, None
        for z in free:
            share = _AGAIN if z.values & repeated_values else 1.0
            together = own + share * rarity(z, "zh") + likeness(b, z)
            if together > weight:
                weight, partner = together, z
        if partner is not None:
            free.remove(partner)
        if new or partner is not None:
            out.append(Clash(bo=b, zh=partner, weight=weight))
    new_zh = frozenset(left_zh)
    out += [Clash(bo=None, zh=z, weight=_MISSING * rarity(z, "zh")) for z in free if z in new_zh]
    out.sort(key=lambda c: -c.weight)
    return out


def likeness(bo: Quantity, zh: Quantity) -> float:
    """How much two different numbers look like one of them was altered, in nats."""
    if (bo.kind == "weekday") != (zh.kind == "weekday"):
        return -9.0
    best = -4.0
    for b in (bo.value, *bo.alternatives):
        for z in (zh.value, *zh.alternatives):
            best = max(best, _digits_alike(b, z))
    for b in bo.parts:
        for z in zh.parts or (zh.value,):
            best = max(best, 0.5 if b == z else min(0.0, _digits_alike(b, z)))
    if bo.kind == zh.kind and bo.kind.startswith("date"):
        best += 1.0
    if bo.unit is not None and dimension(bo.unit) == dimension(zh.unit):
        best += 1.0
    if bo.high is not None or zh.high is not None:
        best -= 2.0
    return best


def _digits_alike(b: Fraction, z: Fraction) -> float:
    """How alike two values are as they are written in digits, in nats."""
    if b.denominator == z.denominator == 1:
        return _writings_alike(str(abs(int(b))), str(abs(int(z))))
    if b.denominator == 1 or z.denominator == 1:
        return -3.0
    scale = 10**6
    return _writings_alike(str(abs(int(b * scale))), str(abs(int(z * scale)))) - 0.5


def _writings_alike(one: str, other: str) -> float:
    if len(one) == len(other):
        different = sum(x != y for x, y in zip(one, other, strict=True))
        if different == 1:
            return 1.0 if len(one) > 1 else 0.0
        return 1.0 if sorted(one) == sorted(other) else -1.0 - different / len(one)
    if one.rstrip("0") == other.rstrip("0"):
        return 0.5
    long, short = (one, other) if len(one) > len(other) else (other, one)
    if len(long) == len(short) + 1 > 2 and _one_more(long, short):
        return 0.5
    return 0.0 if long.endswith(short) else -3.0


def _one_more(long: str, short: str) -> bool:
    """Whether the longer is the shorter with one digit put in."""
    return any(long[:k] + long[k + 1 :] == short for k in range(len(long)))


# What a number may count without a doubt; areas, volumes and speeds are named
# after lengths, and readers may know only half of the name.
_PLAIN: Final = frozenset(("length", "mass", "time", "currency", "temperature"))
# ལེ་དབར is the Chinese li in China and the mile abroad.
_SAME: Final = frozenset((frozenset(("li", "mile")),))


def _doubtful(match: Match) -> bool:
    b, z = match.bo, match.zh
    return match.how != "parts" and b.shape in ("digits", "scaled") and z.shape in ("one", "word")


def _units_clash(match: Match) -> bool:
    b, z = match.bo, match.zh
    sure = (b.certain or b.shape == "one") and (z.certain or z.shape == "one")
    if match.how != "value" or b.value != z.value or not sure:
        return False
    if b.unit is None or z.unit is None or b.unit == z.unit or b.value == 0:
        return False
    if frozenset((b.unit, z.unit)) in _SAME or may_be_one(b.unit, z.unit):
        return False
    one, other = dimension(b.unit), dimension(z.unit)
    if one == other:
        return amount(b.value, b.unit) != amount(z.value, z.unit) or one in _PLAIN - {"length"}
    return one in _PLAIN and other in _PLAIN


_CACHED: Final = 4096


@lru_cache(maxsize=_CACHED)
def compare_numbers(bo_text: str, zh_text: str) -> NumberComparison:
    """Compare the numbers of a Tibetan and a Chinese text by value.

    A number may go on over the end of a line, or over the end of a cue of the bead:
    where the lines by themselves do not agree, they are read on.

    :param bo_text, zh_text: plain texts of one bead; either may be empty.
    """
    by_line = compare(read_numbers(bo_text, "bo"), read_numbers(zh_text, "zh"))
    if not by_line.clashes or "\n" not in bo_text + zh_text:
        return by_line
    bo = (read_over_lines(bo_text, "bo"), read_numbers(bo_text, "bo"))
    zh = (read_over_lines(zh_text, "zh"), read_numbers(zh_text, "zh"))
    ways = [compare(*way) for way in dict.fromkeys(product(bo, zh))]
    best = min(ways, key=lambda way: len(way.clashes))
    if not best.clashes:
        return best
    # Between numerals it may be one number, if a wrong one: 一百 / 二十 beside 130, and not
    # 2020 / 30 beside 40.
    if within_number(bo_text) or within_number(zh_text):
        over = ways[0]
        if len(over.clashes) <= len(by_line.clashes) and _closest(over) >= _closest(by_line):
            return over
    return by_line


def _closest(way: NumberComparison) -> float:
    """How much the two numbers of a clash look like one that was altered, at most, in nats."""
    pairs = ((clash.bo, clash.zh) for clash in way.clashes)
    return max((likeness(b, z) for b, z in pairs if b is not None and z is not None), default=-9.0)
