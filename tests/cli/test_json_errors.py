"""With ``--format json`` an error is JSON on stdout as well, and exit 2."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import bilingual
from bilingual.cli import run
from bilingual.errors import InputError
from tests.cli.test_cli import BO

LINES: dict[str, list[str]] = {
    "verify": ["verify", "--zh", "absent.srt"],
    "show": ["show", "absent.json"],
    "align": ["align", "--bo", "absent.srt", "--zh", "absent.srt"],
    "transcribe": ["transcribe", "absent.mp4"],
    "ocr": ["ocr", "absent.mp4"],
    "terms": ["terms", "mine", "--bo", "absent.srt", "--zh", "absent.srt"],
    "rules": ["rules", "no-such-rule"],
    "batch": ["batch", "absent.csv", "--out", "out"],
    "models": ["models", "show", "no-such-model"],
}
CODES = {"rules": "rule-unknown", "models": "model-not-added"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def error_of(line: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The error that a line ends with; it is the only thing on stdout."""
    assert run(line) == 2
    shown = capsys.readouterr()
    assert shown.err.strip()
    whole = json.loads(shown.out)
    assert list(whole) == ["error"]
    assert sorted(whole["error"]) == ["code", "message", "params"]
    assert isinstance(whole["error"]["params"], dict)
    if whole["error"]["code"] != "usage":
        assert whole["error"]["message"] in shown.err
    return dict(whole["error"])


def test_every_command_with_the_option_is_tried() -> None:
    from bilingual.cli.group import cli

    def options(command: Any) -> set[str]:
        found = {word for p in command.params for word in p.opts}
        for part in getattr(command, "commands", {}).values():
            found |= options(part)
        return found

    # ``doctor`` reads nothing that is given to it, so that nothing of it can be wrong.
    without = {n for n, c in cli.commands.items() if "--format" in options(c)} - {"doctor"}
    assert without == set(LINES)


@pytest.mark.parametrize("command", LINES)
def test_of_each_command(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    error = error_of([*LINES[command], "--format", "json"], capsys)
    assert error["code"] == CODES.get(command, "file-missing")
    assert error["params"]
    assert run([*LINES[command], "--format", "text"]) == 2
    assert capsys.readouterr().out == ""


def test_its_words_are_of_the_language_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    line = ["verify", "--zh", "absent.srt", "--format=json"]
    chinese, english = (error_of([*line, "--lang", lang], capsys) for lang in ("zh", "en"))
    assert chinese["code"] == english["code"]
    assert chinese["params"] == english["params"]
    assert chinese["message"] != english["message"]
    assert english["message"].isascii()


@pytest.mark.parametrize(
    "line",
    [
        ["verify", "--no-such-option", "--format", "json"],
        ["verify", "--format", "text", "--format", "json", "--fail-on", "never"],
        ["terms", "check", "--format=json", "a", "b", "c"],
        ["no-such-command", "--format", "json"],
    ],
    ids=" ".join,
)
def test_of_a_wrong_command_line(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    error = error_of(line, capsys)
    assert error["code"] == "usage"
    assert error["params"]["detail"] == error["message"]
    assert error["params"]["kind"] in ("no-option", "no-choice", "extra", "no-command-like")


def test_with_a_file_for_the_output(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["verify", "--zh", "absent.srt", "--format", "json", "--out", "r.json"]
    error_of(line, capsys)
    assert not list(folder.iterdir())


def test_what_nothing_expected(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RecursionError("deep \x1b[2J")

    monkeypatch.setattr(bilingual, "verify", broken)
    error = error_of(["verify", "--zh", "zh.srt", "--format", "json"], capsys)
    assert error["code"] == "internal-error"
    assert error["params"]["kind"] == "RecursionError"
    assert "bilingual -v" in error["message"]


def test_parameters_of_any_kind_are_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refusing(*_: object, **__: object) -> None:
        odd = {"b": (1, None), "c": float("nan"), 4: float("inf")}
        raise InputError("file-missing", path=Path("a\udcff\n"), odd=odd)

    monkeypatch.setattr(bilingual, "verify", refusing)
    error = error_of(["verify", "--zh", "zh.srt", "--format", "json"], capsys)
    assert error["params"]["odd"] == {"b": [1, None], "c": "nan", "4": "inf"}


def test_no_error_no_object(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "bo.srt").write_text(BO, encoding="utf-8")
    assert run(["verify", "--bo", "bo.srt", "--format", "json"]) in (0, 1)
    assert "error" not in json.loads(capsys.readouterr().out)
