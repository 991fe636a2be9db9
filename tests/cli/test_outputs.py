"""Odd places for output, odd environments: an error of ours and exit 2, never a foreign one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import bilingual
from bilingual.cli import run
from bilingual.pipeline.provenance import created_now
from tests.cli.test_cli import BO, ZH

HOME = str(Path(bilingual.__file__).parents[1])
PROGRAM = "from bilingual.cli import main; main()"
LONG = "x" * 300
ODD = (
    LONG,
    "བོད་" * 30 + ".html",
    "a\0b.html",
    "no/such/folder/r.html",
    "zh.srt/r.html",
    ".",
    "\udc1b.html",
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("bo.srt").write_text(BO, encoding="utf-8")
    Path("zh.srt").write_text(ZH, encoding="utf-8")
    assert (
        run(["verify", "--bo", "bo.srt", "--zh", "zh.srt", "--format", "json", "--out", "r.json"])
        < 2
    )
    return tmp_path


@pytest.mark.parametrize("out", ODD, ids=ascii)
def test_a_place_that_cannot_be_written_is_an_error_of_ours(
    folder: Path, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(folder.iterdir())
    tracks = ["--bo", "bo.srt", "--zh", "zh.srt"]
    lines = [
        ["verify", *tracks, "--format", "json", "--out", out],
        ["verify", *tracks, "--format", "html", "--out", out],
        ["verify", *tracks, "--format", "xlsx", "--out", out],
        ["show", "r.json", "--format", "html", "--out", out],
        ["align", *tracks, "--out", out],
        ["terms", "mine", *tracks, "--out", out],
        ["notebook", *tracks, "--html", "--out", out],
        ["annex", "r.json", "--title", "t", "--party", "p", "--out", out],
        ["annex", "--new-key", out],
    ]
    if out != ".":
        lines += [["fix", *tracks, "--out", f"{out}/x"], ["sample", f"{out}/x"]]
        lines += [["terms", "add", out, "太阳", "ཉི་མ"]]
    for line in lines:
        if out == "no/such/folder/r.html" and line[0] in ("fix", "sample"):
            continue  # a folder that they make
        if line[0] == "fix":
            Path("bo.srt").write_text(BO.replace("།", "།\u200b"), encoding="utf-8")
        assert run(line) == 2, line
        message = capsys.readouterr().err
        assert "Traceback" not in message
        assert "程序内部出错" not in message, (line, message)
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("out", ["no/such/folder/r.json", "zh.srt/r.json", "taken"])
def test_a_place_that_cannot_be_written_is_said_before_the_work_is_done(
    folder: Path, out: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "taken").mkdir()
    monkeypatch.setattr(bilingual, "verify", lambda *_, **__: pytest.fail("it was checked"))
    assert run(["verify", "--bo", "bo.srt", "--zh", "zh.srt", f"--out={out}"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def started(
    folder: Path, *line: str, shell: str = "", **changes: str
) -> subprocess.CompletedProcess[bytes]:
    """A command line in a process of its own, its streams as a shell sets them up."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "LC_", "LANG"))}
    words = ' "$@" ' + shell
    return subprocess.run(
        ["/bin/sh", "-c", f'"$0" -P -c "{PROGRAM}"{words}', sys.executable, *line],
        cwd=folder,
        env={**kept, "PYTHONPATH": HOME, **changes},
        capture_output=True,
        check=False,
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("line", [["rules"], ["--help"], ["verify", "--zh", "zh.srt"]], ids=str)
@pytest.mark.parametrize("shell", [">/dev/full", ">&-", "| true; exit 2", "2>&- >/dev/full"])
def test_a_stdout_that_takes_nothing(folder: Path, line: list[str], shell: str) -> None:
    done = started(folder, *line, shell=shell)
    if line == ["--help"] and shell == ">&-":
        assert done.returncode == 0  # nothing was asked of the work, and nothing is lost
    else:
        assert done.returncode == 2, done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
    if shell in (">/dev/full", ">&-") and line != ["--help"]:
        assert b"stdout" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="streams of POSIX")
def test_no_file_of_ours_takes_the_place_of_a_closed_stream(folder: Path) -> None:
    done = started(folder, "verify", "--zh", "zh.srt", "--out", "r.txt", shell="<&- >&- 2>&-")
    assert done.returncode == 0
    assert "zh.srt" in (folder / "r.txt").read_text("utf-8")


@pytest.mark.parametrize(
    "changes",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONIOENCODING": "latin-1:strict"},
        {"LC_ALL": "no_SUCH.locale", "LANG": "\udcff"},
        {"HOME": "/nonexistent", "XDG_CACHE_HOME": "relative", "TMPDIR": "/nonexistent"},
        {"HOME": "", "XDG_CACHE_HOME": "/dev/null", "BILINGUAL_CACHE": "/dev/null/x"},
        {"BILINGUAL_CACHE": "\udcff\n\x1b", "SOURCE_DATE_EPOCH": "²", "COLUMNS": "²"},
        {"COLUMNS": "-5", "NO_COLOR": "1", "TERM": "\x1b", "PATH": "", "SOURCE_DATE_EPOCH": "-1"},
        {"BILINGUAL_CACHE": LONG * 20, "TMPDIR": LONG, "ORT_DISABLE_TELEMETRY": "x"},
    ],
    ids=lambda c: ",".join(c),
)  # fmt: skip
def test_odd_environments(folder: Path, changes: dict[str, str]) -> None:
    (folder / "字幕བོ.srt").write_text(BO, encoding="utf-8")
    done = started(folder, "verify", "--bo", "字幕བོ.srt", "--zh", "zh.srt", **changes)
    assert done.returncode in (0, 1, 2), done.stderr
    assert b"Traceback" not in done.stderr
    assert "程序内部出错".encode() not in done.stderr
    made = {p.name for p in folder.iterdir()} - {"bo.srt", "zh.srt", "r.json", "字幕བོ.srt"}
    assert made <= {os.fsdecode(os.fsencode(changes.get("BILINGUAL_CACHE", "x")))}


@pytest.mark.parametrize(
    "epoch", ["²", "١٢٣", "-1", "1e3", " 1 ", "", "9" * 400, "253402300800", "\udcff", "0x10"]
)
def test_a_date_that_is_none_is_passed_over(epoch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert created_now() > "2025"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert created_now() == "1970-01-01T00:00:00+00:00"


def test_words_that_are_no_unicode(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Arguments come as bytes; those that are no text are refused or shown, not choked on."""
    word = "\udcff作品"
    for line in (
        ["annex", "r.json", "--title", word, "--party", word, "--out", "a.html"],
        ["terms", "add", "g.tsv", word, "ཉི་མ"],
        ["terms", "add", "g.tsv", "太阳", "ཉི་མ", "--field", word, "--source", word],
        ["verify", "--zh", "zh.srt", "--asr-model", word],
        ["verify", "--zh", "zh.srt", "--backend", word],
        ["verify", "--zh", "zh.srt", "--glossary", word],
        ["rules", word],
        ["models", "fetch", word, "--form", word, "--from", word],
    ):
        assert run(line) in (0, 1, 2), line
        message = capsys.readouterr().err
        assert "程序内部出错" not in message, (line, message)


def test_what_nothing_expected_is_exit_2_and_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RecursionError("deep \x1b[2J")

    monkeypatch.setattr(bilingual, "verify", broken)
    assert run(["verify", "--zh", "zh.srt"]) == 2
    message = capsys.readouterr().err
    assert "RecursionError" in message
    assert re.search(r"test_outputs\.py:\d+", message)
    assert "\x1b" not in message
    assert run(["-v", "verify", "--zh", "zh.srt"]) == 2
