"""Answers that took long to make, kept in the cache as JSON: one file each.

The first line of a file is a hash over its own name and the rest, so that one that is
torn, damaged or lies under another's name is not taken: it is made again. Where others
can write to the cache (:mod:`bilingual.weights.private`) none is read and none kept.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any, TypeVar

import msgspec

from bilingual.files import NotPrivateError
from bilingual.showing import logger
from bilingual.weights.private import read_private, write_private

_T = TypeVar("_T")
_log = logger(__name__)

Place = tuple[str, str, str]
"""Where an answer lies: the folder of its kind, two digits of its name, its name."""


def answer_place(folder: str, digest: str) -> Place:
    """Where an answer is kept.

    :param folder: the folder within the cache, one for each kind of answer.
    :param digest: a hash, in hex digits, over all that the answer depends on.
    """
    return folder, digest[:2], f"{digest}.json"


def read_answer(place: Place | None, kind: type[_T]) -> _T | None:
    """The answer from before; ``None`` where there is none that can be relied on."""
    if place is None:
        return None
    try:
        seal, _, payload = read_private(*place).partition(b"\n")
        if seal != _seal(place, payload):
            _log.warning("cached answer: %s is damaged, and is made again", place[-1])
            return None
        return msgspec.json.decode(payload, type=kind)
    except FileNotFoundError:
        return None
    except NotPrivateError as error:
        _warn(str(error))
        return None
    except (OSError, msgspec.MsgspecError) as error:
        _log.warning("cached answer: %s: %s", place[-1], error)
        return None


def keep_answer(place: Place | None, answer: Any) -> None:
    """Keep an answer, whole or not at all. A cache that cannot be written is logged."""
    if place is None:
        return
    payload = msgspec.json.encode(answer)
    try:
        write_private(*place, data=_seal(place, payload) + b"\n" + payload)
    except NotPrivateError as error:
        _warn(str(error))
    except OSError as error:
        _log.warning("cached answer: %s: %s", place[-1], error)


def _seal(place: Place, payload: bytes) -> bytes:
    name = "/".join(place).encode()
    return hashlib.sha256(name + b"\0" + payload).hexdigest().encode()


@cache
def _warn(text: str) -> None:
    """Say once that the cache is not used; it would be said of every answer."""
    _log.warning(
        "the cache is not used: %s. chmod -R go-w it, or name another (BILINGUAL_CACHE)", text
    )
