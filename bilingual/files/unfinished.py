"""Drafts and temporary folders, noted before they are made, so that none stays for ever.

A process that is killed removes nothing. So whatever it makes for a while is noted first:
a small file in a folder of the user's own, locked as long as the process lives. At the next
start each note whose lock is free is a dead process's, and what it names is removed: a
file or a folder with a name that only we give, in nobody's hands but the user's. A link is
never followed. Where notes cannot be kept (a home that is read-only), things are made and
removed as ever, only a kill leaves them behind.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import stat
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bilingual.files.places import among_temporary, cache_folder, refuse_shared

if os.name == "posix":
    import fcntl

_NAME: Final = re.compile(r"\.?bilingual-[a-z]+-[0-9a-f]{16}")
_NOTES: Final = "unfinished"

_cleaned = threading.Event()


def new_name(kind: str) -> str:
    """A name that nothing else has, by which a leftover of ours is known.

    :param kind: what it is for, in small letters.
    """
    return f"bilingual-{kind}-{secrets.token_hex(8)}"


@contextlib.contextmanager
def unfinished(path: Path) -> Iterator[None]:
    """While the block runs, the path is noted as one that may be left behind.

    :param path: absolute, its name from :func:`new_name`, perhaps with a dot before it.
    """
    if not _cleaned.is_set():
        remove_leftovers()
    note = _noted(path)
    try:
        yield
    finally:
        if note is not None:
            place, descriptor = note
            if os.name != "posix":  # where a file that is open cannot be removed
                os.close(descriptor)
            if not os.path.lexists(path):
                with contextlib.suppress(OSError):
                    place.unlink()
            if os.name == "posix":
                os.close(descriptor)


@contextlib.contextmanager
def scratch_folder(kind: str, *, within: Path | None = None) -> Iterator[Path]:
    """A new folder that only this user can read, gone when the block ends.

    :param kind: what it is for, in small letters.
    :param within: the folder to make it in, that for temporary files unless given.
    :raises OSError: it cannot be made.
    """
    parent = Path(tempfile.gettempdir()) if within is None else within
    folder = parent.absolute() / (("" if within is None else ".") + new_name(kind))
    with unfinished(folder):
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers() -> None:
    """Remove what processes of this user that are dead left unfinished.

    Nothing of a live process is touched, and no error raised.
    """
    _cleaned.set()
    for folder in _folders(make=False):
        with contextlib.suppress(OSError):
            for place in [folder / entry.name for entry in os.scandir(folder)]:
                with contextlib.suppress(OSError):
                    _settle(place)


def _settle(place: Path) -> None:
    """Remove what a dead process's note names, and the note."""
    if os.name != "posix":  # a file that another process has open cannot be renamed
        place = place.rename(place.with_name(new_name("note")))
    descriptor = os.open(place, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    try:
        if not _locked(descriptor, place):
            return
        with contextlib.suppress(ValueError, TypeError, KeyError):
            named = json.loads(os.read(descriptor, 1 << 16))["path"]
            _remove(Path(os.fsdecode(bytes.fromhex(named))))
        if os.name == "posix":
            place.unlink()
    finally:
        os.close(descriptor)
    if os.name != "posix":
        place.unlink()


def _remove(path: Path) -> None:
    """Remove a leftover; an error where it is there and cannot be removed."""
    if not path.is_absolute() or not _NAME.fullmatch(path.name):
        return
    try:
        status = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return
    if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
        return
    if stat.S_ISDIR(status.st_mode):
        shutil.rmtree(path)
    elif stat.S_ISREG(status.st_mode):
        path.unlink()


def _noted(path: Path) -> tuple[Path, int] | None:
    """A note that the path may be left, locked; ``None`` where none can be kept."""
    # In hexadecimal: a name may be no Unicode.
    data = json.dumps({"path": os.fsencode(path).hex(), "process": os.getpid()}).encode()
    for folder in _folders(make=True):
        place = folder / new_name("note")
        with contextlib.suppress(OSError):
            descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            with contextlib.suppress(OSError):  # no space is left
                # Another process's cleaning may have been quicker; then it is gone again.
                if _locked(descriptor, place) and os.write(descriptor, data) == len(data):
                    return place, descriptor
            os.close(descriptor)
            place.unlink(missing_ok=True)
    return None


def _locked(descriptor: int, place: Path) -> bool:
    """Whether the lock of a note is ours now, and the note still lies there."""
    if os.name != "posix":
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        there, here = place.lstat(), os.fstat(descriptor)
    except OSError:
        return False
    return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)


def _folders(*, make: bool) -> Iterator[Path]:
    """The folders for notes, private ones, the better first.

    :param make: make them where they are not there and can be made.
    """
    with contextlib.suppress(OSError, RuntimeError, ValueError):
        yield from _private(cache_folder() / _NOTES, make=make)
    with contextlib.suppress(OSError, ValueError):
        yield from _private(among_temporary(_NOTES), make=make)


def _private(folder: Path, *, make: bool) -> Iterator[Path]:
    if make:
        folder.parent.parent.mkdir(parents=True, exist_ok=True)
        folder.parent.mkdir(mode=0o700, exist_ok=True)  # the cache, that others must not write to
        folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if stat.S_ISDIR(status.st_mode):
        refuse_shared(status, str(folder))
        yield folder
