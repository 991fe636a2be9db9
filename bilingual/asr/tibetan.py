"""Narration in Tibetan, as far as a recogniser that the user plugs in can hear it.

There is none of ours. What it hears is shown and measured, and nothing passes or
fails by it. Where it was asked for and cannot run, the reason is part of what
comes back: it is not an error, and not silence either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bilingual.asr import guards, vad
from bilingual.asr.base import Engine, Weights
from bilingual.asr.cache import Cache
from bilingual.asr.pieces import pieces_of
from bilingual.asr.registry import engines
from bilingual.asr.spans import overlap_ms
from bilingual.asr.utterances import shifted
from bilingual.budget import current
from bilingual.config import Config
from bilingual.errors import BilingualError, ConfigError, OverBudgetError
from bilingual.model import Reason, Segment, Span, Speech, Track, Transcript
from bilingual.progress import Callback
from bilingual.showing import logger

if TYPE_CHECKING:
    from bilingual.asr.base import Audio, Recogniser

_log = logger(__name__)

TRANSCRIBE: Final = "transcribe"
_VOICED: Final = 0.2
_LICENCE = re.compile(r"^licen[cs]e:(.*)$", re.MULTILINE | re.IGNORECASE)


def hear_tibetan(
    audio: Audio, speech: Speech, config: Config, progress: Callback
) -> Transcript | None:
    """What the plugged-in recogniser makes of the speech; ``None`` where there is none.

    :param audio: mono at 16 kHz, shape (samples,), about -1..1.
    :param speech: where somebody speaks in it.
    """
    settings = config.tibetan_asr
    if not settings.model or not speech.spans:
        return None
    name = Path(settings.model).name
    facts = Transcript(
        segments=None, engine=settings.engine, model=name, dialect=settings.dialect or None
    )
    try:
        engine = _engine(settings.engine)
        engine.require()
        weights = engine.weights(settings.model)
        facts = replace(
            facts,
            model_sha256=weights.sha256,
            licence=settings.licence or licence_of(weights.path),
        )
        segments = _listen(audio, speech.spans, engine, weights, config, progress)
    except ConfigError:
        raise
    except OverBudgetError as over:
        return replace(facts, reason=Reason(code=over.code, params=over.params))
    except BilingualError as error:
        missing = error.code == "engine-missing"
        # The report must not say where things lie on somebody's disk; the log may.
        _log.warning("recogniser of Tibetan: %s", error)
        return replace(
            facts,
            reason=Reason(
                code="tibetan-engine-missing", params={"command": error.params["command"]}
            )
            if missing
            else Reason(
                code="tibetan-model-unusable", params={"model": name, "detail": error.code}
            ),
        )
    return replace(facts, segments=segments)


def _engine(name: str) -> Engine:
    known = {n: e for n, e in engines().items() if "bo" in e.languages}
    engines().named(name)
    if name not in known:
        raise ConfigError("tibetan-engine-unknown", name=name, known=list(known))
    return known[name]


def licence_of(folder: Path) -> str | None:
    """The licence that a model's card names in its front matter, if it does."""
    try:
        with (folder / "README.md").open(encoding="utf-8", errors="replace") as card:
            head = card.read(20_000)
    except OSError:
        return None
    parts = head.split("---")
    found = _LICENCE.search(parts[1]) if head.startswith("---") and len(parts) > 2 else None
    return (found[1].strip(" \t\r\"'") or None) if found else None


def _listen(
    audio: Audio,
    spans: Sequence[Span],
    engine: Engine,
    weights: Weights,
    config: Config,
    progress: Callback,
) -> tuple[Segment, ...]:
    pieces = pieces_of(
        spans,
        vad.speech_probabilities(audio),
        max_ms=config.tibetan_asr.max_piece_ms,
        pad_ms=config.vad.pad_ms,
        duration_ms=audio.size * 1000 // vad.SAMPLE_RATE,
    )
    cache = Cache(engine, weights, config.asr)
    loaded: Recogniser | None = None
    heard: list[Segment] = []
    total, done = sum(piece.duration_ms for piece in pieces) / 1000, 0.0
    rate = vad.SAMPLE_RATE // 1000
    for piece in pieces:
        current().check()
        progress(TRANSCRIBE, done, total)
        sound = audio[piece.start_ms * rate : piece.end_ms * rate]
        found = cache.get("words bo", sound, tuple[Segment, ...])
        if found is None:
            loaded = loaded or engine.load(weights, config.asr)
            found = loaded.recognise(sound, "bo")
            cache.put("words bo", sound, found)
        heard += [_judged(shifted(s, piece.start_ms, piece), spans, config) for s in found]
        done += piece.duration_ms / 1000
    progress(TRANSCRIBE, total, total)
    return tuple(heard)


def _judged(segment: Segment, spans: Sequence[Span], config: Config) -> Segment:
    """Marked with what speaks against it. The guards for Whisper's Chinese fit only in part."""
    confidence = guards.confidence_of(segment)
    length = max(1, segment.end_ms - segment.start_ms)
    span = Span(start_ms=segment.start_ms, end_ms=segment.end_ms)
    signs = {
        "loop": guards.loops(segment.text, config.asr.max_compression_ratio),
        "low-confidence": confidence is not None and confidence < config.tibetan_asr.min_confidence,
        "not-voiced": overlap_ms(span, spans) < _VOICED * length,
    }
    doubts = tuple(doubt for doubt, found in signs.items() if found)
    return replace(segment, confidence=confidence, doubts=doubts, reliable=not doubts)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyllableErrors:
    """Edit distance in syllables between a Tibetan track and what was heard.

    ``length`` counts the track's syllables, ``unreliable_ms`` the time of the
    transcript that was left out.
    """

    errors: int
    length: int
    unreliable_ms: int


def syllable_errors(bo: Track, heard: Transcript) -> SyllableErrors | None:
    """How far the reliable words heard are from the track, as wholes.

    ``None`` where nothing was heard reliably. Spelling variants of one syllable
    are alike, punctuation counts for nothing.
    """
    from rapidfuzz.distance import Levenshtein

    kept = [s for s in heard.segments or () if s.reliable]
    said = _syllables(s.text for s in kept)
    wanted = _syllables(c.compared for c in sorted(bo.cues, key=lambda c: (c.start_ms, c.index)))
    if not said or not wanted:
        return None
    return SyllableErrors(
        errors=Levenshtein.distance(wanted, said),
        length=len(wanted),
        unreliable_ms=sum(s.end_ms - s.start_ms for s in heard.segments or () if not s.reliable),
    )


def _syllables(texts: Iterable[str]) -> list[str]:
    from bilingual.text.normalize import comparison_key
    from bilingual.text.syllables import split_syllables

    return [
        token.text
        for text in texts
        for token in split_syllables(comparison_key(text))
        if token.kind in ("syllable", "number", "latin")
    ]
