"""What a reader decided about a report: of findings, of pairs of cues, of open points.

A decision belongs to what was judged: its ``key`` is a hash over the texts of a pair, over
a rule and its place, or over a check with its reason and files
(``bilingual.render.review.keys``). What is decided so holds in every later run, as long as
what was judged is the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, Literal

import msgspec

from bilingual.model.codec import Plain, written_as
from bilingual.model.finding import Severity, Verdict

REVIEW_SCHEMA: Final = "bilingual.review/2"

FindingState = Literal["open", "confirmed", "dismissed", "fixed", "later"]
"""None yet; a true fault; a false alarm; fixed since; to be decided later."""

CueState = Literal["confirmed-correct", "wrong", "unsure"]
"""The translation of a pair is right, is wrong, or the reader cannot say."""

PointState = Literal["holds", "fails"]
"""What no program can judge: as required, or not."""

MAX_DECISIONS: Final = 50_000
"""Decisions of one kind that a review may hold."""

Key = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Name = Annotated[str, msgspec.Meta(max_length=200)]
Note = Annotated[str, msgspec.Meta(max_length=4_000)]
Moment = Annotated[str, msgspec.Meta(max_length=40)]
Texts = tuple[Annotated[str, msgspec.Meta(max_length=10_000)], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingDecision:
    """A judgement of a finding.

    ``by`` is who judged, ``at`` when (UTC, ISO 8601), each empty where it is not known.
    ``rule``, ``severity``, ``zh`` and ``bo`` say what was judged, for people to read once
    it is not there any more.
    """

    key: Key
    state: FindingState = "open"
    note: Note = ""
    by: Name = ""
    at: Moment = ""
    rule: Name = ""
    severity: Severity | None = None
    zh: Texts = ()
    bo: Texts = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CueDecision:
    """A judgement of the translation of a pair; fields as of :class:`FindingDecision`."""

    key: Key
    state: CueState
    note: Note = ""
    by: Name = ""
    at: Moment = ""
    zh: Texts = ()
    bo: Texts = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PointDecision:
    """What a person says of a check that no program can make.

    ``rule`` and ``reason`` (codes) name the check and why it was open.
    """

    key: Key
    state: PointState
    note: Note = ""
    by: Name = ""
    at: Moment = ""
    rule: Name = ""
    reason: Name = ""


Decision = FindingDecision | CueDecision | PointDecision

_Findings = Annotated[tuple[FindingDecision, ...], msgspec.Meta(max_length=MAX_DECISIONS)]
_Cues = Annotated[tuple[CueDecision, ...], msgspec.Meta(max_length=MAX_DECISIONS)]
_Points = Annotated[tuple[PointDecision, ...], msgspec.Meta(max_length=MAX_DECISIONS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer:
    """Who reviews; ``name`` is empty where it is not given."""

    name: Name = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A reviewer's decisions: the content of a ``review.json`` (``bilingual.review/2``).

    ``work`` identifies the work (``bilingual.render.review.work_key``) and ``report_sha256``
    the report that was reviewed last; the review may be applied to other reports of the work.
    """

    reviewer: Reviewer = Reviewer()
    work: Key | None = None
    report_sha256: Key | None = None
    findings: _Findings = ()
    cues: _Cues = ()
    points: _Points = ()

    def decisions(self) -> tuple[Decision, ...]:
        """All of them."""
        return (*self.findings, *self.cues, *self.points)

    def by(self, decision: Decision) -> str:
        """Who made a decision; empty where nobody is named."""
        return decision.by or self.reviewer.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The verdict with a reader's decisions, beside the report's own and never in its place.

    ``points`` is how many decisions it rests on (open points settled, false alarms),
    ``by`` whose they are.
    """

    verdict: Verdict
    points: int
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReview:
    """The review that a report carries, and what follows from it.

    ``changed`` are the keys of decisions on what has changed since, or is not there
    any more.
    """

    decisions: Review
    settled: Settled
    changed: tuple[str, ...] = ()


@written_as(Review)
def _review_written(_: Review, plain: Plain) -> Plain:
    return {"schema": REVIEW_SCHEMA, **plain}
