"""The annex in words: what both the HTML page and the PDF show, as plain strings.

One page for a work in order, two otherwise: what does not fit is counted here and written
out in the appendix (``appendix.py``). Every submitted text has its hidden characters made
visible here; each template engine keeps text and markup apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final, cast

from bilingual.checks.engine import rules
from bilingual.config import Category, Config
from bilingual.errors import BilingualError
from bilingual.locale import mark
from bilingual.model import LANGUAGES, CheckVerdict, Measure, Span
from bilingual.render.annex.document import (
    LATER_STATES,
    Annex,
    AnnexCues,
    AnnexFile,
    AnnexFinding,
    AnnexReview,
    TrackUse,
)
from bilingual.render.annex.shapes import (
    AnnexView,
    Figure,
    Found,
    Point,
    ReadCue,
    Reading,
    Row,
)
from bilingual.render.canonical import grouped, short_form
from bilingual.render.kinds import kind_of, kinds, ranges
from bilingual.render.words import (
    MAIN_MEASURES,
    check_title,
    clock,
    decided_words,
    figure,
    label,
    message,
    reason,
    rule_title,
    settled_words,
    size,
    ui,
    visible,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much of what has no end is written out: rows, and characters of a text."""

    findings: int = 14
    dismissed: int = 14
    points: int = 8
    cues: int = 8
    text: int = 90

    def less(self) -> Room:
        """About half as much."""
        return Room(
            findings=self.findings // 2,
            dismissed=self.dismissed // 2,
            points=max(2, self.points // 2),
            cues=self.cues // 2,
            text=max(30, self.text * 2 // 3),
        )


ROOM: Final = Room()
_UNDECIDED: Final = (CheckVerdict.UNKNOWN, CheckVerdict.ERROR)
_CHINA: Final = timezone(timedelta(hours=8))

LABELS: Final = (
    "heading", "subheading", "statement", "work", "result", "undecided", "findings", "reading",
    "signatures", "digest", "digest-help", "short", "col-check", "col-why", "col-decided",
    "col-found", "col-place", "col-state", "col-zh", "col-bo", "no-undecided", "no-findings",
    "no-reading", "dismissed", "sign-party", "sign-identity", "sign-name", "sign-stamp",
    "sign-reader", "reader", "sign-date", "date-blank", "reader-help", "required", "party-help",
    "appendix",
)  # fmt: skip


def view_of(annex: Annex, digest: str, language: str = "zh", room: Room = ROOM) -> AnnexView:
    """The annex in words.

    :param digest: SHA-256 of its canonical bytes, in hex.
    :param language: ``zh`` or ``en``; anything else shows Chinese.
    """
    language = "en" if language == "en" else "zh"
    findings, dismissed = _findings(annex, language, room)
    shown = sum(f.count for f in (*findings, *dismissed))
    points = tuple(_points(annex, language, room))
    undecided = sum(check.verdict in _UNDECIDED for check in annex.checks)
    key = annex.signing_key
    settled = None if annex.review is None else annex.review.settled
    return AnnexView(
        language=language,
        title=visible(annex.title),
        party=visible(annex.party),
        words={code: ui("annex-" + code, language) for code in LABELS},
        rows=tuple(_rows(annex, language, room)),
        verdict=ui("annex-verdict-" + annex.report.verdict, language),
        settled=ui("annex-settled", language, verdict=settled_words(settled, language))
        if settled is not None
        else "",
        figures=tuple(figures_of(annex.measures, language, MAIN_MEASURES)),
        checked=_checked(annex, language),
        points=points[: room.points],
        more_points=_more("annex-more-points", undecided - min(len(points), room.points), language),
        tally=_tally(annex, language),
        findings=findings,
        dismissed=dismissed,
        more_findings=_more("annex-more-findings", len(annex.findings) - shown, language),
        reading=None if annex.review is None else _reading(annex.review, language, room),
        digest=digest,
        digest_groups=grouped(digest, size=8),
        short=short_form(digest),
        signed="" if key is None else ui("annex-signed", language, key=short_form(key.sha256)),
    )


def _more(code: str, count: int, language: str) -> str:
    return ui(code, language, count=count) if count > 0 else ""


def _rows(annex: Annex, language: str, room: Room) -> Iterator[Row]:
    report, comma = annex.report, mark("comma", language)

    def row(code: str, value: str, mono: str = "") -> Row:
        return Row(label=ui("annex-" + code, language), value=value, mono=mono)

    yield row("title", visible(annex.title))
    yield row("party", visible(annex.party))
    yield row("category", category_of(annex, language))
    for file in annex.files:
        facts = list(_file_facts(file, annex, language, room))
        if file.role == "video" and annex.duration_ms is not None:
            facts.insert(1, clock(annex.duration_ms))
        yield row("file-" + file.role, comma.join(facts), short_form(file.sha256))
    roles = {file.role for file in annex.files}
    for side in LANGUAGES:
        if side not in roles:
            yield row("file-" + side, _source(annex.tracks.get(side), language))
    yield row(
        "tool",
        f"{visible(report.tool)} {visible(report.version)}{comma}"
        + ui("annex-checked-at", language, time=moment(report.created))
        + comma
        + ui("annex-made-at", language, time=moment(annex.created)),
    )


def _file_facts(file: AnnexFile, annex: Annex, language: str, room: Room) -> Iterator[str]:
    yield _cut(visible(file.name), room.text)
    yield size(file.bytes)
    track = None if file.role == "video" else annex.tracks.get(file.role)
    if track is not None:
        yield ui("cue-count", language, count=track.cues)
    if file.hashed_again:
        yield ui("annex-hashed-again", language)


def _source(track: TrackUse | None, language: str) -> str:
    """Where a track without a file of its own was taken from."""
    if track is None:
        return ui("track-absent", language)
    source = ui("source-" + track.source, language)
    return f"{source}{mark('comma', language)}{ui('cue-count', language, count=track.cues)}"


def category_of(annex: Annex, language: str) -> str:
    """The category's title, with the notice; their names where the profile is not here."""
    try:
        category = cast(Category, annex.category)
        profile = Config.load(profile=annex.profile or "", category=category).profile
        title = profile.categories[category].title
    except (BilingualError, KeyError):  # of an annex from another version
        return visible(f"{annex.profile} {annex.category}")
    return f"{title.get(language)}{mark('comma', language)}{profile.notice}"


def figures_of(
    measures: Iterable[Measure], language: str, wanted: Sequence[str]
) -> Iterator[Figure]:
    """Those of the measures with a value, in the order in which they are wanted."""
    order = {name: place for place, name in enumerate(wanted)}
    found = [m for m in measures if m.id in order and m.value is not None]
    for measure in sorted(found, key=lambda m: order[m.id]):
        yield Figure(label=label(measure, language), value=" ".join(figure(measure).split()))


def _checked(annex: Annex, language: str) -> str:
    """How many of the checks found nothing, something, or were not made."""
    found = {f.finding.rule for f in annex.findings}
    verdicts = Counter(check.verdict for check in annex.checks)
    passed = sum(c.verdict is CheckVerdict.PASS and c.rule not in found for c in annex.checks)
    return ui(
        "annex-checked",
        language,
        count=len(annex.checks) - verdicts[CheckVerdict.NOT_APPLICABLE],
        passed=passed,
        found=len(found),
        undecided=verdicts[CheckVerdict.UNKNOWN] + verdicts[CheckVerdict.ERROR],
        skipped=verdicts[CheckVerdict.NOT_APPLICABLE],
    )


def _points(annex: Annex, language: str, room: Room) -> Iterator[Point]:
    """Those that are required or the award's, and what a person settled."""
    settled = {} if annex.review is None else {p.rule: p for p in annex.review.points}
    asked = [
        check
        for check in annex.checks
        if check.verdict in _UNDECIDED
        and (check.required or check.rule in settled or _is_awards(check.rule))
    ]
    asked.sort(key=lambda c: (not c.required, c.rule not in settled, c.verdict))
    for check in asked:
        point = settled.get(check.rule)
        yield Point(
            title=visible(check_title(check, language)),
            reason=_cut(visible(reason(check.reason, language)), room.text),
            required=check.required,
            decided=""
            if point is None
            else _cut(decided_words(point.state, point.by, point.note, language), room.text),
        )


def _is_awards(name: str) -> bool:
    """Whether a rule is one of the award's, which somebody has to answer."""
    rule = rules().get(name)
    return rule is not None and rule.award


def _tally(annex: Annex, language: str) -> str:
    parts = []
    for severity, counts in annex.counts().items():
        if total := sum(counts.values()):
            named = ui("severity-" + severity, language)
            more = "".join(
                ui("annex-tally-" + state, language, count=counts[state])
                for state in LATER_STATES
                if state in counts
            )
            kept = {"open": 0, "confirmed": 0, "dismissed": 0} | counts
            words = ui("annex-tally", language, severity=named, total=total, more=more, **kept)
            parts.append(words)
    return mark("semicolon", language).join(parts)


def _findings(
    annex: Annex, language: str, room: Room
) -> tuple[tuple[Found, ...], tuple[Found, ...]]:
    """What counts, and what a reader dismissed: the gravest first, as many as there is room.

    Many of one kind that a reader judged alike are one, with all their places.
    """
    items = sorted(annex.findings, key=lambda f: -f.finding.severity.rank)
    left = [f for f in items if f.state != "dismissed"]
    dismissed = [f for f in items if f.state == "dismissed"]
    return (
        tuple(_found(kind, language, room) for kind in found_kinds(left)[: room.findings]),
        tuple(_found(kind, language, room) for kind in found_kinds(dismissed)[: room.dismissed]),
    )


def found_kinds(items: Iterable[AnnexFinding]) -> list[tuple[AnnexFinding, ...]]:
    """The findings by kind and by what the reader said of them."""
    return kinds(items, lambda f: (kind_of(f.finding), f.state, f.note, f.by))


def _found(kind: Sequence[AnnexFinding], language: str, room: Room) -> Found:
    first = kind[0].finding
    place = place_of(first.zh, first.bo, first.span_ms, language)
    if len(kind) > 1:
        zh, bo = ([i for f in kind for i in getattr(f.finding, side)] for side in ("zh", "bo"))
        place = f"×{len(kind)} {place_of(zh, bo, None, language)}"
    return Found(
        count=len(kind),
        severity=first.severity,
        severity_word=ui("severity-" + first.severity, language),
        title=visible(rule_title(first.rule, language)),
        message=_cut(visible(message(first, language)), room.text),
        place=_cut(place, room.text),
        state=ui("annex-finding-" + kind[0].state, language),
        note=_cut(visible(kind[0].note), room.text),
        by=_cut(visible(kind[0].by), room.text),
    )


def _reading(review: AnnexReview, language: str, room: Room) -> Reading:
    counts = Counter(c.state for c in review.cues)
    summary = ui(
        "annex-cues",
        language,
        total="?" if review.pairs is None else review.pairs,
        read=sum(counts.values()),
        right=counts["confirmed-correct"],
        wrong=counts["wrong"],
        unsure=counts["unsure"],
    )
    if review.changed:
        summary += ui("annex-changed", language, count=review.changed)
    doubtful = sorted(
        (c for c in review.cues if c.state != "confirmed-correct"), key=lambda c: c.state != "wrong"
    )
    who = [review.reviewer, *(c.by for c in review.cues)]
    names = mark("list", language).join(map(visible, dict.fromkeys(filter(None, who))))
    return Reading(
        who=names or ui("annex-reader-unnamed", language),
        summary=summary,
        cues=tuple(_read(c, language, room) for c in doubtful[: room.cues]),
        more=_more("annex-more-cues", len(doubtful) - room.cues, language),
    )


def _read(cues: AnnexCues, language: str, room: Room) -> ReadCue:
    return ReadCue(
        place=place_of(cues.zh, cues.bo, None, language),
        zh=_cut(visible(cues.zh_text), room.text),
        bo=_cut(visible(cues.bo_text), room.text),
        state=ui(f"annex-cue-{cues.state}", language),
        note=_cut(visible(cues.note), room.text),
    )


def place_of(zh: Sequence[int], bo: Sequence[int], span_ms: Span | None, language: str) -> str:
    """When and in which cues; numbers as people count them, from 1."""
    parts = [] if span_ms is None else [clock(span_ms.start_ms)]
    for side, indices in (("zh", zh), ("bo", bo)):
        if indices:
            parts.append(ui("cue-number-" + side, language, numbers=ranges(indices)))
    return mark("comma", language).join(parts) or ui("annex-whole-work", language)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def moment(given: str) -> str:
    """A moment as the clock on the wall in Sichuan shows it; as it is where it is none."""
    try:
        there = datetime.fromisoformat(given).astimezone(_CHINA)
    except (ValueError, OverflowError):
        return visible(given)
    return there.strftime("%Y-%m-%d %H:%M (UTC+8)")
