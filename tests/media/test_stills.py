"""Stills for a human eye."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from bilingual.config import MediaLimits
from bilingual.errors import InputError
from bilingual.media.probe import probe
from bilingual.media.stills import credit_times, opening_and_closing, stills
from tests.media.clips import make, picture, tone

LIMITS = MediaLimits()


def size_of(jpeg: bytes) -> tuple[int, int]:
    """Width and height, from the frame header."""
    at = 2
    while jpeg[at + 1] not in (0xC0, 0xC1, 0xC2):
        at += 2 + struct.unpack_from(">H", jpeg, at + 2)[0]
    height, width = struct.unpack_from(">HH", jpeg, at + 5)
    return width, height


def test_stills_are_pictures_of_their_time(clip: Path) -> None:
    media = probe(clip, LIMITS)
    found = stills(clip, media, LIMITS, [0, 2000, 3900, 60_000], width=320)
    assert [s.at_ms for s in found] == [0, 2000, 3900]
    assert len({s.jpeg for s in found}) == 3
    assert {size_of(s.jpeg) for s in found} == {(320, 180)}


def test_they_look_as_they_are_shown(clips: Path) -> None:
    path = make(clips / "wide-pixels.mp4", picture("160x120", 1).filter("setsar", "4/3"))
    (still,) = stills(path, probe(path, LIMITS), LIMITS, [0], width=320)
    assert size_of(still.jpeg) == (320, 180)


def test_without_a_picture_there_are_none(clips: Path) -> None:
    path = make(clips / "only-sound.wav", tone(1))
    assert stills(path, probe(path, LIMITS), LIMITS, [0]) == ()


@pytest.mark.parametrize(
    ("duration", "times"),
    [
        (180_000, (1000, 4000, 8000, 172_000, 176_000, 179_000)),
        (9000, (1000, 4000, 5000, 8000)),
        (1500, ()),
        (0, ()),
    ],
)
def test_when_to_look_for_credits(duration: int, times: tuple[int, ...]) -> None:
    assert credit_times(duration) == times


def test_opening_and_closing_of_a_file(clips: Path) -> None:
    path = make(clips / "nine-seconds.mp4", picture("64x36", 9))
    found = opening_and_closing(path, width=160)
    assert [at for at, _ in found] == [1000, 4000, 5000, 8000]
    assert {size_of(jpeg) for _, jpeg in found} == {(160, 90)}
    with pytest.raises(InputError, match="File not found"):
        opening_and_closing(clips / "nobody.mp4")
