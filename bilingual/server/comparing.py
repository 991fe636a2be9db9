"""Two reports of a work, and several reviews of a report, beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bilingual.locale import sentence
from bilingual.model import Report
from bilingual.render.document import ReportFile
from bilingual.render.review import (
    Applied,
    Decision,
    apply_review,
    finding_keys,
    pair_keys,
    parse_review,
    point_keys,
    texts_of,
)
from bilingual.render.timeline import bead_list, start_of
from bilingual.render.words import message, reason, rule_asks, rule_title
from bilingual.server.shown import finding_in, moment_of


def changes(now: Report, before: Report, language: str) -> dict[str, Any]:
    """The findings that are new, gone and the same, by what they are about."""
    keys = dict(zip(finding_keys(now), now.findings, strict=True))
    old = dict(zip(finding_keys(before), before.findings, strict=True))
    return {
        "verdicts": [str(before.verdict), str(now.verdict)],
        "verdict_texts": [
            sentence("ui", f"outcome-{report.verdict}", {}, language) for report in (before, now)
        ],
        "new": [finding_in(now, f, language) for key, f in keys.items() if key not in old],
        "gone": [finding_in(before, f, language) for key, f in old.items() if key not in keys],
        "same": [finding_in(now, f, language) for key, f in keys.items() if key in old],
    }


def side_by_side(
    saved: ReportFile, reviews: Sequence[tuple[str, bytes]], language: str
) -> dict[str, Any]:
    """What each reviewer decided of each finding, pair and open point that any decided on.

    :param reviews: by a key for each reviewer, his document.
    """
    report = saved.report
    applied = {
        name: apply_review(parse_review(data).on(report, saved.sha256), report)
        for name, data in reviews
    }
    rows: list[dict[str, Any]] = [
        *_findings(report, applied, language),
        *_pairs(report, applied, language),
        *_points(report, applied, language),
    ]
    for row in rows:
        states = {one["state"] for one in row["decisions"].values()}
        row["agree"] = None if len(row["decisions"]) < 2 else len(states) == 1
    return {
        "reviewers": {
            name: {
                "verdict": str(one.settled.verdict),
                "verdict_text": sentence("ui", f"outcome-{one.settled.verdict}", {}, language),
                "changed": len(one.changed),
            }
            for name, one in applied.items()
        },
        "rows": rows,
    }


def _decisions(found: Mapping[str, Decision | None], language: str) -> dict[str, Any]:
    return {
        name: {
            "state": one.state,
            "state_text": sentence("ui", f"html-state-{one.state}", {}, language),
            "note": one.note,
            "by": one.by,
            "at": one.at,
        }
        for name, one in found.items()
        if one is not None
    }


def _findings(
    report: Report, applied: Mapping[str, Applied], language: str
) -> list[dict[str, Any]]:
    rows = []
    for number, (key, finding) in enumerate(
        zip(finding_keys(report), report.findings, strict=True)
    ):
        found = {name: one.findings.get(number) for name, one in applied.items()}
        if any(found.values()):
            rows.append(
                {
                    "kind": "finding",
                    "key": key,
                    "severity": str(finding.severity),
                    "title": rule_title(finding.rule, language),
                    "message": message(finding, language),
                    "span_ms": moment_of(start_of(finding, report)),
                    "zh": list(texts_of(report, "zh", finding.zh)),
                    "bo": list(texts_of(report, "bo", finding.bo)),
                    "decisions": _decisions(found, language),
                }
            )
    return rows


def _pairs(report: Report, applied: Mapping[str, Applied], language: str) -> list[dict[str, Any]]:
    rows = []
    for number, (key, bead) in enumerate(zip(pair_keys(report), bead_list(report), strict=True)):
        found = {name: one.cues.get(number) for name, one in applied.items()}
        if any(found.values()):
            track = report.bo if bead.bo else report.zh
            indices = bead.bo or bead.zh
            start = None if track is None or not indices else track.cues[indices[0]].start_ms
            rows.append(
                {
                    "kind": "pair",
                    "key": key,
                    "severity": None,
                    "title": sentence("ui", "compared-pair", {"number": number + 1}, language),
                    "message": "",
                    "span_ms": moment_of(start),
                    "zh": list(texts_of(report, "zh", bead.zh)),
                    "bo": list(texts_of(report, "bo", bead.bo)),
                    "decisions": _decisions(found, language),
                }
            )
    return rows


def _points(report: Report, applied: Mapping[str, Applied], language: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    keys = point_keys(report)
    for check in report.checks:
        found = {name: one.points.get(check.rule) for name, one in applied.items()}
        if check.rule in keys and any(found.values()):
            rows.append(
                {
                    "kind": "point",
                    "key": keys[check.rule],
                    "severity": None,
                    "title": rule_asks(check.rule, language),
                    "message": reason(check.reason, language, cli=False),
                    "span_ms": None,
                    "zh": [],
                    "bo": [],
                    "decisions": _decisions(found, language),
                }
            )
    return rows
