"""The backends that are installed, and those that the settings name."""

from __future__ import annotations

from functools import cache
from operator import attrgetter
from typing import Final

from bilingual.config import Backends
from bilingual.errors import ConfigError
from bilingual.model import Reason
from bilingual.plugins import Kind, Plugins, discover, objects
from bilingual.translation.backends.added import added_backend
from bilingual.translation.backends.base import Backend
from bilingual.weights.added import names as added_names

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

    A model that the user added goes by its name; one with the name of a backend of ours
    takes its place, unless the settings name a model for that.

    :raises ConfigError: ``backend-unknown``.
    :raises ModelError: the record of a model that the user added cannot be used.
    :raises PluginError: ``plugin-broken``: it is installed and cannot be loaded.
    """
    known = backends()
    found = []
    for name in dict.fromkeys(settings.use):
        own = known.named(name)
        set_up = {"labse": settings.labse.model, "nllb": settings.nllb.model}.get(name, own)
        backend = own if set_up else added_backend(name) or own
        if backend is None:
            names = [*known, *(n for n in added_names() if n not in known)]
            raise ConfigError("backend-unknown", name=name, known=names)
        found.append(backend)
    return tuple(found)


def notices(settings: Backends) -> tuple[Reason, ...]:
    """What a user has to know before the chosen backends run.

    :raises ConfigError: ``backend-unknown``.
    :raises PluginError: ``plugin-broken``: it is installed and cannot be loaded.
    """
    return tuple(notice for backend in chosen(settings) for notice in backend.notices(settings))
