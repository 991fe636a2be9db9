"""The browser that the tests of a module share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.render.browser import chromium


# No wider than a module: while Playwright runs, this thread cannot start another event loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real Chromium."""
    with chromium() as started:
        yield started
