"""The commands, names and examples of the READMEs and guides exist and run, in both languages alike."""

from __future__ import annotations

import ast
import os
import re
import shlex
import tomllib
from pathlib import Path

import click
import msgspec
import pytest

from bilingual import Config
from bilingual.checks.engine import rules
from bilingual.cli.group import cli
from bilingual.errors import DependencyError, ModelError
from tests.cli.test_cli import BO, ZH
from tests.media.clips import make, picture, tone

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh.md")
GUIDES = ("docs/guide.md", "docs/guide.zh.md")
PAGES = (*READMES, *GUIDES)
LANGUAGES = tuple(zip(READMES, GUIDES, strict=True))  # English, then Chinese

pytestmark = pytest.mark.skipif(
    not (ROOT / "Makefile").is_file(), reason="the READMEs lie in the checkout"
)


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", text(page), re.DOTALL | re.MULTILINE)


def typed(page: str) -> list[list[str]]:
    """Every command line of the console blocks, without comments."""
    lines = [
        line[2:] for b in blocks(page, "console") for line in b.splitlines() if line[:2] == "$ "
    ]
    return [shlex.split(line, comments=True) for line in lines]


def inline(page: str) -> list[list[str]]:
    """Every command within a sentence."""
    prose = re.sub(r"^```.*?^```$", "", text(page), flags=re.DOTALL | re.MULTILINE)
    return [shlex.split(c) for c in re.findall(r"`(bilingual [^`]+)`", prose)]


def options(page: str) -> list[str]:
    """The options that a page names outside its commands, sorted."""
    prose = re.sub(r"^```.*?^```$", "", text(page), flags=re.DOTALL | re.MULTILINE)
    return sorted(re.findall(r"`(--[a-z-]+)", prose))


def anchors(page: str) -> set[str]:
    """The names by which a page's headings are linked to, as GitHub makes them."""
    titles = re.findall("^#+ (.+)$", text(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def assert_usable(words: list[str]) -> None:
    """The command is there, and it takes these options and so many arguments."""
    command: click.Command = cli
    context = click.Context(cli, info_name="bilingual")
    while isinstance(command, click.Group):
        found = command.get_command(context, words[0]) if words else None
        if found is None:
            assert not words, f"no command {words[0]}"
            return
        command, words = found, words[1:]
        context = click.Context(command, info_name=command.name, parent=context)
    if words:  # a bare name in a sentence is no call
        command.parse_args(click.Context(command, parent=context.parent), list(words))


@pytest.mark.parametrize("page", PAGES)
def test_commands_and_their_options_exist(page: str) -> None:
    makefile = text("Makefile")
    extras = tomllib.loads(text("pyproject.toml"))["project"]["optional-dependencies"]
    for words in [*typed(page), *inline(page)]:
        program, *rest = words
        if program == "make":
            assert f"\n{rest[0]}:" in makefile
        elif program == "pip":
            assert set(rest[-1].strip(".[]").split(",")) <= set(extras)
        else:
            assert program == "bilingual"
            assert_usable(rest)


@pytest.mark.parametrize("pages", LANGUAGES)
def test_readme_and_guide_show_how_it_is_used(pages: tuple[str, str]) -> None:
    for page in pages:
        assert len(typed(page)) > 8
    shown = {words[1] for page in pages for words in [*typed(page), *inline(page)]}
    assert set(cli.commands) <= shown
    known = {
        option
        for command in cli.commands.values()
        for parameter in command.params
        for option in parameter.opts
    }
    for page in pages:
        assert set(options(page)) <= known


def test_readmes_are_short() -> None:
    for page in READMES:
        assert len(text(page).splitlines()) <= 110


def test_a_command_that_is_not_there_is_noticed() -> None:
    for words in (["verify", "--nonesuch"], ["nonesuch"], ["verify", "--format", "pdf"]):
        with pytest.raises((click.ClickException, AssertionError)):
            assert_usable(words)


@pytest.mark.parametrize("page", PAGES)
def test_what_is_named_exists(page: str) -> None:
    for target, _, anchor in re.findall(r"\]\(([^)#]*)(#([^)]+))?\)", text(page)):
        linked = (ROOT / page).parent / target if target else ROOT / page
        assert linked.exists(), target
        if anchor:
            assert anchor in anchors(str(linked.resolve().relative_to(ROOT))), anchor
    quoted = re.findall(
        r" \(([a-z]+(?:-[a-z]+)+)\)$", "\n".join(blocks(page, "console")), re.MULTILINE
    )
    assert quoted
    assert set(quoted) <= set(rules())
    for settings in blocks(page, "toml"):
        given = tomllib.loads(settings)
        whole = {"profile": msgspec.to_builtins(Config.load().profile), **given}
        read = msgspec.to_builtins(msgspec.convert(whole, Config))
        assert all(read[section].keys() >= values.keys() for section, values in given.items())
        assert given


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_the_report_shown_is_the_one_that_is_written(page: str) -> None:
    language = "zh" if ".zh." in page else "en"
    golden = ROOT / "tests/golden/data/sample-faulty" / f"report.{language}.txt"
    written = set(golden.read_text(encoding="utf-8").splitlines())
    (shown,) = [b for b in blocks(page, "console") if " sample/faulty/video.mp4 " in b]
    lines = [s for s in shown.splitlines() if s.strip("… ") and not s.startswith("$ ")]
    assert len(lines) > 7
    # A golden leaves out the size of the film, which depends on the encoder.
    assert [s for s in lines if s not in written and "112.7 MB" not in s] == []


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
