"""`bilingual serve` under load, kills and odd requests: is anything lost, does it answer 500?

    python -m tests.bench.bench_server uploads [COUNT] [AT_ONCE]
    python -m tests.bench.bench_server large [MB]
    python -m tests.bench.bench_server pages [SECONDS]
    python -m tests.bench.bench_server kills [COUNT] [SEED]
    python -m tests.bench.bench_server fuzz [EXAMPLES]

All on loopback, on a service of its own in a temporary folder. ``uploads``: small works, so
many at a time; every one has to come to a report. ``large``: two uploads of so many MB at
once, and the memory of the service's process. ``pages``: how long pages take while two works
run. ``kills``: the service or one of its workers is killed at a random moment while works
come in; every work that was accepted has to be there, done or failed as cut off. ``fuzz``:
requests that Schemathesis makes of the OpenAPI document; none may be answered 5xx.
"""

from __future__ import annotations

import contextlib
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
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from bilingual.render.notebook.results import Figure
from tests.bench.results import write
from tests.server.running import Running
from tests.server.tracks import FAULTY_BO, SOUND_BO, ZH_FILE

_MIB: Final = 1024 * 1024


def _rss(service: Running) -> float:
    """MiB that the service's own process holds."""
    status = Path(f"/proc/{service.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _uploads(folder: Path, count: int = 200, at_once: int = 20) -> dict[str, Figure]:
    service = Running(folder / "data", "--workers", "2")
    began = time.monotonic()

    def one(number: int) -> str:
        while True:
            bo = (SOUND_BO, FAULTY_BO)[number % 2] + b"\n" * number
            try:
                return service.submit(bo=bo, zh=ZH_FILE)
            except AssertionError as error:  # 429, 503: come back
                if "queue-full" not in str(error) and "too-busy" not in str(error):
                    raise
                time.sleep(1)

    with ThreadPoolExecutor(at_once) as pool:
        urls = list(pool.map(one, range(count)))
    accepted = time.monotonic() - began
    states = Counter(service.until(url, "done", "failed")["state"] for url in urls)
    figures = {
        "works": Figure(value=count, unit=""),
        "done": Figure(value=states["done"], unit=""),
        "seconds until accepted": Figure(value=round(accepted, 1), unit="s"),
        "seconds until done": Figure(value=round(time.monotonic() - began, 1), unit="s"),
        "memory of the service": Figure(value=round(_rss(service)), unit="MiB"),
    }
    service.end()
    return figures


def _large(folder: Path, megabytes: int = 300) -> dict[str, Figure]:
    service = Running(folder / "data", "--max-upload", str(2 * megabytes))
    before, most, over = _rss(service), 0.0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not over.wait(0.05):
            most = max(most, _rss(service))

    watching = threading.Thread(target=watch)
    watching.start()
    piece = os.urandom(4 * _MIB)

    def one(_: int) -> int:
        size = megabytes * _MIB
        body = b'{"name": "film.mp4", "bytes": %d}' % size
        _, made = service.call(
            "POST", "/api/v1/uploads", body, {"Content-Type": "application/json"}
        )
        sent = 0
        while sent < size:
            part = piece[: size - sent]
            headers = {
                "Content-Type": "application/offset+octet-stream",
                "Upload-Offset": str(sent),
            }
            status, answer = service.call("PATCH", made["url"], part, headers)
            assert status == 200, answer
            sent = answer["received"]
        return sent

    began = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        sent = sum(pool.map(one, range(2)))
    seconds = time.monotonic() - began
    over.set()
    watching.join()
    service.end()
    return {
        "bytes": Figure(value=sent, unit="B"),
        "seconds": Figure(value=round(seconds, 1), unit="s"),
        "memory before": Figure(value=round(before), unit="MiB"),
        "memory at most": Figure(value=round(most), unit="MiB"),
    }


def _pages(folder: Path, seconds: int = 30) -> dict[str, Figure]:
    service = Running(folder / "data", "--workers", "2")
    done = service.submit(bo=FAULTY_BO, zh=ZH_FILE)
    work = service.until(done, "done")
    service.call("GET", work["links"]["report.html"])
    end = time.monotonic() + seconds
    over = threading.Event()

    def busy() -> None:
        while not over.is_set():
            service.until(service.submit(bo=FAULTY_BO, zh=ZH_FILE), "done", "failed")

    threads = [threading.Thread(target=busy, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    took: list[float] = []
    while time.monotonic() < end:
        for path in ("/", work["page"], done, work["links"]["report.html"], "/api/v1/works"):
            began = time.perf_counter()
            status, _ = service.call("GET", path)
            assert status == 200, path
            took.append(time.perf_counter() - began)
        time.sleep(0.05)
    over.set()
    for thread in threads:
        thread.join()
    service.end()
    took.sort()
    return {
        "requests": Figure(value=len(took), unit=""),
        "median": Figure(value=round(statistics.median(took) * 1000, 1), unit="ms"),
        "95 in 100": Figure(value=round(took[len(took) * 95 // 100] * 1000, 1), unit="ms"),
        "longest": Figure(value=round(took[-1] * 1000, 1), unit="ms"),
    }


def _kills(folder: Path, count: int = 50, seed: int = 1) -> dict[str, Figure]:
    luck = random.Random(seed)
    service = Running(folder / "data", "--workers", "2")
    accepted: list[str] = []
    for number in range(count):
        for _ in range(luck.randrange(1, 4)):
            with contextlib.suppress(urllib.error.URLError, OSError):
                accepted.append(service.submit(bo=FAULTY_BO, zh=ZH_FILE))
        time.sleep(luck.uniform(0, 2.0))
        if number % 2:
            for worker in luck.sample(service.workers(), k=min(2, len(service.workers()))):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
        else:
            service.end(signal.SIGKILL)
            service.start()
    ends: Counter[str] = Counter()
    for url in accepted:
        work = service.until(url, "done", "failed")
        if work["state"] == "done":
            assert service.call("GET", work["links"]["report.json"])[0] == 200
            ends["done"] += 1
        else:
            ends[work["reason"]["code"]] += 1
    listed = len(service.call("GET", "/api/v1/works?limit=1000")[1]["works"])
    service.end()
    lost = sum(1 for _ in accepted) - sum(ends.values())
    return {
        "kills": Figure(value=count, unit=""),
        "accepted": Figure(value=len(accepted), unit=""),
        "listed": Figure(value=listed, unit=""),
        "lost": Figure(value=lost, unit=""),
        **{code: Figure(value=number, unit="") for code, number in ends.items()},
    }


def _fuzz(folder: Path, examples: int = 1000) -> dict[str, Figure]:
    service = Running(folder / "data", "--workers", "1")
    url = service.submit(bo=FAULTY_BO, zh=ZH_FILE)
    service.until(url, "done")
    calls = 30  # about so many operations share the examples
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run",
        f"{service.address}/api/v1/openapi.json", "--checks", "not_a_server_error",
        "--max-examples", str(max(1, examples // calls)), "--phases", "examples,coverage,fuzzing",
        "--exclude-path-regex", "events$", "--request-timeout", "120",
        "--generation-database", "none",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    log = service.log.read_text("utf-8")
    statuses = Counter(part.split(",")[0] for part in log.split('"status": ')[1:])
    sys.stdout.write(done.stdout[-4000:])
    answered = service.call("GET", "/healthz")[0]
    service.end()
    return {
        "requests": Figure(value=sum(statuses.values()), unit=""),
        "answered 500": Figure(value=statuses["500"], unit=""),
        "well afterwards": Figure(value=int(answered == 200), unit=""),
        "schemathesis' status": Figure(value=done.returncode, unit=""),
    }


MODES: Final[dict[str, Callable[..., dict[str, Figure]]]] = {
    "uploads": _uploads,
    "large": _large,
    "pages": _pages,
    "kills": _kills,
    "fuzz": _fuzz,
}


def main() -> int:
    """Run one of them; 1 where a work is lost or a request was answered 500."""
    mode, *numbers = sys.argv[1:] or ["pages"]
    with tempfile.TemporaryDirectory() as folder:
        figures = MODES[mode](Path(folder), *map(int, numbers))
    write(f"server_{mode}", figures=figures)
    for name, figure in figures.items():
        sys.stdout.write(f"{name}: {figure.value} {figure.unit or ''}\n")
    bad = ("lost", "answered 500")
    return int(any(figures[name].value for name in bad if name in figures))


if __name__ == "__main__":
    sys.exit(main())
