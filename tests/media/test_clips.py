"""Clips of findings and the shape of the sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bilingual.config import MediaLimits
from bilingual.errors import MediaError
from bilingual.media.audio import read_audio
from bilingual.media.clips import clips
from bilingual.media.completeness import check
from bilingual.media.ffmpeg import encode
from bilingual.media.probe import probe
from bilingual.media.waveform import waveform
from bilingual.model import Media
from tests.media.clips import make, picture, silence, tone

LIMITS = MediaLimits(timeout_s=300)


def cut(path: Path, *spans: tuple[int, int]) -> dict[tuple[int, int], bytes]:
    return clips(path, probe(path, LIMITS), LIMITS, spans)


def looked_at(data: bytes, folder: Path) -> Media:
    path = folder / "cut-out.mp4"
    path.write_bytes(data)
    return check(path, probe(path, LIMITS), LIMITS)


def test_a_clip_is_the_piece_that_was_asked_for(tmp_path: Path) -> None:
    import ffmpeg

    # Two seconds of silence, then two of a tone: the sound tells which piece it is.
    sound = ffmpeg.concat(silence(2), tone(2), v=0, a=1)
    whole = make(tmp_path / "whole.mp4", picture(), sound)
    found = cut(whole, (500, 1500), (2500, 3500))
    assert set(found) == {(500, 1500), (2500, 3500)}
    loudest = []
    for data in found.values():
        media = looked_at(data, tmp_path)
        assert (media.duration_ms or 0) == pytest.approx(1000, abs=150)
        assert (media.video[0].codec, media.audio[0].codec) == ("h264", "aac")
        assert (media.video[0].display_width, media.video[0].display_height) == (426, 240)
        loudest.append(float(np.abs(read_audio(tmp_path / "cut-out.mp4", LIMITS)).max()))
    assert loudest[0] < 0.01 < 0.05 < loudest[1]


def test_a_clip_is_upright_where_the_video_is(tmp_path: Path) -> None:
    import ffmpeg

    flat = make(tmp_path / "flat.mp4", picture("160x90", 1))
    turned = tmp_path / "turned.mp4"
    encode(ffmpeg.input(str(flat), display_rotation=90).output(str(turned), c="copy"))
    (data,) = cut(turned, (0, 800)).values()
    video = looked_at(data, tmp_path).video[0]
    assert video.display_height / video.display_width == pytest.approx(16 / 9, rel=0.01)


def test_a_long_span_is_cut_short_and_one_past_the_end_left_out(clip: Path, tmp_path: Path) -> None:
    long = make(tmp_path / "long.mp4", picture("64x36", 20, 5))
    (data,) = cut(long, (0, 20_000)).values()
    assert (looked_at(data, tmp_path).duration_ms or 0) == pytest.approx(12_000, abs=300)
    assert set(cut(clip, (3000, 3900), (5000, 9000), (3_599_000, 3_600_000))) == {(3000, 3900)}


def test_without_a_picture_there_are_no_clips(tmp_path: Path) -> None:
    sound = make(tmp_path / "sound.wav", tone(1))
    assert cut(sound, (0, 900)) == {}


def test_a_clip_too_big_is_left_out(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bilingual.media.clips._OUTPUT_BYTES", 1000)
    assert cut(clip, (0, 900)) == {}


def test_a_file_that_is_gone_is_an_error(clip: Path, tmp_path: Path) -> None:
    media = probe(clip, LIMITS)
    with pytest.raises(MediaError, match=r"gone\.mp4"):
        clips(tmp_path / "gone.mp4", media, LIMITS, [(0, 900)])


def test_the_waveform_is_loud_where_the_sound_is(tmp_path: Path) -> None:
    import ffmpeg

    path = make(tmp_path / "half.wav", ffmpeg.concat(silence(1), tone(1), v=0, a=1))
    peaks = waveform(path, LIMITS, points=10)
    assert len(peaks) == 10
    assert max(peaks[:4]) == 0
    assert min(peaks[6:]) > 0.1
    assert max(peaks) <= 1


def test_the_waveform_of_next_to_nothing(tmp_path: Path) -> None:
    path = make(tmp_path / "short.wav", tone(0.01))
    assert 0 < len(waveform(path, LIMITS)) <= 40
