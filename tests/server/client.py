"""A caller of the service, in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from starlette.testclient import TestClient

from bilingual.errors import BilingualError
from bilingual.server.app import application
from bilingual.server.jobs import Bounds
from bilingual.server.service import Service
from bilingual.server.settings import Settings
from bilingual.server.workers import Workers
from tests.server.tracks import FAULTY_BO, ZH_FILE
from tests.server.waiting import waited

Client = TestClient
WORKS = "/api/v1/works"
PIECE = {"Content-Type": "application/offset+octet-stream"}


class Threads(Workers):
    """Does the works on threads of this process: what they do is the same, and soon done."""

    def __init__(self, settings: Settings) -> None:
        self.bounds = Bounds(timeout_s=settings.short_timeout_s, memory_mib=100_000)
        self.threads = 1
        self._folder = str(settings.data.absolute())
        self._threads = ThreadPoolExecutor(settings.workers + 2)

    def warm(self) -> None:
        """Nothing has to be started."""

    def check(self) -> None:
        """Threads do not break."""

    def work(self, function: Callable[..., Any], *args: Any, timeout_s: float) -> Future[Any]:
        """Do a work."""
        return self._threads.submit(function, *args)

    async def short(self, function: Callable[..., Any], *args: Any) -> Any:
        """Answer a call."""
        try:
            return await asyncio.wrap_future(self._threads.submit(function, *args, self.bounds))
        except BilingualError as error:
            raise self._shown(error) from None

    def close(self) -> None:
        """Wait for what is being done."""
        self._threads.shutdown(cancel_futures=True)


def client_of(settings: Settings, *, processes: bool = False) -> Client:
    """A client of a service with these settings; it runs within ``with``."""
    workers = None if processes else Threads(settings)
    return TestClient(
        application(Service.of(settings, workers)),
        base_url="http://127.0.0.1:8765",
        raise_server_exceptions=False,
        follow_redirects=False,
    )


def service_behind(client: Client) -> Service:
    """The service that a client calls."""
    service: Service = client.app.state.service  # type: ignore[attr-defined]
    return service


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


def ended(client: Client, url: str, **options: Any) -> dict[str, Any]:
    """A work, when it has ended."""

    def work() -> dict[str, Any] | None:
        found: dict[str, Any] = client.get(url, **options).json()
        return None if found["state"] in ("queued", "running") else found

    return waited(work) or {}


def submitted(client: Client, bo: bytes = FAULTY_BO, **more: Any) -> dict[str, Any]:
    """A small work, multipart."""
    files = {"bo": ("bo.srt", bo), "zh": ("zh.srt", ZH_FILE)}
    answer = client.post(WORKS, files=files, **more)
    assert answer.status_code == 202, answer.text
    made: dict[str, Any] = answer.json()
    return made


def upload(client: Client, name: str, data: bytes) -> str:
    """A file, uploaded in two pieces."""
    made = client.post("/api/v1/uploads", json={"name": name, "bytes": len(data)})
    assert made.status_code == 201, made.text
    url = made.json()["url"]
    for start, end in ((0, len(data) // 2), (len(data) // 2, len(data))):
        headers = PIECE | {"Upload-Offset": str(start)}
        answer = client.patch(url, content=data[start:end], headers=headers)
        assert answer.json()["received"] == end
    return str(made.json()["id"])
