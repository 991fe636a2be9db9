"""One way to write a JSON value down: RFC 8785 (JSON Canonicalization Scheme).

Keys sorted by UTF-16 code units, no white space, UTF-8, numbers as ECMAScript
writes them. Two annexes that say the same are the same bytes, so that a hash or
a signature over the bytes is one over what is said.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from typing import Any, Final

SHORT: Final = 16
"""Hex digits of the short form that stands at the foot of each printed page."""

_SAFE: Final = 2**53 - 1


def canonical_bytes(value: Mapping[str, Any]) -> bytes:
    """The value as RFC 8785 writes it. It must have gone through :func:`sound`."""
    import rfc8785

    return rfc8785.dumps(dict(value))


def sound(value: Any) -> Any:
    """The value with nothing in it that RFC 8785 has no form for.

    Whole numbers beyond 2^53 - 1 become strings of their digits (floats too, where
    they would be written like one), lone surrogates U+FFFD. ``ValueError`` for a
    number that is not finite.
    """
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, Mapping):
        return {sound(str(k)): sound(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [sound(v) for v in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _SAFE:
        return f"{value:d}" if value.bit_length() < 4096 else f"{value:#x}"
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a number is not finite")
        if abs(value) > _SAFE and value < 1e21 and value > -1e21:
            return f"{value:.0f}"  # would be written like a whole number, and read as one
    return value


def digest_of(data: bytes) -> str:
    """SHA-256 in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def grouped(digest: str, *, size: int = 4) -> str:
    """Hex digits in groups, as a person reads them off paper."""
    return " ".join(digest[i : i + size] for i in range(0, len(digest), size))


def short_form(digest: str) -> str:
    """The first 16 hex digits in groups of four."""
    return grouped(digest[:SHORT])
