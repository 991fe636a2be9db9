"""The annex in words: what both the HTML page and the PDF show, as plain strings.

Every submitted text has its hidden characters made visible here; each template
engine keeps text and markup apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import Final, cast

from bilingual.config import Category, Config
from bilingual.errors import BilingualError
from bilingual.locale import enumerated, mark
from bilingual.model import LANGUAGES, CheckVerdict, Measure, Span
from bilingual.render.annex.document import (
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
    ReadCue,
    Reading,
    Row,
    Undecided,
    Words,
)
from bilingual.render.canonical import grouped, short_form
from bilingual.render.kinds import kind_of, kinds, ranges
from bilingual.render.review import CueState
from bilingual.render.words import (
    clock,
    figure,
    label,
    message,
    reason,
    rule_title,
    size,
    sound_streams,
    ui,
    visible,
)

MAX_FINDINGS: Final = 100
"""Findings that are written out; the rest is counted. The JSON holds all of them."""

MAX_CUES: Final = 60
"""Pairs that a reader found wrong or was unsure of and that are written out."""

_WIDTH: Final = 200
_CHINA: Final = timezone(timedelta(hours=8))
_FAMILIES: Final = ("coverage", "consistency", "timing", "agreement", "similarity")

LABELS: Final = (
    "heading", "subheading", "statement", "work", "result", "figures", "undecided", "findings",
    "reading", "signatures", "digest", "digest-help", "short", "page", "col-figure", "col-value",
    "col-check", "col-why", "col-number", "col-found", "col-place", "col-state", "col-zh", "col-bo",
    "checks-passed", "checks-failed", "checks-skipped", "no-undecided", "no-findings", "no-reading",
    "sign-party", "sign-identity", "sign-name", "sign-stamp", "sign-reader", "reader", "sign-date",
    "date-blank", "reader-help", "required", "party-help",
)  # fmt: skip


def view_of(annex: Annex, digest: str, language: str = "zh") -> AnnexView:
    """The annex in words.

    :param digest: SHA-256 of its canonical bytes, in hex.
    :param language: ``zh`` or ``en``; anything else shows Chinese.
    """
    language = "en" if language == "en" else "zh"
    findings = _findings(annex, language)
    shown = sum(f.count for f in findings)
    remaining = sum(f.state != "dismissed" for f in annex.findings) - shown
    key = annex.signing_key
    return AnnexView(
        language=language,
        title=visible(annex.title),
        party=visible(annex.party),
        words={code: words_of(code, language) for code in LABELS},
        rows=tuple(_rows(annex, language)),
        verdict=ui("annex-verdict-" + annex.report.verdict, language),
        verdict_note="" if annex.review is None else ui("annex-before-review", language),
        figures=tuple(_figures(annex.measures, language)),
        passed=enumerated(_passed(annex, language), language, by="semicolon"),
        failed=enumerated(_found(annex, language), language, by="semicolon"),
        undecided=tuple(_undecided(annex, language)),
        skipped=tuple(_skipped(annex, language)),
        tally=tuple(_tally(annex, language)),
        findings=findings,
        more_findings=ui("annex-more-findings", language, count=remaining) if remaining else "",
        reading=None if annex.review is None else _reading(annex.review, language),
        digest=digest,
        digest_groups=grouped(digest, size=8),
        short=short_form(digest),
        signed="" if key is None else ui("annex-signed", language, key=short_form(key.sha256)),
    )


def words_of(code: str, language: str) -> Words:
    """A label of the page, with the other language beside it."""
    other = "en" if language == "zh" else "zh"
    main, second = ui("annex-" + code, language), ui("annex-" + code, other)
    return Words(main=main, second="" if main == second else second)


def _rows(annex: Annex, language: str) -> Iterator[Row]:
    report, comma = annex.report, mark("comma", language)

    def row(code: str, *lines: str, mono: tuple[str, ...] = ()) -> Row:
        return Row(label=words_of(code, language), lines=lines, mono=mono)

    yield row("title", visible(annex.title))
    yield row("party", visible(annex.party))
    yield row("category", _category(annex, language))
    if annex.duration_ms is not None:
        yield row("duration", clock(annex.duration_ms))
    if annex.audio:
        yield row("sound", sound_streams(annex.audio, annex.audio_stream, language))
    for file in annex.files:
        facts = comma.join(_file_facts(file, annex, language))
        yield row("file-" + file.role, facts, mono=(grouped(file.sha256, size=8),))
    roles = {file.role for file in annex.files}
    for side in LANGUAGES:
        if side not in roles:
            yield row("file-" + side, _source(annex.tracks.get(side), language))
    yield row(
        "tool",
        f"{visible(report.tool)} {visible(report.version)}{comma}"
        + ui("annex-checked-at", language, time=_china(report.created)),
    )
    models = comma.join(_model(m.name, language) for m in report.models)
    if models:
        yield row("models", models)
    yield row("report", mono=(grouped(report.sha256, size=8),))
    yield row("created", _china(annex.created))


def _file_facts(file: AnnexFile, annex: Annex, language: str) -> Iterator[str]:
    yield visible(file.name)
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


def _model(name: str, language: str) -> str:
    """A model's title; its name where the registry does not know it."""
    from bilingual import weights

    try:
        title = weights.entry(name).title
    except BilingualError:
        return visible(name)
    return title.get(language)


def _category(annex: Annex, language: str) -> str:
    """The category's title, with the notice; their names where the profile is not here."""
    try:
        category = cast(Category, annex.category)
        profile = Config.load(profile=annex.profile or "", category=category).profile
        title = profile.categories[category].title
    except (BilingualError, KeyError):  # of an annex from another version
        return visible(f"{annex.profile} {annex.category}")
    return f"{title.get(language)}{mark('comma', language)}{profile.notice}"


def _figures(measures: Iterable[Measure], language: str) -> Iterator[Figure]:
    for measure in sorted(measures, key=_order):
        excluded = sum(measure.excluded.values())
        value = figure(measure)
        if measure.value is None:
            value = ui("annex-not-measured", language)
        elif measure.unit != "ratio" and measure.denominator:
            value += "  " + ui("annex-over", language, count=f"{measure.denominator:g}")
        yield Figure(
            label=label(measure, language),
            value=value,
            excluded=ui("annex-excluded", language, count=excluded) if excluded else "",
            signature=visible(measure.signature or ""),
        )


def _order(measure: Measure) -> tuple[int, int, str]:
    """The chain of coverage first, its weakest link at the head of it."""
    family = measure.id.partition(".")[0]
    rank = _FAMILIES.index(family) if family in _FAMILIES else len(_FAMILIES)
    return rank, measure.of is None, measure.id


def _passed(annex: Annex, language: str) -> Iterator[str]:
    """Titles of the checks that found nothing at all, not even a hint."""
    found = {f.finding.rule for f in annex.findings}
    for check in annex.checks:
        if check.verdict is CheckVerdict.PASS and check.rule not in found:
            yield visible(rule_title(check.rule, language))


def _found(annex: Annex, language: str) -> Iterator[str]:
    """Titles of the rules that found something, with how often."""
    for rule, count in Counter(f.finding.rule for f in annex.findings).items():
        title = visible(rule_title(rule, language))
        yield ui("annex-failed-rule", language, title=title, count=count)


def _undecided(annex: Annex, language: str) -> Iterator[Undecided]:
    """Required ones first, and of each those without a judgement before broken ones."""
    ranks = {CheckVerdict.UNKNOWN: 0, CheckVerdict.ERROR: 1}
    undecided = [check for check in annex.checks if check.verdict in ranks]
    for check in sorted(undecided, key=lambda c: (not c.required, ranks[c.verdict])):
        yield Undecided(
            title=visible(rule_title(check.rule, language)),
            reason=visible(reason(check.reason, language)),
            required=check.required,
        )


def _skipped(annex: Annex, language: str) -> Iterator[str]:
    """Checks that did not apply, grouped by why."""
    why: dict[str, list[str]] = {}
    for check in annex.checks:
        if check.verdict is CheckVerdict.NOT_APPLICABLE:
            titles = why.setdefault(visible(reason(check.reason, language)), [])
            titles.append(visible(rule_title(check.rule, language)))
    for words, titles in why.items():
        listed = enumerated(titles, language, by="semicolon")
        yield (words + mark("colon", language) if words else "") + listed


def _tally(annex: Annex, language: str) -> Iterator[str]:
    for severity, counts in annex.counts().items():
        if total := sum(counts.values()):
            named = ui("severity-" + severity, language)
            yield ui("annex-tally", language, severity=named, total=total, **counts)


def _findings(annex: Annex, language: str) -> tuple[Found, ...]:
    """What is not dismissed, the gravest first, as many as the page takes.

    Many of one kind that a reader judged alike are one, with all their places.
    """
    items = [f for f in annex.findings if f.state != "dismissed"]
    items.sort(key=lambda f: -f.finding.severity.rank)
    found = kinds(items, lambda f: (kind_of(f.finding), f.state, f.note))
    return tuple(_found_kind(n, kind, language) for n, kind in enumerate(found[:MAX_FINDINGS], 1))


def _found_kind(number: int, kind: Sequence[AnnexFinding], language: str) -> Found:
    first = kind[0].finding
    says = _cut(visible(message(first, language)))
    place = _place(first.zh, first.bo, first.span_ms, language)
    if len(kind) > 1:
        zh, bo = ([i for f in kind for i in getattr(f.finding, side)] for side in ("zh", "bo"))
        place = f"×{len(kind)}\n{_place(zh, bo, None, language)}"
    return Found(
        number=number,
        count=len(kind),
        severity=first.severity,
        severity_word=ui("severity-" + first.severity, language),
        title=visible(rule_title(first.rule, language)),
        message=says,
        place=place,
        clause=visible(first.clause or ""),
        state=ui("annex-finding-" + kind[0].state, language),
        note=_cut(visible(kind[0].note)),
    )


def _reading(review: AnnexReview, language: str) -> Reading:
    by_state: dict[CueState, list[AnnexCues]] = {
        "confirmed-correct": [], "wrong": [], "unsure": []
    }  # fmt: skip
    for cues in review.cues:
        by_state[cues.state].append(cues)
    summary = tuple(
        ui(
            f"annex-cues-{state}",
            language,
            count=len(cues),
            total="?" if review.pairs is None else review.pairs,
            place=_numbers(cues, language) or "–",
        )
        for state, cues in by_state.items()
    )
    doubtful = by_state["wrong"] + by_state["unsure"]
    remaining = len(doubtful) - MAX_CUES
    return Reading(
        who=visible(review.reviewer) or ui("annex-reader-unnamed", language),
        summary=summary,
        cues=tuple(
            ReadCue(
                place=_place(c.zh, c.bo, None, language),
                zh=_cut(visible(c.zh_text)),
                bo=_cut(visible(c.bo_text)),
                state=ui(f"annex-cue-{c.state}", language),
                note=_cut(visible(c.note)),
            )
            for c in doubtful[:MAX_CUES]
        ),
        more=ui("annex-more-cues", language, count=remaining) if remaining > 0 else "",
    )


def _place(zh: Sequence[int], bo: Sequence[int], span_ms: Span | None, language: str) -> str:
    """When and in which cues, a line each; numbers as people count them, from 1."""
    parts = [] if span_ms is None else [clock(span_ms.start_ms)]
    for side, indices in (("zh", zh), ("bo", bo)):
        if indices:
            parts.append(ui("cue-number-" + side, language, numbers=ranges(indices)))
    return "\n".join(parts) or ui("annex-whole-work", language)


def _numbers(cues: Sequence[AnnexCues], language: str) -> str:
    """In which cues, on one line."""
    zh, bo = [i for c in cues for i in c.zh], [i for c in cues for i in c.bo]
    parts = [
        ui("cue-number-" + side, language, numbers=ranges(indices))
        for side, indices in (("zh", zh), ("bo", bo))
        if indices
    ]
    return mark("comma", language).join(parts)


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"


def _china(moment: str) -> str:
    """A moment as the clock on the wall in Sichuan shows it; as it is where it is none."""
    try:
        there = datetime.fromisoformat(moment).astimezone(_CHINA)
    except (ValueError, OverflowError):
        return visible(moment)
    return there.strftime("%Y-%m-%d %H:%M (UTC+8)")
