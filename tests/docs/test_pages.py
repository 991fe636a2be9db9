"""Every page of docs: its commands, names, labels and pictures are there, in both languages alike."""

from __future__ import annotations

import re

import pytest

from bilingual.batch.rules import BATCH_RULES
from bilingual.checks.engine import rules
from bilingual.locale import catalogue
from docs._make.pages import WRITTEN
from docs._make.staging import links, prose
from tests.docs.found import ROOT, items, text, words_of

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="the docs lie in the checkout")

# The READMEs and the guides have tests of their own besides (tests/test_readme.py).
PAIRS = [(p.en, p.zh) for p in WRITTEN.values() if p.zh != p.en and p.place != "start.md"]
PAGES = [page for pair in PAIRS for page in pair]
# A link to what a rule is made from; the site makes it one to the rule's page.
RULE = re.compile(r"\[([^\]]*)\]\(\.\./bilingual/(checks|batch/rules\.py)#([^)]*)\)")


def blocks(page: str) -> list[tuple[str, str]]:
    """The language and the lines of each block."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", text(page), re.DOTALL | re.MULTILINE)


def commands(page: str) -> list[str]:
    """Every command line: of the console, of plain blocks, and within sentences."""
    found = [item for item in items(page) if item.kind == "command"]
    return [i.text for i in found if i.label or i.text.startswith("bilingual ")]


@pytest.mark.parametrize("page", PAGES)
def test_rules_named_in_sentences_exist(page: str) -> None:
    said = "".join(piece for piece, outside in prose(text(page)) if outside)
    for label, place, name in RULE.findall(said):
        assert label == f"`{name}`"
        assert name in (BATCH_RULES if place == "batch/rules.py" else rules()), name


def test_links_to_rules_are_found() -> None:
    found = [RULE.findall(text(page)) for page in ("docs/units.md", "docs/units.zh.md")]
    assert [len(links_) for links_ in found] == [5, 5]


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
