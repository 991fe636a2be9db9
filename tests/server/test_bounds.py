"""What a caller may ask for, and how much of it at once: parts of films, names, open requests."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import pytest

from bilingual.server.access import ADDRESS_OPEN, CALLER_OPEN, OPEN, Boundary
from bilingual.server.metrics import Metrics
from bilingual.server.sessions import Sessions
from bilingual.server.settings import Settings
from bilingual.server.store import Store
from tests.server.client import (
    WORKS,
    Client,
    ended,
    problem,
    service_behind,
    submitted,
)
from tests.server.conftest import TOKENS, tokens
from tests.server.tracks import SOUND_BO

FILM = bytes(range(256)) * 4
KIND = {"Content-Type": "multipart/form-data; boundary=b"}
HEAD = b'--b\r\nContent-Disposition: form-data; name="bo"; filename="bo.srt"\r\n\r\n'


@pytest.fixture(scope="module")
def film(shared: Client) -> str:
    """The address of a film."""
    answer = shared.post(WORKS, files={"video": ("film.mp4", FILM)})
    return str(answer.json()["url"]) + "/video"


@pytest.mark.parametrize(
    ("asked", "part"),
    {
        "bytes=0-0": (0, 1),
        "bytes=1000-": (1000, 1024),
        "bytes=1000-99999": (1000, 1024),
        "bytes=-24": (1000, 1024),
        "bytes=-5000": (0, 1024),
    }.items(),
)
def test_a_part_of_a_film_is_sent(shared: Client, film: str, asked: str, part: Any) -> None:
    answer = shared.get(film, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == FILM[slice(*part)]
    assert answer.headers["content-range"] == f"bytes {part[0]}-{part[1] - 1}/{len(FILM)}"
    assert answer.headers["content-type"] == "video/mp4"


@pytest.mark.parametrize("asked", [
    "bytes=5-2", "bytes=a-b", "items=0-1", "bytes=", "bytes=-", "bytes=--1", "0-1",
    "bytes=" + "9" * 5000 + "-", "bytes=1-²", "bytes=0-1,5-6", "bytes=" + ",".join(["0-"] * 3000),
], ids=lambda asked: asked[:20])  # fmt: skip
def test_a_part_that_is_none_is_passed_over(shared: Client, film: str, asked: str) -> None:
    answer = shared.get(film, headers=[(b"Range", asked.encode("latin-1"))])
    assert (answer.status_code, answer.content) == (200, FILM)


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=999999999999999999-", "bytes=-0"])
def test_a_part_behind_the_end_is_not_there(shared: Client, film: str, asked: str) -> None:
    answer = shared.get(film, headers={"Range": asked})
    problem(answer, 416, "range-none")
    assert answer.headers["content-range"] == "bytes */1024"


def test_a_part_of_another_film_is_not_put_to_this_one(shared: Client, film: str) -> None:
    tag = shared.head(film).headers["etag"]
    for known, status in ((tag, 206), ('"another"', 200), ("Sun, 29 Nov 2026 09:34:39 GMT", 200)):
        answer = shared.get(film, headers={"Range": "bytes=2-3", "If-Range": known})
        assert answer.status_code == status, known
        assert answer.content == (FILM[2:4] if status == 206 else FILM)


def test_what_is_kept_is_called_by_a_name_that_hides_nothing(shared: Client) -> None:
    form = json.dumps({"title": "../太阳\u202excod.:x/y"})
    work = ended(shared, submitted(shared, data={"form": form})["url"])
    assert work["state"] == "done", work
    for link in ("sheet.xlsx", "annex.pdf"):
        answer = shared.get(work["links"][link])
        assert answer.status_code == 200, answer.text
        name = unquote(answer.headers["content-disposition"].partition("''")[2])
        assert name.startswith(".._太阳⟨U+202E⟩xcod.")
        assert name.isprintable()
        assert not set(name) & set('/\\:*?"<>|')


def test_what_belongs_to_no_field_is_counted(
    serving: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bilingual.server.multipart.TEXT_BYTES", 100)
    client = serving(max_upload_bytes=10_000)

    def body() -> Iterator[bytes]:  # its length is not said
        yield HEAD + SOUND_BO + b"\r\n--b--\r\n"
        for _ in range(20):
            yield b"x" * 1000

    problem(client.post(WORKS, content=body(), headers=KIND), 413, "upload-large")
    assert client.get(WORKS).json()["works"] == []
    assert list(service_behind(client).folders.uploads.iterdir()) == []


_STORES = contextlib.ExitStack()


@pytest.fixture(autouse=True)
def closed_stores() -> Iterator[None]:
    yield
    _STORES.close()


def opened(folder: Path) -> Store:
    """A store that is closed after the test."""
    return _STORES.enter_context(contextlib.closing(Store(folder)))


class _Calls:
    """Calls of an application that answers none of them until it is told to."""

    def __init__(self, folder: Path, *, needs_token: bool) -> None:
        settings = Settings(data=folder, tokens=tokens() if needs_token else ())
        sessions = Sessions(opened(folder), settings.tokens)
        self.app = Boundary(self._waits, settings=settings, sessions=sessions, metrics=Metrics())
        self.going = asyncio.Event()
        self.waiting = 0

    async def _waits(self, scope: Any, receive: Any, send: Any) -> None:
        self.waiting += 1
        await self.going.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def call(
        self, token: str = "", line: str = f"GET {WORKS}", *, address: str = "192.0.2.1"
    ) -> tuple[int, dict[bytes, bytes], str]:
        """The status and the headers of an answer, and the code of a problem."""
        method, path = line.split()
        headers = [(b"host", b"127.0.0.1")]
        if token:
            headers.append((b"authorization", f"Bearer {token}".encode()))
        if method == "POST":
            headers.append((b"content-length", b"9"))
        scope = {
            "type": "http", "method": method, "path": path, "query_string": b"",
            "headers": headers, "client": (address, 40_000),
        }  # fmt: skip
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        await self.app(scope, receive, send)
        said = json.loads(sent[1]["body"] or b"{}")
        return sent[0]["status"], dict(sent[0]["headers"]), said.get("code", "")

    async def held(self, number: int, *asked: str, **more: str) -> list[asyncio.Task[Any]]:
        """So many calls that are not answered yet."""
        before = self.waiting
        tasks = [asyncio.create_task(self.call(*asked, **more)) for _ in range(number)]
        while self.waiting < before + number:
            assert not any(task.done() for task in tasks), "a call was refused"
            await asyncio.sleep(0)
        return tasks


LOG_IN: Final = "POST /api/v1/session"
READ_BY_ALL: Final = ("/healthz", "/api/v1/openapi.json", "/login", "/assets/common.js")
MAKER, SECOND = TOKENS["maker"][1], TOKENS["second"][1]


def test_nobody_holds_all_that_others_could_ask_for(tmp_path: Path) -> None:
    async def played() -> None:
        calls = _Calls(tmp_path, needs_token=True)
        held = await calls.held(CALLER_OPEN, MAKER)
        status, headers, code = await calls.call(MAKER)
        assert (status, headers[b"retry-after"], code) == (429, b"5", "open-many")
        assert headers[b"content-type"] == b"application/problem+json"
        held += await calls.held(1, SECOND)
        calls.going.set()
        assert {status for status, *_ in await asyncio.gather(*held)} == {200}
        assert (await calls.call(MAKER))[0] == 200

    asyncio.run(played())


def test_who_shows_no_token_shuts_out_neither_others_nor_a_probe(tmp_path: Path) -> None:
    async def played() -> None:
        calls = _Calls(tmp_path, needs_token=True)
        held = await calls.held(ADDRESS_OPEN, "", LOG_IN)
        status, headers, code = await calls.call("", LOG_IN)
        assert (status, headers[b"retry-after"], code) == (429, b"5", "open-unknown")
        for number in range(2, CALLER_OPEN // ADDRESS_OPEN + 1):
            held += await calls.held(ADDRESS_OPEN, "", LOG_IN, address=f"192.0.2.{number}")
        # From many addresses logins can be held up, but neither the tokens' calls ...
        assert (await calls.call("", LOG_IN, address="192.0.2.99"))[2] == "open-unknown"
        held += await calls.held(CALLER_OPEN, MAKER)
        held += await calls.held(CALLER_OPEN, SECOND)
        assert (await calls.call(MAKER, LOG_IN))[2] == "open-many"
        assert (await calls.call(TOKENS["office"][1]))[2] == "too-busy"
        # ... nor what everybody may read, even when all is full.
        for path in READ_BY_ALL:
            for token in ("", MAKER):
                held += await calls.held(1, token, f"GET {path}")
        calls.going.set()
        assert {status for status, *_ in await asyncio.gather(*held)} == {200}
        assert (await calls.call("", LOG_IN))[0] == 200

    asyncio.run(played())


def test_more_than_can_be_answered_at_once_are_asked_to_come_back(tmp_path: Path) -> None:
    async def played() -> None:
        calls = _Calls(tmp_path, needs_token=False)
        held = await calls.held(OPEN)
        status, headers, code = await calls.call()
        assert (status, headers[b"retry-after"], code) == (503, b"5", "too-busy")
        held += await calls.held(1, "", "GET /healthz")
        calls.going.set()
        await asyncio.gather(*held)
        assert (await calls.call())[0] == 200

    asyncio.run(played())


class _Clock:
    """A clock that a test sets."""

    now = 1000.0

    def monotonic(self) -> float:
        """The seconds of it."""
        return self.now


class _Dripping:
    """A service that reads bodies, and a caller whose body drips in, on a clock of its own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = _Clock()
        monkeypatch.setattr("bilingual.server.access.time", self.clock)
        for waited_for in ("_SOON_S", "_LINGER_S"):  # after an early answer
            monkeypatch.setattr(f"bilingual.server.access.{waited_for}", 0.0)
        settings = Settings(data=folder)
        sessions = Sessions(opened(folder), ())
        self.app = Boundary(self._reads, settings=settings, sessions=sessions, metrics=Metrics())
        self.others: list[int] = []

    async def _reads(self, scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def call(self, receive: Any, *headers: tuple[bytes, bytes]) -> int:
        """The status of an answer to a request whose body comes like this."""
        scope = {
            "type": "http", "method": "POST", "path": "/api/v1/inspect", "query_string": b"",
            "headers": [(b"host", b"127.0.0.1"), *headers],
        }  # fmt: skip
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        return int(sent[0]["status"])

    async def dripped(self, speed: int, seconds: int) -> int:
        """The status of a body of so many bytes a second that lasts so long.

        Another one calls after every second of it.
        """
        left = seconds

        async def receive() -> Any:
            nonlocal left
            await asyncio.sleep(0)
            left -= 1
            self.clock.now += 1.0
            self.others.append(await self.call(nothing))
            return {"type": "http.request", "body": bytes(speed), "more_body": left > 0}

        async def nothing() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        length = str(speed * seconds).encode()
        return await self.call(receive, (b"content-length", length))


@pytest.mark.parametrize(
    ("speed", "status", "seconds"),
    [(1, 408, 61), (100, 408, 66), (900, 408, 496), (1024, 200, 600)],
)
def test_a_body_that_drips_is_given_up_and_others_are_answered_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, speed: int, status: int, seconds: int
) -> None:
    dripping = _Dripping(tmp_path, monkeypatch)
    assert asyncio.run(dripping.dripped(speed, 600)) == status
    assert seconds <= len(dripping.others) <= seconds + 5
    assert set(dripping.others) == {200}


def test_a_body_of_which_nothing_comes_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bilingual.server.access.IDLE_S", 0.05)
    dripping = _Dripping(tmp_path, monkeypatch)

    async def receive() -> Any:
        await asyncio.Event().wait()

    assert asyncio.run(dripping.call(receive, (b"content-length", b"10"))) == 408
