"""How the sample is put in place: whole, and never through what lies there."""

from __future__ import annotations

from pathlib import Path

import pytest

import bilingual.sample
from bilingual.errors import InputError, MediaError
from bilingual.sample import write_sample

NAMES = {
    "sound": {"video.mp4", "bo.srt", "zh.srt", "planted.json", "NOTE.md"},
    "faulty": {"video.mp4", "bo.srt", "zh.srt", "planted.json", "NOTE.md"},
    "tibetan-narration": {"video.mp4", "zh.vtt", "planted.json", "NOTE.md"},
}


@pytest.fixture
def filmed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A film is some bytes, at once."""
    monkeypatch.setattr(bilingual.sample, "make_video", lambda p, words: p.write_bytes(b"film"))
    monkeypatch.setattr(
        bilingual.sample, "with_reversed_sound", lambda video, p: p.write_bytes(b"mlif")
    )


def files(folder: Path) -> dict[str, set[str]]:
    return {p.name: {q.name for q in p.iterdir()} for p in folder.iterdir()}


def test_it_is_put_in_place_of_an_earlier_one(filmed: None, tmp_path: Path) -> None:
    root = tmp_path / "new" / "sample"
    (root / "sound").mkdir(parents=True)
    kept = tmp_path / "thesis.txt"
    kept.write_text("years of work", encoding="utf-8")
    (root / "sound" / "video.mp4").symlink_to(kept)
    (root / "sound" / "bo.srt").hardlink_to(kept)
    made = write_sample(root)
    assert files(root) == NAMES
    assert (made.sound / "video.mp4").read_bytes() == b"film"
    assert (made.faulty / "video.mp4").read_bytes() == b"film"
    assert (made.tibetan_narration / "video.mp4").read_bytes() == b"mlif"
    assert kept.read_text("utf-8") == "years of work"


@pytest.mark.parametrize("error", [MediaError("media-timeout", seconds=1), KeyboardInterrupt()])
def test_what_goes_wrong_leaves_the_earlier_one(
    filmed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def broken(video: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise error

    write_sample(tmp_path)
    (tmp_path / "sound" / "video.mp4").write_bytes(b"earlier")
    monkeypatch.setattr(bilingual.sample, "with_reversed_sound", broken)
    with pytest.raises(type(error)):
        write_sample(tmp_path)
    assert files(tmp_path) == NAMES
    assert (tmp_path / "sound" / "video.mp4").read_bytes() == b"earlier"
    assert (tmp_path / "tibetan-narration" / "video.mp4").read_bytes() == b"mlif"


@pytest.mark.parametrize("there", ["sound", "sound/video.mp4/x", "."])
def test_a_place_that_cannot_be_taken_is_an_error(filmed: None, tmp_path: Path, there: str) -> None:
    root = tmp_path / "sample"
    place = root / there
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"")
    with pytest.raises(InputError) as caught:
        write_sample(root)
    assert caught.value.code == "output-unwritable"
    assert place.read_bytes() == b""
    assert not list(tmp_path.rglob(".bilingual-*"))
