"""Fonts for pictures: one with Chinese and one with Tibetan, wherever they are to be had.

First the fonts that come with the library (OFL, ``report/fonts``), then what the
machine has. Nothing is fetched.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

_log = logging.getLogger(__name__)

_HAN: Final = "核查藏汉双语字幕覆盖"
_TIBETAN: Final = "བོད་ཡིག།ཀྱྒྱ"
_WEB: Final = (".woff", ".woff2")
_SUFFIXES: Final = (".ttf", ".otf", ".ttc", *_WEB)
_LIKELY: Final = (
    "noto",
    "jomolhari",
    "himalaya",
    "monlam",
    "ddc",
    "kokonor",
    "kailasa",
    "cjk",
    "sourcehan",
    "hei",
    "song",
    "simsun",
    "yahei",
    "pingfang",
    "wqy",
    "fandol",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fonts:
    """Paths of a font for Chinese and one for Tibetan; ``None`` where there is none."""

    han: Path | None
    tibetan: Path | None

    @property
    def whole(self) -> bool:
        """Whether both languages can be drawn."""
        return self.han is not None and self.tibetan is not None


@cache
def find_fonts() -> Fonts:
    """The first font that has the characters of each language.

    Needs matplotlib's list of the machine's fonts, and fontTools, which comes
    with matplotlib.
    """
    return Fonts(han=_first(_HAN), tibetan=_first(_TIBETAN))


def _first(sample: str) -> Path | None:
    for path in _candidates():
        try:
            if _covers(path, sample):
                return _drawable(path)
        except Exception as error:
            _log.info("font %s: %s", path.name, error)
    return None


def _candidates() -> Iterator[Path]:
    own = Path(str(resources.files("bilingual.report").joinpath("fonts")))
    if own.is_dir():
        yield from sorted(p for p in own.iterdir() if p.suffix.lower() in _SUFFIXES)
    from matplotlib.font_manager import findSystemFonts

    paths = sorted(Path(p) for p in findSystemFonts())
    named = [p for p in paths if any(word in p.name.lower() for word in _LIKELY)]
    # A regular weight of a language's own family before the rest.
    yield from sorted(named, key=lambda p: (_rank(p.name), p.name))


def _rank(name: str) -> int:
    regular = "regular" in name.lower() or "-" not in name
    tongue = any(w in name.lower() for w in ("tibetan", "jomolhari", "cjk", "sc"))
    return 2 * (not tongue) + (not regular)


def _covers(path: Path, sample: str) -> bool:
    with _opened(path) as font:
        known = font.getBestCmap() or {}
        return all(ord(char) in known for char in sample)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    from fontTools.ttLib import TTCollection, TTFont

    if path.suffix.lower() == ".ttc":
        with TTCollection(str(path), lazy=True) as collection:
            yield collection.fonts[0]
    else:
        with TTFont(str(path), lazy=True) as font:
            yield font


def _drawable(path: Path) -> Path:
    """The font as FreeType reads it: a web font is unpacked into the cache."""
    if path.suffix.lower() not in _WEB:
        return path
    from bilingual.weights.store import cache_folder

    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    target = cache_folder() / "fonts" / f"{path.stem}-{digest}.ttf"
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        with _opened(path) as font:
            font.flavor = None
            draft = target.with_suffix(f".{os.getpid()}")
            font.save(str(draft))
        draft.replace(target)
    return target
