"""Fonts for pictures and for pages: those that come with the library, never the machine's.

So a picture looks the same everywhere, and a page shows Tibetan on a machine
that has no font for it. Rare ideographs come from the full font where somebody
has fetched it (``bilingual models fetch noto-sans-cjk``).
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from bilingual.errors import BilingualError
from bilingual.showing import logger

_log = logger(__name__)

_FULL: Final = "noto-sans-cjk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A font of the library's: its family as pages name it, and its file."""

    family: str
    path: Path
    scale: int = 100
    """Percent of the size around it, beside letters of which it is as easy to read."""


@cache
def faces() -> tuple[Face, ...]:
    """Chinese, Tibetan, then the full font if it was fetched."""
    own = [
        Face(
            family=family,
            path=Path(str(resources.files("bilingual.render") / "fonts" / name)),
            scale=scale,
        )
        for family, name, scale in (
            ("Bilingual Han", "NotoSansSC-Regular.ttf", 100),
            ("Bilingual Tibetan", "NotoSerifTibetan-Regular.ttf", 125),
        )
    ]
    return (*(face for face in own if face.path.is_file()), *_fetched())


def _fetched() -> Iterable[Face]:
    from bilingual import weights

    try:
        if weights.is_present(_FULL):
            return (Face(family="Bilingual Rare", path=weights.sealed(_FULL)),)
    except BilingualError as error:
        _log.info("the full font: %s", error)
    return ()


def font_css(text: str) -> str:
    """``@font-face`` rules with just the glyphs that a text needs, as data.

    For a page that has to show it anywhere: some 100 kB for Tibetan with all its
    stacks and 150 bytes or so an ideograph. Needs fontTools; empty without fonts.
    """
    wanted = {ord(char) for char in text if ord(char) > 0x2000 or 0x0F00 <= ord(char) < 0x1000}
    rules = []
    for face in faces():
        points = _points(face) & wanted
        if points:
            wanted -= points
            size = "" if face.scale == 100 else f"size-adjust:{face.scale}%;"
            data = base64.b64encode(_subset(face.path, points)).decode("ascii")
            rules.append(
                f'@font-face{{font-family:"{face.family}";font-display:swap;{size}'
                f'src:url("data:font/woff;base64,{data}") format("woff")}}'
            )
    return "\n".join(rules)


@cache
def _points(face: Face) -> frozenset[int]:
    font = _opened(face.path)
    try:
        return frozenset(font.getBestCmap() or {})
    finally:
        font.close()


def _opened(path: Path) -> Any:
    from fontTools.ttLib import TTFont

    # The first face of a collection; a single font has that number as well.
    # Its own time stamp is kept: the same page is the same bytes.
    return TTFont(str(path), lazy=True, fontNumber=0, recalcTimestamp=False)


# A second page of one work, in another language or as an annex, needs the same glyphs.
@lru_cache(maxsize=16)
def _subset(path: Path, points: frozenset[int]) -> bytes:
    from fontTools.subset import Options, Subsetter

    options = Options(layout_features=["*"], hinting=False, notdef_outline=True)
    options.flavor = "woff"
    font = _opened(path)
    try:
        cutter = Subsetter(options=options)
        cutter.populate(unicodes=points)
        cutter.subset(font)
        font.flavor = "woff"
        file = io.BytesIO()
        font.save(file)
        return file.getvalue()
    finally:
        font.close()
