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

_HOME: Final = "bilingual.report"
_SEVERITIES: Final = ("error", "warning", "info")
_SHADES: Final = 5


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


def render_html(
    document: Mapping[str, Any],
    language: str = "zh",
    video_href: str | None = None,
    *,
    stills: Sequence[tuple[int, bytes]] = (),
) -> str:
    """A report document as a self-contained HTML page.

    :param language: ``zh`` or ``en``, for the interface.
    :param video_href: where the page may find the video, relative to itself; a
        reader may also choose the file by hand.
    :param stills: pictures to put beside what a person has to look at, as
        ``bilingual.media.stills.opening_and_closing`` gives them.
    """
    page = _page(document, language)
    script = _text("report.js")
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            page=page,
            doc=document,
            lang=language,
            style=_text("report.css"),
            script=script,
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            data=_script_json(_data(document, page)),
            video_href=video_href,
            stills=[(clock(at), base64.b64encode(jpeg).decode()) for at, jpeg in stills],
            t=lambda code, **params: ui(code, language, **params),
            clock=clock,
            size=size,
        )
    )


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


def _page(document: Mapping[str, Any], language: str) -> dict[str, Any]:
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
        "timeline": _timeline(document),
        "measures": _measures(document, language),
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
    start = _start(finding, document)
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
    )


def _start(finding: Mapping[str, Any], document: Mapping[str, Any]) -> int | None:
    if finding["span_ms"]:
        return int(finding["span_ms"][0])
    starts = [
        int(document["tracks"][side]["cues"][i]["start_ms"])
        for side in ("zh", "bo")
        if document["tracks"][side]
        for i in finding[side]
    ]
    return min(starts, default=None)


def _bead_of(finding: Mapping[str, Any], document: Mapping[str, Any]) -> int | None:
    """The first bead that holds a cue of the finding; none for the work as a whole."""
    if len(finding["zh"]) > 4 or len(finding["bo"]) > 4:
        return None
    for number, bead in enumerate(_bead_list(document)):
        if any(set(finding[side]) & set(bead[side]) for side in ("zh", "bo")):
            return number
    return None


def _bead_list(document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The beads; without an alignment a bead for each cue of the one track."""
    if document["alignment"]:
        beads: Sequence[Mapping[str, Any]] = document["alignment"]["beads"]
        return beads
    empty: dict[str, Any] = {"bo": [], "zh": [], "risk": None}
    return [
        {**empty, side: [i]}
        for side in ("zh", "bo")
        if document["tracks"][side]
        for i in range(len(document["tracks"][side]["cues"]))
    ]


def _beads(document: Mapping[str, Any], marks: Mapping[Any, list[Any]]) -> list[BeadView]:
    views = []
    for number, bead in enumerate(_bead_list(document)):
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


def _timeline(document: Mapping[str, Any]) -> dict[str, Any] | None:
    """Places in thousandths of the work's length, for speech, cues and links."""
    ends = [c["end_ms"] for t in document["tracks"].values() if t for c in t["cues"]]
    if document["media"] and document["media"]["duration_ms"]:
        ends.append(document["media"]["duration_ms"])
    total = max(ends, default=0)
    if total <= 0:
        return None

    def place(start: int, end: int) -> tuple[float, float]:
        left = 1000 * min(max(start, 0), total) / total
        return round(left, 2), round(max(0.6, 1000 * (end - start) / total), 2)

    speech = document["speech"]
    spans = speech["spans"] if speech and speech["spans"] else []
    rows = {
        side: [place(c["start_ms"], c["end_ms"]) for c in track["cues"]]
        for side, track in document["tracks"].items()
        if track
    }
    links = []
    for bead in _bead_list(document):
        for z in bead["zh"]:
            for b in bead["bo"]:
                (zx, zw), (bx, bw) = rows["zh"][z], rows["bo"][b]
                links.append((round(zx + zw / 2, 2), round(bx + bw / 2, 2)))
    found = [
        (place(start, start)[0], f["severity"])
        for f in document["findings"]
        if f["severity"] != "info" and (start := _start(f, document)) is not None
    ]
    return {
        "total": total,
        "speech": [place(a, b) for a, b in spans],
        "rows": rows,
        "links": links,
        "found": found,
    }


def _data(document: Mapping[str, Any], page: Mapping[str, Any]) -> dict[str, Any]:
    """What the page's script needs: cues for the player, findings for the ticks."""
    return {
        "inputs": document["inputs"],
        "created": document["provenance"]["created"],
        "cues": {
            side: [
                [c["start_ms"], c["end_ms"], visible(c["plain"], keep_breaks=True)]
                for c in track["cues"]
            ]
            for side, track in document["tracks"].items()
            if track
        },
        "findings": [{"rule": f.rule, "number": f.number} for f in page["findings"]],
        "total": page["timeline"]["total"] if page["timeline"] else 0,
    }
