"""How long ``verify`` takes on two subtitle files, and its ratio to another checkout's.

    python -m tests.bench.bench_verify [--against CHECKOUT] [--cues 150] [--runs 7]

The files are fixed: the tests' own sentences, numbered, with some lines untranslated and
some numbers wrong. Each run is a process of its own; those of this tree and of the other
checkout take turns, so that a busy machine slows both alike. The ratio is the median of
the ratios of neighbouring runs, in CPU time: first of ``verify`` alone, then of the whole
process with its imports.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bilingual.render.notebook.results import Entry, Figure
from tests.bench.results import column, table, write
from tests.fixes.test_fixing import BO, ZH, srt

HERE: Final = Path(__file__).resolve().parents[2]
_PROGRAM: Final = """
import json, os, sys, time
from bilingual import verify
started, used = time.perf_counter(), time.process_time()
report = verify(bo=sys.argv[1], zh=sys.argv[2])
seconds, cpu = time.perf_counter() - started, time.process_time() - used
whole = sum(os.times()[:4])
print(json.dumps([seconds, cpu, whole, len(report.findings)]))
"""


def texts(cues: int) -> tuple[list[str], list[str]]:
    """Tibetan and Chinese texts; every tenth number differs, every 25th line is untranslated."""
    bo, zh = [], []
    for n in range(cues):
        zh.append(f"{ZH[n % len(ZH)]}第{n + 1}次。")
        number = n + (2 if n % 10 == 9 else 1)
        bo.append(zh[-1] if n % 25 == 24 else f"{BO[n % len(BO)]} ཐེངས་{number}་པ།")
    return bo, zh


def measure(checkout: Path, folder: Path) -> tuple[float, float, float]:
    """Seconds of one ``verify``, its CPU seconds, and those of the whole process."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, "bo.srt", "zh.srt"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{checkout.name}: {done.stderr[-2000:]}")
    seconds, cpu, whole, _ = json.loads(done.stdout.splitlines()[-1])
    return seconds, cpu, whole


def rows_of(found: dict[str, list[tuple[float, float, float]]]) -> list[list[Entry]]:
    """Medians of each checkout, a row each."""
    return [
        [name, *(statistics.median(run[k] for run in runs) for k in range(3))]
        for name, runs in found.items()
    ]


def ratio(runs: Sequence[tuple[float, ...]], others: Sequence[tuple[float, ...]], k: int) -> Figure:
    """The median of the ratios of runs that were neighbours."""
    ratios = [a[k] / b[k] for a, b in zip(runs, others, strict=True)]
    return Figure(value=round(statistics.median(ratios), 3), unit="ratio", n=len(ratios))


def main() -> None:
    """Measure, in turn, and write the result."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--against", type=Path, metavar="CHECKOUT")
    parser.add_argument("--cues", type=int, default=150)
    parser.add_argument("--runs", type=int, default=7)
    given = parser.parse_args()
    checkouts = {"this tree": HERE}
    if given.against:
        checkouts["the other checkout"] = given.against.resolve()
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in checkouts}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for side, lines in zip(("bo", "zh"), texts(given.cues), strict=True):
            (folder / f"{side}.srt").write_text(srt(lines), encoding="utf-8")
        for checkout in checkouts.values():
            measure(checkout, folder)  # bytecode is written, files are in memory
        for _ in range(given.runs):
            for name, checkout in checkouts.items():
                found[name].append(measure(checkout, folder))
    columns = (
        column("checkout"),
        column("verify", "{:.2f} s", time="s"),
        column("verify, CPU time", "{:.2f} s", CPU_time="s"),
        column("whole process, CPU time", "{:.2f} s", CPU_time="s"),
    )
    title = f"`verify` on two subtitle files of {given.cues} cues, medians"
    figures = {}
    if given.against:
        ours, theirs = found["this tree"], found["the other checkout"]
        figures = {
            "ratio": ratio(ours, theirs, 1),
            "ratio_of_the_process": ratio(ours, theirs, 2),
        }
    tables = {"verify": table(title, columns, rows_of(found), n=given.runs)}
    write("verify", tables=tables, figures=figures, data=["the tests' own sentences, numbered"])


if __name__ == "__main__":
    main()
