"""Commands whose output goes to a full disk: one sentence, status 2, nothing torn or left."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bilingual.cli import run

BO = (
    "1\n00:00:01,000 --> 00:00:03,500\nཉི་མ་ཉིན་རེར་ཤར་ཕྱོགས་ནས་འཆར།\n\n"
    "2\n00:00:03,200 --> 00:00:06,500\nདགོང་མོར་ནུབ་ཕྱོགས་སུ་ནུབ།\n\n"
)
ZH = (
    "1\n00:00:01,000 --> 00:00:03,500\n太阳每天从东方升起。\n\n"
    "2\n00:00:03,200 --> 00:00:06,500\n傍晚从西方落下。\n\n"
)


@pytest.fixture
def full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on a disk without room: a real one where this user may make one."""
    folder = tmp_path / "full"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    mounted = (
        os.name == "posix"
        and shutil.which("mount") is not None
        and subprocess.run(command, check=False, capture_output=True).returncode == 0
    )
    if mounted:
        with (folder / "ballast").open("wb", buffering=0) as file:
            while True:
                try:
                    file.write(bytes(4096))
                except OSError:
                    break
        yield folder
        subprocess.run(["umount", "-l", str(folder)], check=True)
        return
    real = os.fsync

    def no_room(descriptor: int) -> None:
        place = Path(f"/proc/self/fd/{descriptor}").readlink()
        if folder in place.parents:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    monkeypatch.setattr("os.fsync", no_room)
    yield folder


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Subtitles with something to fix, and their report."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "bo.srt").write_text(BO, encoding="utf-8")
    (folder / "zh.srt").write_text(ZH, encoding="utf-8")
    files = ["--bo", str(folder / "bo.srt"), "--zh", str(folder / "zh.srt")]
    run(["verify", *files, "--format", "json", "--out", str(folder / "r.json")])
    return folder


def named(words: tuple[str, ...], **places: Path) -> list[str]:
    return [word.format(**places) for word in words]


FILES = ("--bo", "{work}/bo.srt", "--zh", "{work}/zh.srt")


@pytest.mark.parametrize(
    ("words", "file"),
    [
        (("fix", *FILES, "--out", "{full}"), "bo.fixed.srt"),
        (("fix", *FILES, "--out", "{full}/new"), "bo.fixed.srt"),
        (("show", "{work}/r.json", "--out", "{full}/s.xlsx"), "s.xlsx"),
        (("show", "{work}/r.json", "--out", "{full}/r.html"), "r.html"),
        (
            ("annex", "{work}/r.json", "--title", "题", "--party", "方", "--out", "{full}/a.html"),
            "a.html",
        ),
        (("annex", "--new-key", "{full}/key.pem"), "key.pem"),
        (("terms", "mine", *FILES, "--min-count", "2", "--out", "{full}/m.tsv"), "m.tsv"),
        (("terms", "add", "{full}/g.tsv", "太阳", "ཉི་མ།"), "g.tsv"),
        (("batch", "--template", "{full}/t.xlsx"), "t.xlsx"),
    ],
)
def test_one_sentence_and_nothing_left(
    full: Path,
    work: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    file: str,
) -> None:
    monkeypatch.setenv("BILINGUAL_KEY_PASSPHRASE", "")
    before = sorted(path.name for path in full.iterdir())
    assert run([*named(words, full=full, work=work), "--lang", "zh"]) == 2
    lines = [line for line in capsys.readouterr().err.splitlines() if "无法写入" in line]
    assert len(lines) == 1
    assert file in lines[0]
    assert os.strerror(errno.ENOSPC) in lines[0] or "磁盘已满" in lines[0]
    assert sorted(path.name for path in full.iterdir()) == before


def test_the_notebook(full: Path, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("nbclient")
    before = sorted(path.name for path in full.iterdir())
    arguments = ["notebook", *named(FILES, work=work), "--out", str(full / "n.ipynb")]
    assert run([*arguments, "--lang", "zh"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len([line for line in said if "无法写入" in line and "n.ipynb" in line]) == 1
    assert sorted(path.name for path in full.iterdir()) == before


def test_a_full_disk_that_a_library_has_turned_into_its_own_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "model.bin")

    def broken(**_: object) -> None:
        raise RuntimeError("of a library") from full

    monkeypatch.setattr("bilingual.cli.group.cli.main", broken)
    assert run(["doctor", "--format", "json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["code"], error["params"]["path"]) == ("output-unwritable", "model.bin")
