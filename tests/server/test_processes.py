"""The service as it runs: processes that are killed, lines that break, callers that dawdle."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.media import clips
from tests.media.hostile import SECRET as WORD
from tests.media.hostile import corpus
from tests.server.running import Running
from tests.server.tracks import FAULTY_BO, SOUND_BO, ZH_FILE
from tests.server.waiting import waited

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="signals of POSIX"),
]

SECRET = "a secret of twenty-four characters"


class Told(HTTPServer):
    """Somebody who is told of ends of works."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Listener)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """Where he is told."""
        return f"http://127.0.0.1:{self.server_port}/hook?from=bilingual"


class _Listener(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Told)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((dict(self.headers.items()), body))
        self.server.asked.append(self.path)
        self.send_response(204 if len(self.server.heard) > 1 else 307)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    listener = Told()
    yield listener
    listener.shutdown()
    listener.server_close()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, told: Told) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("running")
    hooks = folder / "webhooks.toml"
    hooks.write_text(f'secret = "{SECRET}"\naddresses = ["{told.address}"]\n', encoding="utf-8")
    running = Running(folder / "data", "--webhooks", str(hooks))
    yield running
    assert running.end() in (0, -signal.SIGTERM, 128 + signal.SIGTERM)


def sent_film(service: Running, film: bytes) -> str:
    """A work of a film alone; its address."""
    head = b'Content-Disposition: form-data; name="video"; filename="film.mp4"\r\n\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    body = b"--b\r\n" + head + film + b"\r\n--b--\r\n"
    status, made = service.call("POST", "/api/v1/works", body, kind)
    assert status == 202, made
    return str(made["url"])


def test_what_was_queued_outlives_a_kill_and_what_ran_has_failed(service: Running) -> None:
    works = [service.submit(bo=FAULTY_BO, zh=ZH_FILE) for _ in range(3)]
    service.until(works[0], "running", "done")
    running = [url for url in works if service.call("GET", url)[1]["state"] == "running"]
    service.end(signal.SIGKILL)
    service.start()
    states = {url: service.until(url, "done", "failed") for url in works}
    for url, work in states.items():
        if work["state"] == "failed":
            assert work["reason"]["code"] == "work-interrupted"
            assert url in running
        else:
            assert service.call("GET", work["links"]["report.json"])[0] == 200
    assert any(work["state"] == "done" for work in states.values())


def test_a_killed_worker_costs_no_work(service: Running) -> None:
    url = service.submit(bo=SOUND_BO, zh=ZH_FILE)
    service.until(url, "running", "done")
    for worker in service.workers():
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
    work = service.until(url, "done", "failed")
    assert work["state"] == "done", work["reason"]
    assert service.call("GET", work["links"]["fixes"])[0] in (200, 422, 503)
    # What broke is replaced.
    waited(lambda: service.call("GET", work["links"]["fixes"])[0] == 200, pause_s=0.5)
    assert service.call("GET", f"{work['links']['report.html']}?lang=en")[0] == 200


def test_a_running_work_is_cancelled_and_deleted(service: Running, tmp_path: Path) -> None:
    film = clips.make(tmp_path / "film.mp4", clips.picture(seconds=60), clips.tone(60))
    for ending in ("cancel", "delete"):
        url = sent_film(service, Path(film).read_bytes())
        service.until(url, "running")
        if ending == "cancel":
            assert service.call("POST", f"{url}/cancel")[1]["state"] == "cancelled"
            assert service.call("GET", f"{url}/report.json")[0] == 404
        assert service.call("DELETE", url)[0] == 204
        assert service.call("GET", url)[0] == 404
    # The process that did the work is free for the next one.
    url = service.submit(bo=SOUND_BO)
    assert service.until(url, "done", "failed")["state"] == "done"


HOSTILE = {
    "samples-by-the-million", "tables-of-nothing", "picture-of-a-gigapixel", "boxes-within-boxes",
    "index-compressed", "headers-without-end", "half", "rmra-file",
}  # fmt: skip


def test_a_hostile_film_hurts_its_own_process_alone(
    service: Running, told: Told, tmp_path: Path
) -> None:
    clip = clips.make(tmp_path / "clip.mp4", clips.picture(seconds=2), clips.tone(2))
    cases = [one for one in corpus(tmp_path / "hostile", clip, told.address) if one.kind in HOSTILE]
    assert {one.kind for one in cases} == HOSTILE
    process, calls = service.process.pid, len(told.heard)
    works = {one.kind: sent_film(service, one.path.read_bytes()) for one in cases}
    sound = service.submit(bo=SOUND_BO, zh=ZH_FILE)
    for kind, url in works.items():
        work = service.until(url, "done", "failed")
        if work["state"] == "failed":
            assert work["reason"]["message"], kind
            assert WORD not in json.dumps(work)
    assert service.until(sound, "done", "failed")["state"] == "done"
    assert service.call("GET", "/healthz") == (200, {"status": "ok"})
    assert service.process.poll() is None
    assert service.process.pid == process
    assert len(told.heard) == calls  # nothing in a film makes anybody call anywhere
    lines = service.log.read_text("utf-8").splitlines()
    events = [json.loads(line) for line in lines if line.startswith("{")]
    assert [one for one in events if one["event"] == "failure"] == []


def test_a_film_that_ends_its_process_each_time_fails_alone(
    service: Running, tmp_path: Path
) -> None:
    film = clips.make(tmp_path / "film.mp4", clips.picture(seconds=60), clips.tone(60))
    url = sent_film(service, Path(film).read_bytes())

    def over() -> bool:
        if service.until(url, "running", "failed", "done")["state"] != "running":
            return True
        for worker in service.workers():  # as a decoder ends that is led astray
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGSEGV)
        return False

    waited(over, pause_s=0.3)
    work = service.call("GET", url)[1]
    assert work["state"] == "failed"
    assert work["reason"]["code"] in ("work-died", "work-lost")
    sound = service.submit(bo=SOUND_BO, zh=ZH_FILE)
    assert service.until(sound, "done", "failed")["state"] == "done"


def test_the_end_of_a_work_is_told_signed_until_it_arrives(service: Running, told: Told) -> None:
    form = b'--b\r\nContent-Disposition: form-data; name="bo"; filename="bo.srt"\r\n\r\n' + SOUND_BO
    hook = json.dumps({"webhook": told.address}).encode()
    form += b'\r\n--b\r\nContent-Disposition: form-data; name="settings"\r\n\r\n' + hook
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    _, made = service.call("POST", "/api/v1/works", form + b"\r\n--b--\r\n", kind)
    waited(lambda: len(told.heard) >= 2)  # the first answer was 500
    (first, body), (second, again) = told.heard[:2]
    assert body == again
    assert set(told.asked) == {"/hook?from=bilingual"}  # and not where the answer led
    assert json.loads(body) | {"verdict": None} == {
        "type": "work.ended", "work": made["id"], "state": "done", "verdict": None
    }  # fmt: skip
    assert first["webhook-id"] == second["webhook-id"]
    signed = f"{second['webhook-id']}.{second['webhook-timestamp']}.".encode() + again
    digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()
    assert second["webhook-signature"] == "v1," + base64.b64encode(digest).decode()


def test_others_are_answered_while_callers_dawdle(service: Running) -> None:
    host, port = service.address.removeprefix("http://").split(":")
    slow = [socket.create_connection((host, int(port))) for _ in range(20)]
    try:
        for number, line in enumerate(slow):
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: " if number % 2 else b"P")
        assert service.call("GET", "/healthz") == (200, {"status": "ok"})
        for line in slow:
            line.settimeout(120)
            with contextlib.suppress(ConnectionError):
                assert line.recv(1000) == b""  # ended, without an answer
    finally:
        for line in slow:
            line.close()


def test_a_body_shorter_than_it_says_leaves_nothing(service: Running) -> None:
    before = service.call("GET", "/api/v1/works")[1]["works"]
    host, port = service.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as line:
        head = (
            f"POST /api/v1/works HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 5000\r\n"
            "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        )
        line.sendall(
            head.encode() + b'--b\r\nContent-Disposition: form-data; name="bo"; '
            b'filename="bo.srt"\r\n\r\nhalf'
        )
    waited(lambda: not list((service.data / "uploads").iterdir()))
    assert service.call("GET", "/api/v1/works")[1]["works"] == before


def test_a_hundred_thousand_fields_are_refused(service: Running) -> None:
    field = b'--b\r\nContent-Disposition: form-data; name="files"; filename="x"\r\n\r\nx\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    status, answer = service.call("POST", "/api/v1/works", field * 100_000, kind)
    assert (status, answer["code"]) == (413, "field-many")
    assert list((service.data / "uploads").iterdir()) == []


def test_the_examples_of_the_docs_run(
    service: Running,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pages = [Path(__file__).parents[2] / "docs" / name for name in ("serve.md", "serve.zh.md")]
    if not pages[0].is_file():
        pytest.skip("the docs lie in the checkout")
    code = [page.read_text("utf-8").split("```python\n")[1:] for page in pages]
    blocks = [[block.split("```")[0] for block in blocks] for blocks in code]
    assert blocks[0] == blocks[1]
    assert len(blocks[0][0].strip().splitlines()) <= 40
    (tmp_path / "sun.bo.srt").write_bytes(FAULTY_BO)
    (tmp_path / "sun.zh.srt").write_bytes(ZH_FILE)
    monkeypatch.chdir(tmp_path)
    text = "\n".join(blocks[0]).replace("http://127.0.0.1:8765", service.address)
    exec(compile(text, "docs/serve.md", "exec"), {"__name__": "example"})
    assert "untranslated" in capsys.readouterr().out


def test_the_log_is_json_without_names(service: Running) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    status, _ = service.call("POST", "/api/v1/works", b"no boundary", kind)
    assert status == 400
    hint, *lines = service.log.read_text("utf-8").splitlines()
    assert "Ctrl+C" in hint
    # Where other tests have killed it and its workers, Python's own process that counts
    # semaphores has written beside the log.
    lines = [line for line in lines if line.startswith("{")]
    events = [json.loads(line) for line in lines]
    assert "python_multipart" in {one["logger"].split(".")[0] for one in events}
    assert {"request", "queued", "begun", "ended"} <= {one["event"] for one in events}
    assert all(".srt" not in line for line in lines)
    assert sys.executable not in "\n".join(lines)
