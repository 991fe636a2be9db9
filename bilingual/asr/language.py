"""Which language is spoken: Mandarin, another, or cannot judge.

Stock Whisper does not know spoken Tibetan: whatever it takes it for only says
that it is not Mandarin. So there are three answers and never a fourth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final, Literal

from bilingual.model import Segment, Span, Speech

Judgement = Literal["mandarin", "not-mandarin", "unclear"]

MANDARIN: Final = "zh"
MANDARIN_SCORE: Final = 0.8
"""From this mean score on the narration counts as Mandarin, if its words agree."""
OTHER_SCORE: Final = 0.3
"""Up to this mean score for Mandarin it counts as another language."""
MAX_LISTENED: Final = 5
"""How many pieces are listened to for the language."""
MIN_SPEECH_MS: Final = 3000
"""Less speech than this says nothing about the language."""
MIN_RELIABLE: Final = 0.5
"""How much of what was transcribed must be reliable for its language to hold."""


def mean_scores(scores: Sequence[tuple[float, Mapping[str, float]]]) -> dict[str, float]:
    """Mean of the pieces' language scores, weighted; empty without pieces.

    :param scores: (weight, scores) of each piece. Languages below 0.001 in the
        mean are left out, the rest come most likely first.
    """
    total = sum(weight for weight, _ in scores)
    if not total:
        return {}
    mean: dict[str, float] = {}
    for weight, piece in scores:
        for language, score in piece.items():
            mean[language] = mean.get(language, 0.0) + weight * score / total
    kept = sorted(((s, name) for name, s in mean.items() if s >= 0.001), reverse=True)
    return {name: round(score, 4) for score, name in kept}


def spread(lengths: Sequence[int], count: int = MAX_LISTENED) -> tuple[int, ...]:
    """Indices of at most ``count`` pieces, the long ones of each part of the work.

    :param lengths: of all pieces, in order.
    """
    if len(lengths) <= count:
        return tuple(range(len(lengths)))
    bounds = [i * len(lengths) // count for i in range(count + 1)]
    return tuple(max(range(low, high), key=lengths.__getitem__) for low, high in pairwise(bounds))


def by_scores(scores: Mapping[str, float]) -> Judgement:
    """What the language scores alone say."""
    score = scores.get(MANDARIN, 0.0)
    if not scores:
        return "unclear"
    if score >= MANDARIN_SCORE:
        return "mandarin"
    return "not-mandarin" if score <= OTHER_SCORE else "unclear"


def judge(speech: Speech) -> Judgement:
    """What scores and words together say of the narration.

    Sound of another language may be taken for Mandarin; its transcript then is
    noise that the guards distrust, and the answer is ``unclear``.
    """
    if _length(speech.spans or ()) < MIN_SPEECH_MS:
        return "unclear"
    found = by_scores(speech.language_scores)
    if (
        found == "mandarin"
        and speech.segments is not None
        and _reliable(speech.segments) < MIN_RELIABLE
    ):
        return "unclear"
    return found


def _reliable(segments: Iterable[Segment]) -> float:
    """The reliable share (0..1) of the transcript's time; 0 where it is empty."""
    total = good = 0
    for segment in segments:
        length = max(1, segment.end_ms - segment.start_ms)
        total += length
        good += length if segment.reliable else 0
    return good / total if total else 0.0


def _length(spans: Iterable[Span]) -> int:
    return sum(span.duration_ms for span in spans)
