"""Telling another system that a work has ended: signed, and only where the operator allows.

After the scheme of standardwebhooks.com: the headers ``webhook-id``, ``webhook-timestamp``
and ``webhook-signature`` (``v1,`` and the base64 of HMAC-SHA256 over id, timestamp and body).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from bilingual.errors import ConfigError
from bilingual.files import display_name, read_at_most, toml_of

TRIES_S: Final = (0, 10, 60, 600, 3600, 6 * 3600)
"""After how many seconds a delivery is tried: at once, and again after each failure."""

_MAX_BYTES: Final = 64 * 1024
_LEAST_SECRET: Final = 24
_ANSWER_S: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    """Where ends of works may be told, and the secret that signs them."""

    secret: bytes
    addresses: frozenset[str]


def load_webhooks(path: Path) -> Webhooks:
    """The operator's list, a TOML file with ``secret`` and ``addresses``.

    :raises InputError: it cannot be read.
    :raises ConfigError: ``webhook-file``: it is no TOML, the secret is shorter than 24
        characters, or an address is none of http or https.
    """
    shown = display_name(str(path))
    try:
        document = toml_of(read_at_most(path, _MAX_BYTES).decode("utf-8-sig"))
    except ValueError:  # TOML's and Unicode's errors are ones
        raise ConfigError("webhook-file", path=shown, problem="webhook-not-toml") from None
    secret, addresses = document.get("secret"), document.get("addresses")
    if not isinstance(secret, str) or len(secret) < _LEAST_SECRET:
        raise ConfigError("webhook-file", path=shown, problem="webhook-secret")
    if not isinstance(addresses, list) or not addresses or not all(map(_is_address, addresses)):
        raise ConfigError("webhook-file", path=shown, problem="webhook-address")
    return Webhooks(secret=secret.encode(), addresses=frozenset(addresses))


def _is_address(value: Any) -> bool:
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        return False
    try:
        parts = urlsplit(value)
        known = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and known and " " not in value


def signed(hooks: Webhooks, name: str, moment: int, body: bytes) -> Mapping[str, str]:
    """The headers of a delivery.

    :param name: of the delivery, the same each time that it is tried.
    :param moment: seconds since 1970.
    """
    content = f"{name}.{moment}.".encode() + body
    digest = hmac.new(hooks.secret, content, hashlib.sha256).digest()
    return {
        "webhook-id": name,
        "webhook-timestamp": str(moment),
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
        "content-type": "application/json",
    }


def deliver(address: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Post it once; whether the answer was a 2xx. No redirect is followed, no proxy asked."""
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_ANSWER_S)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, body=body, headers=dict(headers))
        return 200 <= connection.getresponse().status < 300
    except (OSError, ValueError, http.client.HTTPException):  # a name that none can have
        return False
    finally:
        connection.close()
