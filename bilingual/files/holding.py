"""One file, one identity: what is hashed is what is read, to the last step.

A submitted file may be changed, replaced or moved while it is looked at: by an upload
that is still coming in, by its author who saves it once more, by somebody who wants
another file judged than the one that is named. Within ``with held(path)`` every reader
of ours that opens the path gets the file that was there when the block began, whatever
the path leads to by then.

A small file (:data:`COPIED_BYTES`) is read once, into memory that is ours alone. Of a
larger one the descriptor is kept; who can write to the file can still change what is
in it, so it is looked at again: size, times and inode when the block ends and, by
:func:`confirm`, its hash too, before anything is made of what was read.
"""

from __future__ import annotations

import contextlib
import contextvars
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from bilingual.errors import BilingualError, InputError
from bilingual.files.paths import StrPath, detail_of, display_name, plain_descriptor, plain_path

COPIED_BYTES: Final = 16 * 1024 * 1024
"""A file of no more bytes is copied into memory as it is opened."""

BLOCK: Final = 1 << 20
_OWN: Final = "/proc/self/fd"
_CAN_COPY: Final = hasattr(os, "memfd_create") and Path(_OWN).is_dir()
"""Linux has files in memory that can be opened anew."""

_ANEW: Final = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)


@dataclass(slots=True, kw_only=True)
class _Held:
    """An open file. ``sha256``: what it was hashed to, once it was."""

    path: Path
    descriptor: int
    copied: bool = False
    identity: tuple[int, ...] = field(default=())
    sha256: str | None = None

    def opened(self) -> int:
        """A descriptor of the same file that is read from its beginning, apart from ours.

        :raises InputError: ``file-changed``: the system cannot open it again, and
            another one is there by now.
        """
        with contextlib.suppress(OSError):
            return os.open(f"{_OWN}/{self.descriptor}", _ANEW)
        try:
            descriptor = plain_descriptor(self.path)
        except InputError:
            raise self.changed() from None
        if identity_of(descriptor)[:2] != identity_of(self.descriptor)[:2]:
            os.close(descriptor)
            raise self.changed()
        return descriptor

    def changed(self) -> InputError:
        """The error of a file that is another one by now."""
        return InputError("file-changed", path=display_name(str(self.path)))

    def look_again(self) -> None:
        """See that nothing was written to it.

        :raises InputError: ``file-changed``.
        """
        if not self.copied and identity_of(self.descriptor) != self.identity:
            raise self.changed()


_held: contextvars.ContextVar[Mapping[str, _Held]] = contextvars.ContextVar("held", default={})  # noqa: B039 - never changed


@contextlib.contextmanager
def held(*paths: StrPath) -> Iterator[None]:
    """Keep files open: within the block their paths mean what they mean now.

    What is held already stays as it is. Threads see it where they are given the
    context (:func:`bilingual.budget.carried`).

    :raises InputError: as :func:`bilingual.files.checked_path`; ``file-changed``: one was
        written to in the meantime.
    """
    known = dict(_held.get())
    new: list[_Held] = []
    token = None
    try:
        for path in paths:
            key = _key(path)
            if key not in known:
                known[key] = _open(plain_path(path))
                new.append(known[key])
        token = _held.set(known)
        try:
            yield
        except BilingualError:
            for one in new:  # half a file is not what its bytes make of it: it is half a file
                one.look_again()
            raise
        for one in new:
            one.look_again()
    finally:
        if token is not None:
            _held.reset(token)
        for one in new:
            os.close(one.descriptor)


def held_descriptor(path: StrPath) -> int | None:
    """A new descriptor of the file that is held under a path; ``None`` where none is.

    :raises InputError: ``file-changed``.
    """
    found = _found(path)
    return None if found is None else found.opened()


def is_held(path: StrPath) -> bool:
    """Whether the path means a file that is held."""
    return _found(path) is not None


def held_hash(path: StrPath) -> str | None:
    """What a held file was hashed to; ``None`` where it was not, or is not held."""
    found = _found(path)
    return None if found is None else found.sha256


def note_hash(path: StrPath, sha256: str) -> None:
    """Remember what a held file was hashed to.

    :raises InputError: ``file-changed``: it was hashed before, to something else, or
        written to since it was opened.
    """
    found = _found(path)
    if found is not None:
        found.look_again()
        if found.sha256 not in (None, sha256):
            raise found.changed()
        found.sha256 = sha256


def confirm(
    *paths: StrPath, on_progress: Callable[[int, int], None] = lambda done, total: None
) -> None:
    """See that held files are, byte by byte, what they were hashed to.

    Before anything is made that bears the hash: a report, an entry of a cache. A write
    through mapped memory shows in no time stamp, so the bytes are read again.

    :param on_progress: called as ``on_progress(done, total)``, in bytes, file by file.
    :raises InputError: ``file-changed``.
    """
    for path in paths:
        found = _found(path)
        if found is None or found.copied or found.sha256 is None:
            continue
        found.look_again()
        descriptor = found.opened()
        with os.fdopen(descriptor, "rb") as file:
            size = os.fstat(descriptor).st_size
            if digest_of(file, lambda done, size=size: on_progress(done, size)) != found.sha256:  # type: ignore[misc]
                raise found.changed()
        found.look_again()


def identity_of(descriptor: int) -> tuple[int, ...]:
    """Device, inode, size and the times of the last change of content and of anything."""
    status = os.fstat(descriptor)
    return (
        status.st_dev,
        status.st_ino,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
    )


def digest_of(file: BinaryIO, on_progress: Callable[[int], None]) -> str:
    """The SHA-256 of all that is left of a binary file; ``on_progress`` gets bytes so far."""
    digest, done = hashlib.sha256(), 0
    while block := file.read(BLOCK):
        digest.update(block)
        done += len(block)
        on_progress(done)
    return digest.hexdigest()


def _key(path: StrPath) -> str:
    return os.path.abspath(os.fspath(path))  # noqa: PTH100 - it may be no path at all


def _found(path: StrPath) -> _Held | None:
    known = _held.get()
    return known.get(_key(path)) if known else None


def _open(path: Path) -> _Held:
    with contextlib.ExitStack() as undo:
        descriptor = plain_descriptor(path)
        undo.callback(os.close, descriptor)
        one = _Held(path=path, descriptor=descriptor, identity=identity_of(descriptor))
        copy: int | None = None
        if one.identity[2] <= COPIED_BYTES and _CAN_COPY:
            copy = os.memfd_create("submitted", os.MFD_CLOEXEC)
            undo.callback(os.close, copy)
            try:
                _copy(descriptor, copy)
            except OSError as error:
                shown = display_name(str(path))
                raise InputError("file-unreadable", path=shown, detail=detail_of(error)) from None
        one.look_again()
        undo.pop_all()
    if copy is None:
        return one
    os.close(descriptor)
    return _Held(path=path, descriptor=copy, copied=True)


def _copy(source: int, target: int) -> None:
    at = 0
    while (block := os.pread(source, BLOCK, at)) and at <= COPIED_BYTES:
        at += len(block)
        while block:
            block = block[os.write(target, block) :]
