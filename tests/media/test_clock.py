"""Time 0 is where a player begins, for sound and picture alike, however a file is made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bilingual.media.audio import read_audio
from bilingual.media.clips import clips
from bilingual.media.completeness import check
from bilingual.media.probe import probe
from bilingual.media.stills import stills
from bilingual.media.waveform import waveform
from bilingual.model import Media
from tests.media.films import EVENTS, LIMITS, again, apart, as_played, as_read, film, ways, without

WAYS = ways()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clock")


@pytest.fixture(scope="module")
def made(folder: Path) -> Path:
    return film(folder / "made.mp4")


def checked(path: Path) -> Media:
    return check(path, probe(path, LIMITS), LIMITS)


# MOV is MP4's twin, and FLV has the same times as MKV.
MARKED = [
    pytest.param(way, marks=pytest.mark.slow) if way.endswith((", mov", ", flv")) else way
    for way in WAYS
]


@pytest.mark.parametrize("way", MARKED)
def test_sound_and_picture_are_where_a_player_has_them(way: str, made: Path, folder: Path) -> None:
    ending, make = WAYS[way]
    path = make(made, folder / f"{list(WAYS).index(way)}.{ending}")
    played, read = as_played(path), as_read(path)
    assert len(played.beeps) in (2, 3)
    # A player's own times are of whole sound packets, and our frames come 25 a second.
    assert read.beeps == pytest.approx(played.beeps, abs=0.06)
    assert read.flashes == pytest.approx(played.flashes, abs=0.045)
    media = checked(path)
    assert (media.complete, media.complete_reason) == (True, None)
    assert media.duration_ms is not None
    assert media.duration_ms < 25_000  # however late it begins


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
def test_clips_stills_and_waveform_keep_the_same_time(
    ending: str, made: Path, folder: Path
) -> None:
    path = apart(made, folder / f"late-pieces.{ending}", sound_s=2)
    path = again(path, folder / f"late-pieces-10.{ending}", output_ts_offset=10)
    media = checked(path)
    (cut,) = clips(path, media, LIMITS, [(9_000, 14_000)]).values()
    clip = folder / f"cut-{ending}.mp4"
    clip.write_bytes(cut)
    moments = as_read(clip)
    assert moments.flashes == pytest.approx((EVENTS[1] - 9,), abs=0.1)
    assert moments.beeps == pytest.approx((EVENTS[1] + 2 - 9,), abs=0.1)
    dark, bright = stills(path, media, LIMITS, (9_500, 10_080))
    assert len({dark.jpeg, bright.jpeg}) == 2
    assert _brightness(folder, bright.jpeg) > 200 > 50 > _brightness(folder, dark.jpeg)
    peaks = waveform(path, LIMITS, points=260)  # of 26 s
    loud = [number / 10 for number, peak in enumerate(peaks) if peak > 0.2]
    assert loud[0] == pytest.approx(EVENTS[0] + 2, abs=0.15)


def _brightness(folder: Path, jpeg: bytes) -> float:
    from PIL import Image

    path = folder / "still.jpg"
    path.write_bytes(jpeg)
    return float(np.asarray(Image.open(path).convert("L")).mean())


@pytest.mark.parametrize("ending", ["mp4", "mov", "mkv", "ts", "flv"])
def test_a_hole_is_named_and_nothing_is_cut_off(ending: str, made: Path, folder: Path) -> None:
    dropped = "between(pts*tb\\,5\\,10)"
    (hole,) = checked(without(made, folder / f"hole.{ending}", "a", dropped)).holes
    assert hole.kind == "sound"
    assert hole.start_ms == pytest.approx(5000, abs=50)
    assert hole.end_ms == pytest.approx(10_000, abs=50)
    dropped = "between(pts*tb\\,5\\,8.9)"
    media = checked(without(made, folder / f"frozen.{ending}", "v", dropped))
    (frozen,) = media.holes
    assert frozen.kind == "picture"
    assert frozen.missing_ms == pytest.approx(4000, abs=90)
    assert media.complete is True


def test_many_small_holes_are_one_shaky_stretch(made: Path, folder: Path) -> None:
    (shaky,) = checked(without(made, folder / "shaky.mkv", "a", "not(mod(n\\,8))")).holes
    assert shaky.count > 100
    assert shaky.missing_ms == pytest.approx(3000, abs=200)


def test_pictures_that_are_held_on_purpose_are_no_holes(folder: Path) -> None:
    path = film(folder / "slides.mp4", vf="select='not(mod(n\\,37))'", fps_mode="vfr")
    assert checked(path).holes == ()
    path = film(folder / "screen.mp4", vf="select='lt(mod(t\\,3)\\,0.5)'", fps_mode="vfr")
    assert checked(path).holes == ()


def test_the_length_is_the_pictures(made: Path, folder: Path) -> None:
    import ffmpeg

    from bilingual.media.ffmpeg import encode

    picture, sound = ffmpeg.input(str(made), t=15).video, ffmpeg.input(str(made)).audio
    for ending in ("mp4", "mkv", "ts", "flv"):
        path = folder / f"short-picture.{ending}"
        encode(ffmpeg.output(picture, sound, str(path), c="copy"))
        assert probe(path, LIMITS).duration_ms == pytest.approx(
            15_000 if ending in ("mp4", "mkv", "ts") else 24_000, abs=60
        )
        media = checked(path)
        assert media.duration_ms == pytest.approx(15_000, abs=60)
        assert media.picture is not None
        assert media.picture.end_ms == pytest.approx(15_000, abs=60)
        assert media.audio[0].end_ms == pytest.approx(24_000, abs=60)
        assert media.complete is True


def test_what_is_too_late_is_too_long_and_not_moved(made: Path, folder: Path) -> None:
    from bilingual.errors import MediaError

    path = apart(made, folder / "a-day-late.mp4", sound_s=100_000)
    with pytest.raises(MediaError) as raised:
        read_audio(path, LIMITS)
    assert raised.value.code == "media-too-long"
