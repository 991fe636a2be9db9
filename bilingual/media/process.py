"""A program that is started, bounded and ended: no shell, nothing left behind."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import IO, Final

from bilingual.budget import Budget, current
from bilingual.errors import MediaError

_GUARD: Final = str(Path(__file__).with_name("_guard.py"))
DISCARDED: Final = subprocess.DEVNULL
"""As a program's stdout or stderr: what it writes is thrown away."""

_BLOCK: Final = 1 << 16
_STDERR_KEPT: Final = 8192
_LOOK_S: Final = 0.1
"""How often a caller who may want to stop is asked."""
_NO_MEMORY: Final = b"Cannot allocate memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a run may take.

    ``timeout_s``: wall clock, without the time in which its output waits for us, and as
    much processor time on each of ``processors``, unless ``cpu_s`` gives the processor
    time in all. ``memory_bytes``: address space (Linux). ``output_bytes``: what it may
    write to us; ``file_bytes``: to each file, 0 for none at all and -1 for as much as it
    likes.
    """

    timeout_s: float = 300
    memory_bytes: int = 1024**3
    output_bytes: int = 64 * 1024**2
    file_bytes: int = -1
    processors: int = 4
    cpu_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a finished program left: exit status, output, its last complaints."""

    status: int
    stdout: bytes
    complaint: str


class Process:
    """A running program in a session of its own, killed when the block ends.

    On Linux it dies with the thread that started it, so use it where you made
    it: ``with Process(...) as process``. It takes no more than the bounds, nor
    than what is left of the work's budget (``bilingual.budget``).

    :raises OverBudgetError: nothing is left.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        bounds: Bounds,
        descriptors: Sequence[int] = (),
        stdin: bytes | Iterable[bytes] | None = None,
    ) -> None:
        self._budget = current()
        self._budget.check()
        self.bounds = bounds = _within(bounds, self._budget)
        self.timed_out = False
        self._begun = time.monotonic()
        self._ours_s = 0.0  # in which it may have waited for us to take what it wrote,
        self._ours_since: float | None = None  # and since when it does
        self._stdin = [stdin] if isinstance(stdin, bytes) else stdin
        self._tail = b""
        self._popen = subprocess.Popen(
            _guarded(command, bounds),
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=tuple(descriptors) if os.name == "posix" else (),
            start_new_session=os.name == "posix",
            env=_environment(),
            # Never the one of ours: it may be where somebody else's files are.
            cwd=Path("/") if os.name == "posix" else Path(command[0]).parent,
        )
        self._owner = os.getpid()
        _OPEN.add(self)
        self._threads = [threading.Thread(target=self._drain, daemon=True)]
        if stdin is not None:
            self._threads.append(threading.Thread(target=self._feed, daemon=True))
        self._ended = threading.Event()
        self._threads.append(threading.Thread(target=self._watch, daemon=True))
        try:
            for thread in self._threads:
                thread.start()
        except BaseException:  # no more threads, or an interrupt: leave nothing running
            self.__exit__()
            raise

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        _OPEN.discard(self)
        self._ended.set()
        self._kill()
        self._popen.wait()
        if self._popen.stdout is not None:
            self._popen.stdout.close()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(timeout=5)
        for stream in (self._popen.stdin, self._popen.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def end(self) -> None:
        """Kill it now; to be called from any thread, and more than once."""
        self._kill()

    def blocks(self) -> Iterator[bytes]:
        """What it writes to stdout, as it comes.

        :raises MediaError: ``media-output-limit``: more than the bounds allow.
        """
        out: IO[bytes] | None = self._popen.stdout
        total = 0
        while out is not None and (block := out.read1(_BLOCK)):  # type: ignore[attr-defined]
            total += len(block)
            if total > self.bounds.output_bytes:
                raise MediaError("media-output-limit", limit=self.bounds.output_bytes)
            self._ours_since = time.monotonic()
            yield block
            self._ours_s += time.monotonic() - self._ours_since
            self._ours_since = None

    def lines(self) -> Iterator[bytes]:
        """What it writes to stdout line by line, without line ends; an empty last one too.

        :raises MediaError: as :meth:`blocks`.
        """
        rest = b""
        for block in self.blocks():
            *lines, rest = (rest + block).split(b"\n")
            yield from lines
        yield rest

    def finish(self) -> int:
        """Wait for the end; the exit status, negative where a signal ended it.

        :raises MediaError: ``media-timeout``: it took longer than the bounds allow;
            ``media-heavy``: it took more than ``cpu_s``.
        :raises OverBudgetError: the work has had its time, or its memory.
        """
        status = self._popen.wait()
        self._ended.set()
        for thread in self._threads:
            thread.join(timeout=5)
        out_of_time = -getattr(signal, "SIGXCPU", 0)
        if self.timed_out or (status == out_of_time and status):
            self._budget.check()
            raise MediaError("media-timeout", seconds=self.bounds.timeout_s)
        # Linux kills at a limit that is both the soft and the hard one.
        if self.bounds.cpu_s is not None and status == -getattr(signal, "SIGKILL", 0) != 0:
            raise MediaError("media-heavy", seconds=self.bounds.cpu_s)
        starved = self.bounds.memory_bytes == self._budget.memory_bytes
        if status != 0 and starved and _NO_MEMORY in self._tail:
            raise self._budget.over_memory()
        return status

    @property
    def pid(self) -> int:
        """The process's id, and its group's."""
        return self._popen.pid

    @property
    def complaint(self) -> str:
        """The last that it wrote to stderr, without control characters."""
        text = self._tail.decode("utf-8", "replace").strip()
        return "".join(
            c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text
        )

    @staticmethod
    def end_all() -> None:
        """End what this program still runs as it ends: of a reader that stopped half-way.

        Later, without its threads, Python would abort over the pipes that they read.
        """
        for process in list(_OPEN):
            if process._owner == os.getpid():  # not in a copy of this program
                process.__exit__()

    def _drain(self) -> None:
        stream = self._popen.stderr
        with contextlib.suppress(OSError, ValueError):
            while stream is not None and (block := stream.read1(_BLOCK)):  # type: ignore[attr-defined]
                self._tail = (self._tail + block)[-_STDERR_KEPT:]

    def _feed(self) -> None:
        stream = self._popen.stdin
        with contextlib.suppress(OSError, ValueError):
            if stream is not None and self._stdin is not None:
                for block in self._stdin:
                    stream.write(block)
                    stream.flush()  # the next one may wait for the answer to this
                stream.close()

    def _watch(self) -> None:
        """Kill it where its time is over or the caller wants to stop."""
        asked = self._budget.cancel is not None
        while (left := min(self._left_s(), self._budget.left_s)) > 0:
            if self._ended.wait(min(left, _LOOK_S) if asked else left):
                return
            if asked and self._budget.stop_wanted:
                break
        self.timed_out = True
        self._kill()

    def _left_s(self) -> float:
        """How much of its time is left; what we do with its output between two blocks is ours."""
        now, since = time.monotonic(), self._ours_since
        ours = self._ours_s + (0.0 if since is None else now - since)
        return self._begun + self.bounds.timeout_s + ours - now

    def _kill(self) -> None:
        if self._popen.poll() is not None:  # gone and reaped: its id may be another's
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.name == "posix":
                os.killpg(self._popen.pid, signal.SIGKILL)
            else:
                self._popen.kill()


_OPEN: Final[weakref.WeakSet[Process]] = weakref.WeakSet()
atexit.register(Process.end_all)


def _within(bounds: Bounds, budget: Budget) -> Bounds:
    """The bounds, none of them beyond what is left of the work's budget."""
    memory, disk = budget.memory_bytes, budget.disk_left
    files = bounds.file_bytes
    return replace(
        bounds,
        timeout_s=min(bounds.timeout_s, budget.left_s),
        memory_bytes=bounds.memory_bytes if memory is None else min(memory, bounds.memory_bytes),
        file_bytes=files if disk is None else disk if files < 0 else min(files, disk),
    )


def _guarded(command: Sequence[str], bounds: Bounds) -> list[str]:
    python = _python()
    if python is None:
        return list(command)
    cpu = bounds.cpu_s or int(bounds.timeout_s * bounds.processors) + 1
    limits = (os.getpid(), bounds.memory_bytes, cpu, bounds.file_bytes)
    return [python, "-I", "-S", _GUARD, *(str(limit) for limit in limits), *command]


def tied(command: Sequence[str]) -> list[str]:
    """The command, to be started by another's code, without limits: it ends with its thread.

    On Linux it is killed when the thread that started it ends; elsewhere it is as it was.
    """
    python = _python()
    if python is None:
        return list(command)
    return [python, "-I", "-S", _GUARD, str(os.getpid()), "-1", "-1", "-1", *command]


@cache
def _python() -> str | None:
    """A Python to run the guard with; ``None`` on Windows.

    Within a server that embeds Python, ``sys.executable`` is that server.
    """
    if os.name != "posix":
        return None
    places = [Path(sys.executable or "/none")]
    places += [Path(p) / "bin" / "python3" for p in (sys.prefix, sys.base_prefix)]
    for place in places:
        if place.name.startswith(("python", "pypy")) and os.access(place, os.X_OK):
            return str(place)
    raise MediaError("media-no-guard")


def _environment() -> dict[str, str] | None:
    if os.name != "posix":
        return None
    kept = {k: v for k in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if (v := os.environ.get(k))}
    return {"LC_ALL": "C", "PATH": "/usr/bin:/bin", **kept}


def run(
    command: Sequence[str],
    *,
    bounds: Bounds,
    descriptors: Sequence[int] = (),
    stdin: bytes | Iterable[bytes] | None = None,
) -> Done:
    """Run a program to its end and keep what it writes.

    :raises MediaError: ``media-timeout`` or ``media-output-limit``.
    """
    with Process(command, bounds=bounds, descriptors=descriptors, stdin=stdin) as process:
        stdout = b"".join(process.blocks())
        status = process.finish()
        return Done(status=status, stdout=stdout, complaint=process.complaint)
