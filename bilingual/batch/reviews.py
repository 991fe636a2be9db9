"""What readers have settled: reviews that lie beside the reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bilingual.batch.model import Reviewed, WorkResult
from bilingual.batch.work import folder_of
from bilingual.errors import BilingualError
from bilingual.form import without_personal
from bilingual.model import Severity
from bilingual.render.document import ReportFile, read_report
from bilingual.render.review import Applied, apply_review, load_review
from bilingual.showing import logger

_OPEN = ("open", "later")

_log = logger(__name__)


def with_reviews(results: Sequence[WorkResult], out: Path) -> tuple[WorkResult, ...]:
    """The results with what the reviews in each work's folder say.

    A review is any ``*review*.json`` there. One that is damaged, or of another report, is
    passed over.
    """
    return tuple(_reviewed(result, folder_of(out, result.id)) for result in results)


def _reviewed(result: WorkResult, folder: Path) -> WorkResult:
    if result.state != "done":
        return result
    files = sorted(folder.glob("*review*.json"))
    if not files:
        return replace(result, review=None)
    try:
        saved = read_report(folder / "report.json")
    except BilingualError:
        return result
    grave = {
        number
        for number, finding in enumerate(saved.report.findings)
        if finding.severity is not Severity.INFO
    }
    names: list[str] = []
    settled: set[int] = set()
    confirmed: set[int] = set()
    verdict = None
    for path in files:
        applied = _applied(path, saved)
        if applied is None:
            continue
        review = applied.review
        names += [review.reviewer.name, *(review.by(one) for one in review.decisions())]
        states = {number: applied.state(number) for number in grave}
        settled |= {n for n, state in states.items() if state not in _OPEN}
        confirmed |= {n for n, state in states.items() if state == "confirmed"}
        verdict = applied.settled.verdict
    if verdict is None:
        return replace(result, review=None)
    review_of = Reviewed(
        reviewers=tuple(dict.fromkeys(filter(None, map(without_personal, names)))),
        settled=len(settled),
        of=len(grave),
        confirmed=len(confirmed),
        verdict=verdict,
    )
    return replace(result, review=review_of)


def _applied(path: Path, saved: ReportFile) -> Applied | None:
    """A review on the report; ``None`` where it is none, or of another report."""
    try:
        review = load_review(path).on(saved.report, saved.sha256)
        return apply_review(review, saved.report)
    except BilingualError as error:
        _log.info("review passed over: %s", error.code)
        return None
