"""The subtitle formats that are installed."""

from __future__ import annotations

from functools import cache
from operator import attrgetter
from typing import Final

from bilingual.formats.base import Format
from bilingual.plugins import Kind, Plugins, discover, objects

_KIND: Final = Kind(
    name="format",
    group="bilingual.formats",
    home="bilingual.formats",
    attribute="FORMAT",
    read=objects(Format, attrgetter("name")),
)


@cache
def formats() -> Plugins[Format]:
    """Every format by its name.

    :raises PluginError: ``plugin-duplicate``: two have the same name.
    """
    return discover(_KIND)
