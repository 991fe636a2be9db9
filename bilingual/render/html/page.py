"""The report as one HTML file that works from disk and asks for nothing.

A rendering of the report: it computes nothing but places on the page.
Every text of a submission is escaped by the template engine (autoescape is on
for all templates), and a content security policy lets only the page's own
script run and nothing be fetched.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from bilingual.checks.engine import rules
from bilingual.locale import mark, shown_in
from bilingual.model import (
    LANGUAGES,
    CheckVerdict,
    Measure,
    PageMedia,
    Report,
    Severity,
    Verdict,
)
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
from bilingual.render.review import (
    FEW,
    REVIEW_SCHEMA,
    UNDECIDED,
    SavedReview,
    document_of,
    finding_ids,
    finding_keys,
    pair_keys,
    point_keys,
    report_digest,
    work_key,
)
from bilingual.render.templates import script_json, template_environment
from bilingual.render.text.rows import SHOWN_FINDINGS, weightiest
from bilingual.render.timeline import SIDES, axis, bead_list, timeline
from bilingual.render.words import (
    MAIN_MEASURES,
    backend_line,
    backend_notes,
    check_title,
    clock,
    disclaimer,
    explained,
    figure,
    label,
    reason,
    rule_asks,
    rule_holds,
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
    review: Review | SavedReview | None = None,
    cli: bool = True,
) -> str:
    """A report as a self-contained HTML page.

    :param language: ``zh`` or ``en``, for the interface.
    :param video_href: where the page may find the video, relative to itself; a
        reader may also choose the file by hand.
    :param stills: pictures to put beside what a person has to look at, as
        ``bilingual.media.stills.opening_and_closing`` gives them.
    :param media: what to show of the video itself
        (:func:`bilingual.render.html.pagemedia.media_for_page`); in place of ``stills``.
    :param review: a saved review of this work, to be gone on with; the report's own
        unless another is given.
    :param cli: whether the page is for somebody with a command line, which its advice
        names then; else for a user of the service.
    :raises InputError: the review is of the first version and on another report.
    """
    if isinstance(review, SavedReview):
        review = review.on(report)
    if review is None and report.review is not None:
        review = report.review.decisions
    media = media or PageMedia(stills=tuple(stills))
    page = _page(report, language, media.peaks, cli)
    script = _text("review.js") + _text("report.js")
    rendered: str = (
        _environment()
        .get_template("report.html.j2")
        .render(
            page=page,
            report=report,
            tracks={side: report.track(side) for side in SIDES},
            sides=[side for side in SIDES if report.track(side) is not None] or list(SIDES),
            lang=language,
            tag=shown_in(language).tag,
            style=_text("report.css"),
            script=script,
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            data=script_json(_data(report, page, review, language)),
            video_href=video_href,
            ticks=() if page.timeline is None else axis(page.timeline.total),
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
    return template_environment(_text)


def _page(report: Report, language: str, peaks: Sequence[float], cli: bool) -> PageView:
    findings = finding_views(report, language, cli=cli)
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
        undecided=_checks(report, UNDECIDED, language, cli),
        passed=_checks(report, (CheckVerdict.PASS,), language, cli),
        skipped=_checks(report, (CheckVerdict.NOT_APPLICABLE,), language, cli),
        backends=tuple(
            BackendView(line=backend_line(use, language), notes=tuple(backend_notes(use, language)))
            for use in report.provenance.backends
        ),
        timeline=timeline(report, peaks),
        disclaimer=disclaimer(report, language),
        measures=_measures(leading, language),
        more_measures=_measures(
            [m for m in report.measures if m.id not in MAIN_MEASURES], language
        ),
        first=_first(report, findings, language),
        weakest=None if weakest is None else next(iter(_measures([weakest], language)), None),
    )


def _checks(
    report: Report, verdicts: Sequence[CheckVerdict], language: str, cli: bool
) -> tuple[CheckView, ...]:
    """What became of the rules with these verdicts; those that are required come first."""
    hints = {finding.rule for finding in report.findings}
    found = [
        check
        for check in report.checks
        if check.verdict in verdicts
        # A rule that has hints only passes; they are listed, and it is no clean check.
        and not (check.verdict is CheckVerdict.PASS and check.rule in hints)
    ]
    if verdicts == UNDECIDED:
        found.sort(key=lambda check: (not check.required, verdicts.index(check.verdict)))
    return tuple(
        CheckView(
            title=check_title(check, language),
            holds=rule_holds(check.rule, language),
            rule=check.rule,
            reason=reason(check.reason, language, cli=cli),
            required=check.required,
            ask=check.required or (check.rule in rules() and rules()[check.rule].award),
        )
        for check in found
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
            label=label(measure, language),
            value=figure(measure),
            help=explained(measure, language),
            signature=measure.signature,
        )
        for measure in measures
        if measure.value is not None
    )


_WORDS: Final = (
    *("other-report", "no-review", "read-back", "kept", "not-kept", "exported", "exported-unnamed"),
    "found-again",
    *("left", "none-left", "postponed", "changed-now", "drop", "settled-by", "unnamed"),
    *(f"settled-{verdict.value}" for verdict in Verdict),
    *("state-open", "state-confirmed", "state-dismissed", "state-fixed", "state-later"),
    *("state-confirmed-correct", "state-wrong", "state-unsure", "state-holds", "state-fails"),
)
"""What the page's script says."""

_FILLED_THERE: Final = {
    name: "{" + name + "}"
    for name in ("time", "left", "all", "minutes", "count", "points", "names")
}
"""Places in those words that the script fills."""


def _data(report: Report, page: PageView, review: Review | None, language: str) -> Plain:
    """What the page's script needs: cues for the player, keys of what is reviewed."""
    ids, keys, points = finding_ids(report), finding_keys(report), point_keys(report)
    beads, pairs = bead_list(report), pair_keys(report)
    undecided = {check.rule: check for check in report.checks if check.rule in points}
    # Of very many not all are on the page.
    shown = {finding.number for finding in page.findings}
    rows = {row.number for row in page.beads}
    rest = Counter(f.severity for n, f in enumerate(report.findings) if n not in shown)
    return {
        "schema": REVIEW_SCHEMA,
        "report": report_digest(report),
        "work": work_key(report),
        "video": any(i.role == "video" for i in report.inputs),
        "findings": [
            {
                "key": keys[view.number],
                "id": ids[view.number],
                "number": view.number,
                "rule": view.rule,
                "severity": view.severity,
                "zh": report.findings[view.number].zh[:FEW],
                "bo": report.findings[view.number].bo[:FEW],
            }
            for view in page.findings
        ],
        "beads": [
            {
                "key": pairs[row.number],
                "number": row.number,
                "zh": beads[row.number].zh,
                "bo": beads[row.number].bo,
            }
            for row in page.beads
        ],
        "points": [
            {
                "key": points[view.rule],
                "rule": view.rule,
                "reason": "" if (why := undecided[view.rule].reason) is None else why.code,
                "required": view.required,
            }
            for view in page.undecided
        ],
        "hidden": [
            *(key for n, key in enumerate(keys) if n not in shown),
            *(key for n, key in enumerate(pairs) if n not in rows),
        ],
        "rest": {severity.value: rest[severity] for severity in Severity},
        "cues": {
            side: [
                [cue.start_ms, cue.end_ms, visible(cue.shown, keep_breaks=True)]
                for cue in track.cues[:_PLAYED]
            ]
            for side in LANGUAGES
            if (track := report.track(side)) is not None
        },
        "total": 0 if page.timeline is None else page.timeline.total,
        "review": None if review is None else document_of(review),
        "titles": {rule: rule_title(rule, language) for rule in rules()},
        "asks": {rule: rule_asks(rule, language) for rule in rules()},
        "words": {code: ui(f"html-{code}", language, **_FILLED_THERE) for code in _WORDS}
        | {f"language-{side}": ui(f"language-{side}", language) for side in LANGUAGES}
        | {"colon": mark("colon", language), "list": mark("list", language)},
    }
