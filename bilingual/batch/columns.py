"""The columns of a table of works, by English name or by the form's own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bilingual.fixes.sheet_cells import Cell, Row
from bilingual.form import FIELDS, field_of, is_personal, without_personal
from bilingual.form.fields import PERSONAL, plain_heading
from bilingual.model import Reason

OWN: Final = {
    "id": "编号",
    "video": "视频文件",
    "bo": "藏文字幕",
    "zh": "中文字幕",
    "category": "微视频类别",
}
"""The columns that are no fields of the form, and what the form calls each."""

FILES: Final = ("video", "bo", "zh")
COLUMNS: Final = {**OWN, **FIELDS}
"""All columns that are read, in the order of the template."""

_ALSO: Final = {
    "id": ("序号", "作品编号", "编码", "no", "no."),
    "video": ("视频", "视频文件名", "视频路径", "作品文件", "文件"),
    "bo": ("藏文字幕文件", "藏语字幕", "藏文"),
    "zh": ("中文字幕文件", "汉文字幕", "汉语字幕", "中文"),
    "category": ("类别", "参评类别", "作品类别"),
}
_OWN: Final = {
    plain_heading(words): name for name in OWN for words in (name, OWN[name], *_ALSO[name])
}
_LOOK: Final = 12  # rows in which the headings are looked for: sheets have a title above
_ENOUGH: Final = 2
_SHOWN: Final = 40


def column_of(heading: str) -> str | None:
    """The column that a heading stands for; a personal one as ``contact``; ``None`` for none."""
    own = _OWN.get(plain_heading(heading))
    if own is not None:
        return own
    found = field_of(heading)
    return "contact" if found in PERSONAL else found


def letter(index: int) -> str:
    """A column's letters as spreadsheets show them; ``index`` from 0."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class Headings:
    """Where the columns are: by name the index, from 0; and the row of the headings."""

    row: int
    at: Mapping[str, int]
    personal: Sequence[int]
    notes: Sequence[Reason]

    def place(self, column: str) -> str:
        """A column as a message names it: the form's words and its letter."""
        return f"{COLUMNS[column]}（{letter(self.at[column])}）"


def headings_of(rows: Sequence[Row]) -> Headings | None:
    """The headings among the first rows; ``None`` where no row has any that is known."""
    best: tuple[int, Row] | None = None
    for row in rows[:_LOOK]:
        known = {column_of(cell.text) for cell in row[1] if cell.text.strip()} - {None}
        if known and (best is None or len(known) > best[0]):
            best = (len(known), row)
    if best is None or (best[0] < _ENOUGH and not _names_a_file(best[1])):
        return None
    return _headings(best[1])


def _names_a_file(row: Row) -> bool:
    return any(column_of(cell.text) in FILES for cell in row[1])


def _headings(row: Row) -> Headings:
    at: dict[str, int] = {}
    personal: list[int] = []
    notes: list[Reason] = []
    for index, cell in enumerate(row[1]):
        heading = cell.text.strip()
        if not heading:
            continue
        column = column_of(heading)
        where: dict[str, str | int] = {"row": row[0], "column": letter(index)}
        where["heading"] = _safe(heading)
        if column == "contact":
            personal.append(index)
        elif column is None:
            likely = _likely(heading)
            code = "table-heading-near" if likely else "table-heading-unknown"
            notes.append(
                Reason(code=code, params={**where, **({"likely": likely} if likely else {})})
            )
        elif column in at:
            notes.append(Reason(code="table-heading-twice", params=where))
        else:
            at[column] = index
    return Headings(row=row[0], at=at, personal=personal, notes=notes)


def _safe(heading: str) -> str:
    return without_personal(" ".join(heading.split()))[:_SHOWN]


def _likely(heading: str) -> str:
    """The column's words that a heading looks like; empty for none."""
    from rapidfuzz import fuzz, process

    if is_personal(heading):
        return ""
    words = [*COLUMNS, *COLUMNS.values()]
    found = process.extractOne(plain_heading(heading), words, scorer=fuzz.ratio, score_cutoff=65)
    return "" if found is None else str(found[0])


def cells_of(headings: Headings, cells: Sequence[Cell]) -> Iterator[tuple[str, Cell]]:
    """The columns that there are, and the row's cell of each."""
    for column, index in headings.at.items():
        yield column, cells[index] if index < len(cells) else Cell()
