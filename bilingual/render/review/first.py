"""Reviews as earlier versions saved them: on one report, and on no other.

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

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Final, Literal

import msgspec

from bilingual.errors import InputError
from bilingual.model import Language, Report
from bilingual.model.review import (
    MAX_DECISIONS,
    CueDecision,
    CueState,
    FindingDecision,
    Name,
    Note,
    Review,
    Reviewer,
)
from bilingual.render.canonical import canonical_bytes, digest_of, sound
from bilingual.render.review.keys import FEW, finding_keys, pair_keys, texts_of, work_key
from bilingual.render.timeline import bead_list

FIRST_SCHEMA: Final = "bilingual.review/1"

_State = Literal["open", "confirmed", "dismissed"]
_Many = msgspec.Meta(max_length=MAX_DECISIONS)


class _Reviewer(msgspec.Struct, frozen=True):
    name: Name = ""


class _Item(msgspec.Struct, frozen=True):
    finding: str | int
    state: _State | None = None
    confirmed: bool | None = None
    note: Note = ""


class _Cues(msgspec.Struct, frozen=True):
    state: CueState
    bo: Annotated[list[int], msgspec.Meta(max_length=10_000)] = []
    zh: Annotated[list[int], msgspec.Meta(max_length=10_000)] = []
    note: Note = ""


class _Input(msgspec.Struct, frozen=True):
    role: str
    sha256: str


class _File(msgspec.Struct, frozen=True):
    report_sha256: str | None = None
    report_created: str | None = None
    inputs: Annotated[list[_Input], _Many] = []
    reviewer: _Reviewer | Name = ""
    items: Annotated[list[_Item], _Many] = []
    reviews: Annotated[list[_Item], _Many] = []
    cues: Annotated[list[_Cues], _Many] = []


@dataclass(frozen=True, slots=True)
class FirstReview:
    """A review of the first version, which is on one report alone."""

    _file: _File

    @property
    def reviewer(self) -> str:
        """Who reviewed; empty where no name is given."""
        who = self._file.reviewer
        return " ".join((who if isinstance(who, str) else who.name).split())

    def on(self, report: Report, file_sha256: str | None = None) -> Review:
        """The same decisions by what they are on.

        :param file_sha256: of the file that the report was read from, if it was.
        :raises InputError: the review is on another report (``review-other-report``),
            names a finding or cue that is not there (``review-unknown-finding``,
            ``review-unknown-cue``), or judges one in two ways (``review-twice``).
        """
        if not self._is_on(report, file_sha256):
            raise InputError("review-other-report")
        return Review(
            reviewer=Reviewer(name=self.reviewer),
            work=work_key(report),
            report_sha256=report_digest(report),
            findings=tuple(self._findings(report)),
            cues=tuple(self._cues(report)),
        )

    def _is_on(self, report: Report, file_sha256: str | None) -> bool:
        if self._file.report_sha256 is not None:
            return self._file.report_sha256.lower() in (file_sha256, report_digest(report))
        inputs = sorted((i.role, i.sha256) for i in self._file.inputs)
        return self._file.report_created == report.provenance.created and inputs == sorted(
            (i.role, i.sha256) for i in report.inputs
        )

    def _findings(self, report: Report) -> Iterator[FindingDecision]:
        keys, ids = finding_keys(report), finding_ids(report)
        places = {str(n): n for n in range(len(ids))} | {name: n for n, name in enumerate(ids)}
        judged: dict[int, str] = {}
        for item in (*self._file.items, *self._file.reviews):
            number = places.get(str(item.finding))
            if number is None:
                raise InputError("review-unknown-finding", finding=str(item.finding)[:100])
            finding = report.findings[number]
            state = item.state or ("confirmed" if item.confirmed else "open")
            if judged.setdefault(number, state) != state:
                raise InputError("review-twice", finding=ids[number])
            if state != "open" or item.note:
                yield FindingDecision(
                    key=keys[number],
                    state=state,
                    note=item.note,
                    rule=finding.rule[:200],
                    severity=finding.severity,
                    zh=texts_of(report, "zh", finding.zh[:FEW]),
                    bo=texts_of(report, "bo", finding.bo[:FEW]),
                )

    def _cues(self, report: Report) -> Iterator[CueDecision]:
        keys = pair_keys(report)
        beads = {(bead.zh, bead.bo): key for bead, key in zip(bead_list(report), keys, strict=True)}
        for cues in self._file.cues:
            zh, bo = tuple(sorted(set(cues.zh))), tuple(sorted(set(cues.bo)))
            sides: tuple[tuple[Language, tuple[int, ...]], ...] = (("bo", bo), ("zh", zh))
            for side, indices in sides:
                track = report.track(side)
                for index in indices:
                    if track is None or not 0 <= index < len(track.cues):
                        raise InputError("review-unknown-cue", side=side, number=index + 1)
            yield CueDecision(
                # What was no pair of the report's own stays, as one that has changed.
                key=beads.get((zh, bo), f"cues-{zh}-{bo}"[:100]),
                state=cues.state,
                note=cues.note,
                zh=texts_of(report, "zh", zh),
                bo=texts_of(report, "bo", bo),
            )


def first_review(document: object) -> FirstReview:
    """A review of the first version from its JSON values.

    :raises ValueError: it is none, or names no report; with the place.
    """
    found = msgspec.convert(document, _File)
    if found.report_sha256 is None and found.report_created is None:
        raise ValueError("Expected `str`, got `null` - at `$.report_sha256`")
    return FirstReview(found)


def report_digest(report: Report) -> str:
    """SHA-256 (hex) over a report's canonical JSON: however it was laid out in its file,
    and whatever review it carries.
    """
    return digest_of(canonical_bytes(sound(replace(report, review=None).to_dict())))


def finding_ids(report: Report) -> tuple[str, ...]:
    """An id for each finding of a report: its rule with a number from 1."""
    counts: Counter[str] = Counter()
    ids = []
    for finding in report.findings:
        counts[finding.rule] += 1
        ids.append(f"{finding.rule}-{counts[finding.rule]}")
    return tuple(ids)
