"""Results of the benches as typed values: what was measured, on what, and by which command.

``tests/bench`` writes one JSON file a run (``bilingual.bench/1``); its Markdown tables
and ``method.ipynb`` are made from these files. Text in them is Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from bilingual.errors import InputError

SCHEMA: Final = "bilingual.bench/1"

Number = int | float


class Quantity(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What one number of a cell is, and its unit (``ratio``, ``ms``, ``count`` …)."""

    name: str
    unit: str


class Column(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A column: labels where it has no quantities, else as many numbers a cell as quantities.

    ``shown`` formats the numbers of a cell (``{:.3f} / {:.3f}``).
    """

    title: str
    quantities: tuple[Quantity, ...] = ()
    shown: str = "{}"


class Cell(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Numbers that are shown in another way than the rest of their column.

    ``units`` where they differ from the column's.
    """

    values: tuple[Number | None, ...]
    shown: str
    units: tuple[str, ...] = ()


Entry = str | int | float | tuple[Number | None, ...] | Cell | None
"""A label, one number, several numbers, numbers with a form of their own, or nothing."""


class Table(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Figures in rows; ``n`` is how many cases each row rests on, where that is one number."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Entry, ...], ...]
    n: int | None = None

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.title}: a row of {len(row)} cells")
            for column, entry in zip(self.columns, row, strict=True):
                _check(column, entry)

    def column(self, title: str) -> int:
        """The place of the column whose title begins so, without regard to case.

        :raises KeyError: there is no such column.
        """
        for place, column in enumerate(self.columns):
            if plain(column.title).lower().startswith(title.lower()):
                return place
        raise KeyError(f"{self.title}: no column {title!r}")

    def text(self, row: int, column: int) -> str:
        """A cell as it is shown, as Markdown."""
        entry, form = self.rows[row][column], self.columns[column].shown
        if entry is None:
            return ""
        if isinstance(entry, str):
            return entry
        if isinstance(entry, Cell):
            return entry.shown.format(*entry.values)
        return form.format(*_numbers(entry))

    def names(self) -> list[str]:
        """A name for each row: its first cell; where that is empty in some rows, two cells."""
        labels = [self.text(row, 0) for row in range(len(self.rows))]
        if all(labels) or len(self.columns) < 2:
            return labels
        names, last = [], ""
        for row, label in enumerate(labels):
            last = label or last
            names.append(f"{last} · {self.text(row, 1)}")
        return names

    def values(self, column: int, quantity: int = 0) -> list[Number | None]:
        """The numbers of one quantity of a column, a row each; ``None`` where there is none."""
        return [
            found[quantity] if len(found := _numbers(row[column])) > quantity else None
            for row in self.rows
        ]

    def units(self, column: int, quantity: int = 0) -> list[str]:
        """The units of these numbers, a row each; empty where a cell has no such number."""
        quantities = self.columns[column].quantities
        found = []
        for row, value in zip(self.rows, self.values(column, quantity), strict=True):
            entry = row[column]
            if value is None:
                found.append("")
            elif isinstance(entry, Cell) and entry.units:
                found.append(entry.units[quantity])
            else:
                found.append(quantities[quantity].unit)
        return found


def _numbers(entry: Entry) -> Sequence[Number | None]:
    if isinstance(entry, Cell):
        return entry.values
    if entry is None or isinstance(entry, str):
        return ()
    return entry if isinstance(entry, tuple) else (entry,)


def _check(column: Column, entry: Entry) -> None:
    """Every number has a quantity, and those of a cell can be shown."""
    numbers = _numbers(entry)
    if len(numbers) > len(column.quantities):
        raise ValueError(f"{column.title}: {len(numbers)} numbers for a cell of fewer quantities")
    if isinstance(entry, Cell) and entry.units and len(entry.units) != len(entry.values):
        raise ValueError(f"{column.title}: as many units as values are needed")
    if numbers:
        form = entry.shown if isinstance(entry, Cell) else column.shown
        try:
            form.format(*numbers)
        except (IndexError, TypeError, KeyError) as error:
            raise ValueError(f"{column.title}: {form!r} does not show {numbers}") from error


class Figure(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """One number with its unit, and how many cases it rests on."""

    value: Number
    unit: str
    n: int | None = None
    shown: str = "{}"

    def text(self) -> str:
        """The number as it is shown."""
        return self.shown.format(self.value)


class Machine(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Where it was measured; ``load`` is the average of the minute before."""

    description: str
    cores: int | None = None
    python: str | None = None
    load: float | None = None


class Result(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What one run of a bench measured.

    ``date`` is YYYY-MM-DD, ``data`` the names of the texts it was measured on.
    ``transferred`` says that the figures were taken over from a Markdown table
    that an earlier run had printed. ``notes_from`` is the date of the run that notes
    and single figures are about, where some are not about this one.
    """

    schema: str
    command: str
    date: str
    machine: Machine
    seeds: tuple[int, ...] = ()
    data: tuple[str, ...] = ()
    transferred: bool = False
    tables: dict[str, Table] = {}
    figures: dict[str, Figure] = {}
    notes: dict[str, str] = {}
    notes_from: str = ""

    def remarks(self) -> tuple[str, ...]:
        """Which of its figures are not written by the run itself; none where all are."""
        return tuple(
            remark
            for remark, holds in (
                ("figures taken over from an earlier table", self.transferred),
                (f"notes and some single figures of {self.notes_from}", bool(self.notes_from)),
            )
            if holds
        )


def read_result(path: Path) -> Result:
    """A result from its JSON file.

    :raises InputError: ``bench-result-damaged``: it is no result, with the place.
    """
    try:
        result = msgspec.json.decode(path.read_bytes(), type=Result)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError("bench-result-damaged", path=str(path), detail=str(error)) from error
    if result.schema != SCHEMA:
        raise InputError("bench-result-damaged", path=str(path), detail=f"schema {result.schema}")
    return result


def plain(text: str) -> str:
    """Markdown without its marks for bold and code."""
    return re.sub(r"\*\*|`", "", text).strip()
