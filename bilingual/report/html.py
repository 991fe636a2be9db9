"""The report as one HTML file that works from disk and asks for nothing.

A rendering of the JSON document: it computes nothing but places on the page.
Every text of a submission is escaped by the template engine (autoescape is on
for all templates), and a content security policy lets only the page's own
script run and nothing be fetched.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from bilingual.report.fontfiles import font_css
from bilingual.report.pagemedia import PageMedia
from bilingual.report.review import finding_ids, items_of, report_digest
from bilingual.report.timeline import bead_list, start_of, timeline
from bilingual.report.words import (
    backend_line,
    backend_notes,
    clock,
    figure,
    label,
    message,
    reason,
    remedy,
    rule_title,
    size,
    ui,
    visible,
)

if TYPE_CHECKING:
    from jinja2 import Environment

    from bilingual.report.review import Review

_HOME: Final = "bilingual.report"
_SEVERITIES: Final = ("error", "warning", "info")
_SHADES: Final = 5
_FONTS: Final = "/* fonts */"
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

    @property
    def ask(self) -> bool:
        """Whether somebody who reads Tibetan should look."""
        return (self.risk or 0.0) >= _DOUBTFUL or any(f.ask for f in self.findings)


def render_html(
    document: Mapping[str, Any],
    language: str = "zh",
    video_href: str | None = None,
    *,
    stills: Sequence[tuple[int, bytes]] = (),
    media: PageMedia | None = None,
    review: Review | None = None,
) -> str:
    """A report document as a self-contained HTML page.

    :param language: ``zh`` or ``en``, for the interface.
    :param video_href: where the page may find the video, relative to itself; a
        reader may also choose the file by hand.
    :param media: what to show of the video itself
        (:func:`bilingual.report.pagemedia.media_for_page`).
    :param review: a saved review of this report, to be gone on with.
    :raises InputError: the review is on another report.
    :param stills: pictures to put beside what a person has to look at, as
        ``bilingual.media.stills.opening_and_closing`` gives them.
    """
    media = media or PageMedia(stills=tuple(stills))
    page = _page(document, language, media.peaks)
    script = _text("report.js")
    rendered: str = (
        _environment()
        .get_template("report.html.j2")
        .render(
            page=page,
            doc=document,
            lang=language,
            style=_text("report.css"),
            script=script,
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            data=_script_json(_data(document, page, review, language)),
            video_href=video_href,
            stills=[(clock(at), _base64(jpeg)) for at, jpeg in media.stills],
            clips={number: _base64(clip) for number, clip in media.clips.items()},
            pictures={number: _base64(jpeg) for number, jpeg in media.pictures.items()},
            t=lambda code, **params: ui(code, language, **params),
            clock=clock,
            size=size,
        )
    )
    # The glyphs that the page needs, for machines without fonts for both scripts.
    return rendered.replace(_FONTS, font_css(rendered), 1)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _text(name: str) -> str:
    return resources.files(_HOME).joinpath("page", name).read_text("utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _script_json(value: Any) -> str:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _page(document: Mapping[str, Any], language: str, peaks: Sequence[float]) -> dict[str, Any]:
    marks = _marks(document)
    findings = [
        _finding(number, f, document, language) for number, f in enumerate(document["findings"])
    ]
    beads = _beads(document, marks)
    for finding in findings:
        if finding.bead is not None:
            beads[finding.bead].findings.append(finding)
    counts = Counter(f.severity for f in findings)
    return {
        "findings": findings,
        "general": [f for f in findings if f.bead is None],
        "beads": beads,
        "counts": {s: counts[s] for s in _SEVERITIES},
        "rules": sorted({(f.rule, f.title) for f in findings}),
        "undecided": _checks(document, "unknown", language) + _checks(document, "error", language),
        "passed": _checks(document, "pass", language),
        "skipped": _checks(document, "not-applicable", language),
        "backends": [
            {"line": backend_line(use, language), "notes": backend_notes(use, language)}
            for use in document["provenance"].get("backends", [])
        ],
        "timeline": timeline(document, peaks),
        "measures": _measures(document, language),
        "weakest": next(
            (m for m in _measures(document, language) if m["id"] == "coverage.weakest_link"),
            None,
        ),
    }


def _checks(document: Mapping[str, Any], verdict: str, language: str) -> list[dict[str, Any]]:
    return [
        {
            "title": rule_title(c["rule"], language),
            "rule": c["rule"],
            "reason": reason(c, language),
            "required": c.get("required", False),
        }
        for c in document["checks"]
        if c["verdict"] == verdict
    ]


def _measures(document: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    return [
        {
            "id": measure["id"],
            "label": label(measure, language),
            "value": figure(measure),
            "signature": measure["signature"],
        }
        for measure in document["measures"]
        if measure["value"] is not None
    ]


def _finding(
    number: int, finding: Mapping[str, Any], document: Mapping[str, Any], language: str
) -> FindingView:
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


def _beads(document: Mapping[str, Any], marks: Mapping[Any, list[Any]]) -> list[BeadView]:
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
            )
        )
    return views


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


def _marks(document: Mapping[str, Any]) -> dict[Any, list[Any]]:
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


def _data(
    document: Mapping[str, Any], page: Mapping[str, Any], review: Review | None, language: str
) -> dict[str, Any]:
    """What the page's script needs: cues for the player, names for what is reviewed."""
    said = items_of(review, document) if review is not None else {}
    return {
        "report": report_digest(document),
        "ids": finding_ids(document),
        "beads": [{"zh": bead["zh"], "bo": bead["bo"]} for bead in bead_list(document)],
        "cues": {
            side: [
                [c["start_ms"], c["end_ms"], visible(c["plain"], keep_breaks=True)]
                for c in track["cues"]
            ]
            for side, track in document["tracks"].items()
            if track
        },
        "total": page["timeline"]["total"] if page["timeline"] else 0,
        "review": None
        if review is None
        else {
            "reviewer": {"name": review.reviewer},
            "items": [
                {"finding": number, "state": item.state, "note": item.note}
                for number, item in said.items()
            ],
            "cues": [
                {"zh": c.zh, "bo": c.bo, "state": c.state, "note": c.note} for c in review.cues
            ],
        },
        "words": {
            code: ui(f"html-{code}", language)
            for code in ("other-report", "no-review", "read-back")
        },
    }
