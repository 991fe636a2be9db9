"""Answers that come before a request's body was read reach the caller whole."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.server.running import Running

LATER_S = 0.3  # long after the head was answered, where it is answered at once
PATIENT = """
from bilingual.server import access
access._SOON_S = access._LINGER_S = 3600.0
from bilingual.cli import main
main()
"""  # a machine that does much else may keep either side waiting for long


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service of its own."""
    running = Running(tmp_path_factory.mktemp("early") / "data", program=("-c", PATIENT))
    yield running
    running.end()


@pytest.fixture
def caller(service: Running) -> Iterator[socket.socket]:
    """A connection."""
    host, _, port = service.address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as found:
        yield found


def head(service: Running, path: str, *lines: str, method: str = "POST") -> bytes:
    """The head of a request."""
    host = service.address.removeprefix("http://")
    return "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: {host}", *lines, "", ""]).encode()


def answer(caller: socket.socket) -> tuple[int, bytes]:
    """The status and the head of an answer, of which the body is read, too."""
    got = b""
    while b"\r\n\r\n" not in got:
        piece = caller.recv(65536)
        assert piece, got
        got += piece
    first, _, rest = got.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in first.lower().splitlines()
        if line.startswith(b"content-length")
    )
    while len(rest) < length:
        rest += caller.recv(65536)
    return int(first.split()[1]), first.lower()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/api/v1/uploads", 415),
        ("POST", "/api/v1/nothing", 404),
        ("PATCH", "/api/v1/works", 405),
    ],
)
def test_a_small_body_that_comes_later_leaves_the_connection_usable(
    service: Running, caller: socket.socket, method: str, path: str, status: int
) -> None:
    body = b"x" * 20_000
    lines = ("Content-Type: text/plain", f"Content-Length: {len(body)}")
    caller.sendall(head(service, path, *lines, method=method))
    caller.settimeout(LATER_S)
    with pytest.raises(TimeoutError):
        caller.recv(1)
    caller.settimeout(60)
    caller.sendall(body)
    found, first = answer(caller)
    assert found == status
    assert b"connection: close" not in first
    caller.sendall(head(service, "/healthz", method="GET"))
    assert answer(caller)[0] == 200


def test_the_answer_to_a_large_body_is_read_after_it_was_sent(
    service: Running, caller: socket.socket
) -> None:
    body = b"x" * (32 << 20)
    lines = ("Content-Type: text/plain", f"Content-Length: {len(body)}")
    caller.sendall(head(service, "/api/v1/uploads", *lines))
    caller.sendall(body)
    found, first = answer(caller)
    assert found == 415
    assert b"connection: close" in first
    assert caller.recv(1) == b""


def test_a_caller_who_waits_to_be_asked_is_not_asked_for_a_body_that_is_refused(
    service: Running, caller: socket.socket
) -> None:
    lines = ("Content-Type: text/plain", "Content-Length: 9", "Expect: 100-continue")
    caller.sendall(head(service, "/api/v1/uploads", *lines))
    found, first = answer(caller)
    assert found == 415
    assert b"connection: close" in first
