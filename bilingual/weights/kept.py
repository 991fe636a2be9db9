"""Answers that took long to make, kept in the cache as JSON: one file each."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import msgspec

from bilingual.files import write_through_draft
from bilingual.showing import logger
from bilingual.weights.store import cache_folder

_T = TypeVar("_T")
_log = logger(__name__)


def answer_file(folder: str, digest: str) -> Path:
    """Where an answer is kept.

    :param folder: the folder within the cache, one for each kind of answer.
    :param digest: a hash, in hex digits, over all that the answer depends on.
    """
    return cache_folder() / folder / digest[:2] / f"{digest}.json"


def read_answer(file: Path | None, kind: type[_T]) -> _T | None:
    """The answer from before; ``None`` where there is none that can be read."""
    if file is None:
        return None
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        _log.warning("cached answer: %s: %s", file, error)
        return None


def keep_answer(file: Path | None, answer: Any) -> None:
    """Keep an answer, whole or not at all. A cache that cannot be written is logged."""
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_through_draft(file, msgspec.json.encode(answer), keep=False)
    except OSError as error:
        _log.warning("cached answer: %s: %s", file, error)
