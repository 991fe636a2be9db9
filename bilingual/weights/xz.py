"""Archives packed by xz, unpacked within a bound on memory.

A file of a few hundred bytes may ask for a window of 4 GiB, and fill it. ``lzma.LZMAFile``
takes no bound; the decompressor below it does.
"""

from __future__ import annotations

import io
from lzma import FORMAT_XZ, LZMADecompressor, LZMAError
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MEMORY: Final = 192 * 1024 * 1024
"""Bytes that unpacking may take: ``xz -9`` needs 65 MiB, a window of 128 MiB about as much."""

_BLOCK: Final = 256 * 1024


class XzMemoryError(Exception):
    """To unpack a file takes more than :data:`MEMORY`."""


class XzFile(io.RawIOBase):
    """What a file in the format .xz holds, read in order; to go back is to begin anew.

    Its streams follow each other, with zeros between them, as the format allows it.
    """

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file
        self._begin()

    def _begin(self) -> None:
        self._file.seek(0)
        self._unpacker: LZMADecompressor | None = None
        self._waiting = b""
        self._at = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is, slowly."""
        return True

    def tell(self) -> int:
        """Unpacked bytes that have been read."""
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill a buffer, as far as one step goes; 0 at the end.

        :raises lzma.LZMAError: the file is damaged.
        :raises XzMemoryError: it takes more memory than it may.
        :raises EOFError: it is cut off.
        """
        with memoryview(buffer).cast("B") as target:
            data = self._step(len(target)) if len(target) else b""
            target[: len(data)] = data
        self._at += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place from the beginning, or from where one is.

        :raises ValueError: ``whence`` is the end, which nobody knows.
        """
        if whence == io.SEEK_END:
            raise ValueError("the end is not known")
        place = max(0, offset + (self._at if whence == io.SEEK_CUR else 0))
        if place < self._at:
            self._begin()
        while self._at < place and (data := self.read(min(_BLOCK, place - self._at))):
            del data
        return self._at

    def _step(self, most: int) -> bytes:
        while True:
            if self._unpacker is None or self._unpacker.eof:
                if not self._next_stream():
                    return b""
                assert self._unpacker is not None  # noqa: S101 - of a stream that begins
            if self._unpacker.needs_input:
                given = self._waiting or self._file.read(_BLOCK)
                self._waiting = b""
                if not given:
                    raise EOFError("the file is cut off")
            else:
                given = b""
            try:
                data = self._unpacker.decompress(given, most)
            except LZMAError as error:
                if str(error) == "Memory usage limit exceeded":
                    raise XzMemoryError from None
                raise
            if data:
                return data

    def _next_stream(self) -> bool:
        """Begin the next stream; false where none follows."""
        rest = self._waiting if self._unpacker is None else self._unpacker.unused_data
        while not (rest := rest.lstrip(b"\0")):
            rest = self._file.read(_BLOCK)
            if not rest:
                return False
        self._waiting = rest
        self._unpacker = LZMADecompressor(FORMAT_XZ, memlimit=MEMORY)
        return True
