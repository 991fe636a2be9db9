"""Shapes, clocks, cues and names beyond all measure: bounded before anything is made of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bilingual.config import MediaLimits
from bilingual.errors import BilingualError, MediaError
from bilingual.formats import load_tracks
from bilingual.media import tables
from bilingual.media.completeness import check
from bilingual.media.probe import probe
from bilingual.media.screen import MAX_EDITS
from bilingual.media.stills import stills
from bilingual.media.text_streams import measured
from bilingual.model import Media
from bilingual.ocr.frames import MOST_RATIO, key_frames, luma_frames, shape_of
from tests.media.tricks import edited, odd, pixel_aspect

LIMITS = MediaLimits(timeout_s=300)


@pytest.fixture(scope="module")
def files(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("odd")
    found = {}
    for name, data in odd(clip, folder / "work"):
        found[name] = folder / name
        found[name].write_bytes(data)
    return found


@pytest.mark.slow
def test_an_answer_or_one_error_of_ours(files: dict[str, Path]) -> None:
    for name, path in files.items():
        try:
            media = check(path, probe(path, LIMITS), LIMITS)
        except BilingualError:
            continue
        assert isinstance(media, Media), name
        assert media.duration_ms is None or media.duration_ms < 2_000_000_000, name


@pytest.mark.parametrize(("across", "down"), [(65535, 1), (1, 65535), (9, 1)])
def test_a_shape_that_no_film_has_is_not_looked_at(
    clip: Path, tmp_path: Path, across: int, down: int
) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(pixel_aspect(clip.read_bytes(), across, down))
    media = probe(path, LIMITS)
    assert media.picture is not None
    with pytest.raises(MediaError) as caught:
        shape_of(media.picture)
    assert caught.value.code == "media-shape"
    for frames in (
        luma_frames(path, media, LIMITS, per_second=5),
        key_frames(path, media, LIMITS, height=360, most=10),
    ):
        with pytest.raises(MediaError) as caught:
            next(frames)
        assert caught.value.code == "media-shape"
    # For a person it is shown, in a shape that fits a page.
    assert stills(path, media, LIMITS, (1000,)) or not media.picture.display_width


def test_a_wide_film_is_looked_at(clip: Path, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(pixel_aspect(clip.read_bytes(), 2, 1))
    picture = probe(path, LIMITS).picture
    assert picture is not None
    assert picture.display_width / picture.display_height < MOST_RATIO
    assert shape_of(picture) == (180, 640)


def test_subtitles_are_counted_before_they_are_decoded(files: dict[str, Path]) -> None:
    path = files["cues-by-400000.mp4"]
    (stream,) = probe(path, LIMITS).subtitles
    count, _ = measured(path, stream.index, LIMITS, most=1000, most_bytes=1 << 30)
    assert 1000 < count < 100_000
    for name, reason in (
        ("cues-by-400000.mp4", "too-many-cues"),
        ("cue-of-50-million.mkv", "subtitle-too-large"),
    ):
        (track,) = load_tracks(files[name])
        assert not track.cues
        assert [p.params["reason"] for p in track.problems] == [reason]


def test_an_edit_list_of_thousands_is_refused(clip: Path, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    data = clip.read_bytes()
    path.write_bytes(edited(data, [(1, n, 0x10000) for n in range(MAX_EDITS + 1)]))
    with pytest.raises(MediaError) as caught:
        probe(path, LIMITS)
    assert caught.value.code == "media-too-many-parts"
    path.write_bytes(edited(data, [(4000, 0, 0x10000)] * 3))
    assert probe(path, LIMITS).picture is not None


def test_tables_are_bounded_together(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check(clip, probe(clip, LIMITS), LIMITS).complete
    monkeypatch.setattr(tables, "MAX_ALL_TABLES", 100)
    assert check(clip, probe(clip, LIMITS), LIMITS).complete_reason == "samples-missing"
