"""Reviews that were saved as JSON: ``bilingual.review/2``, and those of the first version."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final, TypeVar

from bilingual.errors import InputError
from bilingual.files import display_name, read_at_most
from bilingual.model import Report
from bilingual.model.codec import from_builtins, json_document, to_builtins
from bilingual.model.review import REVIEW_SCHEMA, Decision, Review, Reviewer
from bilingual.render.canonical import digest_of
from bilingual.render.review.first import FIRST_SCHEMA, FirstReview, first_review
from bilingual.showing import ascii_controls

MAX_BYTES: Final = 16 * 1024 * 1024
"""A larger file is no review."""

_D = TypeVar("_D", bound=Decision)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedReview:
    """A review as it was read, with the SHA-256 (hex) of its file."""

    review: Review | FirstReview
    sha256: str

    def on(self, report: Report, file_sha256: str | None = None) -> Review:
        """Its decisions, by what they are on.

        :param file_sha256: of the file that the report was read from, if it was.
        :raises InputError: it is of the first version and on another report
            (``review-other-report``), or names what that has not (``review-unknown-…``).
        """
        if isinstance(self.review, Review):
            return self.review
        return self.review.on(report, file_sha256)


@cache
def review_schema() -> Mapping[str, Any]:
    """The JSON Schema (draft 2020-12) that every review is valid against."""
    text = resources.files(__package__).joinpath("review-2.schema.json").read_text("utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


def parse_review(data: bytes) -> SavedReview:
    """A review from the bytes that it is saved as; unknown keys are passed over.

    :raises InputError: ``review-twice``: one thing is judged in two ways at one moment;
        ``review-invalid``: it is none, or larger than 16 MiB; ``detail`` says what is wrong
        and where, as in::

            Expected `str`, got `int` - at `$.reviewer`
    """
    if len(data) > MAX_BYTES:
        raise InputError("review-invalid", detail=f"> {MAX_BYTES} bytes")
    try:
        text = data.removeprefix(b"\xef\xbb\xbf")
        return SavedReview(review=_read(json_document(text)), sha256=digest_of(data))
    except (ValueError, RecursionError) as error:
        # msgspec's errors are ValueErrors whose text names the place.
        raise InputError("review-invalid", detail=str(error)) from None


def _read(document: object) -> Review | FirstReview:
    """:raises ValueError: it is no review; with the place."""
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema == FIRST_SCHEMA:
        return first_review(document)
    if schema != REVIEW_SCHEMA:
        raise ValueError(f"Expected `{REVIEW_SCHEMA}` - at `$.schema`")
    review = from_builtins(document, Review)
    for decisions in (review.findings, review.cues, review.points):
        _refuse_contradiction(decisions)
    return tidied(review)


def _refuse_contradiction(decisions: Sequence[Decision]) -> None:
    """See that nothing is judged in two ways at one moment: which would count?

    :raises InputError: ``review-twice``.
    """
    states: dict[tuple[str, str], str] = {}
    for decision in decisions:
        known = states.setdefault((decision.key, decision.at), decision.state)
        if known != decision.state:
            raise InputError("review-twice", finding=decision.key)


def tidied(review: Review) -> Review:
    """The review with one decision on each thing, the latest, and names in order."""
    return replace(
        review,
        reviewer=Reviewer(name=" ".join(review.reviewer.name.split())),
        findings=_latest(review.findings),
        cues=_latest(review.cues),
        points=_latest(review.points),
    )


def _latest(decisions: tuple[_D, ...]) -> tuple[_D, ...]:
    found: dict[str, _D] = {}
    for decision in decisions:
        known = found.get(decision.key)
        if known is None or decision.at >= known.at:
            found[decision.key] = replace(decision, by=" ".join(decision.by.split()))
    return tuple(found.values())


def load_review(path: Path) -> SavedReview:
    """A review that was saved as JSON.

    :raises InputError: the file cannot be read (``file-…``), or holds no review:
        ``review-invalid`` with the path and the place of what is wrong.
    """
    shown = display_name(str(path))
    try:
        return parse_review(read_at_most(path, MAX_BYTES + 1))
    except InputError as error:
        if error.code != "review-invalid":
            raise
        raise InputError(error.code, **(error.params | {"path": shown})) from None


def review_json(review: Review) -> str:
    """A review as JSON text, as it is saved.

    Control and direction characters are escaped in it, so that it can be printed.
    """
    return ascii_controls(json.dumps(document_of(review), ensure_ascii=False, indent=2)) + "\n"


def document_of(review: Review) -> dict[str, Any]:
    """A review as JSON values, after ``bilingual.review/2``."""
    document: dict[str, Any] = to_builtins(review)
    return document
