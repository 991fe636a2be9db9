"""What only one may do at a time: whoever comes second waits until the first is through."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class Turns:
    """A lock for each thing that somebody is at; none is left when nobody is."""

    def __init__(self) -> None:
        self._locks: dict[Hashable, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def of(self, *thing: Hashable) -> AsyncIterator[None]:
        """Wait for the others that are at this thing."""
        lock, here = self._locks.get(thing, (asyncio.Lock(), 0))
        self._locks[thing] = (lock, here + 1)
        try:
            async with lock:
                yield
        finally:
            lock, here = self._locks[thing]
            if here > 1:
                self._locks[thing] = (lock, here - 1)
            else:
                del self._locks[thing]
