"""One address on the network, and nothing but that address: posts there, reads back.

Redirects are not followed and proxies of the environment not used, so that the text
goes to the address of the settings and nowhere else. An answer is bounded in time,
however slowly it drips, and in size.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import os
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from bilingual.config import Judge
from bilingual.translation.backends.base import UnavailableError

NAME: Final = "judge"
_CHUNK: Final = 64 * 1024
_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses after which asking again may help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where to post. ``host`` is shown to people; ``local`` is this very machine."""

    secure: bool
    address: str
    port: int
    path: str
    host: str
    local: bool
    key_name: str
    max_bytes: int

    def post(self, body: bytes, timeout_s: float) -> bytes:
        """Post JSON and read the answer of a status 200.

        :param timeout_s: bound on all of it, from the connection to the last byte.
        :raises UnavailableError: ``backend-timeout``, ``backend-unreachable``,
            ``backend-refused`` (with the status), ``backend-answer-large``. Its param
            ``again`` is false where asking again is no use.
        """
        deadline = time.monotonic() + timeout_s
        connection: http.client.HTTPConnection
        if self.secure:
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(
                self.address, self.port, timeout=timeout_s, context=context
            )
        else:
            connection = http.client.HTTPConnection(self.address, self.port, timeout=timeout_s)
        # The socket's own time-out starts anew with each byte; this one does not.
        opened: list[socket.socket] = []
        guard = threading.Timer(timeout_s, _cut, [opened])
        guard.daemon = True
        guard.start()
        try:
            headers = self._headers()
            connection.connect()
            # Kept here: the connection forgets it while the body is read.
            opened.append(connection.sock)
            connection.request("POST", self.path, body, headers)
            with connection.getresponse() as response:
                return self._read(response, deadline)
        except UnavailableError:
            raise
        except (OSError, http.client.HTTPException, ValueError) as error:
            late = time.monotonic() >= deadline or isinstance(error, TimeoutError)
            code = "backend-timeout" if late else "backend-unreachable"
            # Not chained: the message of a refused header would show the key.
            raise UnavailableError(code, backend=NAME, host=self.host, again=True) from None
        finally:
            guard.cancel()
            connection.close()

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        key = os.environ.get(self.key_name, "").strip()
        if key:
            if not key.isascii() or not key.isprintable():
                raise UnavailableError(
                    "backend-key-invalid", backend=NAME, name=self.key_name, again=False
                )
            headers["Authorization"] = f"Bearer {key}"
        return headers

    def _read(self, response: http.client.HTTPResponse, deadline: float) -> bytes:
        if response.status != 200:
            raise UnavailableError(
                "backend-refused",
                backend=NAME,
                host=self.host,
                status=response.status,
                again=response.status in _AGAIN,
            )
        data = bytearray()
        while chunk := response.read1(_CHUNK):
            data += chunk
            if len(data) > self.max_bytes:
                raise UnavailableError(
                    "backend-answer-large",
                    backend=NAME,
                    host=self.host,
                    most=self.max_bytes,
                    again=False,
                )
        if time.monotonic() >= deadline:
            # A connection that was cut looks like an answer that came to its end.
            raise TimeoutError
        if response.length:
            raise http.client.IncompleteRead(bytes(data))
        return bytes(data)


def _cut(opened: list[socket.socket]) -> None:
    for connected in opened:
        with contextlib.suppress(OSError):
            connected.shutdown(socket.SHUT_RDWR)


def endpoint_of(settings: Judge) -> Endpoint:
    """The endpoint that the settings name.

    :raises UnavailableError: ``backend-url-unset``, ``backend-url-invalid``, or
        ``backend-insecure``: ``http`` to another machine, not permitted.
    """
    if not settings.url:
        raise UnavailableError("backend-url-unset", backend=NAME)
    parts = _parts(settings.url)
    address, port = parts.hostname or "", parts.port
    local = _is_local(address)
    secure = parts.scheme == "https"
    if not secure and not local and not settings.insecure:
        raise UnavailableError("backend-insecure", backend=NAME, host=address)
    path = parts.path.rstrip("/")
    if not path.endswith("/chat/completions"):
        path += "/chat/completions"
    return Endpoint(
        secure=secure,
        address=address,
        port=port or (443 if secure else 80),
        path=path,
        host=address if port is None else f"{address}:{port}",
        local=local,
        key_name=settings.api_key_env,
        max_bytes=settings.max_answer_bytes,
    )


def _parts(url: str) -> SplitResult:
    """A base address, taken apart: a scheme, a host, perhaps a port and a path.

    :raises UnavailableError: ``backend-url-invalid``.
    """
    invalid = UnavailableError("backend-url-invalid", backend=NAME)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port  # either may be none at all
    except ValueError:
        raise invalid from None
    readable = not any(c.isspace() or not c.isprintable() for c in url)
    if parts.scheme not in ("http", "https") or not host or _has_more(parts) or not readable:
        raise invalid
    return parts


def _has_more(parts: SplitResult) -> bool:
    """Whether an address names what a base address may not: a user, a query, a fragment."""
    user = parts.username is not None or parts.password is not None
    return user or bool(parts.query or parts.fragment)


def _is_local(address: str) -> bool:
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
