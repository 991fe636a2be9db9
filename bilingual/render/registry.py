"""The renderers that are installed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from operator import attrgetter
from typing import Final

from bilingual.plugins import Kind, Plugins, discover, objects
from bilingual.plugins.calls import named_parts
from bilingual.render.base import Renderer

_KIND: Final = Kind(
    name="renderer",
    group="bilingual.renderers",
    home="bilingual.render",
    attribute="RENDERER",
    read=objects(Renderer, attrgetter("name")),
)
_FIRST: Final = ("text", "json", "html")


@cache
def renderers() -> Plugins[Renderer]:
    """Every renderer by its name, those most asked for first.

    :raises PluginError: ``plugin-duplicate``: two have the same name.
    """
    found = named_parts(discover(_KIND), "render")
    order = [name for name in _FIRST if name in found]
    order += [name for name in found if name not in order]
    return replace(found, found={name: found[name] for name in order})
