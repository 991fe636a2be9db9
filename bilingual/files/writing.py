"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from bilingual.errors import InputError
from bilingual.files.reading import display_name


def write_through_draft(path: Path, data: bytes, *, mode: int = 0o666, keep: bool = True) -> None:
    """Write bytes to a draft beside the path, and put that in its place.

    What was there stays until then, and stays where anything goes wrong.

    :param mode: permissions, less what the process's umask withholds.
    :param keep: whether it is to outlast a power cut; a cache need not.
    :raises OSError: it cannot be written; no draft is left.
    :raises ValueError: the path has a NUL in it.
    """
    draft = path.parent / f".{path.name[:40]}.{secrets.token_hex(8)}"
    # Asked of the system as it makes the file: to read the umask is to change it, for
    # every thread.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(draft, flags, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            if keep:
                file.flush()
                os.fsync(descriptor)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def write_whole(path: Path, text: str) -> None:
    """Write UTF-8 text to a path through a temporary file beside it.

    :raises InputError: ``output-unwritable``.
    """
    write_new(path, text.encode("utf-8"), overwrite=True)


def write_new(path: Path, data: bytes, *, overwrite: bool = False, mode: int | None = None) -> None:
    """Write bytes to a path through a temporary file beside it.

    :param mode: the file's permissions; those of a new file here unless given.
    :raises InputError: ``output-exists``, unless ``overwrite``;
        ``output-unwritable``.
    """
    try:
        if not overwrite and (path.exists() or path.is_symlink()):
            raise InputError("output-exists", path=str(path))
        write_through_draft(path, data, mode=0o666 if mode is None else mode)
    except (OSError, ValueError) as error:
        detail = (error.strerror if isinstance(error, OSError) else None) or str(error)
        shown = display_name(str(path))
        raise InputError("output-unwritable", path=shown, detail=detail) from error
