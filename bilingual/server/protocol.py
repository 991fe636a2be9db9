"""HTTP/1.1 by uvicorn and h11, with an end to heads of requests that never come whole."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S: Final = 10.0
"""The head of a request has to be there so many seconds after its first byte."""

CONNECTIONS: Final = 256
"""Open at once; the next one is answered 503."""


class BoundedProtocol(H11Protocol):
    """Ends a connection whose next request does not come in time."""

    _end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """A caller has come."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """A caller has gone."""
        self._head_is_there()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Take in what has come; only a whole head stops the clock."""
        super().handle_events()
        if self.cycle is not None and not self.cycle.response_complete:
            self._head_is_there()
        elif self._end is None:
            self._await_head()

    def on_response_complete(self) -> None:
        """A request is answered: the clock of the next one is the keep-alive's."""
        self._head_is_there()
        super().on_response_complete()

    def _await_head(self) -> None:
        self._end = self.loop.call_later(HEAD_S, self._give_up)

    def _head_is_there(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None

    def _give_up(self) -> None:
        self._end = None
        if not self.transport.is_closing():
            self.transport.abort()
