"""What comes through the door: plain files, no links, nothing that waits."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bilingual import BilingualError, load_tracks, transcribe, verify
from bilingual.errors import InputError
from bilingual.files import checked_path, fingerprint, opened_plain
from tests.media.clips import make, picture, tone

SRT = "1\n00:00:01,000 --> 00:00:02,000\n水\n"
needs_links = pytest.mark.skipif(os.name != "posix", reason="links need POSIX here")


@pytest.fixture
def link(tmp_path: Path) -> Path:
    (tmp_path / "real.srt").write_text(SRT, encoding="utf-8")
    made = tmp_path / "zh.srt"
    made.symlink_to(tmp_path / "real.srt")
    return made


@needs_links
def test_a_link_is_refused_everywhere_before_anything_is_read(link: Path) -> None:
    reported: list[str] = []
    for call in (
        lambda: verify(zh=link, progress=lambda stage, done, total: reported.append(stage)),
        lambda: verify(link, progress=lambda stage, done, total: reported.append(stage)),
        lambda: load_tracks(link),
        lambda: transcribe(link),
        lambda: checked_path(link),
    ):
        with pytest.raises(InputError) as caught:
            call()
        assert caught.value.code == "file-is-link"
        assert caught.value.params["path"] == str(link)
    assert reported == []


@needs_links
def test_a_link_that_leads_nowhere_or_to_a_folder_is_a_link(tmp_path: Path) -> None:
    for target in (tmp_path / "none", tmp_path, Path("/dev/zero")):
        made = tmp_path / f"to-{target.name}.mp4"
        made.symlink_to(target)
        with pytest.raises(InputError) as caught:
            checked_path(made)
        assert caught.value.code == "file-is-link"


@needs_links
def test_what_was_exchanged_after_the_check_is_not_followed(link: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        fingerprint(link, "zh", lambda done, total: None)
    assert caught.value.code == "file-is-link"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(InputError) as caught, opened_plain(pipe):  # and it is not waited for
        pass
    assert caught.value.code == "file-special"
    with pytest.raises(InputError) as caught, opened_plain(tmp_path / "gone"):
        pass
    assert caught.value.code == "file-unreadable"


def test_a_folder_that_is_a_link_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "zh.srt").write_text(SRT, encoding="utf-8")
    if os.name == "posix":
        (tmp_path / "work").symlink_to(tmp_path / "real")
        assert load_tracks(tmp_path / "work" / "zh.srt")[0].cues


@needs_links
def test_the_refusal_has_words(link: Path) -> None:
    with pytest.raises(BilingualError, match="symbolic link"):
        verify(zh=link)


def test_no_name_is_no_folder() -> None:
    with pytest.raises(InputError) as caught:
        verify(zh="")
    assert caught.value.code == "file-missing"


def test_a_film_under_the_name_of_subtitles_is_a_film(tmp_path: Path) -> None:
    film, zh = tmp_path / "film.srt", tmp_path / "zh.srt"
    make(tmp_path / "film.mp4", picture(seconds=2, rate=5), tone(2))
    (tmp_path / "film.mp4").rename(film)
    zh.write_text(SRT, encoding="utf-8")
    report = verify(film, zh=zh)
    assert [one.role for one in report.inputs] == ["video", "zh"]
    assert report.media is not None
    assert report.media.duration_ms == pytest.approx(2000, abs=100)


def test_subtitles_in_the_place_of_a_film_are_subtitles(tmp_path: Path) -> None:
    zh = tmp_path / "zh.srt"
    for encoding in ("utf-8", "utf-16"):
        zh.write_text(SRT, encoding=encoding)
        assert [one.role for one in verify(zh).inputs] == ["zh"]
