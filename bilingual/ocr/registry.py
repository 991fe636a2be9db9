"""The readers of text in pictures that are installed, and which of them is used."""

from __future__ import annotations

from functools import cache
from operator import attrgetter
from typing import Any, Final

from bilingual.config import BurnedIn
from bilingual.errors import DependencyError
from bilingual.model import Language, Reason
from bilingual.ocr.base import ReaderKind, Reading
from bilingual.plugins import Kind, all_of, discover, named_made, named_parts, objects

_KIND: Final = Kind(
    name="reader",
    group="bilingual.readers",
    home="bilingual.ocr.readers",
    attribute="READER",
    read=objects(ReaderKind, attrgetter("name")),
)


def _readings(given: object, asked: tuple[Any, ...]) -> list[Reading]:
    found = all_of(Reading, given)
    if len(found) != len(asked[0]):
        raise TypeError(f"gave {len(found)} readings of {len(asked[0])} rows")
    return list(found)


@cache
def reader_kinds() -> tuple[ReaderKind, ...]:
    """Every reader, whether it can work here or not.

    :raises PluginError: ``plugin-duplicate``: two have the same name.
    """
    found = named_made(discover(_KIND), "load", {"read": _readings}, {"glance": _readings})
    found = named_parts(found, "missing", "load", "fingerprint")
    return tuple(sorted(found.values(), key=lambda kind: (kind.language, kind.rank, kind.name)))


def reader_for(language: Language, settings: BurnedIn) -> ReaderKind:
    """The reader to use for a language: the first that can work here.

    :raises DependencyError: none can; code and params give how to get the first.
    """
    kinds = [kind for kind in reader_kinds() if kind.language == language]
    first = None
    for kind in kinds:
        reason = kind.missing(settings)
        if reason is None:
            return kind
        first = first or reason
    first = first or Reason(code="ocr-missing", params={"command": ""})
    raise DependencyError(first.code, **first.params)
