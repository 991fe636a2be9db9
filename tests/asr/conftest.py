"""Sounds made here, a recogniser made here, and the real weights where they can be had."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import as_file
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bilingual import weights
from bilingual.asr import base, registry, tibetan
from bilingual.config import Asr, Config, MediaLimits
from bilingual.errors import ModelError
from bilingual.media.audio import read_audio
from bilingual.model import Segment, Word
from bilingual.plugins import Plugins
from bilingual.sample.script import ASSETS, script

Audio = NDArray[np.float32]
RATE = 16_000

# Sentences of the sample's narration, by number; none has a numeral in it, which
# recognisers write in digits.
SENTENCES = (0, 13, 19, 21, 26)


def silence(seconds: float) -> Audio:
    return np.zeros(int(seconds * RATE), dtype=np.float32)


def voice(seconds: float, pitch: float = 130.0) -> Audio:
    """Something Silero takes for a voice: a buzz through moving formants, in syllables."""
    time = np.arange(int(seconds * RATE)) / RATE
    wobble = pitch * (1 + 0.12 * np.sin(2 * np.pi * 0.9 * time))
    phase = 2 * np.pi * np.cumsum(wobble) / RATE
    sound = np.zeros_like(time)
    first = 500 + 250 * np.sin(2 * np.pi * 2.3 * time)
    second = 1500 + 500 * np.sin(2 * np.pi * 1.7 * time + 1)
    for harmonic in range(1, 28):
        frequency = harmonic * pitch
        weight = np.exp(-(((frequency - first) / 150) ** 2)) + 0.5 * np.exp(
            -(((frequency - second) / 200) ** 2)
        )
        sound += (weight + 0.02) * np.sin(harmonic * phase)
    syllables = np.clip(1.2 * np.sin(2 * np.pi * 2.2 * time) ** 2, 0.05, 1)
    loud: Audio = (0.3 * sound * syllables / np.abs(sound).max()).astype(np.float32)
    return loud


@pytest.fixture(scope="session")
def clips() -> Mapping[str, Audio]:
    """Mandarin sentences and how they sound, cut from the sample's narration."""
    with as_file(ASSETS / "narration.ogg") as path:
        audio = read_audio(path, MediaLimits())
    spoken = script().sentences
    return {
        spoken[n].zh: audio[
            spoken[n].span.start_ms * RATE // 1000 : spoken[n].span.end_ms * RATE // 1000
        ]
        for n in SENTENCES
    }


@pytest.fixture(scope="session")
def base_weights() -> Path:
    """Whisper base, fetched once; skipped where it cannot be had and need not be."""
    try:
        return weights.fetch("base")
    except ModelError as error:
        if os.environ.get("BILINGUAL_REQUIRE_MODELS"):
            raise
        pytest.skip(f"Whisper base cannot be had here: {error}")


MANDARIN = {"zh": 0.98, "en": 0.02}
Script = Callable[[Audio], tuple[Segment, ...]]


class FakeRecogniser:
    """Says what its script says; counts how often it is asked."""

    def __init__(self, script: Script, scores: Mapping[str, float]) -> None:
        self.script, self.scores = script, scores
        self.heard: list[int] = []
        self.asked_language = 0

    def language_scores(self, audio: Audio) -> Mapping[str, float]:
        self.asked_language += 1
        return self.scores

    def recognise(self, audio: Audio, language: str) -> tuple[Segment, ...]:
        assert language in ("zh", "bo")
        self.heard.append(audio.size)
        return self.script(audio)


class FakeBatchRecogniser(FakeRecogniser):
    """The same for several sounds at once; keeps how many it was given each time."""

    def __init__(self, script: Script, scores: Mapping[str, float], batch: int) -> None:
        super().__init__(script, scores)
        self.batch, self.batches = batch, list[int]()

    def recognise_all(
        self, sounds: Sequence[Audio], language: str
    ) -> tuple[tuple[Segment, ...], ...]:
        self.batches.append(len(sounds))
        return tuple(self.recognise(sound, language) for sound in sounds)


class Booth:
    """A made-up engine in place of the real ones."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        self._monkeypatch, self._tmp = monkeypatch, tmp_path
        self.loads = 0

    def install(
        self, script: Script, scores: Mapping[str, float] | None = None, **changes: Any
    ) -> FakeRecogniser:
        recogniser = FakeRecogniser(script, scores or MANDARIN)
        self._install(recogniser, **changes)
        return recogniser

    def install_batch(self, script: Script, batch: int) -> FakeBatchRecogniser:
        recogniser = FakeBatchRecogniser(script, MANDARIN, batch)
        self._install(recogniser)
        return recogniser

    def _install(self, recogniser: FakeRecogniser, **changes: Any) -> None:
        def load(found: base.Weights, settings: Asr) -> base.Recogniser:
            self.loads += 1
            return recogniser

        facts: dict[str, Any] = {
            "name": "fake",
            "package": "json",
            "extra": "fast-asr",
            "rank": 0,
            "languages": frozenset({"zh"}),
            "weights": lambda name: base.Weights(name=name, path=self._tmp, sha256="0" * 64),
            "load": load,
            "fingerprint": lambda settings: "fake 1",
        }
        engine = base.Engine(**(facts | changes))
        found = Plugins(kind="engine", found={engine.name: engine})
        for module in (registry, tibetan):
            self._monkeypatch.setattr(module, "engines", lambda: found)


@pytest.fixture
def booth(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Booth:
    monkeypatch.setenv("BILINGUAL_CACHE", str(tmp_path / "cache"))
    return Booth(monkeypatch, tmp_path)


def config(**asr: Any) -> Config:
    import msgspec

    whole = Config.load()
    return msgspec.structs.replace(whole, asr=msgspec.structs.replace(whole.asr, **asr))


def said(text: str, start: int = 0, end: int = 2000, **figures: Any) -> Segment:
    """A segment as Whisper gives it, a word a character."""
    step = (end - start) / max(1, len(text))
    words = tuple(
        Word(
            start_ms=round(start + i * step),
            end_ms=round(start + (i + 1) * step),
            text=char,
            probability=0.9,
        )
        for i, char in enumerate(text)
    )
    known: dict[str, Any] = {
        "avg_logprob": -0.2,
        "no_speech_prob": 0.05,
        "compression_ratio": 1.0,
        "words": words,
    }
    return Segment(start_ms=start, end_ms=end, text=text, **(known | figures))
