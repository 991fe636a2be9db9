"""The application: every address, and what stands before them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from bilingual.server import pages, session_calls, upkeep_calls
from bilingual.server.access import Boundary, not_served
from bilingual.server.service import Service


def application(service: Service) -> Starlette:
    """The ASGI application over a service."""
    routes = [*session_calls.ROUTES, *upkeep_calls.ROUTES, *pages.routes(service.context())]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        service.hub.start()
        try:
            yield
        finally:
            service.ending = True
            service.hub.wake_all()
            service.close()

    boundary = Middleware(
        Boundary,
        settings=service.settings,
        sessions=service.sessions,
        metrics=service.metrics,
    )
    app = Starlette(
        routes=routes,
        middleware=[boundary],
        exception_handlers={HTTPException: not_served},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.service = service
    return app
