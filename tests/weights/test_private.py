"""The cache: keyed, sealed, whole, private; what is not, is made again or not used."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bilingual.files import NotPrivateError
from bilingual.weights import kept
from bilingual.weights.kept import answer_place, keep_answer, read_answer
from bilingual.weights.private import private_folder, read_private, write_private

A, B = "a" * 64, "b" * 64
posix = pytest.mark.skipif(os.name != "posix", reason="owners and modes of POSIX")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BILINGUAL_CACHE", str(tmp_path / "cache"))
    kept._warn.cache_clear()
    return tmp_path / "cache"


def file_of(cache: Path, digest: str) -> Path:
    return cache.joinpath(*answer_place("transcripts", digest))


@posix
def test_what_is_kept_is_for_its_user_alone(cache: Path) -> None:
    previous = os.umask(0)
    try:
        keep_answer(answer_place("transcripts", A), ["水"])
    finally:
        os.umask(previous)
    file = file_of(cache, A)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for folder in (cache, cache / "transcripts", file.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert read_answer(answer_place("transcripts", A), list[str]) == ["水"]
    assert [p.name for p in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-3],
        lambda data: data.replace("水".encode(), "火".encode()),
        lambda data: data + b" ",
        lambda data: data.partition(b"\n")[2],
        lambda data: b"0" * 64 + data[64:],
        lambda data: b"\xff\xfe" * 40,
        lambda data: data.replace(b"\n", b"\r\n", 1),
    ],
)
def test_a_damaged_answer_is_made_again(
    cache: Path, damage: object, caplog: pytest.LogCaptureFixture
) -> None:
    place = answer_place("transcripts", A)
    keep_answer(place, ["水"])
    file = file_of(cache, A)
    file.write_bytes(damage(file.read_bytes()))  # type: ignore[operator]
    with caplog.at_level(logging.WARNING):
        assert read_answer(place, list[str]) is None
    assert "damaged" in caplog.text
    keep_answer(place, ["水"])
    assert read_answer(place, list[str]) == ["水"]


def test_an_answer_under_anothers_name_is_none(cache: Path) -> None:
    for digest, text in ((A, "水"), (B, "火")):
        keep_answer(answer_place("transcripts", digest), [text])
    file_of(cache, A).write_bytes(file_of(cache, B).read_bytes())
    assert read_answer(answer_place("transcripts", A), list[str]) is None
    # Nor is one of another kind of answer.
    keep_answer(answer_place("burned-in", A), ["水"])
    file_of(cache, A).write_bytes(cache.joinpath(*answer_place("burned-in", A)).read_bytes())
    assert read_answer(answer_place("transcripts", A), list[str]) is None


def test_an_answer_of_another_type_is_none(cache: Path) -> None:
    keep_answer(answer_place("transcripts", A), {"text": 1})
    assert read_answer(answer_place("transcripts", A), list[str]) is None


@posix
@pytest.mark.parametrize("where", ["", "transcripts", "transcripts/aa"])
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o1777, 0o702])
def test_where_others_can_write_nothing_is_read_and_nothing_kept(
    cache: Path, where: str, mode: int, caplog: pytest.LogCaptureFixture
) -> None:
    place = answer_place("transcripts", A)
    keep_answer(place, ["水"])
    (cache / where).chmod(mode)
    with caplog.at_level(logging.WARNING):
        assert read_answer(place, list[str]) is None
        keep_answer(place, ["火"])
        keep_answer(place, ["火"])
    assert caplog.text.count("the cache is not used") == 1
    assert "chmod" in caplog.text
    (cache / where).chmod(0o700)
    assert read_answer(place, list[str]) == ["水"]


@posix
def test_what_belongs_to_another_is_not_used(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = answer_place("transcripts", A)
    keep_answer(place, ["水"])
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert read_answer(place, list[str]) is None
    with pytest.raises(NotPrivateError):
        private_folder("locks")


@posix
def test_an_answer_that_others_can_write_is_not_read(cache: Path) -> None:
    keep_answer(answer_place("transcripts", A), ["水"])
    file_of(cache, A).chmod(0o666)
    assert read_answer(answer_place("transcripts", A), list[str]) is None


@posix
@pytest.mark.parametrize("part", ["transcripts", "transcripts/aa", "file"])
def test_links_are_not_followed(cache: Path, tmp_path: Path, part: str) -> None:
    place = answer_place("transcripts", A)
    keep_answer(place, ["水"])
    target = file_of(cache, A) if part == "file" else cache / part
    target.rename(tmp_path / "elsewhere")
    target.symlink_to(tmp_path / "elsewhere")
    before = sorted(p.read_bytes() for p in tmp_path.rglob("*.json") if p.is_file())
    assert read_answer(place, list[str]) is None
    if part != "file":
        keep_answer(place, ["火"])
        assert sorted(p.read_bytes() for p in tmp_path.rglob("*.json")) == before
    else:
        keep_answer(place, ["火"])  # in place of the link, not through it
        assert not target.is_symlink()
        assert b"\xe6\xb0\xb4" in (tmp_path / "elsewhere").read_bytes()


@posix
def test_the_cache_itself_may_lie_behind_the_users_link(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir(mode=0o700)
    cache.symlink_to(tmp_path / "disk")
    keep_answer(answer_place("transcripts", A), ["水"])
    assert read_answer(answer_place("transcripts", A), list[str]) == ["水"]


@posix
def test_no_pipe_is_waited_for_and_no_flood_read(cache: Path) -> None:
    place = answer_place("transcripts", A)
    keep_answer(place, ["水"])
    file_of(cache, A).unlink()
    os.mkfifo(file_of(cache, A), 0o600)
    assert read_answer(place, list[str]) is None
    file_of(cache, A).unlink()
    with file_of(cache, A).open("wb") as file:
        file.truncate(20 * 1024**3)
    file_of(cache, A).chmod(0o600)
    assert read_answer(place, list[str]) is None


@posix
def test_a_file_swapped_after_it_was_opened_is_not_read(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = answer_place("transcripts", A)
    keep_answer(place, ["水"])
    own = os.fstat

    def swapped(descriptor: int) -> os.stat_result:
        file = file_of(cache, A)
        if file.exists():
            file.rename(file.with_name("was"))
        return own(descriptor)

    monkeypatch.setattr(os, "fstat", swapped)
    assert read_answer(place, list[str]) in (["水"], None)
    monkeypatch.undo()


@posix
def test_the_cache_is_private_whoever_makes_it(cache: Path) -> None:
    from bilingual.files.unfinished import new_name, unfinished

    previous = os.umask(0o002)
    try:
        with unfinished(cache / f".{new_name('draft')}"):
            pass
    finally:
        os.umask(previous)
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    keep_answer(answer_place("transcripts", A), ["水"])
    assert read_answer(answer_place("transcripts", A), list[str]) == ["水"]


def test_four_processes_fill_one_cache(cache: Path) -> None:
    code = """
import sys
from bilingual.weights.kept import answer_place, keep_answer, read_answer
for turn in range(60):
    place = answer_place("transcripts", f"{turn % 6:064x}")
    text = [f"{turn % 6}" * 5000]
    found = read_answer(place, list[str])
    assert found in (None, text), turn
    keep_answer(place, text)
    assert read_answer(place, list[str]) == text, turn
"""
    running = [subprocess.Popen([sys.executable, "-W", "error", "-c", code]) for _ in range(4)]
    assert [process.wait() for process in running] == [0, 0, 0, 0]
    files = [p for p in (cache / "transcripts").rglob("*") if p.is_file()]
    assert len(files) == 6


def test_a_file_is_read_and_written_by_its_parts(cache: Path) -> None:
    write_private("locks", "a", data=b"1")
    assert read_private("locks", "a") == b"1"
    with pytest.raises(FileNotFoundError):
        read_private("locks", "b")
    assert private_folder("locks") == cache / "locks"
