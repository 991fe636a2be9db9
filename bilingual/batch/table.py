"""A table of works, or a folder with a sub-folder for each: read with care.

What is wrong in a row is said of that row, with its number and column, and the others
are read all the same. What is personal in a table is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final, overload

from bilingual.arguments import PATH, checked
from bilingual.batch.cells import table_rows
from bilingual.batch.columns import COLUMNS, FILES, Headings, cells_of, headings_of, letter
from bilingual.batch.folder import folder_works
from bilingual.batch.ids import folded, is_fit, normal
from bilingual.batch.model import Submission
from bilingual.batch.template import is_example
from bilingual.config import Category, profiles
from bilingual.errors import InputError
from bilingual.files import StrPath, display_name
from bilingual.fixes.sheet_cells import Cell, Row
from bilingual.form import Look, form_of
from bilingual.form.fields import FIELDS, plain_heading
from bilingual.form.pledge import lies_within
from bilingual.model import Reason

_UNREADABLE: Final[dict[str, str]] = {
    "formula": "table-formula",
    "error": "table-error",
    "boolean": "table-boolean",
    "merged": "table-merged",
}
_SERIAL: Final = re.compile(r"[34]\d{4}(?:\.0+)?")
_EXCEL_DAY_0: Final = date(1899, 12, 30)
_CATEGORIES: Final[dict[str, Category]] = {
    "bilingual": "bilingual",
    "chinese": "chinese",
    "双语": "bilingual",
    "藏汉双语": "bilingual",
    "汉语": "chinese",
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
    """The works that a table names (CSV, TSV, XLSX, JSON), or a folder holds.

    Columns go by English name or by the form's own words, in any order. Paths start from
    the table's folder and may not leave it. A row that is wrong comes with ``wrong``, and
    the others are as they would be without it. The example of the template is no work: where
    it was left in, ``notes`` says so.

    :raises InputError: nothing can be made of it: it is missing, empty, damaged or too
        large (``file-…``, ``sheet-…``, ``table-empty``, ``table-json``), no column is known
        (``table-headings``), or none of them names files (``table-no-files``).
    :raises DependencyError: ``xlsx-missing``.
    """
    place = Path(path)
    if place.is_dir():
        return Works(folder_works(place))
    rows = table_rows(place)
    shown = display_name(str(place))
    headings = headings_of(rows)
    if headings is None:
        raise InputError("table-headings", path=shown, row=rows[0][0])
    if not set(FILES) & set(headings.at):
        raise InputError("table-no-files", path=shown, row=headings.row)
    base = place.absolute().parent
    below = [row for row in rows if row[0] > headings.row]
    examples = [row for row in below if _is_example(row, headings, base)]
    if len(examples) == len(below):
        raise InputError("table-empty", path=shown)
    works = tuple(_submission(row, headings, base) for row in below if row not in examples)
    passed = [Reason(code="table-example", params={"row": number}) for number, _ in examples]
    return Works(_without_doubles(works), (*headings.notes, *passed))


def _is_example(row: Row, headings: Headings, base: Path) -> bool:
    """Whether a row is the template's own example, left in; never where its files exist."""
    filled = {column: cell.text.strip() for column, cell in cells_of(headings, row[1])}
    if not is_example(filled):
        return False
    return not any((base / filled[role]).exists() for role in FILES if filled.get(role))


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
            if found is None:
                wrong.append(Reason(code="table-path-outside", params=where))
            else:
                files[role] = str(found)
    if "video" in headings.at and not files.get("video") and not wrong:
        where = {"row": number, "column": headings.place("video")}
        (problems if files else wrong).append(Reason(code="table-no-video", params=where))
    elif not files and not wrong:
        wrong.append(Reason(code="table-row-no-files", params={"row": number}))
    category, unclear = _category(filled.get("category", ""))
    if unclear:
        where = {"row": number, "column": headings.place("category")}
        wrong.append(Reason(code="table-category", params=where))
    name, bad_name = _id(filled.get("id", ""), number)
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
    path = base / text
    if "\\" in text and not path.exists():  # as Windows writes it
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


def _id(text: str, number: int) -> tuple[str, bool]:
    """The work's id, from the row's number where none is given; and whether it is unfit."""
    name = normal(text)
    if not name:
        return f"row-{number}", False
    return (name, False) if is_fit(name) else (f"row-{number}", True)


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
