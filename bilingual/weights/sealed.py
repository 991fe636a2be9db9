"""A model's file for what takes a name and nothing else, which stays what was checked.

A library that draws letters opens its font by name, later, and perhaps more than once.
Between the hash and that somebody may put another file there, or write into this one. So
on Linux the name that is given leads to a copy in memory that nobody can write to.
"""

from __future__ import annotations

import atexit
import os
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Final

from bilingual.errors import ModelError
from bilingual.files import scratch_folder
from bilingual.weights import store

_OWN: Final = Path("/proc/self/fd")
_kept: Final = ExitStack()


@cache
def sealed(name: str) -> Path:
    """A model of one file, under its own name, until this process ends.

    :raises ModelError: as :func:`bilingual.weights.path`; ``model-unreadable``: no copy
        can be made of it.
    """
    place = store.path(name)
    if not (hasattr(os, "memfd_create") and _OWN.is_dir()):
        return place
    data = store.read(name)
    try:
        return _copy(place.name, data)
    except OSError as error:
        raise ModelError("model-unreadable", path=str(place), detail=str(error.strerror)) from error


def _copy(name: str, data: bytes) -> Path:
    import fcntl

    descriptor = os.memfd_create("model", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(data)
        seals = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
        folder = _kept.enter_context(scratch_folder("model"))
        link = folder / name
        link.symlink_to(_OWN / str(descriptor))
    except OSError:
        os.close(descriptor)
        raise
    return link


def _close(process: int = os.getpid()) -> None:
    if os.getpid() == process:  # a process that was forked from ours leaves them to us
        _kept.close()


atexit.register(_close)
