"""The report as a sheet for a translator: CSV or an Excel workbook.

A row for each cue of a pair, both texts beside each other, what was found and
what is suggested; the last columns are for the translator. ``bilingual fix
--from-sheet`` reads it back.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final, Literal

from bilingual.errors import DependencyError
from bilingual.fixes.sheet import COLUMNS, digest, showable
from bilingual.fixes.sheet_cells import CHECKS, guarded
from bilingual.model import LANGUAGES, Cue, Finding, Language, Report
from bilingual.render.base import Options, Renderer
from bilingual.render.kinds import kinds_of, places
from bilingual.render.review import Decision, applied_of, reviewed
from bilingual.render.timeline import SIDES, bead_list, cues_of
from bilingual.render.words import (
    decided_words,
    exact_clock,
    message,
    remedy,
    rule_asks,
    rule_title,
    ui,
)

SheetForm = Literal["csv", "xlsx"]
Row = dict[str, str]

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The media type of an Excel workbook."""

_WIDTHS: Final = {
    "zh_text": 34,
    "bo_text": 42,
    "finding": 44,
    "suggestion": 40,
    "bo_corrected": 42,
    "zh_corrected": 34,
    "comment": 30,
    "decision": 30,
}
DECISION: Final = "decision"
"""The last column of a report with a review: what its reader decided, and who."""

_FEW: Final = 4
"""Cues that a finding may name to go beside the first of them."""
_FONTS: Final = {"zh": "Microsoft YaHei", "bo": "Microsoft Himalaya"}
_TEXT: Final = "@"
"""The number format of a cell whose content stays as it is typed."""
_SIZES: Final = {"zh": 11, "bo": 16}


def render_sheet(
    report: Report, form: SheetForm, language: str = "zh", *, cli: bool = True
) -> bytes:
    """A report as a sheet.

    :param form: ``csv``: UTF-8 with a byte order mark, so that Excel shows it
        right, formulas made harmless; ``xlsx``: a workbook, every cell text, with a hidden
        page of digests that shows later whether a text was changed here or in its file.
    :param language: of the titles and of the prose.
    :raises DependencyError: ``xlsx-missing``: openpyxl is not installed.
    """
    columns = COLUMNS if report.review is None else (*COLUMNS, DECISION)
    titles = {column: ui(f"sheet-{column}", language) for column in columns}
    rows = sheet_rows(report, language, cli=cli)
    return _csv(titles, rows) if form == "csv" else _xlsx(titles, rows, report, language)


def sheet_rows(report: Report, language: str, *, cli: bool = True) -> Iterator[Row]:
    """The rows by column, in the order of the work; what is the whole work's comes last.

    :param cli: as for :func:`bilingual.render.words.remedy`.
    """
    by_cue: dict[tuple[Language, int], list[Finding]] = {}
    general = []
    decided = _Decided(report, language)
    for finding in report.findings:
        place = _place(finding)
        if place is None:
            general.append(finding)
        else:
            by_cue.setdefault(place, []).append(finding)
    for number, bead in enumerate(bead_list(report), 1):
        sides = [cues_of(bead, report, side) for side in SIDES]
        for cues in zip_longest(*sides):
            row: Row = {"pair": str(number)}
            findings = []
            for side, cue in zip(SIDES, cues, strict=True):
                if cue is not None:
                    row |= _cue(side, cue)
                    findings += by_cue.get((side, cue.index), [])
                elif not (bead.bo if side == "bo" else bead.zh):
                    row |= _times(side, next(c for c in cues if c is not None), report)
            said = decided.row(number - 1, findings)
            yield row | _words(findings, report, language, cli) | said
    for kind in kinds_of(general):
        yield _words(kind, report, language, cli) | decided.row(None, kind)
    yield from decided.points()


class _Decided:
    """What the reader of a report's review decided, in words."""

    def __init__(self, report: Report, language: str) -> None:
        self._applied = applied_of(report)
        self._language = language
        self._places = {id(finding): n for n, finding in enumerate(report.findings)}

    def row(self, bead: int | None, findings: Sequence[Finding]) -> Row:
        """The decisions on a pair and on findings; empty without any."""
        if self._applied is None:
            return {}
        found: list[Decision | None] = []
        if bead is not None:
            found.append(self._applied.cues.get(bead))
        found += [self._applied.findings.get(self._places[id(f)]) for f in findings]
        words = dict.fromkeys(self._words(d) for d in found if d is not None)
        return {DECISION: "\n".join(words)} if words else {}

    def points(self) -> Iterator[Row]:
        """A row for each point that a person settled."""
        for rule, decision in ({} if self._applied is None else self._applied.points).items():
            title = rule_asks(rule, self._language)
            yield {"finding": title, DECISION: self._words(decision)}

    def _words(self, decision: Decision) -> str:
        who = "" if self._applied is None else self._applied.review.by(decision)
        return decided_words(decision.state, who, decision.note, self._language)


def _place(finding: Finding) -> tuple[Language, int] | None:
    """The cue that a finding goes beside; ``None`` for many, or the whole work."""
    sides: tuple[tuple[Language, tuple[int, ...]], ...] = (("bo", finding.bo), ("zh", finding.zh))
    for side, cues in sides:
        if 1 <= len(cues) <= _FEW:
            return side, cues[0]
    return None


def _cue(side: Language, cue: Cue) -> Row:
    return {
        f"{side}_cue": str(cue.index + 1),
        f"{side}_start": exact_clock(cue.start_ms),
        f"{side}_end": exact_clock(cue.end_ms),
        f"{side}_text": cue.text,
    }


def _times(side: Language, other: Cue, report: Report) -> Row:
    """When a cue that is missing in one language belongs there, by the other language's."""
    foreign = any(finding.rule == "foreign-tracks" for finding in report.findings)
    if report.alignment is None or foreign:
        return {}
    to_own = report.alignment.to_bo_ms if side == "bo" else report.alignment.to_zh_ms
    start = max(0, round(to_own(other.start_ms)))
    end = max(start, round(to_own(other.end_ms)))
    return {f"{side}_start": exact_clock(start), f"{side}_end": exact_clock(end)}


def _words(findings: Sequence[Finding], report: Report, language: str, cli: bool) -> Row:
    if not findings:
        return {}
    return {
        "finding": "\n".join(_line(kind, language) for kind in kinds_of(findings)),
        "suggestion": "\n".join(
            dict.fromkeys(suggestion_words(f, report, language, cli=cli) for f in findings)
        ),
    }


def _line(kind: Sequence[Finding], language: str) -> str:
    """A finding, or the first of a kind with the number of them and their places."""
    first = kind[0]
    line = (
        f"[{ui('severity-' + first.severity, language)}] {rule_title(first.rule, language)}: "
        f"{message(first, language)}"
    )
    if len(kind) == 1:
        return line
    where = ui("all-places", language, count=len(kind), places=places(kind, language))
    return f"{line} {where}"


def suggestion_words(finding: Finding, report: Report, language: str, *, cli: bool = True) -> str:
    """What to write instead, where a text is suggested; else what to do."""
    suggestion = finding.suggestion
    cues = [cue for side in LANGUAGES for cue in cues_of(finding, report, side)]
    if suggestion is not None and suggestion.kind == "replace" and len(cues) == 1:
        text = cues[0].text
        edits = suggestion.params.get("edits", [suggestion.params])
        try:
            for edit in sorted(edits, key=lambda e: -int(e["start"])):
                text = text[: edit["start"]] + edit["text"] + text[edit["end"] :]
        except (KeyError, TypeError, ValueError):  # of a damaged report
            return remedy(finding, language, cli=cli)
        return text
    return remedy(finding, language, cli=cli)


def _csv(titles: Mapping[str, str], rows: Iterator[Row]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(titles.values())
    for row in rows:
        writer.writerow([guarded(showable(row.get(column, ""))) for column in titles])
    return file.getvalue().encode("utf-8-sig")


def _xlsx(titles: Mapping[str, str], rows: Iterator[Row], report: Report, language: str) -> bytes:
    try:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font, PatternFill
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.properties import PageSetupProperties
    except ImportError as error:
        raise DependencyError.of_extra("xlsx-missing", "xlsx", detail=str(error)) from error
    book = Workbook(write_only=True)
    sheet = book.create_sheet(ui("sheet-name", language))
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0  # as many pages as it takes, one across
    wrapped = Alignment(wrap_text=True, vertical="top")
    head = PatternFill("solid", fgColor="FFE6EBF0")
    yours = PatternFill("solid", fgColor="FFFFF8DC")
    fonts = {side: Font(name=name, size=_SIZES[side], charset=1) for side, name in _FONTS.items()}
    bold = Font(name=_FONTS["zh"], size=11, bold=True)
    for place, column in enumerate(titles, 1):
        whole = sheet.column_dimensions[get_column_letter(place)]
        whole.width = _WIDTHS.get(column, 13)
        whole.number_format = _TEXT  # for rows that a translator adds

    def cell(text: str, column: str) -> Any:
        made = WriteOnlyCell(sheet, value=_cell_text(text))
        made.data_type = "s"  # never a formula, whatever it begins with
        made.number_format = _TEXT  # else Excel makes dates and numbers of what is typed
        made.quotePrefix = guarded(text) != text
        made.alignment = wrapped
        made.font = fonts["bo" if column.startswith("bo_") and "cue" not in column else "zh"]
        if column in ("bo_corrected", "zh_corrected", "comment"):
            made.fill = yours
        return made

    first = []
    for title in titles.values():
        made = WriteOnlyCell(sheet, value=title)
        made.font, made.fill, made.alignment = bold, head, wrapped
        first.append(made)
    sheet.append(first)
    lines = 1
    for row in rows:
        sheet.append([cell(row.get(column, ""), column) for column in titles])
        lines += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(titles))}{lines}"
    checks = book.create_sheet(CHECKS)
    checks.sheet_state = "hidden"
    for side in LANGUAGES:
        track = report.track(side)
        for cue in () if track is None else track.cues:
            checks.append([side, str(cue.index + 1), digest(cue.text)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell_text(text: str) -> str:
    """Text as a workbook holds it; what would read as an escape is one itself."""
    return showable(text).replace("_x", "_x005F_x")


def _renderer(form: SheetForm, media_type: str) -> Renderer:
    def render(report: Report, options: Options) -> bytes:
        return render_sheet(reviewed(report, options.review), form, options.language)

    return Renderer(
        name=form,
        media_type=media_type,
        suffix=f".{form}",
        render=render,
        takes=frozenset({"review"}),
    )


RENDERER: Final = (
    _renderer("csv", "text/csv"),
    _renderer("xlsx", XLSX),
)
