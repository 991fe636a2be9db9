"""The processes that the service's works and shorter calls run in."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError as FutureCancelledError
from concurrent.futures import Future, InvalidStateError
from pathlib import Path
from typing import Any, Final, TypeVar

from bilingual.batch.local import LocalProcesses, cause_of
from bilingual.errors import BilingualError
from bilingual.server.jobs import Bounds, ready
from bilingual.server.logs import log_event
from bilingual.server.problems import ServiceError
from bilingual.server.settings import Settings
from bilingual.server.space import unwritable

_T = TypeVar("_T")

_SHORT: Final = 2  # processes for what somebody waits for
_WAITING: Final = 32  # callers that may wait for them
_SHORT_MIB: Final = 2048
_END_S: Final = 10.0  # for the processes to end; the system ends them with ours


class PoolBrokenError(RuntimeError):
    """The pool that a call was given to is gone, and its processes with it."""


class _Pool:
    """Processes that are replaced, all of them, where killing one has broken their pool.

    Whatever was being done then ends with :class:`PoolBrokenError`.
    """

    def __init__(self, workers: int, threads: int) -> None:
        self._size = (workers, threads)
        self._lock = threading.RLock()
        self._processes = LocalProcesses(workers, threads)
        self._open: set[Future[Any]] = set()

    def call(self, function: Callable[..., _T], *args: Any, timeout_s: float) -> Future[_T]:
        """What a function answers; cancelling the future ends its process."""
        with self._lock:
            self.check()
            future = self._processes.call(function, *args, timeout_s=timeout_s)
            self._open.add(future)
        future.add_done_callback(self._open.discard)
        return future

    def check(self) -> None:
        """See that it can work."""
        with self._lock:
            if self._processes.sound:
                return
            log_event("pool-replaced", level=logging.WARNING, open=len(self._open))
            broken, lost = self._processes, tuple(self._open)
            self._processes, self._open = LocalProcesses(*self._size), set()
        for future in lost:
            with contextlib.suppress(InvalidStateError):
                future.set_exception(PoolBrokenError())
        threading.Thread(target=broken.close, kwargs={"at_once": True}, daemon=True).start()

    def close(self) -> None:
        """End its processes, whatever they are doing."""
        self._processes.close(at_once=True)


class Workers:
    """Two pools, so that nobody who looks at a page waits for a film to be checked."""

    def __init__(self, settings: Settings) -> None:
        self.bounds = Bounds(
            timeout_s=settings.short_timeout_s, memory_mib=min(_SHORT_MIB, settings.memory_mib)
        )
        self.threads = max(1, (os.cpu_count() or 1) // settings.workers)
        self._works = _Pool(settings.workers, self.threads)
        self._short = _Pool(_SHORT, self.threads)
        self._waiting = 0
        self._folder = str(settings.data.absolute())

    def warm(self) -> None:
        """Have the processes load the library before anybody waits for them."""
        for _ in range(_SHORT):
            self._short.call(ready, timeout_s=self.bounds.timeout_s)

    def check(self) -> None:
        """Replace pools that have broken."""
        self._works.check()
        self._short.check()

    def work(self, function: Callable[..., _T], *args: Any, timeout_s: float) -> Future[_T]:
        """Do a work; cancelling the future ends its process."""
        return self._works.call(function, *args, timeout_s=timeout_s)

    async def short(self, function: Callable[..., _T], *args: Any) -> _T:
        """What a function of :mod:`bilingual.server.jobs` answers; it gets our bounds last.

        :raises BilingualError: as the function; ``too-busy`` (503): too many wait;
            ``job-ended`` (422): its process died or was ended, whatever it was given.
        """
        if self._waiting >= _WAITING:
            raise ServiceError("too-busy", 503, headers={"Retry-After": "5"})
        self._waiting += 1
        try:
            future = self._short.call(function, *args, self.bounds, timeout_s=self.bounds.timeout_s)
            return await asyncio.wrap_future(future)
        except BilingualError as error:
            raise self._shown(error) from None
        except asyncio.CancelledError:
            future.cancel()  # there is one: nothing is waited for before
            raise
        except (FutureCancelledError, PoolBrokenError):
            raise ServiceError("too-busy", 503, headers={"Retry-After": "5"}) from None
        except Exception as error:
            bounds = self.bounds
            cause = cause_of(error, timeout_s=bounds.timeout_s, memory_mib=bounds.memory_mib)
            raise ServiceError("job-ended", 422, reason=cause.code, **cause.params) from None
        finally:
            self._waiting -= 1

    def _shown(self, error: BilingualError) -> BilingualError:
        """An error without the folders of this machine in it."""
        if error.code == "output-unwritable":
            return unwritable(error)
        params = {
            name: Path(value).name
            if isinstance(value, str) and value.startswith(self._folder)
            else value
            for name, value in error.params.items()
        }
        return type(error)(error.code, **params)

    def close(self) -> None:
        """End all processes, whatever they are doing."""
        ends = [
            threading.Thread(target=pool.close, daemon=True) for pool in (self._works, self._short)
        ]
        for end in ends:
            end.start()
        for end in ends:
            end.join(_END_S)
