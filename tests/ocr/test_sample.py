"""The picture read at some moments."""

from __future__ import annotations

from pathlib import Path

import pytest

from bilingual.config import Config
from bilingual.errors import MediaError
from bilingual.media.probe import probe
from bilingual.ocr import Moment, read_sample
from bilingual.ocr.detecting import Box
from bilingual.ocr.frames import moments_of
from bilingual.ocr.sample import _joined
from tests.burned_videos import Scene, Text, draw
from tests.media.clips import make, picture
from tests.ocr.drawn import CHINESE

CONFIG = Config.load()


def test_a_line_found_in_parts_is_one_row_and_two_lines_are_two() -> None:
    parts = [
        Box(left=218, top=436, right=444, bottom=501),
        Box(left=417, top=440, right=531, bottom=495),
        Box(left=524, top=451, right=575, bottom=482),
    ]
    below = Box(left=300, top=500, right=600, bottom=530)
    badge = Box(left=900, top=440, right=950, bottom=490)
    whole = Box(left=218, top=436, right=575, bottom=501)
    assert _joined([*parts, below, badge]) == [whole, below, badge]


def test_any_number_of_moments_is_looked_at(tmp_path: Path) -> None:
    path = make(tmp_path / "long.mp4", picture(seconds=30), t=30)
    media = probe(path, CONFIG.media)
    times = list(range(200, 29_000, 200))  # 144: more terms than an expression of ffmpeg may have
    for exact in (True, False):
        seen = moments_of(path, media, CONFIG.media, times, per_second=10, exact=exact)
        assert [at_ms for at_ms, _ in seen] == times


def test_a_picture_that_is_not_decoded_is_no_picture_without_subtitles(tmp_path: Path) -> None:
    path = make(tmp_path / "film.mp4", picture(seconds=3), movflags="+faststart")
    media = probe(path, CONFIG.media)
    whole = path.read_bytes()
    at = whole.index(b"mdat") + 4
    path.write_bytes(whole[:at] + bytes(len(whole) - at))
    with pytest.raises(MediaError) as raised:
        list(moments_of(path, media, CONFIG.media, [1000, 2000], per_second=10))
    assert raised.value.code == "media-picture-undecodable"


@pytest.mark.slow
@pytest.mark.parametrize("around_ms", [350, 1000])
def test_more_is_looked_at_than_is_read(around_ms: int, tmp_path: Path) -> None:
    pytest.importorskip("rapidocr", reason="needs the extra ocr")
    words = ("太阳每天从东方升起", "水在零度结成冰", "植物需要阳光和水", "地球绕着太阳转")
    texts = [
        Text(start_ms=1000 * n + 200, end_ms=1000 * n + 900, text=words[n % 4], font=CHINESE)
        for n in range(8)
        if n != 5
    ]
    path = tmp_path / "film.mp4"
    draw(Scene(texts=texts, duration_ms=8200, background="still", width=640, height=360), path)
    moments = [
        Moment(
            at_ms=1000 * n + 550,
            around_ms=around_ms,
            letters={"zh": float(len(words[n % 4]))},
        )
        for n in range(8)
    ]
    found, read = read_sample(path, probe(path, CONFIG.media), CONFIG, moments, most=3)
    assert len(read) == 3
    assert 5550 in read  # nothing is there
    assert [cue.text for cue in found.tracks["zh"].cues] == [
        words[at_ms // 1000 % 4] for at_ms in read if at_ms != 5550
    ]
    again = read_sample(path, probe(path, CONFIG.media), CONFIG, moments, most=3)
    assert again[1] == read
    assert again[0].tracks == found.tracks
