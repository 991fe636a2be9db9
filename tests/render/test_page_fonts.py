"""Every page names the library's own fonts, so that no letter is a box on a bare machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import bilingual

HOME = Path(bilingual.__file__).parent
STYLES = sorted(HOME.rglob("*.css"))
LISTS = [
    (path, found)
    for path in STYLES
    for found in re.findall(
        r"(?:font-family|font|--sans[a-z-]*):([^;{}]*serif)", path.read_text("utf-8")
    )
]


def test_there_are_styles_to_look_at() -> None:
    assert len(STYLES) >= 3
    assert len(LISTS) >= 6


@pytest.mark.parametrize(("path", "fonts"), LISTS, ids=lambda value: getattr(value, "name", None))
def test_both_fonts_are_in_every_list(path: Path, fonts: str) -> None:
    """Chinese letters come in Tibetan cues, and the other way round."""
    assert '"Bilingual Han"' in fonts
    assert '"Bilingual Tibetan"' in fonts
