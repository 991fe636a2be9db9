"""Sounds get the answer that was recorded for them, however they were decoded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual.asr.vad import SAMPLE_RATE
from bilingual.model import Segment
from tests.golden import heard
from tests.golden.heard import Heard

if TYPE_CHECKING:
    from bilingual.asr.base import Audio


def sound(seconds: float, *levels: float) -> Audio:
    """Noise whose loudness changes in equal steps."""
    count = int(seconds * SAMPLE_RATE)
    noise = np.random.default_rng(1).uniform(-1, 1, count).astype(np.float32)
    steps = np.repeat(np.array(levels, dtype=np.float32), -(-count // len(levels)))[:count]
    return (noise * steps).astype(np.float32)


def kept(of: Audio, text: str) -> Heard:
    return heard.of_sound(of, segments=[Segment(start_ms=0, end_ms=5000, text=text)])


ONE, OTHER = sound(5, 0.5, 0.01, 0.5), sound(5, 0.01, 0.5, 0.01)
KEPT = [
    kept(ONE, "太阳"),
    kept(OTHER, "月亮"),
    Heard(seconds=5, loudness=[0] * 10, scores={"zh": 1}),
]


@given(st.integers(-1000, 1000), st.floats(0.95, 1.05))
def test_a_sound_is_known_when_it_is_cut_or_decoded_a_little_differently(
    cut: int, louder: float
) -> None:
    for own, text in ((ONE, "太阳"), (OTHER, "月亮")):
        changed = own[: len(own) + cut] if cut < 0 else np.pad(own, (0, cut))
        (segment,) = heard.answer(KEPT, changed * np.float32(louder), "segments")
        assert segment.text == text


@pytest.mark.parametrize(
    "other", [sound(6, 0.5, 0.01, 0.5), sound(5, 0.2), np.zeros(80_000, dtype=np.float32)]
)
def test_what_was_not_recorded_is_an_error(other: Audio) -> None:
    with pytest.raises(LookupError, match="--record"):
        heard.answer(KEPT, other, "segments")


def test_nothing_heard_is_an_answer() -> None:
    silent = Heard(seconds=5, loudness=[-60] * 10, segments=[])
    assert heard.answer([silent], np.zeros(80_000, dtype=np.float32), "segments") == []


def test_answers_are_kept_once(tmp_path: Path) -> None:
    path = tmp_path / "heard.jsonl"
    heard.keep(path, KEPT)
    heard.keep(path, KEPT[:1])
    assert heard.read(path) == KEPT
