"""Findings and errors as the calls show them: codes, params, and sentences in a language."""

from __future__ import annotations

from typing import Any, Final

from bilingual.errors import BilingualError
from bilingual.locale import error_sentence, sentence
from bilingual.model import Finding, Report
from bilingual.render.review import texts_of
from bilingual.render.timeline import start_of
from bilingual.render.words import message, remedy, rule_title

SPOKEN: Final = ("zh", "en")
"""Languages that have words for everything the service says."""


def error_shown(error: BilingualError, language: str) -> dict[str, Any]:
    """An error as its code, params and sentence; a page has no command line."""
    said = error_sentence(error.code, error.params, language, cli=False)
    return {"code": error.code, "params": error.params, "message": said}


def finding_shown(finding: Finding, language: str) -> dict[str, Any]:
    """A finding in words, with its place in the work."""
    span = finding.span_ms
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "severity_text": sentence("ui", f"severity-{finding.severity}", {}, language),
        "title": rule_title(finding.rule, language),
        "message": message(finding, language),
        "remedy": remedy(finding, language, cli=False),
        "span_ms": None if span is None else [span.start_ms, span.end_ms],
        "bo": list(finding.bo),
        "zh": list(finding.zh),
    }


def finding_in(report: Report, finding: Finding, language: str) -> dict[str, Any]:
    """A finding in words, with the texts that it is about."""
    shown = finding_shown(finding, language)
    shown["texts"] = {
        "zh": list(texts_of(report, "zh", finding.zh)),
        "bo": list(texts_of(report, "bo", finding.bo)),
    }
    if shown["span_ms"] is None:
        shown["span_ms"] = moment_of(start_of(finding, report))
    return shown


def moment_of(at_ms: int | None) -> list[int] | None:
    """A moment as a span; ``None`` where there is none."""
    return None if at_ms is None else [at_ms, at_ms]
