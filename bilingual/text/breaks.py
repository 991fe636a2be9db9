"""Where a line of a subtitle may break, and the best place for it.

Tibetan breaks behind a tsheg, or behind a shad and its space, and not within a
word; Chinese, here, behind a mark of punctuation only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

from bilingual.text.length import chinese_length, tibetan_length
from bilingual.text.script import is_tibetan_letter
from bilingual.text.spelling import is_possible
from bilingual.text.syllables import SHAD, TSHEG
from bilingual.text.tibetan import tokenize

_AFTER_TIBETAN: Final = re.compile(
    "[\u0f0b\u0f0d-\u0f12\u0f14][ \u00a0]*(?![\u0f0b-\u0f14 \u00a0])"
)
_AFTER_CHINESE: Final = re.compile(
    "[，。；：！？、…—]+[”’」』）》]?(?![，。；：！？、…—”’」』）》])"
)
_LEADING_SHADS: Final = re.compile("[ \u00a0]*[\u0f0d-\u0f12]+[ \u00a0]*")
_MARKUP: Final = re.compile(r"[<>{}&\\\\]")
_SHAD_WORTH: Final = 3.0
"""A break behind a shad may be this many syllables farther off than one behind a tsheg."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebreak:
    """Replace ``start`` to ``end`` of a text (code points) to break it elsewhere."""

    start: int
    end: int
    text: str


def rebroken(text: str, at: int, most: float, words: tuple[str, ...] = ()) -> Rebreak | None:
    """How to fix a Tibetan line break at ``text[at]``.

    A shad that begins the line goes back to the one before; a break within a
    syllable or a word goes to the nearest place where one may be, lines of at
    most ``most`` syllables first. ``None`` where it is not clear what was meant.

    :param words: paths of further word lists for the tokenizer.
    """
    if _MARKUP.search(text):
        return None
    first = text.rfind("\n", 0, at) + 1
    last = text.find("\n", at + 1)
    last = len(text) if last < 0 else last
    head, tail = text[first:at].rstrip(), text[at + 1 : last].lstrip(" \u00a0")
    shads = _LEADING_SHADS.match(text, at + 1)
    if shads is not None and shads.group().strip() and not head.endswith(SHAD):
        rest = text[shads.end() : last]
        joined = head + shads.group().strip()
        return _whole(first, last, f"{joined}\n{rest}" if rest.strip() else joined)
    if not head or not tail:
        return None
    whole = _joined(head, tail)
    if whole is None:
        return None
    places = tibetan_places(whole, words)
    if not places:
        return None

    before = _lengths_before(whole, places, "bo")
    total = tibetan_length(whole)

    def cost(at: int) -> tuple[bool, int]:
        return max(before[at], total - before[at]) > most, abs(places[at] - len(head))

    best = places[min(range(len(places)), key=cost)]
    return _whole(first, last, f"{whole[:best].rstrip()}\n{whole[best:]}")


def _whole(start: int, end: int, text: str) -> Rebreak:
    return Rebreak(start=start, end=end, text=text)


def _joined(head: str, tail: str) -> str | None:
    """Two lines as one; ``None`` where a broken syllable may be one or two."""
    if not (is_tibetan_letter(head[-1]) and is_tibetan_letter(tail[0])):
        return head + tail
    start = max((i + 1 for i, c in enumerate(head) if not is_tibetan_letter(c)), default=0)
    end = next((i for i, c in enumerate(tail) if not is_tibetan_letter(c)), len(tail))
    one, two = head[start:], tail[:end]
    both = is_possible(one) and is_possible(two)
    if is_possible(one + two) and not both:
        return head + tail
    return f"{head}{TSHEG}{tail}" if both and not is_possible(one + two) else None


def tibetan_places(text: str, words: tuple[str, ...] = ()) -> list[int]:
    """Where a Tibetan line may break: offsets of what would begin the next line."""
    inside = {
        place
        for token in tokenize(text, words=words)
        if token.kind == "word"
        for place in range(token.start + 1, token.end)
    }
    return [
        place
        for found in _AFTER_TIBETAN.finditer(text)
        if 0 < (place := found.end()) < len(text) and place not in inside
    ]


def _lengths_before(text: str, places: Sequence[int], side: str) -> list[float]:
    """The length of the text before each of the places (in order), counted in one pass.

    Exact, because no place lies within anything that is counted: in Tibetan it is behind
    a tsheg or shad, and in Chinese each character counts by itself.
    """
    length: Callable[[str], float] = tibetan_length if side == "bo" else chinese_length
    pieces = (text[start:end] for start, end in pairwise([0, *places]))
    return list(accumulate(map(length, pieces)))


def broken_in_two(line: str, side: str, most: float, words: tuple[str, ...] = ()) -> str | None:
    """A long line as two lines of at most ``most``, as even as may be.

    Behind a shad rather than behind a tsheg; Chinese behind a mark only.
    ``None`` where there is no such place, or the line has markup in it.
    """
    if _MARKUP.search(line):
        return None
    total = tibetan_length(line) if side == "bo" else chinese_length(line)
    if total > 2 * most:
        return None
    if side == "bo":
        places = tibetan_places(line, words)
    else:
        places = [f.end() for f in _AFTER_CHINESE.finditer(line) if f.end() < len(line)]
    before = dict(zip(places, _lengths_before(line, places, side), strict=True))

    def cost(place: int) -> float:
        behind_shad = line[:place].rstrip().endswith(SHAD)
        uneven = abs(2 * before[place] - total)
        return uneven - (2 * _SHAD_WORTH if behind_shad else 0.0)

    fit = [p for p in places if max(before[p], total - before[p]) <= most]
    if not fit:
        return None
    best = min(fit, key=cost)
    return f"{line[:best].rstrip()}\n{line[best:].lstrip()}"
