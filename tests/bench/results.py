"""Writing what a bench measured: one JSON file a run, in one form.

The form is ``bilingual.render.notebook.results.Result``. Files go to ``tests/bench/results``
or to the folder that ``BENCH_OUT`` names; ``python -m tests.bench.tables`` makes the Markdown
tables from those of ``tests/bench/results``.
"""

from __future__ import annotations

import json
import os
import platform
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from bilingual.render.notebook.results import (
    SCHEMA,
    Column,
    Entry,
    Figure,
    Machine,
    Quantity,
    Result,
    Table,
    read_result,
)

RESULTS: Final = Path(__file__).parent / "results"
_WIDTH: Final = 110


def column(title: str, shown: str = "{}", **quantities: str) -> Column:
    """A column; its quantities as ``name=unit`` (``_`` for a space), none for labels."""
    made = tuple(
        Quantity(name=name.replace("_", " "), unit=unit) for name, unit in quantities.items()
    )
    return Column(title=title, shown=shown, quantities=made)


def table(
    title: str, columns: Sequence[Column], rows: Iterable[Sequence[Entry]], *, n: int | None = None
) -> Table:
    """A table of these rows."""
    return Table(title=title, columns=tuple(columns), rows=tuple(map(tuple, rows)), n=n)


def machine() -> Machine:
    """The machine of this run."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return Machine(
        description=f"{platform.system()} {platform.machine()}",
        cores=os.cpu_count(),
        python=platform.python_version(),
        load=None if load is None else round(load, 2),
    )


def write(
    name: str,
    *,
    tables: Mapping[str, Table] | None = None,
    figures: Mapping[str, Figure] | None = None,
    notes: Mapping[str, str] | None = None,
    seeds: Iterable[int] = (),
    data: Iterable[str] = (),
) -> Path:
    """Write the result of this run, show its tables on stdout, and say where the file is."""
    folder = Path(os.environ.get("BENCH_OUT") or RESULTS)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    kept, others, notes_from = _kept(path, notes or {}, figures or {})
    result = Result(
        schema=SCHEMA,
        command=_command(),
        date=datetime.now(UTC).date().isoformat(),
        machine=machine(),
        seeds=tuple(seeds),
        data=tuple(data),
        tables=dict(tables or {}),
        figures={**others, **(figures or {})},
        notes={**kept, **(notes or {})},
        notes_from=notes_from,
    )
    path.write_text(pretty(msgspec.to_builtins(result)), encoding="utf-8")
    for made in result.tables.values():
        sys.stdout.write(f"{made.title}\n\n{markdown(made)}\n\n")
    for key, figure in (figures or {}).items():
        sys.stdout.write(f"{key}: {figure.text()} ({figure.unit}, n {figure.n})\n")
    if notes_from:
        sys.stdout.write(
            f"Some notes and figures are those of {notes_from}: check that they still hold.\n"
        )
    sys.stdout.write(f"Result: {path}\n")
    sys.stdout.flush()
    return path


def _kept(
    path: Path, notes: Mapping[str, str], figures: Mapping[str, Figure]
) -> tuple[dict[str, str], dict[str, Figure], str]:
    """Notes and single figures of the file replaced that this run has none for; their date."""
    if not path.is_file():
        return {}, {}, ""
    old = read_result(path)
    kept = {key: text for key, text in old.notes.items() if key not in notes}
    others = {key: figure for key, figure in old.figures.items() if key not in figures}
    return kept, others, (old.notes_from or old.date) if kept or others else ""


def _command() -> str:
    """The command line without the folders of this machine."""
    module = Path(sys.argv[0]).stem
    words = [Path(a).name if os.sep in a else a for a in sys.argv[1:]]
    return shlex.join(["python", "-m", f"tests.bench.{module}", *words])


def markdown(made: Table) -> str:
    """A table as Markdown."""
    lines = ["| " + " | ".join(c.title for c in made.columns) + " |"]
    lines.append("|" + "---|" * len(made.columns))
    for row in range(len(made.rows)):
        cells = (made.text(row, column) for column in range(len(made.columns)))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def pretty(value: Any) -> str:
    """JSON with what fits on a line on one line, so that a changed figure is one line of a diff."""
    return _pretty(value, 0) + "\n"


def _pretty(value: Any, depth: int) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + 2 * depth <= _WIDTH or not isinstance(value, dict | list | tuple) or not value:
        return flat
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict):
        parts = [f"{json.dumps(k)}: {_pretty(v, depth + 1)}" for k, v in value.items()]
        return "{\n" + ",\n".join(inner + p for p in parts) + f"\n{outer}}}"
    parts = [_pretty(v, depth + 1) for v in value]
    return "[\n" + ",\n".join(inner + p for p in parts) + f"\n{outer}]"
