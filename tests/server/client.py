"""A caller of the service, in this process."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from bilingual.server.app import application
from bilingual.server.service import Service
from bilingual.server.settings import Settings

Client = TestClient


def client_of(settings: Settings) -> Client:
    """A client of a service with these settings; it runs within ``with``."""
    return TestClient(
        application(Service.of(settings)),
        base_url="http://127.0.0.1:8765",
        raise_server_exceptions=False,
        follow_redirects=False,
    )


def bearer(token: str) -> dict[str, str]:
    """The header that shows a token."""
    return {"Authorization": f"Bearer {token}"}


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer that has to be one."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    assert document["code"] == code, document
    assert document["type"] == f"urn:bilingual:problem:{code}"
    assert document["title"]
    assert document["detail"]
    assert code not in document["detail"]
    return document
