"""The appendix to the annex: what has no room on its pages, as plain text.

Every figure with its signature, every check, every finding with the reader's decision,
every pair that was judged, hashes in full, models and settings. It is made from the annex
and its report, and says which annex it belongs to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from bilingual.locale import mark
from bilingual.model import CheckVerdict, Measure
from bilingual.model.codec import to_builtins
from bilingual.render.annex.document import Annex, AnnexFinding
from bilingual.render.annex.view import category_of, moment, place_of
from bilingual.render.canonical import grouped
from bilingual.render.document import ReportFile
from bilingual.render.words import (
    check_title,
    decided_words,
    figure,
    label,
    message,
    reason,
    rule_asks,
    rule_title,
    ui,
    visible,
)
from bilingual.showing import ascii_controls, shown_lines

SUFFIX: Final = ".appendix.txt"


def render_annex_appendix(
    annex: Annex, saved: ReportFile, digest: str, language: str = "zh"
) -> str:
    """The appendix as text, in the annex's language; settings and signatures are codes.

    :param saved: the report that the annex was made from.
    :param digest: SHA-256 of the annex's canonical bytes, in hex.
    """
    other = "zh" if language == "en" else "en"
    lines = [
        ui("annex-appendix-heading", language),
        f"{visible(annex.title)}{mark('comma', language)}{visible(annex.party)}",
        ui("annex-appendix-of", language, digest=grouped(digest, size=8)),
        "",
        ui("annex-statement", language),
        ui("annex-statement", other),
    ]
    for heading, body in (
        ("annex-work", _work(annex, language)),
        ("annex-figures", _figures(annex, language)),
        ("annex-appendix-checks", _checks(annex, language)),
        ("annex-findings", _findings(annex, language)),
        ("annex-reading", _pairs(annex, language)),
        ("annex-appendix-settings", _settings(saved)),
    ):
        lines += ["", ui(heading, language), *(f"  {line}" for line in body)]
    return shown_lines(lines)


def _work(annex: Annex, language: str) -> Iterator[str]:
    colon = mark("colon", language)
    yield category_of(annex, language)
    for file in annex.files:
        name = ui("annex-file-" + file.role, language)
        yield f"{name}{colon}{visible(file.name)}  SHA-256 {file.sha256}"
    yield f"{ui('annex-report', language)}{colon}{annex.report.sha256}"
    yield ui("annex-checked-at", language, time=moment(annex.report.created))
    for model in annex.report.models:
        yield f"{ui('annex-models', language)}{colon}{visible(model.name)}  {model.sha256 or '-'}"
    if annex.report.ffmpeg:
        yield f"ffmpeg {visible(annex.report.ffmpeg)}"


def _figures(annex: Annex, language: str) -> Iterator[str]:
    for measure in annex.measures:
        value = ui("annex-not-measured", language) if measure.value is None else figure(measure)
        parts = [" ".join(value.split()), *_more(measure, language)]
        yield f"{label(measure, language)}{mark('colon', language)}" + "  ".join(parts)


def _more(measure: Measure, language: str) -> Iterator[str]:
    if measure.unit != "ratio" and measure.denominator:
        yield ui("annex-over", language, count=f"{measure.denominator:g}")
    if excluded := sum(measure.excluded.values()):
        yield ui("annex-excluded", language, count=excluded)
    if measure.signature:
        yield visible(measure.signature)


def _checks(annex: Annex, language: str) -> Iterator[str]:
    """Every check: what holds, what was found, or why it was not made."""
    found = {f.finding.rule for f in annex.findings}
    colon = mark("colon", language)
    for check in annex.checks:
        hinted = check.verdict is CheckVerdict.PASS and check.rule in found
        title = rule_title(check.rule, language) if hinted else check_title(check, language)
        why = reason(check.reason, language)
        # One that has hints only passes; the page counts it among those with findings.
        state = ui(f"annex-check-state-{CheckVerdict.FAIL if hinted else check.verdict}", language)
        yield f"[{state}] {visible(title)}" + (f"{colon}{visible(why)}" if why else "")


def _findings(annex: Annex, language: str) -> Iterator[str]:
    if not annex.findings:
        yield ui("annex-no-findings", language)
    for number, item in enumerate(annex.findings, 1):
        yield f"{number}. {_finding(item, language)}"


def _finding(item: AnnexFinding, language: str) -> str:
    found = item.finding
    decided = decided_words(item.state, item.by, item.note, language)
    severity = ui("severity-" + found.severity, language)
    parts = (
        f"[{severity}] {visible(rule_title(found.rule, language))}",
        place_of(found.zh, found.bo, found.span_ms, language),
        visible(message(found, language)),
        visible(found.clause or ""),
        decided,
    )
    return " | ".join(part for part in parts if part)


def _pairs(annex: Annex, language: str) -> Iterator[str]:
    if annex.review is None:
        yield ui("annex-no-reading", language)
        return
    for point in annex.review.points:
        decided = decided_words(point.state, point.by, point.note, language)
        yield f"{visible(rule_asks(point.rule, language))} | {decided}"
    for cues in annex.review.cues:
        decided = decided_words(cues.state, cues.by, cues.note, language)
        texts = f"{visible(cues.zh_text)} | {visible(cues.bo_text)}"
        yield f"{place_of(cues.zh, cues.bo, None, language)} | {texts} | {decided}"


def _settings(saved: ReportFile) -> list[str]:
    config = to_builtins(saved.report.provenance.config)
    text = json.dumps(config, ensure_ascii=False, indent=1, sort_keys=True)
    return ascii_controls(text).splitlines()
