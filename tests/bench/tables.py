"""Makes the Markdown files of figures from the results, or checks that they are so made.

    python -m tests.bench.tables [--check]

Each file has a template in ``tests/bench/templates`` (Jinja) that explains; its figures come
from ``tests/bench/results``: ``table(result, name)``, ``figure(result, name)``,
``note(result, name)``, and ``runs()``, the list of the results a file has used, with
their commands. ``models/risk.md`` is made in the same way. ``--check`` writes nothing and
exits with 1 if a file differs from what its template and the results give.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import jinja2

from bilingual.render.notebook.results import Result, read_result
from tests.bench.results import RESULTS, markdown

BENCH: Final = Path(__file__).parent
TEMPLATES: Final = BENCH / "templates"
_ELSEWHERE: Final = {"risk": BENCH.parent.parent / "models"}


def targets() -> dict[Path, Path]:
    """The template of each Markdown file that is made."""
    return {
        _ELSEWHERE.get(path.stem, BENCH) / path.name: path
        for path in sorted(TEMPLATES.glob("*.md"))
    }


def results(folder: Path = RESULTS) -> dict[str, Result]:
    """Every result by its name."""
    return {path.stem: read_result(path) for path in sorted(folder.glob("*.json"))}


class Page:
    """What a template calls; remembers which results it has used."""

    def __init__(self, known: dict[str, Result]) -> None:
        self.known = known
        self.used: dict[str, Result] = {}

    def result(self, name: str) -> Result:
        self.used[name] = self.known[name]
        return self.known[name]

    def table(self, name: str, table: str) -> str:
        return markdown(self.result(name).tables[table])

    def figure(self, name: str, figure: str) -> str:
        return self.result(name).figures[figure].text()

    def note(self, name: str, note: str) -> str:
        return self.result(name).notes[note]

    def runs(self) -> str:
        """The runs that the figures above come from."""
        lines = []
        for name, result in self.used.items():
            where = [result.date, result.machine.description]
            if result.machine.load is not None:
                where.append(f"{result.machine.cores} cores, load {result.machine.load:g}")
            if result.machine.python:
                where.append(f"Python {result.machine.python}")
            if result.seeds:
                where.append(f"seeds {_ranges(result.seeds)}")
            where += result.remarks()
            command = result.command
            shown = command if command.startswith("(") else f"`{command}`"
            lines.append(f"- `{name}`: {shown}; " + "; ".join(where) + ".")
        return "\n".join(lines)


def _ranges(numbers: Iterable[int]) -> str:
    """``1–3, 7`` for 1, 2, 3, 7."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in spans)


def made(template: Path, known: dict[str, Result]) -> str:
    """The Markdown of a template."""
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, keep_trailing_newline=True, autoescape=False
    )
    page = Page(known)
    text = environment.from_string(template.read_text(encoding="utf-8")).render(
        table=page.table, figure=page.figure, note=page.note, runs=page.runs
    )
    return (
        f"<!-- Made by `python -m tests.bench.tables`: edit the template or the result. -->\n{text}"
    )


def main() -> None:
    """Write the files, or check them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    known, different = results(), []
    for target, template in targets().items():
        text = made(template, known)
        if not target.is_file() or target.read_text(encoding="utf-8") != text:
            different.append(target)
            if not check:
                target.write_text(text, encoding="utf-8")
    for target in different:
        sys.stdout.write(f"{target.name}: {'differs' if check else 'written'}\n")
    sys.exit(1 if check and different else 0)


if __name__ == "__main__":
    main()
