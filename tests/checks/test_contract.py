"""What every rule owes, ours and others' alike."""

from __future__ import annotations

import re

import pytest

from bilingual.checks.base import Artifacts, Hit, Rule
from bilingual.checks.engine import apply_rules, rules
from bilingual.config import Config
from bilingual.model import CheckVerdict
from bilingual.render.rules import render_rule, render_rules, rules_document
from bilingual.render.words import message, remedy
from bilingual.testing import faults_of
from tests.support import assert_valid, examined_example

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


def test_a_broken_rule_is_an_error_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    import bilingual.checks.engine as engine

    def broken(artifacts: Artifacts) -> list[Hit]:
        raise RuntimeError("boom")

    from dataclasses import replace

    from bilingual.plugins import Plugins

    one = replace(RULES[0], run=broken, needs=frozenset())
    monkeypatch.setattr(engine, "rules", lambda: Plugins(kind="rule", found={one.id: one}))
    checks, findings = engine.apply_rules(Artifacts(config=Config.load()))
    assert [c.verdict for c in checks] == [CheckVerdict.ERROR]
    assert not findings
