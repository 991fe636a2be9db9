"""Fonts for the printed page: only such as are known by their bytes.

Those that come with the library (``render/fonts``, OFL) have the common Chinese
characters and Tibetan. For rare ideographs, as names have them, a font with all
of them can be fetched once. The machine's own fonts are not used: the same annex
shall be the same page everywhere, and a missing glyph shall not print as a box.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from bilingual.errors import DependencyError
from bilingual.text.script import is_han, is_tibetan_letter

FULL_FONT: Final = "noto-sans-cjk"
"""The registry's name of the font with every ideograph."""

_SUFFIXES: Final = (".ttf", ".otf", ".ttc")
_SHOWN: Final = 20
_OTHERWISE: Final = {"⟨": "〈", "⟩": "〉"} | {
    raised: f"^{digit}" for digit, raised in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")
}
"""How characters that text fonts lack are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FontFile:
    """A font on disk and the code points it has glyphs for."""

    path: Path
    points: frozenset[int]


def fonts_for(texts: Iterable[str]) -> tuple[FontFile, ...]:
    """Fonts that together have every Tibetan and Chinese character of the texts.

    :raises DependencyError: there is a character that no font at hand has
        (``annex-font-missing``: the error says which and how to get a font;
        ``annex-font-none``: not even the full font has it).
    """
    wanted = {char for text in texts for char in text if is_han(char) or is_tibetan_letter(char)}
    fonts: list[FontFile] = list(_bundled())
    missing = _missing(wanted, fonts)
    if missing:
        fonts += _fetched()
        missing = _missing(wanted, fonts)
    if missing:
        raise DependencyError(
            "annex-font-none" if _has_full() else "annex-font-missing",
            characters="".join(sorted(missing)[:_SHOWN]),
            count=len(missing),
            font=FULL_FONT,
        )
    return tuple(fonts)


def showable(value: Any, fonts: Iterable[FontFile]) -> Any:
    """JSON values whose texts have no character that the fonts lack.

    Such a one (an emoji, a script that is neither) becomes 〈U+XXXX〉.
    """
    known = frozenset[int]().union(*(font.points for font in fonts))

    def shown(value: Any) -> Any:
        if isinstance(value, str):
            if all(ord(char) in known for char in value):
                return value
            return "".join(
                char if ord(char) in known or char in "\n\u200b" else _named(char) for char in value
            )
        if isinstance(value, Mapping):
            return {key: shown(one) for key, one in value.items()}
        if isinstance(value, (list, tuple)):
            return [shown(one) for one in value]
        return value

    return shown(value)


def _named(char: str) -> str:
    """A character by its number, in brackets that text fonts have."""
    return _OTHERWISE.get(char) or f"〈U+{ord(char):04X}〉"


def _missing(wanted: set[str], fonts: Iterable[FontFile]) -> set[str]:
    known = frozenset[int]().union(*(font.points for font in fonts))
    return {char for char in wanted if ord(char) not in known}


@cache
def _bundled() -> tuple[FontFile, ...]:
    folder = Path(str(resources.files("bilingual.render").joinpath("fonts")))
    if not folder.is_dir():
        return ()
    return tuple(_fonts(sorted(folder.iterdir())))


def _has_full() -> bool:
    from bilingual import weights

    return weights.is_present(FULL_FONT)


def _fetched() -> Iterator[FontFile]:
    from bilingual import weights

    if _has_full():
        yield from _fonts([weights.sealed(FULL_FONT)])


def _fonts(paths: Iterable[Path]) -> Iterator[FontFile]:
    for path in paths:
        if path.suffix.lower() in _SUFFIXES:
            yield FontFile(path=path, points=_points(path))


def _points(path: Path) -> frozenset[int]:
    from fontTools.ttLib import TTCollection, TTFont

    if path.suffix.lower() == ".ttc":
        collection = TTCollection(str(path), lazy=True)
        return frozenset(collection.fonts[0].getBestCmap() or {})
    with TTFont(str(path), lazy=True) as font:
        return frozenset(font.getBestCmap() or {})
