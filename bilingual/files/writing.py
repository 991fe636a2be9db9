"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from bilingual.errors import InputError
from bilingual.files.paths import display_name
from bilingual.files.unfinished import new_name, unfinished

NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT)
"""Numbers of the system's errors for a disk that is full, and for a quota that is used up."""

_DESCRIPTORS: Final = ("/proc", "/dev/fd")
"""Where what a process has open lies as if it were files."""

_MOST_LINKS: Final = 40  # as Linux follows them

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def write_through_draft(
    path: Path, data: bytes, *, mode: int = 0o666, keep: bool = True, overwrite: bool = True
) -> None:
    """Write bytes to a draft beside the path, and put that in its place.

    What was there stays until then, and stays where anything goes wrong. The draft of a
    process that was killed is removed at the next start (``bilingual.files.unfinished``).

    :param mode: permissions, less what the process's umask withholds.
    :param keep: whether it is to outlast a power cut; a cache need not.
    :param overwrite: whether it may take the place of another file.
    :raises FileExistsError: it may not, and there is one.
    :raises InputError: ``file-special``: a device, a pipe or a socket lies there, or a link
        to one or to a descriptor, as ``/dev/stdout`` is. It would be gone: whoever runs as
        root would have no ``/dev/null`` left.
    :raises OSError: it cannot be written; no draft is left.
    :raises ValueError: the path has a NUL in it.
    """
    with _draft(path, data, mode=mode, keep=keep) as draft:
        if overwrite:
            draft.replace(path)
        else:
            _link_new(draft, path)


@contextlib.contextmanager
def _draft(path: Path, data: bytes, *, mode: int, keep: bool) -> Iterator[Path]:
    """A draft beside the path, with the bytes in it; gone when the block ends."""
    _refuse_special(path)
    draft = path.absolute().parent / f".{new_name('draft')}"
    with unfinished(draft):
        try:
            # Permissions are asked of the system as it makes the file: to read the umask is
            # to change it, for every thread.
            descriptor = os.open(draft, _NEW, mode)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                if keep:
                    file.flush()
                    os.fsync(descriptor)
            yield draft
        finally:
            _remove_draft(draft)


def _refuse_special(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except OSError:  # nothing is there, or it shows as it is written
        return
    special = not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
    if special or _leads_to_descriptor(path):
        raise InputError("file-special", path=display_name(str(path)))


def _leads_to_descriptor(path: Path) -> bool:
    """Whether a link leads to what a process has open: ``/dev/stdout``, a plain file by now."""
    for _ in range(_MOST_LINKS):
        folder = path.parent.resolve()
        if any(folder.is_relative_to(place) for place in _DESCRIPTORS):
            return True
        try:
            path = folder / path.readlink()
        except OSError:
            return False
    return False


def _link_new(draft: Path, path: Path) -> None:
    """Put the draft in place, unless a file was put there meanwhile."""
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(path):
            raise FileExistsError(str(path)) from None
        draft.replace(path)


def write_whole(path: Path, text: str, *, overwrite: bool = True) -> None:
    """Write UTF-8 text to a path through a temporary file beside it.

    :raises InputError: as :func:`write_new`.
    """
    try:
        data = text.encode("utf-8")
    except UnicodeError as error:  # half a character, as in a name that is no Unicode
        raise unwritable(path, error) from error
    write_new(path, data, overwrite=overwrite)


def write_new(path: Path, data: bytes, *, overwrite: bool = False, mode: int | None = None) -> None:
    """Write bytes to a path through a temporary file beside it.

    :param mode: the file's permissions; those of a new file here unless given.
    :raises InputError: ``output-exists``, unless ``overwrite``;
        ``output-unwritable``.
    """
    if not overwrite and is_there(path):
        raise InputError("output-exists", path=display_name(str(path)))
    try:
        write_through_draft(path, data, mode=0o666 if mode is None else mode, overwrite=overwrite)
    except FileExistsError:
        raise InputError("output-exists", path=display_name(str(path))) from None
    except (OSError, ValueError) as error:
        raise unwritable(path, error) from error


def write_together(
    files: Sequence[tuple[Path, bytes]], *, overwrite: bool = False, modes: Sequence[int] = ()
) -> None:
    """Write files that belong together: all of them, or, where one cannot be written, none.

    :param modes: the files' permissions; those of a new file here unless given.
    :raises InputError: as :func:`write_new`.
    """
    at = files[0][0] if files else Path()
    try:
        with contextlib.ExitStack() as stack:
            drafts, before = [], []
            for (at, data), mode in zip(files, modes or [0o666] * len(files), strict=True):
                if not overwrite:
                    _refuse_other(at)
                drafts.append(stack.enter_context(_draft(at, data, mode=mode, keep=True)))
                before.append(stack.enter_context(_second_name(at)) if overwrite else None)
            ours = [_identity(draft) for draft in drafts]
            try:
                for (at, _), draft in zip(files, drafts, strict=True):
                    if overwrite:
                        draft.replace(at)
                    else:
                        _link_new(draft, at)
            except BaseException:  # an interrupt, too, leaves none or all
                for (path, _), our, old in zip(files, ours, before, strict=True):
                    _take_back(path, our, old)
                raise
    except FileExistsError:
        raise InputError("output-exists", path=display_name(str(at))) from None
    except (OSError, ValueError) as error:
        raise unwritable(at, error) from error


def _refuse_other(path: Path) -> None:
    if is_there(path):
        raise FileExistsError(str(path))


@contextlib.contextmanager
def _second_name(path: Path) -> Iterator[Path | None]:
    """A name besides its own for what lies there, until the block ends; none for nothing."""
    if not os.path.lexists(path):
        yield None
        return
    second = path.absolute().parent / f".{new_name('draft')}"
    with unfinished(second):
        try:
            if path.is_symlink():
                second.symlink_to(path.readlink())
            else:
                try:
                    second.hardlink_to(path)
                except OSError:  # a file system without links, or a folder
                    _copy(path, second)
            yield second
        finally:
            _remove_draft(second)


def _copy(path: Path, copy: Path) -> None:
    """Copy a file; from the beginning nobody can read the copy who cannot read the file."""
    with path.open("rb") as source:
        descriptor = os.open(copy, _NEW, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            shutil.copyfileobj(source, target)
    shutil.copystat(path, copy)


def _identity(path: Path) -> tuple[int, int]:
    status = path.lstat()
    return status.st_dev, status.st_ino


def _take_back(path: Path, our: tuple[int, int], old: Path | None) -> None:
    """Put back what lay at a path, if our file lies there; no error hides the first one."""
    with contextlib.suppress(OSError):
        if _identity(path) != our:
            return
        if old is None:
            path.unlink()
        else:
            old.replace(path)


def _remove_draft(draft: Path) -> None:
    """Remove a draft; where that fails, the next start does (``bilingual.files.unfinished``)."""
    with contextlib.suppress(OSError):
        draft.unlink(missing_ok=True)


def is_there(path: Path) -> bool:
    """Whether something, a link included, lies where a file is to be written.

    :raises InputError: ``output-unwritable``: nothing can have such a name (a NUL, more
        than the file system's 255 bytes), or its folder may not be looked into.
    """
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as error:
        raise unwritable(path, error) from error
    return True


def check_place(path: Path) -> None:
    """Refuse at once what could not be written at the end of a long run.

    :raises InputError: ``output-unwritable``: there is no such folder, nothing may be
        written in it, or a folder has that name; ``file-special``, as :func:`write_new`.
    """
    folder = path.absolute().parent
    try:
        place = folder.stat()
        problem = 0 if stat.S_ISDIR(place.st_mode) else errno.ENOTDIR
        if not problem and path.is_dir():
            problem = errno.EISDIR
        if not problem and not os.access(folder, os.W_OK):
            problem = errno.EACCES
        _refuse_special(path)
    except (OSError, ValueError) as error:
        raise unwritable(path, error) from error
    if problem:
        raise unwritable(path, OSError(problem, os.strerror(problem)))


def unwritable(path: Path, error: Exception) -> InputError:
    """``output-unwritable``: that nothing can be written there, and what the system said."""
    detail = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return InputError("output-unwritable", path=display_name(str(path)), detail=detail)


def no_room(error: BaseException) -> InputError | None:
    """``output-unwritable``, where an error comes of a full disk; else ``None``.

    It names the file, or, where the system does not, the folder for temporary files.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in NO_ROOM:
            name = cause.filename  # a descriptor where the file was given by one
            named = bool(name) and isinstance(name, (str, bytes, os.PathLike))
            return unwritable(Path(os.fsdecode(name) if named else tempfile.gettempdir()), cause)
        cause = cause.__cause__ or cause.__context__
    return None
