"""How the cues of a track follow each other: one that says the last one again, and a
second part whose times begin anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Literal

from bilingual.model import Cue, Track
from bilingual.text.length import count_units

RepeatKind = Literal["same", "grows"]

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

_LEAST_CUES: Final = 3
"""Fewest cues of a part."""
_JOIN_MS: Final = 400
"""Between the end of a part and the next, where it is only known that they follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A cue that says again what the last one said; ``first`` is where that began.

    ``grows``: it begins with the text of the last one and goes on.
    """

    first: int
    kind: RepeatKind


def repeats(cues: Sequence[Cue]) -> Mapping[int, Repeat]:
    """The cues (by index) that repeat the last one in time, or continue its text."""
    shown = [cue for cue in cues if cue.plain.strip() and cue.readable]
    shown.sort(key=lambda cue: (cue.start_ms, cue.index))
    said = {cue.index: _SILENT.sub("", cue.plain).casefold() for cue in shown}
    links: dict[int, tuple[int, RepeatKind]] = {}
    for before, cue in pairwise(shown):
        gap = cue.start_ms - before.end_ms
        one, two = said[before.index], said[cue.index]
        if not one or gap > _SAME_GAP_MS:
            continue
        if one == two and count_units(cue.plain) >= _LEAST_UNITS:
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
        if whole <= _LONGEST_MS and (kind == "same" or is_made_so):
            found[index] = Repeat(first=first, kind=kind)
    return found


def rolling(cues: Sequence[Cue]) -> tuple[int, ...]:
    """The cues (by index) that show the last line of the one before once more on top, where
    a track is made so: lines roll up, and each is in two cues.
    """
    shown = sorted((c for c in cues if c.plain.strip()), key=lambda c: (c.start_ms, c.index))
    found = []
    for before, cue in pairwise(shown):
        above, own = before.plain.strip().split("\n"), cue.plain.strip().split("\n")
        again = above[-1].strip() == own[0].strip() and len(own) > 1
        if again and cue.start_ms - before.end_ms <= _SAME_GAP_MS:
            found.append(cue.index)
    enough = len(found) >= max(_GROWING, _GROWING_SHARE * len(shown))
    return tuple(sorted(found)) if enough else ()


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

    A part has some cues that go on in time, and begins no later than the middle of the
    one before: a single cue out of place is none.
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
            found.append(at)
            begin = at
    return tuple(found)


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
