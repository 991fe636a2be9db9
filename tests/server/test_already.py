"""Started once more, it leads to the page that is there."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.running import HOME, PROGRAM, Running
from tests.support import unmeasured

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="signals of POSIX"),
]


def started(data: Path, port: int | str, *more: str) -> subprocess.CompletedProcess[str]:
    """What a second start says and how it ends; one that goes on running is an error."""
    return subprocess.run(
        [
            *(sys.executable, "-P", *PROGRAM, "serve", "--no-open", "--lang", "en"),
            *("--data", str(data), "--port", str(port), *more),
        ],
        env={**os.environ, "PYTHONPATH": HOME},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.fixture
def first(tmp_path: Path) -> Iterator[Running]:
    """A service that is there already; whatever comes of the test, it is ended."""
    running = Running(tmp_path / "data", environment={**unmeasured(), "PYTHONPATH": HOME})
    yield running
    if running.process.poll() is None:
        running.end()


def test_a_second_start_leads_to_the_first(first: Running, tmp_path: Path) -> None:
    port = first.address.rsplit(":", 1)[1]
    note = tmp_path / "data" / ".address"
    assert stat.S_IMODE(note.stat().st_mode) == 0o600
    again = started(tmp_path / "data", port)
    assert again.returncode == 0
    assert again.stdout == f"It is running already. Open in a browser: {first.address}/\n"
    # What is asked for is another: it says why it cannot be had.
    other = started(tmp_path / "data", 0)
    assert other.returncode == 2
    assert "Another bilingual serve is using the data folder" in other.stderr
    assert note.exists()
    elsewhere = started(tmp_path / "other", port)
    assert elsewhere.returncode == 2
    assert f"port {port}" in elsewhere.stderr
    assert first.call("GET", "/")[0] == 200
    assert first.end() in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
    assert not note.exists()


def test_what_is_noted_counts_only_while_a_service_has_the_folder(
    first: Running, tmp_path: Path
) -> None:
    """After a kill the port may be anybody's: no browser is led there."""
    port = int(first.address.rsplit(":", 1)[1])
    first.end(signal.SIGKILL)
    assert (tmp_path / "data" / ".address").exists()
    with socket.create_server(("127.0.0.1", port)):
        again = started(tmp_path / "data", port)
        assert again.returncode == 2
        assert f"port {port}" in again.stderr


@pytest.mark.parametrize(
    "noted", ["http://example.org:{port}/", "http://127.0.0.1:{port}/x", "{port}", ""]
)
def test_no_other_address_is_opened(first: Running, tmp_path: Path, noted: str) -> None:
    port = first.address.rsplit(":", 1)[1]
    (tmp_path / "data" / ".address").write_text(noted.format(port=port), encoding="utf-8")
    assert started(tmp_path / "data", port).returncode == 2
