"""Whisper through CTranslate2 (faster-whisper), int8 on the processor. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from bilingual.asr.base import MIN_WINDOW_S, Engine, Weights, by_path, is_path, registered
from bilingual.asr.vad import SAMPLE_RATE
from bilingual.config import Asr
from bilingual.errors import ModelError
from bilingual.model import Segment, Word

if TYPE_CHECKING:
    from bilingual.asr.base import Audio

_COMPUTE_TYPE = "int8"


class FasterWhisper:
    """A loaded CTranslate2 Whisper model."""

    def __init__(self, weights: Weights, settings: Asr) -> None:
        from faster_whisper import WhisperModel

        self._settings = settings
        try:
            with weights.as_hashed() as folder:
                self._model: Any = WhisperModel(
                    str(folder),
                    device="cpu",
                    compute_type=_COMPUTE_TYPE,
                    cpu_threads=settings.threads,
                    local_files_only=True,
                )
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelError(
                "model-not-loadable",
                path=str(weights.path),
                engine=ENGINE.name,
                detail=str(error),
            ) from error

    def language_scores(self, audio: Audio) -> Mapping[str, float]:
        """Whisper's probabilities over the languages it knows."""
        _, _, scores = self._model.detect_language(audio)
        return {str(language): float(score) for language, score in scores}

    def recognise(self, audio: Audio, language: str) -> tuple[Segment, ...]:
        """Temperature 0, no memory of earlier text, nothing dropped in silence."""
        settings = self._settings
        segments, _ = self._model.transcribe(
            audio,
            language=language,
            task="transcribe",
            beam_size=settings.beam_size,
            temperature=0.0,
            condition_on_previous_text=False,
            initial_prompt=settings.prompt if language == "zh" else None,
            # With thresholds it would leave segments out; ours mark them instead.
            compression_ratio_threshold=None,
            log_prob_threshold=None,
            no_speech_threshold=None,
            word_timestamps=True,
            vad_filter=False,
        )
        found = []
        for segment in segments:  # decoded window by window, as we ask
            found.append(_segment(segment))
            # The next window would hold less than a second: nothing to say, and
            # Whisper says something all the same.
            if audio.size / SAMPLE_RATE - segment.end < MIN_WINDOW_S:
                break
        return tuple(found)


def _segment(found: Any) -> Segment:
    words = tuple(
        Word(
            start_ms=round(word.start * 1000),
            end_ms=round(word.end * 1000),
            text=word.word,
            probability=round(float(word.probability), 4),
        )
        for word in found.words or ()
    )
    return Segment(
        start_ms=round(found.start * 1000),
        end_ms=round(found.end * 1000),
        text=found.text,
        avg_logprob=float(found.avg_logprob),
        no_speech_prob=float(found.no_speech_prob),
        compression_ratio=float(found.compression_ratio),
        words=words,
    )


def _weights(model: str) -> Weights:
    return by_path(model) if is_path(model) else registered(model, "ctranslate2")


def _fingerprint(settings: Asr) -> str:
    versions = (f"{name} {version(name)}" for name in ("faster-whisper", "ctranslate2"))
    return " ".join((*versions, _COMPUTE_TYPE))


ENGINE = Engine(
    name="faster-whisper",
    package="faster_whisper",
    extra="fast-asr",
    rank=1,
    languages=frozenset({"zh"}),
    weights=_weights,
    load=FasterWhisper,
    fingerprint=_fingerprint,
)
