"""The readers of text in pictures that are installed, and which of them is used."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from operator import attrgetter
from typing import Any, Final, get_args

from bilingual.config import BurnedIn
from bilingual.errors import DependencyError
from bilingual.model import Language, Reason
from bilingual.ocr.base import ReaderKind, Reading
from bilingual.plugins import Kind, discover, objects
from bilingual.plugins.calls import named_made, named_parts
from bilingual.plugins.given import (
    Fields,
    all_of,
    functions_of,
    refuse_faults,
    seen_text,
    share,
    whole,
)


def _refuse(kind: ReaderKind) -> None:
    languages = get_args(Language)
    refuse_faults(
        {
            "language": (kind.language in languages, f"one of {', '.join(languages)}"),
            "rank": (whole(kind.rank) is not None, "a whole number"),
            "trusted": (share(kind.trusted) is not None, "0..1"),
            **functions_of(kind, "missing", "load", "fingerprint"),
        },
        kind,
    )


_KIND: Final = Kind(
    name="reader",
    group="bilingual.readers",
    home="bilingual.ocr.readers",
    attribute="READER",
    read=objects(ReaderKind, attrgetter("name")),
    refuse=_refuse,
)


def _readings(given: object, asked: tuple[Any, ...]) -> list[Reading]:
    found = all_of(Reading, given)
    if len(found) != len(asked[0]):
        raise TypeError(f"gave {len(found)} readings of {len(asked[0])} rows")
    return [_reading(one) for one in found]


def _missing(given: object, _: tuple[Any, ...]) -> Reason | None:
    if given is None:
        return None
    if not isinstance(given, Reason):
        raise TypeError(f"gave {type(given).__name__}, not Reason or None")
    fields = Fields(given)
    params = fields.one("params", Mapping)
    if not all(isinstance(name, str) for name in params):
        raise TypeError(f"gave Reason(params={params!r}), whose names are not text")
    code = fields.text("code")
    return Reason(code=code, params=dict(params))


def _reading(given: Reading) -> Reading:
    fields = Fields(given)
    return Reading(
        text=fields.text("text"),
        confidence=fields.share("confidence"),
        others=fields.texts("others"),
    )


@cache
def reader_kinds() -> tuple[ReaderKind, ...]:
    """Every reader, whether it can work here or not.

    :raises PluginError: ``plugin-duplicate``: two have the same name.
    """
    found = named_made(discover(_KIND), "load", {"read": _readings}, {"glance": _readings})
    found = named_parts(
        found,
        *("missing", "load", "fingerprint"),
        seen={"missing": _missing, "fingerprint": seen_text},
    )
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
