"""A batch: scaling, kills, the same work found again, and a plan for 10,000 works.

    python -m tests.bench.bench_batch scale FILM BO ZH [COUNT]
    python -m tests.bench.bench_batch kills [WORKS] [AS_IT_IS] [DASK] [FORKED] [SECONDS]
    python -m tests.bench.bench_batch alike [WORKS] [PAIRS] [SECONDS]
    python -m tests.bench.bench_batch times
    python -m tests.bench.bench_batch opened
    python -m tests.bench.bench_batch plan

``scale`` cuts COUNT works out of one film and re-encodes each, and checks them one after the
other, on one and two local processes and on a Dask cluster of two. ``kills`` kills workers and
the command itself at random moments and starts it again until everything is done. ``alike``
disguises some of the works and looks for them. ``times`` is the search among fingerprints
alone. ``opened`` opens the overview of many in a browser. ``plan`` puts 10,000 works of a measured length through a queue of machines.
"""

from __future__ import annotations

import heapq
import sys
from pathlib import Path

import numpy as np

from bilingual.render.notebook.results import Entry, Figure
from tests.bench.batch_alike import alike, times
from tests.bench.batch_kills import kills
from tests.bench.batch_page import opened
from tests.bench.batch_scale import scale, way
from tests.bench.results import column, table, write

# A plan


_FILM_MIN, _SPREAD = 5.0, 0.35
_HEARD_S = 27.5 / (126 / 60)
_KINDS = {"a sample of the picture": _HEARD_S * 2.59 / 1.54, "all of the picture": _HEARD_S + 50}
"""Processor seconds a minute of film, as measured: `verify` with a recogniser takes 27.5 s for
126 s of film (speech.md), with the picture's sample 2.59 where it takes 1.54 without; to read all
of the picture in both languages takes .83 of the film's length (burned_in.md)."""

_OVERHEAD_S = 2.0  # a work, of its process, report and page
_FILE_MB, _READS = 200.0, 2
_STORES = {"1 Gbit/s": 110.0, "10 Gbit/s": 1100.0}  # MB a second
_HANDING_S = 0.01
_WORKERS = 4
_MACHINES = (1, 5, 10, 20, 50, 100, 200)


def plan() -> None:
    """10,000 works of five minutes on 1 to 200 machines of four workers, one storage."""
    chance = np.random.default_rng(20)
    spread = chance.lognormal(-(_SPREAD**2) / 2, _SPREAD, 10_000)
    ways = [(kind, store) for kind in _KINDS for store in _STORES]
    lengths = {kind: spread * (_KINDS[kind] * _FILM_MIN + _OVERHEAD_S) for kind in _KINDS}
    rows: list[list[Entry]] = []
    for machines in _MACHINES:
        row: list[Entry] = [machines]
        for kind, store in ways:
            row.append(_queue(lengths[kind], machines * _WORKERS, _STORES[store]) / 3600)
        rows.append(row)
    columns = [column("machines", "{}", machines="count")]
    columns += [
        column(f"hours: {kind}, storage {store}", "{:.1f}", **{f"hours_{n}": "h"})
        for n, (kind, store) in enumerate(ways)
    ]
    figures = {}
    for number, (kind, store) in enumerate(ways):
        mean = float(lengths[kind].mean())
        full = mean / (_READS * _FILE_MB / _STORES[store]) / _WORKERS
        figures[f"full-{number}"] = Figure(value=round(full), unit="machines", n=1)
        figures[f"work-{kind.split()[0]}"] = Figure(value=round(mean), unit="s", n=10_000)
    write(
        "batch-plan",
        tables={"plan": table("10,000 works, simulated", columns, rows)},
        figures=figures,
        seeds=(20,),
    )


def _queue(
    lengths: np.ndarray[tuple[int], np.dtype[np.float64]], workers: int, store_mb_s: float
) -> float:
    """Seconds until the last work is done: a worker takes the next work when it is free.

    The storage serves one reader after the other, the scheduler hands out one work at a time.
    """
    free = [0.0] * workers
    heapq.heapify(free)
    store = handed = last = 0.0
    for length in sorted(lengths.tolist(), reverse=True):
        at = heapq.heappop(free)
        handed = max(handed, at) + _HANDING_S
        store = max(store, handed) + _READS * _FILE_MB / store_mb_s
        done = store + length
        last = max(last, done)
        heapq.heappush(free, done)
    return last


def main() -> None:
    """Run the part that is named."""
    part, *rest = sys.argv[1:] or ["plan"]
    if part == "scale":
        film, bo, zh, *how_many = rest
        scale(Path(film), Path(bo), Path(zh), int(how_many[0]) if how_many else 40)
    elif part == "way":
        name, listed, out = rest
        way(name, Path(listed), Path(out))
    elif part == "kills":
        given = (*map(int, rest), *(1000, 15, 60, 430, 7200)[len(rest) :])
        count, anew, dask, forked, seconds = given
        kills(count, {"as it is": anew, "Dask": dask, "forked": forked}, seconds)
    elif part == "alike":
        count, pairs, seconds = (*map(int, rest), *(200, 20, 3600)[len(rest) :])
        alike(count, pairs, seconds)
    elif part == "times":
        times()
    elif part == "opened":
        opened()
    else:
        plan()


if __name__ == "__main__":
    main()
