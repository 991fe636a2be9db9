"""The report as a sheet for a translator: CSV or an Excel workbook.

A row for each cue of a pair, both texts beside each other, what was found and
what is suggested; the last columns are for the translator. ``bilingual fix
--from-sheet`` reads it back.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from bilingual.errors import DependencyError
from bilingual.fixes.sheet import COLUMNS, MAX_CELL, guarded, showable
from bilingual.model import Report
from bilingual.render.base import Options, Renderer
from bilingual.render.words import message, remedy, rule_title, ui

SheetForm = Literal["csv", "xlsx"]
Row = dict[str, str]

_WIDTHS: Final = {
    "zh_text": 34,
    "bo_text": 42,
    "finding": 44,
    "suggestion": 40,
    "bo_corrected": 42,
    "zh_corrected": 34,
    "comment": 30,
}
_FONTS: Final = {"zh": "Microsoft YaHei", "bo": "Microsoft Himalaya"}
_SIZES: Final = {"zh": 11, "bo": 16}


def render_sheet(document: Mapping[str, Any], form: SheetForm, language: str = "zh") -> bytes:
    """A report document as a sheet.

    :param form: ``csv``: UTF-8 with a byte order mark, so that Excel shows it
        right, formulas made harmless; ``xlsx``: a workbook, every cell text.
    :param language: of the titles and of the prose.
    :raises DependencyError: ``xlsx-missing``: openpyxl is not installed.
    """
    titles = [ui(f"sheet-{column}", language) for column in COLUMNS]
    rows = sheet_rows(document, language)
    return _csv(titles, rows) if form == "csv" else _xlsx(titles, rows, language)


def sheet_rows(document: Mapping[str, Any], language: str) -> Iterator[Row]:
    """The rows by column, in the order of the work; what is the whole work's comes last."""
    told: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
    general = []
    for finding in document["findings"]:
        place = _place(finding, document)
        if place is None:
            general.append(finding)
        else:
            told.setdefault(place, []).append(finding)
    for number, bead in enumerate(_beads(document), 1):
        for line in range(max(len(bead["zh"]), len(bead["bo"]))):
            row: Row = {"pair": str(number)}
            findings = []
            for side in ("zh", "bo"):
                if line < len(bead[side]):
                    index = bead[side][line]
                    row |= _cue(document, side, index)
                    findings += told.get((side, index), [])
            yield row | _words(findings, document, language)
    for finding in general:
        yield _words([finding], document, language)


def _place(finding: Mapping[str, Any], document: Mapping[str, Any]) -> tuple[str, int] | None:
    """The cue beside which a finding stands; ``None`` for many, or the whole work."""
    for side in ("bo", "zh"):
        if finding[side] and len(finding[side]) <= 4 and document["tracks"][side]:
            return side, finding[side][0]
    return None


def _beads(document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    if document["alignment"]:
        beads: Sequence[Mapping[str, Any]] = document["alignment"]["beads"]
        return beads
    empty: dict[str, Any] = {"bo": [], "zh": []}
    return [
        {**empty, side: [i]}
        for side in ("zh", "bo")
        if document["tracks"][side]
        for i in range(len(document["tracks"][side]["cues"]))
    ]


def _cue(document: Mapping[str, Any], side: str, index: int) -> Row:
    cue = document["tracks"][side]["cues"][index]
    return {
        f"{side}_cue": str(index + 1),
        f"{side}_start": _time(cue["start_ms"]),
        f"{side}_end": _time(cue["end_ms"]),
        f"{side}_text": cue["text"],
    }


def _words(
    findings: Sequence[Mapping[str, Any]], document: Mapping[str, Any], language: str
) -> Row:
    if not findings:
        return {}
    return {
        "finding": "\n".join(
            f"[{ui('severity-' + f['severity'], language)}] {rule_title(f['rule'], language)}: "
            f"{message(f, language)}"
            for f in findings
        ),
        "suggestion": "\n".join(
            dict.fromkeys(suggestion_words(f, document, language) for f in findings)
        ),
    }


def suggestion_words(finding: Mapping[str, Any], document: Mapping[str, Any], language: str) -> str:
    """What to write instead, where a text is suggested; else what to do."""
    suggestion = finding["suggestion"]
    cues = [(s, i) for s in ("bo", "zh") for i in finding[s]]
    if suggestion and suggestion["kind"] == "replace" and len(cues) == 1:
        side, index = cues[0]
        track = document["tracks"][side]
        text: str = track["cues"][index]["text"]
        params = suggestion["params"]
        edits = sorted(params.get("edits", [params]), key=lambda e: -int(e["start"]))
        for edit in edits:
            text = text[: edit["start"]] + edit["text"] + text[edit["end"] :]
        return text
    return remedy(finding, language)


def _time(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def _csv(titles: Sequence[str], rows: Iterator[Row]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(titles)
    for row in rows:
        writer.writerow([guarded(showable(row.get(column, ""))) for column in COLUMNS])
    return file.getvalue().encode("utf-8-sig")


def _xlsx(titles: Sequence[str], rows: Iterator[Row], language: str) -> bytes:
    try:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font, PatternFill
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.properties import PageSetupProperties
    except ImportError as error:
        raise DependencyError("xlsx-missing", detail=str(error)) from error
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
    for place, column in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(column, 13)

    def cell(text: str, column: str) -> Any:
        made = WriteOnlyCell(sheet, value=_held(text))
        made.data_type = "s"  # never a formula, whatever it begins with
        made.quotePrefix = guarded(text) != text
        made.alignment = wrapped
        made.font = fonts["bo" if column.startswith("bo_") and "cue" not in column else "zh"]
        if column in ("bo_corrected", "zh_corrected", "comment"):
            made.fill = yours
        return made

    first = []
    for title in titles:
        made = WriteOnlyCell(sheet, value=title)
        made.font, made.fill, made.alignment = bold, head, wrapped
        first.append(made)
    sheet.append(first)
    lines = 1
    for row in rows:
        sheet.append([cell(row.get(column, ""), column) for column in COLUMNS])
        lines += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{lines}"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _held(text: str) -> str:
    """Text as a workbook holds it; what would read as an escape is one itself."""
    shown = showable(text).replace("_x", "_x005F_x")
    return shown[:MAX_CELL]


def _renderer(form: SheetForm, media_type: str) -> Renderer:
    def render(report: Report, options: Options) -> bytes:
        return render_sheet(report.to_dict(), form, options.language)

    return Renderer(name=form, media_type=media_type, suffix=f".{form}", render=render)


RENDERER: Final = (
    _renderer("csv", "text/csv"),
    _renderer("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
)
