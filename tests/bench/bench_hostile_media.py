"""Every hostile file through every entry point: what is opened, what is connected to, at what cost.

    python -m tests.bench.bench_hostile_media [AT_ONCE] [--kinds KIND ...] [--from N] [--seconds N] [--through NAME ...]

The corpus of tests/media/hostile.py, the tricks of tests/media/tricks.py and the files of
tests/media/broadcast.py, or those of them in whose name a KIND is. Runs each file in a process of its own (all modules are loaded beforehand) under strace (where it is installed), so
many at a time (one unless said), and prints one line a file and the totals. Counted are files that ffmpeg opened by a
name, connections, the slowest file, the most memory that any one
process took, and processes left over. The files come in a random order that is always the
same: ``--from`` leaves out the first N of it, after ``--seconds`` no further one is begun, and
the result says how many there were.
``--through`` takes some entry points only, by their names in tests/bench/entry_points.py.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from itertools import chain
from pathlib import Path
from pkgutil import walk_packages
from queue import Queue
from typing import Any

import bilingual
from bilingual.media.binaries import ffmpeg_binaries
from bilingual.render.notebook.results import Cell, Entry
from bilingual.weights.onnx import onnxruntime
from tests.bench.entry_points import Refused, entry_points, write_old_report
from tests.bench.results import column, table, write
from tests.media.broadcast import broadcast
from tests.media.clips import make, picture, tone
from tests.media.hostile import SECRET, Case, corpus
from tests.media.tricks import long_by_tricks, odd, unordered

# What a static program may look at before it does anything.
HARMLESS = re.compile(r'"(/dev/(null|urandom)|/proc/(self|cpuinfo)|/sys/devices/system/cpu)')
# An attempt counts, whether it went well or not; threads interrupt each other's lines.
OPEN = re.compile(r"^(\d+) +(?:open|openat|openat2)\((.*)")
CALL = re.compile(r"^(\d+) +connect\(.*sa_family=AF_INET")
START = re.compile(r'^(\d+) +execve\("([^"]+)"')
BRANCH = re.compile(r"^(\d+) +(?:<\.\.\. )?(?:clone|clone3|fork|vfork)\b.*= (\d+)$")
TRACED = "trace=open,openat,openat2,connect,execve,clone,clone3,fork,vfork"


def say(*words: str) -> None:
    """A line on stdout, at once."""
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def outcomes(path: Path, scratch: Path, through: list[str]) -> dict[str, Any]:
    """Put one file through the entry points: what came of each, and its seconds."""
    from bilingual.errors import BilingualError

    came: dict[str, Any] = {}
    for name, call in entry_points().items():
        if through and name not in through:
            continue
        start = time.monotonic()
        try:
            result = call(path, scratch)
            what = str(getattr(result, "verdict", None) or "done")
            if name == "check":
                what = f"complete={result.complete} {result.complete_reason or ''}"  # type: ignore[attr-defined]
            if SECRET in repr(result):
                what = "LEAK"
        except (BilingualError, Refused) as error:
            what = getattr(error, "code", "refused")
            if SECRET in str(error):
                what = "LEAK"
            elif isinstance(error, Refused) and not str(error).strip():
                what = "FOREIGN: a refusal without a word"
        except Exception as error:
            what = f"FOREIGN {type(error).__name__}: {error}"
        came[name] = [what, round(time.monotonic() - start, 2)]
    return came


def lane(scratch: Path, through: list[str]) -> None:
    """Take paths from stdin, each in a process of its own that has all modules already.

    Prints a line for each: what came of it, the process's status, its most memory in KiB.
    """
    for found in walk_packages(bilingual.__path__, "bilingual."):
        if not found.name.rpartition(".")[2].startswith("_"):
            import_module(found.name)
    onnxruntime()  # through its door, or it reports what it runs
    for heavy in ("matplotlib.pyplot", "sacrebleu", "PIL.Image"):
        import_module(heavy)
    for line in sys.stdin:
        path = Path(json.loads(line))
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            with os.fdopen(writing, "w") as out:
                json.dump(outcomes(path, scratch, through), out)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answer:
            came = answer.read()
        _, status, usage = os.wait4(child, 0)
        say(json.dumps([json.loads(came or "null"), status, usage.ru_maxrss]))


class Lane:
    """A process that takes one file after another (:func:`lane`), watched by strace."""

    def __init__(self, scratch: Path, strace: str | None, through: list[str]) -> None:
        self._log = scratch / "strace.log"
        self._read = 0
        self._strace = strace
        command = [sys.executable, "-m", "tests.bench.bench_hostile_media", "--lane"]
        command += [str(scratch), *through]
        if strace:
            watched = ["-f", "--seccomp-bpf", "-qq", "-e", TRACED, "-o", str(self._log)]
            command = [strace, *watched, *command]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def attempt(self, case: Case) -> Tried:
        """One file through the entry points."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        start = time.monotonic()
        self._process.stdin.write(json.dumps(str(case.path)).encode() + b"\n")
        self._process.stdin.flush()
        came, status, memory = json.loads(self._process.stdout.readline())
        seconds = time.monotonic() - start
        names, calls = foreign(self._watched())
        return Tried(
            came or {"process": [f"died {status}", seconds]}, names, calls, seconds, memory // 1024
        )

    def _watched(self) -> str:
        """What strace has written since the last time."""
        if not self._strace:
            return ""
        with self._log.open("rb") as log:
            log.seek(self._read)
            new = log.read()
        self._read += len(new)
        return new.decode(errors="replace")

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def foreign(log: str) -> tuple[list[str], list[str]]:
    """Names that ffmpeg opened, and connections of any process."""
    programs: set[str] = set()
    names, calls = [], []
    for line in log.splitlines():
        if start := START.match(line):
            programs.discard(start[1])
            if "ff" in Path(start[2]).name:
                programs.add(start[1])
        elif (branch := BRANCH.match(line)) and branch[1] in programs:
            programs.add(branch[2])
        elif CALL.match(line):
            calls.append(line)
        elif (opened := OPEN.match(line)) and (
            (opened[1] in programs and not HARMLESS.search(opened[2]))
            or "secret.txt" in opened[2]
            or "segment.mp4" in opened[2]
        ):
            names.append(line)
    return names, calls


def orphans() -> list[str]:
    """Running ffmpeg processes without a parent."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == 1 and (entry / "exe").readlink().name.startswith("ff"):
                    found.append(entry.name)
            except OSError:
                continue
    return found


def control(strace: str, folder: Path, cases: list[Case]) -> tuple[int, int]:
    """What the watch sees when ffmpeg has no limits: files and connections, both > 0."""
    log, names, calls = folder / "control.log", 0, 0
    for case in cases:
        if case.kind in ("hls-video", "hls-http", "hls-map"):
            loose = [str(ffmpeg_binaries().ffprobe), "-v", "quiet", "-allowed_extensions", "ALL"]
            loose += ["-extension_picky", "0", "-protocol_whitelist", "file,http,tcp,crypto,data"]
            loose += ["-f", "hls", "-i", str(case.path)]
            watched = [strace, "-f", "--seccomp-bpf", "-qq", "-e", TRACED, "-o", str(log), *loose]
            subprocess.run(watched, check=False, timeout=60)
            found = foreign(log.read_text(errors="replace"))
            names, calls = names + len(found[0]), calls + len(found[1])
    return names, calls


@dataclass(frozen=True)
class Tried:
    """What came of one file: outcomes by entry point, what strace saw, the cost."""

    came: dict[str, Any]
    names: list[str]
    calls: list[str]
    seconds: float
    memory: int


def tricked(folder: Path, clip: Path) -> Iterator[Case]:
    """Containers that promise more than there is in them, and clocks that go back."""
    folder.mkdir()
    made = (kinds(clip, folder / "work") for kinds in (long_by_tricks, odd, unordered))
    for name, data in chain(*made, broadcast(folder / "broadcast")):
        path = folder / name
        path.write_bytes(data)
        yield Case(name, path, whole=name.startswith("ordinary."))


def main(
    folder: Path,
    at_once: int,
    kinds: list[str],
    through: list[str],
    most_s: float,
    left_out: int,
) -> None:
    """Make the corpus, run it, print the figures."""
    visits: list[str] = []

    class Trap(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            visits.append(self.path)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Trap)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    clip = make(folder / "clip.mp4", picture(), tone())
    scratch = folder / "scratch"
    write_old_report(scratch)
    cases = corpus(folder / "corpus", clip, f"http://127.0.0.1:{server.server_port}")
    strace = shutil.which("strace")
    if strace:
        names_seen, calls_seen = control(strace, folder, cases)
        say(
            f"control: ffprobe without limits on three: {names_seen} files, {calls_seen} connections"
        )
        visits.clear()
    cases += tricked(folder / "tricks", clip)
    cases = [c for c in cases if not kinds or any(kind in c.kind for kind in kinds)]
    lanes: Queue[Lane] = Queue()
    for number in range(at_once):
        own = scratch.with_name(f"scratch-{number}")
        shutil.copytree(scratch, own)
        lanes.put(Lane(own, strace, through))

    known = list(entry_points())
    taken = through or known
    if unknown := set(taken) - set(known):
        sys.exit(f"no entry point: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    random.Random(1).shuffle(cases)
    total = len(cases)
    cases = cases[left_out:]
    until = time.monotonic() + most_s

    def tried(case: Case) -> Tried | None:
        if time.monotonic() > until:
            return None
        own = lanes.get()
        try:
            return own.attempt(case)
        finally:
            lanes.put(own)

    opened_foreign = connections = leaks = alien = passed = ran = 0
    slowest, biggest = (0.0, ""), (0, "")
    with ThreadPoolExecutor(at_once) as pool:
        for case, found in zip(cases, pool.map(tried, cases), strict=True):
            if found is None:
                continue
            ran += 1
            came = found.came
            opened_foreign += len(found.names)
            connections += len(found.calls)
            leaks += sum(what == "LEAK" for what, _ in came.values())
            alien += sum(what.startswith(("FOREIGN", "died")) for what, _ in came.values())
            passed += not case.whole and came.get("verify", ["?"])[0] == "pass"
            spent = ((spent, f"{case.kind}, {at}") for at, (_, spent) in came.items())
            slowest = max(slowest, *spent)
            biggest = max(biggest, (found.memory, case.kind))
            shown = " ".join(f"{name}={what}" for name, (what, _) in came.items())
            cost = f"{found.seconds:5.1f} s {found.memory:5d} MiB"
            say(f"{case.kind:30} {cost} {shown}", *found.names[:2], *found.calls[:2])
    while not lanes.empty():
        lanes.get().close()
    orphaned = len(orphans())
    both = ("count", "count")
    rows: list[tuple[str, Entry]] = [
        ("files", Cell(values=(ran, total), shown="{} of {}", units=both)),
        ("entry points", Cell(values=(len(taken), len(known)), shown="{} of {}", units=both)),
        ("files opened by ffmpeg or with the secret word in them", opened_foreign),
        (
            "connections",
            Cell(
                values=(connections, len(visits)),
                shown="{} (and {} visits to the listening trap)",
                units=("count", "count"),
            ),
        ),
        ("words of other files in any result, page or message", leaks),
        ("hostile files that pass", passed),
        ("processes left over", orphaned),
        (
            "most memory of a process",
            Cell(values=(biggest[0],), shown=f"{{}} MiB ({biggest[1]})", units=("MiB",)),
        ),
        ("slowest", Cell(values=(slowest[0],), shown=f"{{:.1f}} s ({slowest[1]})", units=("s",))),
        ("exceptions that are not the library's", alien),
    ]
    columns = (column("measured"), column("figure", figure="count", detail="count"))
    data = [
        f"{ran} of {total} hostile files, made by tests/media/hostile.py, tricks.py and broadcast.py"
    ]
    if not strace:
        data.append("strace is not installed: opened files were not watched")
    write("hostile-media", tables={"totals": table("Hostile files", columns, rows)}, data=data)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--lane"]:
        lane(Path(sys.argv[2]), sys.argv[3:])
    else:
        parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
        parser.add_argument("at_once", nargs="?", type=int, default=1)
        parser.add_argument("--kinds", nargs="+", default=[])
        parser.add_argument("--through", nargs="+", default=[])
        parser.add_argument("--from", type=int, default=0, dest="left_out")
        parser.add_argument("--seconds", type=float, default=math.inf)
        given = parser.parse_args()
        with tempfile.TemporaryDirectory() as scratch:
            main(
                Path(scratch),
                given.at_once,
                given.kinds,
                given.through,
                given.seconds,
                given.left_out,
            )
