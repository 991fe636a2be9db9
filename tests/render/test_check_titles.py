"""A check is listed under what its verdict says, not under a fault that was not found."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bilingual import Report
from bilingual.checks.engine import rules
from bilingual.model import Check, CheckVerdict, Reason
from bilingual.render.annex import digest_of, render_annex_html
from bilingual.render.annex.appendix import render_annex_appendix
from bilingual.render.html.page import render_html
from bilingual.render.notebook.review_sheet import ReviewSheet
from bilingual.render.notebook.shown import undecided_html
from bilingual.render.text.report import render
from bilingual.render.words import rule_asks, rule_holds, rule_title
from tests.render.annex_support import document, made, report_of, saved


@pytest.fixture(autouse=True)
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without their fonts, which take a while to cut."""
    monkeypatch.setattr("bilingual.render.annex.html.font_css", lambda text: "")
    monkeypatch.setattr("bilingual.render.html.page.font_css", lambda text: "")


def all_are(verdict: CheckVerdict) -> Report:
    """A report without findings, with one verdict on every rule."""
    why = None if verdict is CheckVerdict.PASS else Reason(code="needs-human")
    unknown = verdict is CheckVerdict.UNKNOWN
    checks = [Check(rule=r, verdict=verdict, reason=why, required=unknown) for r in rules()]
    return replace(report_of(document()), checks=tuple(checks), findings=())


def shown(page: str) -> str:
    """What a page says: no scripts, no tags, not what a reader may choose."""
    said = re.sub(r"<(script|style|option)\b.*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r"<[^>]*>", "\n", said)


def faces(report: Report, language: str) -> dict[str, str]:
    found = report.to_dict()
    annex = made(found)
    digest = digest_of(annex.to_bytes())
    return {
        "text": render(report, language, 120),
        "page": shown(render_html(report, language)),
        "annex": shown(render_annex_html(annex, digest, language)),
        "appendix": render_annex_appendix(annex, saved(found), digest, language),
        "notebook": shown(undecided_html(report, language)),
        "review": shown(ReviewSheet(report, language=language)._repr_html_()),
    }


def names_fault(words: str, rule: str, language: str) -> bool:
    """Whether a rule's title is there by itself, not as a part of other words."""
    title, holds = rule_title(rule, language), rule_holds(rule, language)
    rest = words.replace(holds, "")
    return bool(re.search(rf"(?<![\w，]){re.escape(title)}(?![\w，])", rest))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_could_not_be_judged_is_what_is_to_be_found_out(language: str) -> None:
    said = faces(all_are(CheckVerdict.UNKNOWN), language)
    few = said.pop("annex")  # one page: the first of them
    assert sum(rule_asks(rule, language) in few for rule in rules()) > 5
    for rule in rules():
        assert not names_fault(few, rule, language), rule
        for face, words in said.items():
            assert rule_asks(rule, language) in words, (face, rule)
            assert not names_fault(words, rule, language), (face, rule)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_was_not_checked_names_no_fault(language: str) -> None:
    said = faces(all_are(CheckVerdict.NOT_APPLICABLE), language)
    for rule in rules():
        for face in ("text", "page", "appendix"):
            assert rule_asks(rule, language) in said[face], (face, rule)
            assert not names_fault(said[face], rule, language), (face, rule)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_passed_holds(language: str) -> None:
    said = faces(all_are(CheckVerdict.PASS), language)
    for rule in rules():
        for face in ("page", "appendix"):
            assert rule_holds(rule, language) in said[face], (face, rule)
            assert not names_fault(said[face], rule, language), (face, rule)


def test_a_rule_with_hints_is_not_said_to_hold() -> None:
    found = document()
    finding = next(f for f in found["findings"] if f["rule"] == "number-mismatch")
    found["findings"] = [finding | {"severity": "info"}]
    found["checks"] = [
        {"rule": r, "verdict": "pass", "reason": None, "params": {}, "required": False}
        for r in ("number-mismatch", "unit-mismatch")
    ]
    said = faces(report_of(found), "zh")
    assert rule_holds("number-mismatch", "zh") not in said["page"]
    assert rule_holds("unit-mismatch", "zh") in said["page"]
    assert f"[有发现] {rule_title('number-mismatch', 'zh')}\n" in said["appendix"]
    assert f"[没有问题] {rule_holds('unit-mismatch', 'zh')}\n" in said["appendix"]
