"""Every code has words in Chinese and English, and the two take the same params."""

from __future__ import annotations

import ast
import errno
import os
import re
import string
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest

import bilingual
from bilingual.checks.base import Rule
from bilingual.checks.engine import rules
from bilingual.errors import InputError
from bilingual.files import write_whole
from bilingual.locale import (
    catalogue,
    enumerated,
    error_sentence,
    fill,
    languages,
    mark,
    sentence,
    shown_in,
)
from bilingual.locale.languages import _KIND as KIND
from bilingual.locale.languages import Tongue
from bilingual.media.faults import UNJUDGED
from bilingual.model import LANGUAGES, CheckVerdict, Reason, Severity, TrackSource, Verdict
from bilingual.render.words import MAIN_MEASURES, reason
from tests.support import examined, track

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
    assert set(words) <= set(languages())
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
    message = error_sentence(caught.value.code, caught.value.params, "zh")
    assert "没有这个文件或文件夹" in message
    assert "No such" not in message
    assert "no such file or folder" in str(caught.value)


@pytest.mark.parametrize("code", ["track-wrong-language", "track-language-mismatch"])
@pytest.mark.parametrize(
    ("language", "names"), [("zh", ("藏文", "中文")), ("en", ("Tibetan", "Chinese"))]
)
def test_languages_in_an_error_are_named(code: str, language: str, names: tuple[str, str]) -> None:
    params = {"path": "a.srt", "expected": "bo", "found": "zh", "option": "zh"}
    message = error_sentence(code, params, language)
    assert all(name in message for name in names)
    assert "bo" not in message
    assert ("--zh" in message) == (code == "track-wrong-language")


def test_a_fault_within_an_error_has_words() -> None:
    error = InputError("term-invalid", zh="", problem="term-empty-side", side="zh")
    message = error_sentence(error.code, error.params, "zh")
    assert "一栏是空的" in message
    assert "term-empty-side" not in message


TREES = {
    path.relative_to(ROOT): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(ROOT.rglob("*.py"))
}
TEMPLATES = {
    path.relative_to(ROOT): path.read_text(encoding="utf-8") for path in ROOT.rglob("*.j2")
}


def named_codes() -> set[tuple[str, str]]:
    """(section, code) of everything that the library names literally."""
    sections = {"CannotTell": "reasons", "Problem": "problems", "ui": "ui"}
    found: set[tuple[str, str]] = set()
    for tree in TREES.values():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func).split(".")[-1]
            texts = [
                value.value
                for value in (*node.args, *(k.value for k in node.keywords if k.arg == "code"))
                if isinstance(value, ast.Constant) and isinstance(value.value, str)
            ]
            if called == "sentence" and len(texts) >= 2:
                found.add((texts[0], texts[1]))
            elif called in sections and texts:
                found.add((sections[called], texts[0]))
    for template in TEMPLATES.values():
        found |= {("ui", code) for code in re.findall(r"\bt\('([\w-]+)'\s*[,)]", template)}
    return found


def reason_codes() -> tuple[set[str], set[str]]:
    """Codes of reasons that the library names, and patterns where a part is filled in."""
    codes: set[str] = set()
    patterns: set[str] = set()
    for tree in TREES.values():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func).split(".")[-1]
            named = [k.value for k in node.keywords if k.arg == "code"]
            if called == "UnavailableError":  # a backend's reason
                named = node.args[:1]
            elif called != "Reason":
                continue
            for value in named:
                for part in ast.walk(value):
                    if isinstance(part, ast.JoinedStr):
                        texts = [v.value for v in part.values if isinstance(v, ast.Constant)]
                        patterns.add("".join(map(str, texts)))
                    elif isinstance(part, ast.Constant) and isinstance(part.value, str):
                        codes.add(part.value)
    return codes - patterns - {""}, patterns


def test_every_reason_has_words_in_both_languages() -> None:
    codes, patterns = reason_codes()
    # Notices of backends are words of the interface.
    codes -= {code for code in codes if code.startswith("backend-") and code in catalogue()["ui"]}
    codes |= UNJUDGED
    known = catalogue()["reasons"]
    assert len(codes) > 60
    assert {
        (code, language)
        for code in codes
        for language in ("zh", "en")
        if not known.get(code, {}).get(language)
    } == set()
    assert patterns == {"pair-zh-", "pair-zh-lacks-"}
    filled = {f"pair-zh-{side}" for side in LANGUAGES}
    filled |= {f"pair-zh-lacks-{side}" for side in LANGUAGES}
    assert {code for code in filled if code not in known} == set()


def test_every_code_named_has_words() -> None:
    named = named_codes()
    assert {pair for pair in named if pair[1] not in catalogue()[pair[0]]} == set()
    assert {section for section, _ in named} >= {"ui", "problems"}
    assert {code for _, code in named} >= {"html-undecided", "column-remedy", "html-keys"}


def coded(enumerated: Iterable[str], *prefixes: str) -> set[str]:
    return {prefix + value for value in enumerated for prefix in prefixes}


def stages() -> set[str]:
    """The stages that are reported as progress."""
    return {
        node.args[0].value
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1] in {"advance", "progress"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def test_every_verdict_and_state_has_words() -> None:
    codes = (
        coded(Verdict, "verdict-", "annex-verdict-")
        | coded(Severity, "severity-")
        | coded({CheckVerdict.UNKNOWN, CheckVerdict.ERROR, CheckVerdict.NOT_APPLICABLE}, "heading-")
        | coded(get_args(TrackSource), "source-")
        | coded({"video", "zh", "bo"}, "role-")
        | coded(stages(), "stage-")
        | coded(MAIN_MEASURES, "measure-")
    )
    assert len(stages()) > 5
    assert {code.replace(".", "-") for code in codes} - catalogue()["ui"].keys() == set()


def test_every_measure_made_has_words(tmp_path: Path) -> None:
    report = examined(
        track("bo", [(0, 2000, "བཀྲ་ཤིས་བདེ་ལེགས།")]), track("zh", [(0, 2000, "大家好。")])
    )
    ids = {"measure-" + m.id.replace(".", "-") for m in report.measures}
    assert len(ids) > 5
    assert ids - catalogue()["ui"].keys() == set()


@pytest.mark.parametrize("rule", rules().values(), ids=lambda r: r.id)
def test_every_rule_has_words_in_both_languages(rule: Rule) -> None:
    for words in (rule.title, rule.explanation, rule.message, rule.remedy, *rule.messages.values()):
        for language in ("zh", "en"):
            assert words.get(language).strip()
        assert fields(words.get("zh")) == fields(words.get("en"))


def test_no_unused_words() -> None:
    constants: set[str] = set()
    beginnings: set[str] = set()
    for tree in TREES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                constants.add(node.value)
                # "verdict-" + x and f"verdict-{x}" alike
                if node.value.endswith("-"):
                    beginnings.add(node.value)
    for template in TEMPLATES.values():
        literal = set(re.findall(r"'([\w.-]+)'", template))
        constants |= literal
        beginnings |= {text for text in literal if text.endswith("-")}
    # Made up of a list of short names, reported one by one.
    beginnings -= {"html-"}
    scripted = {f"html-{text}" for text in constants}
    unused = {
        (section, code)
        for section, entries in catalogue().items()
        for code in entries
        if code not in constants | scripted and not code.startswith(tuple(beginnings))
    }
    assert unused == set()


def test_a_language_without_words_takes_those_of_its_fallback() -> None:
    assert list(languages())[:3] == ["zh", "en", "bo"]
    assert shown_in("bo").code == "zh"
    assert sentence("ui", "verdict", {}, "bo") == sentence("ui", "verdict", {}, "zh")
    assert sentence("ui", "verdict", {}, "no-such-language") == sentence("ui", "verdict", {}, "zh")


def test_lists_are_joined_as_the_language_does() -> None:
    assert enumerated(["a", "b"], "zh") == "a、b"
    assert enumerated(["a", "b"], "en") == "a, b"
    assert enumerated(["a", "b"], "en", by="semicolon") == "a; b"
    assert (mark("colon", "zh"), mark("colon", "en"), mark("colon", "bo")) == ("：", ": ", "：")


def test_words_agree_with_their_number() -> None:
    words = "{count} {count:cue|cues}, {more} {more:entry|entries}"
    assert fill(words, {"count": 1, "more": 2}) == "1 cue, 2 entries"
    assert fill(words, {"count": 0, "more": 1}) == "0 cues, 1 entry"
    assert fill(words, {}) == "? cues, ? entries"
    tally = {"errors": 1, "warnings": 2, "infos": 0}
    assert sentence("ui", "tally", tally, "en") == "1 error, 2 warnings, 0 notes"


def test_lists_and_times_in_sentences() -> None:
    known = {"name": "x", "known": ["a", "b"]}
    assert "auto、off、a、b" in error_sentence("engine-unknown", known, "zh")
    assert "auto, off, a, b" in error_sentence("engine-unknown", known, "en")
    look = {"opening_end_s": 20.0, "closing_start_s": 106.56, "end_s": 126.56}
    assert "0:20.0，片尾 1:46.6 到 2:06.6" in sentence("reasons", "needs-human", look, "zh")


def test_words_for_a_command_line_and_for_a_page() -> None:
    words = "{cli:run it with --all|press “All”}."
    assert fill(words, {}) == "run it with --all."
    assert fill(words, {}, cli=False) == "press “All”."


def test_words_for_a_parameter_that_may_lack() -> None:
    words = "it failed{has error:: {error}}{has file: ({file}, line {line})}"
    assert fill(words, {}) == "it failed"
    assert fill(words, {"error": "{file}"}) == "it failed: {file}"
    assert fill(words, {"error": "x", "file": "a.py", "line": 2}) == "it failed: x (a.py, line 2)"


def test_a_report_of_before_says_that_a_rule_failed_and_no_more() -> None:
    assert reason(Reason(code="rule-broke"), "zh") == "这条规则运行出错，结果不可用"
    assert reason(Reason(code="rule-broke"), "en") == "the rule failed, so it has no result"


BY_PLACE = [
    (section, code, words) for section, code, words in ENTRIES if "{cli:" in "".join(words.values())
]


@pytest.mark.parametrize(("section", "code", "words"), BY_PLACE, ids=lambda v: str(v)[:40])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_a_page_says_names_no_option(
    section: str, code: str, words: dict[str, str], language: str
) -> None:
    named = re.findall(r"\{(\w+)\}", words[language])
    params: dict[str, object] = dict.fromkeys(named, "a|b")
    typed, clicked = (fill(words[language], params, cli=cli) for cli in (True, False))
    assert typed == fill(words[language], params)
    assert typed != clicked
    assert not re.search(r" --\w|limits\.|media\.|[{}]", clicked)
    assert clicked.count("|") + typed.count("|") >= len(named)


def test_an_error_on_a_page_says_what_to_do_there() -> None:
    swapped = {"bo": "a.srt", "zh": "b.srt"}
    assert "--bo" in error_sentence("tracks-swapped", swapped, "zh")
    assert "“用作”" in error_sentence("tracks-swapped", swapped, "zh", cli=False)
    limit = Reason(code="over-time", params={"seconds": 60})
    assert "limits.wall_clock_s" in reason(limit, "en")
    assert "limits.wall_clock_s" not in reason(limit, "en", cli=False)


def test_a_further_folder_of_a_language_adds_words_and_wins() -> None:
    """Somebody else's words for a language that is there: theirs first, ours where they have none."""
    ours = Tongue(
        code="bo",
        name="བོད་ཡིག",
        tag="bo",
        fallback="zh",
        marks={"comma": "།"},
        words={"ui": {"a": "one", "b": "two"}, "errors": {"x": "wrong"}},
        rules={"line-length": {"title": "long"}},
    )
    more = Tongue(
        code="bo",
        name="other",
        tag="bo-CN",
        marks={"colon": ":"},
        words={"ui": {"b": "better"}, "reasons": {"y": "why"}},
        rules={"line-length": {"messages.count": "many"}, "own": {"title": "own"}},
    )
    both = KIND.join(ours, more) if KIND.join is not None else None
    assert both is not None
    assert (both.code, both.name, both.tag, both.fallback) == ("bo", "བོད་ཡིག", "bo", "zh")
    assert both.marks == {"comma": "།", "colon": ":"}
    assert both.words == {
        "ui": {"a": "one", "b": "better"},
        "errors": {"x": "wrong"},
        "reasons": {"y": "why"},
    }
    assert both.rules == {
        "line-length": {"title": "long", "messages.count": "many"},
        "own": {"title": "own"},
    }
