"""The words of a transcript, character by character, with the time of each."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise

from bilingual.asr.cer import normalized
from bilingual.asr.spans import merged
from bilingual.model import Segment, Span, Speech


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedCharacters:
    """Normalised characters of a transcript's reliable segments.

    ``times_ms[i]`` is when ``text[i]`` begins, ``ends_ms[i]`` when it ends;
    neither falls as ``i`` rises.
    """

    text: str
    times_ms: tuple[int, ...]
    ends_ms: tuple[int, ...]

    def between(self, start_ms: float, end_ms: float) -> slice:
        """Where the characters lie that begin in that stretch of time."""
        return slice(bisect_left(self.times_ms, start_ms), bisect_left(self.times_ms, end_ms))


def timed_characters(speech: Speech) -> TimedCharacters:
    """The reliable words of a transcript; empty where there are none."""
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for segment in speech.segments or ():
        if not segment.reliable:
            continue
        characters = normalized(segment.text)
        marks = _marks(segment)
        for i, character in enumerate(characters):
            begin = _at(marks, i / len(characters))
            end = _at(marks, (i + 1) / len(characters))
            floor = starts[-1] if starts else 0
            text.append(character)
            starts.append(max(begin, floor))
            ends.append(max(end, ends[-1] if ends else 0))
    return TimedCharacters(text="".join(text), times_ms=tuple(starts), ends_ms=tuple(ends))


def _marks(segment: Segment) -> list[tuple[float, int]]:
    """(share of the text, milliseconds) through a segment, rising."""
    marks: list[tuple[float, int]] = [(0.0, segment.start_ms)]
    lengths = [max(len(normalized(word.text)), 0) for word in segment.words]
    total = sum(lengths)
    so_far = 0
    for word, length in zip(segment.words, lengths, strict=True):
        if not length or not total:
            continue
        marks.append((so_far / total, word.start_ms))
        so_far += length
        marks.append((so_far / total, word.end_ms))
    marks.append((1.0, segment.end_ms))
    return marks


def _at(marks: list[tuple[float, int]], share: float) -> int:
    for (low, start), (high, end) in pairwise(marks):
        if low <= share <= high and high > low:
            return round(start + (end - start) * (share - low) / (high - low))
    return marks[-1][1]


def unreliable_spans(speech: Speech) -> tuple[Span, ...]:
    """Where the guards distrust what was heard, in order; neighbours put together."""
    return merged(
        Span(start_ms=s.start_ms, end_ms=s.end_ms) for s in speech.segments or () if not s.reliable
    )
