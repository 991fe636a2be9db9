"""Calls of plug-ins' functions: one that fails names the plug-in.

One that fails while it runs is named with its distribution, the error and the line of its own
file (:func:`failure`): whoever wrote it can put it right, and nobody takes it for a fault of ours.
So does one that gives what nothing can be done with (:mod:`bilingual.plugins.given`).
"""

from __future__ import annotations

import functools
import inspect
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import PurePath
from types import CodeType, SimpleNamespace
from typing import Any, Final, ParamSpec, TypeVar

from bilingual.errors import CancelledError, DeadlineError, OverBudgetError, PluginError
from bilingual.plugins import STOPS, Plugins, words_of
from bilingual.showing import logger, visible

T = TypeVar("T")
P = ParamSpec("P")

_LONGEST: Final = 300
"""So many characters of what a failing plug-in says are kept: it may say a whole file."""

_BOUNDS: Final = (CancelledError, DeadlineError, OverBudgetError)
"""What the caller's own bounds and wishes are told by, wherever in a plug-in they are met."""

_log = logger(__name__)


def failure(
    error: BaseException, call: Callable[..., Any], origin: str, made: object = None
) -> dict[str, Any]:
    """What a plug-in that fails while it runs is told by: whose it is, the error, and the line.

    Of the file the name alone is told: the folder that it lies in is nobody's business.

    :param call: the plug-in's function that failed.
    :param origin: the distribution.
    :param made: what it gave; a generator shows the line at which it stands, where what it
        yielded is at fault and not what it ran into.
    :return: ``origin``, ``error``, and ``file`` and ``line`` (1-based) where the function is
        written in Python.
    """
    code = _code_of(call)
    frames = [(f.f_code.co_filename, at) for f, at in traceback.walk_tb(error.__traceback__)]
    own = [at for name, at in frames if code is not None and name == code.co_filename]
    told: dict[str, Any] = {"origin": origin, "error": said_by(error)}
    if code is None:
        return told
    line = code.co_firstlineno
    if own:
        line = own[-1]
    elif inspect.isgenerator(made) and made.gi_frame is not None:
        line = made.gi_frame.f_lineno
    return {**told, "file": visible(PurePath(code.co_filename).name), "line": line}


def said_by(error: BaseException) -> str:
    """The type of an error and what it says, on one line that is safe to show and not too long."""
    # What the system reports names the file with its folders; its own words do not.
    system = error.strerror if isinstance(error, OSError) else None
    said = str(system) if system else words_of(error)
    if len(said) > _LONGEST:
        said = f"{said[:_LONGEST]}…"
    return visible(f"{type(error).__name__}: {said}" if said.strip() else type(error).__name__)


def _code_of(call: object) -> CodeType | None:
    """The code of a function, whatever it is wrapped in; ``None`` where it has none in Python.

    Of a class it is that of its ``__init__``.
    """
    while isinstance(call, functools.partial):
        call = call.func
    if callable(call):
        call = inspect.unwrap(call)
    if isinstance(call, type):
        code = getattr(inspect.getattr_static(call, "__init__", None), "__code__", None)
        # That of a dataclass is written in no file.
        made = not isinstance(code, CodeType) or code.co_filename.startswith("<")
        return None if made else code
    called = inspect.getattr_static(type(call), "__call__", None)  # of an object that is called
    for held in (call, getattr(call, "__func__", None), called):
        code = getattr(held, "__code__", None)
        if isinstance(code, CodeType):
            return code
    return None


def guarded(
    call: Callable[P, T],
    kind: str,
    name: str,
    origin: str,
    passing: tuple[type[Exception], ...] = (),
) -> Callable[P, T]:
    """A plug-in's function whose failures name the plug-in.

    Its errors of this library's kinds name it as well: a plug-in that says ``file-missing`` of a
    file of its own would have the user look for it among those that he gave.

    :param passing: errors that it raises on purpose, or meets in our functions that it calls.
    :return: the same function; it raises ``PluginError``: ``plugin-failed`` where the plug-in's
        raises what is none of these, no stop and no limit that was passed.
    """
    passed: tuple[type[BaseException], ...] = (*STOPS, *_BOUNDS, *passing)

    @functools.wraps(call)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return call(*args, **kwargs)
        except passed:
            raise
        except BaseException as error:
            _log.info("%s %r of %s failed", kind, name, origin, exc_info=True)
            params = failure(error, call, origin)
            raise PluginError("plugin-failed", kind=kind, name=name, **params) from error

    return run


Seen = Callable[[Any, tuple[Any, ...]], Any]
"""What a function of a plug-in gave, and its arguments: gives what goes on, or raises
``TypeError`` in words that follow the function's name."""


def named_parts(
    found: Plugins[T],
    *parts: str,
    seen: Mapping[str, Seen] | None = None,
    passing: Mapping[str, tuple[type[Exception], ...]] | None = None,
) -> Plugins[T]:
    """The plug-ins; these functions of those that are not ours name their plug-in where they fail.

    :param parts: names of fields that hold functions, of a frozen dataclass.
    :param seen: by such a name, what sees that a result is right.
    :param passing: by such a name, the errors that it may raise (:func:`guarded`).
    """

    def named(name: str, plugin: Any) -> Any:
        origin = found.origin(name)
        calls = {}
        for part in parts:
            call = getattr(plugin, part)
            if seen and part in seen:
                call = _right(call, part, seen[part])
            calls[part] = guarded(call, found.kind, name, origin, (passing or {}).get(part, ()))
        return replace(plugin, **calls)

    theirs = {name: named(name, found[name]) for name in found.origins}
    return replace(found, found={**found.found, **theirs})


def named_made(
    found: Plugins[T],
    make: str,
    owed: Mapping[str, Seen],
    more: Mapping[str, Seen] | None = None,
    values: Mapping[str, Mapping[str, Seen]] | None = None,
) -> Plugins[T]:
    """The plug-ins; what those that are not ours make names its plug-in where it fails.

    What is made is replaced by an object that has these members and no others. Which are
    functions is known by their names: what is to be one and is not is refused, and so is the
    reverse.

    :param make: the field that holds the function, of a frozen dataclass.
    :param owed: the functions that what it makes has to have, and what sees that a result is
        right.
    :param more: functions that it may have; ``None`` is as good as none.
    :param values: by a function of ``more``, the values that go with it and are looked at
        where it is there. One that is seen as ``None`` is left out.
    """

    def named(name: str, plugin: Any) -> Any:
        origin, making = found.origin(name), getattr(plugin, make)

        @functools.wraps(making)
        def made(*args: Any) -> Any:
            theirs = making(*args)
            shown = SimpleNamespace()
            for part, right in {**owed, **(more or {})}.items():
                member = getattr(theirs, part, None)
                if member is None:
                    if part in owed:
                        raise TypeError(f"{type(theirs).__name__} has no {part}()")
                    continue
                if not callable(member):
                    raise TypeError(f"{part} is {type(member).__name__}, not a function")
                setattr(shown, part, guarded(_right(member, part, right), found.kind, name, origin))
                for value, looked in (values or {}).get(part, {}).items():
                    held = looked(getattr(theirs, value, None), ())
                    if held is not None:
                        setattr(shown, value, held)
            return shown

        return replace(plugin, **{make: made})

    theirs = {name: named(name, found[name]) for name in found.origins}
    return replace(found, found={**found.found, **theirs})


def _right(call: Callable[..., Any], part: str, seen: Seen) -> Callable[..., Any]:
    """The function; what it gives is seen before anything is done with it."""

    @functools.wraps(call)
    def run(*args: Any) -> Any:
        given = call(*args)
        try:
            return seen(given, args)
        except TypeError as error:
            raise TypeError(f"{part}() {error}") from error

    return run
