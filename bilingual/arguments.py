"""What a call of the library takes: types and ranges, seen before anything is done.

An argument of another type is one error with the call, the parameter, what it takes and
what it was given, rather than whatever breaks further down. A function states what it
takes by :func:`checked`; values that a caller can make (``Form``) check their own fields.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from math import isnan
from numbers import Real
from typing import Any, Final, ParamSpec, TypeVar

import msgspec

from bilingual.errors import ArgumentError

_P = ParamSpec("_P")
_T = TypeVar("_T")
_SHOWN: Final = 40
CHECKED: Final = "__checked_arguments__"
"""The attribute of a function that :func:`checked` has wrapped: what each parameter takes."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a parameter takes. ``wanted`` is shown; ``fits`` says whether a value is of it.

    ``fits`` may raise ``msgspec.ValidationError`` to say what is wrong within the value.
    """

    wanted: str
    fits: Callable[[object], bool]

    def check(self, call: str, name: str, value: object) -> None:
        """See that a value is of this kind.

        :param call: the function's name, for the message; ``name``: the parameter's.
        :raises ArgumentError: ``argument-invalid``.
        """
        given = _given(value)
        try:
            if self.fits(value):
                return
        except msgspec.ValidationError as error:
            given += f" ({error})"
        except Exception as error:  # a value that breaks when it is looked at fits nothing
            given += f" ({type(error).__name__})"
        raise ArgumentError(
            "argument-invalid", call=call, name=name, wanted=self.wanted, given=given
        )


def optional(kind: Wanted) -> Wanted:
    """That kind, or ``None``."""
    return Wanted(f"{kind.wanted} | None", lambda value: value is None or kind.fits(value))


def either(*kinds: Wanted) -> Wanted:
    """Any of some kinds."""
    wanted = " | ".join(kind.wanted for kind in kinds)
    return Wanted(wanted, lambda value: any(kind.fits(value) for kind in kinds))


def one_of(*values: str) -> Wanted:
    """One of some words."""
    known = frozenset(values)
    return Wanted(
        " | ".join(map(repr, values)), lambda value: isinstance(value, str) and value in known
    )


def instance(of: type) -> Wanted:
    """A value of a class."""
    return Wanted(of.__name__, lambda value: isinstance(value, of))


def well_typed(of: type) -> Wanted:
    """A value of a class whose fields, to the last, are of their declared types and ranges."""

    def fits(value: object) -> bool:
        if not isinstance(value, of):
            return False
        # What is foreign comes out as a value that no field takes, and passes where any may be.
        plain = msgspec.to_builtins(value, enc_hook=lambda foreign: [[[]]])
        msgspec.convert(plain, of)
        return _in_range(plain)

    return Wanted(of.__name__, fits)


def _in_range(plain: object) -> bool:
    """Whether every whole number is within what JSON's readers take (64 bits)."""
    waiting = [plain]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list | tuple):
            waiting += value
        elif isinstance(value, int) and not -(2**63) < value < 2**63:
            return False
    return True


def many(kind: Wanted) -> Wanted:
    """A list or tuple of them."""
    return Wanted(
        f"Sequence[{kind.wanted}]",
        lambda value: isinstance(value, list | tuple) and all(map(kind.fits, value)),
    )


def _is_count(value: object, least: int = 0) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, Real):
        return False
    return not isnan(float(value))


def _is_event(value: object) -> bool:
    return callable(getattr(value, "is_set", None))


def _is_asked(value: object) -> bool:
    """Whether it is a function that can be called without arguments."""
    if not callable(value):
        return False
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):  # one in C does not always say what it takes
        return True
    signature.bind()
    return True


TEXT: Final = Wanted("str", lambda value: isinstance(value, str))
PATH: Final = Wanted(
    "str | os.PathLike[str]",
    lambda value: isinstance(value, str | os.PathLike) and isinstance(os.fspath(value), str),
)
FLAG: Final = Wanted("bool", lambda value: isinstance(value, bool))
COUNT: Final = Wanted("int >= 0", _is_count)
POSITIVE: Final = Wanted("int >= 1", lambda value: _is_count(value, 1))
NUMBER: Final = Wanted("float", _is_number)
SECONDS: Final = Wanted("float >= 0", lambda value: _is_number(value) and float(value) >= 0)  # type: ignore[arg-type]
CALLBACK: Final = Wanted("Callable[[str, float, float | None], object]", callable)
CALLABLE: Final = Wanted("Callable", callable)
CANCEL: Final = Wanted(
    "threading.Event | Callable[[], bool]",
    lambda value: not isinstance(value, type) and (_is_event(value) or _is_asked(value)),
)
ITERABLE: Final = Wanted("Iterable", lambda value: isinstance(value, Iterable))


def checked(**kinds: Wanted) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """A function whose arguments are looked at before it runs.

    :param kinds: what each parameter takes. One that has the function's own default is
        not looked at.
    :raises ArgumentError: from the function: ``argument-invalid``.
    """

    def of(function: Callable[_P, _T]) -> Callable[_P, _T]:
        signature = inspect.signature(function)
        call = function.__qualname__

        def look(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            for name, value in signature.bind(*args, **kwargs).arguments.items():
                if name in kinds and value is not signature.parameters[name].default:
                    kinds[name].check(call, name, value)

        if inspect.iscoroutinefunction(function):

            @wraps(function)
            async def waited(*args: _P.args, **kwargs: _P.kwargs) -> Any:
                look(args, kwargs)
                return await function(*args, **kwargs)

            whole: Any = waited
        else:

            @wraps(function)
            def called(*args: _P.args, **kwargs: _P.kwargs) -> _T:
                look(args, kwargs)
                return function(*args, **kwargs)

            whole = called
        setattr(whole, CHECKED, kinds)
        checked_function: Callable[_P, _T] = whole
        return checked_function

    return of


def _given(value: object) -> str:
    """What an argument is, in few words: its type, and of a number its value."""
    kind = type(value).__name__
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return f"{kind} {value!r}"[:_SHOWN]
        except ValueError:  # an integer of thousands of digits
            return kind
    return kind
