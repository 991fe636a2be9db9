"""Transport streams, FLV and AVI in hostile hands: an error or an honest answer, in bounds."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bilingual.config import MediaLimits
from bilingual.errors import BilingualError, MediaError
from bilingual.formats import load_tracks
from bilingual.media.audio import read_audio
from bilingual.media.completeness import check
from bilingual.media.probe import probe
from bilingual.media.stills import stills
from bilingual.model import Media
from tests.media.broadcast import broadcast, flipped, sound_clips

LIMITS = MediaLimits(timeout_s=300)
SOUND_MS = 4200
"""The clips are four seconds long; AVI's lasts one frame longer."""

AGAIN = (
    "copied-again.ts",
    "copied-again-later.ts",
    "copied-again.flv",
    "copied-again.avi",
    "index-again.avi",
)
OF_THEIR_OWN = (*AGAIN, "ticks-of-tiny.avi", "values-by-200000.flv")
"""Those that have a test of their own."""


def own_length(media: Media) -> int:
    """Milliseconds of picture that are neither shown again nor held nor away."""
    away = sum(hole.missing_ms for hole in media.holes if hole.kind == "picture")
    return (media.duration_ms or 0) - media.repeated_ms - media.held_ms - away


def looked_at(path: Path) -> Media | BilingualError:
    """What all that decodes makes of a file; what is no error of ours is raised."""
    try:
        media = check(path, probe(path, LIMITS), LIMITS)
    except BilingualError as error:
        return error
    for look in (
        lambda: read_audio(path, LIMITS),
        lambda: stills(path, media, LIMITS, (0, 2000)),
        lambda: load_tracks(path),
    ):
        try:
            look()
        except BilingualError:
            continue
    return media


def honest(media: Media) -> bool:
    """No more length of its own than there is, or not called whole."""
    return media.complete is not True or own_length(media) <= SOUND_MS + 2000


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("broadcast")
    found = {}
    for name, data in broadcast(folder / "work"):
        found[name] = folder / name
        found[name].write_bytes(data)
    assert len(found) > 100
    return found


@pytest.mark.slow
def test_no_file_gets_more_than_it_holds(files: dict[str, Path]) -> None:
    """Every third; `python -m tests.bench.bench_hostile_media` goes through all."""
    for name in sorted(files)[::3]:
        if name in OF_THEIR_OWN:
            continue
        path = files[name]
        media = looked_at(path)
        if isinstance(media, Media):
            assert honest(media), (name, media)
            assert (media.duration_ms or 0) <= 10**12, name


@pytest.mark.parametrize("kind", ["ts", "flv", "avi"])
def test_an_ordinary_file_is_whole_and_half_of_it_is_not(files: dict[str, Path], kind: str) -> None:
    media = looked_at(files[f"ordinary.{kind}"])
    assert isinstance(media, Media)
    assert media.complete is True
    assert media.duration_ms == pytest.approx(4000, abs=110)
    for name in ("half", "head-only", "zeros-within"):
        found = looked_at(files[f"{name}.{kind}"])
        assert isinstance(found, BilingualError) or found.complete is False, name


@pytest.mark.parametrize("name", AGAIN)
def test_packets_that_come_again_are_no_length(files: dict[str, Path], name: str) -> None:
    media = looked_at(files[name])
    assert isinstance(media, Media)
    assert media.duration_ms == pytest.approx(162_000, abs=2100)
    assert own_length(media) <= SOUND_MS


def test_times_beyond_any_film_are_cut(files: dict[str, Path]) -> None:
    media = looked_at(files["ticks-of-tiny.avi"])
    assert isinstance(media, Media)
    assert media.duration_ms == 10**12
    assert media.complete_reason == "timestamps-stretched"


def test_streams_are_bounded(files: dict[str, Path]) -> None:
    for name in ("maps-by-3000.ts", "streams-that-change-by-7200.ts", "streams-by-1000.avi"):
        assert isinstance(looked_at(files[name]), MediaError), name


def test_tags_by_the_hundred_thousand_are_bounded(files: dict[str, Path]) -> None:
    """They take libavformat a time that grows with their square."""
    found = looked_at(files["values-by-200000.flv"])
    assert isinstance(found, MediaError)
    assert found.code == "media-heavy"


@pytest.mark.slow
def test_turned_bits(tmp_path: Path) -> None:
    """A few of each; `python -m tests.bench.bench_demuxers` tries hundreds."""
    noticed = 0
    for kind, data in sound_clips(tmp_path).items():
        for number in range(6):
            path = tmp_path / f"turned.{kind}"
            path.write_bytes(flipped(data, random.Random(f"{kind} {number} turned")))
            media = looked_at(path)
            noticed += isinstance(media, BilingualError) or not media.complete
            assert isinstance(media, BilingualError) or honest(media), (kind, number, media)
    assert 0 < noticed < 18
