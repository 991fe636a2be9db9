"""Waiting for what another thread or process does: for long, but not without an end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE_S = 300
"""Long enough for a machine that stalls; whatever takes longer does not come."""

Found = TypeVar("Found")


def waited(
    happened: Callable[[], Found], *, pause_s: float = 0.05, patience_s: float = PATIENCE_S
) -> Found:
    """What ``happened`` returns as soon as that is true; it is asked again after each pause."""
    for _ in range(int(patience_s / pause_s)):
        found = happened()
        if found:
            return found
        time.sleep(pause_s)
    raise AssertionError(f"it did not happen within {patience_s} s")
