"""Values of the model as JSON values and back.

Floats are rounded, so that the same inputs give the same bytes on any machine. What
JSON says otherwise than a type does stands beside that type, registered with
:func:`written_as`. Reading goes through msgspec, which checks every type and names the
place of what is wrong; keys that are not known are passed over.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final, TypeVar

import msgspec

DIGITS: Final = 6
"""Decimal places of every float in a report."""

MAX_DEPTH: Final = 64
"""Levels of objects and lists that a document may have."""

MAX_NUMBER: Final = 2**63 - 1
"""The largest number, either way, that a document may hold."""

MAX_VALUES: Final = 10_000_000
"""Values that a document may hold, about: a report of 20,000 cues a side has 2.4 million."""

_SHOWN: Final = 60

Number = int | float
"""A number that is read as it was written: ``5`` and not ``5.0``."""

Plain = dict[str, Any]
"""A JSON object."""

_T = TypeVar("_T")
_SHAPES: Final[dict[type, Callable[[Any, Plain], Plain]]] = {}


def written_as(
    kind: type[_T],
) -> Callable[[Callable[[_T, Plain], Plain]], Callable[[_T, Plain], Plain]]:
    """Register how a dataclass is written: from itself and its fields as JSON values."""

    def register(shape: Callable[[_T, Plain], Plain]) -> Callable[[_T, Plain], Plain]:
        _SHAPES[kind] = shape
        return shape

    return register


def to_builtins(value: Any) -> Any:
    """A value of the model as JSON knows it.

    Dataclasses become objects, tuples lists, sets sorted lists. Floats are rounded to
    ``DIGITS`` places; one that is not finite is ``None``.
    """
    if is_dataclass(value) and not isinstance(value, type):
        plain = {f.name: to_builtins(getattr(value, f.name)) for f in fields(value)}
        shape = _SHAPES.get(type(value))
        return plain if shape is None else shape(value, plain)
    if isinstance(value, msgspec.Struct):
        return msgspec.to_builtins(value)
    if isinstance(value, Mapping):
        return {str(k): to_builtins(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_builtins(v) for v in value]
    if isinstance(value, (set, frozenset)):
        return sorted(to_builtins(v) for v in value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        finite = value == value and abs(value) != float("inf")
        return round(value, DIGITS) if finite else None
    return str(value)


def from_builtins(document: Any, kind: type[_T]) -> _T:
    """A value of the model from what :func:`to_builtins` made of it.

    :raises ValueError: msgspec's, with the place, as ``$.findings[3].rule``; or the
        document is nested more deeply than ``MAX_DEPTH``, or has a number beyond
        ``MAX_NUMBER``.
    """
    _check_bounds(document)
    return msgspec.convert(document, kind)


class RepeatedKeyError(ValueError):
    """An object of a document has a key twice."""

    def __init__(self, key: str) -> None:
        super().__init__(f"the key {key[:_SHOWN]!a} comes twice")
        self.key = key


def keys_once(pairs: list[tuple[str, Any]]) -> Plain:
    """The object of these pairs: an ``object_pairs_hook`` of :func:`json.loads`.

    :raises RepeatedKeyError: a key comes twice. Of two values some readers take the first
        and some the last, so that two people could read two things in one file.
    """
    found = dict(pairs)
    if len(found) != len(pairs):
        raise RepeatedKeyError(Counter(key for key, _ in pairs).most_common(1)[0][0])
    return found


def refuse_too_many_values(text: str | bytes) -> None:
    """See, before a JSON document is read, that it has no more than ``MAX_VALUES`` values.

    Each takes twenty times as much memory as ``[],`` does in the file. They are counted by
    the marks between them, those within texts too.

    :raises ValueError: it has more.
    """
    marks = (",", "[", "{") if isinstance(text, str) else (b",", b"[", b"{")
    if sum(map(text.count, marks)) > MAX_VALUES:  # type: ignore[arg-type]
        raise ValueError(f"More than {MAX_VALUES} values")


def refuse_repeated_keys(text: str | bytes) -> None:
    """See that no object of a JSON document has a key twice; msgspec takes the last in silence.

    :param text: JSON that could be read.
    :raises RepeatedKeyError: as :func:`keys_once`.
    :raises RecursionError: it is nested beyond measure.
    """

    def seen(pairs: list[tuple[str, Any]]) -> None:
        keys_once(pairs)  # and nothing is kept of it

    ignored: Callable[[str], None] = lambda _: None  # noqa: E731
    json.loads(
        text, object_pairs_hook=seen, parse_int=ignored, parse_float=ignored, parse_constant=ignored
    )


def json_document(text: str | bytes) -> Any:
    """The values of a JSON document that somebody sent: not too many, and no key twice.

    :raises ValueError: as :func:`refuse_too_many_values` and :func:`refuse_repeated_keys`, or
        it is no JSON.
    :raises RecursionError: it is nested beyond measure.
    """
    refuse_too_many_values(text)
    document = msgspec.json.decode(text)
    refuse_repeated_keys(text)
    return document


def _check_bounds(document: Any) -> None:
    """Refuse what could be read but neither walked, nor calculated with, nor written again."""
    level: list[Any] = [document]
    for _ in range(MAX_DEPTH):
        inner: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                inner += value.values()
            elif isinstance(value, (list, tuple)):
                inner += value
            elif isinstance(value, (int, float)) and not -MAX_NUMBER <= value <= MAX_NUMBER:
                place = _place_of(document, value)
                raise ValueError(f"Expected a number within ±{MAX_NUMBER} - at `{place}`")
        level = inner
        if not level:
            return
    raise ValueError(f"Nested more deeply than {MAX_DEPTH} levels")


def _place_of(document: Any, wanted: Any, depth: int = MAX_DEPTH) -> str | None:
    """Where a value (the same object) is in a document, as ``$.findings[3].params``."""
    if document is wanted:
        return "$"
    if isinstance(document, dict):
        parts = ((f".{key}", value) for key, value in document.items())
    elif isinstance(document, (list, tuple)):
        parts = ((f"[{number}]", value) for number, value in enumerate(document))
    else:
        return None
    for part, value in parts if depth else ():
        if (found := _place_of(value, wanted, depth - 1)) is not None:
            return f"${part}{found[1:]}"
    return None


def each(value: Any, convert: Callable[[Plain], Plain]) -> Any:
    """The objects of a list converted; what has another shape as it is, to be refused."""
    if not isinstance(value, list):
        return value
    return [convert(item) if isinstance(item, dict) else item for item in value]


def without_empty(plain: Plain, *names: str) -> Plain:
    """The object without those of the named keys that say nothing."""
    return {k: v for k, v in plain.items() if k not in names or v not in (None, [])}


def with_flat_reason(plain: Plain, key: str = "reason") -> Plain:
    """A ``reason`` as its code under ``key``, its params beside it."""
    reason = plain["reason"] or {"code": None, "params": {}}
    document: Plain = {}
    for name, value in plain.items():
        if name == "reason":
            document |= {key: reason["code"], "params": reason["params"]}
        else:
            document[name] = value
    return document


def with_nested_reason(plain: Plain, key: str = "reason") -> Plain:
    """The reverse of :func:`with_flat_reason`."""
    code = plain.get(key)
    reason = None if code is None else {"code": code, "params": plain.get("params", {})}
    return plain | {"reason": reason}
