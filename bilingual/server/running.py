"""Running the service until it is told to stop."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from types import FrameType
from typing import Final

from bilingual.errors import ConfigError, InputError
from bilingual.server.logs import log_as_json
from bilingual.server.settings import Settings, is_loopback

_BACKLOG: Final = 128
_GRACE_S: Final = 5
_KEEP_ALIVE_S: Final = 15
_HEAD_BYTES: Final = 32 * 1024


def bound(settings: Settings) -> socket.socket:
    """A socket that listens where the service is to be.

    :raises ConfigError: ``serve-needs-token``: others could reach it, and no tokens are given.
    :raises InputError: ``serve-address``: the address or port cannot be had.
    """
    if not is_loopback(settings.host) and not settings.tokens:
        raise ConfigError("serve-needs-token", host=settings.host)
    host = settings.host.strip("[]")
    try:
        family = socket.getaddrinfo(host, settings.port, type=socket.SOCK_STREAM)[0][0]
        found = socket.socket(family, socket.SOCK_STREAM)
        if os.name == "posix":
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, settings.port))
        found.listen(_BACKLOG)
    except (OSError, UnicodeError, OverflowError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        raise InputError(
            "serve-address", host=settings.host, port=settings.port, detail=detail
        ) from None
    return found


def address_of(settings: Settings, listening: socket.socket) -> str:
    """Where a browser finds it."""
    port = listening.getsockname()[1]
    host = settings.host.strip("[]")
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - it is compared
        host = socket.gethostname() or "localhost"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def run(settings: Settings, listening: socket.socket, ready: Callable[[], object]) -> None:
    """Serve on a socket until the process is told to stop.

    :param ready: called when requests are answered.
    :raises InputError: ``data-unusable``.
    """
    import uvicorn

    from bilingual.server.app import application
    from bilingual.server.protocol import BoundedProtocol
    from bilingual.server.service import Service

    log_as_json(logging.INFO)
    service = Service.of(settings)
    config = uvicorn.Config(
        application(service),
        http=BoundedProtocol,
        ws="none",
        lifespan="on",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_GRACE_S,
        h11_max_incomplete_event_size=_HEAD_BYTES,
    )

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if not self.should_exit:
                ready()

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            service.end_streams()
            super().handle_exit(sig, frame)

    Announcing(config).run(sockets=[listening])
