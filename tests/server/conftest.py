"""A service over a folder of its own, asked without a network."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from bilingual.server.settings import Settings
from bilingual.server.tokens import Token, digest_of
from tests.server.client import Client, client_of, ended, submitted

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


@pytest.fixture(scope="module", autouse=True)
def _no_process_of_a_worker() -> Iterator[None]:
    """A worker's bounds would end this process, and its log takes the place of this one's."""
    with pytest.MonkeyPatch.context() as patch:
        for place in ("bilingual.server.jobs.watched", "bilingual.batch.work.watched"):
            patch.setattr(place, lambda **_: nullcontext())
        patch.setattr("bilingual.server.jobs.log_as_json", lambda level: None)
        yield


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One service for tests that leave it as it is for the others."""
    with client_of(Settings(data=tmp_path_factory.mktemp("service") / "data")) as client:
        yield client


@pytest.fixture(scope="module")
def done(shared: Client) -> dict[str, Any]:
    """A work with a report."""
    work = submitted(shared, data={"form": json.dumps({"title": "太阳", "phone": "13912345678"})})
    found = ended(shared, work["url"])
    assert found["state"] == "done", found
    return found


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
