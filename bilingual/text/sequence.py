"""How the cues of a track follow each other: one that says the last one again, and a
second part whose times begin anew.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Final, Literal

from bilingual.model import Cue, Track
from bilingual.text.length import count_units

RepeatKind = Literal["same", "grows", "rolls"]

_SILENT: Final = re.compile(r"[\W_]+")
_SAME_GAP_MS: Final = 1000
_GROWS_GAP_MS: Final = 150
_LONGEST_MS: Final = 15_000
"""How long one sentence may be on screen, in however many cues."""
_LEAST_UNITS: Final = 3
"""A word or two may well be said twice in a row."""
_GROWING: Final = 3
"""Fewest cues that grow out of the last one before that is how the file is made."""
_GROWING_SHARE: Final = 0.1
_SEVERAL: Final = 2
"""Lines of a cue that may roll up."""

_LASTING: Final = 0.5
"""From which share of the other cues on a cue that is shown with them lasts."""
_MOST_LASTING: Final = 20  # cues of a track
_FEWEST_BESIDE: Final = 5

_LEAST_CUES: Final = 3
"""Fewest cues of a part."""
_TWIN: Final = 0.8
"""From which share of like cues on a part is the one before once more."""
_OVER: Final = 0.25
"""Least share of a part's cues that are shown while one of the part before is."""
_NEAR_START_MS: Final = 60_000
"""Until when the first cue of a whole file is shown as a rule."""
_PLACED: Final = re.compile(r"\\(?:pos|move)\(")
_JOIN_MS: Final = 400
"""Between the end of a part and the next, where it is only known that they follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A cue that says again what the last one said; ``first`` is where that began.

    ``grows``: it begins with the text of the last one and goes on. ``rolls``: all of it are
    lines of the last one, which roll up.
    """

    first: int
    kind: RepeatKind


def repeats(cues: Sequence[Cue]) -> Mapping[int, Repeat]:
    """The cues (by index) that repeat the last one in time, or continue its text."""
    shown = [cue for cue in cues if cue.compared.strip() and cue.readable]
    shown.sort(key=lambda cue: (cue.start_ms, cue.index))
    said = {cue.index: _SILENT.sub("", cue.compared).casefold() for cue in shown}
    links: dict[int, tuple[int, RepeatKind]] = {}
    for place, (before, cue) in enumerate(pairwise(shown), 1):
        gap = cue.start_ms - before.end_ms
        one, two = said[before.index], said[cue.index]
        if not one or gap > _SAME_GAP_MS:
            continue
        if head := shown_before(shown, place):
            if not _SILENT.sub("", cue.compared[head:]):
                links[cue.index] = before.index, "rolls"
            continue
        if one == two and count_units(cue.compared) >= _LEAST_UNITS:
            links[cue.index] = before.index, "same"
        elif one != two and two.startswith(one) and gap <= _GROWS_GAP_MS:
            links[cue.index] = before.index, "grows"
    growing = sum(kind == "grows" for _, kind in links.values())
    is_made_so = growing >= max(_GROWING, _GROWING_SHARE * len(shown))
    found: dict[int, Repeat] = {}
    at = {cue.index: cue for cue in shown}
    for index, (last, kind) in links.items():
        first = found[last].first if last in found else last
        whole = at[index].end_ms - at[first].start_ms
        if whole <= _LONGEST_MS and (kind != "grows" or is_made_so):
            found[index] = Repeat(first=first, kind=kind)
    return found


def rolling(cues: Sequence[Cue]) -> tuple[int, ...]:
    """The cues (by index) that begin with lines of the one before, where lines roll up so that
    each is in two cues or more.
    """
    shown = sorted((c for c in cues if c.compared.strip()), key=lambda c: (c.start_ms, c.index))
    return tuple(sorted(c.index for at, c in enumerate(shown) if shown_before(shown, at)))


def shown_before(cues: Sequence[Cue], at: int) -> int:
    """How many code points of a cue's plain text are lines that the cue before shows as well,
    where lines roll up: in some cues that follow each other; else 0.

    :param cues: in the order of time.
    :param at: the cue's place among them.
    """
    head = _head(cues, at)
    if not head:
        return 0
    run, first, after = 1, at, at
    while run < _GROWING and _head(cues, first - 1):
        run, first = run + 1, first - 1
    while run < _GROWING and _head(cues, after + 1):
        run, after = run + 1, after + 1
    return head if run >= _GROWING else 0


def _head(cues: Sequence[Cue], at: int) -> int:
    """How many code points the first lines have that are the last ones of the cue before."""
    if not 0 < at < len(cues) or cues[at].start_ms - cues[at - 1].end_ms > _SAME_GAP_MS:
        return 0
    if "\n" not in cues[at].compared and "\n" not in cues[at - 1].compared:
        return 0  # as most cues are: nothing rolls up in single lines
    before = [line for line, _ in _lines(cues[at - 1])]
    own = _lines(cues[at])
    lines = [line for line, _ in own]
    if before == lines or max(len(before), len(lines)) < _SEVERAL:
        return 0
    for count in range(min(len(before), len(lines)), 0, -1):
        if before[-count:] == lines[:count]:
            return own[count][1] if count < len(own) else len(cues[at].compared)
    return 0


def _lines(cue: Cue) -> list[tuple[str, int]]:
    """The lines that have text, and at which code point each begins."""
    found, begin = [], 0
    for line in cue.compared.split("\n"):
        if line.strip():
            found.append((line.strip(), begin))
        begin += len(line) + 1
    return found


def lasting(cues: Sequence[Cue]) -> frozenset[int]:
    """The cues (by index) that are shown while most of the others come and go: a title or the
    name of a channel, and no sentence. None where they are many: a film has a few.
    """
    starts = sorted(cue.start_ms for cue in cues)
    least = max(_FEWEST_BESIDE, _LASTING * (len(cues) - 1))
    found = frozenset(
        cue.index
        for cue in cues
        if cue.duration_ms > _LONGEST_MS
        and bisect_left(starts, cue.end_ms) - bisect_left(starts, cue.start_ms) - 1 >= least
    )
    # Each is reported with all that it is shown over.
    return found if len(found) <= _MOST_LASTING else frozenset()


def groups_of(cues: Sequence[Cue]) -> tuple[tuple[int, ...], ...]:
    """The indices of all cues in order of time, those that repeat with what they repeat."""
    again = repeats(cues)
    groups: dict[int, list[int]] = {}
    for cue in sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms, cue.index)):
        repeat = again.get(cue.index)
        groups.setdefault(cue.index if repeat is None else repeat.first, []).append(cue.index)
    return tuple(map(tuple, groups.values()))


def parts_of(track: Track) -> tuple[int, ...]:
    """The indices of the cues at which a track's times begin again, none where they do not.

    A part has some cues that go on in time, begins no later than the middle of the one
    before and is shown over it, or numbers its cues from 1 again: cues out of order are none,
    nor is the same part once more.
    """
    cues = track.cues
    found: list[int] = []
    begin = 0
    for at in range(1, len(cues)):
        if cues[at].start_ms >= cues[at - 1].start_ms or at - begin < _LEAST_CUES:
            continue
        following = cues[at : at + _LEAST_CUES]
        if len(following) < _LEAST_CUES or not _goes_on(following):
            continue
        if following[1].start_ms > cues[at - 1].start_ms:  # a single cue out of place
            continue
        part = sorted(cue.start_ms for cue in cues[begin:at])
        if cues[at].start_ms <= part[len(part) // 2] and _goes_on(cues[at - _LEAST_CUES : at]):
            anew = _is_numbered_anew(cues, begin, at) or _is_over(cues, begin, at)
            if _is_twin(cues, begin, at) or not anew:
                continue
            found.append(at)
            begin = at
    return tuple(found)


def _is_twin(cues: Sequence[Cue], begin: int, at: int) -> bool:
    """Whether from ``at`` on the part that begins at ``begin`` comes once more, at its times."""
    pairs = list(zip(cues[begin:at], cues[at : at + at - begin], strict=False))
    same = sum(a.compared == b.compared and a.start_ms == b.start_ms for a, b in pairs)
    return same > _TWIN * len(pairs)


def _is_numbered_anew(cues: Sequence[Cue], begin: int, at: int) -> bool:
    """Whether the file's own numbers begin at 1 again, near the start of the video.

    A format that places its cues numbers none; cues out of order have one 1 among them.
    """
    first = cues[at]
    return (
        _is_one(first)
        and first.start_ms <= _NEAR_START_MS
        and any(_is_one(cue) for cue in cues[begin:at])
    )


def _is_one(cue: Cue) -> bool:
    return (cue.identifier or "").lstrip("0") == "1"


def _is_over(cues: Sequence[Cue], begin: int, at: int) -> bool:
    """Whether from ``at`` on cues are shown over those of the part that begins at ``begin``.

    Cues that are merely out of order have the times for themselves. Signs that a format
    with places shows beside the dialogue are no part of it either.
    """
    before = sorted((c.start_ms, c.end_ms) for c in cues[begin:at])
    starts = [start for start, _ in before]
    ends = list(accumulate((end for _, end in before), max))
    met = placed = 0
    until = max(ends)
    beside = [c for c in cues[at:] if c.start_ms < until]
    styles = {c.style for c in cues[begin:at]}
    for cue in beside:
        last = bisect_left(starts, cue.end_ms)
        met += last > 0 and ends[last - 1] > cue.start_ms
        placed += cue.style not in styles or _PLACED.search(cue.text) is not None
    return met >= _OVER * len(beside) and placed <= len(beside) / 2


def _goes_on(cues: Sequence[Cue]) -> bool:
    return all(a.start_ms < b.start_ms for a, b in pairwise(cues))


def unjoined(track: Track) -> Track:
    """A track with its parts one after the other in time, as they were before joining.

    How long the pause between them was is not known.
    """
    starts = parts_of(track)
    if not starts:
        return track
    cues: list[Cue] = []
    shift = 0
    for cue in track.cues:
        if cue.index in starts:
            shift = max(c.end_ms for c in cues) + _JOIN_MS - cue.start_ms
        cues.append(
            replace(cue, start_ms=cue.start_ms + shift, end_ms=cue.end_ms + shift) if shift else cue
        )
    return replace(track, cues=tuple(cues))
