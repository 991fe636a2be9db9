"""Bodies of ``multipart/form-data``, written to disk as they stream in.

Fields are counted and measured while they come; the name of a file is only ever a word.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from bilingual.budget import MIB
from bilingual.server.answers import announced, media_type_of
from bilingual.server.folders import Folders, new_id
from bilingual.server.problems import ServiceError
from bilingual.server.service import Service
from bilingual.server.space import unwritable
from bilingual.server.uploads import Incoming, refuse_full, shown_name

MOST_PARTS: Final = 64
"""Fields of a body; a work has a handful."""

TEXT_BYTES: Final = MIB
"""Of a field that is no file."""

_LOOK_BYTES: Final = 64 * MIB  # between two looks at what the disk has left

_BROWSERS_WRITE: Final = {"%22": '"', "%0D": "\r", "%0A": "\n"}
"""How browsers write these in a file's name (HTML, multipart/form-data encoding)."""


@dataclass(slots=True)
class Parts:
    """What a body held: texts by field, files by field in their order."""

    texts: dict[str, bytes] = field(default_factory=dict)
    files: list[tuple[str, Incoming]] = field(default_factory=list)

    def remove_files(self, folders: Folders) -> None:
        """Remove the files that have come in."""
        for _, one in self.files:
            folders.remove(one.path)


@dataclass(slots=True)
class _Part:
    """A field on its way in. ``name`` is the file's own, ``None`` of a text."""

    headers: dict[bytes, bytes] = field(default_factory=dict)
    key: str = ""
    name: str | None = None
    path: Path | None = None
    file: BinaryIO | None = None
    text: bytearray = field(default_factory=bytearray)
    digest: Any = None
    size: int = 0


class _Reader:
    """Takes the parser's events apart; what has to be written waits in ``todo``."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        self.todo: list[tuple[str, _Part, bytes]] = []
        self.ended = False
        self._count = 0
        self._part = _Part()
        self._name, self._value = b"", b""

    def callbacks(self) -> Any:
        """What the parser calls."""
        return {
            "on_part_begin": self._begun,
            "on_part_data": self._data,
            "on_part_end": self._part_ended,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_ended,
            "on_headers_finished": self._headers_ended,
            "on_end": self._ended,
        }

    def _begun(self) -> None:
        self._count += 1
        if self._count > MOST_PARTS:
            raise ServiceError("field-many", 413, limit=MOST_PARTS)
        self._part = _Part()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_ended(self) -> None:
        self._part.headers[self._name.lower()] = self._value
        self._name, self._value = b"", b""

    def _headers_ended(self) -> None:
        kind, options = parse_options_header(self._part.headers.get(b"content-disposition", b""))
        name = options.get(b"name")
        if kind != b"form-data" or name is None:
            raise ServiceError("multipart-invalid", 400)
        self._part.key = name.decode("utf-8", "replace")
        if self._part.key not in self._known:
            raise ServiceError("field-unknown", 422, known=sorted(self._known))
        if (called := options.get(b"filename")) is not None:
            text = called.decode("utf-8", "replace")
            for written, meant in _BROWSERS_WRITE.items():
                text = text.replace(written, meant)
            self._part.name = shown_name(text)
        self.todo.append(("begin", self._part, b""))

    def _data(self, data: bytes, start: int, end: int) -> None:
        self.todo.append(("data", self._part, data[start:end]))

    def _part_ended(self) -> None:
        self.todo.append(("end", self._part, b""))

    def _ended(self) -> None:
        self.ended = True


async def parts_of(request: Request, service: Service, *, known: Iterable[str]) -> Parts:
    """The fields of a body, its files written below ``uploads``.

    :param known: names of the fields that there may be.
    :raises ServiceError: what is wrong with it; then no file of it is left.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary")
    if media_type_of(request) != "multipart/form-data" or kind != b"multipart/form-data":
        raise ServiceError("not-multipart", 415)
    if not boundary or len(boundary) > 200:
        raise ServiceError("multipart-invalid", 400)
    await run_in_threadpool(_refuse_early, service, announced(request) or 0)
    reader, parts = _Reader(known), Parts()
    parser = MultipartParser(boundary, reader.callbacks())
    writer = _Writer(service, parts)
    try:
        with ExitStack() as writing:
            writing.callback(writer.close)
            received = 0
            async for piece in request.stream():
                received += len(piece)  # what belongs to no field counts, too
                _refuse_large(service, received)
                parser.write(piece)
                todo, reader.todo = reader.todo, []
                if todo:
                    await run_in_threadpool(writer.take, todo)
            parser.finalize()
            if not reader.ended:
                raise ServiceError("multipart-invalid", 400)  # noqa: TRY301
    except BaseException as error:
        await run_in_threadpool(writer.remove)
        if isinstance(error, FormParserError):
            raise ServiceError("multipart-invalid", 400) from None
        if isinstance(error, OSError):
            raise unwritable(error) from None
        raise
    return parts


def _refuse_early(service: Service, size: int) -> None:
    """See that a body of that size may come, and has room, before any of it is read.

    :raises ServiceError: ``upload-large`` (413), ``disk-full`` (507).
    """
    _refuse_large(service, size)
    refuse_full(service, size)


def _refuse_large(service: Service, size: int) -> None:
    """See that a body of that size may come.

    :raises ServiceError: ``upload-large`` (413).
    """
    most = service.settings.max_upload_bytes
    if size > most + MOST_PARTS * TEXT_BYTES:
        raise ServiceError("upload-large", 413, limit_mb=most // MIB, bytes=size)


class _Writer:
    """Puts fields where they belong: texts into memory, files onto the disk."""

    def __init__(self, service: Service, parts: Parts) -> None:
        self._service, self._parts = service, parts
        self._folders, self._most = service.folders, service.settings.max_upload_bytes
        self._all: list[_Part] = []
        self._bytes = 0
        self._looked = 0

    def take(self, todo: Iterable[tuple[str, _Part, bytes]]) -> None:
        """Do what has come to be done.

        :raises ServiceError: a field is too large, or there a second time.
        """
        for what, part, data in todo:
            if what == "begin":
                self._begin(part)
            elif what == "data":
                self._add(part, data)
            else:
                self._end(part)

    def _begin(self, part: _Part) -> None:
        if part.name is None:
            if part.key in self._parts.texts:
                raise ServiceError("field-twice", 422, field=part.key)
            return
        part.path = self._folders.upload(new_id(), part.name)
        part.file = part.path.open("xb")
        part.digest = hashlib.sha256()
        self._all.append(part)

    def _add(self, part: _Part, data: bytes) -> None:
        part.size += len(data)
        if part.file is None:
            if part.size > TEXT_BYTES:
                raise ServiceError("too-large", 413, limit=TEXT_BYTES)
            part.text += data
            return
        self._bytes += len(data)
        if self._bytes > self._most:
            raise ServiceError("upload-large", 413, limit_mb=self._most // MIB, bytes=self._bytes)
        if self._bytes - self._looked > _LOOK_BYTES:  # others write there, too
            refuse_full(self._service, 0)
            self._looked = self._bytes
        part.file.write(data)
        part.digest.update(data)

    def _end(self, part: _Part) -> None:
        if part.file is None or part.path is None or part.name is None:
            self._parts.texts[part.key] = bytes(part.text)
            return
        part.file.flush()
        part.file.close()
        sha256 = part.digest.hexdigest()
        found = Incoming(path=part.path, name=part.name, bytes=part.size, sha256=sha256)
        self._parts.files.append((part.key, found))

    def close(self) -> None:
        """Close what is open."""
        for part in self._all:
            if part.file is not None:
                part.file.close()

    def remove(self) -> None:
        """Remove every file that was begun."""
        for part in self._all:
            if part.path is not None:
                self._folders.remove(part.path)
