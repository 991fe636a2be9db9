"""What was heard, character by character, with the time of each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from bilingual.asr.cer import normalized
from bilingual.model import Segment, Span, Speech


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
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


def heard_characters(speech: Speech) -> Heard:
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
    return Heard(text="".join(text), times_ms=tuple(starts), ends_ms=tuple(ends))


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


def merged(spans: Iterable[Span], gap_ms: int = 0) -> tuple[Span, ...]:
    """The union of spans, in order; those at most ``gap_ms`` apart become one."""
    out: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start_ms, s.end_ms)):
        if span.end_ms <= span.start_ms:
            continue
        if out and span.start_ms - out[-1].end_ms <= gap_ms:
            last = out[-1]
            out[-1] = Span(start_ms=last.start_ms, end_ms=max(last.end_ms, span.end_ms))
        else:
            out.append(span)
    return tuple(out)


def subtracted(spans: Iterable[Span], holes: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of merged ``spans`` outside of ``holes``, in order."""
    out: list[Span] = []
    cuts = merged(holes)
    for span in merged(spans):
        start = span.start_ms
        for cut in cuts:
            if cut.end_ms <= start or cut.start_ms >= span.end_ms:
                continue
            if cut.start_ms > start:
                out.append(Span(start_ms=start, end_ms=cut.start_ms))
            start = cut.end_ms
        if start < span.end_ms:
            out.append(Span(start_ms=start, end_ms=span.end_ms))
    return tuple(out)


def overlap_ms(span: Span, others: Iterable[Span]) -> int:
    """How much of a span lies in others that do not overlap each other."""
    return sum(
        max(0, min(span.end_ms, other.end_ms) - max(span.start_ms, other.start_ms))
        for other in others
    )


def length_ms(spans: Iterable[Span]) -> int:
    """The sum of the spans' lengths."""
    return sum(span.duration_ms for span in spans)
