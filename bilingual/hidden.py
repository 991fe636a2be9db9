"""Characters of a text that are not seen: where they are, and the text without them.

They say nothing, but a syllable or a number with one in it is no longer found. What is
compared is therefore the text without them, and with a tsheg for each mark that is in its
place (:mod:`bilingual.tsheg`); what is shown and written is the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bilingual.tsheg import TSHEG, references, stand_ins

_CLASSES: Final[dict[str, str]] = {
    "replacement": "\ufffd",
    "control": "\x00-\x08\x0b-\x1f\x7f-\x9f",
    "line-separator": "\u2028\u2029",
    "bidi": "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069",
    "private-use": "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd",
    "noncharacter": "\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane << 16 | low) for plane in range(1, 17) for low in (0xFFFE, 0xFFFF)),
    "filler": "\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5",
    "variation-selector": "\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef",
    "tag": "\U000e0001\U000e0020-\U000e007f",
    "surrogate": "\ud800-\udfff",
    "zero-width": "\u00ad\u034f\u200b-\u200d\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffc"
    "\U0001d173-\U0001d17a\U0001bca0-\U0001bca3",
}
_HIDDEN: Final = re.compile(
    "|".join(f"(?P<{name.replace('-', '_')}>[{chars}])" for name, chars in _CLASSES.items())
)
_ANY: Final = re.compile("[" + "".join(_CLASSES.values()) + "]")
# What is nothing at all in a text that is read. Not: what stands for a letter that was lost
# or that a font of its own draws, and what separates words like a space (form feed, U+2028).
_NOTHING: Final = frozenset({"control", "bidi", "variation-selector", "tag", "zero-width"})
# What an emoji is made of: there these characters are seen. A digit is one on a key cap only.
_EMOJI: Final = re.compile(
    "(?:[#*0-9]\ufe0f?\u20e3"
    "|[\u00a9\u00ae\u203c-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]\ufe0f?\u20e3?)"
    "(?:\u200d[\u2190-\u2bff\U0001f000-\U0001faff]\ufe0f?)*"
    "(?:[\U000e0020-\U000e007e]+\U000e007f)?"
)


@dataclass(frozen=True, slots=True)
class Hidden:
    """A character that is not seen: where (code points), which, of what kind."""

    at: int
    char: str
    kind: str

    @property
    def code_point(self) -> str:
        """As people write it: ``U+200B``."""
        return f"U+{ord(self.char):04X}"


def find_hidden(text: str) -> tuple[Hidden, ...]:
    """Every character that is not seen, in order.

    Line breaks and tabs are none, nor what holds an emoji together. Kinds:
    ``replacement`` (U+FFFD: a letter was lost before us), ``control``,
    ``line-separator``, ``bidi``, ``private-use``, ``noncharacter``, ``filler``,
    ``variation-selector``, ``tag``, ``surrogate``, ``zero-width``.
    """
    if text.isascii() and text.isprintable():
        return ()
    if _ANY.search(text) is None:
        return ()
    seen: set[int] = set()
    for emoji in _EMOJI.finditer(text):
        if emoji.end() - emoji.start() > 1:
            seen.update(range(emoji.start() + 1, emoji.end()))
    return tuple(
        Hidden(found.start(), found.group(), (found.lastgroup or "").replace("_", "-"))
        for found in _HIDDEN.finditer(text)
        if found.start() not in seen
    )


def is_unseen(char: str) -> bool:
    """Whether a character is nothing at all in a text that is read."""
    return bool(_unseen(char))


def _unseen(text: str) -> set[int]:
    """The places of what is nothing at all, but for what separates words."""
    return {
        found.at
        for found in find_hidden(text)
        if found.kind in _NOTHING and not found.char.isspace()
    }


@dataclass(frozen=True, slots=True)
class Seen:
    """A text without what is not seen, and the way back.

    ``at`` are the places (code points) that its characters have in the whole text, ``None``
    where the two are the same. ``for_tsheg`` are the places there of what is in place of a
    tsheg, in order; ``text`` has a tsheg for each. ``ends`` are the places behind its
    characters, ``None`` where each is one character there, too.
    """

    text: str
    at: tuple[int, ...] | None = None
    for_tsheg: tuple[int, ...] = ()
    ends: tuple[int, ...] | None = None

    def whole(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the text is in the whole one, from its first to its last character.

        :param start: code points into ``text``, in 0..its length; ``end`` likewise.
        """
        if self.at is None:
            return start, end
        ends = self.ends or [at + 1 for at in self.at[-1:]]
        begin = self.at[start] if start < len(self.at) else ends[-1] if ends else 0
        if end <= start:
            return begin, begin
        return begin, self.ends[end - 1] if self.ends else self.at[end - 1] + 1

    def moved(self, spans: Sequence[tuple[int, int]]) -> Seen:
        """The same by the places of another text.

        :param spans: where each character of the whole text is in that one, half open.
        """
        at = range(len(self.text)) if self.at is None else self.at
        ends = [place + 1 for place in at] if self.ends is None else self.ends
        return Seen(
            self.text,
            tuple(spans[place][0] for place in at),
            tuple(spans[place][0] for place in self.for_tsheg),
            tuple(spans[place - 1][1] for place in ends),
        )

    @property
    def tsheg_spans(self) -> tuple[tuple[int, int], ...]:
        """Where what is in place of a tsheg is in the whole text, in order."""
        if self.ends is None or self.at is None:
            return tuple((at, at + 1) for at in self.for_tsheg)
        places = frozenset(self.for_tsheg)
        spans = (span for span in zip(self.at, self.ends, strict=True) if span[0] in places)
        return tuple(dict.fromkeys(spans))


@lru_cache(maxsize=16_384)
def seen(text: str) -> Seen:
    """The text without the characters that are nothing to a reader.

    Left out are zero-width characters, direction marks, selectors, tags and control
    characters that separate no words; what holds an emoji together stays. What is in place
    of a tsheg is one, a reference (``&nbsp;``) that is shown as it is written among them.
    """
    coded = tuple(references(text))
    if coded:
        meant, spans = decoded(text, coded)
        places = {spans[at][0] for at in _seen(meant).for_tsheg}
        coded = tuple(one for one in coded if one[0] in places or one[2] == TSHEG)
    if not coded:
        return _seen(text)
    meant, spans = decoded(text, coded)
    found = _seen(meant).moved(spans)
    tshegs = {*found.for_tsheg, *(start for start, _, _ in coded)}
    return Seen(found.text, found.at, tuple(sorted(tshegs)), found.ends)


def decoded(text: str, coded: Iterable[tuple[int, int, str]]) -> tuple[str, list[tuple[int, int]]]:
    """The text with what its codes mean, and where each character of that is in it.

    :param coded: where each code is (half open, code points) and what it means, in order.
    :returns: half-open spans; a character of a code has that of the whole code.
    """
    pieces: list[str] = []
    spans: list[tuple[int, int]] = []
    last = 0
    for start, end, char in (*coded, (len(text), len(text), "")):
        pieces += (text[last:start], char)
        spans += ((at, at + 1) for at in range(last, start))
        spans += [(start, end)] * len(char)
        last = end
    return "".join(pieces), spans


def _seen(text: str) -> Seen:
    gone = _unseen(text)
    tshegs = stand_ins(text, gone)
    gone -= tshegs
    if not gone and not tshegs:
        return Seen(text)
    at = tuple(place for place in range(len(text)) if place not in gone)
    shown = "".join(TSHEG if place in tshegs else text[place] for place in at)
    return Seen(shown, at, tuple(sorted(tshegs)))


def drawn(text: str) -> str:
    """What a viewer sees of a text: marks in place of a tsheg are as they are in it."""
    gone = _unseen(text)
    return "".join(char for at, char in enumerate(text) if at not in gone) if gone else text
