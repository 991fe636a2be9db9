"""What is written is what the file's name says, or nothing is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bilingual.cli import run
from bilingual.cli.endings import endings_of, form_of
from bilingual.errors import ConfigError

ZH = "1\n00:00:01,000 --> 00:00:03,000\n太阳离我们很远\n"
BO = "1\n00:00:01,000 --> 00:00:03,000\nཉི་མ་ནི་ང་ཚོ་དང་ཐག་རིང་།\n"


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    Path("zh.srt").write_text(ZH, encoding="utf-8")
    Path("bo.srt").write_text(BO, encoding="utf-8")
    return ["--bo", "bo.srt", "--zh", "zh.srt"]


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("report.html", "<!doctype html>"),
        ("report.HTM", "<!doctype html>"),
        ("report.json", "{"),
        ("report.csv", "\ufeff"),
        ("report.xlsx", "PK"),
        ("report.txt", "藏汉双语字幕核查报告"),
        ("report", "藏汉双语字幕核查报告"),
        ("report.v2", "藏汉双语字幕核查报告"),
    ],
)
def test_a_report_is_what_its_name_says(pair: list[str], name: str, begins: str) -> None:
    assert run(["verify", *pair, "--asr", "off", "--lang", "zh", "--out", name]) in (0, 1)
    assert Path(name).read_bytes().startswith(begins.encode())


@pytest.mark.parametrize("name", ["report.docx", "report.PDF", "report.ipynb", "report.srt"])
def test_what_cannot_be_written_is_refused(
    pair: list[str], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["verify", *pair, "--lang", "zh", "--out", name]) == 2
    assert not Path(name).exists()
    said = capsys.readouterr().err
    assert name in said
    assert ".html、.json、.txt" in said
    # Who names the form means it.
    assert run(["verify", *pair, "--out", name, "--format", "json"]) in (0, 1)
    assert json.loads(Path(name).read_text("utf-8"))["schema"] == "bilingual.report/1"


def test_a_page_that_is_opened_is_one(pair: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", *pair, "--open", "--out", "report.json"]) == 2
    assert not Path("report.json").exists()
    assert "--open" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "name", "begins"),
    [
        (["align", "--bo", "bo.srt", "--zh", "zh.srt"], "beads.json", "{"),
        (["terms", "consistency", "--bo", "bo.srt", "--zh", "zh.srt"], "terms.json", "{"),
        (["terms", "consistency", "--bo", "bo.srt", "--zh", "zh.srt"], "terms.tsv", "term\t"),
    ],
)
@pytest.mark.usefixtures("pair")
def test_every_command_goes_by_the_name(command: list[str], name: str, begins: str) -> None:
    assert run([*command, "--out", name]) == 0
    assert Path(name).read_text("utf-8").startswith(begins)
    assert run([*command, "--out", "other.docx"]) == 2
    assert not Path("other.docx").exists()


@pytest.mark.parametrize(
    ("name", "form"),
    [("film.srt", "srt"), ("film.WEBVTT", "vtt"), ("film.json", "json"), ("film.txt", "text")],
)
def test_a_transcript_is_subtitles_where_its_name_says_so(name: str, form: str) -> None:
    from bilingual.cli.transcribe import _endings

    assert form_of(None, Path(name), _endings()) == form
    assert form_of("json", Path(name), _endings()) == "json"
    with pytest.raises(ConfigError, match=r"\.srt"):
        form_of(None, Path("film.html"), _endings())


def test_without_a_file_it_is_text() -> None:
    assert form_of(None, None, endings_of(("json",))) == "text"
    assert form_of("json", None, endings_of(("json",))) == "json"


@pytest.mark.usefixtures("pair")
@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("fix --zh odd.srt --out odd.vtt", ".srt"),
        ("fix --zh odd.srt --out odd.docx", "odd"),
        ("terms add words.docx 恒星 བརྟན་སྐར", ".tsv"),
        ("batch table.csv --out season.xlsx", "season"),
        ("batch --template table.csv", ".xlsx"),
        ("sample sample.zip", "sample"),
        ("ocr film.mp4 --out film.srt", "film"),
        ("notebook --zh zh.srt --out book.pdf", ".ipynb"),
        ("notebook --zh zh.srt --report report.html", ".json"),
    ],
)
def test_other_commands_go_by_the_name(
    command: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("odd.srt").write_text(ZH.replace("很", "\u200b很"), encoding="utf-8")  # to be fixed
    before = sorted(Path().iterdir())
    assert run([*command.split(), "--lang", "zh"]) == 2
    assert sorted(Path().iterdir()) == before
    err = capsys.readouterr().err
    name = command.split("--out ")[-1].split()[0] if "--out" in command else ""
    assert name in err
    assert said in err
    assert "--format" not in err


@pytest.mark.usefixtures("pair")
def test_a_fixed_file_has_the_ending_of_its_format(capsys: pytest.CaptureFixture[str]) -> None:
    Path("odd.srt").write_text(ZH.replace("很", "\u200b很"), encoding="utf-8")
    for name in ("new.srt", "new.txt", "folder", "folder.d"):
        assert run(["fix", "--zh", "odd.srt", "--out", name]) == 0
    assert "\u200b" not in Path("new.srt").read_text("utf-8")
    assert Path("folder.d", "odd.fixed.srt").is_file()
    capsys.readouterr()
    assert run(["fix", "--zh", "zh.srt", "--out", "same.srt", "--lang", "zh"]) == 0
    assert "没有写出 same.srt" in capsys.readouterr().err
    assert not Path("same.srt").exists()
    Path("is.docx").mkdir()  # whoever has such a folder means it
    assert run(["fix", "--zh", "odd.srt", "--out", "is.docx"]) == 0
