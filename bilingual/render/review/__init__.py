"""A reader's review of a report: read, applied to this and to later reports, saved.

``bilingual.review/2``: a decision belongs to what was judged (``keys``) and not to one
run, so that it comes back in every later run in which that is the same.
"""

from __future__ import annotations

from bilingual.model.review import (
    REVIEW_SCHEMA,
    CueDecision,
    CueState,
    Decision,
    FindingDecision,
    FindingState,
    PointDecision,
    PointState,
    Review,
    Reviewer,
    Settled,
)
from bilingual.render.review.applying import (
    Applied,
    Changed,
    applied_of,
    apply_review,
    reviewed,
    with_review,
)
from bilingual.render.review.first import FirstReview, finding_ids, report_digest
from bilingual.render.review.keys import (
    FEW,
    UNDECIDED,
    finding_keys,
    pair_keys,
    point_keys,
    texts_of,
    work_key,
)
from bilingual.render.review.reading import (
    SavedReview,
    document_of,
    load_review,
    parse_review,
    review_json,
    review_schema,
    tidied,
)

__all__ = [
    "FEW",
    "REVIEW_SCHEMA",
    "UNDECIDED",
    "Applied",
    "Changed",
    "CueDecision",
    "CueState",
    "Decision",
    "FindingDecision",
    "FindingState",
    "FirstReview",
    "PointDecision",
    "PointState",
    "Review",
    "Reviewer",
    "SavedReview",
    "Settled",
    "applied_of",
    "apply_review",
    "document_of",
    "finding_ids",
    "finding_keys",
    "load_review",
    "pair_keys",
    "parse_review",
    "point_keys",
    "report_digest",
    "review_json",
    "review_schema",
    "reviewed",
    "texts_of",
    "tidied",
    "with_review",
    "work_key",
]
