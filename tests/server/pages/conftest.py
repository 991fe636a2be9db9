"""A service in a process of its own, and a browser before it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bilingual.sample.faults import plant
from bilingual.sample.script import script
from bilingual.server.pages.served import asset
from tests.media.clips import make, picture, tone
from tests.render.browser import chromium
from tests.server.running import HOME

TOKENS = {
    "卓玛": ("review", "drolma-reads-0123456789"),
    "李老师": ("review", "teacher-li-reads-01234567"),
    "office": ("operate", "office-0123456789-abc"),
}
MAKERS = {"扎西": ("submit", "tashi-makes-0123456789"), "李": ("submit", "li-makes-01234567890123")}

HIDDEN = "\u200b"


def asset_of(name: str) -> bytes:
    """A file of the pages as it is in the tree that is tested."""
    found = asset(name)
    assert found is not None, name
    return found.body


class Served:
    """``bilingual serve`` over a folder; it can be ended and started anew at its address."""

    def __init__(self, data: Path, *options: str) -> None:
        self._data, self._options = data, options
        self.port = 0
        self.log: list[str] = []
        self.start()

    def start(self) -> None:
        """Start it, at the port that it had before."""
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-P", "-m", "bilingual", "serve", "--port", str(self.port)),
                *("--data", str(self._data), "--no-open", "--asr", "off", "--workers", "1"),
                *self._options,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": HOME},  # the tree that is tested
        )
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._reading = threading.Thread(target=self.log.extend, args=(self._process.stderr,))
        self._reading.start()
        said = self._process.stdout.readline()
        assert "http://127.0.0.1:" in said, (said, self.log)
        self.address = "http://127.0.0.1:" + said.split("http://127.0.0.1:")[1].split("/")[0]
        self.port = int(self.address.rsplit(":", 1)[1])
        with urllib.request.urlopen(self.address + "/assets/service.js", timeout=600) as answer:
            assert answer.read() == asset_of("service.js"), "another tree is served"

    def end(self) -> None:
        """End it as a user does."""
        self._process.terminate()
        self._process.wait(timeout=60)
        self._reading.join()
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real Chromium."""
    with chromium(loopback=True) as started:
        yield started


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that tests share which count nothing of what is in it."""
    one = Served(tmp_path_factory.mktemp("service") / "data")
    yield one
    one.end()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Start a service with these options; all of them end with the test."""
    started: list[Served] = []

    def make_one(*options: str) -> Served:
        started.append(Served(tmp_path / f"data{len(started)}", *options))
        return started[-1]

    yield make_one
    for one in started:
        one.end()


@pytest.fixture(scope="session")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The five planted faults, one that can be fixed for certain, and a short film."""
    folder = tmp_path_factory.mktemp("works") / "太阳"
    folder.mkdir()
    words = script()
    zh = words.track("zh")
    bo, _ = plant(words.track("bo"), zh)
    text, cue = bo.to_srt(), bo.cues[5].text
    (folder / "bo.srt").write_text(text.replace(cue, cue[:4] + HIDDEN + cue[4:]), "utf-8")
    (folder / "zh.srt").write_text(zh.to_srt(), "utf-8")
    make(folder / "太阳.mp4", picture(seconds=6), tone(6))
    return folder


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    """A file with the tokens of two who submit, two who review, one who runs the service."""
    path = tmp_path / "tokens.txt"
    everybody = {**TOKENS, **MAKERS}
    lines = [f"{name} {scope} {token}\n" for name, (scope, token) in everybody.items()]
    path.write_text("".join(lines), encoding="utf-8")
    path.chmod(0o600)
    return path
