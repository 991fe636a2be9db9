"""Who is to hear of a change: the works that changed, passed on to those who listen."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Listener:
    """Somebody who listens: the ids of works that changed since he last looked."""

    changed: set[str] = field(default_factory=set)
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    async def batches(self, pause_s: float) -> AsyncIterator[frozenset[str]]:
        """What changed, each time something does; empty when for ``pause_s`` nothing did."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.woken.wait(), pause_s)
            self.woken.clear()
            found = frozenset(self.changed)
            self.changed.clear()
            yield found


class Hub:
    """Numbers changes and wakes listeners. Numbers grow over restarts, too."""

    def __init__(self) -> None:
        self._numbers = itertools.count(int(time.time() * 1000))
        self._first = next(self._numbers)
        self._of: dict[str, int] = {}
        self._listeners: set[Listener] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Called on the loop that the listeners are on."""
        self._loop = asyncio.get_running_loop()

    def number(self, work: str) -> int:
        """The number of a work's last change."""
        return self._of.get(work, self._first)

    def changed(self, work: str) -> None:
        """A work has changed; may be called on any thread."""
        self._of[work] = next(self._numbers)
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._wake, work)

    def _wake(self, work: str) -> None:
        for listener in self._listeners:
            listener.changed.add(work)
            listener.woken.set()

    def wake_all(self) -> None:
        """Wake everybody, as when the service ends; may be called on any thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._woken)

    def _woken(self) -> None:
        for listener in self._listeners:
            listener.woken.set()

    @property
    def listening(self) -> int:
        """How many listen."""
        return len(self._listeners)

    @contextmanager
    def listener(self) -> Iterator[Listener]:
        """A new listener, for as long as the block runs."""
        listener = Listener()
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
