"""A Hugging Face model of the user's own for spoken Tibetan, from a local folder.

Either a CTC model (wav2vec2 and its kin) or a fine-tuned Whisper, as
``transformers`` saves them. No code that comes with a model is run, nothing is
fetched, and weights that are pickled are read as tensors only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from bilingual.asr.base import Engine, Recogniser, Weights, by_path
from bilingual.asr.vad import SAMPLE_RATE
from bilingual.budget import threads
from bilingual.config import Asr
from bilingual.errors import ModelError
from bilingual.model import Segment, Word

if TYPE_CHECKING:
    from bilingual.asr.base import Audio

_TSHEG: Final = "\u0f0b"
_MAX_NEW_TOKENS: Final = 220
"""Tokens of a window of Whisper: half of the 448 that its decoder has room for."""


class CtcModel:
    """A loaded CTC model, decoded greedily: a token where it is likeliest."""

    def __init__(self, weights: Weights, settings: Asr) -> None:
        import torch
        from transformers import AutoFeatureExtractor, AutoModelForCTC, AutoTokenizer

        torch.set_num_threads(threads(settings.threads))
        local = {"local_files_only": True, "trust_remote_code": False}
        self._features: Any = AutoFeatureExtractor.from_pretrained(weights.path, **local)
        self._tokenizer: Any = AutoTokenizer.from_pretrained(weights.path, **local)
        self._model: Any = AutoModelForCTC.from_pretrained(weights.path, **local).eval()
        if self._features.sampling_rate != SAMPLE_RATE:
            raise ValueError(f"sampling rate {self._features.sampling_rate}, not {SAMPLE_RATE}")

    def language_scores(self, audio: Audio) -> Mapping[str, float]:
        """None: it takes everything for the language that it was trained on."""
        return {}

    def recognise(self, audio: Audio, language: str) -> tuple[Segment, ...]:
        """One segment for the piece, with a word for each syllable and its time."""
        import torch

        inputs = self._features(audio, sampling_rate=SAMPLE_RATE, return_tensors="pt")
        with torch.inference_mode():
            scores = self._model(**inputs).logits[0].log_softmax(dim=-1)
        best = scores.max(dim=-1)
        frames = [(int(i), float(s)) for i, s in zip(best.indices, best.values, strict=True)]
        step = audio.size * 1000 / SAMPLE_RATE / max(1, len(frames))
        marks = list(self._marks(frames))
        if not marks:
            return ()
        words = tuple(_syllables(marks, step))
        return (
            Segment(
                start_ms=words[0].start_ms if words else 0,
                end_ms=words[-1].end_ms if words else round(len(frames) * step),
                text="".join(text for text, *_ in marks).strip(),
                avg_logprob=sum(score for *_, score in marks) / len(marks),
                words=words,
            ),
        )

    def _marks(self, frames: list[tuple[int, float]]) -> Iterator[tuple[str, int, int, float]]:
        """Text, first frame, frame behind the last, mean log probability of each token."""
        blank = self._tokenizer.pad_token_id
        special = set(self._tokenizer.all_special_ids)
        delimiter = getattr(self._tokenizer, "word_delimiter_token", None)
        start = 0
        while start < len(frames):
            token, end = frames[start][0], start + 1
            while end < len(frames) and frames[end][0] == token:
                end += 1
            if token != blank and token not in special:
                text = str(self._tokenizer.convert_ids_to_tokens(token))
                # SentencePiece marks the beginning of a word so.
                text = " " if text == delimiter else text.replace("\u2581", " ")
                mean = sum(score for _, score in frames[start:end]) / (end - start)
                yield text, start, end, mean
            start = end


def _syllables(marks: list[tuple[str, int, int, float]], step: float) -> Iterator[Word]:
    """The tokens put together up to each tsheg or space."""
    import math

    run: list[tuple[str, int, int, float]] = []
    for mark in [*marks, None]:
        if mark is not None and (mark[0].strip() or not run):
            run.append(mark)
        ends = mark is None or not mark[0].strip() or mark[0].endswith(_TSHEG)
        if run and ends:
            text = "".join(part[0] for part in run).strip()
            if text:
                yield Word(
                    start_ms=round(run[0][1] * step),
                    end_ms=round(run[-1][2] * step),
                    text=text,
                    probability=round(math.exp(sum(p[3] for p in run) / len(run)), 4),
                )
            run = []


class WhisperFineTune:
    """A loaded Whisper as ``transformers`` saves it, decoded greedily."""

    def __init__(self, weights: Weights, settings: Asr) -> None:
        import torch
        from transformers import AutoModelForSpeechSeq2Seq, AutoProcessor

        torch.set_num_threads(threads(settings.threads))
        local = {"local_files_only": True, "trust_remote_code": False}
        self._processor: Any = AutoProcessor.from_pretrained(weights.path, **local)
        self._model: Any = AutoModelForSpeechSeq2Seq.from_pretrained(weights.path, **local).eval()

    def language_scores(self, audio: Audio) -> Mapping[str, float]:
        """None: a fine-tuned model's own guess is worth nothing."""
        return {}

    def recognise(self, audio: Audio, language: str) -> tuple[Segment, ...]:
        """One segment for the piece, without times of words."""
        import torch

        inputs = self._processor(audio, sampling_rate=SAMPLE_RATE, return_tensors="pt")
        with torch.inference_mode():
            found = self._model.generate(
                inputs.input_features,
                max_new_tokens=_MAX_NEW_TOKENS,
                do_sample=False,
                num_beams=1,
                return_dict_in_generate=True,
                output_scores=True,
            )
        text = self._processor.batch_decode(found.sequences, skip_special_tokens=True)[0].strip()
        if not text:
            return ()
        chosen = self._model.compute_transition_scores(
            found.sequences, found.scores, normalize_logits=True
        )[0]
        return (
            Segment(
                start_ms=0,
                end_ms=round(audio.size * 1000 / SAMPLE_RATE),
                text=text,
                avg_logprob=float(chosen.mean()) if chosen.numel() else None,
            ),
        )


def _load(weights: Weights, settings: Asr) -> Recogniser:
    try:
        with weights.as_hashed() as folder:
            described = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            whisper = described.get("model_type") == "whisper"
            opened = replace(weights, path=folder)
            return WhisperFineTune(opened, settings) if whisper else CtcModel(opened, settings)
    except ModelError:
        raise
    except Exception as error:  # transformers raises whatever its parts raise
        raise ModelError(
            "model-not-loadable",
            path=str(weights.path),
            engine=ENGINE.name,
            detail=f"{type(error).__name__}: {error}"[:300],
        ) from error


def _fingerprint(settings: Asr) -> str:
    return " ".join(f"{name} {version(name)}" for name in ("transformers", "torch"))


ENGINE = Engine(
    name="huggingface",
    package="transformers",
    besides=("torch",),
    extra="tibetan-asr",
    rank=9,
    languages=frozenset({"bo"}),
    weights=by_path,
    load=_load,
    fingerprint=_fingerprint,
)
