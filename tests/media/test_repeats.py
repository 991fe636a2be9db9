"""Length without material: what a container shows again, or holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bilingual.config import MediaLimits
from bilingual.media.completeness import check
from bilingual.media.probe import probe
from bilingual.media.repeats import Material, material
from bilingual.media.sources import opened
from bilingual.model import Media
from tests.media.clips import make, picture, tone
from tests.media.tricks import LOOPS, long_by_tricks

LIMITS = MediaLimits(timeout_s=300)


def checked(path: Path) -> Media:
    return check(path, probe(path, LIMITS), LIMITS)


def material_of(path: Path) -> Material:
    stream = probe(path, LIMITS).picture
    assert stream is not None
    with opened(path, LIMITS) as source:
        found = material(source, LIMITS, stream)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def tricks(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("tricks")
    found = {}
    for name, data in long_by_tricks(clip, folder / "work"):
        found[name] = folder / name
        found[name].write_bytes(data)
    return found


@pytest.mark.slow
def test_four_seconds_stay_four_seconds(tricks: dict[str, Path]) -> None:
    long = 0
    for name, path in tricks.items():
        media = checked(path)
        assert media.duration_ms is not None
        own = media.duration_ms - media.repeated_ms - media.held_ms
        assert own < 20_000, (name, media)
        long += media.duration_ms > 100_000
    assert long >= 7


def test_an_edit_list_that_plays_it_again(tricks: dict[str, Path]) -> None:
    media = checked(tricks["edits-again.mp4"])
    assert media.duration_ms == pytest.approx(LOOPS * 4000, abs=200)
    assert media.repeated_ms == pytest.approx((LOOPS - 1) * 4000, abs=200)
    assert media.held_ms == 0


def test_packets_copied_again_in_any_container(tricks: dict[str, Path]) -> None:
    for name in ("copied-again.mkv", "copied-again.mp4", "fragments-again.mp4"):
        # All but the very first key frame of each round, which might be a still one's.
        assert material_of(tricks[name]).repeated_ms > 150_000, name


def test_one_frame_for_minutes(tricks: dict[str, Path]) -> None:
    found = material_of(tricks["last-frame-held.mp4"])
    assert found == Material(repeated_ms=0, held_ms=150_000)


def test_a_film_that_stands_still_is_its_own_length(tmp_path: Path) -> None:
    """A picture held in the film's own frames is nothing that the container adds."""
    ways: dict[str, dict[str, Any]] = {
        "h264.mp4": {},
        "h264-fine.mp4": {"preset": "medium", "crf": 12},
        "mpeg4.mp4": {"vcodec": "mpeg4", "preset": None},
        "every-frame-a-key.mp4": {"g": 1},
    }
    for name, options in ways.items():
        still = picture(seconds=20).filter("loop", loop=-1, size=1, start=0)
        kept = {key: value for key, value in options.items() if value is not None}
        path = make(tmp_path / name, still, tone(20), t=20, **kept)
        found = material_of(path)
        assert found.held_ms == 0, name
        assert found.repeated_ms < 2000, name


def test_moving_pictures_are_no_repetition(clip: Path, tmp_path: Path) -> None:
    assert material_of(clip) == Material(repeated_ms=0, held_ms=0)
    slow = make(tmp_path / "slow.mp4", picture(rate=1, seconds=12), tone(12))
    assert material_of(slow) == Material(repeated_ms=0, held_ms=0)


def test_the_first_reading_of_the_packets_tells_where_a_second_is_needed(
    tricks: dict[str, Path], clip: Path
) -> None:
    for path in (*tricks.values(), clip):
        media, found = checked(path), material_of(path)
        assert (media.repeated_ms, media.held_ms) == (found.repeated_ms, found.held_ms), path.name
