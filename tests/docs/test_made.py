"""What the made pages of the site say is what the code has."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from pkgutil import resolve_name
from types import FunctionType, ModuleType

import griffe
import msgspec
import pytest
from jsonschema import Draft202012Validator

from bilingual import Config, Report
from bilingual.batch.rules import BATCH_RULES
from bilingual.checks.engine import rules, when_required
from bilingual.cli.group import cli
from bilingual.params import PARAMS
from bilingual.render.notebook.measured import label_in
from docs._make import api, architecture, commands, documents, formats, measured, options
from docs._make import rules as rule_pages
from docs._make.architecture import packages, reduced
from docs._make.markdown import literal
from docs._make.pages import LANGUAGES, Language
from tests.bench.tables import results
from tests.imports import LAYERS

ROOT = Path(__file__).parents[2]
Function = (FunctionType, property, classmethod)

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="the docs lie in the checkout")

# Programs with their settings, fonts, commands of ours.
NAMES = r"whisper|Debian|\.flv|^[a-z]+(-[a-z]+)+ [0-9]|npm|annex|models|terms|verify|shaka|Monlam"

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


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_when_its_rule_is_required(language: Language) -> None:
    for name, rule in rules().items():
        said = rule_pages._REQUIRED[when_required(rule)].get(language)
        assert f" | {said} |\n" in PAGES[f"rules/{name}.md"].text(language), name
    assert "where both languages are there" in PAGES["rules/number-mismatch.md"].text("en")


def test_remedies_that_differ_are_below_what_the_report_says() -> None:
    text = PAGES["rules/sync-offset.md"].text("zh")
    late = "- **对照声音，藏文字幕整体晚了 … 秒（依据 … 条字幕）**\n\n    → 播放一两处核对，把藏文字幕整体提前"
    assert late in text
    assert "**in all other cases**" in PAGES["rules/parse-problem.md"].text("en")


@pytest.mark.parametrize("place", ["rules/sync-drift.md", "measured/rules.md"])
def test_what_was_not_measured_is_said(place: str) -> None:
    pages = {page.place: page for page in (*rule_pages.pages(), *measured.pages())}
    for language, said in zip(LANGUAGES, ("–：这种文本没有测", "–: the rule was not"), strict=True):
        text = pages[place].text(language)
        assert "| – | – | – |" in text
        assert text.count(said) == 1


def test_no_cell_of_figures_is_left_in_english_on_the_chinese_site() -> None:
    """Of the pages of figures and those of rules; names and commands apart."""
    for page in (*measured.pages(), *rule_pages.pages()):
        for line in re.sub("`[^`]*`", "", page.text("zh")).splitlines():
            if not line.startswith(("| ", "测得于")) or "killed" in page.place:
                continue
            for cell in line.split(" | "):
                if not re.search(NAMES, cell):
                    assert not re.findall(r"[a-z]{2,}[,;]? [a-z]{2,}", cell), (page.place, cell)


def test_measured_rules_show_figures_of_their_own() -> None:
    text = PAGES["rules/unit-mismatch.md"].text("en")
    assert "| another unit |" in text
    assert "a digit dropped" not in text
    assert set(rule_pages.MEASURED) <= {*rules(), *BATCH_RULES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_shows_its_figures_or_why_there_are_none(language: Language) -> None:
    made = results()[rule_pages.RESULT].tables
    assert set(made) == {"planted", "right", "texts"}
    for name in {*rules(), *BATCH_RULES}:
        text = PAGES[f"rules/{name}.md"].text(language)
        own = [
            (t, n) for t in made.values() for n, row in enumerate(t.rows) if row[0] == f"`{name}`"
        ]
        for found, row in own:
            last = label_in(found.text(row, len(found.columns) - 1), language)
            assert f" {last} |" in text, (name, found.title)
        if reason := rule_pages.UNMEASURED.get(name):
            assert not own
            assert reason.get(language) in text
        else:
            assert own or name in rule_pages.MEASURED, (
                f"{name}: no figures. Give tests/bench/bench_rules.py faults of its kind and run "
                f"it, or say in UNMEASURED of docs/_make/rules.py why there are none"
            )


def test_a_page_shows_the_rows_of_its_own_rule() -> None:
    text = PAGES["rules/cue-gap.md"].text("en")
    assert "| 40 ms before the next cue |" in text
    assert "two neighbours exchanged" not in text
    assert "| cues |" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_say_which_figures_are_not_of_the_run_itself(language: Language) -> None:
    text = "".join(page.text(language) for page in measured.pages())
    taken = {"zh": "数字取自先前打印的表", "en": "figures taken over from an earlier table"}
    other = {"zh": "说明和部分单项数字测于 ", "en": "notes and some single figures of "}
    known = results()
    # The overview shows two results once more.
    again = [known["risk-flores"], known["numbers"]]
    every = [*known.values(), *again]
    assert text.count(taken[language]) == sum(r.transferred for r in every) > 20
    for day in {r.notes_from for r in every} - {""}:
        said = sum(r.notes_from == day for r in every)
        assert text.count(other[language] + day) == said > 0


def test_every_result_is_on_a_page_of_its_topic() -> None:
    for name in results():
        found = [t.place for t in measured.TOPICS if name.startswith(t.prefixes)]
        assert len(found) == 1, (name, found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_result_has_a_heading_and_words_for_its_single_figures(language: Language) -> None:
    pages = "".join(page.text(language) for page in measured.pages())
    place = LANGUAGES.index(language)
    for name, result in results().items():
        heading = re.search(rf"^## (.+) {{ #{name} }}$", pages, re.MULTILINE)
        assert heading is not None, name
        assert heading[1] != name
        words = formats.WORDS["figures"].get(name, {})
        assert set(words) == set(result.figures)
        for key, figure in result.figures.items():
            assert f"| {words[key][place]} | {figure.text()}" in pages


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


@pytest.mark.parametrize("one", formats.FORMATS, ids=lambda one: one.name)
def test_a_format_has_a_document_of_a_real_work(one: formats.Format) -> None:
    whole = documents.whole()[one.kind]
    short = documents.short(whole)
    schema = Draft202012Validator(dict(formats.schema(one.schema)))
    for document in (whole, short):
        assert [e.message for e in schema.iter_errors(document)] == []
    assert "number-mismatch" in json.dumps(short)
    pages = {page.place: page for page in formats.pages()}
    for language in LANGUAGES:
        text = pages[one.place].text(language)
        found = re.findall(r"^```json\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        shown = [json.loads(block) for block in found]
        assert shown[-1] == formats.schema(one.schema)
        assert shown[0] == (whole["findings"][0] if one.kind == "report" else short)


@pytest.mark.parametrize("one", formats.FORMATS, ids=lambda one: one.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_format_is_read_as_its_page_says(
    one: formats.Format,
    language: Language,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    text = json.dumps(documents.whole()[one.kind], ensure_ascii=False)
    Path(f"{one.kind}.json").write_text(text, encoding="utf-8")
    pages = {page.place: page for page in formats.pages()}
    block = re.search(
        r"^```python\n(.*?)^```", pages[one.place].text(language), re.DOTALL | re.MULTILINE
    )
    assert block is not None
    exec(block[1], {})
    said = capsys.readouterr().out
    expected = {
        "report": "中文是“三十八万公里”" if language == "zh" else "Chinese",
        "batch": "'done', 'fail'",
        "review": "('number-mismatch', 'confirmed', '中文是三十八万')",
        "annex": "fail {'open': 0, 'confirmed': 1, 'dismissed': 0}",
    }
    assert expected[one.kind] in said


def test_the_keys_within_are_listed_with_their_types() -> None:
    schema = formats.schema("bilingual/render/report-1.schema.json")
    found = {key: (kind, always) for key, kind, always in formats._flat(schema, schema)}
    assert found["alignment.beads[].bo"] == ("array", True)
    assert found["inputs[].role"][0] == '`"video"`, `"bo"`, `"zh"`'
    assert found["findings[].params"][0] == "object"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_is_on_its_page(language: Language) -> None:
    (page,) = options.pages()
    text = page.text(language)
    known = {name: set(keys) for name, (_, keys) in options.sections().items()}
    assert set(formats.WORDS["settings"]) == {name or "top" for name in known}
    meanings = formats.WORDS["settings_keys"]
    assert {name: set(keys) for name, keys in meanings.items()} == {
        name or "top": keys for name, keys in known.items()
    }
    for keys in meanings.values():
        for key, (zh, en) in keys.items():
            shown = literal(zh if language == "zh" else en)
            assert f"| `{key}` | {shown} |" in text
            assert re.search("[一-鿿]{2,}", zh), key
            assert not re.search("[一-鿿]", en), key
    defaults = msgspec.to_builtins(Config.load())

    def compare(values: dict[str, object], name: str) -> None:
        """What the settings hold is what the page has, with these defaults."""
        below = {k for k, v in values.items() if f"{name}.{k}".lstrip(".") in known}
        assert known[name] == set(values) - below
        for key in below:
            inner = values[key]
            assert isinstance(inner, dict)
            compare(inner, f"{name}.{key}".lstrip("."))
        for key in known[name] - {"profile"}:
            shown = options._default(options.sections()[name][1][key])
            assert f"| `{key}` | " in text
            if values[key] not in (None, "", [], (), {}):
                assert shown == literal(json.dumps(values[key], ensure_ascii=False)), key

    compare(defaults, "")
    assert "null" not in text
    for name, about in formats.WORDS["settings_about"].items():
        assert (about in text) == (language == "zh"), name
        # What it names is a key there, a value of one, or a program or protocol.
        keys = known["" if name == "top" else name] | {
            "auto",
            "off",
            "on",
            "all",
            "bundled",
            "path",
        }
        named = set(re.findall(r"`([a-z_0-9]+)`", about))
        assert named <= keys | {"ocr", "http", "ffmpeg", "ffprobe", "transformers"}, name
    assert set(formats.WORDS["settings_about"]) == set(formats.WORDS["settings"])
    assert Config.load().profile.name == options._DEFAULT_PROFILE


def test_the_example_of_settings_is_taken(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(options._EXAMPLE.strip("`").removeprefix("toml\n"))
    assert Config.load(tmp_path / "s.toml").quality.min_cue_ms == 1000


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


@pytest.mark.parametrize("part", api.PARTS, ids=lambda part: part.place)
def test_the_names_of_the_reference_are_imported_as_their_page_says(part: api.Part) -> None:
    (page,) = [p for p in api.pages() if p.place == f"api/{part.place}.md"]
    for language in LANGUAGES:
        block = re.search(r"^```python\n(.*?)^```", page.text(language), re.DOTALL | re.MULTILINE)
        assert block is not None
        known: dict[str, object] = {}
        exec(block[1], known)
        for name in part.names:
            shown = resolve_name(name)
            if isinstance(shown, ModuleType):
                assert f"import {name}" in block[1].splitlines()
            else:
                assert known[name.rpartition(".")[2]] is shown


def members(name: str) -> set[str]:
    """A name of the reference and what its page shows below it."""
    shown = resolve_name(name)
    inner = {
        f"{name}.{each}"
        for each, value in vars(shown).items()
        if not each.startswith("_")
        and (
            value.__module__ == name
            if isinstance(shown, ModuleType) and isinstance(value, type)
            else isinstance(shown, type) and isinstance(value, Function)
        )
    }
    return {name}.union(*map(members, inner)) if isinstance(shown, ModuleType) else {name, *inner}


def test_every_name_of_the_reference_has_a_sentence_of_chinese() -> None:
    named = {each for part in api.PARTS for name in part.names for each in members(name)}
    params = {f"{kind.__module__}.{kind.__name__}" for kind in PARAMS.values()}
    assert len(params) > 60
    assert set(api.chinese()) == named | params | {"bilingual.params.PARAMS"}
    for name, sentence in api.chinese().items():
        assert re.search("[一-鿿]{2,}", sentence), name
        assert sentence.endswith("。"), name
    assert set(formats.WORDS["api"]["pages"]) == {part.place for part in api.PARTS}


def test_on_the_chinese_site_a_docstring_begins_with_its_sentence() -> None:
    found = {}
    for language in LANGUAGES:
        extensions = griffe.load_extensions({"docs._make.docstrings": {"language": language}})
        module = griffe.load("bilingual.errors", extensions=extensions, search_paths=[ROOT])
        docstring = module["InputError"].docstring
        assert docstring is not None
        found[language] = docstring.value
    assert found["en"].startswith("A file cannot be used")
    assert found["zh"] == api.chinese()["bilingual.errors.InputError"] + "\n\n" + found["en"]


def test_what_is_stable_is_imported_from_where_it_is_stable() -> None:
    found = {part.place: api.imports(part) for part in api.PARTS}
    assert found["values"] == [
        "from bilingual import Alignment, Cue, Form, Report, Speech, Track",
        "from bilingual.model import Bead, Check, Finding, Measure",
    ]
    assert found["errors"] == [
        "from bilingual import BilingualError, CancelledError",
        "import bilingual.errors",
    ]
    for field in ("findings", "checks", "measures", "alignment"):  # that the page names
        assert field in {each.name for each in fields(Report)}


@pytest.mark.parametrize(("language", "said"), [("zh", "用法："), ("en", "Usage:")])
def test_every_command_shows_its_help(language: Language, said: str) -> None:
    (page,) = commands.pages()
    text = page.text(language)
    every = list(commands.names(cli))
    assert {words[0] for words in every} == set(cli.commands)
    assert text.count(said) == len(every)
    assert "--burned-in" in text
