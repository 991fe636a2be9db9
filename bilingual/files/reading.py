"""Reading files that others submitted, whole or in part."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from bilingual.errors import InputError
from bilingual.files.holding import held_descriptor, is_held
from bilingual.files.paths import StrPath, detail_of, display_name, plain_descriptor, plain_path


def checked_path(path: StrPath) -> Path:
    """The path, if it is a plain file that we may read and that is not empty.

    A symbolic link is refused, wherever it leads: one out of an upload's archive
    could have any file of this machine hashed, read and quoted in a report. The path
    of a file that is held open (:func:`bilingual.files.held`) was checked before.

    :raises InputError: ``file-missing``, ``file-is-link``, ``file-is-folder``,
        ``file-special``, ``file-forbidden``, ``file-empty`` or ``file-unreadable``.
    """
    return Path(path) if is_held(path) else plain_path(path)


@contextlib.contextmanager
def opened_plain(path: Path) -> Iterator[BinaryIO]:
    """A plain file, opened for reading; the path may have changed since it was checked.

    A link is not followed and a pipe not waited for. Where the file is held open, it is
    that one.

    :raises InputError: ``file-is-link``, ``file-special``, ``file-unreadable`` or
        ``file-changed``.
    """
    descriptor = held_descriptor(path)
    with os.fdopen(plain_descriptor(path) if descriptor is None else descriptor, "rb") as file:
        try:
            yield file
        except OSError as error:
            shown = display_name(str(path))
            raise InputError("file-unreadable", path=shown, detail=detail_of(error)) from None


def read_at_most(path: StrPath, count: int) -> bytes:
    """The first bytes of a plain file, ``count`` at most.

    :raises InputError: as :func:`checked_path` and :func:`opened_plain`.
    """
    with opened_plain(checked_path(path)) as file:
        return file.read(count)
