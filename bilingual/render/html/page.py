"""The report as one HTML file that works from disk and asks for nothing.

A rendering of the report: it computes nothing but places on the page.
Every text of a submission is escaped by the template engine (autoescape is on
for all templates), and a content security policy lets only the page's own
script run and nothing be fetched.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from bilingual.locale import shown_in
from bilingual.model import LANGUAGES, CheckVerdict, Measure, PageMedia, Report, Severity
from bilingual.model.codec import Plain
from bilingual.render.fontfiles import font_css
from bilingual.render.html.views import (
    BackendView,
    CheckView,
    FindingView,
    FirstFindings,
    KindView,
    MeasureView,
    PageView,
    bead_views,
    finding_views,
    kind_views,
)
from bilingual.render.kinds import kinds_of, places
from bilingual.render.review import finding_ids, items_of, report_digest
from bilingual.render.text.rows import SHOWN_FINDINGS, weightiest
from bilingual.render.timeline import SIDES, bead_list, timeline
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
    sound_streams,
    ui,
    visible,
)

if TYPE_CHECKING:
    from jinja2 import Environment

    from bilingual.render.review import Review

_HOME: Final = "bilingual.render.html"
_WEAKEST: Final = "coverage.weakest_link"
_PLAYED: Final = 10_000
"""Cues of a track that the page's player shows."""
_FONTS: Final = "/* fonts */"


def render_html(
    report: Report,
    language: str = "zh",
    video_href: str | None = None,
    *,
    stills: Sequence[tuple[int, bytes]] = (),
    media: PageMedia | None = None,
    review: Review | None = None,
) -> str:
    """A report as a self-contained HTML page.

    :param language: ``zh`` or ``en``, for the interface.
    :param video_href: where the page may find the video, relative to itself; a
        reader may also choose the file by hand.
    :param stills: pictures to put beside what a person has to look at, as
        ``bilingual.media.stills.opening_and_closing`` gives them.
    :param media: what to show of the video itself
        (:func:`bilingual.render.html.pagemedia.media_for_page`); in place of ``stills``.
    :param review: a saved review of this report, to be gone on with.
    :raises InputError: the review is on another report.
    """
    media = media or PageMedia(stills=tuple(stills))
    page = _page(report, language, media.peaks)
    script = _text("report.js")
    rendered: str = (
        _environment()
        .get_template("report.html.j2")
        .render(
            page=page,
            report=report,
            tracks={side: report.track(side) for side in SIDES},
            lang=language,
            tag=shown_in(language).tag,
            style=_text("report.css"),
            script=script,
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            data=_script_json(_data(report, page, review, language)),
            video_href=video_href,
            stills=[(clock(at), _base64(jpeg)) for at, jpeg in media.stills],
            clips={number: _base64(clip) for number, clip in media.clips.items()},
            pictures={number: _base64(jpeg) for number, jpeg in media.pictures.items()},
            t=lambda code, **params: ui(code, language, **params),
            clock=clock,
            size=size,
            sound_streams=lambda streams, used: sound_streams(streams, used, language),
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


def _page(report: Report, language: str, peaks: Sequence[float]) -> PageView:
    findings = finding_views(report, language)
    counts = Counter(f.severity for f in report.findings)
    beads = bead_views(report, findings, language)
    further = Counter(f.rule for f in report.findings)
    further.subtract(f.rule for f in findings)
    leading = _leading(report)
    weakest = next((m for m in leading if m.id == _WEAKEST), None)
    return PageView(
        findings=findings,
        general=kind_views([f for f in findings if f.bead is None], report, language),
        beads=beads,
        more_findings=tuple((rule_title(r, language), n) for r, n in further.items() if n),
        more_beads=len(bead_list(report)) - len(beads),
        counts={severity.value: counts[severity] for severity in Severity},
        rules=tuple(sorted({(f.rule, f.title) for f in findings})),
        undecided=(
            *_checks(report, CheckVerdict.UNKNOWN, language),
            *_checks(report, CheckVerdict.ERROR, language),
        ),
        passed=_checks(report, CheckVerdict.PASS, language),
        skipped=_checks(report, CheckVerdict.NOT_APPLICABLE, language),
        backends=tuple(
            BackendView(line=backend_line(use, language), notes=tuple(backend_notes(use, language)))
            for use in report.provenance.backends
        ),
        timeline=timeline(report, peaks),
        measures=_measures(leading, language),
        more_measures=_measures(
            [m for m in report.measures if m.id not in MAIN_MEASURES], language
        ),
        first=_first(report, findings, language),
        weakest=None if weakest is None else next(iter(_measures([weakest], language)), None),
    )


def _checks(report: Report, verdict: CheckVerdict, language: str) -> tuple[CheckView, ...]:
    return tuple(
        CheckView(
            title=rule_title(check.rule, language),
            rule=check.rule,
            reason=reason(check.reason, language),
            required=check.required,
        )
        for check in report.checks
        if check.verdict is verdict
    )


def _first(report: Report, findings: Sequence[FindingView], language: str) -> FirstFindings:
    """What matters most, as on a terminal: findings are in order of weight."""
    views = {id(report.findings[view.number]): view for view in findings}
    weighty = weightiest(report.findings)
    # Of very many findings some have no place on the page.
    found = [kind for kind in kinds_of(weighty) if id(kind[0]) in views][:SHOWN_FINDINGS]
    first = tuple(
        KindView(first=views[id(kind[0])], count=len(kind), places=places(kind[1:], language))
        for kind in found
    )
    return FirstFindings(kinds=first, shown=sum(map(len, found)), total=len(weighty))


def _leading(report: Report) -> list[Measure]:
    """The measures that come first, in their order."""
    leading = [measure for measure in report.measures if measure.id in MAIN_MEASURES]
    return sorted(leading, key=lambda measure: MAIN_MEASURES.index(measure.id))


def _measures(measures: Sequence[Measure], language: str) -> tuple[MeasureView, ...]:
    """Those that have a value, in words."""
    return tuple(
        MeasureView(
            label=label(measure, language), value=figure(measure), signature=measure.signature
        )
        for measure in measures
        if measure.value is not None
    )


def _data(report: Report, page: PageView, review: Review | None, language: str) -> Plain:
    """What the page's script needs: cues for the player, names for what is reviewed."""
    ids, beads = finding_ids(report), bead_list(report)
    return {
        "report": report_digest(report),
        # By the place on the page: of very many not all are there.
        "ids": [ids[finding.number] for finding in page.findings],
        "numbers": [finding.number for finding in page.findings],
        "beads": [{"zh": beads[row.number].zh, "bo": beads[row.number].bo} for row in page.beads],
        "cues": {
            side: [
                [cue.start_ms, cue.end_ms, visible(cue.plain, keep_breaks=True)]
                for cue in track.cues[:_PLAYED]
            ]
            for side in LANGUAGES
            if (track := report.track(side)) is not None
        },
        "total": 0 if page.timeline is None else page.timeline.total,
        "review": None if review is None else _review(review, report),
        "words": {
            code: ui(f"html-{code}", language)
            for code in ("other-report", "no-review", "read-back")
        },
    }


def _review(review: Review, report: Report) -> Plain:
    """A saved review as the page's script goes on with it.

    :raises InputError: it is on another report.
    """
    return {
        "reviewer": {"name": review.reviewer},
        "items": [
            {"finding": number, "state": item.state, "note": item.note}
            for number, item in items_of(review, report).items()
        ],
        "cues": [{"zh": c.zh, "bo": c.bo, "state": c.state, "note": c.note} for c in review.cues],
    }
