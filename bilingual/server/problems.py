"""What goes wrong, as ``application/problem+json`` (RFC 9457) in the caller's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from starlette.responses import Response

from bilingual.errors import BilingualError, DependencyError, InternalError
from bilingual.locale import sentence
from bilingual.server.shown import error_shown

MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One of the things that are wrong with a request, and where: ``form.title``, ``video``."""

    where: str
    error: BilingualError


class ServiceError(BilingualError):
    """A request that cannot be answered as it was meant; ``status`` is HTTP's.

    ``places`` are the single things that are wrong; ``headers`` go with the answer.
    """

    def __init__(
        self,
        code: str,
        /,
        status: int = 400,
        *,
        places: Sequence[Place] = (),
        headers: Mapping[str, str] | None = None,
        **params: Any,
    ) -> None:
        super().__init__(code, **params)
        self.status = status
        self.places = tuple(places)
        self.headers = dict(headers or {})


def status_of(error: BilingualError) -> int:
    """The status of an error: what was submitted is wrong, unless it says otherwise."""
    if isinstance(error, ServiceError):
        return error.status
    if isinstance(error, InternalError):
        return 500
    return 501 if isinstance(error, DependencyError) else 422


def problem_of(error: BilingualError, language: str) -> dict[str, Any]:
    """The members of the problem document."""
    status = status_of(error)
    shown = error_shown(error, language)
    document: dict[str, Any] = {
        "type": f"urn:bilingual:problem:{error.code}",
        "title": _title(status, language),
        "status": status,
        "detail": shown["message"],
        "code": error.code,
        "params": error.params,
    }
    if isinstance(error, ServiceError) and error.places:
        document["errors"] = [
            {"where": place.where, **error_shown(place.error, language)} for place in error.places
        ]
    return document


def _title(status: int, language: str) -> str:
    """What a status means, in a few words."""
    return sentence("ui", f"http-{status}", {}, language)


def problem_response(error: BilingualError, language: str) -> Response:
    """The answer to a request that went wrong."""
    headers = {"Cache-Control": "no-store", "Content-Language": language}
    if isinstance(error, ServiceError):
        headers |= error.headers
    content = msgspec.json.encode(problem_of(error, language), enc_hook=str)
    return Response(content, status_code=status_of(error), media_type=MEDIA_TYPE, headers=headers)
