"""A batch: scaling, kills, the same work found again, and a plan for 10,000 works.

    python -m tests.bench.bench_batch scale FILM BO ZH [COUNT]
    python -m tests.bench.bench_batch kills [WORKS] [SECONDS]
    python -m tests.bench.bench_batch alike [WORKS] [PAIRS]
    python -m tests.bench.bench_batch times
    python -m tests.bench.bench_batch plan

``scale`` cuts COUNT works out of one film and re-encodes each, and checks them one after the
other, on one and two local processes and on a Dask cluster of two. ``kills`` kills workers and
the command itself at random moments and starts it again until everything is done. ``alike``
disguises some of the works and looks for them. ``times`` is the search among fingerprints
alone. ``plan`` puts 10,000 works of a measured length through a queue of machines.
"""

from __future__ import annotations

import heapq
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from bilingual.batch import Submission, verify_many
from bilingual.batch.alike import alike_works
from bilingual.batch.prints import SAMPLE_RATE, Prints, sound_hashes
from bilingual.batch.work import Task, do_work
from bilingual.config import Asr, BurnedIn, Config
from bilingual.formats import load_track
from bilingual.media.audio import read_audio
from bilingual.media.binaries import ffmpeg_binaries
from bilingual.render.notebook.results import Entry, Figure
from tests.batch.test_across import song
from tests.batch.test_engine import workers_of
from tests.batch.works import srt, submissions
from tests.bench.results import column, table, write

_PIECE_S = 12
_MIB = 1024 * 1024


def ffmpeg(*arguments: str) -> None:
    """Run the bundled ffmpeg."""
    program = str(ffmpeg_binaries("bundled").ffmpeg)
    subprocess.run(
        [program, "-nostdin", "-v", "error", "-y", *arguments], check=True, capture_output=True
    )


# Scaling


def scale(film: Path, bo: Path, zh: Path, count: int) -> None:
    """COUNT short works, done in four ways."""
    quiet = msgspec.structs.replace(
        Config.load(), asr=Asr(engine="off"), burned_in=BurnedIn(mode="off")
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        works = list(_cut(folder, film, bo, zh, count))
        rows: list[list[Entry]] = []
        reports: dict[str, dict[str, object]] = {}
        ways: dict[str, Callable[[Path], object]] = {
            "one after the other, in this process": lambda out: _serial(works, out, quiet),
            "1 local process": lambda out: verify_many(works, out=out, config=quiet, workers=1),
            "2 local processes": lambda out: verify_many(works, out=out, config=quiet, workers=2),
            "Dask, 2 worker processes": lambda out: _dask(works, out, quiet),
        }
        base = 0.0
        for number, (way, run) in enumerate(ways.items()):
            out = folder / f"out{number}"
            began, before = time.monotonic(), _processor()
            run(out)
            clock, used = time.monotonic() - began, _processor() - before
            base = base or clock
            reports[way] = _reports(out)
            rows.append([way, clock, clock / base, used / len(works), len(reports[way])])
        same = all(found == reports[next(iter(ways))] for found in reports.values())
        peak = _peak_of_a_worker(works[0], folder / "peak", quiet)
    columns = (
        column("way"),
        column("seconds by the clock", "{:.0f}", seconds="s"),
        column("as a share of the first", "{:.2f}", ratio="ratio"),
        column("processor seconds a work", "{:.2f}", processor="s"),
        column("reports", "{}", reports="count"),
    )
    write(
        "batch-scale",
        tables={"scale": table(f"{count} works of {_PIECE_S} s", columns, rows, n=count)},
        figures={
            "same": Figure(value=int(same), unit="count", n=count),
            "peak": Figure(value=round(peak / _MIB), unit="MiB", n=1),
        },
    )


def _cut(folder: Path, film: Path, bo: Path, zh: Path, count: int) -> Iterator[Submission]:
    tracks = {"bo": load_track(bo, language="bo"), "zh": load_track(zh, language="zh")}
    end = max(cue.end_ms for cue in tracks["zh"].cues) / 1000 - _PIECE_S
    for number in range(count):
        start = round(number * end / count, 2)
        video = folder / f"w{number}.mp4"
        rate = ("-b:v", f"{300 + 20 * number}k", "-b:a", f"{48 + 8 * (number % 9)}k")
        cut = ("-ss", str(start), "-t", str(_PIECE_S), "-i", str(film))
        ffmpeg(*cut, *rate, "-vf", "scale=640:360", "-preset", "ultrafast", str(video))
        named = {}
        for side, track in tracks.items():
            lines = [c.text for c in track.cues if start <= c.start_ms / 1000 < start + _PIECE_S]
            named[side] = folder / f"w{number}.{side}.srt"
            named[side].write_text(srt(lines or ["太阳"]), encoding="utf-8")
        yield Submission(
            id=f"w{number}", video=str(video), bo=str(named["bo"]), zh=str(named["zh"])
        )


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


def _reports(out: Path) -> dict[str, object]:
    found: dict[str, object] = {}
    for path in sorted(out.glob("works/*/report.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        document["provenance"]["created"] = ""
        found[path.parent.name] = document
    return found


def _processor() -> float:
    own, children = (
        resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _peak_of_a_worker(work: Submission, out: Path, config: Config) -> int:
    """The most memory that a local process holds while it does a work, in bytes."""
    peak = 0

    def look(stage: str, done: float, total: float | None) -> None:
        nonlocal peak
        for pid in workers_of(os.getpid()):
            status = Path(f"/proc/{pid}/status").read_text()
            highest = next((x for x in status.splitlines() if x.startswith("VmHWM")), "VmHWM: 0")
            peak = max(peak, int(highest.split()[1]) * 1024)

    verify_many([work], out=out, config=config, workers=1, progress=look)
    return peak


# Kills


def kills(count: int, seconds: float) -> None:
    """Workers and the command are killed at random moments; then all is counted."""
    chance = random.Random(18)
    killed = {"worker": 0, "command": 0}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        works = submissions(folder, count)
        rows = ["编号,藏文字幕,中文字幕"]
        rows += [f"{w.id},{Path(w.bo or '').name},{Path(w.zh or '').name}" for w in works]
        (folder / "works.csv").write_text("\n".join(rows), encoding="utf-8")
        out = folder / "out"
        end = time.monotonic() + seconds
        command = [
            sys.executable, "-m", "bilingual", "batch", str(folder / "works.csv"), "--out",
            str(out), "--workers", "2", "--asr", "off",
        ]  # fmt: skip
        torn: set[str] = set()
        while time.monotonic() < end:
            quiet = subprocess.DEVNULL
            process = subprocess.Popen(command, stdout=quiet, stderr=quiet)
            life = time.monotonic() + chance.uniform(20, 150)
            while process.poll() is None and time.monotonic() < min(life, end):
                time.sleep(chance.uniform(0.5, 12))
                for pid in list(workers_of(process.pid)):
                    if chance.random() < 0.6:
                        os.kill(pid, signal.SIGKILL)
                        killed["worker"] += 1
            if process.poll() is None:
                process.kill()
                killed["command"] += 1
            process.wait()
            torn |= _torn(out)
        before = len(list(out.glob("works/*/work.json")))
        last = subprocess.run(command, check=False, capture_output=True)
        torn |= _torn(out)
        finished = json.loads((out / "batch.json").read_text(encoding="utf-8"))
        states = {work["id"]: work["state"] for work in finished["works"]}
        lost = count - sum(state == "done" for state in states.values())
    write(
        "batch-kills",
        figures={
            "workers": Figure(value=killed["worker"], unit="count", n=killed["worker"]),
            "commands": Figure(value=killed["command"], unit="count", n=killed["command"]),
            "works": Figure(value=count, unit="count", n=count),
            "done-before-the-last": Figure(value=before, unit="count", n=count),
            "lost": Figure(value=lost, unit="count", n=count),
            "torn": Figure(value=len(torn), unit="count", n=count),
            "last-status": Figure(value=last.returncode, unit="count", n=1),
        },
    )


def _torn(out: Path) -> set[str]:
    """Files that are there and not whole; what says it is done and has no report."""
    found = set()
    for path in out.glob("works/*/*.json"):
        try:
            json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            found.add(str(path))
    for path in out.glob("works/*/work.json"):
        if (
            not (path.parent / "report.json").is_file()
            or not (path.parent / "report.html").is_file()
        ):
            found.add(str(path))
    return found


# The same work twice


def alike(count: int, pairs: int) -> None:
    """Sound that is encoded, cut and changed in speed: found, and found by mistake."""
    ways = {
        "another bit rate": ("-b:a", "32k"),
        "5 s trimmed": ("-ss", "5", "-b:a", "64k"),
        "1 % slower, pitch kept": ("-af", "atempo=0.99", "-b:a", "64k"),
        "1 % faster, pitch too": ("-af", "asetrate=8080,aresample=44100", "-b:a", "64k"),
        "mono, quieter, 5 s cut, 1 %": (
            "-ss", "5", "-ac", "1", "-af", "volume=0.4,atempo=1.01", "-b:a", "40k",
        ),
    }  # fmt: skip
    prints: dict[str, Prints] = {}
    owner: dict[str, tuple[str, str]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(count - pairs):
            prints[f"w{number}"] = _heard(_encoded(folder, song(number), ("-b:a", "96k")))
        for number in range(pairs):
            way = list(ways)[number % len(ways)]
            source = song(number * 7 % (count - pairs))
            prints[f"again{number}"] = _heard(_encoded(folder, source, ways[way]))
            owner[f"again{number}"] = (f"w{number * 7 % (count - pairs)}", way)
    found = {work: group.works for group in alike_works(prints) for work in group.works}
    rows: list[list[Entry]] = []
    for way in ways:
        asked = [again for again, (_, its) in owner.items() if its == way]
        hit = [again for again in asked if owner[again][0] in found.get(again, ())]
        rows.append([way, (len(hit), len(asked))])
    right = {again for again, (work, _) in owner.items() if work in found.get(again, ())}
    expected = {frozenset((a, w)) for a, (w, _) in owner.items()}
    wrong = [g.works for g in alike_works(prints) if not _made_of(g.works, expected)]
    write(
        "batch-alike",
        tables={
            "alike": table(
                f"{pairs} disguised among {count} works",
                (column("disguise"), column("found", "{}/{}", found="count", of="count")),
                rows,
                n=pairs,
            )
        },
        figures={
            "found": Figure(value=len(right), unit="count", n=pairs),
            "by-mistake": Figure(value=len(wrong), unit="count", n=count),
        },
    )


def _made_of(works: tuple[str, ...], expected: set[frozenset[str]]) -> bool:
    """Whether a group holds nothing but works that are the same."""
    first = works[0]
    return all(
        any(work in pair and (first in pair or pair & set(works)) for pair in expected)
        for work in works
    )


def _encoded(folder: Path, samples: object, how: tuple[str, ...]) -> Path:
    raw = folder / "sound.f32"
    np.asarray(samples, np.float32).tofile(raw)
    out = folder / "sound.mp4"
    start = [how[0], how[1]] if how[0] == "-ss" else []
    rest = how[2:] if start else how
    given = ("-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", "1", *start, "-i", str(raw))
    ffmpeg(*given, "-ar", "44100", *rest, str(out))
    return out


def _heard(path: Path) -> Prints:
    found = sound_hashes(read_audio(path, Config.load().media, sample_rate=SAMPLE_RATE))
    assert found is not None
    return Prints(sound=tuple(map(int, found[0])), sound_at=tuple(map(int, found[1])))


def times() -> None:
    """The search among fingerprints of 100, 1,000 and 10,000 works: sound, picture and text."""
    chance = np.random.default_rng(18)
    rows: list[list[Entry]] = []
    for count in (100, 1000, 10_000):
        prints = {}
        for number in range(count):
            prints[f"w{number}"] = Prints(
                sound=tuple(chance.integers(0, 2**32, 1800).tolist()),
                sound_at=tuple(np.sort(chance.integers(0, 3000, 1800)).tolist()),
                pictures=tuple(f"{v:016x}" for v in chance.integers(0, 2**63, 30).tolist()),
                words={"zh": str(number)},
                text={"zh": tuple(chance.integers(0, 2**32, 128).tolist())},
                shingles={"zh": 800},
            )
        began = time.process_time()
        found = alike_works(prints)
        rows.append([f"{count:,}", time.process_time() - began, len(found)])
    columns = (
        column("works"),
        column("processor seconds", "{:.2f}", seconds="s"),
        column("groups", "{}", groups="count"),
    )
    write("batch-times", tables={"times": table("The search alone", columns, rows)})


# A plan


_WORK_S, _SPREAD = 360.0, 0.35
_FILE_MB, _STORE_MB_S = 200.0, 110.0
_HANDING_S = 0.01
_WORKERS = 4


def plan() -> None:
    """10,000 works of five minutes on 1 to 200 machines of four workers, one storage.

    Supposed: a work takes 360 s of a worker (log-normal, spread .35; five minutes of film
    at 1.2 of its length, between the .5 of listening and the 1.6 of reading all of the
    picture that the other pages give), reads 200 MB twice from a storage of 1 Gbit/s that all
    share, and 10 ms of the scheduler.
    """
    rows: list[list[Entry]] = []
    chance = np.random.default_rng(20)
    lengths = chance.lognormal(np.log(_WORK_S) - _SPREAD**2 / 2, _SPREAD, 10_000)
    alone = float(lengths.sum()) / _WORKERS
    for machines in (1, 5, 10, 20, 50, 100, 200):
        hours = _queue(lengths, machines * _WORKERS) / 3600
        rows.append([machines, hours, alone / 3600 / hours / machines])
    columns = (
        column("machines", "{}", machines="count"),
        column("hours", "{:.1f}", hours="h"),
        column("of what as many machines could do", "{:.2f}", ratio="ratio"),
    )
    limit = _WORK_S / (2 * _FILE_MB / _STORE_MB_S) / _WORKERS
    write(
        "batch-plan",
        tables={"plan": table("10,000 works, simulated", columns, rows)},
        figures={"storage-full-at": Figure(value=round(limit, 1), unit="machines", n=1)},
    )


def _queue(lengths: np.ndarray[tuple[int], np.dtype[np.float64]], workers: int) -> float:
    """Seconds until the last work is done: a worker takes the next work when it is free.

    The storage serves one reader after the other, the scheduler hands out one work at a time.
    """
    free = [0.0] * workers
    heapq.heapify(free)
    store = handed = last = 0.0
    for length in sorted(lengths.tolist(), reverse=True):
        at = heapq.heappop(free)
        handed = max(handed, at) + _HANDING_S
        store = max(store, handed) + 2 * _FILE_MB / _STORE_MB_S
        done = store + length
        last = max(last, done)
        heapq.heappush(free, done)
    return last


def main() -> None:
    """Run the part that is named."""
    part, *rest = sys.argv[1:] or ["plan"]
    if part == "scale":
        film, bo, zh, *count = rest
        scale(Path(film), Path(bo), Path(zh), int(count[0]) if count else 40)
    elif part == "kills":
        kills(int(rest[0]) if rest else 1000, float(rest[1]) if len(rest) > 1 else 600)
    elif part == "alike":
        alike(int(rest[0]) if rest else 200, int(rest[1]) if len(rest) > 1 else 20)
    elif part == "times":
        times()
    else:
        plan()


if __name__ == "__main__":
    main()
