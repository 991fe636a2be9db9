"""What the made pages of the site say is what the code has."""

from __future__ import annotations

import json
import re
from pathlib import Path
from pkgutil import resolve_name

import pytest

from bilingual.batch.rules import BATCH_RULES
from bilingual.checks.engine import rules
from bilingual.cli.group import cli
from docs._make import api, architecture, commands, formats, measured
from docs._make import rules as rule_pages
from docs._make.architecture import packages, reduced
from docs._make.pages import LANGUAGES, Language
from tests.bench.tables import results
from tests.imports import LAYERS

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="the docs lie in the checkout")

PAGES = {page.place: page for page in rule_pages.pages()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [*rules(), *BATCH_RULES])
def test_a_rule_has_a_page_with_what_it_says(name: str, language: Language) -> None:
    text = PAGES[f"rules/{name}.md"].text(language)
    if rule := rules().get(name):
        # The example is applied: what it reports is on the page, sentence and remedy.
        assert text.count("> →") == len(rule_pages.found(name)) >= (rule.catches is not None)
    prose = re.sub(r"`[^`]*`", "", text)
    assert "{" not in prose, "a template is shown as it is"
    assert ("## 测得多准" if language == "zh" else "## Measured") in text


def test_measured_rules_show_figures_of_their_own() -> None:
    text = PAGES["rules/unit-mismatch.md"].text("en")
    assert "| another unit |" in text
    assert "a digit dropped" not in text
    assert set(rule_pages.MEASURED) <= {*rules(), *BATCH_RULES}


def test_every_result_is_on_a_page_of_its_topic() -> None:
    for name in results():
        found = [t.place for t in measured.TOPICS if name.startswith(t.prefixes)]
        assert len(found) == 1, (name, found)


def test_bars_are_drawn_from_the_results() -> None:
    pages = {page.place: page.text("zh") for page in measured.pages()}
    text = pages["measured/numbers.md"]
    value = results()["numbers"].tables["recall"].values(1)[0]
    assert f"改一个数码, 新闻文本: {value:g}" in text  # the picture in words
    assert "data:image/svg+xml;base64," in text


@pytest.mark.parametrize("one", formats.FORMATS, ids=lambda one: one.name)
def test_every_key_of_a_format_is_explained(one: formats.Format) -> None:
    schema = formats.schema(one.schema)
    words = formats.WORDS["formats"][one.name.split("/")[0]]
    assert set(schema["properties"]) == set(words)
    pages = {page.place: page for page in formats.pages()}
    for language in LANGUAGES:
        text = pages[one.place].text(language)
        assert json.dumps(schema, ensure_ascii=False, indent=1) in text
        assert text.startswith(f"# {schema['properties']['schema']['const']}\n")


def test_the_keys_within_are_listed_with_their_types() -> None:
    schema = formats.schema("bilingual/render/report-1.schema.json")
    found = {key: (kind, always) for key, kind, always in formats._flat(schema, schema)}
    assert found["alignment.beads[].bo"] == ("array", True)
    assert found["inputs[].role"][0] == '`"video"`, `"bo"`, `"zh"`'
    assert found["findings[].params"][0] == "object"


def test_every_package_is_explained_and_drawn() -> None:
    known = {name for names in LAYERS for name in names}
    assert set(formats.WORDS["packages"]) == known
    drawing = architecture.drawing("zh")
    for name in known - architecture._LEFT_OUT - {"__init__"}:
        assert f">{name}</text>" in drawing


def test_what_follows_from_other_imports_is_not_drawn() -> None:
    graph = {"a": {"b", "c"}, "b": {"c"}, "c": set[str]()}
    assert reduced(graph) == {"a": {"b"}, "b": {"c"}, "c": set()}
    assert "model" in packages()["checks"]


def test_the_names_of_the_reference_are_there() -> None:
    for part in api.PARTS:
        for name in part.names:
            assert resolve_name(name), name


@pytest.mark.parametrize(("language", "said"), [("zh", "用法："), ("en", "Usage:")])
def test_every_command_shows_its_help(language: Language, said: str) -> None:
    (page,) = commands.pages()
    text = page.text(language)
    every = list(commands.names(cli))
    assert {words[0] for words in every} == set(cli.commands)
    assert text.count(said) == len(every)
    assert "--burned-in" in text
