"""The command line in one language: help, wrong usage, and the name that was meant."""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bilingual.checks.engine import rules
from bilingual.cli import run
from bilingual.cli.group import cli
from bilingual.cli.wording import Command, Group, environment_language, said
from bilingual.locale import FIRST
from bilingual.nearest import nearest

HAN = re.compile("[\u3400-\u9fff]")
SENTENCE = re.compile(r"[A-Za-z]+,? [a-z]+,? [a-z]+")
"""Three words of English in a row."""


def complaint(line: list[str], language: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a wrong command line is answered with; the exit status is 2."""
    assert run([*line, *([] if "--lang" in line else ["--lang", language])]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    return shown.err


# Every message of click.

NEVER = "cannot happen here: "
PROVOKED: dict[str, list[str] | str] = {
    "Aborted!": NEVER + "run() answers it",
    "deprecated": NEVER + "nothing is deprecated",
    "Options": ["verify", "--help"],
    "Positional arguments": NEVER + "the help is made by us",
    "Got unexpected extra argument ({args})": ["rules", "a", "b"],
    "DeprecationWarning: The {param_type} {name!r} is deprecated.{extra_message}": NEVER + "no",
    "DeprecationWarning: The command {name!r} is deprecated.{extra_message}": NEVER + "nothing is",
    "Commands": ["--help"],
    "Missing command.": ["models"],
    "Value must be an iterable.": NEVER + "no default is given by a caller",
    "Takes {nargs} values but 1 was given.": NEVER + "no option takes several values at once",
    "Name '{name}' defined twice": NEVER + "a mistake of ours, not a user's",
    "env var: {var}": NEVER + "no option has one",
    "default: {default}": ["verify", "--help"],
    "(dynamic)": NEVER + "the help is made by us",
    "Error: {message}": ["verify", "--no-such"],
    "Try '{command} {option}' for help.": ["verify", "--no-such"],
    "Invalid value: {message}": ["verify", "--category", "x"],
    "Invalid value for {param_hint}: {message}": ["verify", "--category", "x"],
    "Missing argument": ["transcribe"],
    "Missing option": ["align", "--bo", "x.srt"],
    "Missing parameter": NEVER + "a parameter is an option or an argument",
    "Missing {param_type}": NEVER + "a parameter is an option or an argument",
    "Missing parameter: {param_name}": NEVER + "a parameter is an option or an argument",
    "No such option {name!r}.": ["verify", "--no-such"],
    "No such command {name!r}.": ["no-such"],
    "Did you mean {possibility}?": ["verify", "--burned"],
    "unknown error": NEVER + "no type opens files",
    "Could not open file {filename!r}: {message}": NEVER + "no type opens files",
    "Invalid start character for option ({option})": NEVER + "a mistake of ours, not a user's",
    "Argument {name!r} takes {nargs} values.": NEVER + "no argument takes a number of values",
    "Option {name!r} does not take a value.": ["verify", "--embed-clips=3"],
    "Option {name!r} requires an argument.": ["verify", "--bo"],
    "Choose from:\n\t{choices}": ["verify", "--category"],
    "{value!r} is not {choice}.": ["verify", "--category", "x"],
    "Choice({choices})": NEVER + "a name for programmers",
    "{value!r} is not a valid {number_type}.": ["terms", "mine", "--min-count", "x"],
    "{value} is not in the range {range}.": ["terms", "mine", "--min-count", "1"],
    "%(prog)s, version %(version)s": ["--version"],
    "Show the version and exit.": ["--help"],
    "Show this message and exit.": ["verify", "--help"],
    "Usage:": ["verify", "--help"],
}
DECLARED = NEVER + "a mistake of ours, not a user's"
TYPES = "types that no option has: "
ELSEWHERE = {
    "{value!r} is not a valid boolean. Recognized values: {states}": TYPES + "a flag takes none",
    "{value!r} is not a valid UUID.": TYPES + "UUID",
    "file": TYPES + "Path",
    "directory": TYPES + "Path",
    "path": TYPES + "Path",
    "{name} {filename!r} does not exist.": TYPES + "Path",
    "{name} {filename!r} is a directory.": TYPES + "Path",
    "{name} {filename!r} is a file.": TYPES + "Path",
    "{name} {filename!r} is not executable.": TYPES + "Path",
    "{name} {filename!r} is not readable.": TYPES + "Path",
    "{name} {filename!r} is not writable.": TYPES + "Path",
    "{value!r} does not match the format {format}.": TYPES + "DateTime",
    "{len_type} values are required, but {len_value} was given.": TYPES + "Tuple",
    "Unknown standard stream '{name}'": NEVER + "click.open_file is not used",
    "Windows error: {error}": NEVER + "click.open_file is not used",
    "Do you want to continue?": NEVER + "nothing asks",
    "Confirm the action without prompting.": NEVER + "nothing asks",
    "Could not determine name for option with declarations {decls!r}": DECLARED,
    "Arguments take exactly one parameter declaration, got {length}: {decls}.": DECLARED,
    "Boolean option {decl!r} cannot use the same flag for true/false.": DECLARED,
    "No options defined but a name was passed ({name}). Did you mean to declare an argument"
    " instead? Did you mean to pass '--{name}'?": DECLARED,
}
UNUSED_MODULES = {"termui", "_termui_impl", "shell_completion"}  # prompts, pagers, completion


def click_messages() -> Iterator[tuple[str, str]]:
    """Module and text of every message that click would translate."""
    for path in sorted(Path(click.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("_", "ngettext"):
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    yield path.stem, str(first.value)


def test_every_message_of_click_is_looked_at() -> None:
    known = set(PROVOKED) | set(ELSEWHERE)
    found = {text for module, text in click_messages() if module not in UNUSED_MODULES}
    assert len(found) > 30
    assert found - known == set()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("text", PROVOKED, ids=str)
def test_every_message_is_in_the_language(
    text: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    line = PROVOKED[text]
    if isinstance(line, str):
        assert line.startswith(NEVER)
        return
    if line[-1] in ("--bo", "--category"):  # what follows would be taken for the value
        line = [line[0], "--lang", language, *line[1:]]
    status = run([*line] if line == ["--version"] else [*_with(line, language)])
    shown = capsys.readouterr()
    words = shown.out + shown.err
    assert words.strip()
    assert status == (0 if line[-1] in ("--help", "--version") else 2)
    if line != ["--version"]:
        assert bool(HAN.search(words)) == (language == "zh"), words
    plain = re.sub(r"\{.*?\}|[\"'!.:]", "", text).strip()
    if language == "zh" and len(plain) > 3:
        assert plain not in words


def _with(line: list[str], language: str) -> list[str]:
    """The line in a language; where --lang would not be read, by the environment."""
    if "--lang" in line:
        return line
    first = line[0]
    if first in ("--help", "no-such", "models"):  # the group has no --lang
        os.environ["LANGUAGE"] = language
        return line
    return [*line, "--lang", language]


@pytest.fixture(autouse=True)
def language_of_the_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "zh")


# Typing errors.

OPTIONS = {
    "--zn": "--zh",
    "--hz": "--zh",
    "--b0": "--bo",
    "--chinese": "--zh",
    "--Tibetan": "--bo",
    "--藏文": "--bo",
    "--中文字幕": "--zh",
    "－－zh": "--zh",
    "-–zh": "--zh",
    "—bo": "--bo",
    "–out": "--out",
    "--output": "--out",
    "--formt": "--format",
    "--json": "--format json",
    "--language": "--lang",
    "--burnedin": "--burned-in",
    "--burned_in": "--burned-in",
    "--embedclips": "--embed-clips",
    "--embed-clip": "--embed-clips",
    "--catagory": "--category",
    "--glosary": "--glossary",
    "--fail": "--fail-on",
    "--audio": "--audio-stream",
    "--FORMAT": "--format",
    "--asrmodel": "--asr-model",
    "--hlep": "--help",
}
COMMANDS = {
    "verfy": "verify",
    "Verify": "verify",
    "vreify": "verify",
    "check": "verify",
    "核查": "verify",
    "检查": "verify",
    "aling": "align",
    "transcibe": "transcribe",
    "orc": "ocr",
    "model": "models",
    "rule": "rules",
    "规则": "rules",
    "samples": "sample",
    "term": "terms",
    "note-book": "notebook",
    "anex": "annex",
    "fixx": "fix",
    "help": "--help",
    "帮助": "--help",
}
RULES = {
    "wrong-tranlation": "wrong-translation",
    "missing_translation": "missing-translation",
    "Number-Mismatch": "number-mismatch",
    "numbermismatch": "number-mismatch",
    "sync-ofset": "sync-offset",
    "tibetan-sylable": "tibetan-syllable",
    "line-lenght": "line-length",
    "untranslate": "untranslated",
}
CHOICES = {
    ("--format", "jsn"): "json",
    ("--format", "HTML"): "html",
    ("--format", "xls"): "xlsx",
    ("--format", "txt"): "text",
    ("--lang", "ZH"): "zh",
    ("--category", "bilingal"): "bilingual",
    ("--fail-on", "warnings"): "warning",
    ("--burned-in", "atuo"): "auto",
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("typed", "meant"), OPTIONS.items())
def test_an_option(
    typed: str, meant: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = complaint(["verify", typed, "x"], language, capsys)
    assert typed in words
    assert f"您想用的是 {meant}" in words or f"Did you mean {meant}" in words
    assert "verify --help" in words


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("typed", "meant"), COMMANDS.items())
def test_a_command(
    typed: str, meant: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = complaint([typed, "x"], language, capsys)
    assert f"您想用的是 {meant}" in words or f"Did you mean {meant}" in words


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("typed", "meant"), RULES.items())
def test_a_rule(typed: str, meant: str, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert meant in rules()
    words = complaint(["rules", typed], language, capsys)
    assert f"您想用的是 {meant}" in words or f"Did you mean {meant}" in words


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("typed", "meant"), CHOICES.items(), ids=str)
def test_a_choice(
    typed: tuple[str, str], meant: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = complaint(["verify", *typed], language, capsys)
    assert f"您想用的是 {meant}" in words or f"Did you mean {meant}" in words
    assert typed[1] in words


@pytest.mark.parametrize("language", ["zh", "en"])
def test_other_names(language: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for line, meant in (
        (["models", "path", "botok-word"], "botok-words"),
        (["verify", "--bo", "x.srt", "--profile", "sichuan2024"], "sichuan-2024"),
        (["terms", "mnie"], "mine"),
        (["models", "fetsh"], "fetch"),
    ):
        line = line if line[1] in ("mnie", "fetsh") else [*line, "--lang", language]
        assert run(line) == 2
        assert meant in capsys.readouterr().err


@pytest.mark.parametrize("language", ["zh", "en"])
def test_numbers(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    for line in (
        ["batch", "x", "--workers", "0"],
        ["batch", "x", "--workers", "257"],
        ["batch", "x", "--memory", "1.5"],
        ["batch", "x", "--timeout", "-1"],
        ["batch", "x", "--timeout", "nan"],
        ["batch", "x", "--timeout", "一小时"],
        ["terms", "mine", "--min-count", "１x"],
    ):
        words = complaint(line, language, capsys)
        assert line[-1] in words
        assert line[-2] in words
        assert bool(HAN.search(words.replace("一小时", ""))) == (language == "zh")


def test_far_less_like_than_the_best_is_not_suggested() -> None:
    options = ["--format", "--form", "--out", "--bo", "--zh"]
    assert nearest("--formt", options) == ["--format", "--form"]
    assert nearest("--b0", options)[0] == "--bo"
    assert nearest("number-mismach", ["number-mismatch", "unit-mismatch"]) == ["number-mismatch"]


def test_what_is_like_nothing_suggests_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert "您想用的是" not in complaint(["verify", "--qqqqq"], "zh", capsys)
    words = complaint(["qqqqq"], "zh", capsys)
    assert "您想用的是" not in words
    assert "transcribe" in words  # all there are
    assert nearest("--", ["--bo"]) == nearest("", ["a"]) == []


def test_a_file_in_a_commands_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert "bilingual verify '我的 片.mp4'" in complaint(["我的 片.mp4"], "zh", capsys)


def test_a_name_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    for line in (["verify", "--\x1b[2J"], ["a\nb"], ["verify", "--format", "\u202ejson"]):
        words = complaint(line, "zh", capsys)
        assert "\x1b" not in words
        assert "\u202e" not in words


# Help.


def every_command() -> Iterator[tuple[list[str], click.Command]]:
    def walk(path: list[str], found: click.Command) -> Iterator[tuple[list[str], click.Command]]:
        yield path, found
        if isinstance(found, click.Group):
            for name, below in found.commands.items():
                yield from walk([*path, name], below)

    yield from walk([], cli)


EVERY = list(every_command())


@pytest.mark.parametrize(
    ("path", "command"), EVERY, ids=lambda v: " ".join(v) if isinstance(v, list) else ""
)
def test_help_is_in_one_language(
    path: list[str],
    command: click.Command,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert isinstance(command, (Command, Group)), "made with bilingual.cli.wording.command"
    shown = {}
    for language in ("zh", "en"):
        monkeypatch.setenv("LANGUAGE", language)
        assert run([*path, "--help"]) == 0
        shown[language] = capsys.readouterr().out
    assert not HAN.search(shown["en"])
    assert len(HAN.findall(shown["zh"])) > 12
    # The first line is how the command is typed.
    assert not SENTENCE.findall(shown["zh"].partition("\n")[2])
    for param in command.params:
        if isinstance(param, click.Option):
            text = param.help or ""
            assert text.count(" / ") == 1, f"{param.opts}: in both languages"
            assert any(word in shown["zh"] for word in param.opts)
    own = said(command.help or "")
    assert own
    widths = [len(line) for line in shown["en"].splitlines()]
    assert max(widths) <= 80


def test_the_language_is_the_options_else_the_systems(capsys: pytest.CaptureFixture[str]) -> None:
    for environment, expected in (
        ({}, FIRST),
        ({"LANG": "C.UTF-8"}, FIRST),
        ({"LANG": "POSIX"}, FIRST),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "bo_CN.UTF-8"}, "bo"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN"}, "zh"),
        ({"LANGUAGE": "fr:zh:en", "LANG": "en_US"}, "zh"),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, "en"),
    ):
        if sys.platform != "win32":
            assert environment_language(environment) == expected, environment


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_environment_decides(
    language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANGUAGE", f"{language}_XX")
    assert run(["rules"]) == 0
    assert bool(HAN.search(capsys.readouterr().out)) == (language == "zh")
    assert run(["verify", "--lang", "en", "--bo", "no.srt"]) == 2
    assert not HAN.search(capsys.readouterr().err)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["verify", "--bo", "--lang", "zh"], "--bo"),
        (["verify", "x.srt", "--out", "--format=json"], "--out"),
        (["fix", "--out", "--unsafe"], "--out"),
        (["notebook", "--report", "--html"], "--report"),
    ],
)
def test_no_option_is_taken_for_the_value_of_another(
    words: list[str], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 2
    assert capsys.readouterr().err.startswith(f"{name} 后面缺少内容。")


def test_a_value_may_still_begin_with_dashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (["verify", "--bo=--out"], ["verify", "--bo", "--none-of-ours"]):
        assert run(words) == 2
        assert "找不到文件 --" in capsys.readouterr().err


PASSED_OVER = [
    (["notebook", "--method", "--review", "r.json"], "--method", ["--review"]),
    (["notebook", "--report=r.json", "--bo", "b.srt", "--method"], "--method", ["--bo", "--report"]),
    (["fix", "--bo", "b.srt", "--from-sheet", "s.xlsx", "--unsafe"], "--from-sheet", ["--unsafe"]),
    (["annex", "--check", "a.json", "--title", "T", "--out", "a.pdf"], "--check", ["--title", "--out"]),
    (["annex", "--new-key", "k.pem", "--zh", "z.srt"], "--new-key", ["--zh"]),
    (["annex", "r.json", "--out", "a.pdf", "--digest", "0"], "--check", ["--digest"]),
]  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("words", "option", "others"), PASSED_OVER)
def test_no_option_is_passed_over_in_silence(
    words: list[str],
    option: str,
    others: list[str],
    language: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    first = complaint(words, language, capsys).splitlines()[0]
    assert bool(HAN.search(first)) == (language == "zh")
    assert re.findall("--[a-z-]+", first) in ([option, *others], [*others, option])
    assert list(tmp_path.iterdir()) == []
