"""What the pages and the calls know of a request: who calls, in which language."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

from bilingual.config import MediaRules
from bilingual.locale import languages
from bilingual.server.shown import SPOKEN
from bilingual.server.tokens import SCOPES, Scope

PAGE_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)
"""The content security policy of the pages: what comes from here, and nothing inline."""

_QUALITY: Final = re.compile(
    r"\s*([A-Za-z]{1,8})(?:-[\w-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls: the name of the token, empty where none is needed, and what it may do."""

    name: str = ""
    scopes: frozenset[Scope] = field(default=frozenset(SCOPES))

    @property
    def sees_all(self) -> bool:
        """Whether the works of others are shown to him, too."""
        return bool(self.scopes & {"review", "operate"})


def language_of(request: HTTPConnection) -> str:
    """The language to answer in: that of ``lang=``, else the best of ``Accept-Language``."""
    named = request.query_params.get("lang")
    if named in SPOKEN and named in languages():
        return named
    best, weight = SPOKEN[0], 0.0
    for part in request.headers.get("accept-language", "")[:400].split(","):
        found = _QUALITY.fullmatch(part)
        if found is None:
            continue
        code, quality = found[1].lower(), float(found[2] or 1)
        if code in SPOKEN and quality > weight:
            best, weight = code, quality
    return best


def caller_of(request: HTTPConnection) -> Caller | None:
    """Who calls; ``None`` where nobody has shown who he is and somebody has to."""
    found: Caller | None = getattr(request.state, "caller", None)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """What the pages are given.

    ``needs_token``: whether there is a page to log in; ``keep_days``: after how many days
    works go, ``None``: never; ``award``: what is asked of a film.
    """

    version: str
    needs_token: bool
    keep_days: float | None = None
    award: MediaRules | None = None

    def language(self, request: HTTPConnection) -> str:
        """The language to answer in."""
        return language_of(request)

    def caller(self, request: HTTPConnection) -> Caller | None:
        """Who calls; ``None`` on the pages that are open to everybody."""
        return caller_of(request)

    def page(self, html: str, *, status: int = 200, language: str = "zh") -> Response:
        """A page as an answer: not kept anywhere, nothing inline in it runs."""
        headers: dict[str, Any] = {
            "Content-Security-Policy": PAGE_POLICY,
            "Content-Language": language,
            "Cache-Control": "no-store",
        }
        return Response(
            html, status_code=status, media_type="text/html; charset=utf-8", headers=headers
        )
