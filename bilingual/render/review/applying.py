"""A reader's decisions on a report: which still hold, which are on what has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Final, TypeVar

from bilingual.model import LANGUAGES, Finding, Report, Severity, Verdict
from bilingual.model.review import (
    CueDecision,
    Decision,
    FindingDecision,
    PointDecision,
    ReportReview,
    Review,
    Settled,
)
from bilingual.render.review.first import report_digest
from bilingual.render.review.keys import (
    UNDECIDED,
    finding_keys,
    letters,
    letters_of,
    pair_keys,
    point_keys,
    work_key,
)
from bilingual.render.review.reading import SavedReview, load_review, tidied
from bilingual.render.timeline import bead_list

_D = TypeVar("_D", bound=Decision)

_QUIET: Final = ("dismissed", "fixed", "later")
"""What is said of a finding so is not said of a graver one in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A decision on what has changed since, or is not there any more.

    ``bead`` is the number of the pair that has taken its place, ``None`` where there is
    none to be seen.
    """

    decision: Decision
    bead: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A review on a report.

    ``findings`` and ``cues`` are the decisions that hold, by the place of the finding in
    the report's list and by the number of the bead; ``points`` by the check's rule.
    ``changed`` are the others. ``review`` has all of them.
    """

    review: Review
    findings: Mapping[int, FindingDecision]
    cues: Mapping[int, CueDecision]
    points: Mapping[str, PointDecision]
    changed: tuple[Changed, ...]
    settled: Settled

    def state(self, finding: int) -> str:
        """The state of a finding, by its place in the report's list."""
        decision = self.findings.get(finding)
        return "open" if decision is None else decision.state


def apply_review(review: Review, report: Report) -> Applied:
    """See which decisions of a review hold for a report.

    A decision that a finding is a false alarm, fixed or for later does not hold for a
    graver finding in the same place.
    """
    review = tidied(review)
    by_finding, by_cues, by_point = (
        _by_key(review.findings),
        _by_key(review.cues),
        _by_key(review.points),
    )
    findings = {
        number: decision
        for number, key in enumerate(finding_keys(report))
        if (decision := by_finding.get(key)) is not None
        and _still(decision, report.findings[number])
    }
    cues = {n: by_cues[key] for n, key in enumerate(pair_keys(report)) if key in by_cues}
    points = {rule: by_point[key] for rule, key in point_keys(report).items() if key in by_point}
    held = {id(d) for found in (findings, cues, points) for d in found.values()}
    applied = Applied(
        review=review,
        findings=findings,
        cues=cues,
        points=points,
        changed=tuple(_changed([d for d in review.decisions() if id(d) not in held], report)),
        settled=Settled(verdict=report.verdict, points=0, by=()),
    )
    return replace(applied, settled=_settled(applied, report))


def _by_key(decisions: Iterable[_D]) -> dict[str, _D]:
    return {decision.key: decision for decision in decisions}


def _still(decision: FindingDecision, finding: Finding) -> bool:
    graver = decision.severity is not None and finding.severity.rank > decision.severity.rank
    return not (graver and decision.state in _QUIET)


def _changed(decisions: Sequence[Decision], report: Report) -> Iterator[Changed]:
    """Each with the pair that has one of its texts still."""
    if not decisions:
        return
    places: dict[tuple[str, str], int] = {}
    for number, bead in enumerate(bead_list(report)):
        for side, text in letters_of(report, bead).items():
            if text:
                places.setdefault((side, text), number)
    for decision in decisions:
        sides: list[tuple[str, str]] = []
        if not isinstance(decision, PointDecision):
            sides = [(side, letters(getattr(decision, side))) for side in LANGUAGES]
        now = next((places[key] for key in sides if key in places), None)
        yield Changed(decision=decision, bead=now)


def _settled(applied: Applied, report: Report) -> Settled:
    """What the report's verdict would be with the reader's decisions.

    A translation that a reader calls wrong, or an open point that does not hold, fails the
    work; findings that are false alarms and points that hold no longer count; a pair that
    the reader is unsure of has to be looked at.
    """
    left = [f.severity for n, f in enumerate(report.findings) if applied.state(n) != "dismissed"]
    open_points = [
        check
        for check in report.checks
        if check.required and check.verdict in UNDECIDED and check.rule not in applied.points
    ]
    judged = {decision.state for decision in applied.cues.values()}
    failed = "wrong" in judged or any(p.state == "fails" for p in applied.points.values())
    if Severity.ERROR in left or failed:
        verdict = Verdict.FAIL
    elif open_points:
        verdict = Verdict.UNKNOWN
    elif Severity.WARNING in left or "unsure" in judged:
        verdict = Verdict.REVIEW
    else:
        verdict = Verdict.PASS
    used: list[Decision] = [
        *applied.points.values(),
        *(d for d in applied.findings.values() if d.state == "dismissed"),
    ]
    names = dict.fromkeys(applied.review.by(d) for d in (*used, *applied.cues.values()))
    return Settled(verdict=verdict, points=len(used), by=tuple(filter(None, names)))


def with_review(report: Report, review: Review | SavedReview | str | PathLike[str]) -> Report:
    """The report with a reader's decisions beside its own findings; its verdict stays.

    :raises InputError: the file cannot be read or is no review (``review-invalid``), or is
        one of the first version, on another report (``review-other-report``).
    """
    if isinstance(review, (str, PathLike)):
        review = load_review(Path(review))
    if isinstance(review, SavedReview):
        review = review.on(report)
    applied = apply_review(review, report)
    decisions = replace(applied.review, work=work_key(report), report_sha256=report_digest(report))
    return replace(
        report,
        review=ReportReview(
            decisions=decisions,
            settled=applied.settled,
            changed=tuple(changed.decision.key for changed in applied.changed),
        ),
    )


def reviewed(report: Report, path: Path | None) -> Report:
    """The report with the review of a file, where one is given.

    :raises InputError: as :func:`with_review`.
    """
    return report if path is None else with_review(report, path)


def applied_of(report: Report) -> Applied | None:
    """What the review that a report carries says of it; ``None`` where it carries none."""
    return None if report.review is None else apply_review(report.review.decisions, report)
