"""Calls for whoever runs the service: is it well, and what does it count."""

from __future__ import annotations

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bilingual.server.access import needs
from bilingual.server.answers import json_response
from bilingual.server.metrics import MEDIA_TYPE
from bilingual.server.openapi import document
from bilingual.server.records import STATES
from bilingual.server.service import service_of


async def health(request: Request) -> Response:
    """Whether the service answers and its database does."""
    await run_in_threadpool(service_of(request).store.counts)
    return json_response({"status": "ok"})


async def metrics(request: Request) -> Response:
    """What is counted, for Prometheus."""
    needs(request, "operate")
    service = service_of(request)
    counts = await run_in_threadpool(service.store.counts)
    gauges: dict[str, float] = {f"works_{state}": counts.get(state, 0) for state in STATES}
    gauges["listeners"] = service.hub.listening
    gauges["disk_free_bytes"] = service.folders.free_bytes()
    return Response(service.metrics.text(gauges), media_type=MEDIA_TYPE)


async def described(_: Request) -> Response:
    """The calls, as OpenAPI describes them."""
    return json_response(document())


ROUTES: Final = (
    Route("/api/v1/openapi.json", described, methods=["GET"]),
    Route("/healthz", health, methods=["GET"]),
    Route("/metrics", metrics, methods=["GET"]),
)
