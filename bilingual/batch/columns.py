"""The columns of a table of works, by English name or by the form's own words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bilingual.fixes.sheet_cells import Cell, Row
from bilingual.form import FIELDS, field_of, is_personal, without_personal
from bilingual.form.fields import PERSONAL, plain_heading
from bilingual.model import Reason
from bilingual.text.chinese import to_simplified

OWN: Final = {
    "id": "编号",
    "video": "视频文件",
    "bo": "藏文字幕",
    "zh": "中文字幕",
    "category": "微视频类别",
}
"""The columns that are no fields of the form, and what the form calls each."""

KEYS_ROW: Final = 0
"""The number of the row that the keys of a JSON table stand for."""

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
_COUNTED: Final = ("序号", "No", "No.", "NO", "NO.")  # beside an id: the row's number alone
_LOOK: Final = 30  # rows in which the headings are looked for: sheets have a title above
_ENOUGH: Final = 2
_SHOWN: Final = 40
_SPLIT: Final = 2  # rows above that may hold a part of the headings
_LONGEST: Final = 300  # characters of a heading
_AFTER_A_NUMBER: Final = "、.)"
_NUMERALS: Final = frozenset("(0123456789一二三四五六七八九十")
_NUMBER: Final = 4


def column_of(heading: str) -> str | None:
    """The column that a heading stands for; a personal one as ``contact``; ``None`` for none."""
    return _column(heading)[0]


def _column(heading: str) -> tuple[str | None, int]:
    """The column, and how far the heading is from its words: 0 these, 1 others, 2 adorned."""
    heading = heading[:_LONGEST]
    plain = plain_heading(heading)
    own = _OWN.get(plain)
    if own is not None:
        return own, int(plain not in (own, plain_heading(OWN[own])))
    found = field_of(heading)
    if found is not None:
        return ("contact" if found in PERSONAL else found), int(
            plain != plain_heading(COLUMNS.get(found, ""))
        )
    bare = _bare(heading)
    if bare and bare != plain:
        return _column(bare)[0], 2
    return None, 2


def _bare(heading: str) -> str:
    """A heading without what people put around it: a number, brackets, a remark behind it.

    In Simplified characters. What is personal in it was seen before.
    """
    text = to_simplified(unicodedata.normalize("NFKC", heading)).strip("* \n\t★")
    for mark in _AFTER_A_NUMBER:
        number, found, rest = text.partition(mark)
        if found and rest and len(number) <= _NUMBER and set(number) <= _NUMERALS:
            text = rest.strip()
    text = text.strip('【】[]「」《》〈〉<>"“”')
    head, bracket, rest = text.partition("(")
    return plain_heading(head if bracket and rest.endswith(")") else text)


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
    """Where the columns are: by name the index, from 0; and the row of the headings.

    ``width``: how many columns there are up to the last with a heading.
    """

    row: int
    width: int
    at: Mapping[str, int]
    personal: Sequence[int]
    notes: Sequence[Reason]

    def place(self, column: str) -> str:
        """A column as a message names it: the form's words and its letter."""
        return f"{COLUMNS[column]}（{letter(self.at[column])}）"

    def is_repeated(self, row: Row) -> bool:
        """Whether a row below is the headings once more, as on every printed page."""
        texts = [
            (column, cell.text) for column, cell in cells_of(self, row[1]) if cell.text.strip()
        ]
        return len(texts) >= _ENOUGH and all(column_of(text) == name for name, text in texts)


def headings_of(rows: Sequence[Row]) -> Headings | None:
    """The headings among the first rows; ``None`` where no row has any that is known.

    Two rows may share them: a group's name over its columns, the others beside it.
    """
    best: tuple[int, int] | None = None
    for place, (_, cells) in enumerate(rows[:_LOOK]):
        known = {column_of(cell.text) for cell in cells if cell.text.strip()} - {None}
        if known and (best is None or len(known) > best[0]):
            best = (len(known), place)
    if best is None or (best[0] < _ENOUGH and not _names_a_file(rows[best[1]])):
        return None
    number, cells = rows[best[1]]
    joined = list(cells)
    for other in reversed(rows[max(0, best[1] - _SPLIT) : best[1]]):
        joined = _joined(joined, other[1])
    below = rows[best[1] + 1 : best[1] + 2]
    if below and _fits_below(joined, below[0][1]):
        number, joined = below[0][0], _joined(joined, below[0][1])
    return _headings((number, joined))


def _joined(cells: Sequence[Cell], others: Sequence[Cell]) -> list[Cell]:
    """The headings, and of another row those that they have not."""
    known = {column_of(cell.text) for cell in cells if cell.text.strip()}
    found = [*cells, *([Cell()] * (len(others) - len(cells)))]
    for place, other in enumerate(others):
        column = column_of(other.text) if other.text.strip() else None
        own = found[place].text.strip()
        if column and column not in known and not (own and column_of(own)):
            found[place] = other
    return found


def _fits_below(cells: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Whether a row is nothing but headings that those above it lack."""
    known = {column_of(cell.text) for cell in cells if cell.text.strip()}
    columns = [column_of(cell.text) for cell in below if cell.text.strip()]
    return bool(columns) and None not in columns and known.isdisjoint(columns)


def _names_a_file(row: Row) -> bool:
    return any(column_of(cell.text) in FILES for cell in row[1])


def _headings(row: Row) -> Headings:
    at: dict[str, int] = {}
    personal: list[int] = []
    notes: list[Reason] = []
    named = [(n, cell.text.strip()) for n, cell in enumerate(row[1]) if cell.text.strip()]
    nearest = {n: _column(heading) for n, heading in named}
    for index, (column, _) in sorted(nearest.items(), key=lambda item: (item[1][1], item[0])):
        if column and column != "contact":
            at.setdefault(column, index)
    for index, heading in named:
        column, _ = nearest[index]
        where: dict[str, str | int] = {"row": row[0], "column": letter(index)}
        where["heading"] = safe_heading(heading)
        if column == "contact":
            personal.append(index)
        elif column is None:
            notes.append(_unknown(where, heading))
        elif at[column] != index and heading not in _COUNTED:
            notes.append(Reason(code="table-heading-twice", params=where))
    width = 1 + max(index for index, _ in named)
    return Headings(row=row[0], width=width, at=at, personal=personal, notes=notes)


def _unknown(where: Mapping[str, str | int], heading: str) -> Reason:
    if where["row"] == KEYS_ROW:
        return Reason(code="table-key-unknown", params={"heading": where["heading"]})
    likely = _likely(heading)
    if likely:
        return Reason(code="table-heading-near", params={**where, "likely": likely})
    return Reason(code="table-heading-unknown", params=where)


def safe_heading(heading: str) -> str:
    """A heading as a message shows it, without what is personal."""
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
