"""What of the library the suite runs, and what it does not, and why.

    make coverage
    python -m tests.bench.bench_coverage [FILE] [--branches PERCENT]

``FILE`` is the JSON that ``coverage json`` writes (``build/lines.json``). A line that is not run
is of the first of these kinds that fits: of a process that starts bare, where nothing measures; of a
branch for another system; within the handling of an exception; the raising of an error; or one of
the rest, mostly an early return for a rare shape of input. With ``--branches`` the exit status is 1
where a smaller share of the branches is run, in percent, rounded.
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from bilingual.render.notebook.results import Entry, Figure
from tests.bench.results import column, table, write

ROOT: Final = Path(__file__).parents[2]
BARE: Final[Mapping[str, str]] = {
    "bilingual/media/_guard.py": "tests/media/test_process.py",
    "bilingual/ocr/_rapid_worker.py": "tests/ocr/test_reading.py",
    "bilingual/ocr/readers/_tesseract_worker.py": "tests/ocr/test_reading.py",
    "bilingual/render/notebook/_kernel.py": "tests/render/test_notebook.py",
}
"""Modules of processes that are started without anything else, and what runs them."""
KINDS: Final = (
    "in a process that starts bare, where nothing measures",
    "for another system than Linux",
    "in the handling of an exception",
    "the raising of an error",
    "the rest: early returns, rare shapes of input",
)
_SHORT: Final = ("bare process", "other system", "exception", "raised", "rest")
_SYSTEMS: Final = ("sys.platform", "os.name")
_MOST_FILES: Final = 25


def kinds(source: str) -> dict[int, str]:
    """The kind of each line that could be told from the text of a module, by line number."""
    found: dict[int, str] = {}
    tree = ast.parse(source)

    def mark(node: ast.stmt | ast.ExceptHandler, kind: str) -> None:
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
            found.setdefault(number, kind)

    for node in ast.walk(tree):
        if isinstance(node, ast.If) and any(s in ast.unparse(node.test) for s in _SYSTEMS):
            for statement in (*node.body, *node.orelse):
                mark(statement, KINDS[1])
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            mark(node, KINDS[2])
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise):
            mark(node, KINDS[3])
    return found


def sorted_lines(files: Mapping[str, Any]) -> Iterator[tuple[str, int, str]]:
    """Each line that is not run: its file, its number, its kind."""
    for name, measured in files.items():
        known = {} if name in BARE else kinds((ROOT / name).read_text(encoding="utf-8"))
        other = KINDS[0] if name in BARE else KINDS[4]
        for number in measured["missing_lines"]:
            yield name, number, known.get(number, other)


def package(name: str) -> str:
    """The package of a file: ``bilingual/checks``; ``bilingual`` for its own modules."""
    parts = Path(name).parts
    return "/".join(parts[:2]) if len(parts) > 2 else parts[0]


def share(run: int, of: int) -> float:
    """A share in percent; all of nothing is 100."""
    return 100 * run / of if of else 100.0


def packages(files: Mapping[str, Any]) -> Iterator[list[Entry]]:
    """A row for each package: lines, share run, branches, share run."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for name, measured in files.items():
        summary = measured["summary"]
        for key in ("num_statements", "covered_lines", "num_branches", "covered_branches"):
            sums[package(name)][key] += summary[key]
    for name, found in sorted(sums.items()):
        lines, branches = found["num_statements"], found["num_branches"]
        yield [
            f"`{name}`",
            lines,
            share(found["covered_lines"], lines),
            branches,
            share(found["covered_branches"], branches),
        ]


def written(measured: Mapping[str, Any]) -> float:
    """Write the result; the share of branches that are run, in percent."""
    files, totals = measured["files"], measured["totals"]
    left = list(sorted_lines(files))
    by_kind = Counter(kind for _, _, kind in left)
    by_file: dict[str, Counter[str]] = defaultdict(Counter)
    for name, _, kind in left:
        by_file[name][kind] += 1
    most = sorted(by_file, key=lambda name: (-by_file[name].total(), name))[:_MOST_FILES]
    branches = share(totals["covered_branches"], totals["num_branches"])
    lines = column("lines", lines="count")
    write(
        "coverage",
        tables={
            "packages": table(
                "What the suite runs, by package",
                [
                    column("package"),
                    lines,
                    column("lines run, %", "{:.1f}", lines_run="%"),
                    column("branches", branches="count"),
                    column("branches run, %", "{:.1f}", branches_run="%"),
                ],
                packages(files),
                n=len(files),
            ),
            "left": table(
                "Lines that are not run, by kind",
                [column("kind"), column("lines not run", lines_not_run="count")],
                [[kind, by_kind[kind]] for kind in KINDS],
                n=len(left),
            ),
            "files": table(
                "Files with the most lines that are not run",
                [
                    column("file"),
                    column("lines not run", lines_not_run="count"),
                    *(column(title, lines_of_the_kind="count") for title in _SHORT),
                ],
                [
                    [f"`{name}`", by_file[name].total(), *(by_file[name][k] for k in KINDS)]
                    for name in most
                ],
                n=len(most),
            ),
        },
        figures={
            "lines": Figure(
                value=share(totals["covered_lines"], totals["num_statements"]),
                unit="%",
                n=totals["num_statements"],
                shown="{:.1f}",
            ),
            "branches": Figure(value=branches, unit="%", n=totals["num_branches"], shown="{:.1f}"),
        },
    )
    return branches


def main() -> int:
    """Write the result of a run of ``make coverage``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", nargs="?", type=Path, default=ROOT / "build/lines.json")
    parser.add_argument("--branches", type=float, default=0.0, metavar="PERCENT")
    asked = parser.parse_args()
    found = written(json.loads(asked.file.read_text(encoding="utf-8")))
    return 1 if round(found) < asked.branches else 0


if __name__ == "__main__":
    sys.exit(main())
