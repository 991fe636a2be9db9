"""Where somebody speaks, and the pieces that are cut from it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual import weights
from bilingual.asr import vad
from bilingual.asr.pieces import pieces_of
from bilingual.config import Vad
from bilingual.errors import ModelError
from bilingual.model import Span
from bilingual.weights import registry, store
from tests.asr.conftest import RATE, silence, voice

RNG = np.random.default_rng(7)


def test_a_voice_between_silences_is_found_on_time() -> None:
    audio = np.concatenate([silence(1), voice(3), silence(1), voice(2, 180), silence(0.5)])
    spans = vad.speech_spans(audio)
    assert len(spans) == 2
    for span, (start, end) in zip(spans, [(1000, 4000), (5000, 7000)], strict=True):
        assert abs(span.start_ms - start) <= 100
        assert abs(span.end_ms - end) <= 150


@pytest.mark.parametrize(
    "sound",
    [
        silence(5),
        (0.05 * RNG.normal(size=5 * RATE)).astype(np.float32),
        np.sin(2 * np.pi * 440 * np.arange(5 * RATE) / RATE).astype(np.float32) * 0.3,
        np.zeros(0, dtype=np.float32),
        np.full(RATE, np.nan, dtype=np.float32),
        np.full(RATE, np.inf, dtype=np.float32),
    ],
    ids=["silence", "noise", "tone", "empty", "nan", "inf"],
)
def test_what_is_no_voice_is_no_speech(sound: np.ndarray) -> None:
    assert vad.speech_spans(sound) == ()


def test_blocks_do_not_show() -> None:
    """More than one block of frames gives what one long run would."""
    audio = np.concatenate([silence(0.7), voice(12), silence(1), voice(9, 110)])
    shift = vad.FRAME_SAMPLES * 8
    whole = vad.speech_probabilities(audio)
    padded = vad.speech_probabilities(np.concatenate([np.zeros(shift, np.float32), audio]))
    assert whole.size == -(-audio.size // vad.FRAME_SAMPLES)
    assert np.abs(padded[8:] - whole).mean() < 0.02


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="16000 Hz"):
        vad.speech_spans(silence(1), 8000)
    with pytest.raises(ValueError, match="mono"):
        vad.speech_probabilities(np.zeros((2, 100), dtype=np.float32))


def test_progress_reaches_the_end() -> None:
    reported: list[tuple[float, float]] = []
    vad.speech_probabilities(silence(40), progress=lambda *args: reported.append(args))
    assert reported[-1] == (40.0, 40.0)
    assert len(reported) == 3


def test_an_altered_model_is_not_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    copytree(weights.models_folder(), folder)
    file = folder / "silero-vad" / "silero_vad_16k_sequence.onnx"
    data = bytearray(file.read_bytes())
    data[1000] ^= 1
    file.write_bytes(bytes(data))
    for module in (registry, store):
        monkeypatch.setattr(module, "models_folder", lambda: folder)
    vad._session.cache_clear()
    try:
        with pytest.raises(ModelError, match="not the registered one"):
            vad.speech_spans(silence(1))
    finally:
        vad._session.cache_clear()


probabilities = st.lists(st.sampled_from([0.0, 0.1, 0.3, 0.45, 0.55, 0.9, 1.0]), max_size=200).map(
    lambda values: np.array(values, dtype=np.float32)
)


@given(probabilities, st.integers(0, 400), st.integers(0, 400))
def test_spans_are_in_order_apart_and_long_enough(
    values: np.ndarray, min_speech: int, min_silence: int
) -> None:
    settings = Vad(min_speech_ms=min_speech, min_silence_ms=min_silence)
    duration = vad.frame_ms(values.size)
    spans = vad.spans_of(values, duration, settings)
    assert all(s.duration_ms >= min_speech for s in spans)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(spans))
    assert all(s.start_ms >= 0 and s.end_ms <= duration for s in spans)


def test_hysteresis_holds_a_voice_that_wavers() -> None:
    wavering = np.array([0.0] * 5 + [0.9] * 10 + [0.45] * 20 + [0.9] * 10 + [0.0] * 20)
    spans = vad.spans_of(wavering.astype(np.float32), 2080, Vad())
    assert len(spans) == 1
    steep = vad.spans_of(wavering.astype(np.float32), 2080, Vad(end_threshold=0.5))
    assert len(steep) == 2


@given(
    st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 60_000)), max_size=12),
    st.integers(5000, 30_000),
    st.integers(0, 300),
)
def test_pieces_hold_all_speech_and_are_never_too_long(
    gaps: list[tuple[int, int]], max_ms: int, pad_ms: int
) -> None:
    spans, at = [], 0
    for gap, length in gaps:
        spans.append(Span(start_ms=at + gap, end_ms=at + gap + length))
        at += gap + length
    values = RNG.random(at // 32 + 2).astype(np.float32)
    pieces = pieces_of(spans, values, max_ms=max_ms, pad_ms=pad_ms, duration_ms=at)
    assert all(0 < p.duration_ms <= max_ms for p in pieces)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(pieces))
    for span in spans:
        covered = sum(
            max(0, min(span.end_ms, p.end_ms) - max(span.start_ms, p.start_ms)) for p in pieces
        )
        assert covered == span.duration_ms


def test_a_long_span_is_cut_where_the_voice_is_least_likely() -> None:
    values = np.full(2000, 0.95, dtype=np.float32)
    values[700:710] = 0.6  # at 22.4–22.7 s
    span = Span(start_ms=0, end_ms=50_000)
    first, *_ = pieces_of([span], values, max_ms=28_000, pad_ms=0, duration_ms=64_000)
    assert 22_400 <= first.end_ms <= 22_720


def test_a_long_pause_parts_two_pieces() -> None:
    near = [Span(start_ms=0, end_ms=2000), Span(start_ms=3000, end_ms=5000)]
    far = [Span(start_ms=0, end_ms=2000), Span(start_ms=9000, end_ms=11_000)]
    values = np.zeros(400, dtype=np.float32)
    assert len(pieces_of(near, values, max_ms=28_000, pad_ms=0, duration_ms=12_000)) == 1
    assert len(pieces_of(far, values, max_ms=28_000, pad_ms=0, duration_ms=12_000)) == 2
