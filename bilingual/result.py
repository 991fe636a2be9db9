"""What a verification says: findings, measures, checks, verdicts.

Codes and parameters only. Prose is made from them per language by
``bilingual.report`` with the words of the rules and of ``bilingual.locale``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from os import PathLike
from pathlib import Path
from typing import Any

from bilingual.model import Alignment, Language, Media, Span, Speech, Track


class Severity(StrEnum):
    """How bad a finding is, apart from how sure we are of it."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for info, 2 for error."""
        return ("info", "warning", "error").index(self.value)


class CheckVerdict(StrEnum):
    """What became of one rule. ``ERROR``: the rule itself broke."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"
    ERROR = "error"


class Verdict(StrEnum):
    """What became of the whole work."""

    PASS = "pass"
    REVIEW = "review"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A fact a finding rests on: ``kind`` names it, ``params`` hold it.

    Where it is a place in a cue's text: ``side`` (``bo`` or ``zh``), ``cue``
    (index), ``start`` and ``end`` (code points into ``Cue.text``).
    """

    kind: str
    side: str | None = None
    cue: int | None = None
    start: int | None = None
    end: int | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A way to mend it. ``safety``: ``safe``, ``unsafe`` or ``display-only``."""

    kind: str
    safety: str = "display-only"
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something found, where, and on what grounds.

    ``confidence`` is 0..1. ``mqm`` is the error type in the MQM typology
    (themqm.org), ``clause`` the clause of the award's notice. ``bo`` and ``zh``
    hold cue indices, ``span_ms`` the stretch of time concerned.
    """

    rule: str
    severity: Severity
    confidence: float
    mqm: str | None = None
    clause: str | None = None
    bo: tuple[int, ...] = ()
    zh: tuple[int, ...] = ()
    span_ms: Span | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    suggestion: Suggestion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A figure with what it was divided by.

    ``value`` is ``None`` where it could not be measured or the denominator is
    0. ``excluded`` counts, by reason, what was left out. ``signature`` is
    sacrebleu's. ``of`` is the id of the measure this one was picked from.
    """

    id: str
    value: float | None
    unit: str
    numerator: float | None = None
    denominator: float | None = None
    excluded: Mapping[str, int] = field(default_factory=dict)
    signature: str | None = None
    of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What became of one rule, and why where it could not be judged.

    One that passed has a reason only where there are several ways to pass.
    ``reason`` is a code of ``bilingual.locale``'s reasons; ``required`` says
    whether ``unknown`` here keeps the whole from passing.
    """

    rule: str
    verdict: CheckVerdict
    reason: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A file that was handed in. ``role``: ``video``, ``bo`` or ``zh``."""

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
    not run. ``reason`` is then a code of ``bilingual.locale``'s reasons. ``judged`` of
    ``of`` beads have its score. ``notices`` are (code, params) of what the user is told.
    """

    name: str
    state: str
    licence: str
    judged: int
    of: int
    reason: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    calibration: str = "none"
    validated: bool = True
    notices: tuple[tuple[str, Mapping[str, Any]], ...] = ()


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
    created: str
    dependencies: Mapping[str, str] = field(default_factory=dict)
    models: tuple[ModelUse, ...] = ()
    ffmpeg: str | None = None
    tokenizer: Mapping[str, Any] = field(default_factory=dict)
    backends: tuple[BackendUse, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMedia:
    """Pictures and sound for a report's page; of ``bilingual.report.pagemedia.media_for_page``.

    ``peaks`` (0..1) are evenly spread over the work; ``stills`` are (milliseconds,
    JPEG) of opening and closing; ``clips`` (MP4) and ``pictures`` (JPEG) go by the
    place of their finding in the report's list.
    """

    peaks: tuple[float, ...] = ()
    stills: tuple[tuple[int, bytes], ...] = ()
    clips: Mapping[int, bytes] = field(default_factory=dict)
    pictures: Mapping[int, bytes] = field(default_factory=dict)


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
    alignment: Alignment | None = None
    burned_in: Mapping[Language, Track] | None = None
    reference: SecondVersion | None = None
    measures: tuple[Measure, ...] = ()
    checks: tuple[Check, ...] = ()
    findings: tuple[Finding, ...] = ()
    evidence: Mapping[int, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON values, after the schema ``bilingual.report/1``."""
        from bilingual.report.document import to_document

        return to_document(self)

    def to_json(self, *, indent: int | None = 2) -> str:
        """The report as JSON text; ``indent=None`` puts it on one line."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent, allow_nan=False)

    def to_text(self, language: str = "zh") -> str:
        """The report as plain text for a terminal, in ``zh`` or ``en``."""
        from bilingual.report.text import render

        return render(self.to_dict(), language)

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
        """Write the report as one self-contained HTML file.

        :param language: ``zh`` or ``en``, for the interface.
        :param video_href: where the page finds the video, relative to itself; a
            reader may also choose the file by hand.
        :param stills: pictures for whoever looks at the credits, as
            ``bilingual.media.stills.opening_and_closing(video)`` gives them.
        :param media: waveform, stills, clips of what was found, pictures of cues, as
            ``bilingual.report.pagemedia.media_for_page(report.to_dict(), video)`` gives
            them; in place of ``stills``.
        :param review: a review that was saved on this report's page, to be gone on with.
        :raises InputError: the path cannot be written; the review is none, or of
            another report.
        """
        from bilingual.report.files import write_whole
        from bilingual.report.html import render_html
        from bilingual.report.review import load_review

        page = render_html(
            self.to_dict(),
            language,
            video_href,
            stills=stills,
            media=media,
            review=None if review is None else load_review(Path(review)),
        )
        write_whole(Path(path), page)

    def _repr_html_(self) -> str:
        """How a notebook shows it: verdict, figures, findings, what is unknown."""
        from bilingual.report.notebook import report_html

        return report_html(self)

    def worst(self) -> Severity | None:
        """The highest severity among the findings, ``None`` without any."""
        return max((f.severity for f in self.findings), key=lambda s: s.rank, default=None)
