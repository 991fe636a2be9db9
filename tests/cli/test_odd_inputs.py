"""What is no file, or another kind of file, wherever a command line takes one.

Pipes, devices, descriptors, folders, links, names that nothing can have, and each kind of
ours in the place of each other: one error that names it, exit status 2, nothing written.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bilingual.batch import load_table, verify_many
from bilingual.cli import run
from bilingual.errors import InputError
from bilingual.locale import catalogue
from bilingual.model.review import Review
from bilingual.render.review import review_json
from tests.cli.test_cli import BO, ZH
from tests.media import clips

TRACKS = "--bo bo.srt --zh zh.srt"
LINES = {
    "track": "verify --bo {} --zh zh.srt",
    "one-of-three": "verify {} bo.srt zh.srt --asr off",
    "video": "verify {} --bo bo.srt --asr off",
    "reference": f"verify {TRACKS} --reference {{}}",
    "form": f"verify {TRACKS} --form {{}}",
    "settings": f"verify {TRACKS} --config {{}}",
    "glossary": f"verify {TRACKS} --glossary {{}}",
    "aligned": "align --bo bo.srt --zh {}",
    "heard": "transcribe {} --asr off",
    "picture": "ocr {}",
    "report": "show {}",
    "review": "show report.json --format html --review {} --out made",
    "played": "show film.json --format html --video {} --out made",
    "fixed": "fix --bo {} --zh zh.srt --out made",
    "sheet": f"fix {TRACKS} --from-sheet {{}} --out made",
    "mined": "terms mine {}",
    "parallel": "terms mine --parallel {}",
    "checked": "terms check {}",
    "annexed": "annex {} --title t --party p --out made.html",
    "annexed-review": "annex report.json --title t --party p --review {} --out made.html",
    "annexed-video": "annex film.json --title t --party p --video {} --out made.html",
    "key": "annex report.json --title t --party p --key {} --out made.html",
    "annex": "annex --check {} --public-key key.pub.pem",
    "public-key": "annex --check annex.json --public-key {}",
    "table": "batch {} --out made",
    "model": "models add mine {}",
    "downloads": "models fetch tiny --from {}",
    "tokens": "serve --port 0 --no-open --data made --token-file {}",
    "webhooks": "serve --port 0 --no-open --data made --webhooks {}",
    "notebook-review": f"notebook {TRACKS} --asr off --out made.ipynb --review {{}}",
}
STAGES = {words["zh"] for code, words in catalogue()["ui"].items() if code.startswith("stage-")}
"""What is said of a run that goes well."""

FOLDERS = {"one-of-three", "video", "table", "model", "downloads"}
"""Lines that take a folder in that place."""

FITTING = {
    "track": {"bo.srt", "zh.srt"},
    "video": {"bo.srt", "zh.srt", "film.mp4"},
    "reference": {"bo.srt", "zh.srt"},
    "form": {"form.toml", "annex.json"},  # which has a title
    "settings": {"settings.toml"},
    "glossary": {"terms.tsv", "sheet.csv"},  # which has columns of both languages
    "aligned": {"bo.srt", "zh.srt"},
    "heard": {"film.mp4"},
    "picture": {"film.mp4"},
    "report": {"report.json", "film.json"},
    "review": {"review.json"},
    "played": {"film.mp4"},
    "fixed": {"bo.srt", "zh.srt"},
    "sheet": {"sheet.csv"},
    "mined": {"bo.srt", "zh.srt", "report.json", "film.json", "terms.tsv", "film.mp4"},
    "parallel": {"bo.srt", "zh.srt", "report.json", "film.json", "terms.tsv", "film.mp4"},
    "annexed": {"report.json", "film.json"},
    "annexed-review": {"review.json"},
    "annexed-video": {"film.mp4"},
    "key": {"key.pem"},
    "annex": {"annex.json"},
    "public-key": {"key.pub.pem"},
}
"""Which of the files below fits in which place. Tables of any kind are read where rows are
named (``table``, ``checked``), and the rest is refused as in the first test."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file of each kind."""
    folder = tmp_path_factory.mktemp("kinds")
    patch = pytest.MonkeyPatch()
    patch.chdir(folder)
    Path("bo.srt").write_text(BO, encoding="utf-8")
    Path("zh.srt").write_text(ZH, encoding="utf-8")
    clips.make(folder / "film.mp4", clips.picture(seconds=1), clips.tone(1))
    Path("form.toml").write_text('title = "太阳"\n', encoding="utf-8")
    Path("settings.toml").write_text('[asr]\nengine = "off"\n', encoding="utf-8")
    Path("terms.tsv").write_text("zh\tbo\n太阳\tཉི་མ\n", encoding="utf-8")
    for line in (
        f"verify {TRACKS} --out report.json",
        f"verify film.mp4 {TRACKS} --asr off --out film.json",
        f"verify {TRACKS} --out sheet.csv",
        "annex --new-key key.pem",
        "annex report.json --title t --party p --key key.pem --out annex.html",
    ):
        assert run(line.split()) < 2
    Path("review.json").write_text(review_json(Review()), encoding="utf-8")
    patch.undo()
    return folder


@pytest.fixture
def folder(made: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of these files, with nothing else in it afterwards."""
    monkeypatch.chdir(made)
    before = sorted(made.iterdir())
    yield made
    for path in sorted(made.iterdir()):
        if path not in before:
            path.unlink() if not path.is_dir() or path.is_symlink() else path.rmdir()


def odd(kind: str) -> str:
    """What a command line is given in place of a file."""
    path = Path("odd")
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "socket":
            with socket.socket(socket.AF_UNIX) as opened:
                opened.bind(str(path))
        case "folder":
            path.mkdir()
        case "dangling":
            path.symlink_to("nowhere")
        case "loop":
            path.symlink_to(path)
        case "empty-file":
            path.touch()
        case "device":
            return "/dev/zero"
        case "descriptor":
            return "/dev/fd/0"
        case "no-descriptor":
            return "/proc/self/fd/999"
        case "within-a-file":
            return "bo.srt/odd"
        case "long":
            return "x" * 300
        case "deep":
            return "y/" * 2500 + "z"
        case "half-a-character":
            return "\udcff.srt"
        case "nothing":
            return ""
    return str(path)


ODD = (
    "pipe", "socket", "folder", "dangling", "loop", "empty-file", "device", "descriptor",
    "no-descriptor", "within-a-file", "long", "deep", "half-a-character", "nothing",
)  # fmt: skip


def one_error(line: str, given: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a command line says that ends with an error; it is one, and nothing else is said."""
    capsys.readouterr()
    status = run([given if word == "{}" else word for word in line.split()])
    out, err = capsys.readouterr()
    assert status == 2, (line, given[:40], err)
    assert out == ""
    said = [text for text in err.splitlines() if text and text not in STAGES]
    assert "Traceback" not in err
    assert "程序本身" not in err, (line, err)  # an error that nothing expected
    return "\n".join(said)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="pipes and devices of Linux")
@pytest.mark.parametrize("kind", ODD)
def test_what_is_no_file(
    folder: Path, kind: str, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("BILINGUAL_CACHE", str(tmp_path))
    given = odd(kind)
    before = sorted(folder.iterdir())
    for name, line in LINES.items():
        if (kind == "folder" and name in FOLDERS) or (kind == "empty-file" and name == "settings"):
            continue  # it is one, and settings without a word are the usual ones
        said = one_error(line, given, capsys)
        if kind == "nothing":
            assert "是空的" in said or "“”" in said, (name, said)
        else:
            named = given.removeprefix("\udcff")
            assert (named in said, said.count("\n")) == (True, 0), (name, said)
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("name", FITTING)
def test_another_kind_of_file(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("BILINGUAL_CACHE", str(tmp_path))
    before = sorted(folder.iterdir())
    others = [path.name for path in before if path.name not in FITTING[name]]
    assert len(others) > 10
    for other in others:
        said = one_error(LINES[name], other, capsys)
        assert (other in said, said.count("\n")) == (True, 0), (other, said)
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("line", [
    f"verify {TRACKS} --config settings.toml --out settings.toml",
    f"verify {TRACKS} --glossary terms.tsv --out terms.tsv",
    f"verify {TRACKS} --form form.toml --out form.toml",
    f"verify {TRACKS} --config settings.toml --out second-name",
    "align --bo bo.srt --zh zh.srt --config settings.toml --out settings.toml",
    "transcribe film.mp4 --asr off --config settings.toml --out settings.toml",
    f"terms mine {TRACKS} --config settings.toml --out settings.toml",
])  # fmt: skip
def test_what_is_read_is_not_written_over(
    folder: Path, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Settings and glossaries were, without a word; a second name of a file is that file."""
    Path("second-name").hardlink_to("settings.toml")
    before = {path: path.read_bytes() for path in folder.iterdir()}
    capsys.readouterr()
    assert run(line.split()) == 2
    assert "是输入文件" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("name", ["batch.json", "batch.xlsx", "index.html"])
def test_a_table_with_the_name_of_a_page_is_not_written_over(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bo.srt").write_text(BO, encoding="utf-8")
    table = Path(name)
    table.write_text('[{"id": "A", "bo": "bo.srt"}]', encoding="utf-8")
    before = table.read_bytes()
    for out in (".", str(tmp_path)):
        assert run(["batch", name, "--out", out]) == 2
        assert "是输入文件" in capsys.readouterr().err
    assert table.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["bo.srt", name])


def test_no_path_is_not_the_folder_that_one_is_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "A").mkdir()
    (tmp_path / "A" / "bo.srt").write_text(BO, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_table("")
    assert caught.value.code == "file-missing"
    with pytest.raises(InputError) as caught:
        verify_many((), out="")
    assert caught.value.code == "output-unwritable"
    assert [path.name for path in tmp_path.iterdir()] == ["A"]


@pytest.mark.parametrize("line", [
    "show film.json --format html --video large.mp4 --out made",
    "annex film.json --title t --party p --video large.mp4 --out made.html",
    "annex --check annex.json --public-key key.pub.pem --zh large.mp4",
    "annex large.mp4 --check annex.json --public-key key.pub.pem",
])  # fmt: skip
def test_a_file_of_another_size_is_not_hashed(
    folder: Path,
    line: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Twenty gigabytes of nothing kept it busy for a minute, before it said that it is another."""
    with Path("large.mp4").open("wb") as file:
        file.truncate(20 * 10**9)

    def never(*_: object) -> str:
        raise AssertionError("it is hashed")

    monkeypatch.setattr("bilingual.files.hashing.digest_of", never)
    status = run(line.split())
    out, err = capsys.readouterr()
    assert (status, "large.mp4" in err) == ((1, False) if "--check" in line else (2, True))
    assert ("不是同一个文件" in out) == ("--check" in line), out


def test_a_file_that_is_there_is_kept(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("made").mkdir()
    kept = Path("made", "film.burned-in.json")
    kept.write_text("kept", encoding="utf-8")
    try:
        line = "ocr film.mp4 --format json --out made"
        assert run(line.split()) in (0, 2)
        assert kept.read_text(encoding="utf-8") == "kept"
    finally:
        kept.unlink()


def test_names_that_are_too_long(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One with the end of a subtitle file's name; a cache of such a name is only reported."""
    hidden = ZH.replace("。", "\u200b。")
    assert hidden != ZH
    (folder / "hidden.srt").write_text(hidden, encoding="utf-8")
    name = "x" * 300 + ".srt"
    assert run(["fix", "--zh", "hidden.srt", "--out", name]) == 2
    said = capsys.readouterr().err
    assert name in said
    assert "程序本身" not in said
    monkeypatch.setenv("BILINGUAL_CACHE", str(folder / name))
    assert run(["doctor"]) in (0, 1)
    assert "程序本身" not in capsys.readouterr().err
