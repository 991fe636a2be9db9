"""What one work may take of time, memory and disk, and how it is stopped.

One :class:`Budget` a work (``config.limits``), made where the work begins. Whatever
runs within ``with budget.active()`` finds it by :func:`current`, so that no stage has
to be given it: a program that is started takes the smaller of its own bounds and what
is left here, a step of progress asks whether the caller wants to stop.

Three things end a stage early, and they are not the same:

- the caller stops the work (``cancel``, or what ``progress`` raises): the caller gets
  that back;
- the time of this call is over (``timeout_s``): ``DeadlineError``, and no report;
- the work has had what ``config.limits`` allow: ``OverBudgetError`` in the stage, whose
  checks are then unknown, with the reason; the report is made.

The first two pass through every ``except Exception`` on their way out (:class:`Stopped`):
a stage that makes do without a part of its own must not make do without the caller.
"""

from __future__ import annotations

import contextvars
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from math import inf
from typing import Final, NoReturn, ParamSpec, Protocol, TypeVar

from bilingual.errors import CancelledError, DeadlineError, OverBudgetError

_P = ParamSpec("_P")
_T = TypeVar("_T")
MIB: Final = 1024 * 1024


class CancelEvent(Protocol):
    """Something that says whether the caller wants to stop, like ``threading.Event``."""

    def is_set(self) -> bool:
        """Whether to stop."""
        ...


Cancel = CancelEvent | Callable[[], bool]
"""An event, or a function that says whether to stop."""


def stop_asked(cancel: Cancel | None) -> bool:
    """Whether the caller's event is set, or his function says to stop."""
    if cancel is None:
        return False
    return bool(cancel() if callable(cancel) else cancel.is_set())


class Stopped(BaseException):
    """A stop on its way out of a work; ``reason`` is what the caller gets."""

    def __init__(self, reason: BaseException, budget: Budget) -> None:
        super().__init__(repr(reason))
        self.reason, self.budget = reason, budget


class Budget:
    """The bounds of one work, and what of them is left.

    :param wall_clock_s: seconds by the clock from now on; what goes over them is unknown.
    :param memory_bytes: of each process that is started (address space).
    :param disk_bytes: of all files and pieces of media that are made on the way.
    :param timeout_s: seconds after which this call raises ``DeadlineError``.
    :param cancel: asked between steps; where it says so, the call raises ``CancelledError``.
    :param clock: seconds from any moment on, never going back.
    """

    def __init__(
        self,
        *,
        wall_clock_s: float = inf,
        memory_bytes: int | None = None,
        disk_bytes: int | None = None,
        timeout_s: float | None = None,
        cancel: Cancel | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        begun = clock()
        self._wall_clock_s, self._timeout_s = wall_clock_s, timeout_s
        self._over_at = begun + wall_clock_s
        self._deadline = inf if timeout_s is None else begun + timeout_s
        self._disk_bytes, self._disk_taken = disk_bytes, 0
        self._lock = threading.Lock()
        self.memory_bytes = memory_bytes
        self.cancel = cancel

    @property
    def left_s(self) -> float:
        """Seconds until the work is over its time or this call's; 0 where it is."""
        return max(0.0, min(self._over_at, self._deadline) - self._clock())

    @property
    def disk_left(self) -> int | None:
        """Bytes that may still be written; ``None`` where nothing bounds them."""
        return None if self._disk_bytes is None else max(0, self._disk_bytes - self._disk_taken)

    @property
    def stop_wanted(self) -> bool:
        """Whether the caller asked to stop, or the time of this call is over."""
        return stop_asked(self.cancel) or self._clock() >= self._deadline

    def check_stop(self) -> None:
        """Between two steps: end the work where the caller wants that.

        :raises Stopped: with ``CancelledError`` or ``DeadlineError`` (code ``timeout``).
        """
        if stop_asked(self.cancel):
            self.stop(CancelledError())
        if self._clock() >= self._deadline:
            self.stop(DeadlineError("timeout", seconds=self._timeout_s))

    def check(self) -> None:
        """Before a stage, or a part of one, that may be left out.

        :raises Stopped: as :meth:`check_stop`.
        :raises OverBudgetError: ``over-time``.
        """
        self.check_stop()
        if self._clock() >= self._over_at:
            raise self.over_time()

    def over_time(self) -> OverBudgetError:
        """The error of a work that has had its time."""
        return OverBudgetError("over-time", seconds=self._wall_clock_s)

    def over_memory(self) -> OverBudgetError:
        """The error of a process that may have no more memory."""
        return OverBudgetError("over-memory", mib=(self.memory_bytes or 0) // MIB)

    def take_disk(self, count: int) -> None:
        """Count bytes that are written, or kept to be written.

        :raises OverBudgetError: ``over-disk``: they are more than is left.
        """
        with self._lock:
            self._disk_taken += count
            if self._disk_bytes is not None and self._disk_taken > self._disk_bytes:
                raise OverBudgetError("over-disk", mib=self._disk_bytes // MIB)

    def give_back_disk(self, count: int) -> None:
        """Bytes that were counted are gone again."""
        with self._lock:
            self._disk_taken -= count

    def stop(self, reason: BaseException) -> NoReturn:
        """End the work: the caller gets ``reason``.

        :raises Stopped: within ``active``; ``reason`` itself anywhere else.
        """
        if _current.get() is not self:
            raise reason
        raise Stopped(reason, self)

    @contextmanager
    def active(self) -> Iterator[Budget]:
        """What runs in this block finds this budget; a stop comes out of it as what it is."""
        if _current.get() is self:
            yield self
            return
        token = _current.set(self)
        try:
            yield self
        except Stopped as stopped:
            if stopped.budget is not self:
                raise
            raise stopped.reason from None
        finally:
            _current.reset(token)


_UNBOUNDED: Final = Budget()
_current: contextvars.ContextVar[Budget] = contextvars.ContextVar("budget", default=_UNBOUNDED)


def current() -> Budget:
    """The budget of the work at hand; one without bounds where there is none."""
    return _current.get()


_threads: Final = {"most": 0}
"""How many threads an engine of this process may use; 0 for as many as its settings say."""


@contextmanager
def threads_held(most: int) -> Iterator[None]:
    """Within the block no engine of this process uses more threads; 0 holds none.

    Of many works at once each has its share of the processors. What a report says of the
    settings is the same all the same: they are what was asked for.
    """
    before = _threads["most"]
    _threads["most"] = most
    try:
        yield
    finally:
        _threads["most"] = before


def threads(wanted: int) -> int:
    """How many threads an engine uses whose settings ask for ``wanted``."""
    most = _threads["most"]
    return min(wanted, most) if most else wanted


def carried(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """The function, to be called on other threads as part of the work at hand."""
    context = contextvars.copy_context()

    @wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        return context.copy().run(function, *args, **kwargs)

    return call


def resident_bytes(process: int | None = None) -> int:
    """Memory that a process holds, in bytes; 0 where the system does not say (Linux does).

    :param process: its id; this process unless given.
    """
    place = f"/proc/{'self' if process is None else process}/statm"
    try:
        with open(place, "rb") as file:  # noqa: PTH123 - asked many times
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
