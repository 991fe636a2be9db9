"""A report's findings and pairs of cues as the page shows them, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bilingual.model import Bead, Cue, Finding, Language, Report, Severity
from bilingual.model.codec import to_builtins
from bilingual.render.kinds import kinds, places
from bilingual.render.timeline import Timeline, bead_list, cues_of, start_of
from bilingual.render.words import clock, message, remedy, rule_title, ui, visible

Mark = tuple[int, int, str]
"""Start and end of a place in a cue's text (code points), and the rule that marks it."""

Marks = Mapping[tuple[str, int], Sequence[Mark]]
"""The marks of each cue, by language and index."""

MAX_BEADS: Final = 3000
MAX_FINDINGS: Final = 3000
MAX_OF_RULE: Final = 500
MAX_CUE_CHARACTERS: Final = 4000
"""What a page shows at the most: pairs, findings, findings of one rule, characters of a cue."""

_FEW: Final = 4
"""Cues of one side that a finding may name to belong to a single bead."""
_SHADES: Final = 5
_DOUBTFUL: Final = 0.5
"""Risk from which on a pair needs a reader of Tibetan, whatever the rules found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of a cue's text; ``why`` names the evidence that marks it."""

    text: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CueView:
    """A cue as the page shows it."""

    number: int
    start_ms: int
    end_ms: int
    start: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A finding in words; ``number`` is its place in the report, ``place`` on the page."""

    number: int
    place: int
    rule: str
    variant: str
    title: str
    severity: Severity
    severity_word: str
    message: str
    remedy: str
    clause: str | None
    confidence: str
    start_ms: int | None
    start: str
    bead: int | None
    ask: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KindView:
    """A finding, and those of its kind that are shown with it: their number and places."""

    first: FindingView
    more: tuple[FindingView, ...] = ()
    count: int = 1
    places: str = ""


def kind_views(views: Sequence[FindingView], report: Report, language: str) -> tuple[KindView, ...]:
    """The findings by kind, few of a kind one by one."""
    return tuple(
        KindView(
            first=kind[0],
            more=kind[1:],
            count=len(kind),
            places=places([report.findings[view.number] for view in kind[1:]], language),
        )
        for kind in kinds(views, lambda view: (view.rule, view.severity, view.variant))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BeadView:
    """A row of the table: both sides and what was found there.

    ``number`` is the bead's in the report, ``row`` that of the row on the page.
    """

    number: int
    row: int
    zh: tuple[CueView, ...]
    bo: tuple[CueView, ...]
    start_ms: int
    risk: float | None
    shade: int
    findings: tuple[FindingView, ...]
    kinds: tuple[KindView, ...]
    reference: Mapping[Language, Sequence[str]]

    @property
    def ask(self) -> bool:
        """Whether somebody who reads Tibetan should look."""
        return (self.risk or 0.0) >= _DOUBTFUL or any(f.ask for f in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """What became of a rule, in words; ``title`` is as its verdict has it, ``holds`` is what
    a reader may settle.

    ``ask``: a person is asked to settle it where it could not be judged.
    """

    title: str
    holds: str
    rule: str
    reason: str
    required: bool
    ask: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureView:
    """A measure in words; ``help`` says what is counted, out of what."""

    label: str
    value: str
    help: str
    signature: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendView:
    """A backend in words."""

    line: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstFindings:
    """What matters most, by kind; ``shown`` of ``total`` findings."""

    kinds: tuple[KindView, ...]
    shown: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """All that the page's template shows in words.

    ``general`` are the findings that belong to no bead, ``counts`` is by severity,
    ``rules`` are the ids and titles of those that found something. ``more_findings``
    are titles of rules with how many further findings they have than the page shows,
    ``more_beads`` is how many pairs it does not show.
    """

    findings: tuple[FindingView, ...]
    general: tuple[KindView, ...]
    beads: tuple[BeadView, ...]
    counts: Mapping[str, int]
    rules: tuple[tuple[str, str], ...]
    undecided: tuple[CheckView, ...]
    passed: tuple[CheckView, ...]
    skipped: tuple[CheckView, ...]
    backends: tuple[BackendView, ...]
    timeline: Timeline | None
    disclaimer: str
    measures: tuple[MeasureView, ...]
    more_measures: tuple[MeasureView, ...]
    first: FirstFindings
    weakest: MeasureView | None
    more_findings: tuple[tuple[str, int], ...] = ()
    more_beads: int = 0
    most: int = MAX_OF_RULE


def finding_views(report: Report, language: str, *, cli: bool = True) -> tuple[FindingView, ...]:
    """The findings of a report in words, each with the bead it belongs to.

    The first of each rule, ``MAX_OF_RULE`` at most, and ``MAX_FINDINGS`` in all. ``cli`` is
    as for :func:`bilingual.render.words.remedy`.
    """
    beads = _Beads(report)
    seen: Counter[str] = Counter()
    views: list[FindingView] = []
    for number, finding in enumerate(report.findings):
        seen[finding.rule] += 1
        if seen[finding.rule] <= MAX_OF_RULE and len(views) < MAX_FINDINGS:
            place = Place(number=number, place=len(views), bead=beads.of(finding))
            views.append(_finding(place, finding, report, language, cli))
    return tuple(views)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a finding is: in the report's list, on the page, and in which bead."""

    number: int
    place: int
    bead: int | None


def _finding(
    place: Place, finding: Finding, report: Report, language: str, cli: bool
) -> FindingView:
    start = start_of(finding, report)
    suggestion = finding.suggestion
    return FindingView(
        number=place.number,
        place=place.place,
        rule=finding.rule,
        variant=str(finding.params.get("variant", "")),
        title=rule_title(finding.rule, language),
        severity=finding.severity,
        severity_word=ui("severity-" + finding.severity, language),
        message=message(finding, language),
        remedy=remedy(finding, language, cli=cli),
        clause=finding.clause,
        confidence=f"{100 * finding.confidence:.0f} %",
        start_ms=start,
        start="" if start is None else clock(start),
        bead=place.bead,
        ask=suggestion is not None and suggestion.kind == "ask-reader",
    )


class _Beads:
    """Which bead holds a cue."""

    def __init__(self, report: Report) -> None:
        self._first: dict[tuple[Language, int], int] = {}
        for number, bead in enumerate(bead_list(report)):
            for key in _cue_keys(bead):
                self._first.setdefault(key, number)

    def of(self, finding: Finding) -> int | None:
        """The first bead that holds a cue of the finding; none for the work as a whole."""
        if len(finding.zh) > _FEW or len(finding.bo) > _FEW:
            return None
        found = [self._first[key] for key in _cue_keys(finding) if key in self._first]
        return min(found, default=None)


def _cue_keys(place: Bead | Finding) -> Iterator[tuple[Language, int]]:
    yield from (("zh", index) for index in place.zh)
    yield from (("bo", index) for index in place.bo)


def bead_views(
    report: Report, findings: Sequence[FindingView], language: str
) -> tuple[BeadView, ...]:
    """The rows of the table, each with those of the findings that belong there."""
    marks = marks_of(report)
    references = _references(report, language)
    beads = bead_list(report)
    by_bead: dict[int, list[FindingView]] = {}
    for finding in findings:
        if finding.bead is not None:
            by_bead.setdefault(finding.bead, []).append(finding)
    views = []
    for row, number in enumerate(_chosen(beads, by_bead)):
        bead = beads[number]
        zh = tuple(_cue("zh", cue, marks) for cue in cues_of(bead, report, "zh"))
        bo = tuple(_cue("bo", cue, marks) for cue in cues_of(bead, report, "bo"))
        own = tuple(by_bead.get(number, ()))
        views.append(
            BeadView(
                number=number,
                row=row,
                start_ms=min((cue.start_ms for cue in (*zh, *bo)), default=0),
                risk=to_builtins(bead.risk),
                shade=_shade(bead.risk),
                zh=zh,
                bo=bo,
                findings=own,
                kinds=kind_views(own, report, language),
                reference={
                    side: _lines_of(bead.bo if side == "bo" else bead.zh, lines)
                    for side, lines in references.items()
                },
            )
        )
    return tuple(views)


def _chosen(beads: Sequence[Bead], found: Container[int]) -> list[int]:
    """The beads that a page shows, by number: all, or of very many those with findings
    and then those with the highest risk.
    """
    if len(beads) <= MAX_BEADS:
        return list(range(len(beads)))
    order = sorted(range(len(beads)), key=lambda k: (k not in found, -(beads[k].risk or 0.0), k))
    return sorted(order[:MAX_BEADS])


def _shade(risk: float | None) -> int:
    return 0 if risk is None else max(0, min(_SHADES - 1, int(risk * _SHADES)))


def _references(report: Report, language: str) -> dict[Language, dict[int, dict[int, str]]]:
    """What a second version has, by language and cue: each text with its scores, as a line
    behind its number.
    """
    version = report.reference
    if version is None:
        return {}
    by_cue: dict[int, dict[int, str]] = {}
    for number, score in enumerate(version.cues):
        line = ui(
            "reference-line",
            language,
            text=visible(score.text),
            chrf=f"{score.chrf:.0f}",
            bleu=f"{score.bleu:.0f}",
            ter=f"{score.ter:.0f}",
        )
        for cue in score.cues:
            by_cue.setdefault(cue, {})[number] = line
    return {version.language: by_cue}


def _lines_of(cues: Sequence[int], lines: Mapping[int, Mapping[int, str]]) -> list[str]:
    """The lines on any of some cues, each once, in their order."""
    found: dict[int, str] = {}
    for cue in cues:
        found |= lines.get(cue, {})
    return [found[number] for number in sorted(found)]


def _cue(side: Language, cue: Cue, marks: Marks) -> CueView:
    places = marks.get((side, cue.index), ())
    return CueView(
        number=cue.index + 1,
        start_ms=cue.start_ms,
        end_ms=cue.end_ms,
        start=clock(cue.start_ms),
        pieces=tuple(_short(_pieces(cue.text if places else cue.shown, places))),
    )


def _short(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The text, cut where it is far longer than any cue."""
    left = MAX_CUE_CHARACTERS
    for piece in pieces:
        if len(piece.text) > left:
            yield Piece(text=piece.text[:left] + " …", why=piece.why)
            return
        left -= len(piece.text)
        yield piece


def marks_of(report: Report) -> Marks:
    """The places in cues that evidence points at."""
    marks: dict[tuple[str, int], list[Mark]] = {}
    for finding in report.findings:
        for evidence in finding.evidence:
            if (
                evidence.side is not None
                and evidence.cue is not None
                and evidence.start is not None
                and evidence.end is not None
            ):
                key = (evidence.side, evidence.cue)
                marks.setdefault(key, []).append((evidence.start, evidence.end, finding.rule))
    return marks


def _pieces(text: str, places: Sequence[Mark]) -> Iterator[Piece]:
    """The text in order, cut at the marks; of marks that overlap the first is shown."""
    at = 0
    for start, end, rule in sorted(places):
        if start < at or end <= start or end > len(text):
            continue
        if start > at:
            yield Piece(text=visible(text[at:start], keep_breaks=True))
        yield Piece(text=visible(text[start:end], keep_breaks=True), why=rule)
        at = end
    if at < len(text):
        yield Piece(text=visible(text[at:], keep_breaks=True))
