"""Tibetan whose syllables are not parted by the tsheg: by another mark, or by nothing.

Programs and fonts that do not know the tsheg put a space, a dot or an invisible break in
its place, or lose it. Where it can be told that a mark is in its place, the text is
compared as if it were one; where nothing parts the syllables, what rests on them is not
judged. Only the build of a syllable is looked at here: which letters it can have in which
order. Whether it can exist is for :mod:`bilingual.text.spelling`.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

TSHEG: Final = "\u0f0b"
NON_BREAKING_TSHEG: Final = "\u0f0c"
SHAD: Final = "\u0f0d"

_LETTERS: Final = "\u0f00\u0f35\u0f37\u0f39\u0f40-\u0f84\u0f86-\u0fbc"
_SIGNS: Final = "\u0f35\u0f37\u0f39\u0f71-\u0f84\u0f86\u0f87\u0f8d-\u0fbc"
_RUN: Final = re.compile(f"[{_LETTERS}]+")
# Prefix, root with what is on, below and above it, suffix, second suffix, affixes written on.
# A letter with signs of its own is a root, so it is no prefix or suffix.
_BARE: Final = f"(?![{_SIGNS}])"
_SYLLABLE: Final = re.compile(
    rf"(?:[གདབམའ](?=[\u0f40-\u0f6c]))?[\u0f00\u0f40-\u0f6c\u0f88-\u0f8c][{_SIGNS}]*"
    rf"(?:[གངདནབམརལསའ]{_BARE})?(?:[སད]{_BARE})?"
    rf"(?:འ[\u0f72\u0f74\u0f7c]?(?:[ངམརས]{_BARE})?){{0,3}}"
)
# Dots at the height of the tsheg, that mean nothing else between two Tibetan letters.
_DOTS: Final = frozenset("\u00b7\u0387\u2022\u2027\u2219\u22c5\u30fb\uff65\u02d9")
# What ends or encloses a phrase, or is code: never in place of a tsheg. And what is a word.
_ELSE: Final = (
    r"\w\s\u0f01-\u0f14\u0f3a-\u0f3d\u0f85\u0fbe-\u0fda()\[\]{}<>«»“”\"《》〈〉「」『』【】（）"
    r"&;\\！？。，"
)
_MARK: Final = re.compile(rf"[\u0020\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000_]|[^{_ELSE}]")
_SUSPECT: Final = re.compile(f"[{_LETTERS}][^{_LETTERS}{TSHEG}\u0f0d-\u0f14\\n]")
_LAST: Final = re.compile(
    rf"[{_LETTERS}]([^{_LETTERS}{TSHEG}{NON_BREAKING_TSHEG}\n])(?![{_LETTERS}{TSHEG}])"
)
_LONG_RUN: Final = re.compile(f"[{_LETTERS}]{{9,}}")
"""Longer than any syllable is as a rule."""
_MOSTLY: Final = 0.6
"""Least share of the pieces between marks that have the build of a syllable."""
_OFTEN: Final = 2
"""Marks for each tsheg beside them from which on they are in its place; and fewest of a mark
that has other uses."""
_JOINED: Final = 3
"""Syllables without anything between them from which on it is no foreign name."""
_UNSEPARATED: Final = 4
"""Fewest syllables of a text that is said to be without tsheg."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gap:
    """What lies between two runs of letters: its mark (empty where nothing is seen), and where.

    ``before`` and ``after`` are the runs.
    """

    mark: str
    at: int
    before: str
    after: str

    @property
    def whole(self) -> bool:
        """Whether both runs have the build of a syllable."""
        return _is_syllable(self.before) and _is_syllable(self.after)


def stand_ins(text: str, unseen: Set[int]) -> frozenset[int]:
    """Where (code points) a mark is in place of a tsheg: one place for each.

    Dots and the non-breaking tsheg always are. A space, a hyphen and the like are where the
    text has hardly a tsheg and its pieces have the build of syllables; a character that is
    not seen is where the letters around it are two syllables and not one.

    :param unseen: the places of the characters that are not seen.
    """
    if _SUSPECT.search(text) is None:
        return frozenset()
    found = {at for at, char in enumerate(text) if char == NON_BREAKING_TSHEG}
    by_mark: dict[str, list[_Gap]] = {}
    for gap in _gaps(text, unseen):
        by_mark.setdefault("\u00b7" if gap.mark in _DOTS else gap.mark, []).append(gap)
    written = text.count(TSHEG) + text.count(NON_BREAKING_TSHEG)
    for mark, gaps in by_mark.items():
        if mark in _DOTS:
            own = gaps
        elif not mark:
            own = [g for g in gaps if g.whole and not _is_syllable(g.before + g.after)]
            if 2 * len(own) >= len(gaps):
                own = [gap for gap in gaps if gap.whole]
        elif len(gaps) < max(1 if mark.isspace() else _OFTEN, _OFTEN * written):
            continue
        else:
            pieces = [piece for gap in gaps for piece in (gap.before, gap.after)]
            sound = sum(map(_is_syllable, pieces))
            # ཀ ཁ ག ང, the alphabet or labels of points: meant apart.
            lone = all(len(piece) == 1 for piece in pieces)
            own = gaps if sound >= _MOSTLY * len(pieces) and not lone else []
        found.update(gap.at for gap in own)
        if len(own) >= max(_OFTEN, _OFTEN * written):
            found.update(_at_ends(text, {text[gap.at] for gap in own}))
    return frozenset(found)


def references(text: str) -> Iterator[tuple[int, int, str]]:
    r"""Codes of HTML and ASS (``&nbsp;``, ``\h``) behind Tibetan in a text that is shown as it is.

    :returns: where each is (half open, code points) and the character that it means.
    """
    for found in _REFERENCE.finditer(text) if "&" in text or "\\" in text else ():
        char = " " if found.group() == "\\h" else html.unescape(found.group())
        if len(char) == 1:
            yield found.start(), found.end(), char


_REFERENCE: Final = re.compile(
    r"(?<=[\u0f00\u0f18-\u0fbc])"
    r"(?:&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,32});|\\h)"
)


def _at_ends(text: str, marks: Set[str]) -> Iterator[int]:
    """Where a mark that is in place of the tsheg between letters is so behind the last of them.

    A space there is one at the end of a line, and between ང and a shad.
    """
    for found in _LAST.finditer(text):
        mark, end = found.group(1), text[found.end() : found.end() + 1]
        if mark in marks and (
            not mark.isspace() or end == "\n" or (found.group()[0] == "ང" and end == SHAD)
        ):
            yield found.start(1)


def _gaps(text: str, unseen: Set[int]) -> Iterator[_Gap]:
    """What is between Tibetan letters and may be in place of a tsheg."""
    for one, two in pairwise(_RUN.finditer(text)):
        between = range(one.end(), two.start())
        if len(between) > _LONGEST_GAP:
            continue
        shown = [at for at in between if at not in unseen]
        if len(shown) > 1 or (shown and _MARK.fullmatch(text[shown[0]]) is None):
            continue
        at, mark = (shown[0], text[shown[0]]) if shown else (between[0], "")
        yield _Gap(mark=mark, at=at, before=one.group(), after=two.group())


_LONGEST_GAP: Final = 4


@lru_cache(maxsize=16_384)
def _is_syllable(letters: str) -> bool:
    return _SYLLABLE.fullmatch(unicodedata.normalize("NFC", letters)) is not None


def joined_syllables(letters: str) -> int:
    """How many syllables a run of letters must have at the least; 1 for a single one."""
    return max(1, len(_SYLLABLE.findall(letters)))


def more_syllables(text: str) -> int:
    """How many syllables more a text has than runs of letters, since nothing parts them."""
    return sum(joined_syllables(run) - 1 for run in _LONG_RUN.findall(text))


@lru_cache(maxsize=16_384)
def is_unseparated(text: str) -> bool:
    """Whether most of a text's syllables have nothing between them."""
    if _LONG_RUN.search(text) is None:
        return False
    counts = [joined_syllables(run) for run in _RUN.findall(text)]
    joined = sum(count for count in counts if count >= _JOINED)
    return sum(counts) >= _UNSEPARATED and 2 * joined > sum(counts)
