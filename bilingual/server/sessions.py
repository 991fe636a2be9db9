"""Browsers that have shown a token: a cookie of their own, which says nothing by itself."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bilingual.server.store import Store
from bilingual.server.tokens import Token

COOKIE: Final = "bilingual_session"
LASTS_S: Final = 30 * 24 * 3600
"""How long a browser stays logged in."""


@dataclass(slots=True)
class Sessions:
    """The sessions of the tokens that there are; those of a token that is gone are none."""

    store: Store
    tokens: Sequence[Token]

    def begin(self, token: Token) -> str:
        """A new session; what the cookie holds."""
        name = secrets.token_urlsafe(32)
        self.store.add_session(_digest(name), token.digest.hex(), time.time() + LASTS_S)
        return name

    def token_of(self, name: str) -> Token | None:
        """Whose session that is."""
        if not name or len(name) > 200:
            return None
        digest = self.store.session(_digest(name), time.time())
        found = None
        for token in self.tokens:
            if digest is not None and hmac.compare_digest(token.digest.hex(), digest):
                found = token
        return found

    def end(self, name: str) -> None:
        """End a session."""
        self.store.remove_session(_digest(name))


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def cookie_of(name: str, *, secure: bool) -> Mapping[str, str]:
    """The header that gives a browser its session; an empty name takes it away."""
    lasts = LASTS_S if name else 0
    flags = "; Secure" if secure else ""
    value = f"{COOKIE}={name}; Path=/; Max-Age={lasts}; HttpOnly; SameSite=Strict{flags}"
    return {"Set-Cookie": value}
