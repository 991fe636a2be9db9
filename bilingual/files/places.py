"""The user's own folders, which never lie in the folder that somebody works in."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import Literal

from bilingual.files.paths import StrPath


def home_expanded(path: StrPath) -> Path:
    """A path of the user's own, ``~`` put in full; as it is where nobody has that home."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def users_folder(kind: Literal["cache", "data"]) -> Path:
    """The user's folder for what this library keeps, absolute; it is not created here.

    A user without a home (a number that the system does not know, as in a container), or
    with a relative one, would have it in the working directory: that may be a submission's,
    and what lies in a cache is believed. Then it is one for this user among the temporary
    files.
    """
    from platformdirs import user_cache_path, user_data_path

    with contextlib.suppress(RuntimeError):  # of platformdirs; older versions answer «~/.cache»
        places = {"cache": user_cache_path, "data": user_data_path}
        found = places[kind]("bilingual", appauthor=False)
        if found.is_absolute():
            return found
    return among_temporary(kind)


def among_temporary(kind: str) -> Path:
    """A folder of this user's among the temporary files; it is not created here."""
    owner = os.geteuid() if hasattr(os, "geteuid") else 0
    return Path(tempfile.gettempdir()) / f"bilingual-{kind}-{owner}"


class NotPrivateError(PermissionError):
    """Somebody else can write to a folder or file that must be the user's alone, or owns it."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.EPERM, "it belongs to another user, or others can write to it", path)


def refuse_shared(status: os.stat_result, name: str) -> None:
    """See that a folder or file is the user's and open to nobody else's writing (POSIX).

    :param name: what it is called in the error.
    :raises NotPrivateError: it is not.
    """
    others = stat.S_IWGRP | stat.S_IWOTH
    if os.name == "posix" and (status.st_uid != os.geteuid() or status.st_mode & others):
        raise NotPrivateError(name)


def make_users_folder(kind: Literal["cache", "data"]) -> None:
    """Make the user's folder where it is not there, private.

    Among the temporary files anybody may have made one of that name before; it is not taken.

    :raises NotPrivateError: others can write to the folder there, or it is a link of theirs.
    :raises OSError: it cannot be made.
    """
    folder = users_folder(kind)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder == among_temporary(kind):
        status = folder.lstat()
        if stat.S_ISLNK(status.st_mode):
            raise NotPrivateError(str(folder))
        refuse_shared(status, str(folder))


def cache_folder() -> Path:
    """The user's cache folder for this library; ``BILINGUAL_CACHE`` overrides it.

    It is not created here. Without the home that the override names, it does not count.
    """
    override = os.environ.get("BILINGUAL_CACHE")
    if not override:
        return users_folder("cache")
    found = home_expanded(override)
    # A home that nobody has would make a folder "~" in the working directory.
    return users_folder("cache") if found.parts[0].startswith("~") else found.absolute()
