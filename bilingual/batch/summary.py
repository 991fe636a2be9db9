"""Of a report, what the overview shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from bilingual.batch.model import Brief, Reading, Share, Submission, WorkResult
from bilingual.config import Category
from bilingual.form import without_personal
from bilingual.model import Bead, CheckVerdict, Finding, Report, Severity
from bilingual.text.length import chinese_length, tibetan_length

_WORST: Final = 5
_TEXT: Final = 120
_READ_RISK: Final = 0.2
"""A pair with this risk or more is worth a look: of the faults tried, 99 in 100 lie above."""

_COVERAGE: Final = "coverage.weakest_link"


def summary_of(
    report: Report, work: Submission, category: Category, *, seconds: float, path: str
) -> WorkResult:
    """The result of a work whose report was made.

    :param path: the report's, from the output folder.
    """
    severities = Counter(finding.severity for finding in report.findings)
    undecided = (CheckVerdict.UNKNOWN, CheckVerdict.ERROR)
    beads = () if report.alignment is None else report.alignment.beads
    risks = [bead.risk for bead in beads if bead.risk is not None]
    return WorkResult(
        **identity(work, category),
        state="done",
        verdict=report.verdict,
        errors=severities[Severity.ERROR],
        warnings=severities[Severity.WARNING],
        unknown_required=sum(c.required and c.verdict in undecided for c in report.checks),
        weakest_coverage=_weakest(report),
        highest_risk=max(risks, default=None),
        reading=_reading(report),
        worst=tuple(_worst(report)),
        rules=tuple(sorted({f.rule for f in report.findings if f.severity is not Severity.INFO})),
        seconds=round(seconds, 3),
        report=path,
    )


def identity(work: Submission, category: Category) -> dict[str, Any]:
    """What a result says of its work before anything is known of it."""
    unit = "" if work.form is None else (work.form.unit or "").strip()
    return {
        "id": work.id,
        "row": work.row,
        "title": without_personal(work.title)[:_TEXT],
        "unit": without_personal(unit)[:_TEXT],
        "category": work.category or category,
        "problems": work.problems,
    }


def _weakest(report: Report) -> Share | None:
    for measure in report.measures:
        if measure.id == _COVERAGE and measure.value is not None:
            return Share(id=measure.of or measure.id, value=round(float(measure.value), 6))
    return None


def _worst(report: Report) -> Iterator[Brief]:
    """One finding for each rule, the gravest first."""
    counts = Counter(finding.rule for finding in report.findings)
    shown: set[str] = set()
    for finding in report.findings:
        if finding.rule in shown or finding.severity is Severity.INFO:
            continue
        shown.add(finding.rule)
        yield Brief(
            rule=finding.rule,
            severity=finding.severity,
            at_ms=_at(finding, report),
            count=counts[finding.rule],
            params=finding.params,
        )
        if len(shown) == _WORST:
            return


def _at(finding: Finding, report: Report) -> int | None:
    if finding.span_ms is not None:
        return finding.span_ms.start_ms
    cues = [
        track.cues[index]
        for track, indices in ((report.zh, finding.zh), (report.bo, finding.bo))
        if track is not None
        for index in indices
    ]
    return min((cue.start_ms for cue in cues), default=None)


def _reading(report: Report) -> Reading | None:
    """The pairs that are worth a look; ``None`` without pairs."""
    if report.alignment is None or report.bo is None or report.zh is None:
        return None
    found: set[tuple[str, int]] = set()
    for finding in report.findings:
        if finding.severity is not Severity.INFO:
            found |= {("bo", n) for n in finding.bo} | {("zh", n) for n in finding.zh}
    beads = [
        bead
        for bead in report.alignment.beads
        if (bead.risk or 0.0) >= _READ_RISK or not found.isdisjoint(_keys(bead))
    ]
    bo = ["".join(report.bo.cues[n].compared for n in bead.bo) for bead in beads]
    zh = ["".join(report.zh.cues[n].compared for n in bead.zh) for bead in beads]
    return Reading(
        pairs=len(beads),
        syllables=sum(map(tibetan_length, bo)),
        characters=sum(map(chinese_length, zh)),
    )


def _keys(bead: Bead) -> set[tuple[str, int]]:
    return {("bo", n) for n in bead.bo} | {("zh", n) for n in bead.zh}
