"""What the rules about speech share: what was heard where, and example narrations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bilingual.alignment.speech.agreement import Agreement
from bilingual.alignment.speech.comparison import on_sound_clock
from bilingual.asr.spans import overlap_ms
from bilingual.checks._tracks import ZH as ZH
from bilingual.checks._tracks import Cues
from bilingual.checks.base import Artifacts
from bilingual.model import Language, Segment, Span, Speech, Track

MIN_COMPARED: Final = 4
"""Fewer cues than this tell nothing about a whole track."""
MIN_CHARACTERS: Final = 24
_SAID_RATE: Final = 0.5
_UNSAID_RATE: Final = 0.65
_FOREIGN_SHARE: Final = 0.15
_OWN_SHARE: Final = 0.4


def heard_between(speech: Speech, span: Span) -> str:
    """The reliable words said in a stretch of time, as the recogniser wrote them."""
    said = []
    for segment in speech.segments or ():
        if not segment.reliable or not overlap_ms(span, [_span(segment)]):
            continue
        if segment.words:
            said += [w.text for w in segment.words if overlap_ms(span, [_span(w)])]
        else:
            said.append(segment.text)
    return "".join(said).strip()


def _span(part: object) -> Span:
    return Span(start_ms=part.start_ms, end_ms=part.end_ms)  # type: ignore[attr-defined]


def on_sound(artifacts: Artifacts, side: Language, track: Track) -> Track:
    """The track on the sound's clock, as far as that is surely known.

    A track that is shifted as a whole is one fault, reported as such: the
    rules that look at single places take the shift off first.
    """
    sound = artifacts.sound
    return track if sound is None else on_sound_clock(track, sound.clocks.get(side))


def foreign_words(found: Agreement) -> bool | None:
    """Whether a Chinese track is of other words than were heard; ``None``: cannot tell.

    Sound subtitles agree in most cues even where the recogniser mishears a
    third of the characters; another work's agree in next to none.
    """
    rates = [c.rate for c in found.cues if c.rate is not None and c.length >= 4]
    if len(rates) < MIN_COMPARED or found.length < MIN_CHARACTERS or not found.heard:
        return None
    agreeing = sum(rate <= _SAID_RATE for rate in rates) / len(rates)
    differing = sum(rate >= _UNSAID_RATE for rate in rates) / len(rates)
    if agreeing <= _FOREIGN_SHARE and differing >= 0.5:
        return True
    return False if agreeing >= _OWN_SHARE else None


def cues_of(
    cues: Cues, *, without: int | None = None, replace: Mapping[int, str] | None = None
) -> Cues:
    """Example cues with one left out, or with other words."""
    changed = tuple(
        (start, end, (replace or {}).get(i, text)) for i, (start, end, text) in enumerate(cues)
    )
    return changed if without is None else changed[:without] + changed[without + 1 :]


def narrated(
    cues: Cues, *, unreliable: int | None = None, scores: Mapping[str, float] | None = None
) -> Speech:
    """A narration that says the cues, word for word and on time."""
    segments = tuple(
        Segment(
            start_ms=start,
            end_ms=end,
            text=text,
            confidence=0.9,
            avg_logprob=-0.2,
            no_speech_prob=0.05,
            compression_ratio=1.0,
            reliable=i != unreliable,
            doubts=("loop",) if i == unreliable else (),
        )
        for i, (start, end, text) in enumerate(cues)
    )
    return Speech(
        duration_ms=cues[-1][1] + 30_000,
        spans=tuple(Span(start_ms=start, end_ms=end) for start, end, _ in cues),
        segments=segments,
        language="zh",
        language_scores=dict(scores or {"zh": 0.99}),
        engine="faster-whisper",
        model="base",
        vad="silero-vad",
    )


MANDARIN: Final = narrated(ZH)
SAID: Final = MANDARIN
NOISY: Final = narrated(ZH, unreliable=2)
OTHER_TONGUE: Final = Speech(
    duration_ms=60_000,
    spans=tuple(Span(start_ms=start, end_ms=end) for start, end, _ in ZH),
    language="en",
    language_scores={"en": 0.9, "nn": 0.04, "zh": 0.01},
    engine="faster-whisper",
    model="base",
    vad="silero-vad",
)
SILENT: Final = Speech(duration_ms=60_000, spans=(), segments=(), vad="silero-vad")
