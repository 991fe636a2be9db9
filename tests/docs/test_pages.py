"""Every page of docs: its commands, names, labels and pictures are there, in both languages alike."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from pathlib import Path

import click
import pytest

from bilingual.batch.rules import BATCH_RULES
from bilingual.checks.engine import rules
from bilingual.cli.group import cli
from bilingual.locale import catalogue
from docs._make.pages import WRITTEN
from docs._make.staging import links, prose
from tests.test_readme import anchors, assert_usable

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="the docs lie in the checkout")

# The READMEs and the guides have tests of their own besides (tests/test_readme.py).
PAIRS = [(p.en, p.zh) for p in WRITTEN.values() if p.zh != p.en and p.place != "start.md"]
PAGES = [page for pair in PAIRS for page in pair]
# A link to what a rule is made from; the site makes it one to the rule's page.
RULE = re.compile(r"\[([^\]]*)\]\(\.\./bilingual/(checks|batch/rules\.py)#([^)]*)\)")


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str) -> list[tuple[str, str]]:
    """The language and the lines of each block."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", text(page), re.DOTALL | re.MULTILINE)


def commands(page: str) -> list[str]:
    """Every command line: of the console, of plain blocks, and within sentences."""
    found = []
    for kind, block in blocks(page):
        lines = block.replace("\\\n", " ").splitlines()
        if kind == "console":
            found += [line[2:] for line in lines if line.startswith("$ ")]
        elif not kind:
            found += [line for line in lines if re.match("(bilingual|pip|dask) ", line)]
    for piece, outside in prose(text(page)):
        found += re.findall(r"`(bilingual [^`]+)`", piece) if outside else []
    return found


def words_of(command: str) -> list[str]:
    # "verify … --form": what stands in between is the reader's.
    return [word for word in shlex.split(command, comments=True) if word != "…"]


@pytest.mark.parametrize("page", PAGES)
def test_commands_and_their_options_exist(page: str) -> None:
    extras = tomllib.loads(text("pyproject.toml"))["project"]["optional-dependencies"]
    for command in commands(page):
        program, *rest = words_of(command)
        if program == "pip":
            named = re.search(r"\[([a-z,-]+)\]$", rest[-1])
            assert named is None or set(named[1].split(",")) <= set(extras)
        elif program == "bilingual":
            try:
                assert_usable(rest)
            except click.BadOptionUsage:
                # "`bilingual serve --data`" names an option of a command.
                assert rest[-1].startswith("--")
        elif program == ".venv/bin/python":
            assert rest[:2] == ["-m", "pytest"]
            for path in rest[2 : rest.index("-k")]:
                assert (ROOT / path).is_file(), path
        else:
            assert program in ("dask", "curl"), command


def test_commands_are_found() -> None:
    assert sum(len(commands(page)) for page in PAGES) > 120
    assert {words_of(c)[1] for c in commands("docs/faq.md") if "bilingual" in c} >= {"doctor"}
    with pytest.raises(Exception, match="nonesuch"):
        assert_usable(["verify", "--nonesuch"])


@pytest.mark.parametrize("page", PAGES)
def test_options_and_rules_named_in_sentences_exist(page: str) -> None:
    said = "".join(piece for piece, outside in prose(text(page)) if outside)
    known = {o for c in cli.commands.values() for p in c.params for o in p.opts}
    groups = [c for c in cli.commands.values() if hasattr(c, "commands")]
    known |= {o for g in groups for c in g.commands.values() for p in c.params for o in p.opts}
    others = {"--nthreads", "--network", "--secret", "--check"}  # Dask's and podman's own
    others |= {"--reports-to"}  # tests.release.address
    assert set(re.findall(r"`(--[a-z0-9-]+)", said)) <= known | others
    for label, place, name in RULE.findall(said):
        assert label == f"`{name}`"
        assert name in (BATCH_RULES if place == "batch/rules.py" else rules()), name


def test_links_to_rules_are_found() -> None:
    found = [RULE.findall(text(page)) for page in ("docs/units.md", "docs/units.zh.md")]
    assert [len(links_) for links_ in found] == [5, 5]


@pytest.mark.parametrize("page", PAGES)
def test_blocks_of_code_can_be_read(page: str) -> None:
    for kind, block in blocks(page):
        if kind == "python":
            ast.parse(block)
        elif kind == "toml":
            tomllib.loads(block)


@pytest.mark.parametrize("page", PAGES)
def test_links_to_files_and_headings_lead_somewhere(page: str) -> None:
    """On GitHub, where there are no pages that the site alone has."""
    for target, anchor in links(text(page)):
        if re.match("[a-z]+:", target):
            continue
        linked = ((ROOT / page).parent / target if target else ROOT / page).resolve()
        assert linked.exists(), target
        if anchor and linked.suffix == ".md":
            assert anchor[1:] in anchors(str(linked.relative_to(ROOT))), (target, anchor)


@pytest.mark.parametrize(("english", "chinese"), PAIRS)
def test_both_languages_say_the_same(english: str, chinese: str) -> None:
    for kind in ("^## ", r"^\| ", r"^\s*- ", r"^\*\*", r"^!\["):
        assert len(re.findall(kind, text(english), re.MULTILINE)) == len(
            re.findall(kind, text(chinese), re.MULTILINE)
        ), kind

    def alike(page: str) -> list[list[str]]:
        # Names of files and folders, and the language, may differ.
        return [
            [w for w in words_of(c)[1:] if w.startswith("-") and w != "--lang"]
            for c in commands(page)
            if not c.startswith("bilingual rules")
        ]

    assert sorted(alike(english)) == sorted(alike(chinese))


@pytest.mark.parametrize("page", ["CONTRIBUTING", "SECURITY", "CODE_OF_CONDUCT"])
def test_pages_for_developers_have_the_same_code_and_headings(page: str) -> None:
    """Code to the letter: what is tried of one page is tried of both."""
    assert blocks(f"{page}.md") == blocks(f"{page}.zh.md")
    for kind in ("^### ", r"^\d+\. ", r"^\* ", r"^\[[\w .]+\]: "):
        assert len(re.findall(kind, text(f"{page}.md"), re.MULTILINE)) == len(
            re.findall(kind, text(f"{page}.zh.md"), re.MULTILINE)
        ), kind
    # Addresses, paths and names are the same, apart from words that stand for the reader's.
    named = [
        sorted(set(re.findall(r"`([\w./:@=-]+)`", text(f"{page}{end}"))))
        for end in (".md", ".zh.md")
    ]
    assert named[0] == named[1]


@pytest.mark.parametrize("page", ["creators", "reviewers"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_labels_are_those_of_the_pages(page: str, language: str) -> None:
    labels = {words[language] for words in catalogue()["ui"].values() if language in words}
    named = re.findall(r"\*\*(.+?)\*\*", text(f"docs/{page}{'.zh' if language == 'zh' else ''}.md"))
    assert len(named) > 8
    assert [name for name in named if name not in labels] == []


def test_pictures_are_there_small_and_used() -> None:
    from tests.pictures import LOCALES, MOST_BYTES, NAMES

    named = {target for page in PAGES for target, _ in links(text(page)) if "pictures/" in target}
    assert named == {f"pictures/{name}.{language}.webp" for name in NAMES for language in LOCALES}
    for target in named:
        assert 1_000 < (ROOT / "docs" / target).stat().st_size <= MOST_BYTES
    for page in PAGES:  # each page shows the pictures of its own language, and says what they show
        for words, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", text(page)):
            assert len(words) > 5
            assert target.endswith(".zh.webp" if ".zh.md" in page else ".en.webp")


def test_what_a_risk_meant_is_said_of_the_trials() -> None:
    """A real work's risk may be calibrated otherwise (``models/risk.md``)."""
    pages = [text(page) for page in PAGES]
    words = [*pages, *(w for one in catalogue()["ui"].values() for w in one.values())]
    lines = [line for each in words for line in each.splitlines()]
    said = [line for line in lines if re.search(r"about nine\b|大约九(?!十)|约九成", line)]
    assert len(said) == 8
    for line in said:
        assert "in the trials" in line or "试验里" in line, line
