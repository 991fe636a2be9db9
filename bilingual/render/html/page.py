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
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from bilingual.locale import shown_in
from bilingual.model import PageMedia, Report
from bilingual.render.fontfiles import font_css
from bilingual.render.html.views import FindingView, bead_views, finding_view, marks_of
from bilingual.render.review import finding_ids, items_of, report_digest
from bilingual.render.text.rows import SHOWN_FINDINGS, weightiest
from bilingual.render.timeline import bead_list, timeline
from bilingual.render.words import (
    MAIN_MEASURES,
    backend_line,
    backend_notes,
    clock,
    figure,
    label,
    reason,
    rule_title,
    size,
    ui,
    visible,
)

if TYPE_CHECKING:
    from jinja2 import Environment

    from bilingual.render.review import Review

_HOME: Final = "bilingual.render.html"
_SEVERITIES: Final = ("error", "warning", "info")
_FONTS: Final = "/* fonts */"


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
        (:func:`bilingual.render.html.pagemedia.media_for_page`).
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
            tag=shown_in(language).tag,
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
    return resources.files(_HOME).joinpath("assets", name).read_text("utf-8")


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
    marks = marks_of(document)
    findings = [
        finding_view(number, f, document, language) for number, f in enumerate(document["findings"])
    ]
    beads = bead_views(document, marks, language)
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
        "measures": _measures(document, language, leading=True),
        "more_measures": _measures(document, language, leading=False),
        "first": _first(document, findings),
        "weakest": next(
            (
                m
                for m in _measures(document, language, leading=True)
                if m["id"] == "coverage.weakest_link"
            ),
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


def _first(
    document: Mapping[str, Any], findings: Sequence[FindingView]
) -> dict[str, Sequence[FindingView] | int]:
    """What matters most, as on a terminal: findings are in order of weight."""
    numbers = {id(f): number for number, f in enumerate(document["findings"])}
    weighty = weightiest(document["findings"])
    shown = [findings[numbers[id(f)]] for f in weighty[:SHOWN_FINDINGS]]
    return {"shown": shown, "total": len(weighty)}


def _measures(document: Mapping[str, Any], language: str, *, leading: bool) -> list[dict[str, Any]]:
    """Those that are told first, in their order; or all others."""
    found = [m for m in document["measures"] if (m["id"] in MAIN_MEASURES) is leading]
    if leading:
        found.sort(key=lambda m: MAIN_MEASURES.index(m["id"]))
    return [
        {
            "id": measure["id"],
            "label": label(measure, language),
            "value": figure(measure),
            "signature": measure["signature"],
        }
        for measure in found
        if measure["value"] is not None
    ]


def _data(
    document: Mapping[str, Any], page: Mapping[str, Any], review: Review | None, language: str
) -> dict[str, Any]:
    """What the page's script needs: cues for the player, names for what is reviewed."""
    report = Report.from_dict(document)
    said = items_of(review, report) if review is not None else {}
    return {
        "report": report_digest(report),
        "ids": finding_ids(report),
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
