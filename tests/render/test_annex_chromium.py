"""The annex's page in a real browser: nothing asked for, nothing run, readable, printable."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bilingual.render.annex import render_annex_html
from tests.render.browser import needs_chromium, new_page
from tests.render.test_annex_pages import PAYLOADS, full

pytestmark = [needs_chromium, pytest.mark.slow]

PDF = {"format": "A4", "prefer_css_page_size": True, "print_background": True}


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[tuple[Any, list[str], list[str]]]:
    """A page with hostile text everywhere, what it asked for and what it complained of."""
    path = tmp_path / "annex.html"
    path.write_text(render_annex_html(full(" ".join(PAYLOADS)), "0" * 64), encoding="utf-8")
    page = new_page(browser, 375, 800)
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.on("console", lambda m: said.append(m.text))
    page.on("pageerror", lambda e: said.append(str(e)))
    page.on("dialog", lambda d: said.append(d.message))
    page.goto(path.as_uri())
    page.evaluate("document.fonts.ready")
    yield page, asked, said
    page.close()


def test_it_asks_for_nothing_and_runs_nothing(opened: tuple[Any, list[str], list[str]]) -> None:
    page, asked, said = opened
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == []
    assert page.evaluate("document.scripts.length") == 0


def test_it_fits_a_phone(opened: tuple[Any, list[str], list[str]]) -> None:
    page, _, _ = opened
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_its_own_fonts_are_used(opened: tuple[Any, list[str], list[str]]) -> None:
    page, _, _ = opened
    assert page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').length") >= 1
    assert page.evaluate("document.fonts.check('16px \"Bilingual Han\"', '藏')")


def test_it_prints_on_a4(opened: tuple[Any, list[str], list[str]]) -> None:
    pdfium = pytest.importorskip("pypdfium2", reason="reads PDF back; needs the extra dev")
    page, _, _ = opened
    document = pdfium.PdfDocument(page.pdf(**PDF))
    sizes = {tuple(round(n) for n in sheet.get_size()) for sheet in document}
    texts = [sheet.get_textpage().get_text_bounded() for sheet in document]
    document.close()
    assert sizes <= {(595, 842), (596, 842), (594, 841), (594, 842)}
    assert 1 <= len(texts) <= 2
    assert all("0000 0000 0000 0000" in text for text in texts)


def test_no_barrier_for_readers(opened: tuple[Any, list[str], list[str]]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe here")
    page, _, _ = opened
    found = axe.Axe().run(page).response["violations"]
    assert [(v["id"], v["impact"], v["nodes"][0]["html"][:200]) for v in found] == []
