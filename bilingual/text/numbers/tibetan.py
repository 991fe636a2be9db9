"""Numbers of a Tibetan text.

Tibetan writes one syllable after another without a mark between words, and many
numerals also are, or are in, other words. A syllable is read as a number by the
syllables around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from bilingual.text.numbers.model import Quantity
from bilingual.text.numbers.patterns import Pattern, first_match
from bilingual.text.numbers.ranges import spread
from bilingual.text.numbers.tibetan_context import in_context
from bilingual.text.numbers.tibetan_numerals import (
    ALL,
    SCALES,
    UNITS,
    Parser,
    Reading,
    Syllable,
    split,
)
from bilingual.text.numbers.tibetan_pairs import joined
from bilingual.text.numbers.western import fold, quantities
from bilingual.text.numbers.words import BO_HINTS, BO_WORDS

_HINTS: Final = frozenset(tuple(w.split("་")) for w in BO_HINTS)


def _by_first_syllable() -> dict[str, list[tuple[str, ...]]]:
    table: dict[str, list[tuple[str, ...]]] = {}
    for word in sorted(BO_WORDS | BO_HINTS, key=len, reverse=True):
        syllables = tuple(word.split("་"))
        table.setdefault(syllables[0], []).append(syllables)
    return table


_NOT_NUMBERS: Final = _by_first_syllable()

_VAGUE: Final = frozenset(("དུ", "མང", "ཁ", "འགའ", "འགའི", "འགར", "འགས", "ཕྲན", "གང", "མང་པོ"))


# Syllables that open a number and are none.
_OPENING: Final = frozenset(("དང", "ཕྱེད", "གཟའ", "ཀླད"))
_CARE: Final = frozenset(_NOT_NUMBERS) | ALL | _OPENING
# The short tens that also are words of their own: ང is I, རེ each.
_HOMOGRAPHS: Final = frozenset(("ང", "རེ", "དོན", "གོ", "སོ", "ཞེ"))
# Degrees below zero are counted, zero is not.
_BELOW: Final = frozenset(("མན", "འོག"))
_WEEKDAYS: Final = {"ཟླ": 1, "མིག": 2, "ལྷག": 3, "ཕུར": 4, "པ": 5, "སྤེན": 6, "ཉི": 7}
_UP_TO: Final = re.compile(r"(?:་?ནས་?|་?ལས་?|་?དང་?|-|~|་)")


def read_tibetan(text: str) -> list[Quantity]:
    """Every number of a Tibetan text, in order of their starts."""
    folded = fold(text)
    syllables = split(folded)
    out: list[Quantity] = []
    at = 0
    weak_until = 0
    while at < len(syllables):
        here = syllables[at]
        if here.digits is None and here.raw not in _CARE and here.text not in _CARE:
            at += 1
            continue
        word = _word_at(syllables, at)
        if word is not None and not _numeral_before(syllables, at):
            if word in _HINTS:
                weak_until = at + len(word)
            else:
                at += len(word)
                continue
        found, at = _read(syllables, at, folded, at < weak_until)
        out += found
    return spread(joined(out, folded), folded, _UP_TO)


def _word_at(syllables: list[Syllable], at: int) -> tuple[str, ...] | None:
    first = syllables[at]
    words = _NOT_NUMBERS.get(first.raw) or _NOT_NUMBERS.get(first.text) or []
    for word in words:
        if (
            at + len(word) <= len(syllables)
            and all(
                w in (syllables[at + k].raw, syllables[at + k].text) for k, w in enumerate(word)
            )
            and not any(_ended(syllables[at + k], word[k]) for k in range(len(word) - 1))
        ):
            return word
    return None


def _ended(syllable: Syllable, word: str) -> bool:
    """Whether a mark comes behind a syllable of a word; བར is no བ with a case in བར་གསུམ."""
    return syllable.closed and not syllable.raw == word != syllable.text


def _numeral_before(syllables: list[Syllable], at: int) -> bool:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A syllable that may open a number, and every way to read one from there.

    ``weak``: it is in a word in which a numeral seldom counts.
    """

    syllables: list[Syllable]
    at: int
    folded: str
    weak: bool
    readings: list[Reading]

    @property
    def here(self) -> Syllable:
        """The syllable itself."""
        return self.syllables[self.at]

    def text(self, at: int) -> str:
        """The syllable there, "" behind the end or a mark."""
        if at >= len(self.syllables) or (at > self.at and self.syllables[at - 1].closed):
            return ""
        return self.syllables[at].text


Found = tuple[list[Quantity], int]
"""The numbers that a pattern reads, and the syllable to go on from."""


def _read(syllables: list[Syllable], at: int, folded: str, weak: bool) -> Found:
    here = syllables[at]
    if here.digits is None and here.text not in ALL and here.text not in _OPENING:
        return [], at + 1
    parser = Parser(syllables, at)
    if here.digits is None:
        readings = parser.number()
    else:
        readings = [r for r in parser.scaled() if r.end > at + 1]
    place = Place(syllables=syllables, at=at, folded=folded, weak=weak, readings=readings)
    return first_match(NUMERALS, place) or ([], at + 1)


def _words(place: Place, end: int, q: Quantity) -> Found:
    """A number of the syllables up to ``end``, in words of its own."""
    start, stop = place.here.start, place.syllables[end - 1].end
    return [replace(q, start=start, end=stop, spelled=True)], end


def _weekday_of(place: Place) -> int | None:
    day = _WEEKDAYS.get(place.text(place.at + 1).removesuffix("འི"))
    # པ alone is a particle: Friday is པ་སངས. Where that is torn apart it still counts.
    friday = place.at + 2 < len(place.syllables) and place.syllables[place.at + 2].text == "སངས"
    return None if day == 5 and not friday else day


def _weekday(place: Place) -> Found:
    value = Fraction(_weekday_of(place) or 0)
    q = Quantity(value=value, start=0, end=0, kind="weekday", shape="weekday")
    return _words(place, place.at + 2, q)


def _half(place: Place) -> Found:
    end = place.at + 1
    end += place.text(end) in ("ཀ", "མ")
    return _words(
        place,
        end,
        Quantity(
            value=Fraction(1, 2),
            start=0,
            end=0,
            kind="fraction",
            certain=False,
            alternatives=(Fraction(50),),
            shape="half",
        ),
    )


def _digits(place: Place) -> Found:
    found = quantities(place.here.digits)
    end = place.at + 1
    return [in_context(q, place.folded, place.syllables, place.at, end) for q in found], end


def _numeral(place: Place) -> Found:
    """The longest number from here on; of several values that with the most usual words."""
    at = place.at
    end = max(r.end for r in place.readings)
    longest = sorted((r for r in place.readings if r.end == end), key=lambda r: r.cost)
    best = longest[0]
    digits = [s.digits for s in place.syllables[at:end] if s.digits is not None]
    shape = _shape(place, end, best, in_digits=bool(digits))
    homograph = place.here.text in _HOMOGRAPHS and end == at + 2
    others = tuple(dict.fromkeys(r.value for r in longest[1:] if r.value != best.value))
    parts = tuple(d.value for d in digits)
    if homograph:
        unit = Fraction(UNITS[place.syllables[at + 1].text])
        others, parts = (*others, unit), (unit,)
    q = Quantity(
        value=best.value,
        start=place.here.start,
        end=place.syllables[end - 1].end,
        certain=shape not in ("one", "scale") and not homograph and not place.weak,
        spelled=not digits,
        alternatives=others,
        parts=parts,
        shape=_doubtful_shape(place, shape, homograph),
    )
    if _order_of_magnitude(place, end, best, shape):
        q = replace(q, high=q.value * 10, exact=False, certain=False, shape="vague")
    return [in_context(q, place.folded, place.syllables, at, end)], end


def _shape(place: Place, end: int, best: Reading, *, in_digits: bool) -> str:
    """What a number is made of, for weighing evidence."""
    text, length = place.here.text, end - place.at
    if length == 1 and text in UNITS:
        return "one" if best.value == 1 else "unit"
    scale = text in SCALES or f"{text}་{place.text(place.at + 1)}" in SCALES
    if scale and length <= 2 and best.cost >= 1:
        return "scale"
    if in_digits:
        return "scaled"
    return "ten" if length == 1 else "composite"


def _doubtful_shape(place: Place, shape: str, homograph: bool) -> str:
    if place.weak and shape != "one":
        return "word"
    if shape == "unit" and _sums_up(place, UNITS[place.here.text]):
        return "word"
    return "short" if homograph else shape


# What is between the things of a list, and how long the later ones are at most.
# Behind ག a space is enough.
_BETWEEN: Final = re.compile(r"་?(དང)(?:་?[།、,]|་)[་ ]*|[་ ]*[།、,][་ ]*|(?<=[ཀག])[ ]+")
_LONGEST_THING: Final = 40
_LONGEST_LIST: Final = 200


def _sums_up(place: Place, count: int) -> bool:
    """Whether a digit says how many things are named right before it: ཆུ་དང་ས། མེ་གསུམ.

    Tibetan does so at the end of lists, of which the Chinese only names the things.
    """
    ahead = place.folded[max(0, place.here.start - _LONGEST_LIST) : place.here.start]
    marks = list(_BETWEEN.finditer(ahead))[1 - count :] if count > 1 else []
    if len(marks) < count - 1 or not marks:
        return False
    ends = [*(mark.start() for mark in marks[1:]), len(ahead)]
    things = [ahead[mark.end() : end].strip("་ ") for mark, end in zip(marks, ends, strict=True)]
    joined_by_and = any(mark[1] for mark in marks) or things[-1].endswith("བཅས")
    return joined_by_and and all(0 < len(thing) <= _LONGEST_THING for thing in things)


_TENS_APART: Final = {
    "ཉི་ཤུ": 20,
    "སུམ་ཅུ": 30,
    "གསུམ་ཅུ": 30,
    "བཞི་བཅུ": 40,
    "ལྔ་བཅུ": 50,
    "དྲུག་ཅུ": 60,
    "བདུན་ཅུ": 70,
    "བརྒྱད་ཅུ": 80,
    "དགུ་བཅུ": 90,
}


def _ten(place: Place, at: int) -> int:
    """The ten that two syllables there name, 0 if none."""
    return _TENS_APART.get(f"{place.text(at)}་{place.text(at + 1)}", 0)


def _two_tens(place: Place) -> bool:
    first, goes_on = _ten(place, place.at), place.text(place.at + 2) != ""
    return first > 0 and goes_on and _ten(place, place.at + 2) == first + 10


def _either_ten(place: Place) -> Found:
    """Thirty or forty, whose tens follow each other without a joint."""
    low, end = Fraction(_ten(place, place.at)), place.at + 4
    q = Quantity(
        value=low,
        high=low + 10,
        start=place.here.start,
        end=place.syllables[end - 1].end,
        exact=False,
        certain=False,
        spelled=True,
        parts=(low, low + 10),
        shape="composite",
    )
    return [in_context(q, place.folded, place.syllables, place.at, end)], end


def _order_of_magnitude(place: Place, end: int, best: Reading, shape: str) -> bool:
    """Whether a scale has "many" or "some" after it: སྟོང་ཕྲག་མང་པོ."""
    phrag = place.text(end) == "ཕྲག"
    following = place.text(end + 1) if phrag else place.text(end)
    order = shape in ("scale", "composite") and best.value >= 100
    return (order or (phrag and shape == "ten")) and following in _VAGUE


NUMERALS: Final[tuple[Pattern[[Place], Found], ...]] = (
    Pattern(
        name="weekday",
        matches="གཟའ and the name of a day",
        example="གཟའ་ཟླ་བ",
        when=lambda place: place.here.text == "གཟའ" and _weekday_of(place) is not None,
        make=_weekday,
    ),
    Pattern(
        name="zero",
        matches="ཀླད་ཀོར",
        example="ཀླད་ཀོར",
        when=lambda place: (
            place.here.text == "ཀླད"
            and place.text(place.at + 1) == "ཀོར"
            and place.text(place.at + 2) not in _BELOW
        ),
        make=lambda place: _words(
            place, place.at + 2, Quantity(value=Fraction(0), start=0, end=0, shape="composite")
        ),
    ),
    Pattern(
        name="first",
        matches="དང་པོ; དང alone is and",
        example="དང་པོ",
        when=lambda place: place.here.text == "དང" and place.text(place.at + 1) == "པོ",
        make=lambda place: _words(
            place,
            place.at + 2,
            Quantity(
                value=Fraction(1), start=0, end=0, kind="ordinal", certain=False, shape="first"
            ),
        ),
    ),
    Pattern(
        name="half",
        matches="ཕྱེད, ཕྱེད་ཀ, ཕྱེད་མ",
        example="ཕྱེད་ཀ",
        when=lambda place: place.here.text == "ཕྱེད",
        make=_half,
    ),
    Pattern(
        name="date, time or fraction in digits",
        matches="9:30, 2019-03-21, 1/2, whatever is around them",
        example="9:30་ཙམ",
        when=lambda place: place.here.digits is not None and place.here.digits.kind != "cardinal",
        make=lambda place: (quantities(place.here.digits), place.at + 1),
    ),
    Pattern(
        name="digits",
        matches="a number in digits without a scale",
        example="༣༥",
        when=lambda place: place.here.digits is not None and not place.readings,
        make=_digits,
    ),
    Pattern(
        name="one ten or the next",
        matches="a ten and the next one without a joint, an inflected one too",
        example="སུམ་ཅུ་བཞི་བཅུར",
        when=_two_tens,
        make=_either_ten,
    ),
    Pattern(
        name="numeral",
        matches="a number in words, or in digits with a scale",
        example="ཁྲི་ལྔ",
        when=lambda place: bool(place.readings),
        make=_numeral,
    ),
)
"""What a syllable may open."""
