"""A file with both languages in each cue: two tracks, by script, line by line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bilingual.model import LANGUAGES, Cue, Language, Problem, Track
from bilingual.text.script import count_scripts, language_of

_TIBETAN: Final = re.compile("[\u0f40-\u0fbc]")
_HAN: Final = re.compile("[\u3400-\u9fff]")
_SHARE: Final = 0.5
"""Least share of cues with both scripts (or of pairs of cues at one time)."""
_LEAST: Final = 2
_SAME_TIME_MS: Final = 200


def split(track: Track) -> tuple[Track, ...]:
    """Two tracks (Tibetan first) where the file has both languages, else the track.

    It has where half of its cues with text have a line of each, or where every
    other cue is the same time in the other language. A line without either
    script goes with the line before it in its cue, and a cue without either
    goes into both. Indices are counted anew; ``Cue.line`` is the file's.
    """
    counts = count_scripts("\n".join(cue.plain for cue in track.cues))
    if not counts.tibetan or not counts.han:
        return (track,)
    lines = [_lines(cue) for cue in track.cues]
    spoken = [{side for _, _, side in rows if side} for rows in lines]
    lettered = sum(1 for sides in spoken if sides)
    both = sum(1 for sides in spoken if len(sides) == len(LANGUAGES))
    by = "line"
    if both < _LEAST or both < _SHARE * lettered:
        if not _paired(track.cues, spoken, lettered):
            return (track,)
        by = "cue"
    found: list[Track] = []
    problems = _mixed(track, lines)
    for side in LANGUAGES:
        note = Problem(line=None, code="split-by-script", params={"language": side, "by": by})
        cues: list[Cue] = []
        for cue, rows in zip(track.cues, lines, strict=True):
            part = _part(cue, rows, side, len(cues))
            if part is not None:
                cues.append(part)
        found.append(
            replace(
                track,
                cues=tuple(cues),
                problems=(note, *track.problems, *problems),
                language=side,
            )
        )
    return tuple(found)


_Row = tuple[str, str, Language | None]


def _lines(cue: Cue) -> list[_Row]:
    """Raw line, plain line, language. One row where the two do not match up."""
    plain = cue.plain.split("\n")
    raw = cue.text.split("\n")
    if len(raw) != len(plain):
        raw = plain
    return [(one, two, language_of(two)) for one, two in zip(raw, plain, strict=True)]


def _paired(cues: Sequence[Cue], spoken: Sequence[set[Language]], lettered: int) -> bool:
    """Whether each cue of one language has one of the other at the same time."""
    starts: dict[Language, list[int]] = {
        side: sorted(
            cue.start_ms for cue, sides in zip(cues, spoken, strict=True) if sides == {side}
        )
        for side in LANGUAGES
    }
    bo, zh = starts["bo"], starts["zh"]
    if min(len(bo), len(zh)) < _LEAST or len(bo) + len(zh) < 0.8 * lettered:
        return False
    pairs = at = 0
    for start in bo:
        while at < len(zh) and zh[at] < start - _SAME_TIME_MS:
            at += 1
        if at < len(zh) and zh[at] <= start + _SAME_TIME_MS:
            pairs, at = pairs + 1, at + 1
    return pairs >= 0.8 * max(len(bo), len(zh))


def _part(cue: Cue, rows: Sequence[_Row], side: Language, index: int) -> Cue | None:
    """What of a cue is in that language, as number ``index``; ``None`` where nothing is."""
    current = next((language for _, _, language in rows if language), None)
    if current is None:
        return replace(cue, index=index)
    kept: list[tuple[str, str]] = []
    for raw, plain, language in rows:
        current = language or current
        if current == side:
            kept.append((raw, plain))
    if not any(plain.strip() for _, plain in kept):
        return None
    text = "\n".join(raw for raw, _ in kept)
    plain_text = "\n".join(plain for _, plain in kept)
    return replace(
        cue, index=index, text=text, plain_text=None if plain_text == text else plain_text
    )


def _mixed(track: Track, lines: Sequence[Sequence[_Row]]) -> list[Problem]:
    """Lines with a good deal of both scripts in them; they went to one side whole."""
    found = []
    for cue, rows in zip(track.cues, lines, strict=True):
        for raw, plain, language in rows:
            if language is None or not (_TIBETAN.search(plain) and _HAN.search(plain)):
                continue
            counts = count_scripts(plain)
            if counts.tibetan >= 6 and counts.han >= 3:
                found.append(
                    Problem(line=cue.line, code="line-mixed-scripts", params={"text": raw})
                )
    return found
