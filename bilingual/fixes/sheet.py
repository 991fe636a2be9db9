"""A translator's sheet: its columns, what goes into its cells, and reading it back.

A sheet goes out with a row for each cue of a pair (``render/sheet.py`` writes it)
and comes back with corrected texts. A row that is wrong is named and left out; it never
costs the others.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bilingual.errors import InputError
from bilingual.files import display_name, read_at_most
from bilingual.fixes.sheet_cells import EMPTY, MAX_BYTES, MAX_CELL, Cell, Row, read_cells
from bilingual.locale import catalogue
from bilingual.model import LANGUAGES, Language

COLUMNS: Final = (
    "pair",
    "zh_cue",
    "zh_start",
    "zh_end",
    "zh_text",
    "bo_cue",
    "bo_start",
    "bo_end",
    "bo_text",
    "finding",
    "suggestion",
    "bo_corrected",
    "zh_corrected",
    "comment",
)
"""The columns in order; a reader finds them by their titles, in any order."""

_UNSHOWABLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u2028\u2029]"
)
_SHOWN: Final = re.compile("⟨U\\+([0-9A-F]{4})⟩")
_TIME: Final = re.compile(
    r"(?:([0-9]{1,3}):)?([0-9]{1,2}):([0-9]{1,2})(?:[.,]([0-9]{1,6}))?", re.ASCII
)
_EXACT: Final = re.compile(r"[0-9]{2,}:[0-9]{2}:[0-9]{2}\.[0-9]{3}", re.ASCII)
_NO_CUE: Final = frozenset({"", "-", "–", "—", "无", "没有"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One language of a row (1-based) of a sheet.

    ``cue`` is the cue's index (0-based), ``None`` where the row has none, and
    ``cue_cell`` what its cell says. ``original`` is the text that went out, ``corrected``
    what came back. ``span_ms`` is the time that the row shows for this language,
    ``other_ms`` the one for the other, ``None`` where there is none.
    """

    row: int
    side: Language
    cue: int | None
    cue_cell: Cell = EMPTY
    original: Cell = EMPTY
    corrected: Cell = EMPTY
    span_ms: tuple[int, int] | None = None
    other_ms: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet as it came back.

    ``titles`` are the columns' titles in it, ``digests`` those of the cues' texts when
    it went out (empty for one that carries none). ``resaved``: whether a spreadsheet
    program has read a CSV file and written it its own way.
    """

    name: str
    rows: tuple[SheetRow, ...]
    titles: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[tuple[Language, int], str] = field(default_factory=dict)
    resaved: bool = False

    def title(self, column: str) -> str:
        """A column's title in this sheet."""
        return self.titles.get(column, column)


def showable(text: str) -> str:
    """Text as a cell can hold it: control characters and halves of pairs as ⟨U+XXXX⟩."""
    return _UNSHOWABLE.sub(lambda m: f"⟨U+{ord(m.group()):04X}⟩", text)[:MAX_CELL]


def restored(text: str, original: str) -> str:
    """A cell's text with the characters that :func:`showable` had replaced.

    :param original: the cue's own text; only what is in it can have been replaced.
    """

    def char(match: re.Match[str]) -> str:
        own = chr(int(match.group(1), 16))
        return own if own in original else match.group()

    return _SHOWN.sub(char, text)


def even(text: str) -> str:
    """Text for comparison: without blanks at the ends of lines, and around the whole."""
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))


def digest(text: str) -> str:
    """What a cue's text is known again by, as a cell shows it."""
    shown = even(showable(text)).encode("utf-8", "surrogatepass")
    return hashlib.sha256(shown).hexdigest()[:16]


def read_sheet(path: str | Path) -> Sheet:
    """A sheet that came back, as it is; nothing in it is compared with a track.

    CSV in UTF-8, or as Excel saves Unicode text, with commas, semicolons or
    tabs; or an .xlsx workbook, whose first page counts.

    :raises InputError: ``sheet-unreadable``, ``sheet-too-large``, ``sheet-columns`` or
        ``sheet-encoding``; ``file-…`` as any input.
    :raises DependencyError: ``xlsx-missing``: a workbook, and no openpyxl.
    """
    name = display_name(Path(path).name)
    data = read_at_most(path, MAX_BYTES + 1)
    cells = read_cells(data, name)
    header = cells.rows[0][1] if cells.rows else ()
    places = _places(header, name)
    body = cells.rows[1:]
    return Sheet(
        name=name,
        rows=tuple(_rows(body, places)),
        titles={column: header[place].text.strip() for column, place in places.items()},
        digests=_digests(cells.digests),
        resaved=not cells.workbook and _resaved(body, places),
    )


def _places(header: Sequence[Cell], name: str) -> dict[str, int]:
    """Where each column is, by its title in any language or its own name."""
    titles: dict[str, str] = {}
    for column in COLUMNS:
        words = catalogue()["ui"][f"sheet-{column}"]
        for title in (column, *words.values()):
            titles[title.casefold()] = column
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        column = titles.get(cell.text.strip().casefold(), "")
        if column:
            places.setdefault(column, place)
    sides = [s for s in LANGUAGES if f"{s}_corrected" in places]
    missing = [
        f"{s}_{part}" for s in sides for part in ("cue", "text") if f"{s}_{part}" not in places
    ]
    if not sides or missing:
        wanted = missing or ["bo_corrected", "zh_corrected"]
        raise InputError("sheet-columns", path=name, columns=wanted)
    return places


def _rows(rows: Sequence[Row], places: Mapping[str, int]) -> Iterator[SheetRow]:
    for number, cells in rows:
        at = {column: _at(cells, place) for column, place in places.items()}
        times = {side: _span(at, side) for side in LANGUAGES}
        for side in LANGUAGES:
            if f"{side}_corrected" not in places:
                continue
            cue = at[f"{side}_cue"]
            one = SheetRow(
                row=number,
                side=side,
                cue=_cue(cue),
                cue_cell=Cell(cue.text.strip(), cue.kind),
                original=_lines(at[f"{side}_text"]),
                corrected=_lines(at[f"{side}_corrected"]),
                span_ms=times[side],
                other_ms=times["zh" if side == "bo" else "bo"],
            )
            if one.cue is not None or one.corrected != EMPTY:
                yield one


def _at(cells: Sequence[Cell], place: int) -> Cell:
    return cells[place] if place < len(cells) else EMPTY


def _cue(cell: Cell) -> int | None:
    """The index that a cue's number gives, ``None`` where it is no number."""
    plain = cell.kind in ("text", "number")
    found = re.fullmatch(r"([0-9]{1,7})(?:\.0)?", cell.text.strip(), re.ASCII) if plain else None
    return None if found is None or int(found.group(1)) < 1 else int(found.group(1)) - 1


def says_no_cue(row: SheetRow) -> bool:
    """Whether a row has no cue of this language, and says nothing else."""
    return row.cue is None and row.cue_cell.text in _NO_CUE


def _lines(cell: Cell) -> Cell:
    text = cell.text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    return EMPTY if not text.strip() and cell.kind == "text" else Cell(text, cell.kind)


def _span(at: Mapping[str, Cell], side: Language) -> tuple[int, int] | None:
    start = _time(at.get(f"{side}_start", EMPTY))
    end = _time(at.get(f"{side}_end", EMPTY))
    return (start, end) if start is not None and end is not None and start < end else None


def _time(cell: Cell) -> int | None:
    """A time in milliseconds, also as Excel writes it: 01:16.6, or a time of day."""
    found = _TIME.fullmatch(cell.text.strip().removeprefix("'"))
    if found is None or cell.kind not in ("text", "date"):
        return None
    hours, minutes, seconds, fraction = found.groups()
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1000 + round(int((fraction or "0").ljust(6, "0")) / 1000)


def _resaved(rows: Sequence[Row], places: Mapping[str, int]) -> bool:
    """Whether a program has taken our times for times, and written them in its own form."""
    columns = [places[f"{s}_{part}"] for s in LANGUAGES for part in ("start", "end")
               if f"{s}_{part}" in places]  # fmt: skip
    shown = [_at(cells, place).text.strip() for _, cells in rows for place in columns]
    return any(
        _TIME.fullmatch(text) is not None and _EXACT.fullmatch(text) is None for text in shown
    )


def _digests(rows: Sequence[Sequence[str]]) -> dict[tuple[Language, int], str]:
    known: dict[tuple[Language, int], str] = {}
    for cells in rows:
        for side in LANGUAGES:
            if len(cells) >= 3 and cells[0] == side and re.fullmatch(r"[0-9]{1,7}", cells[1]):
                known[side, int(cells[1]) - 1] = cells[2]
    return known
