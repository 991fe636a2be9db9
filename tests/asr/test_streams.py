"""Which sound stream is listened to, and what is heard of two channels."""

from __future__ import annotations

from importlib.resources import as_file
from pathlib import Path
from typing import Any

import ffmpeg
import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from bilingual.asr.spans import length_ms
from bilingual.asr.streams import Choice, choose_sound
from bilingual.asr.vad import speech_spans
from bilingual.config import Config
from bilingual.errors import InputError
from bilingual.media.audio import read_audio
from bilingual.media.ffmpeg import encode
from bilingual.media.probe import probe
from bilingual.sample.script import ASSETS
from tests.media.clips import picture, silence, tone

SECONDS = 12
CONFIG = Config.load()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("streams")


@pytest.fixture(scope="module")
def voice(folder: Path) -> Path:
    """Some seconds of the sample's narration."""
    path = folder / "voice.wav"
    with as_file(ASSETS / "narration.ogg") as whole:
        encode(ffmpeg.input(str(whole), ss=6, t=SECONDS).output(str(path), ac=1, ar=16_000))
    return path


def made(path: Path, *sounds: Any, **options: Any) -> Path:
    known = {"vcodec": "libx264", "preset": "ultrafast", "pix_fmt": "yuv420p", "acodec": "aac"}
    encode(ffmpeg.output(picture(seconds=SECONDS), *sounds, str(path), **(known | options)))
    return path


def chosen(path: Path, config: Config = CONFIG) -> Choice:
    return choose_sound(path, probe(path, config.media), config)


def with_stream(number: int) -> Config:
    return msgspec.structs.replace(
        CONFIG, media=msgspec.structs.replace(CONFIG.media, audio_stream=number)
    )


def speaks(choice: Choice) -> bool:
    return length_ms(speech_spans(choice.sound.samples)) > 5000


SECOND_DEFAULT = {"disposition:a:0": "0", "disposition:a:1": "default"}
CASES: dict[str, tuple[tuple[str, str], dict[str, Any], int]] = {
    "the second is the default": (("silence", "voice"), SECOND_DEFAULT, 2),
    "the first is the default and silent": (("silence", "voice"), {}, 2),
    "the first is the default and music": (("tone", "voice"), {}, 2),
    "both speak, the second is the default": (("voice", "voice"), SECOND_DEFAULT, 2),
    "both speak": (("voice", "voice"), {}, 1),
    "nobody speaks": (("silence", "tone"), {}, 2),
    "the first cannot be decoded": (("voice", "voice"), {"acodec:a:0": "adpcm_ms"}, 2),
}


@pytest.mark.parametrize("case", CASES)
def test_the_default_that_speaks_is_listened_to(case: str, voice: Path, folder: Path) -> None:
    kinds, options, expected = CASES[case]
    sounds = [
        {
            "voice": ffmpeg.input(str(voice)).audio,
            "tone": tone(SECONDS),
            "silence": silence(SECONDS),
        }[kind]
        for kind in kinds
    ]
    if "acodec:a:0" in options:
        options = {"acodec": "aac"} | {"c:a:0": options["acodec:a:0"]}
    path = made(folder / f"{list(CASES).index(case)}.mkv", *sounds, **options)
    choice = chosen(path)
    assert choice.media.audio_stream == choice.sound.stream == expected
    assert len(choice.media.audio) == 2
    assert speaks(choice) is ("voice" in kinds)
    if case == "the first cannot be decoded":
        assert [stream.decodes for stream in choice.media.audio] == [False, True]


def test_another_can_be_chosen(voice: Path, folder: Path) -> None:
    path = made(folder / "two.mp4", ffmpeg.input(str(voice)).audio, tone(SECONDS))
    assert chosen(path).sound.stream == 1
    choice = chosen(path, with_stream(2))
    assert (choice.media.audio_stream, speaks(choice)) == (2, False)
    with pytest.raises(InputError) as raised:
        chosen(path, with_stream(0))
    assert raised.value.code == "audio-stream-absent"
    assert raised.value.params["streams"] == ["1 (aac)", "2 (aac)"]


Mono = NDArray[np.float32]


def stereo(folder: Path, name: str, left: Mono, right: Mono) -> Choice:
    """What is chosen of a film with these two channels."""
    both = (np.stack((left, right), axis=1).clip(-1, 1) * 32767).astype("<i2")
    raw = ffmpeg.input("pipe:0", f="s16le", ac=2, ar=16_000)
    sound = folder / f"{name}.wav"
    encode(raw.output(str(sound)), stdin=both.tobytes())
    return chosen(made(folder / f"{name}.mp4", ffmpeg.input(str(sound)).audio))


@pytest.fixture(scope="module")
def said(voice: Path) -> Mono:
    return read_audio(voice, CONFIG.media)


@pytest.mark.parametrize(
    ("name", "left", "right", "found"),
    [
        ("inverted", 1, -1, ("cancelling", None)),
        ("inverted-and-softer", 1, -0.5, ("cancelling", None)),
        ("left-alone", 1, 0, ("silent", 1)),
        ("right-alone", 0, 1, ("silent", 0)),
        ("both", 1, 1, None),
        ("one-softer", 0.3, 1, None),
    ],
)
def test_channels(
    name: str,
    left: float,
    right: float,
    found: tuple[str, int | None] | None,
    said: Mono,
    folder: Path,
) -> None:
    choice = stereo(folder, name, said * left, said * right)
    assert speaks(choice)
    assert np.abs(choice.sound.samples).max() > 0.1
    faults = choice.sound.channels
    assert [(f.kind, f.channel) for f in faults] == ([] if found is None else [found])
    assert all(fault.share > 0.9 for fault in faults)


def test_an_inverted_voice_over_music_that_is_not(said: Mono, folder: Path) -> None:
    music = 0.03 * np.sin(np.arange(said.size) * 0.17, dtype=np.float32)
    choice = stereo(folder, "over-music", said + music, music - said)
    assert [fault.kind for fault in choice.sound.channels] == ["cancelling"]
    assert speaks(choice)


def test_a_channel_that_goes_silent_half_way(said: Mono, folder: Path) -> None:
    gone = said.copy()
    gone[6 * 16_000 :] = 0
    (fault,) = stereo(folder, "half-way", said, gone).sound.channels
    assert (fault.kind, fault.channel) == ("silent", 1)
    assert fault.start_ms == pytest.approx(6000, abs=1500)
    assert 0.2 < fault.share < 0.8


def test_stereo_that_is_wide_is_left_alone(said: Mono, folder: Path) -> None:
    side = np.random.default_rng(5).normal(0, 0.1, said.size).astype(np.float32)
    common = np.random.default_rng(6).normal(0, 0.1, said.size).astype(np.float32)
    assert stereo(folder, "wide", common + side, common - 0.9 * side).sound.channels == ()
    # Two voices, one on each side, as of a film with two languages.
    assert stereo(folder, "two-voices", said, said[::-1]).sound.channels == ()
