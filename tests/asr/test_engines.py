"""Both recognisers on speech, with the real weights."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from bilingual.asr import base, language, listen, registry
from bilingual.asr.base import Recogniser
from bilingual.asr.cer import character_error_rate
from bilingual.asr.engines import faster_whisper, whisper
from bilingual.config import Asr
from bilingual.errors import ModelError
from bilingual.model import Speech
from tests.asr.conftest import RATE, Audio, config, silence

pytestmark = [
    pytest.mark.slow,
    # ctranslate2 and numba, not ours.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning:torch"),
    # whisper's tokenizer leaves its file to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
ENGINES = {"faster-whisper": faster_whisper.ENGINE, "whisper": whisper.ENGINE}


@pytest.fixture(scope="module", params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> base.Engine:
    found = ENGINES[request.param]
    pytest.importorskip(found.package)
    return found


@pytest.fixture(scope="module")
def recogniser(engine: base.Engine, base_weights: Path) -> Recogniser:
    return engine.load(engine.weights("base"), Asr())


@pytest.fixture(scope="module")
def narration(clips: Mapping[str, Audio]) -> Audio:
    return np.concatenate([part for clip in clips.values() for part in (clip, silence(1))])


@pytest.fixture(scope="module")
def speech(engine: base.Engine, base_weights: Path, narration: Audio) -> Speech:
    found, absence = listen(narration, config(engine=engine.name, cache=False))
    assert absence is None
    return found


def test_it_writes_down_what_was_said(
    engine: base.Engine, speech: Speech, clips: Mapping[str, Audio]
) -> None:
    assert (speech.engine, speech.model) == (engine.name, "base")
    assert len(speech.model_sha256 or "") == 64
    assert speech.segments is not None
    heard = "".join(s.text for s in speech.segments if s.reliable)
    errors, length = character_error_rate("".join(clips), heard)
    assert length > 40
    assert errors / length < 0.25


def test_it_knows_mandarin(speech: Speech) -> None:
    assert language.judge(speech) == "mandarin"
    assert speech.language_scores["zh"] > 0.9


def test_speech_backwards_is_no_mandarin(recogniser: Recogniser, narration: Audio) -> None:
    scores = recogniser.language_scores(narration[::-1].copy())
    assert scores["zh"] < 0.8
    assert sum(scores.values()) == pytest.approx(1, abs=0.01)
    assert len(scores) >= 99


def test_segments_carry_figures_and_word_times(speech: Speech) -> None:
    assert speech.segments
    for segment in speech.segments:
        assert segment.avg_logprob is not None
        assert segment.avg_logprob < 0
        assert segment.no_speech_prob is not None
        assert 0 <= segment.no_speech_prob <= 1
        assert segment.compression_ratio is not None
        assert 0 <= segment.start_ms <= segment.end_ms <= speech.duration_ms
        times = [t for w in segment.words for t in (w.start_ms, w.end_ms)]
        assert times == sorted(times)
        assert len(segment.text) <= 40


def test_what_it_invents_on_silence_is_not_trusted(recogniser: Recogniser) -> None:
    from bilingual.asr.guards import judge

    hum = 1e-3 * np.random.default_rng(2).normal(size=8 * RATE)
    for segment in recogniser.recognise(hum.astype(np.float32), "zh"):
        assert not judge(segment, Asr()).reliable, segment


def test_auto_takes_the_faster(base_weights: Path) -> None:
    pytest.importorskip("faster_whisper")
    engine, found = registry.choose(Asr())
    assert (engine.name, found.name) == ("faster-whisper", "base")
    assert found.sha256.startswith("d01c3014")


def test_a_checkpoint_that_is_none_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("whisper")
    import pickle

    file = tmp_path / "evil.pt"
    file.write_bytes(pickle.dumps(print))
    with pytest.raises(ModelError, match="cannot load the model"):
        whisper.ENGINE.load(whisper.ENGINE.weights(str(file)), Asr())
    found = whisper.ENGINE.weights(str(file))
    file.write_bytes(b"swapped after it was hashed")
    with pytest.raises(ModelError, match="not the registered one"):
        whisper.ENGINE.load(found, Asr())


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("faster_whisper")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="cannot load the model"):
        faster_whisper.ENGINE.load(faster_whisper.ENGINE.weights(str(tmp_path)), Asr())
    with pytest.raises(ModelError, match="cannot be converted"):
        whisper.ENGINE.weights(str(tmp_path))


@pytest.mark.parametrize(
    ("tokens", "found", "reached"),
    [
        # Times are 0.02 s each, counted from 100; a segment lies between two of them.
        ([100, 1, 2, 150, 150, 3, 200], [(0.0, 1.0, [1, 2]), (1.0, 2.0, [3])], 2.0),
        ([100, 1, 150, 160, 3], [(0.0, 1.0, [1]), (1.2, 10.0, [3])], 10.0),
        ([1, 2, 150], [(0.0, 1.0, [1, 2])], 1.0),
        ([100, 1, 2], [(0.0, 10.0, [1, 2])], 10.0),
        ([100, 1, 900], [(0.0, 10.0, [1])], 10.0),  # not beyond the window
        ([], [], 10.0),
        ([100, 100], [], 10.0),  # no progress would never end
        ([100, 1, 100], [(0.0, 0.0, [1])], 10.0),
    ],
)
def test_a_windows_tokens_between_their_times(
    tokens: list[int], found: list[tuple[float, float, list[int]]], reached: float
) -> None:
    pytest.importorskip("whisper")
    assert whisper._timed(tokens, 100, 10.0) == (found, reached)
