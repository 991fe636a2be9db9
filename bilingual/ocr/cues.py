"""From rows that were read to tracks of cues."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from bilingual.model import Cue, Language, Track
from bilingual.ocr.bands import Band, middle, together_ms
from bilingual.ocr.base import Reading
from bilingual.ocr.rows import Row
from bilingual.text.script import count_scripts

UNREAD: Final = "〓"
"""The text of a cue of which nothing could be read: typographers' mark for a missing letter."""

_HAN_CONFIDENCE: Final = 0.8
_TIBETAN_CONFIDENCE: Final = 0.2
_SAME_EDGE_MS: Final = 350
_GAP_MS: Final = 260


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow:
    """A row of a band, its text and its language (``None``: not known)."""

    row: Row
    reading: Reading
    language: Language | None
    readable: bool


def looks_chinese(reading: Reading) -> bool:
    """Whether a Chinese reader's answer shows that the row is Chinese (or has no words)."""
    counts = count_scripts(reading.text)
    letters = counts.letters + counts.digits
    if not letters or reading.confidence < _HAN_CONFIDENCE:
        return False
    return counts.han > 0 or (reading.confidence >= 0.95 and letters > 1)


def looks_tibetan(reading: Reading) -> bool:
    """Whether a Tibetan reader's answer shows that the row is Tibetan."""
    counts = count_scripts(reading.text)
    return reading.confidence >= _TIBETAN_CONFIDENCE and counts.tibetan > 0.6 * counts.letters


def language_of_band(languages: Sequence[Language | None]) -> Language | None:
    """The language that most of a band's rows are in."""
    known = Counter(language for language in languages if language)
    return known.most_common(1)[0][0] if known else None


def untangled(bands: Sequence[Band]) -> list[Band]:
    """Rows that follow each other at one place do not overlap in time.

    Where the end of one and the beginning of the next were found on the wrong
    side of each other, both are put in the middle.
    """
    result = []
    for band in bands:
        rows = _once(sorted(band.rows, key=lambda row: row.start_ms))
        for number, (row, after) in enumerate(pairwise(rows)):
            if row.end_ms > after.start_ms and row.box.common(after.box):
                edge = max(row.start_ms + 40, (row.end_ms + after.start_ms) // 2)
                rows[number] = replace(row, end_ms=edge)
                rows[number + 1] = replace(after, start_ms=edge)
        result.append(replace(band, rows=tuple(rows)))
    return result


def _once(rows: Sequence[Row]) -> list[Row]:
    """A row that was followed twice, once perhaps in part only, is one."""
    result: list[Row] = []
    for row in rows:
        last = result[-1] if result else None
        if last is None or not _same(last, row):
            result.append(row)
            continue
        wider = max(last, row, key=lambda r: (r.box.width, r.end_ms - r.start_ms))
        result[-1] = replace(
            wider,
            start_ms=min(last.start_ms, row.start_ms),
            end_ms=max(last.end_ms, row.end_ms),
            looks=last.looks + row.looks,
        )
    return result


def _same(a: Row, b: Row) -> bool:
    shorter = min(a.end_ms - a.start_ms, b.end_ms - b.start_ms)
    inside = a.box.common(b.box) > 0.5 * min(a.box.area, b.box.area)
    return inside and together_ms(a, b) > 0.6 * shorter


def tracks_of(rows: Sequence[ReadRow], name: str | None = None) -> Mapping[Language, Track]:
    """A track for each language; rows of one that are shown together are one cue."""
    tracks: dict[Language, Track] = {}
    for language in ("bo", "zh"):
        own = [read for read in rows if read.language == language]
        cues = _joined([_cue(group) for group in _together(own)])
        if cues:
            tracks[language] = Track(
                cues=tuple(replace(cue, index=n) for n, cue in enumerate(cues)),
                language=language,
                source="burned-in",
                name=name,
            )
    return tracks


def _together(rows: Sequence[ReadRow]) -> list[list[ReadRow]]:
    """Rows that come and go together, in the order of time."""
    groups: list[list[ReadRow]] = []
    for read in sorted(rows, key=lambda r: (r.row.start_ms, r.row.box.top)):
        for group in reversed(groups[-3:]):
            other = group[0].row
            stay = min(read.row.end_ms - read.row.start_ms, other.end_ms - other.start_ms)
            close = abs(middle(read.row) - middle(other)) < 3.2 * other.box.height
            edges = (
                abs(read.row.start_ms - other.start_ms) < _SAME_EDGE_MS
                or abs(read.row.end_ms - other.end_ms) < _SAME_EDGE_MS
            )
            if close and edges and together_ms(read.row, other) > 0.7 * stay:
                group.append(read)
                break
        else:
            groups.append([read])
    return groups


def _cue(group: Sequence[ReadRow]) -> Cue:
    lines = sorted(group, key=lambda r: (round(middle(r.row) / 8), r.row.box.left))
    whole = group[0].row.picture_height
    return Cue(
        index=0,
        start_ms=min(r.row.start_ms for r in group),
        end_ms=max(r.row.end_ms for r in group),
        text="\n".join(r.reading.text or UNREAD for r in lines),
        confidence=round(min(r.reading.confidence for r in group), 3),
        readable=all(r.readable for r in group),
        rows=(
            round(max(0, min(r.row.box.top for r in group)) / whole, 3),
            round(min(whole, max(r.row.box.bottom for r in group)) / whole, 3),
        ),
    )


def _joined(cues: Sequence[Cue]) -> list[Cue]:
    """Cues that were lost from sight for a moment are one again."""
    result: list[Cue] = []
    for cue in cues:
        last = result[-1] if result else None
        if last and cue.text == last.text and 0 <= cue.start_ms - last.end_ms <= _GAP_MS:
            better = max(last, cue, key=lambda c: c.confidence or 0.0)
            result[-1] = replace(better, start_ms=last.start_ms, end_ms=cue.end_ms)
        else:
            result.append(cue)
    return result
