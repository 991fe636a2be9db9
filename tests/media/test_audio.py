"""Sound as an array."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bilingual.config import MediaLimits
from bilingual.errors import MediaError
from bilingual.media.audio import read_audio
from tests.media.clips import make, picture, tone

LIMITS = MediaLimits()


@pytest.mark.parametrize("ending", ["mp4", "mkv", "mov", "wav", "flac", "mp3", "m4a", "opus"])
def test_a_tone_comes_out_as_it_went_in(clips: Path, ending: str) -> None:
    video = ending in ("mp4", "mkv", "mov")
    path = clips / f"tone.{ending}"
    options = (
        {"acodec": {"opus": "libopus"}.get(ending, "aac")} if ending in ("opus", "m4a") else {}
    )
    make(path, *([picture(seconds=2)] if video else []), tone(2), **options)
    audio = read_audio(path, LIMITS)
    assert audio.dtype == np.float32
    assert audio.ndim == 1
    assert len(audio) == pytest.approx(32_000, abs=1600)
    middle = audio[8000:24_000]
    assert np.abs(middle).max() == pytest.approx(0.125, abs=0.03)
    spectrum = np.abs(np.fft.rfft(middle))
    assert np.fft.rfftfreq(len(middle), 1 / 16_000)[spectrum.argmax()] == pytest.approx(440, abs=2)


def test_rate_and_mixing(tmp_path: Path) -> None:
    import ffmpeg

    left = ffmpeg.input("sine=frequency=440:duration=1", f="lavfi")
    right = ffmpeg.input("anullsrc=r=44100:cl=mono", f="lavfi", t=1)
    both = ffmpeg.filter([left, right], "join", inputs=2, channel_layout="stereo")
    path = make(tmp_path / "x.wav", both)
    audio = read_audio(path, LIMITS, sample_rate=8000)
    assert len(audio) == pytest.approx(8000, abs=100)
    assert 0.04 < np.abs(audio).max() < 0.13


def test_progress_counts_seconds(clip: Path) -> None:
    reported: list[tuple[str, float, float | None]] = []
    read_audio(clip, LIMITS, progress=lambda *a: reported.append(a))
    assert {stage for stage, _, _ in reported} == {"audio"}
    assert [done for _, done, _ in reported] == sorted(done for _, done, _ in reported)
    assert reported[-1][1] == pytest.approx(4, abs=0.1)


def test_a_callback_that_raises_leaves_nothing_running(clip: Path) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_audio(clip, LIMITS, progress=stop)


def test_without_sound(clips: Path) -> None:
    path = make(clips / "mute.mp4", picture(seconds=1))
    with pytest.raises(MediaError) as raised:
        read_audio(path, LIMITS)
    assert raised.value.code == "media-no-audio"


def test_too_long(clip: Path) -> None:
    with pytest.raises(MediaError) as raised:
        read_audio(clip, MediaLimits(max_duration_ms=2000))
    assert raised.value.code in ("media-too-long", "media-output-limit")
    assert len(read_audio(clip, MediaLimits(max_duration_ms=4100))) > 60_000
