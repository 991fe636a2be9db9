"""A report's findings and pairs of cues as the page shows them, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bilingual.render.timeline import bead_list, start_of
from bilingual.render.words import clock, message, remedy, rule_title, ui, visible

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
    """A finding in words."""

    number: int
    rule: str
    title: str
    severity: str
    severity_word: str
    message: str
    remedy: str
    clause: str | None
    confidence: str
    start_ms: int | None
    start: str
    bead: int | None
    ask: bool


@dataclass(slots=True, kw_only=True)
class BeadView:
    """A row of the table: both sides and what was found there."""

    number: int
    zh: list[CueView]
    bo: list[CueView]
    start_ms: int
    risk: float | None
    shade: int
    findings: list[FindingView] = field(default_factory=list)
    reference: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def ask(self) -> bool:
        """Whether somebody who reads Tibetan should look."""
        return (self.risk or 0.0) >= _DOUBTFUL or any(f.ask for f in self.findings)


def finding_view(
    number: int, finding: Mapping[str, Any], document: Mapping[str, Any], language: str
) -> FindingView:
    """A finding of a document, in words, with the bead it is told at."""
    start = start_of(finding, document)
    return FindingView(
        number=number,
        rule=finding["rule"],
        title=rule_title(finding["rule"], language),
        severity=finding["severity"],
        severity_word=ui("severity-" + finding["severity"], language),
        message=message(finding, language),
        remedy=remedy(finding, language),
        clause=finding["clause"],
        confidence=f"{finding['confidence']:.2f}",
        start_ms=start,
        start="" if start is None else clock(start),
        bead=_bead_of(finding, document),
        ask=(finding["suggestion"] or {}).get("kind") == "ask-reader",
    )


def _bead_of(finding: Mapping[str, Any], document: Mapping[str, Any]) -> int | None:
    """The first bead that holds a cue of the finding; none for the work as a whole."""
    if len(finding["zh"]) > 4 or len(finding["bo"]) > 4:
        return None
    for number, bead in enumerate(bead_list(document)):
        if any(set(finding[side]) & set(bead[side]) for side in ("zh", "bo")):
            return number
    return None


def bead_views(
    document: Mapping[str, Any], marks: Mapping[Any, list[Any]], language: str
) -> list[BeadView]:
    """The rows of the table, without their findings; marks as of :func:`marks_of`."""
    views = []
    for number, bead in enumerate(bead_list(document)):
        sides = {
            side: [_cue(document, side, i, marks) for i in bead[side]] for side in ("zh", "bo")
        }
        risk = bead["risk"]
        views.append(
            BeadView(
                number=number,
                start_ms=min(c.start_ms for c in sides["zh"] + sides["bo"]),
                risk=risk,
                shade=0 if risk is None else min(_SHADES - 1, int(risk * _SHADES)),
                zh=sides["zh"],
                bo=sides["bo"],
                reference=_references(document, bead, language),
            )
        )
    return views


def _references(
    document: Mapping[str, Any], bead: Mapping[str, Any], language: str
) -> dict[str, list[str]]:
    """What a second version has for a bead's cues, by language, with its scores."""
    version = document.get("reference")
    if not version:
        return {}
    side = version["language"]
    return {
        side: [
            ui(
                "reference-line",
                language,
                text=visible(score["text"]),
                **{name: f"{score[name]:.0f}" for name in ("chrf", "bleu", "ter")},
            )
            for score in version["cues"]
            if set(score["cues"]) & set(bead[side])
        ]
    }


def _cue(
    document: Mapping[str, Any], side: str, index: int, marks: Mapping[Any, list[Any]]
) -> CueView:
    cue = document["tracks"][side]["cues"][index]
    places = marks.get((side, index), [])
    text = cue["text"] if places else cue["plain"]
    return CueView(
        number=index + 1,
        start_ms=cue["start_ms"],
        end_ms=cue["end_ms"],
        start=clock(cue["start_ms"]),
        pieces=tuple(_pieces(text, places)),
    )


def marks_of(document: Mapping[str, Any]) -> dict[Any, list[Any]]:
    """Places in cues that evidence points at: (side, cue) -> (start, end, rule)."""
    marks: dict[Any, list[Any]] = {}
    for finding in document["findings"]:
        for evidence in finding["evidence"]:
            if None not in (evidence.get("cue"), evidence.get("start"), evidence.get("end")):
                key = (evidence["side"], evidence["cue"])
                marks.setdefault(key, []).append(
                    (evidence["start"], evidence["end"], finding["rule"])
                )
    return marks


def _pieces(text: str, places: Sequence[Any]) -> list[Piece]:
    pieces, at = [], 0
    for start, end, rule in sorted(places):
        if start < at or end <= start or end > len(text):
            continue
        if start > at:
            pieces.append(Piece(text=visible(text[at:start], keep_breaks=True)))
        pieces.append(Piece(text=visible(text[start:end], keep_breaks=True), why=rule))
        at = end
    if at < len(text):
        pieces.append(Piece(text=visible(text[at:], keep_breaks=True)))
    return pieces
