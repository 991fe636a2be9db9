"""The pages: what a browser shows of the service."""

from __future__ import annotations

from starlette.routing import BaseRoute

from bilingual.server.context import PageContext


def routes(context: PageContext) -> list[BaseRoute]:
    """The routes of the pages, their script, style and fonts."""
    return []
