"""A batch whose workers, command and scheduler are killed at random moments.

Three arms write to one folder, one after the other: the command as it is, whose processes
start anew; Dask, of which scheduler, workers and command are killed; and the command with
processes forked from this one, which has the library loaded, so that a kill costs a tenth of
a second and not ten. What was killed is started again, as `dask worker` does it by itself.
At the end the batch runs once more without kills, and everything is counted.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import bilingual.batch.local as local
from bilingual.cli import run
from bilingual.pipeline.verify import verify
from bilingual.render.notebook.results import Entry, Figure
from tests.batch.works import BO, ZH, srt
from tests.bench.batch_scale import descendants
from tests.bench.results import column, table, write

_CREATED: Final = re.compile(r'"created": "[^"]*"')
_QUIET: Final = ("--asr", "off", "--workers", "2")
_MOST_DONE, _CHANGED = 0.9, 0.3
_EACH: Final = 0.7  # share of the workers there are that a moment of killing takes
_COMPARED: Final = 150  # reports that are made once more, undisturbed
_ARMS: Final = {
    "as it is": ("worker", "command"),
    "Dask": ("worker", "scheduler", "command"),
    "forked": ("worker", "command"),
}


@dataclass(slots=True, kw_only=True)
class _Season:
    """The works, the folder for results, and what has been seen so far."""

    folder: Path
    count: int
    chance: random.Random
    killed: Counter[tuple[str, str]] = field(default_factory=Counter)
    runs: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    torn: set[str] = field(default_factory=set)
    done: dict[str, int] = field(default_factory=dict)
    again: set[str] = field(default_factory=set)
    changed: int = 0
    old: dict[str, int] = field(default_factory=dict)  # results of works that are due again

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def arguments(self) -> list[str]:
        table = str(self.folder / "works.csv")
        return ["batch", table, "--out", str(self.out), *_QUIET]

    def so_far(self) -> str:
        """What has been seen, as a line."""
        killed = ", ".join(f"{arm} {what} {n}" for (arm, what), n in self.killed.items())
        seen = f"done {len(self.done)}, changed {self.changed}, torn {len(self.torn)}"
        return f"{killed}; {seen}, again {len(self.again)}; {dict(self.statuses)}"

    def look(self) -> None:
        """Look for what is torn, and for works that were done and have been done again."""
        for path in self.out.glob("works/*/*"):
            if path.suffix == ".json" and not _is_json(path):
                self.torn.add(str(path))
        for path in self.out.glob("works/*/work.json"):
            result = json.loads(path.read_bytes())["result"]
            if result["state"] != "done":
                continue
            here = {name: path.parent / name for name in ("report.json", "report.html")}
            whole = all(one.is_file() for one in here.values())
            if not whole or not here["report.html"].read_bytes().rstrip().endswith(b"</html>"):
                self.torn.add(str(path))
            at = path.stat().st_mtime_ns
            if self.old.get(path.parent.name) == at:
                continue
            if self.done.setdefault(path.parent.name, at) != at:
                self.again.add(path.parent.name)
                self.done[path.parent.name] = at

    def change_some(self) -> None:
        """Where most is done, change the subtitles of some: these, and no others, are due."""
        if len(self.done) < _MOST_DONE * self.count:
            return
        for number in self.chance.sample(range(self.count), round(_CHANGED * self.count)):
            write_work(self.folder, number, self.chance)
            made = self.done.pop(f"w{number}", None)
            if made is not None:
                self.old[f"w{number}"] = made
            self.changed += 1

    def kill(self, arm: str, what: str, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.killed[arm, what] += 1

    def kills_of(self, arm: str) -> int:
        return sum(count for (its, _), count in self.killed.items() if its == arm)


def kills(count: int, asked: dict[str, int], seconds: float) -> None:
    """COUNT works; so many kills of each arm, as far as SECONDS allow."""
    with tempfile.TemporaryDirectory() as name:
        season = _Season(folder=Path(name), count=count, chance=random.Random(18))
        _write_works(season.folder, count)
        _warm(season.folder)
        end = time.monotonic() + seconds
        for arm, turn in (("forked", _forked), ("Dask", _dask), ("as it is", _as_it_is)):
            while season.kills_of(arm) < asked[arm] and time.monotonic() < end:
                season.change_some()
                turn(season, asked[arm])
                season.look()
                sys.stderr.write(f"{season.so_far()}\n")
        before = len(season.done)
        last = _wait(_fork(lambda: _command([*season.arguments, "--again", "failed"])))
        season.look()
        _write(season, before, last)


def _write_works(folder: Path, count: int) -> None:
    """Works of the same sentences in orders of their own: one set of glyphs serves them all."""
    chance = random.Random(1)
    rows = ["编号,藏文字幕,中文字幕"]
    for number in range(count):
        write_work(folder, number, chance)
        rows.append(f"w{number},w{number}.bo.srt,w{number}.zh.srt")
    (folder / "works.csv").write_text("\n".join(rows), encoding="utf-8")


def write_work(folder: Path, number: int, chance: random.Random) -> None:
    """Both subtitle files of a work, the sentences in a new order."""
    order = chance.sample(range(len(ZH)), len(ZH))
    for side, lines in (("bo", BO), ("zh", ZH)):
        text = srt([lines[n] for n in order])
        (folder / f"w{number}.{side}.srt").write_text(text, encoding="utf-8")


def _warm(folder: Path) -> None:
    """Load what a work needs, so that a process forked from here begins at once."""
    import distributed  # noqa: F401
    import pebble  # noqa: F401

    (folder / "one.csv").write_text("编号,藏文字幕,中文字幕\na,w0.bo.srt,w0.zh.srt", "utf-8")
    log = folder / "log"
    with log.open("w") as file, contextlib.redirect_stdout(file), contextlib.redirect_stderr(file):
        from bilingual.batch import load_table, verify_many
        from tests.batch.test_engine import here

        with here() as executor:
            verify_many(load_table(folder / "one.csv"), out=folder / "warm", executor=executor)


def _fork(does: Callable[[], int]) -> int:
    """A process forked from this one; its id."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    status = 70
    try:
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 1)
        if "BENCH_LOUD" not in os.environ:
            os.dup2(null, 2)
        status = does()
    finally:
        os._exit(status)


def _wait(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _ended(pid: int) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


class _Forked(multiprocessing.context.ForkContext):
    """Stands in for the context that starts processes anew."""


def _begin() -> None:
    """As a process that starts anew: without the files that its parent has open."""
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            if entry.readlink().name == ".batch.lock":
                os.close(int(entry.name))
    _OWN_BEGIN()


_OWN_BEGIN: Final = local.begin


def _command(arguments: list[str]) -> int:
    """The command, its workers forked from it."""
    local._Context = _Forked  # type: ignore[misc, assignment]
    local.begin = _begin
    return run(arguments)


def _forked(season: _Season, asked: int) -> None:
    """One run of the command: some of its workers are killed, then itself, unless it ends."""
    pid = _fork(lambda: _command(season.arguments + _again(season)))
    _hunt(season, "forked", pid, asked, longest=120, pause=4.0, some=range(8, 26))


def _as_it_is(season: _Season, asked: int) -> None:
    command = [sys.executable, "-m", "bilingual", *season.arguments, *_again(season)]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet)
    _hunt(season, "as it is", process.pid, asked, longest=240, pause=16.0, some=range(3, 7))


def _again(season: _Season) -> list[str]:
    """Now and then what failed, since its process was killed twice, is asked for again."""
    return ["--again", "failed"] if season.chance.random() < 0.3 else []


def _hunt(
    season: _Season, arm: str, pid: int, asked: int, *, longest: float, pause: float, some: range
) -> None:
    chance = season.chance
    season.runs[arm] += 1
    wanted = chance.choice(some)
    end = time.monotonic() + longest
    before = season.kills_of(arm)
    while (status := _ended(pid)) is None:
        time.sleep(chance.uniform(0, pause))
        over = season.kills_of(arm) - before >= wanted or time.monotonic() > end
        if over or season.kills_of(arm) >= asked:
            season.kill(arm, "command", pid)
            status = _wait(pid)
            break
        for worker in sorted(_workers(pid)):
            if chance.random() < _EACH:
                season.kill(arm, "worker", worker)
    season.statuses[f"{arm} {status}"] += 1


def _workers(parent: int) -> Iterator[int]:
    """The processes that do works: forked, or started by spawn."""
    for pid in descendants(parent):
        with contextlib.suppress(OSError):
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            if b"resource_tracker" not in command and b"python" in command:
                yield pid


# Dask


def _dask(season: _Season, asked: int) -> None:
    """A scheduler, two workers and the command; each may be killed, workers are replaced."""
    chance = season.chance
    season.runs["Dask"] += 1
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    scheduler = _fork(lambda: _scheduler(port))
    workers = [_fork(lambda: _worker(address)) for _ in range(2)]
    command = _fork(lambda: run([*season.arguments, *_again(season), "--scheduler", address]))
    wanted, before = chance.choice(range(2, 8)), season.kills_of("Dask")
    end = time.monotonic() + 180
    lost = False
    status = None
    while (status := _ended(command)) is None and time.monotonic() < end:
        time.sleep(chance.uniform(0, 6))
        over = season.kills_of("Dask") - before >= wanted or season.kills_of("Dask") >= asked
        if lost:
            continue
        if over:
            if chance.random() < 0.7:
                season.kill("Dask", "scheduler", scheduler)
                lost, end = True, time.monotonic() + 90
                continue
            season.kill("Dask", "command", command)
            status = _wait(command)
            break
        number = chance.randrange(2)
        season.kill("Dask", "worker", workers[number])
        _wait(workers[number])
        workers[number] = _fork(lambda: _worker(address))
    said = status if status is not None else "hung"
    season.statuses[f"Dask, {'scheduler killed' if lost else 'scheduler there'}: {said}"] += 1
    for pid in (scheduler, *workers, *((command,) if status is None else ())):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        _wait(pid)


def _scheduler(port: int) -> int:
    import asyncio

    import distributed

    library: Any = distributed

    async def serve() -> None:
        async with library.Scheduler(port=port, dashboard=False) as scheduler:
            await scheduler.finished()

    asyncio.run(serve())
    return 0


def _worker(address: str) -> int:
    import asyncio

    import distributed

    library: Any = distributed

    async def serve() -> None:
        async with library.Worker(address, nthreads=1, dashboard=False) as worker:
            await worker.finished()

    asyncio.run(serve())
    return 0


# Counting


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except ValueError:
        return False
    return True


def _different(season: _Season) -> int:
    """How many of some reports are not what an undisturbed run makes, but for its moment."""
    count = 0
    for number in season.chance.sample(range(season.count), min(_COMPARED, season.count)):
        bo, zh = (season.folder / f"w{number}.{side}.srt" for side in ("bo", "zh"))
        path = season.out / "works" / f"w{number}" / "report.json"
        if not path.is_file():
            continue
        report = verify(bo=bo, zh=zh, config=_config())
        wanted = _CREATED.sub("", report.to_json() + "\n")
        count += _CREATED.sub("", path.read_text(encoding="utf-8")) != wanted
    return count


def _config() -> Any:
    import msgspec

    from bilingual.config import Asr, Config

    return msgspec.structs.replace(Config.load(), asr=Asr(engine="off"))


def _write(season: _Season, before: int, last: int) -> None:
    finished = json.loads((season.out / "batch.json").read_text(encoding="utf-8"))
    states = Counter(work["state"] for work in finished["works"])
    rows: list[list[Entry]] = [
        [arm, season.runs[arm], *(season.killed[arm, what] for what in ("worker", "command", "scheduler"))]
        for arm in _ARMS
        if season.runs[arm]
    ]  # fmt: skip
    columns = (
        column("way"),
        column("runs", "{}", runs="count"),
        column("workers killed", "{}", workers="count"),
        column("commands killed", "{}", commands="count"),
        column("schedulers killed", "{}", schedulers="count"),
    )
    killed = sum(season.killed.values())
    hung = sum(n for status, n in season.statuses.items() if status.endswith("hung"))
    counted = {
        "killed": killed,
        "works": season.count,
        "done-before-the-last": before,
        "lost": season.count - states["done"],
        "torn": len(season.torn),
        "done-again": len(season.again),
        "different": _different(season),
        "hung": hung,
        "changed": season.changed,
        "compared": min(_COMPARED, season.count),
        "last-status": last,
    }
    write(
        "batch-kills",
        tables={"kills": table(f"{killed} kills", columns, rows, n=killed)},
        figures={
            name: Figure(value=value, unit="count", n=season.count)
            for name, value in counted.items()
        },
        notes={"statuses": json.dumps(dict(season.statuses))},
        seeds=(18,),
    )
