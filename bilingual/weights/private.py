"""Folders of the cache that nobody else can write to, and files in them.

What lies in a cache is believed, so it must be ours: the cache's own folder and those
below it belong to this user and are open to nobody else's writing, and no step on the
way is a link. Everything is opened from one folder's descriptor to the next, so that
nothing can be put in its place between the look and the use.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from bilingual.files import cache_folder, refuse_shared, write_through_draft
from bilingual.files.unfinished import new_name, unfinished
from bilingual.weights.store import make_cache_folder

MAX_BYTES: Final = 64 * 1024 * 1024
"""A larger file in the cache is none of ours."""

_POSIX: Final = os.name == "posix"
_CLOSED: Final = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
_FOLDER: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _CLOSED
_READ: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _CLOSED
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _CLOSED


def read_private(*parts: str) -> bytes:
    """The bytes of a file of the cache.

    :param parts: the folders' names below the cache's own, then the file's.
    :raises FileNotFoundError: it is not there.
    :raises NotPrivateError: others can write to it or to a folder on the way.
    :raises OSError: it is no plain file, too large, or cannot be read.
    """
    if not _POSIX:
        with cache_folder().joinpath(*parts).open("rb") as file:
            return file.read(MAX_BYTES)
    with (
        _folder(parts[:-1], make=False) as folder,
        os.fdopen(os.open(parts[-1], _READ, dir_fd=folder), "rb") as file,
    ):
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_BYTES:
            raise OSError(errno.EINVAL, "no plain file of a sensible size", parts[-1])
        refuse_shared(status, parts[-1])
        return file.read(MAX_BYTES)


def write_private(*parts: str, data: bytes) -> None:
    """Put a file into the cache, whole or not at all, for this user's eyes alone.

    :raises OSError: as :func:`read_private`, or it cannot be written.
    """
    place = cache_folder().joinpath(*parts)
    draft = f".{new_name('draft')}"
    if not _POSIX:
        place.parent.mkdir(parents=True, exist_ok=True)
        write_through_draft(place, data, keep=False)
        return
    with _folder(parts[:-1], make=True) as folder, unfinished(place.with_name(draft)):
        descriptor = os.open(draft, _NEW, 0o600, dir_fd=folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            os.rename(draft, parts[-1], src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            os.unlink(draft, dir_fd=folder)
            raise


def private_folder(*parts: str) -> Path:
    """A folder of the cache, made where it is not there.

    :raises NotPrivateError: others can write to it or to a folder on the way.
    :raises OSError: it cannot be made.
    """
    place = cache_folder().joinpath(*parts)
    if _POSIX:
        with _folder(parts, make=True):
            return place
    place.mkdir(parents=True, exist_ok=True)
    return place


@contextmanager
def _folder(parts: tuple[str, ...], *, make: bool) -> Iterator[int]:
    """The descriptor of a folder below the cache's own."""
    root = cache_folder()
    if make:
        make_cache_folder()
    # The user may well keep the whole cache elsewhere, behind a link of theirs.
    at = os.open(root.resolve(), _FOLDER)
    try:
        refuse_shared(os.fstat(at), str(root))
        for part in parts:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(part, 0o700, dir_fd=at)
            below = os.open(part, _FOLDER, dir_fd=at)
            os.close(at)
            at = below
            refuse_shared(os.fstat(at), part)
        yield at
    finally:
        os.close(at)
