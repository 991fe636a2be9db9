"""What plug-ins give, looked at field by field: types are not looked at when Python runs.

Numbers of numpy and the like become Python's own, which a report and a cache can hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from operator import index
from typing import Any, Final, TypeVar

T = TypeVar("T")

ROUNDED: Final = 1e-3
"""So much a figure may lie beyond its bounds: sums of float32 are rounded."""

_LONGEST_MS: Final = 2**31
"""24 days: no time lies beyond it."""


def all_of(kind: type[T], given: object) -> tuple[T, ...]:
    """The items of a sequence, each of which is of a type.

    :raises TypeError: it is no sequence, or an item is something else.
    """
    if not isinstance(given, (list, tuple)):
        raise TypeError(f"gave {type(given).__name__}, not a list or tuple of {kind.__name__}")
    for one in given:
        if not isinstance(one, kind):
            raise TypeError(f"gave {type(one).__name__} where {kind.__name__} is due")
    return tuple(given)


def seen_text(given: object, _: tuple[Any, ...]) -> str:
    """What a function gave that has to give text (``bilingual.plugins.calls.Seen``).

    :raises TypeError: it is none.
    """
    found = text(given)
    if found is None:
        raise TypeError(f"gave {given!r}, not text that UTF-8 can hold")
    return found


def refuse_faults(named: Mapping[str, tuple[bool, str]], held: object) -> None:
    """See that a plug-in is declared as it has to be.

    :param named: by field, whether it is right, and what it has to be.
    :raises ValueError: a field is wrong; every one is named.
    """
    faults = [
        f"{name}={getattr(held, name)!r} is not {wanted}"
        for name, (right, wanted) in named.items()
        if not right
    ]
    if faults:
        raise ValueError("; ".join(faults))


def functions_of(held: object, *names: str) -> dict[str, tuple[bool, str]]:
    """For :func:`refuse_faults`: these fields have to be functions."""
    return {name: (callable(getattr(held, name)), "a function") for name in names}


def text(value: object) -> str | None:
    """Text that can be written; ``None`` where it is none."""
    if not isinstance(value, str):
        return None
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:  # half of a pair of surrogates
        return None
    return str.__str__(value)  # not that of a subclass


def whole(value: object) -> int | None:
    """A whole number of any type; ``None`` where it is none."""
    try:
        return index(value)  # type: ignore[arg-type]
    except TypeError:
        return None


def number(value: object) -> float | None:
    """A finite number of any type; ``None`` where it is none. Text that says one is none."""
    if not (hasattr(value, "__float__") or hasattr(value, "__index__")):
        return None
    try:
        found = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return found if isfinite(found) else None


def share(value: object) -> float | None:
    """A number in 0..1, rounding allowed for; ``None`` where it is none."""
    found = number(value)
    if found is None or not -ROUNDED <= found <= 1 + ROUNDED:
        return None
    return min(1.0, max(0.0, found))


def _at_most_0(value: object) -> float | None:
    found = number(value)
    return None if found is None or found > ROUNDED else min(0.0, found)


def _from_0(value: object) -> float | None:
    found = number(value)
    return None if found is None or found < 0 else found


def _time(value: object) -> int | None:
    found = whole(value)
    return None if found is None or not 0 <= found < _LONGEST_MS else found


def _truth(value: object) -> bool | None:
    return bool(value) if value in (True, False) else None


def _texts(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, (list, tuple)):
        return None
    found = [text(one) for one in value]
    return None if None in found else tuple(one for one in found if one is not None)


@dataclass(frozen=True)
class Fields:
    """The fields of what a plug-in gave, each as what it has to be.

    All raise ``TypeError``: it is something else.
    """

    held: Any

    def text(self, name: str) -> str:
        """Text that can be written."""
        return self._as(name, text, "text that UTF-8 can hold")

    def texts(self, name: str) -> tuple[str, ...]:
        """A list or tuple of such texts."""
        return self._as(name, _texts, "a list or tuple of text that UTF-8 can hold")

    def truth(self, name: str) -> bool:
        """Whether it is so."""
        return self._as(name, _truth, "True or False")

    def share(self, name: str) -> float:
        """A number in 0..1."""
        return self._as(name, share, "0..1")

    def share_or_none(self, name: str) -> float | None:
        """A number in 0..1, or nothing."""
        return self._known(name, share, "0..1 or None")

    def at_most_0_or_none(self, name: str) -> float | None:
        """A number that is not above 0, or nothing."""
        return self._known(name, _at_most_0, "a number of at most 0 or None")

    def from_0_or_none(self, name: str) -> float | None:
        """A number that is not below 0, or nothing."""
        return self._known(name, _from_0, "a number from 0 or None")

    def span(self) -> dict[str, int]:
        """Its ``start_ms`` and ``end_ms``, milliseconds in this order."""
        times = {name: self._as(name, _time, "whole milliseconds from 0") for name in _SPAN}
        if times["start_ms"] > times["end_ms"]:
            said = ", ".join(f"{name}={at}" for name, at in times.items())
            raise TypeError(f"gave {type(self.held).__name__}({said}), which ends before it starts")
        return times

    def one(self, name: str, kind: type[Any]) -> Any:
        """Something of a type."""
        return self._as(name, lambda v: v if isinstance(v, kind) else None, f"of {kind.__name__}")

    def items(self, name: str, kind: type[T]) -> tuple[T, ...]:
        """A list or tuple of a type."""

        def listed(value: object) -> tuple[T, ...] | None:
            right = isinstance(value, (list, tuple)) and all(isinstance(v, kind) for v in value)
            return tuple(value) if right else None  # type: ignore[arg-type]

        return self._as(name, listed, f"a list or tuple of {kind.__name__}")

    def _known(self, name: str, made: Callable[[object], T | None], wanted: str) -> T | None:
        return None if getattr(self.held, name) is None else self._as(name, made, wanted)

    def _as(self, name: str, made: Callable[[object], T | None], wanted: str) -> T:
        value = getattr(self.held, name)
        found = made(value)
        if found is None:
            raise TypeError(f"gave {type(self.held).__name__}({name}={value!r}), not {wanted}")
        return found


_SPAN: Final = ("start_ms", "end_ms")
