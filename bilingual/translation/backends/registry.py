"""The backends that are installed, and those that the settings name."""

from __future__ import annotations

from functools import cache
from operator import attrgetter
from typing import Final

from bilingual.config import Backends
from bilingual.errors import ConfigError
from bilingual.model import Reason
from bilingual.plugins import Kind, Plugins, discover, objects
from bilingual.translation.backends.base import Backend

_KIND: Final = Kind(
    name="backend",
    group="bilingual.backends",
    home="bilingual.translation.backends",
    attribute="BACKEND",
    read=objects(Backend, attrgetter("name")),
)


@cache
def backends() -> Plugins[Backend]:
    """Every backend by name, whether it can work here or not.

    :raises PluginError: ``plugin-duplicate``: two have the same name.
    """
    return discover(_KIND)


def chosen(settings: Backends) -> tuple[Backend, ...]:
    """The backends that the settings name, each once.

    :raises ConfigError: ``backend-unknown``.
    :raises PluginError: ``plugin-broken``: it is installed and cannot be loaded.
    """
    known = backends()
    found = []
    for name in dict.fromkeys(settings.use):
        backend = known.named(name)
        if backend is None:
            raise ConfigError("backend-unknown", name=name, known=list(known))
        found.append(backend)
    return tuple(found)


def notices(settings: Backends) -> tuple[Reason, ...]:
    """What a user has to know before the chosen backends run.

    :raises ConfigError: ``backend-unknown``.
    :raises PluginError: ``plugin-broken``: it is installed and cannot be loaded.
    """
    return tuple(notice for backend in chosen(settings) for notice in backend.notices(settings))
