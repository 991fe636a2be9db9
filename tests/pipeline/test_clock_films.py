"""Films whose sound and picture do not begin together: right subtitles pass, others do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.resources import as_file
from pathlib import Path
from typing import Any

import ffmpeg
import msgspec
import pytest

from bilingual import Config, Report, verify
from bilingual.config import BurnedIn
from bilingual.media.ffmpeg import encode
from bilingual.model import LANGUAGES
from bilingual.sample.script import ASSETS, script
from tests.media.films import again, apart, without

CONFIG = Config.load()
CONFIG = msgspec.structs.replace(
    CONFIG,
    asr=msgspec.structs.replace(CONFIG.asr, engine="off"),
    burned_in=BurnedIn(mode="off"),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's narration with a small picture."""
    path = tmp_path_factory.mktemp("films") / "made.mp4"
    seconds = script().duration_ms / 1000
    picture = ffmpeg.input(f"testsrc=size=160x90:rate=25:duration={seconds}", f="lavfi")
    options: dict[str, Any] = {"vcodec": "libx264", "preset": "ultrafast", "g": 25, "acodec": "aac"}
    with as_file(ASSETS / "narration.ogg") as narration:
        sound = ffmpeg.input(str(narration)).audio
        encode(ffmpeg.output(picture, sound, str(path), pix_fmt="yuv420p", **options))
    return path


def verified(film: Path, late_ms: int) -> Report:
    """The film beside the sample's tracks, shown so much later."""
    paths = {}
    for side in LANGUAGES:
        track = script().track(side)
        cues = tuple(
            replace(c, start_ms=max(0, c.start_ms + late_ms), end_ms=c.end_ms + late_ms)
            for c in track.cues
        )
        paths[side] = film.with_name(f"{side}{late_ms}.srt")
        paths[side].write_text(replace(track, cues=cues).to_srt(), encoding="utf-8")
    return verify(film, bo=paths["bo"], zh=paths["zh"], config=CONFIG)


Making = Callable[[Path, Path], Path]
FILMS: dict[str, tuple[str, int, Making]] = {
    "sound 4 s late": ("mp4", 4000, lambda a, b: apart(a, b, sound_s=4)),
    "five seconds of sound missing": (
        "mkv",
        0,
        lambda a, b: without(a, b, "a", "between(pts*tb\\,40\\,45)"),
    ),
    "transport stream whose clock begins at 10 s": (
        "ts",
        0,
        lambda a, b: again(a, b, output_ts_offset=10),
    ),
    "first times of 10 s": ("mkv", 0, lambda a, b: again(a, b, output_ts_offset=10)),
    "begun within, by an edit list": ("mp4", -3300, lambda a, b: again(a, b, {"ss": 3.3})),
}


@pytest.mark.parametrize("name", FILMS)
def test_subtitles_in_time_with_what_is_heard_are_right(
    name: str, made: Path, tmp_path: Path
) -> None:
    ending, right_ms, make = FILMS[name]
    film = make(made, tmp_path / f"film.{ending}")
    rules = {f.rule for f in verified(film, right_ms).findings}
    assert not rules & {"sync-offset", "sync-drift", "sync-jump", "media-truncated"}
    assert ("media-hole" in rules) == ("sound" in name)
    wrong = [f for f in verified(film, right_ms - 4000).findings if f.rule == "sync-offset"]
    assert [round(float(f.params["seconds"])) for f in wrong] == [4]
