"""What is heard: where somebody speaks, and what a recogniser made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bilingual.model.codec import Plain, with_flat_reason, with_nested_reason, written_as
from bilingual.model.cue import Span
from bilingual.model.reason import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A recognised word and when it was said."""

    start_ms: int
    end_ms: int
    text: str
    probability: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of a transcript.

    ``avg_logprob`` is the mean log probability of its tokens (<= 0),
    ``no_speech_prob`` and ``confidence`` lie in 0..1, ``compression_ratio`` is
    the text's size over its zlib size (above 2.4 it loops, after Whisper's
    paper, section 4.5). ``reliable`` is false where the guards distrust it.
    """

    start_ms: int
    end_ms: int
    text: str
    confidence: float | None = None
    avg_logprob: float | None = None
    no_speech_prob: float | None = None
    compression_ratio: float | None = None
    reliable: bool = True
    doubts: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What a recogniser that the user plugged in made of narration in Tibetan.

    ``segments`` is ``None`` where it could not listen, and ``reason`` then says
    why. ``dialect`` and ``licence`` are
    as the user (or the model's own card) states them. It is evidence for a
    person, and decides nothing by itself.
    """

    segments: tuple[Segment, ...] | None
    engine: str
    model: str
    model_sha256: str | None = None
    dialect: str | None = None
    licence: str | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """When somebody speaks, and the transcript if the narration is Mandarin.

    ``spans`` are the times with speech: empty if there is none, ``None`` if voice activity
    detection was not run. ``segments`` is the transcript, ``None`` if there is none.
    ``language`` is the recogniser's guess among the languages it knows (Whisper does not know
    spoken Tibetan), ``language_scores`` its probabilities (0..1), averaged over the pieces it
    listened to. ``tibetan`` is the transcript of a Tibetan recogniser; ``None`` if none is
    set up or the narration is Mandarin.
    """

    duration_ms: int
    spans: tuple[Span, ...] | None = None
    segments: tuple[Segment, ...] | None = None
    language: str | None = None
    language_scores: Mapping[str, float] = field(default_factory=dict)
    engine: str | None = None
    model: str | None = None
    model_sha256: str | None = None
    vad: str | None = None
    tibetan: Transcript | None = None


@written_as(Transcript)
def _transcript_written(_: Transcript, plain: Plain) -> Plain:
    return with_flat_reason(plain, "lacking")


def speech_read(plain: Any) -> Any:
    """The fields of speech, from what was written of it."""
    if not isinstance(plain, dict) or not isinstance(plain.get("tibetan"), dict):
        return plain
    return plain | {"tibetan": with_nested_reason(plain["tibetan"], "lacking")}
