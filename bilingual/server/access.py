"""What every request passes before anything is done for it.

The names by which we are reached (against DNS rebinding), where a page that calls us comes
from (against posts across sites), who calls, how long a body may take. What goes wrong on
the way becomes a problem document; every request becomes one line of the log.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import quote, urlsplit

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bilingual.errors import BilingualError, InternalError
from bilingual.server.context import PAGE_POLICY, Caller, caller_of, language_of
from bilingual.server.logs import log_failure, log_request
from bilingual.server.metrics import Metrics
from bilingual.server.problems import ServiceError, problem_response
from bilingual.server.sessions import COOKIE, Sessions
from bilingual.server.settings import Settings, is_loopback
from bilingual.server.space import is_full, unwritable
from bilingual.server.tokens import token_of

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FROM_HERE: Final = frozenset({"same-origin", "none"})
_OPEN_CALLS: Final = frozenset({"/healthz", "/api/v1/openapi.json"})
_OPEN_PAGES: Final = ("/login", "/assets/", "/favicon.ico")
_SESSION: Final = "/api/v1/session"

IDLE_S: Final = 30.0
"""A body of which nothing comes for so long is given up."""

_SEND_S: Final = 60.0  # for a piece of an answer to be taken
OPEN: Final = 192
"""Requests at once, streams among them; the next one is answered 503."""

CALLER_OPEN: Final = 64
"""Of these of one token, or of all who show none; the next one is answered 429."""

ADDRESS_OPEN: Final = 16
"""Of these of all who show no token and call from one address; the next one is answered 429."""

_FREE_S: Final = 60.0  # before the speed of a body is looked at
_LEAST_SPEED: Final = 1024  # bytes a second, of a whole body
_MOST_S: Final = 6 * 3600.0

_SOON_S: Final = 5.0  # an answer waits so long for the rest of a body that it does not need,
_SOON_BYTES: Final = 64 * 1024  # where that is small; the connection can be used again then
_LINGER_S: Final = 5.0  # after it, what still comes is thrown away for so long

_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Boundary:
    """The outermost layer of the application."""

    def __init__(
        self, app: ASGIApp, *, settings: Settings, sessions: Sessions, metrics: Metrics
    ) -> None:
        self._app = app
        self._settings = settings
        self._sessions = sessions
        self._metrics = metrics
        self._names = {name.casefold().rstrip(".") for name in (*settings.names, settings.host)}
        self._local = is_loopback(settings.host)
        self._open: Counter[tuple[str, str]] = Counter()
        self._all = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send)
        request = Request(scope, exchange.receive)
        scope.setdefault("state", {})
        self._metrics.begun()
        try:
            await self._answered(request, exchange)
        except ClientDisconnect:
            exchange.status = exchange.status or 499
        except TimeoutError:  # the answer is not taken
            exchange.status = exchange.status or 499
            raise
        except Exception as error:
            await self._refused(_failure(error), request, exchange)
        finally:
            seconds = time.monotonic() - exchange.began
            route = _route_of(scope)
            self._metrics.ended(request.method, route, exchange.status, seconds)
            log_request(request.method, route, exchange, seconds)

    async def _answered(self, request: Request, exchange: _Exchange) -> None:
        try:
            early = await self._checked(request)
            if early is not None:
                await early(request.scope, exchange.receive, exchange.send)
                return
            with self._at_hand(request, exchange):
                await self._app(request.scope, exchange.receive, exchange.send)
        except BilingualError as error:
            await self._refused(error, request, exchange)
        except _OverTimeError:
            await self._refused(ServiceError("too-slow", 408), request, exchange)

    @contextmanager
    def _at_hand(self, request: Request, exchange: _Exchange) -> Iterator[None]:
        """Count a request for as long as it is answered, so that nobody holds all of them.

        What everybody may read is answered at once and not counted: whatever others do shuts
        nobody out of the page to log in, and no probe.

        :raises ServiceError: there are too many, of this caller or of all.
        """
        path = request.scope["path"]
        opened = path in _OPEN_CALLS or path.startswith(_OPEN_PAGES)
        if opened and request.method in _SAFE and not exchange.unread:
            yield
            return
        headers = {"Retry-After": "5"}
        bounds = self._bounds(request)
        if any(self._open[name] >= most for name, most in bounds.items()):
            if caller_of(request) is None:
                raise ServiceError("open-unknown", 429, headers=headers)
            raise ServiceError("open-many", 429, headers=headers, limit=CALLER_OPEN)
        if self._all >= OPEN:
            raise ServiceError("too-busy", 503, headers=headers)
        self._all += 1
        self._open += Counter(bounds.keys())
        try:
            yield
        finally:
            self._all -= 1
            self._open -= Counter(bounds.keys())  # which forgets what is at zero

    def _bounds(self, request: Request) -> dict[tuple[str, str], int]:
        """What a request counts towards, and how many of that there may be."""
        if not self._settings.needs_token:
            return {}
        caller = caller_of(request)
        if caller is not None:
            return {("token", caller.name): CALLER_OPEN}
        address = "" if request.client is None else request.client.host
        return {("address", address): ADDRESS_OPEN, ("unknown", ""): CALLER_OPEN}

    async def _refused(self, error: BilingualError, request: Request, exchange: _Exchange) -> None:
        if exchange.status:  # half an answer is on its way
            raise error
        response = problem_response(error, language_of(request))
        await response(request.scope, exchange.receive, exchange.send)

    async def _checked(self, request: Request) -> Response | None:
        """See who asks, from where; an answer where that is one already.

        :raises ServiceError: the request is refused.
        """
        host = request.headers.getlist("host")
        if len(host) != 1 or not self._is_ours(host[0]):
            raise ServiceError("host-unknown", 421)
        _refuse_foreign(request, host[0])
        caller = await self._caller(request)
        request.state.caller = caller
        path = request.scope["path"]
        if caller is not None or path in _OPEN_CALLS:
            return None
        if path == _SESSION and request.method == "POST":
            return None
        if path.startswith("/api/") or path == "/metrics":
            raise ServiceError("token-needed", 401, headers={"WWW-Authenticate": "Bearer"})
        if path.startswith(_OPEN_PAGES):
            return None
        return RedirectResponse(f"/login?next={quote(path)}", status_code=303)

    def _is_ours(self, host: str) -> bool:
        """Whether a ``Host`` names us: an address, or one of our names."""
        try:
            name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
        except ValueError:
            return False
        if name in self._names or (self._local and name == "localhost"):
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        # A name of somebody else's can lead to us, an address cannot lie.
        return address.is_loopback if self._local else True

    async def _caller(self, request: Request) -> Caller | None:
        """Who calls, by a token or by a session; one that is wrong is no caller."""
        if not self._settings.needs_token:
            return Caller()
        kind, _, presented = request.headers.get("authorization", "").partition(" ")
        if kind.casefold() == "bearer":
            token = token_of(presented.strip(), self._settings.tokens)
        else:
            cookie = request.cookies.get(COOKIE)
            # Asked on a thread: the database may be waiting for the disk.
            token = await run_in_threadpool(self._sessions.token_of, cookie) if cookie else None
        return None if token is None else Caller(name=token.name, scopes=token.scopes)


def _refuse_foreign(request: Request, host: str) -> None:
    """See that no page of another site makes a browser call us.

    :raises ServiceError: ``origin-foreign``.
    """
    path, headers = request.scope["path"], request.headers
    origin = headers.get("origin")
    calls = path.startswith("/api/") or request.method not in _SAFE
    if origin is not None and calls and _netloc(origin) != host.casefold():
        raise ServiceError("origin-foreign", 403)
    site = headers.get("sec-fetch-site")
    if site is not None and site not in _FROM_HERE and calls:
        raise ServiceError("origin-foreign", 403)


def _netloc(origin: str) -> str | None:
    """Host and port of an origin; ``None``: it is none."""
    try:
        return urlsplit(origin).netloc.casefold() if origin.isascii() else None
    except ValueError:  # such as http://[
        return None


def _route_of(scope: Scope) -> str:
    """The pattern of the address, which names nobody's work."""
    route = scope.get("route")
    pattern = getattr(route, "path", None)
    return pattern if isinstance(pattern, str) else "other"


async def not_served(request: Request, error: Exception) -> Response:
    """The problem document of what the routing refuses."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    code = {404: "not-found", 405: "not-allowed"}.get(status, "bad-request")
    headers = dict(getattr(error, "headers", None) or {})
    return problem_response(ServiceError(code, status, headers=headers), language_of(request))


def _failure(error: Exception) -> BilingualError:
    """What an exception that nothing expected is answered with."""
    if is_full(error):
        return unwritable(error)
    log_failure(error)
    wrong = InternalError.of(error)
    return InternalError(wrong.code, **(wrong.params | {"detail": ""}))


class _OverTimeError(Exception):
    """A body takes too long."""


class _Exchange:
    """A request's body as it comes in, bounded in time, and its answer as it goes out.

    An answer may come before the body was read. To close a connection on which something
    comes in takes the answer away from a caller who has not read it yet (RFC 9112, 9.6), so
    the rest is read first and thrown away, for a while.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self.began = time.monotonic()
        self.status = 0
        self.received = 0
        self.path = scope["path"]
        names = {name for name, _ in scope["headers"]}
        self.unread = b"content-length" in names or b"transfer-encoding" in names
        self._held_back = b"expect" in names  # to read would ask for the body

    async def receive(self) -> Message:
        """The next piece of the body.

        :raises _OverTimeError: it does not come, or all of it comes too slowly.
        """
        if not self.unread:  # waiting for the caller to go: as long as it takes
            return await self._receive()
        seconds = time.monotonic() - self.began
        slow = seconds > _FREE_S and self.received < (seconds - _FREE_S) * _LEAST_SPEED
        if slow or seconds > _MOST_S:
            raise _OverTimeError
        self._held_back = False
        try:
            with anyio.fail_after(IDLE_S):
                return await self._next()
        except TimeoutError:
            raise _OverTimeError from None

    async def _next(self) -> Message:
        message = await self._receive()
        self.received += len(message.get("body", b""))
        self.unread = bool(message.get("more_body", False))
        return message

    async def _drop(self, seconds: float, most: float = math.inf) -> None:
        """Read the rest of the body, or so many bytes of it, for so long, and forget it."""
        end = self.received + most
        with anyio.move_on_after(seconds):
            while self.unread and not self._held_back and self.received < end:
                await self._next()

    async def send(self, message: Message) -> None:
        """Send a piece of the answer, with the headers that every answer has.

        :raises TimeoutError: nobody takes it.
        """
        if message["type"] == "http.response.start":
            await self._drop(_SOON_S, _SOON_BYTES)
            self.status = message["status"]
            headers = MutableHeaders(raw=message["headers"])
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Content-Security-Policy", PAGE_POLICY)
            headers.setdefault("Cache-Control", "no-store")
            if self.unread:
                headers["Connection"] = "close"
        elif self.unread and not message.get("more_body", False):
            await self._passed_on({**message, "more_body": True})
            await self._drop(_LINGER_S)
            message = {"type": "http.response.body", "body": b""}
        await self._passed_on(message)

    async def _passed_on(self, message: Message) -> None:
        with anyio.fail_after(_SEND_S):
            await self._send(message)


def needs(request: Request, *scopes: str) -> Caller:
    """Who calls, where he may do one of these things.

    :raises ServiceError: ``scope-needed``.
    """
    caller = caller_of(request)
    if caller is None or not caller.scopes & set(scopes):
        raise ServiceError("scope-needed", 403, scopes=list(scopes))
    return caller
