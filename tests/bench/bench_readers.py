"""Readers of our own files under mutation: foreign exceptions, refusals, time and memory.

    python -m tests.bench.bench_readers [MUTATIONS] [READER ...]

5,000 mutations of each unless said otherwise; a run of that length takes some minutes.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.readers import faults, readers
from tests.bench.results import column, table, write


def main() -> None:
    """Try each reader."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("mutations", nargs="?", type=int, default=5000)
    parser.add_argument("readers", nargs="*")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, reader in readers(Path(folder)).items():
            if args.readers and name not in args.readers:
                continue
            started = time.process_time()
            found, refused = faults(name, reader, args.mutations, args.seed)
            seconds = time.process_time() - started
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            rows.append([name, args.mutations, refused, len(found), seconds, peak])
            for number, error in found[:20]:
                sys.stderr.write(f"{name} {number}: {type(error).__name__}: {str(error)[:200]}\n")
    columns = [
        column("reader"),
        column("mutations", "{:,}", mutations="count"),
        column("refused", "{:,}", refused="count"),
        column("foreign exceptions", "{:,}", foreign="count"),
        column("seconds (processor)", "{:.0f}", time="s"),
        column("peak MiB so far", "{:,}", peak="MiB"),
    ]
    made = table("Readers of our own files under mutation", columns, rows)
    write("readers", tables={"readers": made}, seeds=[args.seed])


if __name__ == "__main__":
    main()
