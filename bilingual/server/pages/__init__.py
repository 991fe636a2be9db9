"""The pages: what a browser shows of the service.

Drop files, watch, read the report, fix, review. All that changes on them comes from the HTTP
interface (``/api/v1``), asked for by one script of ours; there is no build step, and nothing
comes from anywhere else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bilingual.server.answers import unchanged
from bilingual.server.context import PageContext
from bilingual.server.pages.rendering import Facts, PageName, render_page
from bilingual.server.pages.served import asset
from bilingual.server.shown import SPOKEN

_COOKIE: Final = "lang"
_YEAR_S: Final = 365 * 24 * 3600
_PATHS: Final[dict[PageName, str]] = {
    "home": "/",
    "work": "/works/{id}",
    "overview": "/overview",
    "login": "/login",
}


def routes(context: PageContext) -> list[BaseRoute]:
    """The routes of the pages, their script, style and fonts."""
    pages: list[BaseRoute] = [
        Route(path, _page(context, name), name=f"page-{name}") for name, path in _PATHS.items()
    ]
    return [*pages, Route("/assets/{name}", _asset)]


def _page(context: PageContext, name: PageName) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        caller = context.caller(request)
        language = _language(context, request)
        facts = Facts(
            path=request.url.path,
            needs_token=context.needs_token,
            keep_days=context.keep_days,
            version=context.version,
            sees_all=caller is not None and caller.sees_all,
            named="" if caller is None else caller.name,
            award=context.award,
        )
        response = context.page(render_page(name, language, facts), language=language)
        if request.query_params.get("lang") in SPOKEN:  # the choice is remembered
            response.set_cookie(_COOKIE, language, max_age=_YEAR_S, samesite="lax", httponly=True)
        return response

    return answer


def _language(context: PageContext, request: Request) -> str:
    """What the address says, else what was chosen before, else what the browser asks for."""
    chosen = request.cookies.get(_COOKIE)
    if request.query_params.get("lang") not in SPOKEN and chosen in SPOKEN:
        return chosen
    return context.language(request)


async def _asset(request: Request) -> Response:
    found = asset(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    headers = {
        "ETag": f'"{found.digest}"',
        # A link names the content, so that a new version has another address.
        "Cache-Control": "public, max-age=31536000, immutable",
    }
    if unchanged(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(found.body, media_type=found.media_type, headers=headers)
