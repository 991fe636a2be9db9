"""The whole of what a verification says.

Codes and parameters only. Prose is made from them per language by
``bilingual.render`` with the words of ``bilingual.locale``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from typing import Any, Final

from bilingual.arguments import COUNT, PATH, TEXT, Wanted, checked, either, instance, many, one_of
from bilingual.errors import InputError
from bilingual.hooks import provided
from bilingual.model.alignment import Alignment
from bilingual.model.codec import (
    Number,
    Plain,
    each,
    from_builtins,
    json_document,
    to_builtins,
    with_flat_reason,
    with_nested_reason,
    without_empty,
    written_as,
)
from bilingual.model.cue import LANGUAGES, Language, Track, track_read
from bilingual.model.finding import Check, Finding, Severity, Verdict
from bilingual.model.form import SubmittedForm
from bilingual.model.media import Media
from bilingual.model.reason import Reason
from bilingual.model.review import REVIEW_SCHEMA, ReportReview, Review
from bilingual.model.speech import Speech, speech_read
from bilingual.showing import ascii_controls

SCHEMA: Final = "bilingual.report/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A figure with what it was divided by.

    ``value`` is ``None`` where it could not be measured or the denominator is
    0. ``excluded`` counts, by reason, what was left out. ``signature`` is
    sacrebleu's. ``of`` is the id of the measure this one was picked from.
    """

    id: str
    value: Number | None
    unit: str
    numerator: Number | None = None
    denominator: Number | None = None
    excluded: Mapping[str, int] = field(default_factory=dict)
    signature: str | None = None
    of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A submitted file. ``role``: ``video``, ``bo`` or ``zh``."""

    role: str
    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUse:
    """A model or data file that had a say, by name and hash.

    ``dialect`` and ``licence`` are known of recognisers that users plug in.
    """

    name: str
    sha256: str | None
    dialect: str | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendUse:
    """A backend that the settings named, and what became of it.

    ``state``: ``ran`` over all beads, ``partial`` over some, or ``unknown``: it could
    not run, for ``reason``. ``judged`` of ``of`` beads have its score. ``notices`` are
    what a user has to know of it, by codes of the ``ui`` words of ``bilingual.locale``.
    """

    name: str
    state: str
    reason: Reason | None = None
    judged: int
    of: int
    licence: str
    calibration: str = "none"
    validated: bool = True
    notices: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CueScore:
    """Cues of a track and of a second version of it that go together.

    ``cues`` and ``reference`` are indices; one of them may be empty. ``text`` is
    the second version's. ``chrf`` and ``bleu`` are 0..100, more is more alike;
    ``ter`` is 0 and up, less is more alike.
    """

    cues: tuple[int, ...]
    reference: tuple[int, ...]
    text: str
    chrf: float
    bleu: float
    ter: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondVersion:
    """A second version of a track, and how like each cue is to it.

    ``signatures`` are sacrebleu's, by metric.
    """

    language: Language
    name: str | None = None
    sha256: str | None = None
    signatures: Mapping[str, str] = field(default_factory=dict)
    cues: tuple[CueScore, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How the report was made. ``created`` is UTC, ISO 8601."""

    tool: str
    version: str
    dependencies: Mapping[str, str] = field(default_factory=dict)
    models: tuple[ModelUse, ...] = ()
    ffmpeg: str | None = None
    tokenizer: Mapping[str, Any] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    created: str
    backends: tuple[BackendUse, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMedia:
    """Pictures and sound for a report's page; of ``render.html.pagemedia.media_for_page``.

    ``peaks`` (0..1) are evenly spread over the work; ``stills`` are (milliseconds,
    JPEG) of opening and closing; ``clips`` (MP4) and ``pictures`` (JPEG) go by the
    place of their finding in the report's list.
    """

    peaks: tuple[float, ...] = ()
    stills: tuple[tuple[int, bytes], ...] = ()
    clips: Mapping[int, bytes] = field(default_factory=dict)
    pictures: Mapping[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSample:
    """The moments (ms) at which the picture was read, of how many that have a cue.

    What is written in the picture at other times is not known.
    """

    moments_ms: tuple[int, ...]
    of: int


def _is_still(value: object) -> bool:
    match value:
        case (int(), bytes()):
            return True
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole of what a verification says. Make one with ``bilingual.verify``."""

    verdict: Verdict
    inputs: tuple[InputFile, ...]
    provenance: Provenance
    media: Media | None = None
    bo: Track | None = None
    zh: Track | None = None
    speech: Speech | None = None
    burned_in: Mapping[Language, Track] | None = None
    sampled: PictureSample | None = None
    reference: SecondVersion | None = None
    alignment: Alignment | None = None
    measures: tuple[Measure, ...] = ()
    checks: tuple[Check, ...] = ()
    findings: tuple[Finding, ...] = ()
    form: SubmittedForm | None = None
    review: ReportReview | None = None

    @checked(side=one_of("bo", "zh"))
    def track(self, side: Language) -> Track | None:
        """The track of that language, ``None`` where there is none."""
        return self.bo if side == "bo" else self.zh

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON values, after the schema ``bilingual.report/1``."""
        document: dict[str, Any] = to_builtins(self)
        return document

    @classmethod
    def from_dict(cls, document: object) -> Report:
        """Rebuild a report from the result of :meth:`to_dict`. Unknown keys are ignored.

        :raises InputError: ``report-invalid``: it is not a valid report; ``detail`` says what
            is wrong and where, as in::

                Expected `int`, got `str` - at `$.inputs`
        """
        if not isinstance(document, dict) or document.get("schema") != SCHEMA:
            raise InputError("report-invalid", detail=f"Expected `{SCHEMA}` - at `$.schema`")
        try:
            report = from_builtins(_report_read(document), cls)
            _check_indices(report)
            _check_rate(report)
        except ValueError as error:  # msgspec's own are ones, too
            raise InputError("report-invalid", detail=_in_json(str(error))) from None
        return report

    @classmethod
    @checked(text=Wanted("str | bytes", lambda value: isinstance(value, str | bytes)))
    def from_json(cls, text: str | bytes) -> Report:
        """Rebuild a report from the result of :meth:`to_json`, as text or as UTF-8 bytes.

        A byte order mark is ignored.

        :raises InputError: ``report-invalid``: as :meth:`from_dict`; or the text is not JSON,
            or an object in it has the same key twice.
        """
        if isinstance(text, bytes):
            text = text.removeprefix(b"\xef\xbb\xbf")
        try:
            document = json_document(text)
        except (ValueError, RecursionError) as error:  # msgspec's and Unicode's are ValueErrors
            raise InputError("report-invalid", detail=str(error)) from None
        return cls.from_dict(document)

    @checked(indent=COUNT)
    def to_json(self, *, indent: int | None = 2) -> str:
        """The report as JSON text.

        Control and direction characters are escaped, so that it is safe to print.

        :param indent: spaces per level; ``None`` puts everything on one line.
        """
        text = json.dumps(self.to_dict(), ensure_ascii=False, indent=indent, allow_nan=False)
        return ascii_controls(text)

    @checked(language=TEXT)
    def to_text(self, language: str = "zh") -> str:
        """The report as plain text for a terminal, in ``zh`` or ``en``."""
        text: str = provided("report.text")(self, language)
        return text

    @checked(
        path=PATH,
        language=TEXT,
        video_href=TEXT,
        stills=many(Wanted("tuple[int, bytes]", _is_still)),
        media=instance(PageMedia),
        review=PATH,
    )
    def to_html(
        self,
        path: str | PathLike[str],
        *,
        language: str = "zh",
        video_href: str | None = None,
        stills: Sequence[tuple[int, bytes]] = (),
        media: PageMedia | None = None,
        review: str | PathLike[str] | None = None,
    ) -> None:
        """Write the report as one self-contained HTML file, replacing an existing one.

        :param language: language of the page, ``zh`` or ``en``.
        :param video_href: link to the video, relative to the page. Without it the reader can
            choose the file on the page.
        :param stills: pictures of the opening and closing, for the person who checks the
            credits: the result of ``bilingual.media.stills.opening_and_closing(video)``.
        :param media: waveform, stills, clips of the findings and pictures of cues: the result
            of ``bilingual.render.html.pagemedia.media_for_page(report, video)``. If it is
            given, ``stills`` is ignored.
        :param review: path of a review saved from a page of this work (``review.json``); its
            decisions are filled in.
        :raises InputError: ``output-unwritable``: the file cannot be written;
            ``review-invalid``: ``review`` is not a review; ``review-other-report``: it is a
            review of version 1 that belongs to another report.
        """
        provided("report.save_html")(
            self,
            path,
            language=language,
            video_href=video_href,
            stills=stills,
            media=media,
            review=review,
        )

    @checked(review=either(instance(Review), PATH))
    def with_review(self, review: Review | str | PathLike[str]) -> Report:
        """A copy of the report with a reviewer's decisions in ``review``.

        ``verdict`` stays the program's own; ``review.settled`` has the verdict that follows
        from the decisions. A decision applies if the texts it was made on are unchanged, even
        if it was made on an earlier report of the work; ``review.changed`` lists the others.

        :param review: a :class:`~bilingual.model.review.Review`, or the path of the
            ``review.json`` that a page or notebook saved.
        :raises InputError: ``review-invalid``: the file is not a review;
            ``review-other-report``: it is a review of version 1 that belongs to another report.
        """
        reviewed: Report = provided("report.with_review")(self, review)
        return reviewed

    def _repr_html_(self) -> str:
        """How a notebook shows it: verdict, figures, findings, what is unknown."""
        html: str = provided("report.html")(self)
        return html

    def worst(self) -> Severity | None:
        """The highest severity among the findings; ``None`` if there are no findings."""
        return max((f.severity for f in self.findings), key=lambda s: s.rank, default=None)


@written_as(BackendUse)
def _backend_written(_: BackendUse, plain: Plain) -> Plain:
    return with_flat_reason(plain)


@written_as(ModelUse)
def _model_written(used: ModelUse, plain: Plain) -> Plain:
    if used.dialect is None and used.licence is None:
        return {"name": used.name, "sha256": used.sha256}
    return plain


@written_as(Provenance)
def _provenance_written(_: Provenance, plain: Plain) -> Plain:
    plain["dependencies"] = dict(sorted(plain["dependencies"].items()))
    return without_empty(plain, "backends")


@written_as(Report)
def _report_written(_: Report, plain: Plain) -> Plain:
    document: Plain = {"schema": SCHEMA}
    for key, value in plain.items():
        if key == "bo":
            document["tracks"] = {"bo": value, "zh": plain["zh"]}
        elif key == "burned_in" and plain["sampled"] is not None:
            document[key] = {**(value or {}), "sample": plain["sampled"]}
        elif key not in ("zh", "sampled", "form"):
            document[key] = value
    if plain["form"] is not None:
        document["form"] = plain["form"]
    return without_empty(document, "review")


_MAX_RATE: Final = 1000
_WHOLE: Final = ("media", "tracks", "speech", "alignment", "measures", "checks", "findings")
"""Keys whose absence would make a report say less than was found."""


def _report_read(document: Plain) -> Plain:
    """The fields of a report, from what was written of it.

    What has another shape is left as it is: msgspec refuses it and names the place.
    """
    for key in _WHOLE:
        if key not in document:
            raise ValueError(f"Object missing required field `{key}` - at `$`")
    provenance, tracks = document.get("provenance"), document["tracks"]
    if not isinstance(tracks, dict):  # a ValueError, as msgspec's own are
        raise ValueError("Expected `object` - at `$.tracks`")  # noqa: TRY004
    fields = document | {
        "bo": track_read(tracks.get("bo"), "bo"),
        "zh": track_read(tracks.get("zh"), "zh"),
        "speech": speech_read(document["speech"]),
        "checks": each(document["checks"], with_nested_reason),
    }
    if isinstance(review := document.get("review"), dict):
        decisions = review.get("decisions")
        if not isinstance(decisions, dict) or decisions.get("schema") != REVIEW_SCHEMA:
            raise ValueError(f"Expected `{REVIEW_SCHEMA}` - at `$.review.decisions.schema`")
    if isinstance(provenance, dict):
        backends = each(provenance.get("backends", []), with_nested_reason)
        fields["provenance"] = provenance | {"backends": backends}
    if isinstance(burned_in := document.get("burned_in"), dict):
        tracks_seen = {key: value for key, value in burned_in.items() if key in LANGUAGES}
        seen = {side: track_read(track, side) for side, track in tracks_seen.items()}
        fields |= {"burned_in": seen or None, "sampled": burned_in.get("sample")}
    return fields


def _check_indices(report: Report) -> None:
    """Refuse cue indices that point nowhere: no renderer could follow them.

    :raises ValueError: with the place.
    """
    alignment = report.alignment
    for side, track in (("bo", report.bo), ("zh", report.zh)):
        count = 0 if track is None else len(track.cues)
        for number, cue in enumerate(() if track is None else track.cues):
            if cue.index != number:
                raise ValueError(f"Expected {number} - at `$.tracks.{side}.cues[{number}].index`")
        for place, items in (
            ("alignment.beads", () if alignment is None else alignment.beads),
            ("findings", report.findings),
        ):
            for number, item in enumerate(items):
                if any(not 0 <= index < count for index in getattr(item, side)):
                    raise ValueError(f"No such cue - at `$.{place}[{number}].{side}`")


def _check_rate(report: Report) -> None:
    """Refuse a rate that no two clocks of one work have: times could not be converted.

    :raises ValueError: with the place.
    """
    rate = None if report.alignment is None else report.alignment.rate
    if rate is not None and not 1 / _MAX_RATE <= rate <= _MAX_RATE:
        raise ValueError(f"Expected a rate of 1/{_MAX_RATE} to {_MAX_RATE} - at `$.alignment.rate`")


def _in_json(problem: str) -> str:
    """Msgspec's words with the place as the JSON has it."""
    for side in ("bo", "zh"):
        problem = problem.replace(f"`$.{side}.", f"`$.tracks.{side}.").replace(
            f"`$.{side}`", f"`$.tracks.{side}`"
        )
    return problem
