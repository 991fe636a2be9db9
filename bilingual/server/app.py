"""The application: every address, and what stands before them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from bilingual.server import (
    inspect_calls,
    pages,
    results_calls,
    review_calls,
    session_calls,
    upkeep_calls,
    uploads,
    works_calls,
)
from bilingual.server.access import Boundary, not_served
from bilingual.server.service import Service
from bilingual.server.telling import tell
from bilingual.server.upkeep import keep_tidy, tidy


def application(service: Service) -> Starlette:
    """The ASGI application over a service."""
    calls = (
        session_calls,
        uploads,
        inspect_calls,
        works_calls,
        results_calls,
        review_calls,
        upkeep_calls,
    )
    routes: list[BaseRoute] = [route for module in calls for route in module.ROUTES]
    routes += pages.routes(service.context())

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await run_in_threadpool(_settled, service)
        service.hub.start()
        going = [
            asyncio.create_task(service.dispatcher.run()),
            asyncio.create_task(keep_tidy(service)),
        ]
        if service.settings.webhooks is not None:
            going.append(asyncio.create_task(tell(service.store, service.settings.webhooks)))
        try:
            yield
        finally:
            service.end_streams()
            await service.dispatcher.end()
            for task in going:
                task.cancel()
            await asyncio.gather(*going, return_exceptions=True)
            await run_in_threadpool(service.close)

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


def _settled(service: Service) -> None:
    """What an earlier run has left is settled before anybody is answered."""
    service.dispatcher.resume()
    tidy(service, at_start=True)
    service.workers.warm()
