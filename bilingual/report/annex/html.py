"""The annex as one HTML page for A4: no script, no request, every text escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from bilingual.report.annex.view import view_of

if TYPE_CHECKING:
    from jinja2 import Environment

_HOME: Final = "bilingual.report.annex"
_TAGS: Final = {"zh": "zh-Hans", "en": "en"}


def render_annex_html(annex: Mapping[str, Any], digest: str, language: str = "zh") -> str:
    """An annex's document as a self-contained HTML page.

    :param digest: SHA-256 of the annex's canonical bytes, in hex.
    :param language: ``zh`` (English stands small beside it) or ``en``.
    """
    view = view_of(annex, digest, language)
    return (
        _environment()
        .get_template("annex.html.j2")
        .render(
            view=view,
            tag=_TAGS[view.language],
            other=_TAGS["en" if view.language == "zh" else "zh"],
            style=page_file("annex.css"),
        )
    )


def page_file(name: str) -> str:
    """A template or style of the annex."""
    return resources.files(_HOME).joinpath("page", name).read_text("utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(page_file),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
