"""The paths of files that others submitted: plain files only, no links, no pipes."""

from __future__ import annotations

import errno
import os
import re
import stat
from os import PathLike
from pathlib import Path

from bilingual.errors import InputError

StrPath = str | PathLike[str]


def plain_path(path: StrPath) -> Path:
    """The path, if it is a plain file that we may read and that is not empty.

    A symbolic link is refused, wherever it leads: one out of an upload's archive
    could have any file of this machine hashed, read and quoted in a report.

    :raises InputError: ``file-missing``, ``file-is-link``, ``file-is-folder``,
        ``file-special``, ``file-forbidden``, ``file-empty`` or ``file-unreadable``.
    """
    shown = display_name(os.fspath(path))
    if not shown:  # pathlib takes it for the folder one is in
        raise InputError("file-missing", path="“”")
    try:
        found = Path(path)
        status = found.lstat()
    except (FileNotFoundError, NotADirectoryError):
        raise InputError("file-missing", path=shown) from None
    except PermissionError:
        raise InputError("file-forbidden", path=shown) from None
    except (OSError, ValueError) as error:
        raise InputError("file-unreadable", path=shown, detail=detail_of(error)) from None
    if stat.S_ISLNK(status.st_mode):
        raise InputError("file-is-link", path=shown)
    if stat.S_ISDIR(status.st_mode):
        raise InputError("file-is-folder", path=shown)
    if not stat.S_ISREG(status.st_mode):
        raise InputError("file-special", path=shown)
    if not os.access(found, os.R_OK):
        raise InputError("file-forbidden", path=shown)
    if status.st_size == 0:
        raise InputError("file-empty", path=shown)
    return found


def plain_descriptor(path: Path, *, follow: bool = False) -> int:
    """A descriptor of a plain file; the path may have changed since it was checked.

    A link is not followed and a pipe not waited for.

    :param follow: take what a link leads to: for files of the user's own, which nobody
        submitted.
    :raises InputError: ``file-is-link``, ``file-special`` or ``file-unreadable``.
    """
    shown = display_name(str(path))
    flags = os.O_RDONLY
    for more in ("O_CLOEXEC", "O_NONBLOCK", "O_NOCTTY", "O_BINARY"):
        flags |= getattr(os, more, 0)
    if not follow:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(path, flags)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == errno.ELOOP:
            raise InputError("file-is-link", path=shown) from None
        raise InputError("file-unreadable", path=shown, detail=detail_of(error)) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise InputError("file-special", path=shown)
    return descriptor


def exists(path: Path) -> bool:
    """Whether something lies at a path, links followed.

    Nothing does where no file can have such a name (more than 255 bytes, a NUL) or its folder
    may not be looked into; ``Path.exists`` raises then.
    """
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Whether a path leads to a folder; none does where :func:`exists` says that nothing lies."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def display_name(name: str | bytes) -> str:
    """A file name as valid Unicode; bytes and half characters that are none become U+FFFD."""
    if isinstance(name, str):
        try:
            name = os.fsencode(name)
        except UnicodeEncodeError:  # no file can have that name
            return re.sub("[\ud800-\udfff]", "\ufffd", str(name))
    return name.decode("utf-8", "replace")


def detail_of(error: Exception) -> str:
    """What the system says of it."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
