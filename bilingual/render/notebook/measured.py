"""The measured tables of how good the checks are, read from their Markdown files.

Nothing is measured here and no figure stands in the code: what the benches wrote
into ``tests/bench/*.md`` and ``models/risk.md`` is read, shown and drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

from bilingual.render.notebook.drawing import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PALE,
    YELLOW,
    Picture,
    drawn,
    picture,
)
from bilingual.render.notebook.shown import framed
from bilingual.resources import measured_files

_NUMBER: Final = re.compile(r"(?<![\w.])(\d[\d,]*(?:\.\d+)?|\.\d+)(\s*%)?")
_RULE: Final = re.compile(r":?-+:?")
_COLORS: Final = (BLUE, ORANGE, GREEN, YELLOW, GREY)
_MOST_COLUMNS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of a Markdown file, with its heading and the words before it."""

    file: str
    heading: str
    lead: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def _repr_html_(self) -> str:
        head = "".join(
            f'<th scope="col">{_inline(cell)}</th>' if cell else "<td></td>" for cell in self.header
        )
        body = "".join(
            "<tr>" + "".join(f"<td>{_inline(cell)}</td>" for cell in row) + "</tr>"
            for row in self.rows
        )
        return framed(
            f"<p><b>{_inline(self.heading)}</b><br>{_inline(self.lead)}</p>"
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            f'<p class="quiet">{escape(self.file)}</p>'
        )

    def column(self, name: str) -> int:
        """The place of the column whose title begins so. ``KeyError`` without one."""
        for place, title in enumerate(self.header):
            if title.strip("` *").lower().startswith(name.lower()):
                return place
        raise KeyError(f"{self.file}: no column {name!r} in {self.header}")

    def names(self) -> list[str]:
        """What each row is called: its first cell; where that repeats by being empty, two."""
        names, last = [], ""
        doubled = any(not row[0] for row in self.rows) and len(self.header) > 1
        for row in self.rows:
            last = row[0] or last
            names.append(f"{last} · {row[1]}" if doubled else last)
        return names

    def values(self, column: int, part: int = 0) -> list[float | None]:
        """Figures of a column, row by row: the ``part``-th number of each cell.

        ``12 %`` is 0.12; ``None`` where a cell has no such number.
        """
        return [
            found[part] if len(found := numbers(row[column])) > part else None for row in self.rows
        ]


class Tables(tuple[Table, ...]):
    """Tables in a row; a notebook shows one after the other."""

    def _repr_html_(self) -> str:
        return "".join(table._repr_html_() for table in self)


def measured() -> Mapping[str, Tables]:
    """Every table by the name of its file (``alignment``, ``numbers``, ``risk`` …)."""
    return {path.stem: read_tables(path) for path in measured_files()}


def read_tables(path: Path) -> Tables:
    """The tables of a Markdown file, in order; an odd row is left out."""
    heading, lead = "", ""
    found: list[Table] = []
    block: list[str] = []
    fresh = True
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith("|"):
            block.append(line)
            continue
        if block:
            found += _table(path.name, heading, lead, block)
            block, lead = [], ""
        if line.startswith("#"):
            heading, lead = line.lstrip("# "), ""
        elif line.strip():
            # Of several paragraphs the last one speaks of the table.
            lead = line.strip() if fresh else f"{lead} {line.strip()}"
        fresh = not line.strip()
    return Tables(found)


def _table(file: str, heading: str, lead: str, block: Sequence[str]) -> list[Table]:
    cells = [[c.strip() for c in line.strip().strip("|").split("|")] for line in block]
    if len(cells) < 3 or not all(_RULE.fullmatch(c) for c in cells[1]):
        return []
    header = tuple(cells[0])
    rows = tuple(tuple(row) for row in cells[2:] if len(row) == len(header))
    return [Table(file=file, heading=heading, lead=lead.strip(), header=header, rows=rows)]


def numbers(cell: str) -> list[float]:
    """The figures in a cell, percentages as shares."""
    return [
        float(digits.replace(",", "")) / (100 if percent else 1)
        for digits, percent in _NUMBER.findall(cell.replace("*", ""))
    ]


def _inline(text: str) -> str:
    """Markdown's bold and code as HTML, everything else escaped."""
    shown = escape(text)
    shown = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", shown)
    return re.sub(r"`(.+?)`", r"<code>\1</code>", shown)


def bars(
    table: Table,
    columns: Sequence[str],
    *,
    part: int = 0,
    title: str = "",
    keep: Callable[[str], bool] = bool,
    most: float = 1.0,
) -> Picture:
    """Some columns of a table side by side, a group of bars for each row.

    :param columns: beginnings of the columns' titles, five at the most.
    :param part: which number of a cell is drawn (of ``.93 / .98`` the second is 1).
    :param keep: says by its first cell whether a row is drawn.
    :param most: the axis' end; ratios end at 1.
    :raises KeyError: there is no such column.
    """
    places = [table.column(name) for name in columns][:_MOST_COLUMNS]
    names = table.names()
    kept = [n for n, name in enumerate(names) if keep(name)]
    height = 0.8 / max(1, len(places))
    with drawn(8, 1.0 + len(kept) * (0.22 + 0.16 * len(places))) as (figure, axes):
        told = []
        for series, place in enumerate(places):
            values = table.values(place, part)
            for row, n in enumerate(reversed(kept)):
                value = values[n]
                if value is None:
                    continue
                at = row + 0.4 - height * (series + 0.5)
                axes.barh(
                    at,
                    value,
                    height=height * 0.9,
                    color=_COLORS[series],
                    label=_bare(table.header[place]) if row == len(kept) - 1 else None,
                )
                axes.text(value + most * 0.01, at, f"{value:.3g}", va="center", fontsize=7.5)
                told.append(f"{_bare(names[n])}, {_bare(table.header[place])}: {value:g}")
        axes.set_yticks(range(len(kept)), [_bare(names[n]) for n in reversed(kept)])
        axes.set_xlim(0, most * 1.08)
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=8, frameon=False)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.tick_params(length=0)
        axes.set_title(title or table.heading, loc="left", fontsize=11)
        return picture(figure, "; ".join(told))


def calibration(table: Table, *, title: str = "") -> Picture:
    """Said risk against how many were faulty; on the line the two agree.

    The table's columns after the first hold «n mean-risk faulty».

    :raises KeyError: it is no such table.
    """
    table.column("risk")
    with drawn(5.2, 4.6) as (figure, axes):
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle="--")
        axes.fill_between([0, 1], [0, 0.9], [0.1, 1.0], color=PALE, zorder=0)
        told = []
        for series, name in enumerate(table.header[1:]):
            points = [
                (mean, faulty)
                for mean, faulty in zip(
                    table.values(series + 1, 1), table.values(series + 1, 2), strict=True
                )
                if mean is not None and faulty is not None
            ]
            label = _bare(name.split(":")[0])
            axes.plot(
                [x for x, _ in points],
                [y for _, y in points],
                "o-",
                color=_COLORS[series],
                label=label,
            )
            told += [f"{label} {x:g}: {y:g}" for x, y in points]
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.set_xlabel("风险（平均） · mean risk")
        axes.set_ylabel("其中确有错误的 · share that is faulty")
        axes.legend(fontsize=8, frameon=False)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        axes.set_title(title or table.heading, loc="left", fontsize=11)
        return picture(figure, "; ".join(told))


def _bare(text: str) -> str:
    return text.replace("*", "").replace("`", "")


def find(tables: Sequence[Table], *titles: str) -> Table:
    """The first table with columns that begin so. ``KeyError`` without one."""
    for table in tables:
        shown = [h.strip("` *").lower() for h in table.header]
        if all(any(h.startswith(t.lower()) for h in shown) for t in titles):
            return table
    raise KeyError(f"no table with the columns {titles}")
