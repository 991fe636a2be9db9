"""What findings say of themselves: params as declared, sentences and remedies made of them."""

from __future__ import annotations

import ast
import json
import re
import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
import pytest

import bilingual.checks
from bilingual import params as declared
from bilingual.checks.base import Rule
from bilingual.checks.engine import rules
from bilingual.formats.codes import grades
from bilingual.locale import sentence
from bilingual.model import Check, CheckVerdict, Finding, Reason, Severity
from bilingual.params import PARAMS
from bilingual.render.words import remedy
from tests.support import examined_example

CHECKS = Path(bilingual.checks.__file__).parent
GOLDENS = Path(__file__).parents[1] / "golden" / "data"
OPEN = {"parse-problem"}  # has the params of the problem that it passes on as well


def emitted() -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """Rule, params and severity of every finding of what the rules' examples catch, and of the goldens."""
    for rule in rules().values():
        if rule.catches is not None:
            for found in examined_example(rule.catches).findings:
                yield found.rule, found.params, str(found.severity)
    for path in sorted(GOLDENS.rglob("*.json")):
        document = json.loads(path.read_bytes())
        if isinstance(document, dict):
            for one in document.get("findings", ()):
                params = one.get("params", {})
                # What differs from one machine to the next stands in brackets there.
                known = {k: 0 if v == "(size)" else v for k, v in params.items()}
                yield one["rule"], known, one["severity"]


EMITTED = list(emitted())


def declared_keys(rule: str) -> set[str]:
    """The names of a rule's params, as declared for callers."""
    assert rule in PARAMS, f"{rule}: its params are not in PARAMS of bilingual/params/__init__.py"
    return set(get_type_hints(PARAMS[rule]))


def assert_known(rule: str, where: str, named: set[str]) -> None:
    """See that every param that a rule gives or that a sentence of it names is declared."""
    unknown = named - declared_keys(rule)
    assert not unknown, (
        f"{rule}: {where} has {', '.join(sorted(unknown))}, which {PARAMS[rule].__name__} "
        f"in bilingual/params does not declare"
    )


def test_every_rule_is_declared_and_exported() -> None:
    for rule in rules():
        assert declared_keys(rule) is not None
    assert set(PARAMS) <= set(rules()), "PARAMS names rules that are not there"
    assert len({kind.__name__ for kind in PARAMS.values()}) == len(PARAMS)
    for kind in PARAMS.values():
        assert getattr(declared, kind.__name__) is kind


def test_findings_have_the_params_that_are_declared() -> None:
    assert len({rule for rule, _, _ in EMITTED}) > 55
    for rule, params, _ in EMITTED:
        if rule not in OPEN:
            assert_known(rule, "a finding", set(params))
        msgspec.convert(msgspec.to_builtins(params), PARAMS[rule], strict=True)


def test_what_is_not_declared_is_named() -> None:
    with pytest.raises(AssertionError, match="cue-too-long: a finding has colour, which CueTooLon"):
        assert_known("cue-too-long", "a finding", {"cue", "colour"})
    with pytest.raises(AssertionError, match="no-such-rule: its params are not in PARAMS"):
        assert_known("no-such-rule", "a finding", {"cue"})


def test_findings_have_the_severities_that_are_declared() -> None:
    """But for what was recognised, whose errors are warnings."""
    graded = {(rule, severity) for rule, _, severity in EMITTED}
    assert len(graded) > 60
    for rule, severity in graded:
        allowed = {str(one) for one in rules()[rule].severities}
        assert severity in allowed | ({"warning"} if "error" in allowed else set()), rule
    assert rules()["number-mismatch"].severities == (
        Severity.ERROR,
        Severity.WARNING,
        Severity.INFO,
    )


def test_a_key_that_is_missing_or_of_another_kind_is_seen() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"cue": 1, "seconds": 2.0}, PARAMS["cue-too-long"])
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"cue": "1", "seconds": 2.0, "limit": 1}, PARAMS["cue-too-long"])


def literal_keys(path: Path) -> set[str]:
    """The keys of dictionaries that a module gives to ``Hit`` as ``params``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    given: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Hit":
            given += [k.value for k in node.keywords if k.arg == "params"]
    return {
        key.value
        for expression in given
        for node in ast.walk(expression)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def test_every_key_that_a_rule_names_is_declared() -> None:
    known = {key for kind in PARAMS.values() for key in get_type_hints(kind)}
    named = {key for path in CHECKS.glob("*.py") for key in literal_keys(path)}
    assert len(named) > 60
    assert named <= known


def fields(template: str) -> set[str]:
    """What a finding's params fill in; ``cli`` is known by whoever shows it."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name} - {"cli"}


@pytest.mark.parametrize("rule", rules().values(), ids=lambda r: r.id)
def test_sentences_use_declared_params_only(rule: Rule) -> None:
    of_problem = set(rule.messages) & set(grades())
    for variant, words in {"": rule.message, **rule.messages}.items():
        if variant not in of_problem:  # those take the problem's own
            assert fields(words.zh) == fields(words.en)
            assert_known(rule.id, f"its message {variant}".rstrip(), fields(words.zh))
    assert set(rule.remedies) <= set(rule.messages)
    for variant, words in {"": rule.remedy, **rule.remedies}.items():
        assert fields(words.zh) == fields(words.en)
        assert_known(rule.id, f"its remedy {variant}".rstrip(), fields(words.zh))
        assert words.zh.endswith("。"), variant
        assert words.en.endswith("."), variant


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_finding_says_less_than_it_could(language: str) -> None:
    """Nothing is left to fill in, in what is found and in what to do about it."""
    for rule, params, _ in EMITTED:
        finding = Finding(rule=rule, severity=Severity.INFO, confidence=1.0, params=params)
        for part, words in (("message", finding.message), ("remedy", finding.remedy)):
            said = words(language)
            assert said, (rule, part)
            kind = rules()[rule]
            template = getattr(kind, f"{'messages' if part == 'message' else 'remedies'}").get(
                str(params.get("variant")), getattr(kind, part)
            )
            blank = fields(template.get(language)) - set(params)
            assert not blank, (rule, params.get("variant"), part, blank)


def test_a_remedy_names_the_track_the_distance_and_the_way() -> None:
    late = {"variant": "sound-bo-late", "seconds": 2.4, "offset_ms": 2400, "margin_ms": 90}
    finding = Finding(rule="sync-offset", severity=Severity.ERROR, confidence=1.0, params=late)
    assert "藏文字幕整体提前 2.4 秒" in finding.remedy("zh")
    assert "bilingual fix" in finding.remedy("zh")
    assert "shift the Tibetan track 2.4 s earlier" in finding.remedy("en")
    assert finding.remedy() == finding.remedy("zh") == finding.remedy("bo")
    short = {"variant": "short", "found_s": 170.5, "by_s": 9.5, "min_s": 180, "max_s": 300}
    finding = Finding(rule="duration", severity=Severity.ERROR, confidence=1.0, params=short)
    assert "至少 9.5 秒" in finding.remedy("zh")


@pytest.mark.parametrize("rule", rules().values(), ids=lambda r: r.id)
def test_a_page_of_the_service_names_no_command(rule: Rule) -> None:
    """Whoever sees it there has a page and no command line."""
    for variant, words in {"": rule.remedy, **rule.remedies}.items():
        params = dict.fromkeys(fields(words.zh), "1") | {"variant": variant}
        finding = Finding(rule=rule.id, severity=Severity.INFO, confidence=1.0, params=params)
        for language in ("zh", "en"):
            typed = remedy(finding, language)
            clicked = remedy(finding, language, cli=False)
            assert not re.search(r"bilingual (fix|verify|terms|models|show)\b|--\w", clicked), (
                clicked
            )
            assert ("--out FOLDER" in typed or "--out 新" in typed) <= (typed != clicked)
            assert not re.search(r"[{}|]|[^（(]，。|（）|\(\)|  ", clicked), clicked
            assert not re.search(r"[{}|]", typed), typed


def test_a_page_names_its_own_button_for_a_fix() -> None:
    finding = Finding(
        rule="tibetan-typography", severity=Severity.INFO, confidence=1.0, params={"count": 1}
    )
    for language in ("zh", "en"):
        tab = sentence("ui", "web-tab-fix", {}, language)
        assert tab in remedy(finding, language, cli=False)
        assert tab not in remedy(finding, language)


def test_sentences_of_what_is_not_installed_here() -> None:
    finding = Finding(
        rule="of-another", severity=Severity.INFO, confidence=1.0, params={"a": "\x1b[2J"}
    )
    assert "of-another" in finding.message("zh")
    assert "\x1b" not in finding.message("zh")
    assert finding.remedy("zh") == ""


def test_the_reason_of_a_check_is_a_sentence() -> None:
    reason = Reason(code="no-zh-track")
    check = Check(rule="untranslated", verdict=CheckVerdict.UNKNOWN, reason=reason)
    assert "中文" in check.reason_text("zh")
    assert check.reason_text("en").isascii()
    assert check.reason_text() == check.reason_text("zh")
    assert Check(rule="untranslated", verdict=CheckVerdict.PASS).reason_text("zh") == ""
