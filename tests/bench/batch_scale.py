"""A batch in four ways: one work after the other, one and two local processes, Dask.

Each way runs in a process of its own (``way WAY PLAN OUT``), so that what it takes of the
processor and of memory is its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from bilingual.batch import Submission, verify_many
from bilingual.batch.work import Task, do_work
from bilingual.config import Asr, BurnedIn, Config
from bilingual.formats import load_track
from bilingual.media.binaries import ffmpeg_binaries
from bilingual.render.notebook.results import Entry, Figure
from tests.batch.works import srt
from tests.bench.results import column, table, write

PIECE_S: Final = 10
_FILM_IN: Final = 3  # one work in so many has a film, the others have subtitles alone
_LOOK_S: Final = 0.3
_MIB: Final = 1024 * 1024
_CREATED: Final = re.compile(rb'"created": "[^"]*"')

WAYS: Final = {
    "serial": "one after the other, in this process",
    "local-1": "1 local process",
    "local-2": "2 local processes",
    "dask-2": "Dask, 2 worker processes",
}


def ffmpeg(*arguments: str) -> None:
    """Run the bundled ffmpeg."""
    program = str(ffmpeg_binaries("bundled").ffmpeg)
    subprocess.run(
        [program, "-nostdin", "-v", "error", "-y", *arguments], check=True, capture_output=True
    )


def scale(film: Path, bo: Path, zh: Path, count: int) -> None:
    """COUNT short works, done in four ways, each way in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        works = list(_cut(folder, film, bo, zh, count))
        plan = folder / "plan.json"
        plan.write_bytes(msgspec.json.encode([msgspec.to_builtins(work) for work in works]))
        rows: list[list[Entry]] = []
        reports: dict[str, Mapping[str, bytes]] = {}
        figures: dict[str, Figure] = {}
        base: _Run | None = None
        for way, title in WAYS.items():
            out = folder / way
            done = _in_a_process(way, plan, out)
            base = base or done
            reports[way] = _reports(out)
            over = (done.processor_s - base.processor_s) / count
            rows.append([
                title,
                done.clock_s,
                done.clock_s / base.clock_s,
                done.processor_s / count,
                done.processor_s / base.processor_s,
                over,
                round(done.peak / _MIB),
                len(reports[way]),
            ])  # fmt: skip
            figures[f"again-{way}"] = Figure(value=round(done.again_s, 2), unit="s", n=count)
        serial = reports["serial"]
        same = sum(all(found.get(k) == v for found in reports.values()) for k, v in serial.items())
    films = sum(work.video is not None for work in works)
    columns = (
        column("way"),
        column("seconds by the clock", "{:.0f}", seconds="s"),
        column("as a share of the first", "{:.2f}", ratio="ratio"),
        column("processor seconds a work", "{:.2f}", processor="s"),
        column("as a share of the first", "{:.2f}", processor_ratio="ratio"),
        column("more than the first, a work", "{:.2f}", overhead="s"),
        column("the largest process, MiB", "{}", peak="MiB"),
        column("reports", "{}", reports="count"),
    )
    title = f"{count} works, {films} of them with a film of {PIECE_S} s"
    write(
        "batch-scale",
        tables={"scale": table(title, columns, rows, n=count)},
        figures={
            **figures,
            "same": Figure(value=same, unit="count", n=count),
            "films": Figure(value=films, unit="count", n=count),
        },
    )


def _cut(folder: Path, film: Path, bo: Path, zh: Path, count: int) -> Iterator[Submission]:
    """Stretches of the film from different moments, each at a bit rate of its own."""
    tracks = {"bo": load_track(bo, language="bo"), "zh": load_track(zh, language="zh")}
    end = max(cue.end_ms for cue in tracks["zh"].cues) / 1000
    for number in range(count):
        length = PIECE_S if number % _FILM_IN == 0 else 3 * PIECE_S
        start = round(number * (end - length) / count, 2)
        named = {}
        for side, track in tracks.items():
            lines = [c.text for c in track.cues if start <= c.start_ms / 1000 < start + length]
            named[side] = folder / f"w{number}.{side}.srt"
            named[side].write_text(srt(lines or ["太阳"]), encoding="utf-8")
        video = folder / f"w{number}.mp4" if number % _FILM_IN == 0 else None
        if video is not None:
            rate = ("-b:v", f"{300 + 20 * number}k", "-b:a", f"{48 + 8 * (number % 9)}k")
            cut = ("-ss", str(start), "-t", str(length), "-i", str(film))
            ffmpeg(*cut, *rate, "-vf", "scale=640:360", "-preset", "ultrafast", str(video))
        yield Submission(
            id=f"w{number}",
            video=None if video is None else str(video),
            bo=str(named["bo"]),
            zh=str(named["zh"]),
        )


@dataclass(frozen=True, slots=True)
class _Run:
    clock_s: float
    processor_s: float
    peak: int
    again_s: float


def _in_a_process(way: str, plan: Path, out: Path) -> _Run:
    command = [sys.executable, "-m", "tests.bench.bench_batch", "way", way, str(plan), str(out)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return _Run(*json.loads(done.stdout.splitlines()[-1]))


def way(name: str, plan: Path, out: Path) -> None:
    """Do the works in one way, and write what it took as a line of JSON.

    Clock and processor seconds, the most bytes that a process held which did works, and
    the clock seconds of a second run, which finds everything done.
    """
    works = [msgspec.convert(one, Submission) for one in json.loads(plan.read_bytes())]
    quiet = msgspec.structs.replace(
        Config.load(), asr=Asr(engine="off"), burned_in=BurnedIn(mode="off")
    )
    ways: dict[str, Callable[[list[Submission], Path, Config], object]] = {
        "serial": _serial,
        "local-1": lambda *a: verify_many(a[0], out=a[1], config=a[2], workers=1),
        "local-2": lambda *a: verify_many(a[0], out=a[1], config=a[2], workers=2),
        "dask-2": _dask,
    }
    run = ways[name]
    with _watched() as peak:
        began = time.monotonic()
        run(works, out, quiet)
        clock = time.monotonic() - began
    used = _processor()
    began = time.monotonic()
    run(works, out, quiet)
    again = time.monotonic() - began
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    sys.stdout.write(json.dumps([clock, used, own if name == "serial" else peak(), again]) + "\n")


def _serial(works: list[Submission], out: Path, config: Config) -> None:
    for work in works:
        task = Task(
            work=work, out=str(out), config=config, timeout_s=600, memory_mib=8192, threads=1,
            host=os.uname().nodename, process=os.getpid(),
        )  # fmt: skip
        do_work(task)


def _dask(works: list[Submission], out: Path, config: Config) -> None:
    import distributed

    library: Any = distributed

    with (
        library.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        library.Client(cluster) as client,
    ):
        verify_many(works, out=out, config=config, executor=client.get_executor(pure=False))


def _reports(out: Path) -> dict[str, bytes]:
    """Each report's bytes but for the moment at which it was made."""
    return {
        path.parent.name: _CREATED.sub(b"", path.read_bytes())
        for path in sorted(out.glob("works/*/report.json"))
    }


def _processor() -> float:
    own, children = (
        resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


@contextlib.contextmanager
def _watched() -> Iterator[Callable[[], int]]:
    """The most memory that a process below this one has held which runs Python."""
    highest: dict[int, int] = {}
    over = threading.Event()

    def look() -> None:
        while not over.wait(_LOOK_S):
            for pid in descendants(os.getpid()):
                with contextlib.suppress(OSError):
                    if b"python" not in Path(f"/proc/{pid}/cmdline").read_bytes():
                        continue
                    status = Path(f"/proc/{pid}/status").read_text()
                    held = re.search(r"VmHWM:\s+(\d+)", status)
                    highest[pid] = int(held[1]) * 1024 if held else 0

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield lambda: max(highest.values(), default=0)
    finally:
        over.set()
        thread.join()


def descendants(root: int) -> set[int]:
    """The processes below one."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)] = int(stat[1])
    found: set[int] = set()
    fresh = {root}
    while fresh:
        fresh = {pid for pid, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found
