"""HTTP/1.1 by uvicorn and h11, with an end to heads of requests that never come whole."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from starlette.requests import Request
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from bilingual.server.context import language_of
from bilingual.server.problems import ServiceError, problem_response

HEAD_S: Final = 10.0
"""The head of a request has to be there so many seconds after its first byte."""

CONNECTIONS: Final = 256
"""Open at once; a request on a further one is answered 503, after which it is closed."""


class BoundedProtocol(H11Protocol):
    """Ends a connection on which half a request has come and the rest does not come in time.

    A connection on which nothing comes, before the first request or between two, is closed
    in order after the keep-alive's time: browsers open some beforehand.
    """

    _end: asyncio.TimerHandle | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._served, self.app = self.app, self._bounded  # uvicorn's own 503 says nothing more

    async def _bounded(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, unless there are too many connections."""
        if max(len(self.connections), len(self.tasks)) <= CONNECTIONS:
            await self._served(scope, receive, send)
            return
        headers = {"Retry-After": "5", "Connection": "close"}
        error = ServiceError("too-busy", 503, headers=headers)
        await problem_response(error, language_of(Request(scope)))(scope, receive, send)

    def connection_made(self, transport: Any) -> None:
        """A caller has come."""
        super().connection_made(transport)
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )

    def connection_lost(self, exc: Exception | None) -> None:
        """A caller has gone."""
        self._head_is_there()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Something has come; with the first byte of a head its clock begins."""
        if self._end is None and not self._at_hand():
            self._end = self.loop.call_later(HEAD_S, self._give_up)
        super().data_received(data)

    def handle_events(self) -> None:
        """Take in what has come; only a whole head stops the clock."""
        super().handle_events()
        if self._at_hand():
            self._head_is_there()

    def _at_hand(self) -> bool:
        """Whether a request is being answered."""
        return self.cycle is not None and not self.cycle.response_complete

    def _head_is_there(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None

    def _give_up(self) -> None:
        self._end = None
        if not self.transport.is_closing():
            self.transport.abort()
