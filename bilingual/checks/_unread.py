"""Parts of a subtitle file that did not become cues, and the cues that they would be."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from bilingual.formats.codes import grade
from bilingual.measures.coverage import Coverage
from bilingual.model import Alignment, Language, Track
from bilingual.text.script import language_of

_OF_TIMES: Final = ("time-", "timing-")


def unread_places(track: Track, side: Language) -> Mapping[int, int]:
    """How many parts in a language were not read, by how many cues come before them.

    A part is what a block of the file holds: its time could not be used, and its text is in
    the problem.
    """
    lines = [cue.line for cue in track.cues if cue.line is not None]
    if len(lines) < len(track.cues) or lines != sorted(lines):
        return {}
    found: Counter[int] = Counter()
    for problem in track.problems:
        text = problem.params.get("text")
        if problem.line is None or not isinstance(text, str) or grade(problem.code) != "error":
            continue
        if not problem.code.startswith(_OF_TIMES):  # text outside of cues has none
            continue
        if language_of(text) == side:
            found[bisect_left(lines, problem.line)] += 1
    return found


def with_unread_partner(
    alignment: Alignment, coverage: Coverage, unread: Mapping[int, int]
) -> frozenset[int]:
    """The cues without a partner whose place holds as many parts that were not read.

    :param coverage: of the side whose cues are asked for.
    :param unread: the other track's parts, as :func:`unread_places` gives them.
    """
    if not unread:
        return frozenset()
    by_place: dict[int, list[int]] = {}
    before = 0
    for bead in alignment.beads:
        own, other = (bead.zh, bead.bo) if coverage.side == "zh" else (bead.bo, bead.zh)
        before = _behind(other, before)
        if not other:
            by_place.setdefault(before, []).extend(i for i in own if i in coverage.alone)
    return frozenset(
        index
        for place, indices in by_place.items()
        if len(indices) <= unread.get(place, 0)
        for index in indices
    )


def _behind(indices: Iterable[int], before: int) -> int:
    return max((index + 1 for index in indices), default=before)
