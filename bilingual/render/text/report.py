"""The report for a terminal: the verdict, what matters most, what could not be judged."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from bilingual.locale import enumerated, mark
from bilingual.model import LANGUAGES, Check, CheckVerdict, Report, Severity, Track
from bilingual.render.text.decided import Decided, decided
from bilingual.render.text.rows import findings
from bilingual.render.words import (
    MAIN_MEASURES,
    backend_line,
    backend_notes,
    check_title,
    clock,
    clocks,
    colon,
    disclaimer,
    figure,
    label,
    reason,
    rule_title,
    settled_words,
    size,
    sound_streams,
    ui,
    visible,
)
from bilingual.showing import shown_lines


def render(report: Report, language: str = "zh", width: int | None = None) -> str:
    """A report as text, ending in a line break.

    :param language: ``zh`` or ``en``; what has no words in it comes in Chinese.
    :param width: columns to fit the findings into; the terminal's unless given.
    """
    columns = width or max(60, min(200, shutil.get_terminal_size((100, 24)).columns))
    lines = [ui("report-title", language), ""]
    decisions = decided(report, language)
    lines += _verdict(report, language)
    if decisions.changed:
        lines.append("  " + ui("annex-changed", language, count=decisions.changed).strip())
    lines += _inputs(report, language)
    lines += _figures(report, language)
    lines += findings(report, language, columns, decisions)
    lines += _undecided(report, language, decisions)
    lines += _backends(report, language)
    lines += ["", disclaimer(report, language)]
    return shown_lines(lines)


def _verdict(report: Report, language: str) -> Iterator[str]:
    counts = Counter(f.severity for f in report.findings)
    tally = ui(
        "tally",
        language,
        errors=counts[Severity.ERROR],
        warnings=counts[Severity.WARNING],
        infos=counts[Severity.INFO],
    )
    yield f"{ui('verdict', language)}{ui('verdict-' + report.verdict, language)}"
    yield f"  {tally}"
    if report.review is not None:
        yield f"{ui('html-with-decisions', language)}{colon(language)}" + settled_words(
            report.review.settled, language
        )


def _inputs(report: Report, language: str) -> Iterator[str]:
    yield ""
    yield ui("heading-inputs", language)
    if report.form is not None and report.form.title:
        yield f"  {ui('report-work', language)}  {visible(report.form.title)}"
    video = next((file for file in report.inputs if file.role == "video"), None)
    if video is not None:
        duration = None if report.media is None else report.media.duration_ms
        length = clock(duration) if duration else "?"
        name, bulk = visible(video.name), size(video.bytes)
        yield f"  {ui('role-video', language)}  {name}  {length}  {bulk}"
    if report.media is not None and report.media.audio:
        heard = sound_streams(report.media.audio, report.media.audio_stream, language)
        yield f"  {ui('role-sound', language)}  {heard}"
    for side in LANGUAGES:
        yield f"  {ui('role-' + side, language)}  {_track(report.track(side), language)}"
    if report.speech is not None and report.speech.spans is not None:
        spoken = sum(span.duration_ms for span in report.speech.spans)
        yield "  " + ui("spoken", language, time=clock(spoken))
    for check in report.checks:
        if check.verdict is CheckVerdict.PASS and check.reason is not None:
            yield f"  {rule_title(check.rule, language)}  {reason(check.reason, language)}"


def _track(track: Track | None, language: str) -> str:
    """A track's name, number of cues and source."""
    if track is None:
        return ui("track-absent", language)
    source = ui("source-" + track.source, language)
    count = ui("cue-count", language, count=len(track.cues))
    name = visible(track.name or "")
    return (
        f"{name}  {count}  {ui('in-brackets', language, words=source)}"
        if name
        else f"{source}  {count}"
    )


_LIKENESS: Final = ("similarity.chrf", "similarity.bleu", "similarity.ter")


def _figures(report: Report, language: str) -> Iterator[str]:
    measures = {m.id: m for m in report.measures if m.value is not None}
    # What a second version was submitted for.
    asked = () if report.reference is None else _LIKENESS
    main = [measures[i] for i in (*MAIN_MEASURES, *asked) if i in measures]
    if not main:
        return
    yield ""
    yield ui("heading-figures", language)
    for measure in main:
        yield f"  {label(measure, language)}  {figure(measure)}"
    if report.alignment is not None:
        yield "  " + clocks(report.alignment, language)


def _undecided(report: Report, language: str, decisions: Decided) -> Iterator[str]:
    for verdict in (CheckVerdict.UNKNOWN, CheckVerdict.ERROR, CheckVerdict.NOT_APPLICABLE):
        checks = [check for check in report.checks if check.verdict is verdict]
        if not checks:
            continue
        yield ""
        yield ui("heading-" + verdict, language)
        # Titles have commas of their own.
        for words, titles in _by_reason(checks, language).items():
            yield f"  {words}"
            yield f"      {enumerated(titles, language, 'semicolon')}"
        for check in checks:
            if check.rule in decisions.points:
                title = check_title(check, language)
                yield f"  {title}{mark('comma', language)}{decisions.points[check.rule]}"


def _backends(report: Report, language: str) -> Iterator[str]:
    """The backends that the settings named: how far they came, what to know of them."""
    if not report.provenance.backends:
        return
    yield ""
    yield ui("heading-backends", language)
    for use in report.provenance.backends:
        yield "  " + backend_line(use, language)
        yield from (f"      {note}" for note in backend_notes(use, language))


def _by_reason(checks: Sequence[Check], language: str) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for check in checks:
        title = check_title(check, language) + ("*" if check.required else "")
        grouped.setdefault(reason(check.reason, language), []).append(title)
    return grouped
