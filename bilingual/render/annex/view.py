"""The annex in words: what both the HTML page and the PDF show, as plain strings.

Every text that somebody handed in has its hidden characters made visible here;
what is text and what is markup is each template engine's to keep apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from bilingual.config import Config
from bilingual.errors import BilingualError, InputError
from bilingual.locale import enumerated, mark
from bilingual.render.annex.document import MAIMED
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
from bilingual.render.words import (
    clock,
    figure,
    label,
    message,
    reason,
    rule_title,
    size,
    ui,
    visible,
)

MAX_FINDINGS: Final = 100
"""Findings that are written out; the rest is counted. The JSON holds all of them."""

MAX_CUES: Final = 60
"""Cues of a reader's that are written out, wrong and unsure ones."""

_WIDTH: Final = 200
_CHINA: Final = timezone(timedelta(hours=8))
_FAMILIES: Final = ("coverage", "consistency", "timing", "agreement", "similarity")
_SEVERITIES: Final = ("error", "warning", "info")


LABELS: Final = (
    "heading", "subheading", "statement", "work", "result", "figures", "undecided", "findings",
    "reading", "signatures", "digest", "digest-help", "short", "page", "col-figure", "col-value",
    "col-check", "col-why", "col-number", "col-found", "col-place", "col-state", "col-zh", "col-bo",
    "checks-passed", "checks-failed", "checks-skipped", "no-undecided", "no-findings", "no-reading",
    "sign-party", "sign-identity", "sign-name", "sign-stamp", "sign-reader", "reader", "sign-date",
    "date-blank", "reader-help", "required", "party-help",
)  # fmt: skip


def view_of(annex: Mapping[str, Any], digest: str, language: str = "zh") -> AnnexView:
    """The annex in words.

    :param annex: a document of :func:`bilingual.render.annex.build_annex`.
    :param digest: SHA-256 of its canonical bytes.
    :param language: ``zh`` or ``en``; anything else shows Chinese.
    :raises InputError: ``annex-report-incomplete``: what it was made from was no
        sound report.
    """
    try:
        return _view(annex, digest, "en" if language == "en" else "zh")
    except MAIMED as error:
        raise InputError("annex-report-incomplete", detail=str(error)) from error


def _view(annex: Mapping[str, Any], digest: str, language: str) -> AnnexView:
    findings = _findings(annex, language)
    open_count = sum(
        annex["findings"]["counts"][s][state]
        for s in _SEVERITIES
        for state in ("open", "confirmed")
    )
    more = open_count - len(findings)
    return AnnexView(
        language=language,
        title=visible(annex["title"]),
        party=visible(annex["party"]),
        words={code: words_of(code, language) for code in LABELS},
        rows=tuple(_rows(annex, language)),
        verdict=ui("annex-verdict-" + annex["report"]["verdict"], language),
        verdict_note="" if annex["review"] is None else ui("annex-before-review", language),
        figures=tuple(_figures(annex["measures"], language)),
        passed=enumerated(_passed(annex, language), language, by="semicolon"),
        failed=enumerated(_found(annex, language), language, by="semicolon"),
        undecided=tuple(_undecided(annex, language)),
        skipped=tuple(_skipped(annex, language)),
        tally=tuple(_tally(annex, language)),
        findings=findings,
        more_findings=ui("annex-more-findings", language, count=more) if more > 0 else "",
        reading=_reading(annex, language),
        digest=digest,
        digest_groups=grouped(digest, size=8),
        short=short_form(digest),
        signed=""
        if annex["signing_key"] is None
        else ui("annex-signed", language, key=short_form(annex["signing_key"]["sha256"])),
    )


def words_of(code: str, language: str) -> Words:
    """A label of the page, with the other language beside it."""
    other = "en" if language == "zh" else "zh"
    main, second = ui("annex-" + code, language), ui("annex-" + code, other)
    return Words(main=main, second="" if main == second else second)


def _rows(annex: Mapping[str, Any], language: str) -> Iterator[Row]:
    report, comma = annex["report"], mark("comma", language)

    def row(code: str, *lines: str, mono: tuple[str, ...] = ()) -> Row:
        return Row(label=words_of(code, language), lines=lines, mono=mono)

    yield row("title", visible(annex["title"]))
    yield row("party", visible(annex["party"]))
    yield row("category", _category(annex, language))
    if annex["duration_ms"] is not None:
        yield row("duration", clock(annex["duration_ms"]))
    for file in annex["files"]:
        again = ui("annex-hashed-again", language) if file["hashed_again"] else ""
        track = annex["tracks"].get(file["role"])
        facts = [visible(file["name"]), size(file["bytes"])]
        if track is not None:
            facts.append(ui("cue-count", language, count=track["cues"]))
        facts += [again] if again else []
        yield row(
            "file-" + file["role"], comma.join(facts), mono=(grouped(file["sha256"], size=8),)
        )
    roles = {f["role"] for f in annex["files"]}
    for side in ("bo", "zh"):
        track = annex["tracks"].get(side)
        if side in roles:
            continue
        told = ui("track-absent", language)
        if track is not None:
            source = ui("source-" + track["source"], language)
            told = f"{source}{comma}{ui('cue-count', language, count=track['cues'])}"
        yield row("file-" + side, told)
    yield row(
        "tool",
        f"{visible(report['tool'])} {visible(report['version'])}{comma}"
        + ui("annex-checked-at", language, time=_china(report["created"])),
    )
    models = comma.join(_model(m["name"], language) for m in report["models"])
    if models:
        yield row("models", models)
    yield row("report", mono=(grouped(report["sha256"], size=8),))
    yield row("created", _china(annex["created"]))


def _model(name: str, language: str) -> str:
    """A model's title; its name where the registry does not know it."""
    from bilingual import weights

    try:
        title = weights.entry(name).title
    except BilingualError:
        return visible(name)
    return title.get(language)


def _category(annex: Mapping[str, Any], language: str) -> str:
    """The category's title, with the notice; their names where the profile is not here."""
    try:
        profile = Config.load(profile=annex["profile"], category=annex["category"]).profile
        title = profile.categories[annex["category"]].title
    except (BilingualError, KeyError):
        return visible(f"{annex['profile']} {annex['category']}")
    return f"{title.get(language)}{mark('comma', language)}{profile.notice}"


def _figures(measures: Iterable[Mapping[str, Any]], language: str) -> Iterator[Figure]:
    for measure in sorted(measures, key=_order):
        excluded = sum(measure["excluded"].values())
        value = figure(measure)
        if measure["value"] is None:
            value = ui("annex-not-measured", language)
        elif measure["unit"] != "ratio" and measure["denominator"]:
            value += "  " + ui("annex-over", language, count=f"{measure['denominator']:g}")
        yield Figure(
            label=label(measure, language),
            value=value,
            excluded=ui("annex-excluded", language, count=excluded) if excluded else "",
            signature=visible(measure["signature"] or ""),
        )


def _order(measure: Mapping[str, Any]) -> tuple[int, int, str]:
    """The chain of coverage first, its weakest link at the head of it."""
    family = measure["id"].partition(".")[0]
    rank = _FAMILIES.index(family) if family in _FAMILIES else len(_FAMILIES)
    return rank, measure["of"] is None, measure["id"]


def _checks(annex: Mapping[str, Any], verdict: str) -> list[Mapping[str, Any]]:
    return [c for c in annex["checks"] if c["verdict"] == verdict]


def _passed(annex: Mapping[str, Any], language: str) -> Iterator[str]:
    """Titles of the checks that found nothing at all, not even a hint."""
    found = {finding["rule"] for finding in annex["findings"]["items"]}
    for check in _checks(annex, "pass"):
        if check["rule"] not in found:
            yield visible(rule_title(check["rule"], language))


def _found(annex: Mapping[str, Any], language: str) -> Iterator[str]:
    """Titles of the rules that found something, with how often."""
    counts = Counter(finding["rule"] for finding in annex["findings"]["items"])
    for rule, count in counts.items():
        title = visible(rule_title(rule, language))
        yield ui("annex-failed-rule", language, title=title, count=count)


def _undecided(annex: Mapping[str, Any], language: str) -> Iterator[Undecided]:
    both = _checks(annex, "unknown") + _checks(annex, "error")
    for check in sorted(both, key=lambda c: not c.get("required")):
        yield Undecided(
            title=visible(rule_title(check["rule"], language)),
            reason=visible(reason(check, language)),
            required=bool(check.get("required")),
        )


def _skipped(annex: Mapping[str, Any], language: str) -> Iterator[str]:
    """Checks that did not apply, gathered by why."""
    why: dict[str, list[str]] = {}
    for check in _checks(annex, "not-applicable"):
        why.setdefault(visible(reason(check, language)), []).append(
            visible(rule_title(check["rule"], language))
        )
    colon = mark("colon", language)
    for words, titles in why.items():
        yield (words + colon if words else "") + enumerated(titles, language, by="semicolon")


def _tally(annex: Mapping[str, Any], language: str) -> Iterator[str]:
    for severity in _SEVERITIES:
        counts = annex["findings"]["counts"][severity]
        if sum(counts.values()):
            yield ui(
                "annex-tally",
                language,
                severity=ui("severity-" + severity, language),
                total=sum(counts.values()),
                **counts,
            )


def _findings(annex: Mapping[str, Any], language: str) -> tuple[Found, ...]:
    """What is not dismissed, the gravest first, as many as the page takes."""
    items = [f for f in annex["findings"]["items"] if f["state"] != "dismissed"]
    items.sort(key=lambda f: _SEVERITIES.index(f["severity"]))
    return tuple(
        Found(
            number=number,
            severity=f["severity"],
            severity_word=ui("severity-" + f["severity"], language),
            title=visible(rule_title(f["rule"], language)),
            message=_cut(visible(message(f, language))),
            place=_place(f["zh"], f["bo"], f["span_ms"], language),
            clause=visible(f["clause"] or ""),
            state=ui("annex-finding-" + f["state"], language),
            note=_cut(visible(f["note"])),
        )
        for number, f in enumerate(items[:MAX_FINDINGS], 1)
    )


def _reading(annex: Mapping[str, Any], language: str) -> Reading | None:
    review = annex["review"]
    if review is None:
        return None
    by_state: dict[str, list[Mapping[str, Any]]] = {}
    for cue in review["cues"]:
        by_state.setdefault(cue["state"], []).append(cue)
    summary = []
    for state in ("confirmed-correct", "wrong", "unsure"):
        cues = by_state.get(state, [])
        pairs = review["pairs"]
        summary.append(
            ui(
                f"annex-cues-{state}",
                language,
                count=len(cues),
                total="?" if pairs is None else pairs,
                place=_numbers(cues, language) or "–",
            )
        )
    doubtful = by_state.get("wrong", []) + by_state.get("unsure", [])
    more = len(doubtful) - MAX_CUES
    return Reading(
        who=visible(review["reviewer"]) or ui("annex-reader-unnamed", language),
        summary=tuple(summary),
        cues=tuple(
            ReadCue(
                place=_place(c["zh"], c["bo"], None, language),
                zh=_cut(visible(c["zh_text"])),
                bo=_cut(visible(c["bo_text"])),
                state=ui(f"annex-cue-{c['state']}", language),
                note=_cut(visible(c["note"])),
            )
            for c in doubtful[:MAX_CUES]
        ),
        more=ui("annex-more-cues", language, count=more) if more > 0 else "",
    )


def _place(
    zh: Sequence[int], bo: Sequence[int], span_ms: Sequence[int] | None, language: str
) -> str:
    """When and in which cues, a line each; numbers as people count them, from 1."""
    parts = [clock(span_ms[0])] if span_ms else []
    for side, indices in (("zh", zh), ("bo", bo)):
        if indices:
            parts.append(ui("cue-number-" + side, language, numbers=_ranges(indices)))
    return "\n".join(parts) or ui("annex-whole-work", language)


def _numbers(cues: Iterable[Mapping[str, Any]], language: str) -> str:
    cues = list(cues)
    parts = []
    for side in ("zh", "bo"):
        indices = sorted({i for c in cues for i in c[side]})
        if indices:
            parts.append(ui("cue-number-" + side, language, numbers=_ranges(indices)))
    return mark("comma", language).join(parts)


def _ranges(indices: Sequence[int]) -> str:
    """Indices as numbers from 1, runs as ``3–7``."""
    runs: list[list[int]] = []
    for index in sorted(set(indices)):
        if runs and index == runs[-1][1] + 1:
            runs[-1][1] = index
        else:
            runs.append([index, index])
    return ", ".join(f"{a + 1}" if a == b else f"{a + 1}–{b + 1}" for a, b in runs)


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"


def _china(moment: str) -> str:
    """A moment as the clock on the wall in Sichuan shows it; as it is where it is none."""
    try:
        there = datetime.fromisoformat(moment).astimezone(_CHINA)
    except (ValueError, OverflowError):
        return visible(moment)
    return there.strftime("%Y-%m-%d %H:%M (UTC+8)")
