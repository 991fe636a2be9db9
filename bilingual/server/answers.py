"""Answers, and bodies of requests: JSON in and out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from bilingual.budget import MIB
from bilingual.model.codec import RepeatedKeyError, refuse_repeated_keys
from bilingual.server.problems import ServiceError
from bilingual.showing import ascii_controls

JSON_BYTES: Final = MIB
"""A larger JSON body is refused, where nothing else is said."""

_T = TypeVar("_T")


def json_response(
    value: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """JSON as an answer, nothing unseen in it raw."""
    text = ascii_controls(msgspec.json.encode(value).decode("utf-8"))
    return Response(text, status_code=status, media_type="application/json", headers=headers)


def moment(seconds: float | None) -> str | None:
    """Seconds since 1970 as UTC, ISO 8601."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


async def body_of(request: Request, most: int) -> bytes:
    """A body of that many bytes at most.

    :raises ServiceError: ``too-large`` (413).
    """
    if (announced(request) or 0) > most:
        raise ServiceError("too-large", 413, limit=most)
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > most:
            raise ServiceError("too-large", 413, limit=most)
    return bytes(data)


def announced(request: Request) -> int | None:
    """How many bytes a body says that it has; ``None`` where it does not say."""
    said = request.headers.get("content-length", "")
    return int(said[:19]) if said.isascii() and said.isdigit() else None  # more is too much


def unchanged(request: Request, tag: str) -> bool:
    """Whether the caller has what that tag names, as ``If-None-Match`` says (RFC 9110)."""
    known = request.headers.get("if-none-match", "")[:2000].split(",")
    return bool({tag, "*"} & {one.strip().removeprefix("W/") for one in known})


def media_type_of(request: Request) -> str:
    """The media type of a body, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().casefold()


async def json_of(request: Request, kind: type[_T], most: int = JSON_BYTES) -> _T:
    """A JSON body as a value of that type.

    :raises ServiceError: ``not-json`` (415), ``too-large`` (413), ``json-invalid`` (422).
    """
    if media_type_of(request) != "application/json":
        raise ServiceError("not-json", 415)
    return decoded(await body_of(request, most), kind)


def decoded(data: bytes, kind: type[_T]) -> _T:
    """JSON as a value of that type.

    :raises ServiceError: ``json-invalid`` (422), with the place.
    """
    try:
        value = msgspec.json.decode(data, type=kind)
        refuse_repeated_keys(data)
    except RepeatedKeyError:
        raise ServiceError("json-invalid", 422, detail="a key comes twice") from None
    except (ValueError, RecursionError) as error:
        raise ServiceError("json-invalid", 422, detail=_detail(error)) from None
    return value


def _detail(error: Exception) -> str:
    """What msgspec says: types and a place, nothing of the body."""
    return str(error)[:300] if isinstance(error, msgspec.DecodeError) else "JSON"
