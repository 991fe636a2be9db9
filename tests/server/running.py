"""The service as a program of its own, on a port of loopback."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import bilingual
from tests.server.waiting import waited

HOME = str(Path(bilingual.__file__).parents[1])
PROGRAM: Final = ("-m", "bilingual")


class Running:
    """``bilingual serve`` over a data folder, from its start to its end."""

    def __init__(
        self,
        data: Path,
        *options: str,
        program: Sequence[str] = PROGRAM,
        flags: Sequence[str] = ("-P",),
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.data, self._options, self._program = data, options, program
        self._flags, self._folder, self._environment = flags, folder, environment
        self.log = data.parent / f"{data.name}.log"
        self.address = ""
        self.start()

    def start(self) -> None:
        """Start it; it answers when this returns."""
        command = [
            sys.executable, *self._flags, *self._program, "serve", "--port", "0", "--no-open", "--data",
            str(self.data), "--workers", "1", "--lang", "en", *self._options,
        ]  # fmt: skip
        environment = self._environment or {**os.environ, "PYTHONPATH": HOME}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=self._folder,
                env=environment,
                text=True,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("Open in a browser: http://"), self.log.read_text()[-2000:]
        self.address = line.split(": ", 1)[1].strip().rstrip("/")

    def end(self, number: int = signal.SIGTERM) -> int:
        """End it; its exit status."""
        self.process.send_signal(number)
        status = self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        return status

    def call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """The status and body of an answer, as JSON where it is that."""
        request = urllib.request.Request(
            self.address + path, body, dict(headers or {}), method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=600) as answer:
                return answer.status, _read(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _read(error)

    def submit(self, **files: bytes) -> str:
        """A work of subtitle files by role; its address."""
        body = b""
        for role, data in files.items():
            head = f'Content-Disposition: form-data; name="{role}"; filename="{role}.srt"'
            body += f"--b\r\n{head}\r\n\r\n".encode() + data + b"\r\n"
        kind = {"Content-Type": "multipart/form-data; boundary=b"}
        status, made = self.call("POST", "/api/v1/works", body + b"--b--\r\n", kind)
        assert status == 202, made
        return str(made["url"])

    def until(self, url: str, *states: str) -> dict[str, Any]:
        """A work, when it is in one of these states."""

        def found() -> dict[str, Any] | None:
            status, work = self.call("GET", url)
            assert status == 200, (url, work)
            return dict(work) if work["state"] in states else None

        # A film that leads a decoder astray takes its time, and others wait for it.
        return waited(found, pause_s=0.1, patience_s=1800) or {}

    def workers(self) -> list[int]:
        """Its processes that do works, and those beside them."""
        found: list[int] = []
        # Those that took the place of others were begun by another thread.
        for thread in Path(f"/proc/{self.process.pid}/task").iterdir():
            with contextlib.suppress(FileNotFoundError):  # it has ended
                found += map(int, (thread / "children").read_text().split())
        return found


def _read(answer: Any) -> Any:
    data = answer.read()
    kind = answer.headers.get("content-type", "")
    return json.loads(data) if "json" in kind else data
