"""A fetch that is killed, at every step of it, leaves nothing half-written after the next start."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeVar
from urllib.request import urlopen

import pytest

from bilingual import weights
from bilingual.errors import ModelError
from bilingual.files import remove_leftovers
from bilingual.weights import sources
from tests.weights.conftest import WHOLE

T = TypeVar("T")
posix = pytest.mark.skipif(os.name != "posix", reason="kills by signal")

WATCHED = ("open", "os.", "shutil.", "subprocess.", "tempfile.", "fcntl.")
"""Audit events of what reaches the file system."""


def steps_until(limit: int, work: Callable[[], object]) -> int:
    """Do the work in a child that is killed at its step ``limit``; its status, as waited for."""
    child = os.fork()
    if child == 0:
        done = 0

        def step(event: str, _: object) -> None:
            nonlocal done
            if event.startswith(WATCHED):
                done += 1
                if done == limit:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(step)
        try:
            work()
        finally:
            os._exit(0)
    return os.waitpid(child, 0)[1]


def files_of(cache: Path) -> set[str]:
    """What lies in the cache, but for locks and the folder of notes."""
    found = (path for path in cache.rglob("*") if path.is_file())
    return {path.relative_to(cache).as_posix() for path in found if path.suffix != ".lock"}


@posix
def test_at_every_step(shelf: Path, tmp_path: Path) -> None:
    """The wheels lie there by hand, so that every step is this process's own."""
    cache = tmp_path / "cache"
    killed = 0
    for limit in range(1, 1000):
        shutil.rmtree(cache, ignore_errors=True)
        status = steps_until(limit, lambda: weights.fetch("halves", folder=shelf))
        if status == 0:
            break
        assert os.WTERMSIG(status) == signal.SIGKILL
        killed += 1
        # What is there under the model's name is whole or nothing, at once.
        (state, _) = weights.status("halves")
        assert state.state in ("absent", "ready")
        remove_leftovers()
        assert files_of(cache) <= {"models/halves/text/whole.bin"}
        if limit % 5 == 0:  # and the next fetch is none the worse for it
            assert weights.fetch("halves", folder=shelf).read_bytes() == WHOLE
            assert files_of(cache) == {"models/halves/text/whole.bin"}
    assert status == 0
    assert killed > 30


@posix
def test_while_a_damaged_model_is_replaced(shelf: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    killed = 0
    for limit in range(1, 1000, 2):
        damaged = weights.fetch("halves", folder=shelf)
        damaged.write_bytes(WHOLE[:-1])
        status = steps_until(limit, lambda: weights.fetch("halves", folder=shelf))
        if status == 0:
            break
        killed += 1
        remove_leftovers()
        assert files_of(cache) <= {"models/halves/text/whole.bin"}
        assert weights.fetch("halves", folder=shelf).read_bytes() == WHOLE
    assert killed > 15


FETCH = """
import sys
from pathlib import Path
from bilingual import weights
from bilingual.weights import registry, store
for module in (registry, store):
    module.models_folder = lambda: Path(sys.argv[1])
weights.fetch("halves")
"""


@posix
@pytest.mark.parametrize("which", [signal.SIGKILL, signal.SIGTERM])
def test_while_pip_runs(shelf: Path, tmp_path: Path, which: signal.Signals) -> None:
    """pip ends with it, and its folder goes at the next start."""
    cache = tmp_path / "cache"
    child = subprocess.Popen(
        [sys.executable, "-c", FETCH, str(tmp_path / "models")], stderr=subprocess.DEVNULL
    )
    log = wait_for(lambda: next(cache.rglob("pip.log"), None))
    child.send_signal(which)
    child.wait()
    scratch = str(log.parent).encode()
    assert wait_for(lambda: not processes_in(scratch))
    remove_leftovers()
    assert files_of(cache) == set()
    assert weights.fetch("halves", folder=shelf).read_bytes() == WHOLE


def processes_in(folder: bytes) -> list[str]:
    """Processes whose environment names a folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if folder in (entry / "environ").read_bytes():
                found.append(entry.name)
        except OSError:
            continue
    return found


def wait_for(look: Callable[[], T | None]) -> T:
    for _ in range(600):
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError("it never came")


@pytest.fixture
def stalling() -> Iterator[str]:
    """An address that sends half of the file, then nothing, or more than there is of it."""
    stop = threading.Event()

    class Half(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            if self.path == "/half":
                self.wfile.write(b"f")
                self.wfile.flush()
                stop.wait(60)
            while self.path == "/endless" and not stop.is_set():
                try:
                    self.wfile.write(bytes(1 << 20))
                except OSError:
                    return

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Half)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    stop.set()
    server.shutdown()
    server.server_close()


@posix
def test_while_a_server_sends(
    shelf: Path, tmp_path: Path, stalling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "urlopen", lambda request, timeout: urlopen(stalling + "/half"))
    child = os.fork()
    if child == 0:
        weights.fetch("halves", form="single")
        os._exit(1)
    cache = tmp_path / "cache"
    wait_for(lambda: next(cache.rglob("far.bin"), None))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert not weights.is_present("halves", "single")
    remove_leftovers()
    assert files_of(cache) == set()


def test_a_server_that_sends_more_than_there_is_of_it(
    tmp_path: Path, stalling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "urlopen", lambda request, timeout: urlopen(stalling + "/endless"))
    target = tmp_path / "far.bin"
    with pytest.raises(ModelError) as caught:
        sources.download_url(
            "https://there.is.none/far.bin",
            target,
            sha256=64 * "0",
            size=3,
            name="halves",
            progress=lambda done: None,
        )
    assert caught.value.code == "model-hash-mismatch"
    assert target.stat().st_size <= 3
