"""Calls about the caller himself: who he is, and logging in and out of a browser."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bilingual._version import __version__
from bilingual.server.access import needs
from bilingual.server.answers import json_of, json_response
from bilingual.server.problems import ServiceError
from bilingual.server.service import service_of
from bilingual.server.sessions import COOKIE, cookie_of
from bilingual.server.settings import CHUNK_BYTES
from bilingual.server.shown import SPOKEN
from bilingual.server.tokens import SCOPES, token_of

MOST_FILES: Final = 50
"""Files that may be looked at together."""


class _LogIn(msgspec.Struct, forbid_unknown_fields=True):
    token: str


async def show(request: Request) -> Response:
    """Who calls, and what the service allows."""
    caller = needs(request, *SCOPES)
    settings = service_of(request).settings
    return json_response(
        {
            "name": caller.name,
            "scopes": sorted(caller.scopes),
            "token_needed": settings.needs_token,
            "version": __version__,
            "limits": {
                "max_upload_bytes": settings.max_upload_bytes,
                "chunk_bytes": CHUNK_BYTES,
                "max_files": MOST_FILES,
            },
            "keep_days": settings.keep_days,
            "languages": list(SPOKEN),
            "can": {
                "annex": find_spec("typst") is not None,
                "sheet": find_spec("openpyxl") is not None,
            },
        }
    )


async def begin(request: Request) -> Response:
    """Log in: a cookie for a token."""
    service = service_of(request)
    asked = await json_of(request, _LogIn, 10_000)
    token = token_of(asked.token.strip(), service.settings.tokens)
    if token is None:  # tries are not counted: a token is too long to be guessed
        raise ServiceError("token-wrong", 401)
    name = await run_in_threadpool(service.sessions.begin, token)
    secure = _is_secure(request)
    return Response(status_code=204, headers=cookie_of(name, secure=secure))


async def end(request: Request) -> Response:
    """Log out."""
    sessions = service_of(request).sessions
    await run_in_threadpool(sessions.end, request.cookies.get(COOKIE, ""))
    return Response(status_code=204, headers=cookie_of("", secure=_is_secure(request)))


def _is_secure(request: Request) -> bool:
    """Whether the browser came by https: it says so itself where a proxy ends the TLS."""
    return request.headers.get("origin", request.url.scheme).startswith("https")


ROUTES: Final = (
    Route("/api/v1/session", show, methods=["GET"]),
    Route("/api/v1/session", begin, methods=["POST"]),
    Route("/api/v1/session", end, methods=["DELETE"]),
)
