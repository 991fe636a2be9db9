"""Local processes that can be killed and bounded, by pebble.

``multiprocessing.Pool`` hangs after a killed worker and ``ProcessPoolExecutor`` loses
everything that waits. Of the two that survive, loky breaks its whole executor with one
worker (the works at hand beside the killed one are lost and have to be handed out again)
and knows no time limit for a task; pebble loses the killed work alone and ends one that
takes too long.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.context
import multiprocessing.spawn
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final, TypeVar

from pebble import ProcessExpired, ProcessPool

from bilingual.batch.model import WorkResult
from bilingual.batch.work import OVER_MEMORY, OVER_TIME, Task, do_work
from bilingual.model import Reason

_T = TypeVar("_T")

_VARIABLES: Final = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
_THREADS: Final = {"most": 1}  # of the processes that are started from now on
_GRACE_S: Final = 30.0  # a work that is asked to stop has so long, then its process is killed
_MAX_WORKS: Final = 200  # in one process: what libraries leak goes with it
_STARTING: Final = threading.Lock()


def begin() -> None:
    """What a worker does first: an interrupt is the parent's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


class ExitedError(RuntimeError):
    """A function left by ``sys.exit`` or the like; the name of what it raised."""


def called(function: Callable[..., _T], *args: Any) -> _T:
    """What a function answers; whatever it raises is an ``Exception``.

    An exit that is met in a process, in somebody's plug-in for one, would be raised again where
    its answer is awaited, and end a whole service there.

    :raises ExitedError: it raised something else.
    """
    try:
        return function(*args)
    except Exception:
        raise
    except BaseException as error:
        raise ExitedError(type(error).__name__) from None


class LocalProcesses:
    """So many processes, each doing a work at a time.

    :param workers: how many processes.
    :param threads: how many threads numerical libraries of each may use.
    """

    def __init__(self, workers: int, threads: int) -> None:
        _THREADS["most"] = threads
        _start_tracker()
        self._pool = ProcessPool(
            max_workers=workers,
            max_tasks=_MAX_WORKS,
            initializer=begin,
            context=_Context(),
        )

    def submit(self, task: Task) -> Future[WorkResult]:
        """The result to come; its exception is read by :func:`cause_of`."""
        return self.call(do_work, task, timeout_s=task.timeout_s)

    def call(self, function: Callable[..., _T], /, *args: Any, timeout_s: float) -> Future[_T]:
        """What a function of the library answers, called in one of the processes.

        Cancelling the future ends the process, whatever it is doing.

        :param timeout_s: seconds after which the function should have ended by itself.
        """
        future: Future[_T] = self._pool.schedule(
            called, args=[function, *args], timeout=timeout_s + _GRACE_S
        )
        return future

    @property
    def sound(self) -> bool:
        """Whether it can be given something to do: a pool may break with its processes."""
        return bool(self._pool.active)

    def close(self, *, at_once: bool = False) -> None:
        """End the processes: when nothing is left to do, or at once."""
        if at_once:
            self._pool.stop()  # type: ignore[no-untyped-call]
        else:
            self._pool.close()  # type: ignore[no-untyped-call]
        self._pool.join()


def cause_of(error: BaseException, *, timeout_s: float, memory_mib: int) -> Reason:
    """Why a process that did a work is gone, or the work was not done.

    ``timeout_s`` and ``memory_mib`` are what it was allowed.
    """
    if isinstance(error, TimeoutError):
        return Reason(code="work-timeout", params={"seconds": round(timeout_s)})
    if isinstance(error, ProcessExpired):
        if error.exitcode == OVER_MEMORY:
            return Reason(code="work-memory", params={"mib": memory_mib})
        if error.exitcode == OVER_TIME:
            return Reason(code="work-timeout", params={"seconds": round(timeout_s)})
        return Reason(code="work-died", params={"status": error.exitcode})
    kind = str(error) if isinstance(error, ExitedError) else type(error).__name__
    return Reason(code="work-lost", params={"kind": kind})


class _Process(multiprocessing.context.SpawnProcess):
    """A process started anew that imports the library and nothing of the caller's program.

    ``multiprocessing`` would run the caller's main module in it once more, and looks for
    modules in the working directory while it starts: that may be a submission's folder.
    """

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802 - its name
        with _STARTING, _starting():
            return multiprocessing.context.SpawnProcess._Popen(process_obj)


class _Context(multiprocessing.context.SpawnContext):
    """Starts processes such as :class:`_Process`."""

    Process = _Process


def _start_tracker() -> None:
    """Start the process in which ``multiprocessing`` counts its semaphores, where it has one.

    The first lock of a pool would start it, in an environment that is not ours to set then:
    it would look for modules in the working directory.
    """
    if os.name == "posix":
        from multiprocessing import resource_tracker

        with _STARTING, _starting():
            resource_tracker.ensure_running()


@contextlib.contextmanager
def _starting() -> Iterator[None]:
    """While this thread starts a process: its environment, and what it is told of us.

    Folders of PYTHONPATH that this process has left (``bilingual.cli.paths``) would come
    before Python's own in a new one; it is told where to import from.
    """
    here = threading.get_ident()
    told = multiprocessing.spawn.get_preparation_data
    wanted = {"PYTHONSAFEPATH": "1", **dict.fromkeys(_VARIABLES, str(_THREADS["most"]))}

    def without_main(name: str) -> dict[str, Any]:
        data: dict[str, Any] = told(name)
        if threading.get_ident() == here:
            data.pop("init_main_from_name", None)
            data.pop("init_main_from_path", None)
            data["sys_path"] = [p for p in data.get("sys_path", ()) if Path(p).is_absolute()]
        return data

    before = {name: os.environ.get(name) for name in (*wanted, "PYTHONPATH")}
    os.environ.update({n: v for n, v in wanted.items() if n == "PYTHONSAFEPATH" or not before[n]})
    os.environ.pop("PYTHONPATH", None)
    multiprocessing.spawn.get_preparation_data = without_main
    try:
        yield
    finally:
        multiprocessing.spawn.get_preparation_data = told
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
