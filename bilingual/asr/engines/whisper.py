"""OpenAI's own Whisper (openai-whisper, on torch)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from bilingual.asr.base import MIN_WINDOW_S, Engine, Weights, by_path, is_path, registered
from bilingual.asr.vad import SAMPLE_RATE
from bilingual.budget import threads
from bilingual.config import Asr
from bilingual.errors import ModelError
from bilingual.model import Segment, Word
from bilingual.weights import cache_folder, entry, is_present, sha256_of
from bilingual.weights.private import private_folder

if TYPE_CHECKING:
    from bilingual.asr.base import Audio

_WINDOW_SAMPLES = 30 * SAMPLE_RATE
_TIMESTAMP_S = 0.02


class OpenAIWhisper:
    """A loaded openai-whisper model, float32 on the processor."""

    def __init__(self, weights: Weights, settings: Asr) -> None:
        import torch
        from whisper.model import ModelDimensions, Whisper

        self._settings = settings
        # What was hashed is what is read: no second look at the file.
        data = _checked_bytes(weights)
        try:
            checkpoint = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
            model = Whisper(ModelDimensions(**checkpoint["dims"]))
            model.load_state_dict(checkpoint["model_state_dict"])
        except Exception as error:  # torch raises whatever its unpickler meets
            raise ModelError(
                "model-not-loadable",
                path=str(weights.path),
                engine=ENGINE.name,
                detail=f"{type(error).__name__}: {error}"[:300],
            ) from error
        model.eval()
        _set_alignment_heads(model, weights.name, checkpoint.get("alignment_heads"))
        self._model: Any = model
        torch.set_num_threads(threads(settings.threads))

    def language_scores(self, audio: Audio) -> Mapping[str, float]:
        """Whisper's probabilities over the languages it knows."""
        import whisper

        mel = whisper.log_mel_spectrogram(whisper.pad_or_trim(audio), self._model.dims.n_mels)
        _, scores = self._model.detect_language(mel)
        return {str(language): float(score) for language, score in scores.items()}

    def recognise(self, audio: Audio, language: str) -> tuple[Segment, ...]:
        """Temperature 0, no memory of earlier text, nothing dropped in silence.

        ``whisper.transcribe`` goes on decoding whatever is left after the last
        word, however short, and invents there; so the windows are ours.
        """
        import whisper
        from whisper.tokenizer import get_tokenizer

        settings = self._settings
        tokenizer = get_tokenizer(
            self._model.is_multilingual,
            num_languages=self._model.num_languages,
            language=language,
            task="transcribe",
        )
        options = whisper.DecodingOptions(
            language=language,
            task="transcribe",
            temperature=0.0,
            beam_size=settings.beam_size,
            prompt=tokenizer.encode(" " + settings.prompt.strip()) if language == "zh" else None,
            fp16=False,
        )
        found: list[Segment] = []
        start = 0
        while audio.size - start >= MIN_WINDOW_S * SAMPLE_RATE or start == 0:
            window = audio[start : start + _WINDOW_SAMPLES]
            heard, used = _decode(self._model, tokenizer, options, window, start)
            found += heard
            start += used
        return tuple(found)


def _decode(
    model: Any, tokenizer: Any, options: Any, audio: Audio, start: int
) -> tuple[list[Segment], int]:
    """One window: its segments in the time of the whole, and the samples used up."""
    import whisper
    from whisper.audio import HOP_LENGTH, N_FRAMES
    from whisper.timing import add_word_timestamps

    mel = whisper.log_mel_spectrogram(whisper.pad_or_trim(audio), model.dims.n_mels)
    result = whisper.decode(model, mel, options)
    seconds = audio.size / SAMPLE_RATE
    raw, used = _timed(result.tokens, tokenizer.timestamp_begin, seconds)
    offset = start / SAMPLE_RATE
    segments = [
        {
            "seek": 0,
            "start": first,
            "end": last,
            "text": tokenizer.decode([t for t in tokens if t < tokenizer.eot]),
            "tokens": tokens,
        }
        for first, last, tokens in raw
    ]
    if segments:
        # It wants the frames that are sound, not padding, and the window's times.
        add_word_timestamps(
            segments=segments,
            model=model,
            tokenizer=tokenizer,
            mel=mel,
            num_frames=min(N_FRAMES, audio.size // HOP_LENGTH),
            prepend_punctuations="\"'“¿([{-",
            append_punctuations="\"'.。,，!！?？:：”)]}、",
            last_speech_timestamp=0.0,
        )
    return [_segment(s, result, offset) for s in segments], round(used * SAMPLE_RATE)


def _timed(
    tokens: list[int], timestamp_begin: int, seconds: float
) -> tuple[list[tuple[float, float, list[int]]], float]:
    """A window's tokens as (start, end, tokens) in seconds, and how far they reach.

    As openai-whisper reads them: a segment lies between two timestamps; where
    the last one has none after it, it reaches to the window's end.
    """
    found: list[tuple[float, float, list[int]]] = []
    first: float | None = None
    words: list[int] = []
    for token in tokens:
        if token < timestamp_begin:
            words.append(token)
            continue
        time = min((token - timestamp_begin) * _TIMESTAMP_S, seconds)
        if words:
            found.append((first or 0.0, time, words))
            words = []
        first = time
    if words:
        found.append((first or 0.0, seconds, words))
        return found, seconds
    # Speech after the last timestamp is decoded anew; a window without any
    # progress would never end.
    reached = found[-1][1] if found else seconds
    return found, reached if reached > 0 else seconds


def _checked_bytes(weights: Weights) -> bytes:
    import hashlib

    try:
        data = weights.path.read_bytes()
    except OSError as error:
        raise ModelError(
            "model-unreadable", path=str(weights.path), detail=str(error.strerror)
        ) from error
    found = hashlib.sha256(data).hexdigest()
    if found != weights.sha256:
        raise ModelError(
            "model-hash-mismatch",
            name=weights.name,
            path=str(weights.path),
            expected=weights.sha256,
            found=found,
        )
    return data


def _set_alignment_heads(model: Any, name: str, heads: list[list[int]] | None) -> None:
    """Which attention heads follow the words: the checkpoint's or OpenAI's own."""
    import torch
    import whisper

    if heads is not None:
        mask = torch.zeros(model.dims.n_text_layer, model.dims.n_text_head, dtype=torch.bool)
        for layer, head in heads:
            mask[layer, head] = True
        model.register_buffer("alignment_heads", mask.to_sparse(), persistent=False)
    elif name in whisper._ALIGNMENT_HEADS:
        model.set_alignment_heads(whisper._ALIGNMENT_HEADS[name])


def _segment(found: Mapping[str, Any], result: Any, offset: float) -> Segment:
    words = tuple(
        Word(
            start_ms=round((float(word["start"]) + offset) * 1000),
            end_ms=round((float(word["end"]) + offset) * 1000),
            text=word["word"],
            probability=round(float(word["probability"]), 4),
        )
        for word in found.get("words") or ()
    )
    return Segment(
        start_ms=round((float(found["start"]) + offset) * 1000),
        end_ms=round((float(found["end"]) + offset) * 1000),
        text=found["text"],
        avg_logprob=float(result.avg_logprob),
        no_speech_prob=float(result.no_speech_prob),
        compression_ratio=float(result.compression_ratio),
        words=words,
    )


def _weights(model: str) -> Weights:
    """OpenAI's checkpoint where it was fetched, else one made from CTranslate2's."""
    if is_path(model):
        found = by_path(model)
        return _converted(found, found.sha256[:16]) if found.path.is_dir() else found
    forms = entry(model).forms
    if "ctranslate2" in forms and not is_present(model, "openai"):
        return _converted(registered(model, "ctranslate2"), entry(model).name)
    return registered(model, "openai")


def _converted(source: Weights, folder: str) -> Weights:
    from bilingual.asr.convert import openai_checkpoint

    try:
        target = private_folder("converted", folder) / "openai.pt"
    except OSError as error:
        detail = error.strerror or str(error)
        place = str(cache_folder() / "converted")
        raise ModelError("model-cache-unwritable", path=place, detail=detail) from error
    model_bin = source.path / "model.bin"
    if not model_bin.is_file():
        raise ModelError("model-not-convertible", path=str(source.path), detail="model.bin")
    pinned = Weights(name=source.name, path=source.path, sha256=sha256_of(model_bin))
    return openai_checkpoint(pinned, target)


def _fingerprint(settings: Asr) -> str:
    return f"openai-whisper {version('openai-whisper')} torch {version('torch')}"


ENGINE = Engine(
    name="whisper",
    package="whisper",
    extra="asr",
    rank=2,
    languages=frozenset({"zh"}),
    weights=_weights,
    load=OpenAIWhisper,
    fingerprint=_fingerprint,
)
