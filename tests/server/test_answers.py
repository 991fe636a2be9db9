"""Answers that are seldom given: to calls that do not fit the work, and to rare shapes of calls."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bilingual.batch.names import Called
from bilingual.errors import ConfigError, InternalError
from bilingual.model import Finding, Severity
from bilingual.model.first_look import FirstLook
from bilingual.server.jobs import _Note
from bilingual.server.problems import status_of
from bilingual.server.running import address_of, bound
from bilingual.server.sessions import COOKIE
from bilingual.server.settings import Settings
from bilingual.server.tokens import Token
from bilingual.server.upkeep import tidy
from bilingual.server.uploads import LASTS_S
from bilingual.server.webhooks import load_webhooks
from tests.fixes.test_fixing import BO, ZH, srt
from tests.server.client import (
    WORKS,
    Client,
    ended,
    problem,
    service_behind,
    submitted,
    upload,
)
from tests.server.tracks import FAULTY_BO, SOUND_BO, SPOILT_BO, ZH_FILE

FORM = {"title": "太阳", "authors": "卓玛", "language": "安多"}
MULTIPART = "multipart/form-data; boundary=b"


def part(name: str, text: bytes, file: str | None = None) -> bytes:
    """A field of a multipart body."""
    named = "" if file is None else f'; filename="{file}"'
    head = f'Content-Disposition: form-data; name="{name}"{named}'
    return b"--b\r\n" + head.encode() + b"\r\n\r\n" + text + b"\r\n"


def sent(client: Client, *parts: bytes, kind: str = MULTIPART) -> Any:
    """The answer to a multipart body."""
    body = b"".join(parts) + b"--b--\r\n"
    return client.post(WORKS, content=body, headers={"Content-Type": kind})


def roles(work: dict[str, Any]) -> list[tuple[str, str]]:
    """The files of a work by what they are."""
    return [(file["role"], file["name"]) for file in work["files"]]


# Submissions.


@pytest.mark.parametrize(
    ("parts", "wrong"),
    [
        ([part("settings", b"{}", "s.json")], [("settings", "field-no-file")]),
        (
            [part("bo", SOUND_BO, "a.srt"), part("bo", SOUND_BO, "b.srt")],
            [("bo", "inputs-role-twice")],
        ),
    ],
)
def test_a_file_in_the_wrong_field_is_named(
    shared: Client, parts: list[bytes], wrong: list[tuple[str, str]]
) -> None:
    places = problem(sent(shared, *parts), 422, "work-invalid")["errors"]
    assert [(one["where"], one["code"]) for one in places] == wrong


def test_a_text_field_comes_once_and_is_short(shared: Client) -> None:
    settings = part("settings", b"{}")
    twice = problem(sent(shared, settings, settings), 422, "field-twice")
    assert twice["params"] == {"field": "settings"}
    long = part("form", b'{"title": "' + b"x" * 2_000_000 + b'"}')
    assert problem(sent(shared, long), 413, "too-large")["params"]["limit"] < 2_000_000


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("multipart/form-data", 400, "multipart-invalid"),
        (f"multipart/form-data; boundary={'b' * 300}", 400, "multipart-invalid"),
    ],
)
def test_a_body_without_a_boundary_is_refused(
    shared: Client, kind: str, status: int, code: str
) -> None:
    problem(sent(shared, part("bo", SOUND_BO, "a.srt"), kind=kind), status, code)


def test_empty_fields_are_as_if_they_were_not_there(shared: Client) -> None:
    body = [part("bo", FAULTY_BO, "a.srt"), part("zh", ZH_FILE, "b.srt")]
    answer = sent(shared, *body, part("form", b" \r\n"), part("settings", b""))
    work = ended(shared, answer.json()["url"])
    assert (work["state"], work["title"]) == ("done", "a.srt")
    assert roles(work) == [("bo", "a.srt"), ("zh", "b.srt")]


def test_one_file_that_holds_both_languages_is_found_to(shared: Client) -> None:
    both = srt([f"{bo}\n{zh}" for bo, zh in zip(BO, ZH, strict=True)]).encode()
    files = [("files", ("both.srt", both)), ("files", ("f.json", json.dumps(FORM).encode()))]
    work = ended(shared, shared.post(WORKS, files=files).json()["url"])
    assert work["state"] == "done", work["reason"]
    assert roles(work) == [("bo", "both.srt"), ("zh", "both.srt")]
    assert work["title"] == "太阳"


def test_a_file_whose_role_is_named_keeps_it_beside_those_found_out(shared: Client) -> None:
    files = [("bo", ("one.srt", SOUND_BO)), ("files", ("two.srt", ZH_FILE))]
    work = ended(shared, shared.post(WORKS, files=files).json()["url"])
    assert roles(work) == [("bo", "one.srt"), ("zh", "two.srt")]


def test_a_form_comes_in_the_call_or_as_an_upload(shared: Client) -> None:
    named = {"bo": upload(shared, "a.srt", SOUND_BO), "zh": upload(shared, "b.srt", ZH_FILE)}
    work = ended(shared, shared.post(WORKS, json={"files": named, "form": FORM}).json()["url"])
    assert work["title"] == "太阳"
    document = upload(shared, "form.json", json.dumps(FORM).encode())
    named = {"bo": upload(shared, "a.srt", SOUND_BO), "form": document}
    work = ended(shared, shared.post(WORKS, json={"files": named}).json()["url"])
    assert work["title"] == "太阳"
    # What is kept of a form is kept for the next version as well, unless there is a new one.
    asked = {"previous": work["id"], "keep": ["bo", "form"], "files": {}}
    again = ended(shared, shared.post(WORKS, json=asked).json()["url"])
    assert again["title"] == "太阳"
    other = shared.post(WORKS, json=asked | {"form": FORM | {"title": "月亮"}})
    assert ended(shared, other.json()["url"])["title"] == "月亮"


def test_a_new_file_wins_over_one_that_is_kept(shared: Client, done: dict[str, Any]) -> None:
    better = upload(shared, "新的.srt", SOUND_BO)
    asked = {"files": {"bo": better}, "previous": done["id"], "keep": ["bo", "zh"]}
    work = ended(shared, shared.post(WORKS, json=asked).json()["url"])
    assert sorted(roles(work)) == [("bo", "新的.srt"), ("zh", "zh.srt")]
    assert work["verdict"] == "pass"


def test_a_body_of_another_kind_is_no_submission(shared: Client) -> None:
    answer = shared.post(WORKS, content=b"{}", headers={"Content-Type": "text/plain"})
    problem(answer, 415, "not-json")


def test_uploads_that_are_too_much_together_are_refused(serving: Callable[..., Client]) -> None:
    client = serving(max_upload_bytes=len(SOUND_BO) + 100)
    named = {"bo": upload(client, "a.srt", SOUND_BO), "zh": upload(client, "b.srt", ZH_FILE)}
    answer = problem(client.post(WORKS, json={"files": named}), 413, "upload-large")
    assert answer["params"]["bytes"] == len(SOUND_BO) + len(ZH_FILE)
    assert client.get(WORKS).json()["works"] == []


def test_the_callers_settings_are_those_of_the_report(shared: Client) -> None:
    files = {"bo": ("bo.srt", SOUND_BO), "zh": ("zh.srt", ZH_FILE)}
    settings = json.dumps({"audio_stream": 2, "fail_fast": True, "burned_in": "off"})
    answer = shared.post(WORKS, files=files, data={"settings": settings})
    work = ended(shared, answer.json()["url"])
    config = shared.get(work["links"]["report.json"]).json()["provenance"]["config"]
    assert config["media"]["audio_stream"] == 2
    assert config["fail_fast"] is True
    assert config["burned_in"]["mode"] == "off"


# Results.


def test_what_a_work_has_not_is_said(shared: Client, done: dict[str, Any]) -> None:
    url = done["url"]
    problem(shared.get(f"{url}/video"), 404, "no-video-here")
    work = ended(shared, submitted(shared)["url"])
    problem(shared.get(f"{work['url']}/corrected.zip"), 404, "sheet-none")
    problem(shared.get(f"{work['url']}/changes"), 404, "previous-none")
    problem(shared.get(f"{work['url']}/changes", params={"with": "../x"}), 404, "previous-none")
    kind = {"Content-Type": "application/json"}
    wrong = problem(shared.put(f"{url}/sheet", content=b"{}", headers=kind), 415, "sheet-type")
    assert "text/csv" in wrong["params"]["expected"]


def test_an_archive_is_fetched_once(shared: Client) -> None:
    work = ended(shared, submitted(shared, SPOILT_BO)["url"])
    first = shared.get(work["links"]["fixed.zip"])
    assert zipfile.ZipFile(io.BytesIO(first.content)).namelist() == ["bo.fixed.srt"]
    tag = {"If-None-Match": first.headers["etag"]}
    again = shared.get(work["links"]["fixed.zip"], headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


def test_whoever_has_an_answer_is_told_so_where_the_document_says_it(shared: Client) -> None:
    first = ended(shared, submitted(shared, SPOILT_BO)["url"])
    kept = {"previous": first["id"], "keep": ["bo", "zh"]}
    work = ended(shared, shared.post(WORKS, json=kept).json()["url"])
    paths = shared.get("/api/v1/openapi.json").json()["paths"]
    asked = []
    for path, calls in paths.items():
        own = path.startswith(f"{WORKS}/{{work}}") and path.count("{") == 1
        if own and "304" in calls.get("get", {"responses": {}})["responses"]:
            answer = shared.get(path.format(work=work["id"]))
            if answer.status_code != 200:  # it has no film, no sheet, no review
                assert answer.status_code in (404, 422), path
                continue
            tag = {"If-None-Match": answer.headers["etag"]}
            again = shared.get(path.format(work=work["id"]), headers=tag)
            assert (again.status_code, again.content) == (304, b""), path
            asked.append(path.rpartition("/")[2])
    assert {"report.json", "report.html", "sheet.xlsx", "fixes", "fixed.zip", "changes"} <= {*asked}


# While a work runs.


def test_the_first_findings_are_noted_while_a_work_runs(tmp_path: Path) -> None:
    note = _Note(tmp_path / "note.json", Called(()))
    finding = Finding(rule="untranslated", severity=Severity.ERROR, confidence=1.0, bo=(1,))
    note(FirstLook((finding,)), 0, None)
    note("align", 1, 4)
    shown = json.loads((tmp_path / "note.json").read_text("utf-8"))
    assert (shown["stage"], shown["done"], shown["total"], shown["left_s"]) == ("align", 1, 4, None)
    (first,) = shown["first"]
    assert set(first) == {"zh", "en"}
    assert first["zh"]["severity"] == "error"


# The service itself.


def test_an_upload_that_nobody_uses_goes_after_its_time(client: Client) -> None:
    name = upload(client, "a.srt", SOUND_BO)
    service = service_behind(client)
    tidy(service)
    assert client.get(f"/api/v1/uploads/{name}").status_code == 200
    # As if it had lain there for so long.
    (path,) = service.folders.uploads.iterdir()
    begun = path.stat().st_mtime - LASTS_S - 60
    os.utime(path, (begun, begun))
    with service.store._change() as database:
        database.execute("UPDATE uploads SET created = ?", (begun,))
    tidy(service)
    problem(client.get(f"/api/v1/uploads/{name}"), 404, "upload-unknown")
    assert list(service.folders.uploads.iterdir()) == []


def test_an_error_that_nothing_expected_is_answered_without_its_details(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Any, *_: Any, **__: Any) -> Any:
        raise RuntimeError("/a/secret/path")

    monkeypatch.setattr(type(service_behind(client).store), "works", broken)
    answer = client.get(WORKS)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json()["code"] == "internal-error"
    assert status_of(InternalError("internal")) == 500


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("secret = ", "webhook-not-toml"),
        ('secret = "short"\naddresses = ["https://a.example/"]', "webhook-secret"),
        ('addresses = ["https://a.example/"]', "webhook-secret"),
        ('secret = "{long}"\naddresses = []', "webhook-address"),
        ('secret = "{long}"', "webhook-address"),
        ('secret = "{long}"\naddresses = [1]', "webhook-address"),
        ('secret = "{long}"\naddresses = ["https://太阳.example/"]', "webhook-address"),
        ('secret = "{long}"\naddresses = ["ftp://a.example/"]', "webhook-address"),
        ('secret = "{long}"\naddresses = ["https://a.example:99999/"]', "webhook-address"),
        ('secret = "{long}"\naddresses = ["https:///path"]', "webhook-address"),
        ('secret = "{long}"\naddresses = ["https://a.example/"]', None),
    ],
)
def test_a_file_of_webhooks(tmp_path: Path, text: str, wrong: str | None) -> None:
    path = tmp_path / "hooks.toml"
    path.write_text(text.replace("{long}", "0123456789" * 4), encoding="utf-8")
    if wrong is None:
        assert load_webhooks(path).addresses == {"https://a.example/"}
        return
    with pytest.raises(ConfigError) as caught:
        load_webhooks(path)
    assert (caught.value.code, caught.value.params["problem"]) == ("webhook-file", wrong)


def test_a_service_for_every_address_is_called_by_the_machines_name(tmp_path: Path) -> None:
    token = Token(name="a", scopes=frozenset({"operate"}), digest=b"x" * 32)
    settings = Settings(data=tmp_path / "data", host="0.0.0.0", port=0, tokens=(token,))
    with bound(settings) as listening:
        address = address_of(settings, listening)
    port = address.rsplit(":", 1)[1].strip("/")
    assert address.startswith("http://")
    assert "0.0.0.0" not in address
    assert int(port) > 0


def test_a_name_of_a_session_that_is_far_too_long_is_none(office: Client) -> None:
    office.cookies.set(COOKIE, "x" * 500)
    problem(office.get(WORKS), 401, "token-needed")


def test_a_file_has_one_name_when_its_check_may_begin(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names that come or go count as a change of the file: a check that reads it would fail."""
    service = service_behind(client)
    whole, seen = type(service.store).add_work, list[set[int]]()

    def added(store: Any, name: str, *rest: Any, **more: Any) -> Any:
        seen.append({path.stat().st_nlink for path in service.folders.input(name).iterdir()})
        return whole(store, name, *rest, **more)

    monkeypatch.setattr(type(service.store), "add_work", added)
    uploads = [upload(client, "bo.srt", SOUND_BO), upload(client, "zh.srt", ZH_FILE)]
    first = client.post(WORKS, json={"files": dict(zip(("bo", "zh"), uploads, strict=True))})
    assert first.status_code == 202, first.text
    inputs = service.folders.input(first.json()["id"])
    before = {path.name: path.stat() for path in inputs.iterdir()}
    second = client.post(WORKS, json={"previous": first.json()["id"], "keep": ["bo", "zh"]})
    assert second.status_code == 202, second.text
    assert seen == [{1}, {1}]
    for path in inputs.iterdir():
        assert path.stat().st_ctime_ns == before[path.name].st_ctime_ns


def test_uploads_of_a_work_that_cannot_be_kept_are_still_there(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = service_behind(client)
    uploads = [upload(client, "bo.srt", SOUND_BO), upload(client, "zh.srt", ZH_FILE)]
    asked = {"files": dict(zip(("bo", "zh"), uploads, strict=True))}

    def broken(*_: Any, **__: Any) -> Any:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(type(service.store), "add_work", broken)
        assert client.post(WORKS, json=asked).status_code >= 500
    assert client.post(WORKS, json=asked).status_code == 202
