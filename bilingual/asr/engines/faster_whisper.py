"""Whisper through CTranslate2 (faster-whisper), int8 on the processor. No torch."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from bilingual.asr.base import Engine, Weights, by_path, is_path, registered
from bilingual.asr.vad import SAMPLE_RATE
from bilingual.budget import threads
from bilingual.config import Asr
from bilingual.errors import ModelError
from bilingual.model import Segment, Word

if TYPE_CHECKING:
    from bilingual.asr.base import Audio

_COMPUTE_TYPE = "int8"
_REMEMBERED: Final = 8
"""Sounds whose encoding is kept; each takes 3 MB with base."""


class FasterWhisper:
    """A loaded CTranslate2 Whisper model.

    What its encoder made of a sound is remembered for a while, so that a sound whose
    language was asked for costs one pass and not two.
    """

    batch: Final = 4
    """More at once is no faster on few processors, and a run is stopped between two."""

    def __init__(self, weights: Weights, settings: Asr) -> None:
        from faster_whisper import BatchedInferencePipeline, WhisperModel

        self._settings = settings
        try:
            with weights.as_hashed() as folder:
                self._model: Any = WhisperModel(
                    str(folder),
                    device="cpu",
                    compute_type=_COMPUTE_TYPE,
                    cpu_threads=threads(settings.threads),
                    local_files_only=True,
                )
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelError(
                "model-not-loadable",
                path=str(weights.path),
                engine=ENGINE.name,
                detail=str(error),
            ) from error
        encoder = _Encoder(self._model.encode)
        self._model.encode = encoder
        self._pipeline: Any = BatchedInferencePipeline(self._model)

    def language_scores(self, audio: Audio) -> Mapping[str, float]:
        """Whisper's probabilities over the languages it knows."""
        from faster_whisper.audio import pad_or_trim

        # As the pipeline makes them, so that the encoder is asked once.
        features = pad_or_trim(self._model.feature_extractor(audio)[..., :-1])
        found = self._model.model.detect_language(self._model.encode(features[None]))[0]
        return {name[2:-2]: float(score) for name, score in found}

    def recognise(self, audio: Audio, language: str) -> tuple[Segment, ...]:
        """As ``recognise_all``, one sound."""
        return self.recognise_all([audio], language)[0]

    def recognise_all(
        self, sounds: Sequence[Audio], language: str
    ) -> tuple[tuple[Segment, ...], ...]:
        """Temperature 0, no memory of earlier text, nothing dropped in silence.

        Each sound is one segment, its words timed by the decoder's attention.
        """
        import numpy as np

        if not any(sound.size for sound in sounds):
            return tuple(() for _ in sounds)
        settings = self._settings
        ends = [int(end) for end in np.cumsum([sound.size for sound in sounds])]
        starts = [0, *ends[:-1]]
        clips = [
            {"start": (start + 0.5) / SAMPLE_RATE, "end": (end + 0.5) / SAMPLE_RATE}
            for start, end in zip(starts, ends, strict=True)
        ]
        segments, _ = self._pipeline.transcribe(
            np.concatenate(sounds),
            language=language,
            task="transcribe",
            beam_size=settings.beam_size,
            temperature=0.0,
            initial_prompt=settings.prompt if language == "zh" else None,
            without_timestamps=True,
            word_timestamps=True,
            vad_filter=False,
            clip_timestamps=clips,
            batch_size=self.batch,
        )
        # It names a sound by where it starts, in hundredths of a second.
        seeks = [int(start / SAMPLE_RATE * 100) for start in starts]
        found: list[list[Segment]] = [[] for _ in sounds]
        for segment in segments:
            number = bisect_right(seeks, segment.seek) - 1
            found[number].append(_segment(segment, starts[number] / SAMPLE_RATE))
        return tuple(tuple(one) for one in found)


class _Encoder:
    """WhisperModel.encode with a memory of the last few sounds.

    Features come in the shape (sounds, bands, frames), what the encoder makes of them
    as (sounds, states, width).
    """

    def __init__(self, encode: Callable[[Any], Any]) -> None:
        self._encode = encode
        self._known: dict[bytes, Any] = {}

    def __call__(self, features: Any) -> Any:
        import ctranslate2
        import numpy as np

        names = [hashlib.blake2b(one.tobytes(), digest_size=16).digest() for one in features]
        fresh = [n for n, name in enumerate(names) if name not in self._known]
        if fresh:
            made = np.array(self._encode(np.ascontiguousarray(features[fresh])))
            known = dict(zip((names[n] for n in fresh), made, strict=True))
            self._known = {**dict(list(self._known.items())[-_REMEMBERED:]), **known}
        return ctranslate2.StorageView.from_array(np.stack([self._known[n] for n in names]))


def _segment(found: Any, starts_s: float) -> Segment:
    """A segment of theirs in ours, its times from the start of its own sound."""

    def own(seconds: float) -> int:
        return max(0, round((seconds - starts_s) * 1000))

    words = tuple(
        Word(
            start_ms=own(word.start),
            end_ms=own(word.end),
            text=word.word,
            probability=round(float(word.probability), 4),
        )
        for word in found.words or ()
    )
    return Segment(
        start_ms=own(found.start),
        end_ms=own(found.end),
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
    return " ".join((*versions, _COMPUTE_TYPE, "whole windows"))


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
