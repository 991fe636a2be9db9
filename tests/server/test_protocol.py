"""Connections: how long one may say nothing, and how long half a request may take."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from bilingual.server import protocol

REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


async def hello(scope: Any, receive: Any, send: Any) -> None:
    """Answer a request."""
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
    )
    await send({"type": "http.response.body", "body": b"hi"})


def talked(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    monkeypatch: pytest.MonkeyPatch,
    *,
    head_s: float = 600.0,
    keep_alive_s: float = 600.0,
    answered_s: float | None = None,
) -> None:
    """A service with these clocks, and a caller.

    :param answered_s: the keep-alive's time once a request is being answered. It does not begin
        before that, so that no slow machine closes a connection before the request has come.
    """
    monkeypatch.setattr(protocol, "HEAD_S", head_s)
    state = ServerState()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        for connection in state.connections:
            if answered_s is not None and isinstance(connection, protocol.BoundedProtocol):
                connection.timeout_keep_alive = answered_s
        await hello(scope, receive, send)

    async def both() -> None:
        config = uvicorn.Config(app, ws="none", lifespan="off", log_config=None)
        config.load()
        config.timeout_keep_alive = keep_alive_s  # type: ignore[assignment]
        server = await asyncio.get_running_loop().create_server(
            lambda: protocol.BoundedProtocol(config=config, server_state=state, app_state={}),
            "127.0.0.1",
            0,
        )
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        await talk(reader, writer)
        writer.close()
        server.close()

    asyncio.run(both())


def test_a_connection_between_two_requests_is_not_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)  # longer than a head may take; so browsers open some beforehand
        for _ in range(3):
            writer.write(REQUEST)
            assert (await reader.readuntil(b"hi")).startswith(b"HTTP/1.1 200")
            await asyncio.sleep(0.3)

    talked(talk, monkeypatch, head_s=0.1)


def test_a_connection_on_which_nothing_comes_is_closed_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.read() == b""

    talked(talk, monkeypatch, keep_alive_s=0.2)


def test_a_connection_on_which_nothing_more_comes_is_closed_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(REQUEST)
        await reader.readuntil(b"hi")
        assert await reader.read() == b""

    talked(talk, monkeypatch, answered_s=0.2)


@pytest.mark.parametrize("before", [b"", REQUEST])
def test_half_a_request_is_cut_off_however_steadily_it_drips(
    monkeypatch: pytest.MonkeyPatch, before: bytes
) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if before:
            writer.write(before)
            await reader.readuntil(b"hi")
        writer.write(b"GET / HTTP/1.1\r\nX: ")
        rest = asyncio.ensure_future(reader.read())
        while not rest.done():
            writer.write(b"a")
            await asyncio.sleep(0.02)
        with suppress(ConnectionError):
            assert rest.result() == b""

    talked(talk, monkeypatch, head_s=0.1)


def test_requests_that_do_not_wait_for_answers_are_all_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(REQUEST * 3 + REQUEST[:10])
        for _ in range(3):
            await reader.readuntil(b"hi")
        await asyncio.sleep(0.02)
        writer.write(REQUEST[10:])
        await reader.readuntil(b"hi")

    talked(talk, monkeypatch)


def test_one_connection_too_many_is_asked_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "CONNECTIONS", 1)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(REQUEST)
        await reader.readuntil(b"hi")
        more, other = await asyncio.open_connection(*writer.get_extra_info("peername"))
        other.write(REQUEST)
        head, _, body = (await more.read()).partition(b"\r\n\r\n")  # it is closed then
        status, *lines = head.decode().casefold().split("\r\n")
        assert status.startswith("http/1.1 503")
        assert {"retry-after: 5", "content-type: application/problem+json"} <= set(lines)
        assert json.loads(body)["code"] == "too-busy"
        other.close()
        writer.write(REQUEST)  # who was there before is served as before
        assert (await reader.readuntil(b"hi")).startswith(b"HTTP/1.1 200")

    talked(talk, monkeypatch)
