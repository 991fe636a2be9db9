"""Traditional to Simplified characters, as recognisers mix them."""

from __future__ import annotations

from functools import cache
from typing import Any


def to_simplified(text: str) -> str:
    """The text in Simplified characters (OpenCC t2s); empty stays empty."""
    return str(_converter().convert(text)) if text else ""


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")
