"""Pages as HTML: what does not change in them. The script fills in the rest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from bilingual.checks.media import container_name
from bilingual.config import MediaRules
from bilingual.locale import catalogue, languages, shown_in
from bilingual.render.templates import script_json, template_environment
from bilingual.render.words import ui
from bilingual.server.pages.served import link, text
from bilingual.server.shown import SPOKEN

if TYPE_CHECKING:
    from jinja2 import Environment

PageName = Literal["home", "work", "overview", "login"]

CONTAINERS: Final = ("mov", "mp4", "matroska", "avi", "flv", "asf", "rm", "mpeg")
"""What the script tells by a film's first bytes (``BRANDS``)."""

_CODES: Final = "web-"
"""How the codes of the pages' words begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a page knows when it is made.

    ``path``: where it is, for the links that show it in another language; ``needs_token``:
    whether one signs in here; ``keep_days``: after how many days works are deleted, ``None``:
    never by itself; ``sees_all``: whether the caller may see everybody's works; ``named``:
    the caller, empty on one's own machine; ``award``: what is asked of a film, so that a page
    can say what is wrong with one before it is sent.
    """

    path: str
    needs_token: bool
    keep_days: float | None
    version: str
    sees_all: bool
    named: str
    award: MediaRules | None = None


def render_page(name: PageName, language: str, facts: Facts) -> str:
    """A page in ``zh`` or ``en``."""
    rendered: str = (
        _environment()
        .get_template(f"{name}.html.j2")
        .render(
            name=name,
            language=language,
            tag=shown_in(language).tag,
            others={code: languages()[code].name for code in SPOKEN if code != language},
            facts=facts,
            style=link("service.css"),
            script=link("service.js"),
            words=page_words(language),
            award=script_json(_asked(facts.award)),
            t=lambda code, **params: ui(code, language, **params),
        )
    )
    return rendered


@cache
def page_words(language: str) -> str:
    """The words of the pages as JSON that cannot end the element it stands in."""
    return script_json(
        {
            code.removeprefix(_CODES): said[language]
            for code, said in catalogue()["ui"].items()
            if code.startswith(_CODES)
        }
    )


def _asked(award: MediaRules | None) -> dict[str, object]:
    """What the script compares a chosen film with."""
    if award is None:
        return {}
    return {
        "containers": award.containers,
        "names": {container: container_name(container) for container in CONTAINERS},
        "bytes": (award.min_bytes, award.max_bytes),
        "ms": (award.min_duration_ms, award.max_duration_ms),
    }


@cache
def _environment() -> Environment:
    return template_environment(text)
