"""What pages are made of beside their words: one style, one script, the library's fonts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from bilingual.render.fontfiles import faces

_HOME: Final = "bilingual.server.pages"
_SCRIPTS: Final = (
    *("common.js", "tabs.js", "intake.js", "home.js", "results.js", "work.js", "other.js"),
)
"""The parts of the script, in order; they are sent as one."""
_LETTERS: Final = {"Bilingual Tibetan": "U+0F00-0FFF"}
"""Letters for which alone a font is used, whatever else it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file for the browser; ``digest`` names its content."""

    body: bytes
    media_type: str
    digest: str


def asset(name: str) -> Asset | None:
    """The file of this name, which is never taken for a path; ``None`` where there is none."""
    if name == "service.css":
        return _style()
    if name == "service.js":
        return _script()
    return _fonts().get(name)


def link(name: str) -> str:
    """The address of a file, with what names its content in it.

    :raises KeyError: there is none of this name.
    """
    found = asset(name)
    if found is None:
        raise KeyError(name)
    return f"/assets/{name}?v={found.digest}"


@cache
def text(name: str) -> str:
    """A file of this package's ``assets``."""
    return resources.files(_HOME).joinpath("assets", name).read_text("utf-8")


@cache
def _style() -> Asset:
    # A browser fetches a font only where no other one named before it has a letter.
    rules = [
        f'@font-face{{font-family:"{face.family}";font-display:swap;'
        f'src:url("{link(face.path.name)}");'
        f"unicode-range:{_LETTERS.get(face.family, 'U+0-10FFFF')}}}"
        for face in faces()
        if face.path.name in _fonts()
    ]
    return _made("\n".join([*rules, text("service.css")]).encode(), "text/css; charset=utf-8")


@cache
def _script() -> Asset:
    parts = "\n".join(text(name) for name in _SCRIPTS)
    return _made(f'"use strict";\n{parts}'.encode(), "text/javascript; charset=utf-8")


@cache
def _fonts() -> dict[str, Asset]:
    """Those that come with the library; a fetched one is too large for a page."""
    return {
        face.path.name: _made(face.path.read_bytes(), "font/ttf")
        for face in faces()
        if face.path.suffix == ".ttf"
    }


def _made(body: bytes, media_type: str) -> Asset:
    return Asset(body=body, media_type=media_type, digest=hashlib.sha256(body).hexdigest()[:16])
