"""What every rule owes, ours and others' alike."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bilingual.checks.base import Artifacts, Hit, Rule
from bilingual.checks.engine import apply_rules, is_required, rules, when_required
from bilingual.config import Config
from bilingual.locale import placed
from bilingual.model import CheckVerdict
from bilingual.render.rules import cases, render_rule, render_rules, rules_document
from bilingual.render.words import message, remedy
from bilingual.testing import faults_of
from tests.support import assert_valid, examined_example, track

RULES = list(rules().values())

CONTRACT = [
    "parse-problem",
    "encoding-assumed",
    "empty-cue",
    "repeated-cue",
    "parts-joined",
    "hidden-character",
    "cue-order",
    "cue-overlap",
    "cue-too-short",
    "cue-too-long",
    "cue-gap",
    "reading-speed",
    "line-length",
    "line-count",
    "line-break",
    "wrong-script",
    "untranslated",
    "not-simplified",
    "tibetan-syllable",
    "tibetan-particle",
    "tibetan-typography",
    "missing-translation",
    "extra-translation",
    "cue-timing",
    "sync-offset",
    "sync-drift",
    "sync-jump",
    "foreign-tracks",
    "wrong-translation",
    "partial-translation",
    "number-mismatch",
    "unit-mismatch",
    "latin-mismatch",
    "negation-mismatch",
    "question-mismatch",
    "term-mismatch",
    "term-inconsistent",
    "repeated-translation",
    "speech-uncovered",
    "subtitle-without-speech",
    "transcript-mismatch",
    "narration-language",
    "foreign-subtitles",
    "transcript-unreliable",
    "media-unreadable",
    "media-truncated",
    "media-hole",
    "audio-channels",
    "no-audio",
    "container",
    "duration",
    "file-size",
    "resolution",
    "aspect-ratio",
    "burned-in-mismatch",
    "burned-in-shaping",
    "burned-in-unreadable",
    "language-pair",
    "credits",
    "first-broadcast",
    "broadcast-url",
    "authors",
    "summary-length",
    "channel",
    "pledge",
    "title-mismatch",
]
# Beyond the contract: how Chinese text is set has no name of its own there.
OURS = {"chinese-typography"}


def test_the_rules_are_those_of_the_contract() -> None:
    gone = set(CONTRACT) - set(rules())
    assert not gone, f"no rule has the id {', '.join(sorted(gone))}, which CONTRACT names"
    new = set(rules()) - set(CONTRACT) - OURS
    assert not new, (
        f"{', '.join(sorted(new))}: add the id to OURS in tests/checks/test_contract.py, "
        "so that no rule comes or goes unnoticed"
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_documented(rule: Rule) -> None:
    """What a plug-in may leave out, a rule of this repository has."""
    for name, why in (
        ("holds", "what is so where it finds nothing"),
        ("asks", "what is to be found out where it cannot be judged"),
    ):
        assert getattr(rule, name) is not None, (
            f"{rule.id}: a rule of this repository says {name} ({why})"
        )
    assert rule.group != "accuracy" or rule.mqm, (
        f"{rule.id}: a rule of the group accuracy names its error type in MQM (mqm)"
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_sound(rule: Rule) -> None:
    assert faults_of(rule) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_catches_its_example(rule: Rule) -> None:
    """In a whole report, which shows the findings of the other rules on the example, too."""
    report = examined_example(rule.catches or rule.leaves)
    assert_valid(report.to_dict())
    for finding in report.findings:
        for language in ("zh", "en"):
            for text in (message(finding, language), remedy(finding, language)):
                assert text
                assert "?" not in re.sub(r"[？?]$", "", text) or rule.id == "question-mismatch", (
                    f"{finding.rule}: a param is missing in: {text}"
                )
    if rule.catches is not None:
        assert [f for f in report.findings if f.rule == rule.id]


def test_all_rules_but_one_catch_something() -> None:
    assert [rule.id for rule in RULES if rule.catches is None] == ["credits"]


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_leaves_the_other_alone(rule: Rule) -> None:
    report = examined_example(rule.leaves)
    assert [f for f in report.findings if f.rule == rule.id] == []
    assert_valid(report.to_dict())


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_says_why_without_its_artifacts(rule: Rule) -> None:
    checks, findings = apply_rules(Artifacts(config=Config.load()))
    check = next(c for c in checks if c.rule == rule.id)
    assert check.verdict in (CheckVerdict.NOT_APPLICABLE, CheckVerdict.UNKNOWN)
    assert check.reason
    assert not findings


def test_rendering_of_rules() -> None:
    for language in ("zh", "en", "bo"):
        assert len(render_rules(language).splitlines()) == len(RULES)
    for document in rules_document():
        for language in ("zh", "en"):
            assert document["title"][language] in render_rule(document, language)


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_each_message_is_shown_with_its_remedy(rule: Rule) -> None:
    found = cases(rule)
    assert len(found) == 1 or all(case.messages for case in found[:-1])
    for variant, template in rule.messages.items():
        own = rule.remedies.get(variant, rule.remedy)
        of = [case for case in found if case.remedy == own]
        assert of, variant
        if len(found) > 1 and of[0].messages:
            assert template in of[0].messages
    # No remedy comes twice, and none is left out.
    said = [case.remedy for case in found]
    assert all(said.count(one) == 1 for one in said)
    document = next(d for d in rules_document() if d["id"] == rule.id)
    for language in ("zh", "en"):
        shown = render_rule(document, language)
        for case in found:
            open_ = re.sub(r"\{[^{}]*\}", "…", placed(case.remedy.get(language), cli=True))
            assert open_ in shown


def test_remedies_that_differ_are_below_what_is_found() -> None:
    found = cases(rules()["sync-offset"])
    assert len(found) == 9  # eight variants, and the rule's own words last
    assert found[-1].messages == (rules()["sync-offset"].message,)
    assert all(len(case.messages) == 1 for case in found)
    late = next(
        c for c in found if c.messages[0] == rules()["sync-offset"].messages["sound-bo-late"]
    )
    assert "提前" in late.remedy.zh
    # What names no variant, or one without words of its own, gets the rule's.
    overlap = rules()["cue-overlap"]
    assert [case.remedy for case in cases(overlap)] == [overlap.remedies["lasting"], overlap.remedy]
    # Where the rule's own remedy is of many messages they are not listed.
    assert cases(rules()["parse-problem"])[-1].messages == ()
    assert len(cases(rules()["container"])) == 1


def test_when_a_rule_is_required() -> None:
    empty = Artifacts(config=Config.load())
    both = replace(empty, bo=track("bo", ((0, 1000, "ཀ"),)), zh=track("zh", ((0, 1000, "一"),)))
    for rule in RULES:
        required = {"always": (True, True), "both": (False, True), "never": (False, False)}
        found = (is_required(rule, empty), is_required(rule, both))
        assert found == required[when_required(rule)], rule.id
    assert when_required(rules()["number-mismatch"]) == "both"


def test_a_broken_rule_is_an_error_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    import bilingual.checks.engine as engine

    def broken(artifacts: Artifacts) -> list[Hit]:
        raise RuntimeError("boom")

    from bilingual.plugins import Plugins

    one = replace(RULES[0], run=broken, needs=frozenset())
    monkeypatch.setattr(engine, "rules", lambda: Plugins(kind="rule", found={one.id: one}))
    checks, findings = engine.apply_rules(Artifacts(config=Config.load()))
    assert [c.verdict for c in checks] == [CheckVerdict.ERROR]
    assert not findings
