"""Plug-ins of every kind: ours in a folder, others' in an entry-point group.

A kind says where its own are (``home``, a package of ours), which entry points name
those of other distributions (``group``), and how both are read. Everything that can be
added to the library is found by :func:`discover`, in the same way:

=============  ========================  =========================================
kind           group                     an entry point names
=============  ========================  =========================================
rule           ``bilingual.rules``       a ``Rule`` or a sequence of them
format         ``bilingual.formats``     a ``Format``
engine         ``bilingual.engines``     an ``Engine`` (speech)
reader         ``bilingual.readers``     a ``ReaderKind`` (text in pictures)
backend        ``bilingual.backends``    a ``Backend`` (evidence of translation)
renderer       ``bilingual.renderers``   a ``Renderer`` or a sequence of them
profile        ``bilingual.profiles``    a package; each ``.toml`` in it is one
language       ``bilingual.languages``   a package of catalogues; its name is the
                                         entry point's
=============  ========================  =========================================

A plug-in of another distribution that cannot be loaded is logged as an error, once, by
its name and its distribution's, and left out: the library goes on without it. So is one
that was read and cannot be used (``Kind.refuse``): a rule that asks for what there is not. Where it
is then asked for by that name, that is a :class:`bilingual.errors.PluginError`; one that
was to check something shows in the report (``bilingual.checks.engine``). Two of one id
are a ``PluginError`` at once: either could be the one that was meant.

One that fails while it runs is named with its distribution, the error and the line of its own
file (:func:`failure`): whoever wrote it can put it right, and nobody takes it for a fault of ours.
"""

from __future__ import annotations

import functools
import inspect
import pkgutil
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePath
from types import CodeType, ModuleType, SimpleNamespace
from typing import Any, Final, Generic, ParamSpec, TypeVar

from bilingual._version import __version__
from bilingual.errors import BilingualError, CancelledError, PluginError
from bilingual.showing import logger, visible

T = TypeVar("T")
P = ParamSpec("P")

_LONGEST: Final = 300
"""So many characters of what a failing plug-in says are kept: it may say a whole file."""

OURS: Final = f"bilingual {__version__}"
"""Where the plug-ins of this library are from."""

_log = logger(__name__)

_LEFT_OUT: Final[dict[tuple[str, str], Broken]] = {}


@dataclass(frozen=True, kw_only=True)
class Kind(Generic[T]):
    """A kind of plug-in.

    ``home`` is the package that holds ours. Each of its modules that has
    ``attribute`` is read; without ``attribute`` the package itself is, as data.
    ``read`` gives (id, plug-in) pairs of what was found there, or of what an entry
    point names (whose name is its second argument), and raises ``TypeError`` or
    ``ValueError`` where that is none of this kind. ``join`` makes one of two with the
    same id, for kinds in which that is no mistake. ``refuse`` raises ``ValueError`` for a
    plug-in that was read and cannot be used; it is left out, those beside it are not.
    """

    name: str
    group: str
    home: str
    read: Callable[[Any, str], Iterable[tuple[str, T]]]
    attribute: str | None = None
    join: Callable[[T, T], T] | None = None
    refuse: Callable[[T], None] | None = None


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A plug-in that could not be loaded: its kind and name, where it is from, and why."""

    kind: str
    name: str
    origin: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Plugins(Mapping[str, T], Generic[T]):
    """Plug-ins of one kind by id, ours first.

    ``broken`` are by the entry point's name where it cannot be loaded, by their own id
    where what it names was read and cannot be used. ``origins`` are the distributions
    (``extras 1.0``) of those that are not ours, by id.
    """

    kind: str
    found: Mapping[str, T]
    broken: Mapping[str, Broken] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> T:
        return self.found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def named(self, name: str) -> T | None:
        """The plug-in of that id, ``None`` where there is none.

        :raises PluginError: ``plugin-broken``: it is installed and cannot be loaded.
        """
        if name not in self.found and name in self.broken:
            raise PluginError("plugin-broken", **asdict(self.broken[name]))
        return self.found.get(name)

    def origin(self, name: str) -> str:
        """The distribution that a plug-in is from, with its version."""
        return self.origins.get(name, OURS)


def objects(
    kind: type[T], ident: Callable[[T], str]
) -> Callable[[Any, str], Iterable[tuple[str, T]]]:
    """How objects of a type are read: one, or a sequence of them, each with its id."""

    def read(value: Any, _: str) -> Iterable[tuple[str, T]]:
        pairs = []
        for one in value if isinstance(value, (list, tuple)) else (value,):
            if not isinstance(one, kind):
                raise TypeError(f"{type(one).__name__} is no {kind.__name__}")
            name = ident(one)
            if not isinstance(name, str) or not name:
                raise TypeError(f"{kind.__name__} has the name {name!r}")
            pairs.append((name, one))
        return pairs

    return read


def folder_of(package: object) -> Traversable:
    """The folder of a package that holds data.

    :raises TypeError: it is no package.
    """
    if not isinstance(package, ModuleType) or not hasattr(package, "__path__"):
        raise TypeError(f"{type(package).__name__} is no package")
    return files(package)


def discover(kind: Kind[T]) -> Plugins[T]:
    """Every plug-in of a kind: ours by module, then others' by entry point's name.

    :raises PluginError: ``plugin-duplicate``: two have the same id.
    """
    found: dict[str, T] = {}
    origins: dict[str, str] = {}
    foreign: dict[str, str] = {}
    broken: dict[str, Broken] = {}

    def add(origin: str, ident: str, plugin: T, point: EntryPoint | None = None) -> None:
        if ident not in found:
            found[ident], origins[ident] = plugin, origin
            if point is not None:
                foreign[ident] = _distribution(point)
        elif kind.join is not None:
            found[ident] = kind.join(found[ident], plugin)
        elif point is not None and ident not in foreign:
            # Ours cannot be uninstalled by itself: the other one has to give way.
            raise PluginError(
                "plugin-taken", kind=kind.name, name=ident, origin=_distribution(point)
            )
        else:
            raise PluginError(
                "plugin-duplicate",
                kind=kind.name,
                name=ident,
                first=origins[ident],
                second=origin,
            )

    def leave_out(point: EntryPoint, name: str, error: Exception) -> None:
        origin, detail = _origin(point), f"{type(error).__name__}: {error}"
        _log.error("%s %r of %s cannot be loaded: %s", kind.name, name, origin, detail)
        _log.debug("%s", point.value, exc_info=True)
        broken[name] = Broken(kind=kind.name, name=name, origin=origin, detail=detail)
        _LEFT_OUT[kind.name, name] = broken[name]

    for origin, value in _ours(kind):
        for ident, plugin in kind.read(value, ""):
            try:
                _refuse(kind, plugin)
            except ValueError as error:
                raise PluginError(
                    "plugin-broken", kind=kind.name, name=ident, origin=origin, detail=str(error)
                ) from error
            add(origin, ident, plugin)
    for point in installed(kind.group):
        try:
            pairs = list(kind.read(point.load(), point.name))
        except Exception as error:
            leave_out(point, point.name, error)
            continue
        for ident, plugin in pairs:
            try:
                _refuse(kind, plugin)
            except Exception as error:
                leave_out(point, ident, error)
            else:
                add(_origin(point), ident, plugin, point)
    return Plugins(kind=kind.name, found=found, broken=broken, origins=foreign)


def _refuse(kind: Kind[T], plugin: T) -> None:
    if kind.refuse is not None:
        kind.refuse(plugin)


def left_out() -> tuple[Broken, ...]:
    """The plug-ins of every kind that were looked for so far and could not be loaded."""
    return tuple(_LEFT_OUT.values())


def _ours(kind: Kind[T]) -> Iterator[tuple[str, Any]]:
    home = import_module(kind.home)
    if kind.attribute is None:
        yield kind.home, home
        return
    for module in sorted(pkgutil.iter_modules(home.__path__), key=lambda m: m.name):
        if module.name.startswith("_"):
            continue
        name = f"{kind.home}.{module.name}"
        value = getattr(import_module(name), kind.attribute, None)
        if value is not None:
            yield name, value


def installed(group: str) -> list[EntryPoint]:
    """The entry points of a group, in the order of their names."""
    return sorted(entry_points(group=group), key=lambda p: (p.name, p.value))


def _origin(point: EntryPoint) -> str:
    return point.value if point.dist is None else f"{_distribution(point)} ({point.value})"


def _distribution(point: EntryPoint) -> str:
    dist = point.dist
    return point.value if dist is None else f"{dist.name} {dist.version}"


def failure(
    error: Exception, call: Callable[..., Any], origin: str, made: object = None
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
    try:
        # What the system reports names the file with its folders; its own words do not.
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    except Exception:  # whoever made the error made its words as well
        said = ""
    if len(said) > _LONGEST:
        said = f"{said[:_LONGEST]}…"
    return visible(f"{type(error).__name__}: {said}" if said.strip() else type(error).__name__)


def _code_of(call: object) -> CodeType | None:
    """The code of a function, whatever it is wrapped in; ``None`` where it has none in Python."""
    while isinstance(call, functools.partial):
        call = call.func
    if callable(call):
        call = inspect.unwrap(call)
    called = inspect.getattr_static(type(call), "__call__", None)  # of an object that is called
    for held in (call, getattr(call, "__func__", None), called):
        code = getattr(held, "__code__", None)
        if isinstance(code, CodeType):
            return code
    return None


def guarded(call: Callable[P, T], kind: str, name: str, origin: str) -> Callable[P, T]:
    """A plug-in's function whose failures name the plug-in.

    :return: the same function; it raises ``PluginError``: ``plugin-failed`` where the plug-in's
        raises what is none of this library's own errors.
    """

    @functools.wraps(call)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return call(*args, **kwargs)
        except (BilingualError, CancelledError):
            raise  # a limit that was passed, or a stop
        except Exception as error:
            _log.info("%s %r of %s failed", kind, name, origin, exc_info=True)
            params = failure(error, call, origin)
            raise PluginError("plugin-failed", kind=kind, name=name, **params) from error

    return run


def named_parts(found: Plugins[T], *parts: str) -> Plugins[T]:
    """The plug-ins; these functions of those that are not ours name their plug-in where they fail.

    :param parts: names of fields that hold functions, of a frozen dataclass.
    """

    def named(name: str, plugin: Any) -> Any:
        origin = found.origin(name)
        calls = {p: guarded(getattr(plugin, p), found.kind, name, origin) for p in parts}
        return replace(plugin, **calls)

    theirs = {name: named(name, found[name]) for name in found.origins}
    return replace(found, found={**found.found, **theirs})


Seen = Callable[[Any, tuple[Any, ...]], Any]
"""What a function of a plug-in gave, and its arguments: gives it, or raises ``TypeError``."""


def named_made(
    found: Plugins[T],
    make: str,
    owed: Mapping[str, Seen],
    more: Mapping[str, Seen] | None = None,
) -> Plugins[T]:
    """The plug-ins; what those that are not ours make names its plug-in where it fails.

    What is made is replaced by an object that has these members and no others.

    :param make: the field that holds the function, of a frozen dataclass.
    :param owed: the functions that what it makes has to have, and what sees that a result is
        right.
    :param more: members that it may have; one that is no function is seen as it is.
    """

    def named(name: str, plugin: Any) -> Any:
        origin, making = found.origin(name), getattr(plugin, make)

        @functools.wraps(making)
        def made(*args: Any) -> Any:
            theirs = making(*args)
            lacking = [part for part in owed if not callable(getattr(theirs, part, None))]
            if lacking:
                raise TypeError(f"{type(theirs).__name__} has no {lacking[0]}()")
            return _members(theirs, {**owed, **(more or {})}, found.kind, name, origin)

        return replace(plugin, **{make: made})

    theirs = {name: named(name, found[name]) for name in found.origins}
    return replace(found, found={**found.found, **theirs})


def _members(
    theirs: object, seen: Mapping[str, Seen], kind: str, name: str, origin: str
) -> SimpleNamespace:
    shown = SimpleNamespace()
    for part, right in seen.items():
        member = getattr(theirs, part, None)
        if callable(member):
            setattr(shown, part, guarded(_right(member, right), kind, name, origin))
        elif member is not None:
            setattr(shown, part, right(member, ()))
    return shown


def _right(call: Callable[..., Any], seen: Seen) -> Callable[..., Any]:
    """The function; what it gives is seen before anything is done with it."""

    @functools.wraps(call)
    def run(*args: Any) -> Any:
        return seen(call(*args), args)

    return run


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
