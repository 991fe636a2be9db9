"""Writing a rendering to disk: whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bilingual.errors import InputError


def write_whole(path: Path, text: str) -> None:
    """Write UTF-8 text to a path through a temporary file beside it.

    :raises InputError: ``output-unwritable``.
    """
    write_new(path, text.encode("utf-8"), overwrite=True)


def write_new(path: Path, data: bytes, *, overwrite: bool = False, mode: int | None = None) -> None:
    """Write bytes to a path through a temporary file beside it.

    :param mode: the file's permissions; those of a new file here unless given.
    :raises InputError: ``output-exists``, unless told to overwrite;
        ``output-unwritable``.
    """
    try:
        if not overwrite and (path.exists() or path.is_symlink()):
            raise InputError("output-exists", path=str(path))
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:60]}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            # mkstemp's file is private; a report is as public as its folder.
            umask = os.umask(0)
            os.umask(umask)
            Path(name).chmod(0o666 & ~umask if mode is None else mode)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InputError(
            "output-unwritable", path=str(path), detail=error.strerror or str(error)
        ) from error
