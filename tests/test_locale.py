"""Every code has words in Chinese and English, and the two take the same params."""

from __future__ import annotations

import ast
import errno
import os
import string
from pathlib import Path

import pytest

import bilingual
from bilingual.errors import InputError
from bilingual.locale import catalogue, error_sentence, fill, sentence
from bilingual.report.files import write_whole

ROOT = Path(bilingual.__file__).parent
ENTRIES = [
    (section, code, words)
    for section, entries in catalogue().items()
    for code, words in entries.items()
]


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize(("section", "code", "words"), ENTRIES, ids=lambda v: str(v)[:40])
def test_entry_is_whole(section: str, code: str, words: dict[str, str]) -> None:
    assert section in ("errors", "problems", "reasons", "ui")
    assert set(words) <= {"zh", "en", "bo"}
    assert words["zh"].strip()
    assert words["en"].strip()
    assert fields(words["zh"]) == fields(words["en"])


def test_missing_param_shows_and_does_not_break() -> None:
    assert fill("{a} and {b}", {"a": 1}) == "1 and ?"


def test_values_are_never_templates() -> None:
    assert fill("{a}", {"a": "{b.__class__}"}) == "{b.__class__}"


def test_unknown_code_is_shown_as_it_is() -> None:
    assert "no-such-code" in sentence("errors", "no-such-code", {"x": 1}, "zh")


def raised_codes() -> set[tuple[str, str]]:
    """(file, code) of every error raised with a literal code."""
    found = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func).split(".")[-1].endswith(("Error",))
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
                and ast.unparse(node.func).split(".")[-1]
                in {
                    "BilingualError",
                    "InputError",
                    "FormatError",
                    "MediaError",
                    "ConfigError",
                    "ModelError",
                    "DependencyError",
                    "CancelledError",
                }
            ):
                found.add((str(path.relative_to(ROOT)), node.args[0].value))
    return found


def test_every_error_raised_has_words() -> None:
    known = catalogue()["errors"]
    assert {c for c in raised_codes() if c[1] not in known} == set()
    assert len(raised_codes()) > 10


def test_what_the_system_says_is_said_in_the_readers_language(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_whole(tmp_path / "nowhere" / "report.json", "{}")
    assert caught.value.params["detail"] == os.strerror(errno.ENOENT)
    told = error_sentence(caught.value.code, caught.value.params, "zh")
    assert "没有这个文件或文件夹" in told
    assert "No such" not in told
    assert "there is no such file" in str(caught.value)


def test_a_fault_within_an_error_has_words() -> None:
    error = InputError("term-invalid", zh="", problem="term-empty-side", side="zh")
    told = error_sentence(error.code, error.params, "zh")
    assert "一栏是空的" in told
    assert "term-empty-side" not in told
