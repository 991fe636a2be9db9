"""The report for a terminal: the verdict, what matters most, what nobody judged."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bilingual.locale import enumerated
from bilingual.render.text.rows import findings
from bilingual.render.words import (
    MAIN_MEASURES,
    backend_line,
    backend_notes,
    clock,
    colon,
    figure,
    label,
    reason,
    rule_title,
    size,
    ui,
    visible,
)


def render(document: Mapping[str, Any], language: str = "zh", width: int | None = None) -> str:
    """A report document as text, ending in a line break.

    :param language: ``zh`` or ``en``; what has no words in it comes in Chinese.
    :param width: columns to fit the findings into; the terminal's unless given.
    """
    columns = width or max(60, min(200, shutil.get_terminal_size((100, 24)).columns))
    lines = [ui("report-title", language), ""]
    lines += _verdict(document, language)
    lines += _inputs(document, language)
    lines += _figures(document, language)
    lines += findings(document, language, columns)
    lines += _undecided(document, language)
    lines += _backends(document, language)
    lines += ["", ui("disclaimer", language)]
    return "\n".join(lines) + "\n"


def _verdict(document: Mapping[str, Any], language: str) -> Iterator[str]:
    counts = Counter(f["severity"] for f in document["findings"])
    tally = ui(
        "tally",
        language,
        errors=counts["error"],
        warnings=counts["warning"],
        infos=counts["info"],
    )
    yield f"{ui('verdict', language)}{ui('verdict-' + document['verdict'], language)}"
    yield f"  {tally}"


def _inputs(document: Mapping[str, Any], language: str) -> Iterator[str]:
    yield ""
    yield ui("heading-inputs", language)
    names = {i["role"]: i for i in document["inputs"]}
    if "video" in names:
        media = document["media"]
        length = clock(media["duration_ms"]) if media and media["duration_ms"] else "?"
        name, bulk = visible(names["video"]["name"]), size(names["video"]["bytes"])
        yield f"  {ui('role-video', language)}  {name}  {length}  {bulk}"
    for side in ("bo", "zh"):
        track = document["tracks"][side]
        if track is None:
            yield f"  {ui('role-' + side, language)}  {ui('track-absent', language)}"
            continue
        where = ui("source-" + track["source"], language)
        name = visible(track["name"] or "")
        count = ui("cue-count", language, count=len(track["cues"]))
        yield f"  {ui('role-' + side, language)}  {name or where}  {count}" + (
            f"  ({where})" if name else ""
        )
    speech = document["speech"]
    if speech and speech["spans"] is not None:
        spoken = sum(end - start for start, end in speech["spans"])
        yield "  " + ui("spoken", language, time=clock(spoken))
    for check in document["checks"]:
        if check["verdict"] == "pass" and check["reason"]:
            yield f"  {rule_title(check['rule'], language)}  {reason(check, language)}"


_LIKENESS: Final = ("similarity.chrf", "similarity.bleu", "similarity.ter")


def _figures(document: Mapping[str, Any], language: str) -> Iterator[str]:
    measures = {m["id"]: m for m in document["measures"]}
    # Asked for by handing in a second version.
    asked = _LIKENESS if document.get("reference") else ()
    ids = (*MAIN_MEASURES, *asked)
    shown = [measures[i] for i in ids if i in measures and measures[i]["value"] is not None]
    if not shown:
        return
    yield ""
    yield ui("heading-figures", language)
    for measure in shown:
        yield f"  {label(measure, language)}  {figure(measure)}"
    alignment = document["alignment"]
    if alignment:
        yield "  " + ui(
            "clocks",
            language,
            offset=f"{alignment['offset_ms'] / 1000:+.2f}",
            rate=f"{alignment['rate']:.4f}",
            jumps=len(alignment["jumps"]),
        )


def _undecided(document: Mapping[str, Any], language: str) -> Iterator[str]:
    for verdict in ("unknown", "error", "not-applicable"):
        checks = [c for c in document["checks"] if c["verdict"] == verdict]
        if not checks:
            continue
        yield ""
        yield ui("heading-" + verdict, language)
        for why, titles in _by_reason(checks, language).items():
            yield f"  {why}{colon(language)}{enumerated(titles, language)}"


def _backends(document: Mapping[str, Any], language: str) -> Iterator[str]:
    """The backends that the settings named: how far they came, what to know of them."""
    uses = document["provenance"].get("backends", [])
    if not uses:
        return
    yield ""
    yield ui("heading-backends", language)
    for use in uses:
        yield "  " + backend_line(use, language)
        yield from (f"      {note}" for note in backend_notes(use, language))


def _by_reason(checks: Sequence[Mapping[str, Any]], language: str) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for check in checks:
        title = rule_title(check["rule"], language) + ("*" if check.get("required") else "")
        grouped.setdefault(reason(check, language), []).append(title)
    return grouped
