"""Writing a rendering to disk: whole or not at all."""

from __future__ import annotations

from pathlib import Path

from bilingual.errors import InputError
from bilingual.inputs import display_name
from bilingual.outputs import write_through_draft


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
        write_through_draft(path, data, mode=0o666 if mode is None else mode)
    except (OSError, ValueError) as error:
        detail = (error.strerror if isinstance(error, OSError) else None) or str(error)
        shown = display_name(str(path))
        raise InputError("output-unwritable", path=shown, detail=detail) from error
