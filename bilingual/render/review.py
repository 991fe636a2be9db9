"""A reader's review of a report, as the HTML page and the notebook save it.

``bilingual.review/1``::

    {"schema": "bilingual.review/1",
     "report_sha256": "…",
     "reviewer": {"name": "…"},
     "items": [{"finding": "number-mismatch-1", "state": "confirmed", "note": ""}],
     "cues": [{"bo": [3], "zh": [3], "state": "confirmed-correct", "note": ""}]}

``report_sha256`` is :func:`report_digest` of the report under review, or the
SHA-256 of the file it was saved in. A finding goes by its id
(:func:`finding_ids`) or by its place in the report's list, from 0. The form that
names ``inputs``, ``report_created`` and ``reviews`` instead is read as well.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from bilingual.errors import InputError
from bilingual.files import display_name, read_at_most
from bilingual.model import Language, Report
from bilingual.model.codec import refuse_repeated_keys
from bilingual.render.canonical import canonical_bytes, digest_of, sound

SCHEMA: Final = "bilingual.review/1"

FindingState = Literal["open", "confirmed", "dismissed"]
CueState = Literal["confirmed-correct", "wrong", "unsure"]

_MAX_BYTES: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewItem:
    """A reader's judgement of a finding: it is right, it is not, or none yet.

    ``finding`` is its id (:func:`finding_ids`) or its place in the report's list.
    """

    finding: str
    state: FindingState = "open"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedCues:
    """A reader's judgement of the cues of one pair, by 0-based index."""

    bo: tuple[int, ...]
    zh: tuple[int, ...]
    state: CueState
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A review of a report. ``reviewer`` is empty where no name is given.

    ``report_sha256`` names the report it is on; in the older form that is
    ``None``, and ``inputs`` (role and SHA-256) with ``report_created`` do.
    ``sha256`` is that of the file it was read from, ``None`` where there is none.
    """

    reviewer: str = ""
    report_sha256: str | None = None
    report_created: str | None = None
    inputs: tuple[tuple[str, str], ...] = ()
    items: tuple[ReviewItem, ...] = ()
    cues: tuple[ReviewedCues, ...] = ()
    sha256: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The review as JSON values, after ``bilingual.review/1``."""
        document: dict[str, Any] = {"schema": SCHEMA, "report_sha256": self.report_sha256}
        if self.report_sha256 is None:
            document |= {
                "report_created": self.report_created,
                "inputs": [{"role": role, "sha256": sha256} for role, sha256 in self.inputs],
            }
        return document | {
            "reviewer": {"name": self.reviewer},
            "items": [
                {"finding": item.finding, "state": item.state, "note": item.note}
                for item in self.items
            ],
            "cues": [
                {"bo": list(c.bo), "zh": list(c.zh), "state": c.state, "note": c.note}
                for c in self.cues
            ],
        }

    def to_json(self) -> str:
        """The review as JSON text, as it is saved."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, data: bytes) -> Review:
        """A review from the bytes that it is saved as; unknown keys are passed over.

        :raises InputError: ``review-invalid``: it is none; ``detail`` says what is
            wrong and where, as in ``Expected `str`, got `int` - at `$.reviewer```.
        """
        try:
            text = data.removeprefix(b"\xef\xbb\xbf")
            found = msgspec.json.decode(text, type=_File)
            refuse_repeated_keys(text)
            return _review(found, digest_of(data))
        except (ValueError, RecursionError) as error:
            # msgspec's errors are ValueErrors whose text names the place.
            raise InputError("review-invalid", detail=str(error)) from None


class _Reviewer(msgspec.Struct):
    name: str = ""


class _Item(msgspec.Struct):
    finding: str | int
    state: FindingState | None = None
    confirmed: bool | None = None
    note: str = ""


class _Cues(msgspec.Struct):
    state: CueState
    bo: list[int] = []
    zh: list[int] = []
    note: str = ""


class _Input(msgspec.Struct):
    role: str
    sha256: str


class _File(msgspec.Struct):
    schema: Literal["bilingual.review/1"]
    report_sha256: str | None = None
    report_created: str | None = None
    inputs: list[_Input] = []
    reviewer: _Reviewer | str = ""
    items: list[_Item] = []
    reviews: list[_Item] = []
    cues: list[_Cues] = []


def _review(found: _File, sha256: str) -> Review:
    """The review of a file.

    :raises ValueError: it names no report, with the place.
    """
    if found.report_sha256 is None and found.report_created is None:
        raise ValueError("Expected `str`, got `null` - at `$.report_sha256`")
    who = found.reviewer if isinstance(found.reviewer, str) else found.reviewer.name
    return Review(
        reviewer=" ".join(who.split()),
        report_sha256=found.report_sha256,
        report_created=found.report_created,
        inputs=tuple(sorted((i.role, i.sha256) for i in found.inputs)),
        items=tuple(
            ReviewItem(finding=str(i.finding), state=_state(i), note=i.note)
            for i in (*found.items, *found.reviews)
        ),
        cues=tuple(
            ReviewedCues(
                bo=tuple(sorted(set(c.bo))),
                zh=tuple(sorted(set(c.zh))),
                state=c.state,
                note=c.note,
            )
            for c in found.cues
        ),
        sha256=sha256,
    )


def _state(item: _Item) -> FindingState:
    if item.state is not None:
        return item.state
    return "confirmed" if item.confirmed else "open"


def load_review(path: Path) -> Review:
    """A review that was saved as JSON.

    :raises InputError: the file cannot be read (``file-…``), or holds no review:
        ``review-invalid`` with the path and the place of what is wrong.
    """
    shown = display_name(str(path))
    data = read_at_most(path, _MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise InputError("review-invalid", path=shown, detail=f"> {_MAX_BYTES} bytes")
    try:
        return Review.from_json(data)
    except InputError as error:
        raise InputError(error.code, **(error.params | {"path": shown})) from None


def report_digest(report: Report) -> str:
    """SHA-256 (hex) over a report's canonical JSON: however it was laid out in its file."""
    return digest_of(canonical_bytes(sound(report.to_dict())))


def finding_ids(report: Report) -> tuple[str, ...]:
    """An id for each finding of a report: its rule with a number from 1."""
    counts: Counter[str] = Counter()
    ids = []
    for finding in report.findings:
        counts[finding.rule] += 1
        ids.append(f"{finding.rule}-{counts[finding.rule]}")
    return tuple(ids)


def items_of(
    review: Review, report: Report, *, file_sha256: str | None = None
) -> dict[int, ReviewItem]:
    """The judgement of each finding, by its place in the report's list.

    :param file_sha256: of the file that the report was read from, if it was.
    :raises InputError: the review is on another report (``review-other-report``),
        names a finding or cue that is not there (``review-unknown-finding``,
        ``review-unknown-cue``), or judges one in two ways (``review-twice``).
    """
    if not _is_on(review, report, file_sha256):
        raise InputError("review-other-report")
    ids = finding_ids(report)
    places = {str(n): n for n in range(len(ids))} | {name: n for n, name in enumerate(ids)}
    found: dict[int, ReviewItem] = {}
    for item in review.items:
        if item.finding not in places:
            raise InputError("review-unknown-finding", finding=item.finding[:100])
        place = places[item.finding]
        if found.get(place, item).state != item.state:
            raise InputError("review-twice", finding=ids[place])
        found[place] = item
    for side, index in _cues(review):
        track = report.track(side)
        if track is None or not 0 <= index < len(track.cues):
            raise InputError("review-unknown-cue", side=side, number=index + 1)
    return found


def _cues(review: Review) -> Iterator[tuple[Language, int]]:
    for cues in review.cues:
        yield from (("bo", index) for index in cues.bo)
        yield from (("zh", index) for index in cues.zh)


def _is_on(review: Review, report: Report, file_sha256: str | None) -> bool:
    if review.report_sha256 is not None:
        return review.report_sha256.lower() in (file_sha256, report_digest(report))
    inputs = tuple(sorted((i.role, i.sha256) for i in report.inputs))
    return (review.report_created, review.inputs) == (report.provenance.created, inputs)
