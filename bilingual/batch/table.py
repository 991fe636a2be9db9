"""A table of works, or a folder with a sub-folder for each: read with care.

What is wrong in a row is said of that row, with its number and column, and the others
are read all the same. What is personal in a table is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from os import fspath
from pathlib import Path
from typing import Final, overload

from bilingual.arguments import PATH, checked
from bilingual.batch.cells import table_pages
from bilingual.batch.columns import (
    COLUMNS,
    FILES,
    Headings,
    cells_of,
    headings_of,
    letter,
    safe_heading,
)
from bilingual.batch.folder import folder_works
from bilingual.batch.ids import folded, is_fit, normal
from bilingual.batch.model import Submission
from bilingual.batch.names import hidden_names
from bilingual.batch.template import is_example
from bilingual.config import Category, profiles
from bilingual.errors import InputError
from bilingual.files import StrPath, display_name, exists, is_folder
from bilingual.fixes.sheet_cells import Cell, Page, Row
from bilingual.form import Look, form_of, without_personal
from bilingual.form.fields import FIELDS, plain_heading
from bilingual.form.pledge import lies_within
from bilingual.model import Reason

_UNREADABLE: Final[dict[str, str]] = {
    "formula": "table-formula",
    "error": "table-error",
    "boolean": "table-boolean",
    "merged": "table-merged",
}
_SERIAL: Final = re.compile(r"[34]\d{4}(?:\.\d+)?")
_BRACKETS: Final = "（）()【】[]*＊ "
_HINTS: Final = (
    "必填",
    "选填",
    "可选",
    "可不填",
    "请填",
    "填写",
    "限",
    "不超过",
    "例",
    "如",
    "格式",
    "说明",
)
"""How the cells of a row begin that says what is to be filled in."""

_BELOW: Final = (
    *("合计", "总计", "小计", "共计", "填表", "制表", "审核", "审批", "经办", "联系人", "负责人"),
    *("单位（盖章", "单位(盖章", "单位盖章", "推荐单位（盖章", "推荐单位(盖章", "推荐单位盖章"),
    *("盖章", "备注：", "备注:", "说明：", "说明:", "注：", "注:"),
)
"""How the first cell of a row begins that stands below the works."""

_QUOTES: Final = "\"'“”‘’ "
_DRIVE: Final = re.compile(r"[A-Za-z]:[\\/]")
_EXCEL_DAY_0: Final = date(1899, 12, 30)
_CATEGORIES: Final[dict[str, Category]] = {
    "bilingual": "bilingual",
    "chinese": "chinese",
    "双语": "bilingual",
    "藏汉双语": "bilingual",
    "双语类": "bilingual",
    "藏汉双语类": "bilingual",
    "汉语": "chinese",
    "汉语类": "chinese",
    "中文": "chinese",
}


@dataclass(frozen=True, slots=True)
class Works(Sequence[Submission]):
    """The works of a table in its order; ``notes`` are about the table as a whole."""

    works: tuple[Submission, ...]
    notes: tuple[Reason, ...] = ()

    @overload
    def __getitem__(self, index: int) -> Submission: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Submission, ...]: ...
    def __getitem__(self, index: int | slice) -> Submission | tuple[Submission, ...]:
        """A work, or some."""
        return self.works[index]

    def __len__(self) -> int:
        return len(self.works)


@checked(path=PATH)
def load_table(path: StrPath) -> Works:
    """Read the works listed in a table (CSV, TSV, XLSX or JSON), or kept in a folder.

    In a folder, each sub-folder is one work. In a table, each row is one; columns are found by
    their English names or the form's own words, in any order. Paths are relative to the
    table's folder and may not leave it. A row with a mistake is returned with ``wrong`` set
    and does not affect the others. Of a workbook, the first sheet with headings is read,
    hidden rows included. Rows that are not works (the template's example, repeated headings,
    totals, signatures) are skipped; ``notes`` says so, and what else was not read.

    :raises InputError: the table is missing, empty, damaged or too large (``file-…``,
        ``sheet-…``, ``table-empty``, ``table-json``), has no known column
        (``table-headings``), or no column with files (``table-no-files``).
    :raises DependencyError: ``xlsx-missing``: the package for Excel files is not installed.
    """
    if not fspath(path):  # pathlib takes it for the folder one is in
        raise InputError("file-missing", path="“”")
    place = Path(path)
    if is_folder(place):
        return Works(*folder_works(place))
    shown = display_name(str(place))
    pages, about = table_pages(place)
    page, headings, notes = _chosen(pages, shown)
    base = place.absolute().parent
    below = [row for row in page.rows if row[0] > headings.row]
    passed = {
        row[0]: Reason(code=code, params={"row": row[0]})
        for row in below
        if (code := _no_work(row, headings, base, first=row is below[0]))
    }
    if len(passed) == len(below):
        raise InputError("table-empty", path=shown)
    rows = [row for row in below if row[0] not in passed]
    notes += _beside(rows, headings)
    works = tuple(_submission(row, headings, base) for row in rows)
    return Works(_without_doubles(works), (*about, *headings.notes, *notes, *passed.values()))


def _chosen(pages: Sequence[Page], shown: str) -> tuple[Page, Headings, list[Reason]]:
    """The page with the works, its headings, and what is to be said of the rest.

    :raises InputError: ``table-headings``, ``table-no-files``.
    """
    found = [(page, headings) for page in pages if (headings := headings_of(page.rows))]
    if not found:
        raise InputError("table-headings", path=shown, row=pages[0].rows[0][0])
    full = [(page, headings) for page, headings in found if set(FILES) & set(headings.at)]
    if not full:
        raise InputError("table-no-files", path=shown, row=found[0][1].row)
    with_works = [(page, headings) for page, headings in full if page.rows[-1][0] > headings.row]
    page, headings = (with_works or full)[0]
    notes = [
        Reason(code="table-other-page", params={"page": safe_heading(other.title)})
        for other, _ in with_works
        if other is not page
    ]
    hidden = [number for number in page.hidden_rows if number > headings.row]
    if hidden:
        notes.append(Reason(code="table-hidden", params={"row": hidden[0], "count": len(hidden)}))
    if page.beyond is not None:
        row, column, count = page.beyond
        params = {"row": row, "column": letter(column - 1), "count": count}
        notes.append(Reason(code="table-beyond", params=params))
    return page, headings, notes


def _beside(rows: Sequence[Row], headings: Headings) -> Iterator[Reason]:
    """A note on cells to the right of the headings: a comma in a text of CSV makes some."""
    found = [
        (number, column)
        for number, cells in rows
        for column in range(headings.width, len(cells))
        if cells[column].text.strip()
    ]
    if found:
        row, column = found[0]
        count = len({number for number, _ in found})
        params = {"row": row, "column": letter(column), "count": count}
        yield Reason(code="table-beside", params=params)


def _no_work(row: Row, headings: Headings, base: Path, *, first: bool) -> str | None:
    """Why a row is no work: the code of the note that says so; never where its files exist."""
    if _is_example(row, headings, base):
        return "table-example"
    if headings.is_repeated(row):
        return "table-heading-again"
    texts = [cell.text.strip() for cell in row[1] if cell.text.strip()]
    remarks = first and all(text.strip(_BRACKETS).startswith(_HINTS) for text in texts)
    below = texts[0].replace(" ", "").replace("\u3000", "").startswith(_BELOW)
    if not (remarks or below) or _names_a_file(row, headings, base):
        return None
    return "table-row-passed"


def _is_example(row: Row, headings: Headings, base: Path) -> bool:
    """Whether a row is the template's own example, left in; never where its files exist."""
    filled = {column: cell.text.strip() for column, cell in cells_of(headings, row[1])}
    return is_example(filled) and not _names_a_file(row, headings, base)


def _names_a_file(row: Row, headings: Headings, base: Path) -> bool:
    """Whether one of the files that a row names is there."""
    filled = {column: cell.text.strip() for column, cell in cells_of(headings, row[1])}
    try:
        return any((base / filled[role]).exists() for role in FILES if filled.get(role))
    except OSError:  # no file can have such a name: the row is read, and says so
        return True


def _submission(row: Row, headings: Headings, base: Path) -> Submission:
    number, cells = row
    problems: list[Reason] = []
    wrong: list[Reason] = []
    filled: dict[str, str] = {}
    for column, cell in cells_of(headings, cells):
        where = {"row": number, "column": headings.place(column)}
        bad = _cell_problem(column, cell, where)
        if bad is None:
            filled[column] = cell.text.strip()
            if note := _note(column, cell, where):
                problems.append(note)
        elif column in FIELDS:
            problems.append(bad)
        else:
            wrong.append(bad)
    personal = [cells[n].text for n in headings.personal if n < len(cells)]
    files: dict[str, str] = {}
    for role in FILES:
        if filled.get(role):
            where = {"row": number, "column": headings.place(role)}
            found = _path(filled[role], base)
            if "://" in filled[role]:
                wrong.append(Reason(code="table-path-url", params=where))
            elif found is None:
                wrong.append(Reason(code="table-path-outside", params=where))
            else:
                files[role] = str(found)
    names = hidden_names(files, personal)
    for role, _ in names:
        where = {"row": number, "column": headings.place(role)}
        problems.append(Reason(code="table-file-personal", params=where))
    if "video" in headings.at and not files.get("video") and not wrong:
        where = {"row": number, "column": headings.place("video")}
        (problems if files else wrong).append(Reason(code="table-no-video", params=where))
    elif not files and not wrong:
        wrong.append(Reason(code="table-row-no-files", params={"row": number}))
    category, unclear = _category(filled.get("category", ""))
    if unclear:
        where = {"row": number, "column": headings.place("category")}
        wrong.append(Reason(code="table-category", params=where))
    name, bad_name = _id(filled.get("id", ""), number, personal)
    if bad_name:
        where = {"row": number, "column": headings.place("id")}
        wrong.append(Reason(code="table-id", params=where))
    return Submission(
        id=name,
        row=number,
        video=files.get("video"),
        bo=files.get("bo"),
        zh=files.get("zh"),
        category=category,
        form=form_of(
            {name: text for name, text in filled.items() if name in FIELDS},
            personal=personal,
            look=Look(base=base, within=base),
        )
        if set(FIELDS) & set(headings.at)
        else None,
        problems=tuple(problems),
        wrong=wrong[0] if wrong else None,
        names=names,
    )


def _cell_problem(column: str, cell: Cell, where: Mapping[str, object]) -> Reason | None:
    """Why a cell cannot be taken for what it shows."""
    if cell.kind in _UNREADABLE:
        return Reason(code=_UNREADABLE[cell.kind], params=where)
    if cell.kind == "date" and column not in ("first_broadcast",):
        return Reason(code="table-date", params=where)
    return None


def _note(column: str, cell: Cell, where: Mapping[str, object]) -> Reason | None:
    """What a person should know of a cell that is taken as it is."""
    text = cell.text.strip()
    if column == "first_broadcast" and _SERIAL.fullmatch(text):
        day = _EXCEL_DAY_0 + timedelta(days=int(float(text)))
        params = {**where, "found": text, "day": day.isoformat()}
        return Reason(code="table-date-number", params=params)
    return None


def _path(text: str, base: Path) -> Path | None:
    """The file that a cell names; ``None`` where it is outside of the table's folder."""
    if "\0" in text:
        return None
    text = text.strip(_QUOTES)  # as Windows copies a path
    if _DRIVE.match(text) and not Path(text).is_absolute():  # of another computer
        return None
    path = base / text
    if "\\" in text and not exists(path):  # as Windows writes it
        path = base / text.replace("\\", "/")
    return path if lies_within(path, base) else None


def _category(text: str) -> tuple[Category | None, bool]:
    """The category, and whether the words are none that are known."""
    if not text:
        return None, False
    plain = plain_heading(text)
    for words, category in _categories().items():
        if plain_heading(words) == plain:
            return category, False
    return None, True


def _categories() -> dict[str, Category]:
    titles: dict[str, Category] = {}
    for profile in profiles().values():
        for category, rules in profile.categories.items():
            titles |= {rules.title.zh: category, rules.title.en: category}
    return titles | _CATEGORIES


def _id(text: str, number: int, personal: Sequence[str]) -> tuple[str, bool]:
    """The work's id, from the row's number where none is given; and whether it is unfit.

    :param personal: what the row has where personal things are asked for.
    """
    name = normal(text)
    if not name:
        return f"row-{number}", False
    fit = is_fit(name) and name == without_personal(name, personal)
    return (name, False) if fit else (f"row-{number}", True)


def _without_doubles(works: Sequence[Submission]) -> tuple[Submission, ...]:
    """The works with every later one of the same id made wrong."""
    return tuple(_marked(works))


def _marked(works: Sequence[Submission]) -> Iterator[Submission]:
    seen: dict[str, Submission] = {}
    taken = {folded(work.id) for work in works}
    for work in works:
        first = seen.setdefault(folded(work.id), work)
        if first is work:
            yield work
            continue
        name = f"{work.id}-{work.row}"
        while folded(name) in taken:
            name += "x"
        taken.add(folded(name))
        params = {"row": work.row, "id": work.id, "first": first.row}
        yield replace(work, id=name, wrong=Reason(code="table-id-twice", params=params))


__all__ = ["COLUMNS", "Works", "letter", "load_table"]
