"""Events that draw one line several times over: glow, shadow and border beside the text.

A format whose cues lie anywhere in the picture draws an outline, a blurred glow or a box
as an event of its own. All copies of a line at one time are one cue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from bilingual.model import Cue, Problem

_SAME_MS: Final = 50
"""How far the times of copies may differ: a frame."""
_SHARE: Final = 0.5
"""Least share of a style's cues that are copies of another's. Below it, a cue has the
same text in two styles for another reason: a number in both languages, or a line left
untranslated."""
_LOOK_BACK: Final = 8


def without_copies(
    cues: Sequence[Cue], lines: Sequence[str]
) -> tuple[tuple[Cue, ...], list[Problem]]:
    """The cues without copies of a line and without drawings, counted anew; what was left out.

    The first of the copies in the file is kept.

    :param lines: the file's.
    """
    pairs = list(_pairs(cues))
    sizes = Counter(cue.style for cue in cues if cue.compared.strip())
    met = Counter((copy.style, first.style) for copy, first in pairs)
    copies = {
        copy.index
        for copy, first in pairs
        if copy.style == first.style
        or met[copy.style, first.style] >= _SHARE * min(sizes[copy.style], sizes[first.style])
    }
    drawings = {c.index for c in cues if not c.compared.strip() and "\\p" in c.text}
    notes = [
        Problem(
            line=cue.line,
            code="layered-copy" if cue.index in copies else "drawing",
            params={"text": lines[(cue.line or 1) - 1]},
        )
        for cue in cues
        if cue.index in copies or cue.index in drawings
    ]
    kept = [cue for cue in cues if cue.index not in copies and cue.index not in drawings]
    return tuple(replace(cue, index=n) for n, cue in enumerate(kept)), notes


def _pairs(cues: Sequence[Cue]) -> Iterator[tuple[Cue, Cue]]:
    """Each cue that has the text and the time of one before it, and that one."""
    seen: dict[str, list[Cue]] = {}
    for cue in cues:
        text = "".join(cue.compared.split())
        if not text:
            continue
        before = seen.setdefault(text, [])
        first = next((c for c in before[-_LOOK_BACK:] if _one_time(cue, c)), None)
        if first is None:
            before.append(cue)
        else:
            yield cue, first


def _one_time(one: Cue, two: Cue) -> bool:
    return max(abs(one.start_ms - two.start_ms), abs(one.end_ms - two.end_ms)) <= _SAME_MS
