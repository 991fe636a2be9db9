"""The order in which works need a person."""

from __future__ import annotations

from collections.abc import Iterable

from bilingual.batch.model import WorkResult

_STATES = {"failed": 0, "skipped": 1, "done": 2}
_VERDICTS = {"fail": 0, "unknown": 1, "review": 2, "pass": 3}


def ranked(works: Iterable[WorkResult]) -> list[WorkResult]:
    """The works, those first with which a person has most to do.

    First those without a report; then by errors, those with findings that nobody has
    settled before the others; by required checks that could not be judged, by the
    highest risk, by warnings. Works alike keep the table's order.
    """
    return sorted(works, key=_key)


def _key(work: WorkResult) -> tuple[float, ...]:
    review = work.review
    open_share = 1.0 if review is None or not review.of else 1 - review.settled / review.of
    return (
        _STATES[work.state],
        -(work.errors > 0) * (1 + (open_share > 0)),
        _VERDICTS.get(work.verdict.value if work.verdict else "", 4),
        -work.errors * open_share,
        -work.unknown_required,
        -(work.highest_risk or 0.0) * open_share,
        -work.warnings * open_share,
    )
