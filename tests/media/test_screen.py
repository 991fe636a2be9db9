"""The screen before ffmpeg: it sees every still picture that ffmpeg would, and no film is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bilingual.config import MediaLimits
from bilingual.errors import MediaError
from bilingual.media import screen
from bilingual.media.boxes import read_at
from bilingual.media.screen import screened
from bilingual.media.sources import opened
from tests.media.hostile import FTYP, box
from tests.media.nestings import fragmented, nestings, ordinary, reached, still_picture

SEED = 14
A_FEW = 120
"""The whole corpus is run by ``tests.bench.bench_nestings``."""


def answer(path: Path, data: bytes) -> str | None:
    path.write_bytes(data)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return screened(descriptor, len(data))
    finally:
        os.close(descriptor)


@pytest.mark.slow
def test_what_ffprobe_reaches_is_refused(clip: Path, tmp_path: Path) -> None:
    clips = [clip.read_bytes(), fragmented(tmp_path / "dash.mp4").read_bytes()]
    weak = 0
    for nesting in nestings(clips, SEED, A_FEW):
        path = tmp_path / "nesting.mp4"
        refusal = answer(path, nesting.data)
        if reached(path):
            weak += 1
            assert refusal is not None, nesting.made
    assert weak > A_FEW // 5  # else the trace is not read as it is written


@pytest.mark.slow
def test_ordinary_films_are_let_in(tmp_path: Path) -> None:
    files = ordinary(tmp_path)
    assert len(files) >= 20
    for name, data in files.items():
        path = tmp_path / "film.mp4"
        assert answer(path, data) is None, name
        assert not reached(path), name


def inner() -> bytes:
    import random

    return next(b for b in iter(lambda: still_picture(random.Random(1)), None) if b[4:8] == b"iprp")


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("of size 0", b"\0\0\0\0iprp" + inner()[8:]),
        ("of 64 bits", b"\0\0\0\1iprp" + bytes(7) + b"\x80" + inner()[8:]),
        ("cut off", b"\x7f\0\0\0iprp" + inner()[8:]),
        ("in a track at the top", b"\x7f\0\0\0trak" + inner()),
        ("in free that holds mvhd", box(b"free", box(b"mvhd", bytes(100)), inner())),
        ("behind 16 MiB of an index", box(b"moov", box(b"junk", bytes(17 << 20)), inner())),
        ("in meta with a version", box(b"meta", bytes(4), box(b"hdlr", bytes(25)), inner())),
        ("in meta without one", box(b"meta", box(b"hdlr", bytes(25)), inner())),
        ("in media data", box(b"mdat", bytes(99), inner())),
        ("in a sample entry", box(b"stsd", bytes(7), b"\1", box(b"avc1", bytes(78), inner()))),
    ],
)
def test_properties_are_seen(name: str, more: bytes, tmp_path: Path) -> None:
    assert answer(tmp_path / "film.mp4", FTYP + more) == "media-still-picture"


def test_an_entry_that_reaches_beyond_its_table_is_not_followed(tmp_path: Path) -> None:
    entry = b"\0\1\0\0avc1" + bytes(78)
    table = box(b"stsd", bytes(7), b"\1", entry)
    index = box(b"moov", box(b"trak", box(b"stbl", table)))
    more = box(b"mdat", bytes(70_000))
    assert answer(tmp_path / "film.mp4", FTYP + index + more) == "media-structure-unclear"


def test_boxes_too_deep_and_too_many(tmp_path: Path) -> None:
    deep = box(b"udta")
    for _ in range(14):
        deep = box(b"udta", deep)
    assert answer(tmp_path / "deep.mp4", FTYP + deep) == "media-structure-unclear"
    many = FTYP + box(b"udta", box(b"free") * (screen.MAX_ALL_BOXES + 1))
    assert answer(tmp_path / "many.mp4", many) == "media-too-many-parts"
    assert answer(tmp_path / "wide.mp4", FTYP + box(b"free") * 60_000) == "media-too-many-parts"


def test_an_answer_is_kept_for_one_file_as_it_is(
    tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(clip.read_bytes())
    monkeypatch.setattr(screen, "_RACY_S", -1e9)
    reads = []

    def counted(descriptor: int, count: int, at: int) -> bytes:
        reads.append(at)
        return read_at(descriptor, count, at)

    monkeypatch.setattr(screen, "read_at", counted)
    with opened(path, MediaLimits()):
        first = len(reads)
    with opened(path, MediaLimits()):
        assert len(reads) == first
    path.write_bytes(clip.read_bytes() + inner())
    with pytest.raises(MediaError) as caught, opened(path, MediaLimits()):
        pass
    assert caught.value.code == "media-still-picture"


def test_a_file_that_was_just_written_is_looked_at_again(tmp_path: Path, clip: Path) -> None:
    path = tmp_path / "film.mp4"
    with path.open("w+b") as file:
        file.write(clip.read_bytes())
        file.flush()
        size = path.stat().st_size
        assert screened(file.fileno(), size) is None
        times = path.stat()
        file.seek(size - len(inner()))
        file.write(inner())
        file.flush()
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        assert screened(file.fileno(), size) == "media-still-picture"


def table(*entries: bytes, count: int | None = None) -> bytes:
    """A film whose track describes its samples so; its samples are behind it."""
    number = (len(entries) if count is None else count).to_bytes(4, "big")
    described = box(b"stsd", bytes(4), number, *entries)
    index = box(b"moov", box(b"trak", box(b"stbl", described)))
    return FTYP + index + box(b"mdat", bytes(70_000))


def sound(length: int, version: int = 0) -> bytes:
    """The description of sound in so many bytes."""
    return box(b"mp4a", bytes(8), version.to_bytes(2, "big"), bytes(length - 18))


def visual(length: int, depth: int = 24) -> bytes:
    """The description of a picture in so many bytes, of a depth in bits."""
    content = bytearray(length - 8)
    content[74:76] = depth.to_bytes(2, "big")
    return box(b"avc1", bytes(content))


@pytest.mark.parametrize(
    ("entry", "wrong"),
    [
        (sound(36), None),
        (sound(35), "media-structure-unclear"),
        (sound(72, version=1), None),
        (sound(71, version=1), "media-structure-unclear"),
        (visual(86), None),
        (visual(85), "media-structure-unclear"),
        (visual(86, depth=8), "media-structure-unclear"),  # a palette would follow
        (visual(86, depth=40), "media-structure-unclear"),  # the same in shades of grey
        (box(b"tmcd", b""), None),
    ],
)
def test_an_entry_shorter_than_its_fields_is_not_read_past(
    tmp_path: Path, entry: bytes, wrong: str | None
) -> None:
    assert answer(tmp_path / "film.mp4", table(entry, sound(36))) == wrong
    # Nothing is behind the last one that could be read in its place.
    assert answer(tmp_path / "last.mp4", table(sound(36), entry)) is None


def test_descriptions_that_ffmpeg_does_not_read(tmp_path: Path) -> None:
    short = visual(85)
    assert answer(tmp_path / "many.mp4", table(short, sound(36), count=1025)) is None
    cut = table(short, sound(36))[:-70_008]
    assert answer(tmp_path / "cut.mp4", cut) is None
    packed = table(box(b"avc1", bytes(78), box(b"cmov", bytes(8))))
    assert answer(tmp_path / "cmov.mp4", packed) == "media-index-compressed"
    large = table(box(b"avc1", bytes(2 << 20)))
    assert answer(tmp_path / "large.mp4", large) == "media-structure-unclear"
