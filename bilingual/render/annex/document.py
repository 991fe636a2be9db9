"""The annex as a value that reads and writes itself, after ``bilingual.annex/1``.

Codes and parameters only, as in the report: every word on the page is made from
them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Annotated, Any, Final, Literal

import msgspec

from bilingual.errors import InputError
from bilingual.model import (
    AudioStream,
    Check,
    Finding,
    Language,
    Measure,
    ModelUse,
    TrackSource,
    Verdict,
)
from bilingual.model.codec import (
    Plain,
    each,
    from_builtins,
    keys_once,
    refuse_too_many_values,
    to_builtins,
    with_nested_reason,
    without_empty,
    written_as,
)
from bilingual.model.review import CueState, FindingState, PointState, Settled
from bilingual.render.canonical import canonical_bytes, sound

SCHEMA: Final = "bilingual.annex/1"
CLAIM: Final = "evidence-of-checks"

MAX_TITLE: Final = 300
"""Characters a title or a party's name may have."""

SEVERITIES: Final = ("error", "warning", "info")
STATES: Final[tuple[FindingState, ...]] = ("open", "confirmed", "dismissed")
"""States that are always counted; the others where there are any."""

LATER_STATES: Final[tuple[FindingState, ...]] = ("fixed", "later")

_KEPT: Final = ("rule", "severity", "confidence", "clause", "bo", "zh", "span_ms", "params")
"""What an annex holds of a finding."""

Role = Literal["video", "bo", "zh"]

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_TITLE)]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Count = Annotated[int, msgspec.Meta(ge=0)]


@cache
def schema() -> Mapping[str, Any]:
    """The JSON Schema (draft 2020-12) that every annex is valid against."""
    text = resources.files(__package__).joinpath("annex-1.schema.json").read_text("utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """The program that made the annex."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportUse:
    """The report that an annex is made from. ``sha256`` is of its file."""

    sha256: Sha256
    created: str
    tool: str
    version: str
    verdict: Verdict
    ffmpeg: str | None
    models: tuple[ModelUse, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexFile:
    """A submitted file. ``hashed_again``: it was the same when the annex was made."""

    role: Role
    name: str
    bytes: Count
    sha256: Sha256
    hashed_again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackUse:
    """Where a track was taken from, and how many cues it has."""

    source: TrackSource
    cues: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexFinding:
    """A finding with its id and the reader's judgement of it, ``by`` whom.

    Evidence, suggestion and error type of the finding are left out.
    """

    id: str
    finding: Finding
    state: FindingState
    note: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexCues:
    """The cues of a pair (0-based indices and texts) with the reader's judgement."""

    bo: tuple[Count, ...]
    zh: tuple[Count, ...]
    state: CueState
    note: str
    bo_text: str
    zh_text: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexPoint:
    """A check that no program can make, as a person settled it."""

    rule: str
    state: PointState
    note: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexReview:
    """The review that an annex takes up.

    ``sha256`` is of its file, ``pairs`` the number of two-sided beads of the work,
    ``None`` where it has no alignment. ``settled`` is the verdict with the decisions,
    ``changed`` how many of them are on what has changed since; annexes of earlier
    versions have neither.
    """

    sha256: Sha256
    reviewer: str
    cues: tuple[AnnexCues, ...]
    pairs: int | None
    points: tuple[AnnexPoint, ...] = ()
    settled: Settled | None = None
    changed: Count | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUse:
    """The public key that the annex's signature is checked with, by its fingerprint.

    ``public`` is the key itself, its 32 bytes in hex: with it anybody can see that the
    annex is unchanged since it was signed, though not who signed it. Annexes of earlier
    versions have none.
    """

    sha256: Sha256
    public: Sha256 | None = None
    algorithm: Literal["Ed25519"] = "Ed25519"


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """The annex to a signed pledge: evidence of the checks that were made.

    ``created`` is UTC, ISO 8601; ``duration_ms`` is the video's, ``audio`` its sound
    streams, of which ``audio_stream`` (an index) was listened to. ``review`` is
    ``None`` where no reader of Tibetan has reviewed the work.
    """

    title: Name
    party: Name
    created: str
    profile: str | None
    category: str | None
    tool: Tool
    report: ReportUse
    files: tuple[AnnexFile, ...]
    tracks: Mapping[Language, TrackUse | None]
    duration_ms: int | None
    measures: tuple[Measure, ...]
    checks: tuple[Check, ...]
    findings: tuple[AnnexFinding, ...]
    review: AnnexReview | None
    signing_key: KeyUse | None
    audio: tuple[AudioStream, ...] = ()
    audio_stream: int | None = None

    def counts(self) -> dict[str, dict[str, int]]:
        """By severity, how many findings are in each state."""
        counts = Counter((f.finding.severity.value, f.state) for f in self.findings)
        return {
            severity: {
                state: counts[severity, state]
                for state in (*STATES, *LATER_STATES)
                if state in STATES or counts[severity, state]
            }
            for severity in SEVERITIES
        }

    def moment(self) -> datetime:
        """When it was made, in UTC."""
        return datetime.fromisoformat(self.created).astimezone(UTC)

    def to_dict(self) -> dict[str, Any]:
        """The annex as JSON values that RFC 8785 has a form for."""
        document: dict[str, Any] = sound(to_builtins(self))
        return document

    def to_bytes(self) -> bytes:
        """The annex as canonical JSON (RFC 8785): what is hashed and signed."""
        return canonical_bytes(self.to_dict())

    @classmethod
    def from_dict(cls, document: object) -> Annex:
        """An annex from what :meth:`to_dict` gave; unknown keys are passed over.

        :raises InputError: ``annex-invalid``: it is none; ``detail`` says what is
            wrong and where, as in::

                Expected `int`, got `str` - at `$.duration_ms`
        """
        try:
            annex = from_builtins(_annex_read(document), cls)
            _check(annex, document)
        except ValueError as error:  # msgspec's own are ones, too
            raise InputError("annex-invalid", detail=_in_json(str(error))) from None
        return annex

    @classmethod
    def from_json(cls, data: bytes) -> Annex:
        """An annex from its JSON.

        :raises InputError: as :meth:`from_dict` and :func:`parsed`.
        """
        return cls.from_dict(parsed(data))


def parsed(data: bytes) -> dict[str, Any]:
    """An annex's JSON as values that RFC 8785 has a form for.

    :raises InputError: ``annex-invalid``: the bytes are no JSON object, or an object
        in them has a key twice.
    """
    try:
        refuse_too_many_values(data)
        document = sound(json.loads(data.decode("utf-8"), object_pairs_hook=keys_once))
    except (ValueError, RecursionError) as error:
        raise InputError("annex-invalid", detail=str(error)) from None
    if not isinstance(document, dict):
        raise InputError("annex-invalid", detail=f"Expected `{SCHEMA}` - at `$.schema`")
    return document


@written_as(AnnexFinding)
def _finding_written(_: AnnexFinding, plain: Plain) -> Plain:
    kept = {key: plain["finding"][key] for key in _KEPT}
    judged = {"state": plain["state"], "note": plain["note"], "by": plain["by"] or None}
    return without_empty({"id": plain["id"], **kept, **judged}, "by")


@written_as(AnnexCues)
def _cues_written(cues: AnnexCues, plain: Plain) -> Plain:
    return plain if cues.by else {key: value for key, value in plain.items() if key != "by"}


@written_as(AnnexReview)
def _review_written(_: AnnexReview, plain: Plain) -> Plain:
    return without_empty(plain, "points", "settled", "changed")


@written_as(KeyUse)
def _key_written(_: KeyUse, plain: Plain) -> Plain:
    return without_empty(plain, "public")


@written_as(Annex)
def _annex_written(annex: Annex, plain: Plain) -> Plain:
    findings = {"counts": annex.counts(), "items": plain["findings"]}
    if not annex.audio:  # as annexes without it were written and signed
        plain = without_empty(plain, "audio", "audio_stream")
    return {"schema": SCHEMA, "claim": CLAIM} | plain | {"findings": findings}


def _annex_read(document: Any) -> Plain:
    """The fields of an annex, from what was written of it.

    What has another shape is left as it is: msgspec refuses it and names the place.
    """
    for key, value in (("schema", SCHEMA), ("claim", CLAIM)):
        if not isinstance(document, dict) or document.get(key) != value:
            raise ValueError(f"Expected `{value}` - at `$.{key}`")
    fields = dict(document)
    if "checks" in fields:
        fields["checks"] = each(fields["checks"], with_nested_reason)
    if "findings" in fields:
        if not isinstance(fields["findings"], dict):  # a ValueError, as msgspec's own are
            raise ValueError("Expected `object` - at `$.findings`")
        items = fields["findings"].get("items")
        fields["findings"] = each(items, lambda item: item | {"finding": item})
    return fields


def _check(annex: Annex, document: Any) -> None:
    """Refuse a time that is none, and counts that are not those of the findings.

    :raises ValueError: with the place.
    """
    try:
        annex.moment()
    except (ValueError, OverflowError):
        raise ValueError("Expected a time in ISO 8601 - at `$.created`") from None
    if document["findings"].get("counts") != annex.counts():
        raise ValueError("Expected the counts of the items - at `$.findings.counts`")


def _in_json(problem: str) -> str:
    """Msgspec's words with the place as the JSON has it."""
    return problem.replace("`$.findings[", "`$.findings.items[").replace("].finding.", "].")
