"""`bilingual serve` under load, kills and odd requests: is anything lost, does it answer 500?

    python -m tests.bench.bench_server uploads [COUNT] [AT_ONCE]
    python -m tests.bench.bench_server large [MB]
    python -m tests.bench.bench_server pages [SECONDS]
    python -m tests.bench.bench_server kills [COUNT] [SEED]
    python -m tests.bench.bench_server fuzz [REQUESTS] [SEED]

All on loopback, on a service of its own in a temporary folder; each takes a few minutes.
``uploads``: small works, so many at a time; every one has to come to a report. ``large``: two
uploads of so many MB at once, and the memory of the service's process. ``pages``: how long
pages take while two works run. ``kills``: the service or its workers are killed at a random
moment while works come in; every work that was accepted has to be there, done or failed as
cut off. ``fuzz``: requests that Schemathesis (extra ``dev``) makes of the OpenAPI document,
about so many; none may be answered 500, 501 or 502, which are our mistakes (503 and 507 say
that it is busy or that the disk is full).
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from bilingual.budget import MIB
from bilingual.render.notebook.results import Entry
from bilingual.server.openapi import document
from tests.bench.results import column, table, write
from tests.server.running import Running
from tests.server.tracks import FAULTY_BO, SOUND_BO, ZH_FILE

Rows = Sequence[Sequence[Entry]]
Start = Callable[..., Running]
"""Starts the service with these options over a folder of its own; it ends with the bench."""

_BUSY: Final = ("queue-full", "too-busy", "too-many")
_GONE: Final = (urllib.error.URLError, OSError, http.client.HTTPException)


def _ended(service: Running) -> None:
    """End it, whatever the bench came to; where that was killed it has ended."""
    if service.process.poll() is None:
        service.end()


def _rss(service: Running) -> float:
    """MiB that the service's own process holds."""
    status = Path(f"/proc/{service.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


@contextlib.contextmanager
def _most_memory(service: Running) -> Iterator[list[float]]:
    """The most memory that it holds while the block runs, in MiB, in a list of one."""
    most, over = [_rss(service)], threading.Event()

    def watch() -> None:
        while not over.wait(0.05):
            most[0] = max(most[0], _rss(service))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield most
    finally:
        over.set()
        watching.join()


def _submitted(service: Running, number: int = 0) -> str:
    """A small work, submitted again where the service is busy; its address."""
    while True:
        bo = (SOUND_BO, FAULTY_BO)[number % 2] + b"\n" * number
        try:
            return service.submit(bo=bo, zh=ZH_FILE)
        except AssertionError as error:  # 429, 503: come back
            if not any(code in str(error) for code in _BUSY):
                raise
            time.sleep(1)


def _uploads(start: Start, count: int = 200, at_once: int = 20) -> tuple[Rows, bool]:
    service = start("--workers", "2")
    began = time.monotonic()
    with _most_memory(service) as most:
        with ThreadPoolExecutor(at_once) as pool:
            urls = list(pool.map(lambda number: _submitted(service, number), range(count)))
        accepted = time.monotonic() - began
        states = Counter(service.until(url, "done", "failed")["state"] for url in urls)
        ended = time.monotonic() - began
    rows: Rows = [
        ("works", count),
        ("at a time", at_once),
        ("with a report", states["done"]),
        ("seconds until all were accepted", round(accepted, 1)),
        ("seconds until all were done", round(ended, 1)),
        ("memory of the service's process at most, MiB", round(most[0])),
    ]
    return rows, states["done"] == count


def _large(start: Start, megabytes: int = 300) -> tuple[Rows, bool]:
    service = start("--max-upload", str(2 * megabytes))
    piece, size = os.urandom(4 * MIB), megabytes * MIB

    def one(_: int) -> int:
        body = b'{"name": "film.mp4", "bytes": %d}' % size
        kind = {"Content-Type": "application/json"}
        _, made = service.call("POST", "/api/v1/uploads", body, kind)
        sent = 0
        while sent < size:
            headers = {
                "Content-Type": "application/offset+octet-stream",
                "Upload-Offset": str(sent),
            }
            status, answer = service.call("PATCH", made["url"], piece[: size - sent], headers)
            assert status == 200, answer
            sent = answer["received"]
        return sent

    began, before = time.monotonic(), _rss(service)
    with _most_memory(service) as most, ThreadPoolExecutor(2) as pool:
        sent = sum(pool.map(one, range(2)))
    seconds = time.monotonic() - began
    kept = sum(path.stat().st_size for path in (service.data / "uploads").iterdir())
    rows: Rows = [
        ("uploads at once", 2),
        ("MB of each", megabytes),
        ("seconds", round(seconds, 1)),
        ("memory of the service's process before, MiB", round(before)),
        ("and at most while they came in, MiB", round(most[0])),
    ]
    return rows, sent == kept == 2 * size


def _pages(start: Start, seconds: int = 60) -> tuple[Rows, bool]:
    service = start("--workers", "2")
    done = _submitted(service, 1)
    work = service.until(done, "done")
    report = work["links"]["report.html"]
    service.call("GET", report)  # rendered once
    over = threading.Event()

    def busy() -> None:
        while not over.is_set():
            service.until(_submitted(service, 1), "done", "failed")

    threads = [threading.Thread(target=busy, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    took: dict[str, list[float]] = {}
    asked = {
        "first page": "/", "page of a work": work["page"], "state of a work": done,
        "report": report, "list of works": "/api/v1/works",
    }  # fmt: skip
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for name, path in asked.items():
            began = time.perf_counter()
            status, _ = service.call("GET", path)
            assert status == 200, path
            took.setdefault(name, []).append((time.perf_counter() - began) * 1000)
        time.sleep(0.05)
    over.set()
    for thread in threads:
        thread.join()
    rows: list[Sequence[Entry]] = []
    for name, all_of_them in took.items():
        ordered = sorted(all_of_them)
        late = ordered[len(ordered) * 95 // 100]
        median = round(statistics.median(ordered), 1)
        rows.append((name, len(ordered), median, round(late, 1), round(ordered[-1], 1)))
    return rows, True


def _kill(service: Running, luck: random.Random, whole: bool) -> None:
    if whole:
        service.end(signal.SIGKILL)
        service.start()
        return
    workers = service.workers()
    for worker in luck.sample(workers, k=min(2, len(workers))):
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)


def _kills(start: Start, count: int = 50, seed: int = 1) -> tuple[Rows, bool]:
    luck = random.Random(seed)
    service = start("--workers", "2")
    accepted: list[str] = []
    for number in range(count):
        for _ in range(luck.randrange(1, 3)):
            with contextlib.suppress(*_GONE):
                accepted.append(_submitted(service, number))
        time.sleep(luck.uniform(0, 1.5))
        _kill(service, luck, number % 2 == 0)
    ends: Counter[str] = Counter()
    unread = 0
    unknown = {url for url in accepted if service.call("GET", url)[0] == 404}
    for url in accepted:
        if url in unknown:
            continue
        work = service.until(url, "done", "failed")
        ends["done" if work["state"] == "done" else work["reason"]["code"]] += 1
        if work["state"] == "done":
            status, report = service.call("GET", work["links"]["report.json"])
            unread += status != 200 or report["schema"] != "bilingual.report/1"
    listed = {w["url"] for w in service.call("GET", "/api/v1/works?limit=1000")[1]["works"]}
    lost = len(unknown | (set(accepted) - listed))
    cut = ends["work-interrupted"]
    other = sum(ends.values()) - ends["done"] - cut
    rows: Rows = [
        ("kills of the service", (count + 1) // 2),
        ("kills of its workers", count // 2),
        ("works accepted", len(accepted)),
        ("with a report", ends["done"]),
        ("failed as cut off by the end of the service", cut),
        ("failed as their process died twice", other),
        ("lost", lost),
        ("reports damaged", unread),
    ]
    return rows, not (lost or unread)


def _fuzz(start: Start, requests: int = 1000, seed: int = 1) -> tuple[Rows, bool]:
    program = Path(sys.executable).with_name("schemathesis")
    if not program.exists():
        raise SystemExit('Schemathesis is missing: pip install -c .ci/constraints.txt -e ".[dev]"')
    service = start("--workers", "1")
    service.until(_submitted(service, 1), "done")
    methods = {"get", "put", "post", "patch", "delete"}
    calls = sum(len(methods & item.keys()) for item in document()["paths"].values())
    command = [
        str(program), "run", f"{service.address}/api/v1/openapi.json",
        "--checks", "not_a_server_error", "--phases", "examples,coverage,fuzzing",
        "--max-examples", str(max(1, requests // calls)), "--seed", str(seed),
        # A stream of events ends with its work or never.
        "--exclude-path-regex", "events$", "--request-timeout", "60",
        "--generation-database", "none", "--no-color",
    ]  # fmt: skip
    hooks = {"SCHEMATHESIS_HOOKS": str(Path(__file__).with_name("fuzz_hooks.py"))}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=service.data.parent,
        env={**os.environ, **hooks},
    )  # fmt: skip
    sys.stdout.write(done.stdout[-9000:] + done.stderr[-1000:])
    well = service.call("GET", "/healthz")[0] == 200
    service.end()
    statuses: Counter[int] = Counter()
    for line in service.log.read_text("utf-8").splitlines():
        found: Any = json.loads(line) if line.startswith("{") else {}
        if found.get("event") == "request":
            statuses[found["status"]] += 1
    broken = sum(n for status, n in statuses.items() if status in (500, 501, 502))
    # 1: it complains of something, which the statuses in the log judge; 2 and more: it did not run.
    ran = done.returncode in (0, 1)
    asked = sum(statuses.values())
    rows: Rows = [
        ("requests", asked),
        ("exit status of Schemathesis", done.returncode),
        ("calls of the document", calls),
        *((f"answered {status}", n) for status, n in sorted(statuses.items())),
        ("of these 500, 501 or 502: our mistake", broken),
    ]
    return rows, well and ran and asked > calls and not broken


MODES: Final[dict[str, Callable[..., tuple[Rows, bool]]]] = {
    "uploads": _uploads,
    "large": _large,
    "pages": _pages,
    "kills": _kills,
    "fuzz": _fuzz,
}
_TITLES: Final = {
    "uploads": "Small works, many at a time",
    "large": "Two large uploads at once",
    "pages": "Pages while two works run, in ms",
    "kills": "Killed while works come in",
    "fuzz": "Requests made of the OpenAPI document",
}


def main() -> int:
    """Run one of them; 1 where a work is lost, or a request was answered 500 or none was made."""
    mode, *numbers = sys.argv[1:] or ["pages"]
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as running:

        def start(*options: str) -> Running:
            service = Running(Path(folder) / "data", *options)
            running.callback(_ended, service)
            return service

        rows, good = MODES[mode](start, *map(int, numbers))
    columns = (
        [
            column("page"),
            column("requests", n="count"),
            *(column(one, "{:.1f}", ms="ms") for one in ("median", "95 in 100", "longest")),
        ]
        if mode == "pages"
        else [column("what"), column("figure", "{:g}", n="count")]
    )
    write(f"server-{mode}", tables={mode: table(_TITLES[mode], columns, rows)})
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
