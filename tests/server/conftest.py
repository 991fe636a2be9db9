"""A service over a folder of its own, asked without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bilingual.server.settings import Settings
from bilingual.server.tokens import Token, digest_of
from tests.server.client import Client, client_of

TOKENS = {
    "maker": ("submit", "makers-token-0123456789"),
    "second": ("submit", "others-token-0123456789"),
    "reader": ("review", "readers-token-0123456789"),
    "office": ("operate", "offices-token-0123456789"),
}


def tokens() -> tuple[Token, ...]:
    """A token of each kind, and a second one that may submit."""
    return tuple(
        Token(name=name, scopes=frozenset({scope}), digest=digest_of(token))  # type: ignore[arg-type]
        for name, (scope, token) in TOKENS.items()
    )


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Callable[..., Client]]:
    """Make a service with these settings; all of them end with the test."""
    open_ones: list[Client] = []

    def make(**settings: Any) -> Client:
        settings.setdefault("data", tmp_path / "data")
        client = client_of(Settings(**settings))
        client.__enter__()
        open_ones.append(client)
        return client

    yield make
    for client in open_ones:
        if client.portal is not None:  # not ended by the test
            client.__exit__(None, None, None)


@pytest.fixture
def client(serving: Callable[..., Client]) -> Client:
    """A service on this machine alone."""
    return serving()


@pytest.fixture
def office(serving: Callable[..., Client]) -> Client:
    """A service with tokens."""
    return serving(tokens=tokens())
