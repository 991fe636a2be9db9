"""A disk that is full, however the system says so: new work is refused, none is lost."""

from __future__ import annotations

import os
import sqlite3
from typing import Final

from bilingual.errors import BilingualError
from bilingual.files import NO_ROOM
from bilingual.server.problems import ServiceError

_SAID: Final = frozenset(map(os.strerror, NO_ROOM))


def is_full(error: BaseException) -> bool:
    """Whether an exception says that there is no room: of a file, or of the database."""
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    return isinstance(error, sqlite3.OperationalError) and "full" in str(error)


def says_full(detail: object) -> bool:
    """Whether the detail of an error of the library's is the system's word for no room."""
    return isinstance(detail, str) and detail in _SAID


def unwritable(error: BaseException) -> ServiceError:
    """What it means that something could not be written: no room, or a disk out of order.

    :param error: of the system or the database, or of the library with the system's word.
    """
    said = isinstance(error, BilingualError) and says_full(error.params.get("detail"))
    if said or is_full(error):
        return ServiceError("disk-full", 507)
    return ServiceError("disk-broken", 503, headers={"Retry-After": "60"})
