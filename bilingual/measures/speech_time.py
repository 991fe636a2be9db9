"""Time with speech against time with subtitles, both ways."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bilingual.alignment.exclusion import exclusion
from bilingual.asr.spans import length_ms, merged, overlap_ms, subtracted
from bilingual.model import Span, Speech, Track

TOLERANCE_MS = 500
"""A cue may come this much late or go this much early and still cover its speech:
reading takes no harm from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Milliseconds of speech, of it with a subtitle; of cues, of them with speech.

    ``uncovered`` are the stretches of speech without a subtitle, ``silent`` the
    indices of cues during which (and half a second around) there is no speech.
    """

    speech_ms: int
    subtitled_ms: int
    cue_ms: int
    spoken_ms: int
    uncovered: tuple[Span, ...]
    silent: tuple[int, ...]


def coverage(tracks: Iterable[Track], speech: Speech) -> Coverage:
    """Compare the cues of all tracks together with the speech spans.

    Cues that say nothing (empty, credits, music marks) are left out.
    """
    spans = merged(speech.spans or ())
    cues: list[Span] = []
    silent: list[int] = []
    for track in tracks:
        for cue in track.cues:
            span = Span(start_ms=cue.start_ms, end_ms=cue.end_ms)
            if exclusion(cue) is not None or span.duration_ms <= 0:
                continue
            cues.append(span)
            if not overlap_ms(widened(span), spans):
                silent.append(cue.index)
    shown = merged(cues)
    uncovered = subtracted(spans, [widened(span) for span in shown])
    speech_ms, cue_ms = length_ms(spans), length_ms(shown)
    near = merged([widened(span) for span in spans])
    return Coverage(
        speech_ms=speech_ms,
        subtitled_ms=speech_ms - length_ms(uncovered),
        cue_ms=cue_ms,
        spoken_ms=sum(overlap_ms(span, near) for span in shown),
        uncovered=uncovered,
        silent=tuple(silent),
    )


def widened(span: Span, by_ms: int = TOLERANCE_MS) -> Span:
    """The span with so much more on both sides."""
    return Span(start_ms=span.start_ms - by_ms, end_ms=span.end_ms + by_ms)
