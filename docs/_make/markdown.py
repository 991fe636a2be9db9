"""Markdown that is made: texts that mean themselves, and tables."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from bilingual.render.notebook.measured import label_in
from bilingual.render.notebook.results import Result, Table
from bilingual.showing import visible
from docs._make.pages import Language, Said
from tests.bench.tables import results

# What Markdown would take for a mark of its own.
_MARKS: Final = str.maketrans({sign: f"&#{ord(sign)};" for sign in "\\`*_[]|~#!{}"})


def literal(text: str) -> str:
    """A text of one line that Markdown leaves alone; what cannot be seen is named."""
    shown = " ⏎ ".join(visible(line) for line in text.splitlines())
    return html.escape(shown, quote=False).translate(_MARKS)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells are Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


@cache
def measured() -> Mapping[str, Result]:
    """Every result of the benches by its name; read once for all pages."""
    return results()


_NO_FIGURE: Final = "–"


def figures(
    found: Table, language: Language, rows: Sequence[int] | None = None, *, first: int = 0
) -> str:
    """A table of a bench's result with its labels in that language, or some of its rows.

    :param first: the first column that is shown.
    """

    def shown(row: int, place: int) -> str:
        none = _NO_FIGURE if found.columns[place].quantities else ""
        return label_in(found.text(row, place), language) or none

    kept = range(len(found.rows)) if rows is None else rows
    places = range(first, len(found.columns))
    size = "" if found.n is None else f" (n = {found.n:,})"
    return f"**{label_in(found.title, language)}**{size}\n\n" + table(
        [label_in(found.columns[place].title, language) for place in places],
        [[shown(row, place) for place in places] for row in kept],
    )


_WHY_NO_FIGURE: Final = Said(
    f"{_NO_FIGURE}：这种文本没有测这条规则。",
    f"{_NO_FIGURE}: the rule was not measured on this text.",
)


def why_no_figure(
    found: Table, language: Language, rows: Sequence[int] | None = None
) -> Iterator[str]:
    """What a cell without a figure means in a table of rules on texts, where there is one."""
    kept = found.rows if rows is None else [found.rows[row] for row in rows]
    if any(entry is None for row in kept for entry in row):
        yield _WHY_NO_FIGURE.get(language)


_RUN: Final = Said(
    "测得于 {date}，{machine}：{command}", "Measured on {date}, {machine}: {command}"
)


def run_of(result: Result, language: Language) -> str:
    """When, where and by which command a result was measured, and what is not of that run."""
    command = result.command
    run = _RUN.get(language).format(
        date=result.date,
        machine=label_in(result.machine.description, language),
        command=literal(label_in(command, language)) if command.startswith("(") else f"`{command}`",
    )
    joint = Said("；", "; ").get(language)
    return joint.join((run, *(label_in(remark, language) for remark in result.remarks())))
