"""All pages that are made."""

from __future__ import annotations

from collections.abc import Mapping

from docs._make import api, architecture, commands, formats, measured, options, rules
from docs._make.pages import Made


def pages() -> Mapping[str, Made]:
    """The pages that are made, by their place."""
    found = [
        *rules.pages(),
        *measured.pages(),
        *commands.pages(),
        *options.pages(),
        *formats.pages(),
        *api.pages(),
        *architecture.pages(),
    ]
    return {page.place: page for page in found}
