"""Numbers that count the cues of a track, written at the head of each one's text.

Some exports write a line's number before its words: ``12. 太阳是一颗恒星``. They are no
part of what is said, and where a line is missing those of two tracks no longer agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Final

from bilingual.model import Cue
from bilingual.text.sequence import shown_before

_LABEL: Final = re.compile(
    r"\s{0,9}(\d{1,5})(?:[ \t\u3000]{0,9}(?:[.．](?!\d)|[、)）༽])|\s{0,9}\n)\s{0,9}"
)
_YEARS: Final = 1000
_NEAR: Final = 100
"""How far a number of four digits is from its cue's own at most: else it may be a year."""
_RUN: Final = 5
"""So many cues in a row have the numbers in a row: fewer may be the steps of something."""


def unsaid_head(cues: Sequence[Cue], at: int) -> int:
    """How many code points at the head of a cue's text are not said in it: lines that the cue
    before shows as well, or a number that counts the cues.

    :param cues: of a track, in file order.
    :param at: the cue's place among them.
    """
    return shown_before(cues, at) or label_length(cues, at)


def labels_of(cues: Sequence[Cue], indices: Iterable[int]) -> tuple[int, ...]:
    """The numbers at the heads of some cues that count them.

    :param cues: of a track, in file order.
    """
    found = (_label(cues, at) for at in indices if label_length(cues, at))
    return tuple(label[0] for label in found if label is not None)


def label_length(cues: Sequence[Cue], at: int) -> int:
    """How many code points of a cue's text are a number that counts the cues; mostly 0.

    :param cues: of a track, in file order.
    :param at: the cue's place among them.
    """
    label = _label(cues, at)
    if label is None:
        return 0
    run = 1
    for step in (1, -1):
        for away in count(step, step):
            if run >= _RUN:
                break
            other = _label(cues, at + away)
            if other is None or other[0] != label[0] + away:
                break
            run += 1
    return label[1] if run >= _RUN else 0


def _label(cues: Sequence[Cue], at: int) -> tuple[int, int] | None:
    """The number at a cue's head and where what is said begins."""
    if not 0 <= at < len(cues):
        return None
    text = cues[at].compared
    found = _LABEL.match(text)
    if found is None or not text[found.end() :].strip():
        return None
    number = int(found[1])
    if number >= _YEARS and abs(number - at) > _NEAR:
        return None
    return number, found.end()
