"""The subtitle formats that are installed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from operator import attrgetter
from typing import Final

from bilingual.errors import FormatError, PluginError
from bilingual.formats.base import Format, Writer
from bilingual.plugins import Kind, Plugins, discover, objects
from bilingual.plugins.calls import guarded, named_parts
from bilingual.showing import logger

_KIND: Final = Kind(
    name="format",
    group="bilingual.formats",
    home="bilingual.formats",
    attribute="FORMAT",
    read=objects(Format, attrgetter("name")),
)
_log = logger(__name__)


@cache
def formats() -> Plugins[Format]:
    """Every format by its name.

    :raises PluginError: ``plugin-duplicate``: two have the same name.
    """
    # A file of too many cues is refused where it is read, by ``Sheet.add``, which a plug-in's
    # reader calls: that says something of the file and nothing of the plug-in.
    found = named_parts(
        discover(_KIND),
        *("claims", "read", "plain", "prepare", "hopeless"),
        passing={"read": (FormatError,)},
    )
    theirs = {
        name: replace(
            found[name],
            claims=_Claims(found[name]),
            writer=_named_writer(found, name, found[name].writer),
        )
        for name in found.origins
    }
    return replace(found, found={**found.found, **theirs})


class _Claims:
    """How sure a plug-in's format is that a file is its own; 0 where it fails at saying so.

    One that cannot even look at a file shall not keep the others from reading it. It is
    logged once, for every file is shown to every format.
    """

    def __init__(self, form: Format) -> None:
        self._form = form
        self._told = False

    def __call__(self, first: Sequence[str], suffix: str) -> int:
        try:
            claim: object = self._form.claims(first, suffix)
        except PluginError as error:
            self._tell(str(error))
            return 0
        if isinstance(claim, int):
            return claim
        self._tell(f"the format {self._form.name} claims {claim!r}, which is no whole number")
        return 0

    def _tell(self, text: str) -> None:
        if not self._told:
            _log.error("%s", text)
        self._told = True


def _named_writer(found: Plugins[Format], name: str, writer: Writer | None) -> Writer | None:
    if writer is None:
        return None
    origin = found.origin(name)
    return Writer(
        compose=guarded(writer.compose, found.kind, name, origin),
        escape=guarded(writer.escape, found.kind, name, origin),
        clock=guarded(writer.clock, found.kind, name, origin),
        settle=guarded(writer.settle, found.kind, name, origin),
        identifiers=writer.identifiers,
    )
