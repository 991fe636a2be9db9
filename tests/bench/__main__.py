"""Runs the benches that need no data, and lists the others with their commands.

    python -m tests.bench

Results go to ``bench-out/`` (or the folder that ``BENCH_OUT`` names), so that the figures
in ``tests/bench/results`` stay as they are. Speed and quality are figures for people; no
test asserts them.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

QUICK: Final = (
    ("bench_verify", "--runs", "3"),
    ("bench_translation", "speed"),
    ("bench_formats", "speed"),
    ("bench_formats", "faults", "200"),
    ("bench_truncations", "20"),
)


def main() -> int:
    """Run the quick ones, each in a process of its own; the worst exit status."""
    out = Path(os.environ.get("BENCH_OUT") or "bench-out").absolute()
    worst = 0
    for module, *arguments in QUICK:
        sys.stdout.write(f"\n== {' '.join((module, *arguments))}\n\n")
        sys.stdout.flush()
        command = [sys.executable, "-m", f"tests.bench.{module}", *arguments]
        done = subprocess.run(command, env={**os.environ, "BENCH_OUT": str(out)}, check=False)
        worst = max(worst, abs(done.returncode))
    sys.stdout.write(
        "\nAll benches, each with arguments of its own (--help or its first lines):\n\n"
    )
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        sys.stdout.write(f"python -m tests.bench.{path.stem:<20} {text.partition(chr(10))[0]}\n")
    sys.stdout.write(f"\nResults (JSON): {out}\n")
    return worst


if __name__ == "__main__":
    sys.exit(main())
