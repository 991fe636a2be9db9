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

One that fails while it runs is named with its distribution (:mod:`bilingual.plugins.calls`).
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import ModuleType
from typing import Any, Final, Generic, TypeVar

from bilingual._version import __version__
from bilingual.budget import Stopped
from bilingual.errors import PluginError
from bilingual.showing import logger

T = TypeVar("T")

STOPS: Final = (KeyboardInterrupt, Stopped)
"""What ends a run on purpose. Whatever else a plug-in raises is a failure of its own: its
``sys.exit`` shall not end a program that others use."""

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

    def leave_out(point: EntryPoint, name: str, error: BaseException) -> None:
        origin, detail = _origin(point), f"{type(error).__name__}: {words_of(error)}"
        detail = detail.removesuffix(": ")
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
        except STOPS:
            raise
        except BaseException as error:
            leave_out(point, point.name, error)
            continue
        for ident, plugin in pairs:
            try:
                _refuse(kind, plugin)
            except STOPS:
                raise
            except BaseException as error:
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


def words_of(error: BaseException) -> str:
    """What an error says; nothing where it cannot, for whoever made it made its words as well."""
    try:
        return str(error)
    except STOPS:
        raise
    except BaseException:
        return ""
