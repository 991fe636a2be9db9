"""The page on what is new: what it says to callers is so, and its code runs."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

from bilingual import Config
from bilingual.batch.rules import BATCH_RULES
from bilingual.checks.engine import rules
from tests.cli.test_cli import BO, ZH

ROOT = Path(__file__).parents[2]
PAGES = {"en": ROOT / "docs/news.md", "zh": ROOT / "docs/news.zh.md"}

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="the docs lie in the checkout")


def code(language: str, version: str) -> str:
    """The example of a page for callers of that version."""
    text = PAGES[language].read_text(encoding="utf-8")
    (found,) = re.findall(rf"^```python\n# {version}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return str(found)


@pytest.mark.parametrize("language", PAGES)
def test_the_new_code_runs(
    language: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bo.srt").write_text(BO, encoding="utf-8")
    more = "\n3\n00:00:08,000 --> 00:00:10,000\n湖里的鱼很多，岛上的鸟也很多。\n"
    Path("zh.srt").write_text(ZH + more, encoding="utf-8")
    exec(compile(code(language, "0.2.0"), "news", "exec"), {})
    assert "湖里的鱼很多" in capsys.readouterr().out
    Path("bo.srt").unlink()
    exec(compile(code(language, "0.2.0"), "news", "exec"), {})
    assert capsys.readouterr().out.startswith("file-")


@pytest.mark.parametrize("version", ["0.1.0", "0.2.0"])
def test_both_languages_show_the_same_code(version: str) -> None:
    chinese = code("zh", version).replace('"zh"', '"en"').replace("已停止", "stopped")
    assert ast.dump(ast.parse(chinese)) == ast.dump(ast.parse(code("en", version)))


@pytest.mark.parametrize("language", PAGES)
def test_modules_have_moved_as_it_says(language: str) -> None:
    text = PAGES[language].read_text(encoding="utf-8")
    moved = re.findall(r"^\| `(bilingual\.\w+)` \| `(bilingual[\w.]+)` \|$", text, re.MULTILINE)
    assert len(moved) == 6
    for before, now in moved:
        import_module(now)
        with pytest.raises(ModuleNotFoundError):
            import_module(before)


@pytest.mark.parametrize("name", ["docs/news.md", "docs/news.zh.md", "CHANGELOG.md"])
def test_figures_are_those_of_the_code(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    config = Config.load()
    for shown, value in (
        (rf"wrong_risk.*\D0?\.{config.accuracy.wrong_risk * 100:.0f}\b", config.accuracy),
        (rf"partial_risk.*\D0?\.{config.accuracy.partial_risk * 100:.0f}\b", config.accuracy),
        (rf"max_cues`[^\n]* {config.reading.max_cues:,}\b", config.reading),
    ):
        assert re.search(shown, text), value
    for count in re.findall(r"\b(\d+) rules\b", text):
        assert int(count) == len(rules()), (
            f"{name} says that there are {count} rules, and there are {len(rules())}: correct it"
        )


def test_the_changelog_names_what_is_there() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    (new,) = re.findall(r"^- New rules: (.*?)(?=^- )", text, re.DOTALL | re.MULTILINE)
    named = re.findall(r"`([a-z-]+)`", new)
    assert len(named) > 5
    assert set(named) <= {*rules(), *BATCH_RULES}


def test_the_changelog_says_each_thing_once() -> None:
    """A merge must not bring back entries that were joined: no heading comes twice in a version."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = text.split("\n## ")[1:]
    assert len(versions) > 1
    for version in versions:
        headings = re.findall("^### .*", version, re.MULTILINE)
        assert len(headings) == len(set(headings))
    entries = re.findall("^- .*", text, re.MULTILINE)
    assert len(entries) == len(set(entries)) > 60
