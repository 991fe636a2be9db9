"""A real Chromium for the tests of pages: where it is, and how it is started."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.conftest import NO_CHROMIUM

CHROMIUM = (
    os.environ.get("BILINGUAL_CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
)

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)

# Nothing but the page under test is to be loaded, and no name resolved.
FLAGS = (
    "--no-sandbox",  # Chromium refuses its sandbox to root
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)

# Starting a browser and laying out a page may take long on a busy machine.
PATIENCE_MS = 300_000


@contextmanager
def chromium(*, loopback: bool = False) -> Iterator[Any]:
    """A browser with a profile folder of its own, closed at the end of the block.

    :param loopback: whether it may reach services of this machine; nothing else ever.
    """
    flags = [flag + ", EXCLUDE 127.0.0.1" * (loopback and "MAP" in flag) for flag in FLAGS]
    api = pytest.importorskip("playwright.sync_api", reason="no Playwright here")
    with warnings.catch_warnings(), api.sync_playwright() as playwright:
        warnings.simplefilter("ignore")
        api.expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=flags, timeout=PATIENCE_MS
        )
        yield browser
        browser.close()


def new_page(browser: Any, width: int, height: int, **options: Any) -> Any:
    """An empty page of this size in pixels, patient with a busy machine."""
    page = browser.new_page(viewport={"width": width, "height": height}, **options)
    page.set_default_timeout(PATIENCE_MS)
    return page
