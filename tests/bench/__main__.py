"""Lists the benches: each is a module to run by itself, with its own arguments.

Speed and quality are figures for people; no test asserts them.
"""

from __future__ import annotations

import ast
from pathlib import Path


def main() -> None:
    """Print each bench with the first line of its documentation."""
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        first = text.splitlines()[0] if text else ""
        print(f"python -m tests.bench.{path.stem:<24} {first}")  # noqa: T201


if __name__ == "__main__":
    main()
