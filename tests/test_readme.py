"""READMEs and guides show all commands, say the same in both languages, and their Python runs.

Their commands are run by ``tests/docs/test_commands.py``; ``tests/docs/checked.py`` lists all.
"""

from __future__ import annotations

import ast
import os
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from bilingual.cli.group import cli
from bilingual.errors import DependencyError, ModelError
from tests.cli.test_cli import BO, ZH
from tests.docs.found import items, text
from tests.media.clips import make, picture, tone

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh.md")
GUIDES = ("docs/guide.md", "docs/guide.zh.md")
PAGES = (*READMES, *GUIDES)
LANGUAGES = tuple(zip(READMES, GUIDES, strict=True))  # English, then Chinese

pytestmark = pytest.mark.skipif(
    not (ROOT / "Makefile").is_file(), reason="the READMEs lie in the checkout"
)


def blocks(page: str, kind: str) -> list[str]:
    """The blocks of that language."""
    return [item.text for item in items(page) if item.kind == "code" and item.label == kind]


def typed(page: str) -> list[list[str]]:
    """Every command line of the console blocks, without comments."""
    return [words for words, label in commands(page) if label]


def commands(page: str) -> list[tuple[list[str], str]]:
    """Every command, and the kind of block that it is in."""
    found = [item for item in items(page) if item.kind == "command"]
    return [(shlex.split(item.text, comments=True), item.label) for item in found]


def options(page: str) -> list[str]:
    """The options that a page names outside its commands, sorted."""
    return sorted(item.text.split()[0] for item in items(page) if item.kind == "option")


@pytest.mark.parametrize("pages", LANGUAGES)
def test_readme_and_guide_show_how_it_is_used(pages: tuple[str, str]) -> None:
    for page in pages:
        assert len(typed(page)) > 8
    given = [words for page in pages for words, _ in commands(page)]
    shown = {words[1] for words in given if words[0] == "bilingual"}
    assert set(cli.commands) <= shown


def test_readmes_are_short() -> None:
    for page in READMES:
        assert len(text(page).splitlines()) <= 110


@pytest.mark.parametrize("pages", LANGUAGES)
def test_the_examples_in_python_run(
    pages: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "video.mp4", picture(), tone())
    Path("bo.srt").write_text(BO, encoding="utf-8")
    Path("zh.srt").write_text(ZH, encoding="utf-8")
    found = [code for page in pages for code in blocks(page, "python")]
    assert len(found) == 2
    try:
        for number, code in enumerate(found):
            exec(compile(code, f"{pages}, example {number + 1}", "exec"), {})
    except (DependencyError, ModelError) as error:
        if os.environ.get("BILINGUAL_REQUIRE_MODELS"):
            raise
        pytest.skip(f"no recogniser here: {error}")
    assert "fail" in capsys.readouterr().out  # a clip of four seconds is no entry
    assert Path("report.html").stat().st_size > 10_000


@pytest.mark.parametrize(("english", "chinese"), [READMES, GUIDES])
def test_both_languages_say_the_same(english: str, chinese: str) -> None:
    for kind in ("^## ", r"^\| ", r"^\s*- "):
        assert len(re.findall(kind, text(english), re.MULTILINE)) == len(
            re.findall(kind, text(chinese), re.MULTILINE)
        )
    assert options(english) == options(chinese)

    def alike(page: str) -> list[list[str]]:
        plain = str.maketrans("", "", "作品名称承诺单位文件夹")
        named = [[w for w in words if w not in ("--lang", "en")] for words in typed(page)]
        return [
            [re.sub("^(TITLE|PARTY|FOLDER)$", "", w.translate(plain)) for w in n] for n in named
        ]

    assert alike(english) == alike(chinese)
    one, other = (
        [ast.dump(ast.parse(code)) for code in blocks(page, "python")]
        for page in (english, chinese)
    )
    assert one == other
    assert [tomllib.loads(b) for b in blocks(english, "toml")] == [
        tomllib.loads(b) for b in blocks(chinese, "toml")
    ]
