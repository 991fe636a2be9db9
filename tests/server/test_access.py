"""Who gets in: hosts, origins, tokens, sessions, scopes; what every answer carries."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from bilingual.errors import ConfigError, InputError
from bilingual.server.logs import JsonLines
from bilingual.server.running import bound
from bilingual.server.settings import Settings
from bilingual.server.tokens import load_tokens
from tests.server.client import Client, bearer, problem
from tests.server.conftest import TOKENS, tokens

SESSION = "/api/v1/session"


def test_on_this_machine_nothing_has_to_be_shown(client: Client) -> None:
    answer = client.get(SESSION)
    assert answer.status_code == 200
    assert answer.json()["scopes"] == ["operate", "review", "submit"]
    assert answer.json()["token_needed"] is False


@pytest.mark.parametrize("path", ["/healthz", SESSION, "/api/v1/nothing"])
def test_every_answer_is_guarded(client: Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("language", "words"), [("zh-CN,zh;q=0.9", "没有这个地址"), ("en-GB", "nothing at this")]
)
def test_problems_are_told_in_the_callers_language(
    client: Client, language: str, words: str
) -> None:
    answer = client.get("/api/v1/nothing", headers={"Accept-Language": language})
    assert words in problem(answer, 404, "not-found")["detail"]
    answer = client.get("/api/v1/nothing?lang=zh", headers={"Accept-Language": "en"})
    assert "没有这个地址" in answer.json()["detail"]


def test_a_wrong_method_says_which_there_are(client: Client) -> None:
    answer = client.put("/healthz")
    problem(answer, 405, "not-allowed")
    assert "GET" in answer.headers["allow"]


HOSTS = {
    "127.0.0.1:8765": True, "localhost:8765": True, "127.0.0.1": True, "[::1]:8765": True,
    "LOCALHOST": True, "localhost.": True, "127.8.9.10": True,
    "rebound.example": False, "127.0.0.1.example": False, "localhost.example": False,
    "192.168.1.7:8765": False, "0.0.0.0": False, "": False, "[": False, "a@b": False,
    "127.0.0.1@rebound.example": False, "xn--": False,
}  # fmt: skip


@pytest.mark.parametrize(("host", "served"), HOSTS.items())
def test_only_names_of_ours_are_answered(client: Client, host: str, served: bool) -> None:
    answer = client.get("/healthz", headers={"Host": host})
    if served:
        assert answer.status_code == 200
    else:
        problem(answer, 421, "host-unknown")


def test_a_proxys_name_is_given_when_starting(serving: Callable[..., Client]) -> None:
    office = serving(host="0.0.0.0", names=("check.example.cn",), tokens=tokens())
    for host in ("check.example.cn", "check.example.cn:443", "192.168.1.7:8765"):
        assert office.get("/healthz", headers={"Host": host}).status_code == 200
    problem(office.get("/healthz", headers={"Host": "other.example.cn"}), 421, "host-unknown")


FOREIGN = (
    {"Origin": "http://["},
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:9999"},
    {"Origin": "http://127.0.0.1"},
    {"Origin": "http://127.0.0.1:8765.evil.example"},
    {"Origin": "http://évil"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://127.0.0.1:8765", "Sec-Fetch-Site": "cross-site"},
)


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize(("method", "path"), [("DELETE", SESSION), ("GET", SESSION)])
def test_pages_of_others_get_nothing(
    client: Client, headers: dict[str, str], method: str, path: str
) -> None:
    encoded = [(k.encode(), v.encode()) for k, v in headers.items()]
    problem(client.request(method, path, headers=encoded), 403, "origin-foreign")


@pytest.mark.parametrize("headers", [
    {}, {"Origin": "http://127.0.0.1:8765"}, {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
])  # fmt: skip
def test_our_own_page_and_programs_are_answered(client: Client, headers: dict[str, str]) -> None:
    assert client.delete(SESSION, headers=headers).status_code == 204


def test_without_a_token_nothing_is_shown(office: Client) -> None:
    for headers in ({}, bearer("wrong-token-0123456789"), bearer(""), {"Authorization": "Basic x"}):
        answer = office.get(SESSION, headers=headers)
        problem(answer, 401, "token-needed")
        assert answer.headers["www-authenticate"] == "Bearer"
    problem(office.get("/metrics"), 401, "token-needed")
    assert office.get("/healthz").json() == {"status": "ok"}
    answer = office.get("/works/abc")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=/works/abc"


@pytest.mark.parametrize("name", TOKENS)
def test_a_token_says_who_calls(office: Client, name: str) -> None:
    scope, token = TOKENS[name]
    answer = office.get(SESSION, headers=bearer(token)).json()
    assert (answer["name"], answer["scopes"]) == (name, [scope])
    metrics = office.get("/metrics", headers=bearer(token))
    if scope == "operate":
        assert "bilingual_http_requests_total" in metrics.text
    else:
        problem(metrics, 403, "scope-needed")


def test_a_browser_logs_in_and_out(office: Client) -> None:
    _, token = TOKENS["maker"]
    problem(office.post(SESSION, json={"token": "no" * 20}), 401, "token-wrong")
    answer = office.post(SESSION, json={"token": token})
    assert answer.status_code == 204
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert token not in cookie
    assert office.get(SESSION).json()["name"] == "maker"
    kept = dict(office.cookies)
    assert office.delete(SESSION).status_code == 204
    problem(office.get(SESSION), 401, "token-needed")
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in kept.items())}
    problem(office.get(SESSION, headers=headers), 401, "token-needed")


def test_a_cookie_by_https_is_sent_by_https_alone(serving: Callable[..., Client]) -> None:
    office = serving(names=("check.example.cn",), tokens=tokens())
    headers = {"Host": "check.example.cn", "Origin": "https://check.example.cn"}
    answer = office.post(SESSION, json={"token": TOKENS["maker"][1]}, headers=headers)
    assert "; Secure" in answer.headers["set-cookie"]


def test_sessions_end_with_their_token(serving: Callable[..., Client], tmp_path: Path) -> None:
    office = serving(tokens=tokens())
    office.post(SESSION, json={"token": TOKENS["maker"][1]})
    cookies = dict(office.cookies)
    office.__exit__(None, None, None)
    kept = serving(data=tmp_path / "data", tokens=tokens())
    kept.cookies.update(cookies)
    assert kept.get(SESSION).json()["name"] == "maker"
    left = tuple(token for token in tokens() if token.name != "maker")
    kept.__exit__(None, None, None)
    without = serving(data=tmp_path / "data", tokens=left)
    without.cookies.update(cookies)
    problem(without.get(SESSION), 401, "token-needed")


def test_who_guesses_tokens_shuts_nobody_out(office: Client) -> None:
    """Tries are not limited: what may be a token is too long to be guessed (`LINES`, below)."""
    for number in range(30):
        answer = office.post(SESSION, json={"token": f"guess-{number}"})
        problem(answer, 401, "token-wrong")
    assert office.post(SESSION, json={"token": TOKENS["maker"][1]}).status_code == 204


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b'{"token": 1}', b'{"token": "a", "token": "b"}', b'{"x": ""}', b"\xff",
    b"[" * 5000, b'{"token": "\xed\xa0\x80"}',
])  # fmt: skip
def test_a_body_that_is_none_is_refused(office: Client, body: bytes) -> None:
    answer = office.post(SESSION, content=body, headers={"Content-Type": "application/json"})
    problem(answer, 422, "json-invalid")


def test_a_body_of_another_kind_or_size_is_refused(office: Client) -> None:
    problem(office.post(SESSION, content=b"{}"), 415, "not-json")
    answer = office.post(SESSION, json={"token": "a" * 20_000})
    problem(answer, 413, "too-large")


def test_no_token_gets_into_the_log(office: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for _, token in TOKENS.values():
        office.get(SESSION, headers=bearer(token))
        office.get(f"/works/{token}?token={token}", headers=bearer(token))
        office.post(SESSION, json={"token": token})
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]
    written = "\n".join(map(JsonLines().format, ours)) + "\n".join(map(str, map(vars, ours)))
    assert "/api/v1/session" in written
    for name, (_, token) in TOKENS.items():
        assert token not in written
        assert f'"{name}"' not in written


LINES = {
    "maker submit makers-token-0123456789": None,
    "# a note\n\nmaker submit,review makers-token-0123456789\n": None,
    "": "token-none",
    "maker submit": "token-line",
    "maker all makers-token-0123456789": "token-scopes",
    "maker submit short": "token-short",
    "maker submit nineteen-characters": "token-short",
    "maker submit 藏汉藏汉藏汉藏汉藏汉藏汉藏汉藏汉藏汉藏汉藏汉": "token-short",
    "maker submit makers-token-0123456789\nmaker review readers-token-0123456789": "token-twice",
    "maker submit makers-token-0123456789\nreader review makers-token-0123456789": "token-twice",
}


@pytest.mark.parametrize(("text", "wrong"), LINES.items())
def test_a_file_of_tokens(tmp_path: Path, text: str, wrong: str | None) -> None:
    file = tmp_path / "tokens"
    file.write_text(text + "\n", encoding="utf-8")
    if wrong is None:
        assert [token.name for token in load_tokens(file)] == ["maker"]
        return
    with pytest.raises(ConfigError) as caught:
        load_tokens(file)
    assert caught.value.params["problem"] == wrong
    assert "0123456789" not in caught.value.message("zh") + str(caught.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "somewhere.example", ""])
def test_others_are_served_with_tokens_alone(tmp_path: Path, host: str) -> None:
    with pytest.raises(ConfigError) as caught:
        bound(Settings(data=tmp_path, host=host, port=0))
    assert caught.value.code == "serve-needs-token"


def test_this_machine_is_served_without(tmp_path: Path) -> None:
    with bound(Settings(data=tmp_path, port=0)) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"


def test_two_services_do_not_share_a_folder(serving: Callable[..., Client]) -> None:
    serving()
    with pytest.raises(InputError) as caught:
        serving()
    assert caught.value.code == "data-in-use"
