"""The processes that the service's works and shorter calls run in."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError as FutureCancelledError
from concurrent.futures import Future
from typing import Any, Final, TypeVar

from bilingual.batch.local import LocalProcesses, cause_of
from bilingual.errors import BilingualError
from bilingual.server.jobs import Bounds, ready
from bilingual.server.problems import ServiceError
from bilingual.server.settings import Settings

_T = TypeVar("_T")

_SHORT: Final = 2  # processes for what somebody waits for
_WAITING: Final = 32  # callers that may wait for them
_SHORT_MIB: Final = 2048


class Workers:
    """Two pools, so that nobody who looks at a page waits for a film to be checked."""

    def __init__(self, settings: Settings) -> None:
        self.bounds = Bounds(
            timeout_s=settings.short_timeout_s, memory_mib=min(_SHORT_MIB, settings.memory_mib)
        )
        self.threads = max(1, (os.cpu_count() or 1) // settings.workers)
        self._works = LocalProcesses(settings.workers, self.threads)
        self._short = LocalProcesses(_SHORT, self.threads)
        self._waiting = 0

    def warm(self) -> None:
        """Have the processes load the library before anybody waits for them."""
        for _ in range(_SHORT):
            self._short.call(ready, timeout_s=self.bounds.timeout_s)

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
        future = self._short.call(function, *args, self.bounds, timeout_s=self.bounds.timeout_s)
        try:
            return await asyncio.wrap_future(future)
        except BilingualError:
            raise
        except asyncio.CancelledError:
            future.cancel()
            raise
        except FutureCancelledError:
            raise ServiceError("too-busy", 503, headers={"Retry-After": "5"}) from None
        except Exception as error:
            bounds = self.bounds
            cause = cause_of(error, timeout_s=bounds.timeout_s, memory_mib=bounds.memory_mib)
            raise ServiceError("job-ended", 422, detail=cause.code, of=dict(cause.params)) from None
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """End all processes, whatever they are doing."""
        ends = [
            threading.Thread(target=pool.close, kwargs={"at_once": True})
            for pool in (self._works, self._short)
        ]
        for end in ends:
            end.start()
        for end in ends:
            end.join()
