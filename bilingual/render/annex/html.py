"""The annex as one HTML page for A4: no script, no request, every text escaped.

The glyphs it needs come with it, so that it prints the same on any machine.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from bilingual.render.annex.document import Annex
from bilingual.render.annex.view import view_of
from bilingual.render.fontfiles import font_css
from bilingual.render.templates import template_environment

if TYPE_CHECKING:
    from jinja2 import Environment

_HOME: Final = "bilingual.render.annex"
_FONTS: Final = "<!-- fonts -->"
_TAGS: Final = {"zh": "zh-Hans", "en": "en"}


def render_annex_html(annex: Annex, digest: str, language: str = "zh") -> str:
    """An annex as a self-contained HTML page.

    :param digest: SHA-256 of the annex's canonical bytes, in hex.
    :param language: ``zh`` or ``en``.
    """
    view = view_of(annex, digest, language)
    page = (
        _environment()
        .get_template("annex.html.j2")
        .render(
            view=view,
            tag=_TAGS[view.language],
            style=page_file("annex.css"),
        )
    )
    # After the page is whole: only then is it known which glyphs it needs. The
    # first one is the template's own; submitted texts are escaped.
    return page.replace(_FONTS, f"<style>{font_css(page)}</style>", 1)


def page_file(name: str) -> str:
    """A template or style of the annex."""
    return resources.files(_HOME).joinpath("page", name).read_text("utf-8")


@cache
def _environment() -> Environment:
    return template_environment(page_file)
