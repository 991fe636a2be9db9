"""TOML that somebody else may have written: settings, forms, lists of the service."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from math import isfinite
from typing import Any, Final

_MAX_DOTS: Final = 500
_MAX_NUMBER: Final = 2**63 - 1


def toml_of(text: str) -> dict[str, Any]:
    """The tables of a TOML text.

    :raises ValueError: it is no TOML (``tomllib.TOMLDecodeError``), is nested too deeply,
        or holds a number that is none to compare with: nan, infinite, beyond ±(2⁶³ - 1).
    """
    # tomllib takes quadratic time for a key of many parts. A text of as many dots in one line
    # is refused with it: to tell the two apart is to read TOML.
    if any(line.count(".") > _MAX_DOTS for line in text.split("\n")):
        raise ValueError("nested too deeply")
    try:
        document = tomllib.loads(text, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    # A number in hexadecimal may have more digits than Python writes in decimal.
    if any(isinstance(v, int) and not -_MAX_NUMBER <= v <= _MAX_NUMBER for v in _values(document)):
        raise ValueError(f"a number is not within ±{_MAX_NUMBER}")
    return document


def _values(document: object) -> Iterator[object]:
    """Every value that is no table and no list."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        else:
            yield value


def _finite(text: str) -> float:
    if not isfinite(number := float(text)):
        raise ValueError(f"{text} is no number to compare with")
    return number
