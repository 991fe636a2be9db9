"""Tibetan within a sentence of another language is drawn with the font that shapes it."""

from __future__ import annotations

import re

from tests.server.pages.conftest import asset_of


def test_the_tibetan_font_is_asked_first() -> None:
    """Behind a Chinese font of the system Chromium draws boxes and never loads ours.

    It is for Tibetan letters alone (its ``unicode-range``), so that it decides nothing else.
    """
    lists = re.findall(
        r"--sans(?:-zh)?: (\"[^;]+|system-ui[^;]+);", asset_of("service.css").decode()
    )
    assert len(lists) == 2
    assert all(fonts.startswith('"Bilingual Tibetan", ') for fonts in lists)
