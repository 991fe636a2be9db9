"""The measured figures of how good the checks are, shown and drawn from the benches' results.

Nothing is measured here and no figure is written in the code: what the benches wrote
into ``tests/bench/results/*.json`` is read.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib import resources
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final

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
from bilingual.render.notebook.results import Number, Result, Table, plain, read_result
from bilingual.render.notebook.shown import framed
from bilingual.render.words import ui
from bilingual.resources import measured_files
from bilingual.text.script import is_han

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLORS: Final = (BLUE, ORANGE, GREEN, YELLOW, GREY)
_MOST_COLUMNS: Final = len(_COLORS)
_BAR: Final = 0.16
"""Inches a bar takes, without the gap between groups."""
_LINE: Final = 0.18
"""Inches a line of a label takes."""
_LABEL: Final = 44
"""Characters after which a row's label goes on in a new line."""
_LEGEND: Final = 100
"""Characters that the names of the colours may take in one line."""


def measured() -> Mapping[str, Result]:
    """Every result by its name (``alignment-recut-flores``, ``numbers``, ``risk-quiz`` …).

    :raises InputError: ``bench-result-damaged``: a file is no result.
    """
    return {path.stem: read_result(path) for path in measured_files()}


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """Results one after the other: their tables, and the run that each comes from."""

    results: Mapping[str, Result]
    language: str = "en"

    def _repr_html_(self) -> str:
        return framed(
            *(_result_html(name, result, self.language) for name, result in self.results.items())
        )

    def __repr__(self) -> str:
        return ", ".join(self.results)


def show(results: Mapping[str, Result], *prefixes: str, language: str = "en") -> Sheet:
    """The results with tables whose names begin with one of these."""
    chosen = {n: r for n, r in results.items() if n.startswith(prefixes) and r.tables}
    return Sheet(chosen, language)


def rest(results: Mapping[str, Result], *prefixes: str, language: str = "en") -> Sheet:
    """The results with tables whose names begin with none of these."""
    chosen = {n: r for n, r in results.items() if not n.startswith(prefixes) and r.tables}
    return Sheet(chosen, language)


@dataclass(frozen=True, slots=True, repr=False)
class Measured:
    """The results in pictures and tables, with labels in one language."""

    language: str = "zh"
    results: Mapping[str, Result] = field(default_factory=measured)

    def bars(self, name: str, table: str, *columns: str, end: float = 1.0) -> Picture:
        """Columns of a result's table as bars; as :func:`bars`."""
        found = self.results[name].tables[table]
        return bars(found, columns, end=end, language=self.language)

    def calibration(self, *names: str) -> Picture:
        """The risk of some results against the share of faulty pairs."""
        tables = {
            ui(f"measured-of-{name}", self.language): self.results[name].tables["calibration"]
            for name in names
        }
        return calibration(tables, language=self.language)

    def tables(self, *prefixes: str) -> Sheet:
        """The tables of the results whose names begin so."""
        return show(self.results, *prefixes, language=self.language)

    def others(self, *prefixes: str) -> Sheet:
        """The tables of the results whose names do not begin so."""
        return rest(self.results, *prefixes, language=self.language)

    def __repr__(self) -> str:
        return ", ".join(self.results)


_SHARE: Final = re.compile(r"([0-9,]{1,12}) of ([0-9,]{1,12})")


@cache
def _words(language: str) -> Mapping[str, Mapping[str, str]]:
    """Labels in a language by their English, and pieces of labels; empty without a file."""
    file = resources.files(__package__).joinpath(f"measured-{language}.toml")
    if not file.is_file():
        return {"labels": {}, "parts": {}}
    found: Mapping[str, Any] = tomllib.loads(file.read_text("utf-8"))
    return found


def label_in(text: str, language: str) -> str:
    """A label of a result in that language; as it is where it has no words there."""
    words = _words(language)
    if text in words["labels"]:
        return words["labels"][text]
    for part, other in words["parts"].items():
        text = text.replace(part, other)
    return text if language == "en" else _SHARE.sub(r"\1/\2", text)


def _result_html(name: str, result: Result, language: str) -> str:
    remarks = (label_in(remark, language) for remark in result.remarks())
    machine = label_in(result.machine.description, language)
    run = (name, result.command, result.date, machine)
    source = "; ".join((*run, *remarks))
    tables = "".join(_table_html(table, language) for table in result.tables.values())
    return f'{tables}<p class="quiet">{escape(source)}</p>'


def _table_html(table: Table, language: str) -> str:
    def shown(text: str) -> str:
        return _inline(label_in(text, language))

    head = "".join(
        f'<th scope="col">{shown(c.title)}</th>' if c.title else "<td></td>" for c in table.columns
    )
    places = range(len(table.columns))
    body = "".join(
        "<tr>" + "".join(f"<td>{shown(table.text(row, place))}</td>" for place in places) + "</tr>"
        for row in range(len(table.rows))
    )
    size = "" if table.n is None else f" (n = {table.n:,})"
    return (
        f"<p><b>{shown(table.title)}</b>{size}</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _inline(text: str) -> str:
    """Markdown's bold and code as HTML, everything else escaped."""
    shown = escape(text)
    shown = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", shown)
    return re.sub(r"`(.+?)`", r"<code>\1</code>", shown)


def bars(
    table: Table,
    columns: Sequence[str] = (),
    *,
    quantity: int = 0,
    title: str = "",
    keep: Callable[[str], bool] = bool,
    end: float = 1.0,
    language: str = "en",
) -> Picture:
    """Some columns of a table side by side, a group of bars for each row.

    :param columns: beginnings of the columns' titles, five at the most; all with
        numbers unless given.
    :param quantity: which number of a cell is drawn (of ``.93 / .98`` the second is 1).
    :param keep: decides by its name whether a row is drawn.
    :param end: the axis' end, in the numbers' unit; the largest number where that is more.
    :raises KeyError: there is no such column.
    :raises ValueError: the numbers do not all have one unit, or there are none.
    """
    places = _places(table, columns)
    names = [plain(name) for name in table.names()]
    kept = [row for row, name in enumerate(names) if keep(name)]
    measured_in = _one_unit(table, places, kept, quantity, language)
    names = [label_in(name, language) for name in names]
    titles = [plain(label_in(table.columns[place].title, language)) for place in places]
    series = [[table.values(place, quantity)[row] for row in kept] for place in places]
    most = max(value for values in series for value in values if value is not None)
    labels = [_wrapped(names[row]) for row in kept]
    with drawn(9, _height(labels, len(places))) as (figure, axes):
        for number, values in enumerate(series):
            _draw(axes, values, (number, len(places)), max(most, end))
        axes.set_yticks(range(len(kept)), labels)
        axes.set_ylim(len(kept) - 0.5, -0.5)
        axes.set_xlim(0, max(most, end) * 1.08)
        axes.set_xlabel(measured_in)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.tick_params(axis="y", length=0)
        if len(places) > 1:
            _legend(figure, titles)
        heading = title or plain(label_in(table.title, language))
        figure.suptitle(_wrapped(heading, 2 * _LABEL), x=0.01, ha="left", fontsize=11)
        return picture(figure, _alt([names[row] for row in kept], titles, series))


def _wrapped(text: str, width: int = _LABEL) -> str:
    """A label on as many lines as it needs; Han characters take twice the room."""
    columns = len(text) + sum(map(is_han, text))
    return text if columns <= width else fill(text, width * len(text) // columns)


def _height(labels: Sequence[str], bars_each: int) -> float:
    """Inches for a figure of so many labelled groups of bars."""
    lines = max(label.count("\n") + 1 for label in labels)
    group = max(0.12 + _BAR * bars_each, 0.06 + _LINE * lines)
    return 1.5 + len(labels) * group + _LINE * bars_each


def _alt(
    names: Sequence[str], titles: Sequence[str], series: Sequence[Sequence[Number | None]]
) -> str:
    """The figures in words."""
    return "; ".join(
        f"{name}, {title}: {value:g}"
        for title, values in zip(titles, series, strict=True)
        for name, value in zip(names, values, strict=True)
        if value is not None
    )


def _places(table: Table, columns: Sequence[str]) -> list[int]:
    if columns:
        return [table.column(name) for name in columns][:_MOST_COLUMNS]
    with_numbers = [k for k, column in enumerate(table.columns) if column.quantities]
    return with_numbers[:_MOST_COLUMNS]


def _one_unit(
    table: Table, places: Iterable[int], rows: Sequence[int], quantity: int, language: str
) -> str:
    """The axis' label: what is drawn, and its unit unless that is a ratio."""
    found, units = [], set()
    for place in places:
        of_rows = table.units(place, quantity)
        units |= {of_rows[row] for row in rows if of_rows[row]}
        found.append(table.columns[place].quantities[quantity].name)
    if len(units) != 1:
        raise ValueError(f"{table.title}: one unit can be drawn, not {sorted(units)}")
    (unit,) = units
    name = label_in(found[0], language) if len(set(found)) == 1 else ""
    return " ".join(filter(None, (name, "" if unit == "ratio" else f"({unit})")))


def _draw(axes: Axes, values: Sequence[Number | None], place: tuple[int, int], end: float) -> None:
    """A column's bars with their figures, the n-th of so many beside each other."""
    number, of = place
    height = 0.8 / of
    for row, value in enumerate(values):
        if value is not None:
            at = row - 0.4 + height * (number + 0.5)
            axes.barh(at, value, height=height * 0.9, color=_COLORS[number])
            axes.text(value + end * 0.01, at, f"{value:.3g}", va="center", fontsize=7.5)


def _legend(figure: Figure, titles: Sequence[str]) -> None:
    """The colours of the columns, in a line below the axes."""
    from matplotlib.patches import Patch

    handles = [Patch(color=c, label=name) for c, name in zip(_COLORS, titles, strict=False)]
    width = sum(len(title) + sum(map(is_han, title)) + 6 for title in titles)
    columns = max(1, min(len(titles), len(titles) * _LEGEND // width))
    figure.legend(
        handles=handles, loc="outside lower left", ncols=columns, frameon=False, fontsize=8
    )


def calibration(tables: Mapping[str, Table], *, title: str = "", language: str = "en") -> Picture:
    """Mean risk against the share of faulty beads; on the line the two agree.

    :param tables: tables with the columns ``mean risk`` and ``faulty``, by the name of
        what they were measured on.
    :raises KeyError: a table has no such columns.
    """
    with drawn(5.6, 5.2) as (figure, axes):
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle="--")
        axes.fill_between([0, 1], [0, 0.9], [0.1, 1.0], color=PALE, zorder=0)
        alt = []
        for color, (name, table) in zip(_COLORS, tables.items(), strict=False):
            risks = table.values(table.column("mean risk"))
            shares = table.values(table.column("faulty"))
            points = [
                (x, y)
                for x, y in zip(risks, shares, strict=True)
                if x is not None and y is not None
            ]
            xs, ys = [x for x, _ in points], [y for _, y in points]
            axes.plot(xs, ys, "o-", color=color, label=name)
            alt += [f"{name} {x:g}: {y:g}" for x, y in points]
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.set_xlabel(ui("measured-mean-risk", language))
        axes.set_ylabel(ui("measured-faulty", language))
        axes.legend(fontsize=8, frameon=False)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        figure.suptitle(
            title or ui("measured-calibration", language), x=0.01, ha="left", fontsize=11
        )
        return picture(figure, "; ".join(alt))
