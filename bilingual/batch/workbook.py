"""The overview as a workbook: works, what lies between them, the committee's sheet, terms."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Final

from bilingual.batch.columns import OWN
from bilingual.batch.model import Batch, WorkResult
from bilingual.batch.ranking import ranked
from bilingual.batch.rules import BATCH_RULES, batch_message, reason_words, title_of
from bilingual.config import profiles
from bilingual.errors import DependencyError
from bilingual.files import write_new
from bilingual.form import FIELDS
from bilingual.locale import enumerated
from bilingual.model import Form
from bilingual.render.words import ui
from bilingual.showing import visible

_TEXT: Final = "@"
_WIDE: Final = 60
_LOOK: Final = 200  # rows by which a column's width goes
_MOST: Final = 32_000

_FINDING_COLUMNS: Final = ("severity", "rule", "works", "message", "remedy")
_WORK_COLUMNS: Final = (
    "id",
    "row",
    "work-title",
    "unit",
    "category",
    "state",
    "verdict",
    "errors",
    "warnings",
    "unknown",
    "coverage",
    "risk",
    "minutes",
    "review",
    "reviewers",
    "worst",
    "problem",
    "report",
)


def save_xlsx(batch: Batch, path: str | PathLike[str], *, language: str = "zh") -> None:
    """Write the overview as a workbook, whole or not at all.

    :raises InputError: ``output-unwritable``.
    :raises DependencyError: ``xlsx-missing``.
    """
    sheets = [
        (
            ui("batch-sheet-works", language),
            [ui(f"batch-{name}", language) for name in _WORK_COLUMNS],
            [_work_row(work, language) for work in ranked(batch.works)],
        ),
        (
            ui("batch-sheet-findings", language),
            [ui(f"batch-{name}", language) for name in _FINDING_COLUMNS],
            list(_finding_rows(batch, language)),
        ),
        (
            ui("batch-sheet-committee", language),
            [
                OWN["id"],
                OWN["category"],
                *_committee(),
                ui("batch-verdict", language),
                ui("batch-worst", language),
            ],
            [_committee_row(work, batch.forms.get(work.id), language) for work in batch.works],
        ),
        (
            ui("batch-sheet-terms", language),
            [ui("batch-term", language), ui("batch-forms", language)],
            [_term_row(term) for term in batch.terms],
        ),
    ]
    write_new(Path(path), workbook(sheets), overwrite=True)


def _term_row(term: Mapping[str, Any]) -> list[str]:
    forms = (f"{form['bo']}（{'、'.join(form['works'])}）" for form in term["forms"])
    return [term["zh"], "\n".join(forms)]


def workbook(sheets: Iterable[tuple[str, Sequence[str], Sequence[Sequence[Any]]]]) -> bytes:
    """A workbook of sheets, each with a title, headings and rows. Text stays text.

    :raises DependencyError: ``xlsx-missing``: openpyxl is not installed.
    """
    try:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font, PatternFill
        from openpyxl.utils import get_column_letter
    except ImportError as error:
        raise DependencyError.of_extra("xlsx-missing", "xlsx", detail=str(error)) from error

    book = Workbook(write_only=True)
    bold, head = Font(bold=True), PatternFill("solid", fgColor="FFE6EBF0")
    wrapped = Alignment(wrap_text=True, vertical="top")
    for title, headings, rows in sheets:
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "B2"
        for place, heading in enumerate(headings):
            longest = max((len(str(row[place])) for row in rows[:_LOOK]), default=0)
            width = max(len(heading) * 2 + 2, min(_WIDE, longest + 2))
            sheet.column_dimensions[get_column_letter(place + 1)].width = width

        def cell(value: Any, *, first: bool = False, sheet: Any = sheet) -> Any:
            if isinstance(value, int | float) and not isinstance(value, bool):
                made = WriteOnlyCell(sheet, value=value)
            else:
                made = WriteOnlyCell(sheet, value=_kept(visible(str(value), keep_breaks=True)))
                made.data_type, made.number_format = "s", _TEXT
            made.alignment = wrapped
            if first:
                made.font, made.fill = bold, head
            return made

        sheet.append([cell(heading, first=True) for heading in headings])
        for row in rows:
            sheet.append([cell(value) for value in row])
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{len(rows) + 1}"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _kept(text: str) -> str:
    return text[:_MOST].replace("_x", "_x005F_x")


def _work_row(work: WorkResult, language: str) -> list[Any]:
    done = work.state == "done"
    review = work.review
    coverage = work.weakest_coverage
    return [
        work.id,
        "" if work.row is None else work.row,
        work.title,
        work.unit,
        ui(f"batch-{work.category}", language),
        ui(f"batch-{work.state}", language),
        _verdict(work, language),
        work.errors if done else "",
        work.warnings if done else "",
        work.unknown_required if done else "",
        "" if coverage is None else round(coverage.value, 3),
        "" if work.highest_risk is None else round(work.highest_risk, 3),
        "" if work.reading_minutes is None else work.reading_minutes,
        ui("batch-settled", language, settled=review.settled, of=review.of) if review else "",
        enumerated(review.reviewers, language) if review else "",
        _worst(work, language),
        "\n".join(
            reason_words(one, language)
            for one in (*((work.reason,) if work.reason else ()), *work.problems)
        ),
        work.report or "",
    ]


def _verdict(work: WorkResult, language: str) -> str:
    return ui(f"batch-verdict-{work.verdict}", language) if work.verdict else ""


def _worst(work: WorkResult, language: str) -> str:
    return enumerated((title_of(brief.rule, language) for brief in work.worst), language)


def _finding_rows(batch: Batch, language: str) -> Iterator[list[Any]]:
    for finding in batch.findings:
        rule = BATCH_RULES[finding.rule]
        yield [
            ui(f"severity-{finding.severity}", language),
            rule.title.get(language),
            enumerated(finding.works, language),
            batch_message(finding, language),
            rule.remedy.get(language),
        ]


def _committee() -> list[str]:
    """The form's fields in its order, in its words."""
    return [words for field, words in FIELDS.items() if field != "pledge"]


def _committee_row(work: WorkResult, form: Form | None, language: str) -> list[Any]:
    fields = [
        (getattr(form, field) or "") if form is not None else ""
        for field in FIELDS
        if field != "pledge"
    ]
    return [
        work.id,
        _category_title(work.category),
        *fields,
        _verdict(work, language) or ui(f"batch-{work.state}", language),
        _worst(work, language),
    ]


def _category_title(category: str) -> str:
    for profile in profiles().values():
        for name, rules in profile.categories.items():
            if name == category:
                return rules.title.zh
    return category
