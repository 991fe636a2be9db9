"""A service that is running already: who starts it once more is led to its page.

Where it is stands in its data folder, which is its user's alone: nobody else's program at the
same port is taken for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import filelock

from bilingual.errors import InputError
from bilingual.files import read_at_most, write_whole
from bilingual.server.folders import LOCK
from bilingual.server.settings import Settings, is_loopback

_NAME: Final = ".address"
_ADDRESS: Final = re.compile(r"http://(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]):(\d{1,5})/")


@contextmanager
def noted_address(data: Path) -> Iterator[Callable[[str], None]]:
    """Gives what writes down where the service over a data folder is, for as long as it runs.

    On a full disk it runs without: who starts it once more is told that the folder is in use.
    """
    place = data.absolute() / _NAME
    noted = False

    def note(address: str) -> None:
        nonlocal noted
        with suppress(InputError):
            write_whole(place, address)
            noted = True

    try:
        yield note
    finally:
        if noted:
            with suppress(OSError):
                place.unlink(missing_ok=True)


def running_address(settings: Settings) -> str | None:
    """Where the service runs that these settings ask for, on this machine and for it alone.

    ``None``: it does not run, or what is asked for is another: for other machines, with tokens,
    or at another port.
    """
    if settings.tokens or settings.names or not is_loopback(settings.host):
        return None
    data = settings.data.absolute()
    try:
        noted = read_at_most(data / _NAME, 100).decode("ascii", "replace")
    except InputError:
        return None
    found = _ADDRESS.fullmatch(noted)
    if found is None or int(found[1]) != settings.port or not _is_held(data):
        return None
    return noted


def _is_held(data: Path) -> bool:
    """Whether a service has the folder now; one that was killed has not."""
    lock = filelock.FileLock(data / LOCK, timeout=0)
    try:
        with lock:
            return False
    except filelock.Timeout:
        return True
    except OSError:
        return False
