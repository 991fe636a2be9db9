"""The overview as one HTML file that works from disk and asks for nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from bilingual.batch.model import Batch, Brief, WorkResult
from bilingual.batch.ranking import ranked
from bilingual.batch.rules import BATCH_RULES, batch_message, reason_words, title_of
from bilingual.files import write_whole
from bilingual.locale import fill, shown_in
from bilingual.model import Finding
from bilingual.render.fontfiles import font_css
from bilingual.render.templates import template_environment
from bilingual.render.words import clock, colon, message, ui, visible

if TYPE_CHECKING:
    from jinja2 import Environment

_HOME: Final = "bilingual.batch"
_FONTS: Final = "/* fonts */"


@dataclass(frozen=True, slots=True, kw_only=True)
class _WorkView:
    """A work as the page shows it; ``rules`` are what its filter goes by."""

    work: WorkResult
    href: str
    reason: str
    problems: Sequence[str]
    worst: Sequence[tuple[str, str, str]]
    rules: str
    reviewers: str
    settled: str
    across: Sequence[str]


def save_html(batch: Batch, path: str | PathLike[str], *, language: str = "zh") -> None:
    """Write the overview, whole or not at all.

    :raises InputError: ``output-unwritable``.
    """
    write_whole(Path(path), render_batch(batch, language))


def render_batch(batch: Batch, language: str = "zh") -> str:
    """The overview as a self-contained HTML page, works that need a person most first."""
    across: dict[str, list[str]] = {}
    for finding in batch.findings:
        for name in finding.works:
            across.setdefault(name, []).append(finding.rule)
    works = [
        replace(work, title=visible(work.title), unit=visible(work.unit)) for work in batch.works
    ]
    views = [_view(work, across.get(work.id, []), language) for work in ranked(works)]
    rules = sorted({rule for view in views for rule in view.rules.split()})
    script = _text("batch.js")
    rendered: str = (
        _environment()
        .get_template("batch.html.j2")
        .render(
            batch=batch,
            views=views,
            tag=shown_in(language).tag,
            summary=ui("batch-summary", language, total=len(batch.works), **batch.counts),
            speed=_speed(batch, language),
            notes=[reason_words(note, language) for note in batch.notes],
            findings=[
                (
                    f,
                    BATCH_RULES[f.rule].title.get(language),
                    batch_message(f, language),
                    fill(BATCH_RULES[f.rule].remedy.get(language), {}),
                )
                for f in batch.findings
            ],
            rules=[(rule, title_of(rule, language)) for rule in rules],
            units=sorted({work.unit for work in works if work.unit}),
            reviewers=sorted(
                {name for work in batch.works if work.review for name in work.review.reviewers}
            ),
            shown=ui("batch-shown", language, n="{n}"),
            words=lambda code: ui(code, language),
            style=_text("batch.css"),
            script=script,
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )
    # The glyphs that the page needs, for machines without fonts for both scripts.
    return rendered.replace(_FONTS, font_css(rendered), 1)


def _speed(batch: Batch, language: str) -> str:
    """By what speed the minutes of reading go; empty where there are none."""
    speed = batch.provenance.get("reading_speed")
    if speed is None or all(work.reading_minutes is None for work in batch.works):
        return ""
    return ui("batch-minutes-speed", language, speed=speed)


def _view(work: WorkResult, across: Sequence[str], language: str) -> _WorkView:
    folder = f"works/{quote(work.id)}"
    review = work.review
    return _WorkView(
        work=work,
        href=f"{folder}/report.html" if work.state == "done" else "",
        reason=reason_words(work.reason, language) if work.reason else "",
        problems=[reason_words(problem, language) for problem in work.problems],
        worst=[_brief(brief, language) for brief in work.worst],
        rules=" ".join(dict.fromkeys((*work.rules, *across))),
        reviewers="\n".join(review.reviewers) if review else "",
        settled=ui("batch-settled", language, settled=review.settled, of=review.of)
        if review
        else "",
        across=[title_of(rule, language) for rule in dict.fromkeys(across)],
    )


def _brief(brief: Brief, language: str) -> tuple[str, str, str]:
    """Severity, place and sentence of a finding."""
    finding = Finding(rule=brief.rule, severity=brief.severity, confidence=1.0, params=brief.params)
    place = "" if brief.at_ms is None else clock(brief.at_ms)
    said = f"{title_of(brief.rule, language)}{colon(language)}{message(finding, language)}"
    return brief.severity.value, place, said


@cache
def _environment() -> Environment:
    return template_environment(_text)


@cache
def _text(name: str) -> str:
    return resources.files(_HOME).joinpath("assets", name).read_text("utf-8")
