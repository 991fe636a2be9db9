"""The calls of the page on the service are made to one on loopback: curl's, the client's, the table's."""

from __future__ import annotations

import contextlib
import io
import json
import re
import secrets
import sqlite3
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from bilingual.errors import ConfigError
from bilingual.server.app import application
from bilingual.server.service import Service
from bilingual.server.settings import Settings
from bilingual.server.tokens import load_tokens
from tests.docs.checked import CALLS, How, checked
from tests.docs.found import ROOT, Item, text, words_of
from tests.server.pages.conftest import Served
from tests.server.waiting import waited

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="the docs lie in the checkout"),
]

PAGES: Final = ("docs/serve.md", "docs/serve.zh.md")


def of(test: str) -> list[Item]:
    """What that test is for."""
    found = [one.item for one in checked() if one.by == f"{CALLS}::{test}"]
    return [item for item in found if item.kind != "question"]


@dataclass
class Office:
    """The service of the page: its tokens, its name, and what was called of it."""

    served: Served
    data: Path
    tokens: Mapping[str, str]
    called: set[str] = field(default_factory=set)

    def call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        token: str = "studio",
        host: str = "check.example.cn",
        **headers: str,
    ) -> tuple[int, Any, Any]:
        """The status, the body (as JSON where it is that) and the headers of an answer."""
        sent = {"Host": host, **{k.replace("_", "-"): v for k, v in headers.items()}}
        sent.setdefault("Authorization", f"Bearer {self.tokens[token]}")
        request = urllib.request.Request(self.served.address + path, body, sent, method=method)
        self.called.add(f"{method} {re.sub('/[a-z]{20,}', '/ID', path)}")
        try:
            with urllib.request.urlopen(request, timeout=600) as answer:
                return answer.status, _read(answer), answer.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _read(error), error.headers

    def json(self, method: str, path: str, document: Any, **headers: str) -> tuple[int, Any, Any]:
        """A call with JSON."""
        body = json.dumps(document).encode()
        return self.call(method, path, body, Content_Type="application/json", **headers)

    def ended(self, url: str) -> dict[str, Any]:
        """A work, when it has ended."""

        def found() -> dict[str, Any] | None:
            work: dict[str, Any] = self.call("GET", url)[1]
            return None if work["state"] in ("queued", "running") else work

        return waited(found, pause_s=0.2) or {}


def _read(answer: Any) -> Any:
    data = answer.read()
    return json.loads(data) if "json" in answer.headers.get("content-type", "") else data


def printed_tokens(page: str) -> str:
    """The file of tokens on a page."""
    (lines,) = re.findall("```text\n(.*?)```", text(page), re.DOTALL)
    return str(lines)


@pytest.mark.parametrize("page", PAGES)
def test_tokens_that_are_printed_are_not_accepted(page: str, tmp_path: Path) -> None:
    path = tmp_path / "tokens.txt"
    path.write_text(printed_tokens(page), encoding="utf-8")
    with pytest.raises(ConfigError) as wrong:
        load_tokens(path)
    assert (wrong.value.params["line"], wrong.value.params["problem"]) == (2, "token-short")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Started with the page's file of tokens, made as it says, under its name."""
    folder = tmp_path_factory.mktemp("office")
    rows = [row.split() for row in printed_tokens(PAGES[0]).splitlines()[1:]]
    tokens = {name: secrets.token_urlsafe(24) for name, _, _ in rows}
    lines = "".join(f"{name} {scopes} {tokens[name]}\n" for name, scopes, _ in rows)
    (folder / "tokens.txt").write_text(lines, encoding="utf-8")
    options = ("--token-file", str(folder / "tokens.txt"), "--name", "check.example.cn")
    served = Served(folder / "data", *options)
    try:
        yield Office(served=served, data=folder / "data", tokens=tokens)
    finally:
        served.end()


def multipart(fields: list[str], folder: Path) -> tuple[bytes, str]:
    """The body of curl's ``-F`` options, and its type."""
    mark, body = uuid.uuid4().hex, b""
    for given in fields:
        name, _, value = given.partition("=")
        head, data = f'Content-Disposition: form-data; name="{name}"', value.encode()
        if value.startswith("@"):
            head += f'; filename="{value[1:]}"'
            data = (folder / value[1:]).read_bytes()
        body += f"--{mark}\r\n{head}\r\n\r\n".encode() + data + b"\r\n"
    return body + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


@pytest.fixture(scope="module")
def sun(work: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the page: ``sun.mp4`` and its subtitles."""
    folder = tmp_path_factory.mktemp("sun")
    (folder / "sun.mp4").write_bytes((work / "video.mp4").read_bytes())
    for side in ("bo", "zh"):
        (folder / f"sun.{side}.srt").write_bytes((work / f"{side}.srt").read_bytes())
    return folder


@pytest.fixture(scope="module")
def submitted(office: Office, sun: Path) -> list[tuple[Item, str]]:
    """What each page's call of curl was answered, as text."""
    found = []
    for item in of("test_curl_submits_a_work"):
        if item.kind == "output":
            continue
        words = words_of(item.text.replace("$TOKEN", office.tokens["studio"]))[1:]
        options = list(zip(words[::2], words[1::2], strict=False))
        (address,) = words[2 * len(options) :]
        body, kind = multipart([value for option, value in options if option == "-F"], sun)
        headers = dict(value.split(": ", 1) for option, value in options if option == "-H")
        path = address.removeprefix("https://check.example.cn")
        assert path.startswith("/")
        status, made, _ = office.call("POST", path, body, **headers, Content_Type=kind)
        assert status == 202, made
        found.append((item, json.dumps(made, separators=(",", ":"))))
    return found


def test_curl_submits_a_work(submitted: list[tuple[Item, str]]) -> None:
    outputs = {i.page: i for i in of("test_curl_submits_a_work") if i.kind == "output"}
    for item, answer in submitted:
        shown = re.escape(outputs[item.page].text.strip()).replace("…", '[^"/]+')
        assert re.fullmatch(shown, answer), answer


def test_the_client_in_python(
    tmp_path: Path, sun: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both pages' code, to a service on this machine alone."""
    served = Served(tmp_path / "data")
    monkeypatch.chdir(sun)
    try:
        for page in PAGES:
            names: dict[str, Any] = {}
            for item in of("test_the_client_in_python"):
                if item.page == page:
                    code = item.text.replace("http://127.0.0.1:8765", served.address)
                    assert code != item.text or "class Service" in code
                    exec(compile(code, page, "exec"), names)
            assert "number-mismatch" in capsys.readouterr().out
    finally:
        served.end()


def test_every_call_is_answered(office: Office, submitted: list[tuple[Item, str]]) -> None:
    work = json.loads(submitted[0][1])
    found = office.ended(work["url"])
    assert (found["state"], found["verdict"]) == ("done", "fail")
    _, _, headers = office.call("GET", work["url"])
    assert office.call("GET", work["url"], If_None_Match=headers["etag"])[0] == 304
    events = office.call("GET", f"{work['url']}/events")[1]
    assert b"data:" in events
    for result in results():
        assert office.call("GET", f"{work['url']}/{result}")[0] == 200, result
    _with_reviews(office, work["url"])
    _with_uploads(office)
    _checked_again(office, work["url"])
    assert office.call("GET", "/api/v1/openapi.json")[0] == 200
    assert office.call("GET", "/healthz", host="127.0.0.1")[0] == 200
    assert office.call("GET", "/metrics", token="office")[0] == 200
    assert office.call("GET", "/metrics")[0] == 403  # a token for it is needed
    assert office.call("DELETE", work["url"])[0] == 204
    assert not (office.data / "works" / work["id"]).exists()
    for item in of("test_every_call_is_answered"):
        method, _, path = item.text.rpartition(" ")
        whole = f"{method or 'GET'} {path.replace('…', '/api/v1/works/ID')}"
        assert whole in office.called, (item, office.called)


def results() -> list[str]:
    """The results that the table of calls names."""
    (row,) = [line for line in text(PAGES[0]).splitlines() if "`GET …/report.json`" in line]
    found = re.findall(r"[` /]([a-z]+\.[a-z]+)`", row)
    assert len(found) == 5
    return found


def _with_reviews(office: Office, url: str) -> None:
    review = {"schema": "bilingual.review/2", "reviewer": {"name": "reader"}}
    body = json.dumps(review).encode()
    kind = {"Content_Type": "application/json"}
    assert office.call("PUT", f"{url}/review", body, token="reader", **kind)[0] == 200
    assert len(office.call("GET", f"{url}/reviews", token="reader")[1]["reviews"]) == 1
    assert office.call("GET", f"{url}/reviews/compared", token="reader")[0] == 200


def _with_uploads(office: Office) -> None:
    """A file in two pieces, the second after the line broke; then what it was taken for."""
    data = "1\n00:00:01,000 --> 00:00:02,000\n太阳升起\n".encode()
    status, made, _ = office.json("POST", "/api/v1/uploads", {"name": "a.srt", "bytes": len(data)})
    assert status == 201
    piece = {"Content_Type": "application/offset+octet-stream"}
    assert office.call("PATCH", made["url"], data[:20], Upload_Offset="0", **piece)[0] == 200
    received = office.call("GET", made["url"])[1]["received"]
    assert received == 20
    rest = office.call("PATCH", made["url"], data[received:], Upload_Offset=str(received), **piece)
    assert rest[0] == 200
    status, looked, _ = office.json("POST", "/api/v1/inspect", {"files": [{"upload": made["id"]}]})
    assert status == 200
    assert "zh" in json.dumps(looked["files"])


def _checked_again(office: Office, url: str) -> None:
    """A second version of a work: what changed, and its cancelling."""
    asked = {"previous": url.rpartition("/")[2], "keep": ["bo", "zh"], "use": "submitted"}
    first = office.json("POST", "/api/v1/works", asked, Idempotency_Key="once")
    assert first[0] == 202, first[1]
    same = office.json("POST", "/api/v1/works", asked, Idempotency_Key="once")
    assert same[1]["id"] == first[1]["id"]
    again = first[1]["url"]
    office.ended(again)
    changes = office.call("GET", f"{again}/changes")
    assert changes[0] == 200, changes[1]
    # It has ended by now, which is said.
    assert office.call("POST", f"{again}/cancel")[1]["code"] == "work-ended"


def test_the_answers_say_what_the_questions_say(office: Office) -> None:
    """Of another name 421; an error has a code and a sentence in the language asked for."""
    status, problem, headers = office.call("GET", "/api/v1/works", host="other.example.cn")
    assert (status, problem["code"]) == (421, "host-unknown")
    assert headers["content-type"] == "application/problem+json"
    chinese = office.call("GET", "/api/v1/works/none?lang=zh")[1]["detail"]
    english = office.call("GET", "/api/v1/works/none", Accept_Language="en")[1]["detail"]
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert english.isascii()
    assert office.call("GET", "/api/v1/works", Authorization="Bearer none")[0] == 401


def test_a_copy_made_while_it_runs(
    office: Office, submitted: list[tuple[Item, str]], tmp_path: Path
) -> None:
    """``.backup`` of SQLite's shell is its backup of one database into another."""
    for item in of("test_a_copy_made_while_it_runs"):
        _, name, command = words_of(item.text)
        target = tmp_path / command.removeprefix(".backup ")
        with (
            contextlib.closing(sqlite3.connect(office.data / name)) as running,
            contextlib.closing(sqlite3.connect(target)) as copy,
        ):
            running.backup(copy)
            assert copy.execute("select count(*) from works").fetchone()[0] >= len(submitted)
        target.unlink()


def test_the_command_for_a_token(tmp_path: Path) -> None:
    for item in of("test_the_command_for_a_token"):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(words_of(item.text)[2], {})
        (tmp_path / "tokens").write_text(f"studio submit {out.getvalue()}", encoding="utf-8")
        assert [token.name for token in load_tokens(tmp_path / "tokens")] == ["studio"]


def test_calls_that_are_named(tmp_path: Path) -> None:
    """Of other pages: paths that the service answers, or what they begin with."""
    app: Any = application(Service.of(Settings(data=tmp_path / "data"), None))
    known = {str(route.path) for route in app.routes if hasattr(route, "path")}
    found = of("test_calls_that_are_named")
    assert found
    for item in found:
        assert any(path.startswith(item.text.rpartition(" ")[2]) for path in known), item
    assert all(one.how in (How.NAMED, How.TRIED) for one in checked() if one.item.kind == "call")
