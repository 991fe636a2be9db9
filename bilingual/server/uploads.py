"""Files that come in pieces, so that a broken line costs one piece and not all of it."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bilingual.budget import MIB
from bilingual.files import display_name
from bilingual.server.access import needs
from bilingual.server.answers import announced, json_of, json_response, media_type_of
from bilingual.server.context import Caller
from bilingual.server.folders import is_id, new_id
from bilingual.server.problems import ServiceError
from bilingual.server.records import Upload
from bilingual.server.service import Service, service_of
from bilingual.server.settings import CHUNK_BYTES
from bilingual.server.space import unwritable
from bilingual.showing import visible

LASTS_S: Final = 24 * 3600
"""An upload of which no work was made goes after so long."""

PIECE: Final = "application/offset+octet-stream"
"""The media type of a piece, as of tus.io."""

MOST_OPEN: Final = 200
"""Uploads that one caller may have open."""

_NAME: Final = 255


class _New(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A file that has come in whole: where it lies, what its owner calls it."""

    path: Path
    name: str
    bytes: int
    sha256: str


def shown_name(name: str) -> str:
    """A file's name as its owner gave it, short enough, without folders."""
    last = display_name(name.replace("\\", "/").rpartition("/")[2])
    return visible(" ".join(last[:_NAME].split())) or "?"


def place_of(service: Service, upload: Upload) -> Path:
    """The file of an upload."""
    return service.folders.upload(upload.id, upload.name)


def received(service: Service, upload: Upload) -> int:
    """How much of it is there, in bytes."""
    try:
        return place_of(service, upload).stat().st_size
    except FileNotFoundError:
        return 0


def shown(service: Service, upload: Upload) -> dict[str, Any]:
    """An upload as it is answered."""
    return {
        "id": upload.id,
        "url": f"/api/v1/uploads/{upload.id}",
        "name": upload.name,
        "bytes": upload.bytes,
        "received": received(service, upload),
        "chunk_bytes": CHUNK_BYTES,
    }


def own_upload(service: Service, caller: Caller, name: str) -> Upload:
    """An upload of the caller's.

    :raises ServiceError: ``upload-unknown``.
    """
    upload = service.store.upload(name) if is_id(name) else None
    if upload is None or upload.owner != caller.name:
        raise ServiceError("upload-unknown", 404)
    return upload


def whole_upload(service: Service, caller: Caller, name: str) -> Upload:
    """An upload of the caller's of which everything is there.

    :raises ServiceError: ``upload-unknown``; ``upload-incomplete`` (409).
    """
    upload = own_upload(service, caller, name)
    there = received(service, upload)
    if there != upload.bytes:
        raise ServiceError("upload-incomplete", 409, received=there, bytes=upload.bytes)
    return upload


@contextmanager
def at_hand(service: Service, names: Iterable[str]) -> Iterator[None]:
    """Uploads that for as long as the block runs nobody else adds to or makes a work of.

    :raises ServiceError: ``upload-busy`` (409): somebody does so already.
    """
    wanted = frozenset(names)
    if wanted & service.at_hand:
        raise ServiceError("upload-busy", 409, headers={"Retry-After": "2"})
    service.at_hand.update(wanted)
    try:
        yield
    finally:
        service.at_hand.difference_update(wanted)


def refuse_full(service: Service, more: int) -> None:
    """See that the disk has room for so many bytes, and for what is on its way.

    :raises ServiceError: ``disk-full`` (507).
    """
    coming = sum(
        max(0, upload.bytes - received(service, upload)) for upload in service.store.uploads()
    )
    if service.folders.free_bytes() < more + coming + service.settings.reserve_bytes:
        raise ServiceError("disk-full", 507)


async def begin(request: Request) -> Response:
    """Announce a file: its name and how large it is."""
    service, caller = service_of(request), needs(request, "submit")
    asked = await json_of(request, _New)
    limit = service.settings.max_upload_bytes
    if asked.bytes > limit:
        raise ServiceError("upload-large", 413, limit_mb=limit // MIB, bytes=asked.bytes)
    if asked.bytes < 1:
        raise ServiceError("upload-empty", 422)

    def kept() -> dict[str, Any]:
        open_ones = service.store.uploads(owner=caller.name)
        announced = sum(upload.bytes for upload in open_ones) + asked.bytes
        if len(open_ones) >= MOST_OPEN or announced > 4 * limit:
            raise ServiceError("upload-many", 429, headers={"Retry-After": "60"})
        refuse_full(service, asked.bytes)
        upload = Upload(
            id=new_id(),
            owner=caller.name,
            name=shown_name(asked.name),
            bytes=asked.bytes,
            created=time.time(),
        )
        service.store.add_upload(upload)
        return shown(service, upload)

    made = await run_in_threadpool(kept)
    return json_response(made, 201, {"Location": made["url"]})


async def show(request: Request) -> Response:
    """How much of a file is there."""
    service, caller = service_of(request), needs(request, "submit")

    def found() -> dict[str, Any]:
        return shown(service, own_upload(service, caller, request.path_params["upload"]))

    return json_response(await run_in_threadpool(found))


async def go_on(request: Request) -> Response:
    """Take the next piece of a file; what has come of it stays, even where the line breaks."""
    service, caller = service_of(request), needs(request, "submit")
    name = request.path_params["upload"]
    upload = await run_in_threadpool(own_upload, service, caller, name)
    if media_type_of(request) != PIECE:
        raise ServiceError("upload-type", 415, expected=PIECE)
    with at_hand(service, {name}):
        there = await run_in_threadpool(received, service, upload)
        if request.headers.get("upload-offset", "") != str(there):
            raise ServiceError("upload-offset", 409, received=there)
        most = min(upload.bytes - there, CHUNK_BYTES)
        try:
            with place_of(service, upload).open("ab") as file:
                await _taken(request, file, most)
        except OSError as error:
            raise unwritable(error) from None
    return json_response(await run_in_threadpool(shown, service, upload))


async def _taken(request: Request, file: BinaryIO, most: int) -> None:
    """Write a body to a file.

    :raises ServiceError: ``upload-over`` (413): it is longer than it may be.
    """
    taken = 0
    if (announced(request) or 0) > most:
        raise ServiceError("upload-over", 413, limit=most)
    async for piece in request.stream():
        if taken + len(piece) > most:
            raise ServiceError("upload-over", 413, limit=most)
        taken += len(piece)
        await run_in_threadpool(file.write, piece)


async def drop(request: Request) -> Response:
    """Forget a file."""
    service, caller = service_of(request), needs(request, "submit")
    name = request.path_params["upload"]

    def dropped() -> None:
        upload = own_upload(service, caller, name)
        service.store.remove_upload(name)
        service.folders.remove(place_of(service, upload))

    await run_in_threadpool(dropped)
    return Response(status_code=204)


def hashed(path: Path, name: str) -> Incoming:
    """A file that is there whole, on the disk and not on its way there.

    :raises ServiceError: ``upload-unknown``: it has been dropped meanwhile.
    """
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.seek(0, os.SEEK_END)
            os.fsync(file.fileno())
    except FileNotFoundError:
        raise ServiceError("upload-unknown", 404) from None
    return Incoming(path=path, name=name, bytes=size, sha256=digest)


ROUTES: Final = (
    Route("/api/v1/uploads", begin, methods=["POST"]),
    Route("/api/v1/uploads/{upload}", show, methods=["GET"]),
    Route("/api/v1/uploads/{upload}", go_on, methods=["PATCH"]),
    Route("/api/v1/uploads/{upload}", drop, methods=["DELETE"]),
)
