"""One user's work is not another's: every call that the OpenAPI document describes is made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bilingual.server import works_calls
from bilingual.server.context import Caller
from bilingual.server.openapi import document
from bilingual.server.service import Service
from bilingual.server.settings import Settings
from bilingual.server.tokens import Token, digest_of
from tests.server.client import (
    WORKS,
    Client,
    bearer,
    client_of,
    ended,
    problem,
    service_behind,
    submitted,
)
from tests.server.conftest import TOKENS, tokens
from tests.server.tracks import SOUND_BO
from tests.server.waiting import waited

TITLE = "谁也不该看到的题目"
MAKER, SECOND, READER, OFFICE = (
    bearer(TOKENS[name][1]) for name in ("maker", "second", "reader", "office")
)


def calls(part: str) -> list[tuple[str, str, str]]:
    """Method, address and scopes of every call whose address has such a part."""
    return [
        (method.upper(), path, call["description"])
        for path, item in document()["paths"].items()
        for method, call in item.items()
        if method in ("get", "put", "post", "patch", "delete") and part in path
    ]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A service with tokens, for all of these tests."""
    data = tmp_path_factory.mktemp("office") / "data"
    both = Token(
        name="both",
        scopes=frozenset({"submit", "review"}),
        digest=digest_of("submits-and-reviews-0123456789"),
    )
    with client_of(Settings(data=data, tokens=(*tokens(), both))) as client:
        yield client


@pytest.fixture(scope="module")
def work(office: Client) -> dict[str, Any]:
    """The maker's work, with a report, new files, a review."""
    form = {"form": json.dumps({"title": TITLE})}
    found = ended(office, submitted(office, data=form, headers=MAKER)["url"], headers=MAKER)
    assert found["title"] == TITLE
    assert office.get(found["links"]["fixes"], headers=MAKER).status_code == 200
    review = {"schema": "bilingual.review/2", "reviewer": {"name": "李老师"}}
    assert office.put(found["links"]["review"], json=review, headers=READER).status_code == 200
    return found


@pytest.fixture(scope="module")
def upload(office: Client) -> str:
    """The maker's upload, half of it there."""
    made = office.post("/api/v1/uploads", json={"name": "a.srt", "bytes": 9}, headers=MAKER).json()
    return str(made["id"])


def made(client: Client, method: str, path: str, names: dict[str, str], **more: Any) -> Any:
    """A call of somebody to an address with these names in it."""
    return client.request(method, path.format_map(names), **more)


@pytest.mark.parametrize(("method", "path", "who"), calls("{work}"))
def test_a_work_of_another_is_not_there(
    office: Client, work: dict[str, Any], method: str, path: str, who: str
) -> None:
    answer = made(office, method, path, {"work": work["id"], "number": "1"}, headers=SECOND)
    if "submit" in who:
        problem(answer, 404, "work-unknown")
    else:
        problem(answer, 403, "scope-needed")
    assert TITLE not in answer.text
    # It says the same of a work that there never was.
    other = made(office, method, path, {"work": "a" * 22, "number": "1"}, headers=SECOND)
    assert other.json() == answer.json()


def test_nothing_has_happened_to_it(office: Client, work: dict[str, Any]) -> None:
    now = office.get(work["url"], headers=MAKER).json()
    assert now == work | {"reviews": 1, "rev": now["rev"]}
    for name, link in work["links"].items():
        if name not in ("self", "page", "events", "fixed.zip", "annex.pdf", "review"):
            assert office.get(link, headers=MAKER).status_code == 200, name


@pytest.mark.parametrize(("method", "path", "who"), calls("{upload}"))
@pytest.mark.parametrize("caller", [SECOND, OFFICE, READER])
def test_an_upload_of_another_is_not_there(
    office: Client, upload: str, method: str, path: str, who: str, caller: dict[str, str]
) -> None:
    headers = caller | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    answer = made(office, method, path, {"upload": upload}, headers=headers, content=b"abc")
    if caller == SECOND:
        problem(answer, 404, "upload-unknown")
    else:
        problem(answer, 403, "scope-needed")
    shown = office.get(f"/api/v1/uploads/{upload}", headers=MAKER).json()
    assert shown["received"] == 0


def test_nothing_is_made_of_what_is_anothers(
    office: Client, work: dict[str, Any], upload: str
) -> None:
    own = office.post("/api/v1/uploads", json={"name": "b.srt", "bytes": 3}, headers=SECOND).json()
    for body in (
        {"files": {"bo": upload}},
        {"files": {"form": upload}},
        {"files": {"bo": own["id"], "zh": upload}},
        {"previous": work["id"], "keep": ["bo", "zh"]},
        {"files": {}, "previous": work["id"], "keep": ["bo"], "use": "fixed"},
    ):
        answer = office.post(WORKS, json=body, headers=SECOND)
        assert answer.json()["code"] in ("upload-unknown", "work-unknown", "upload-incomplete")
        files = [{"upload": name} for name in body.get("files", {}).values()]
        looked = {"files": files, "previous": body.get("previous"), "keep": ["bo"]}
        answer = office.post("/api/v1/inspect", json=looked, headers=SECOND)
        assert answer.status_code in (404, 409), answer.text
    assert office.get(WORKS, headers=SECOND).json() == {"works": [], "next": None}
    problem(office.get(f"{WORKS}?after={work['id']}", headers=SECOND), 404, "work-unknown")


def test_no_other_is_compared_with_ones_own(office: Client, work: dict[str, Any]) -> None:
    own = office.post(WORKS, files={"bo": ("bo.srt", SOUND_BO)}, headers=SECOND).json()
    ended(office, own["url"], headers=SECOND)
    changes = office.get(f"{own['url']}/changes?with={work['id']}", headers=SECOND)
    problem(changes, 404, "work-unknown")
    assert office.delete(own["url"], headers=SECOND).status_code == 204


def test_a_key_is_the_callers_own(office: Client) -> None:
    ids = set()
    for caller in (MAKER, SECOND):
        headers = caller | {"Idempotency-Key": "the same"}
        files = {"bo": ("bo.srt", SOUND_BO)}
        ids.add(office.post(WORKS, files=files, headers=headers).json()["id"])
    assert len(ids) == 2
    for name in ids:
        assert office.delete(f"{WORKS}/{name}", headers=OFFICE).status_code == 204


@pytest.mark.parametrize(
    ("method", "path", "who"),
    [one for one in calls("/api/v1") if "{upload}" not in one[1]],
)
def test_a_scope_that_is_not_there_does_nothing(
    office: Client, work: dict[str, Any], method: str, path: str, who: str
) -> None:
    """Of each call: whoever has none of its scopes is refused, whatever he sends."""
    wanted = who.removeprefix("Scopes: ").rstrip(".").split(", ")
    for scope, caller in (("submit", SECOND), ("review", READER), ("operate", OFFICE)):
        if who.startswith("Scopes") and scope not in wanted:
            answer = made(office, method, path, {"work": work["id"], "number": "1"}, headers=caller)
            problem(answer, 403, "scope-needed")


def test_who_reviews_may_not_change_the_work_of_another(
    office: Client, work: dict[str, Any]
) -> None:
    both = bearer("submits-and-reviews-0123456789")
    assert office.get(work["url"], headers=both).json()["title"] == TITLE
    for method, name in (("DELETE", ""), ("POST", "/cancel"), ("PUT", "/sheet")):
        answer = office.request(method, work["url"] + name, headers=both, content=b"x")
        problem(answer, 403, "scope-needed")
    again = office.post(WORKS, json={"previous": work["id"], "keep": ["bo"]}, headers=both)
    problem(again, 403, "scope-needed")


@pytest.mark.parametrize(("name", "sees"), [("office", True), ("second", False)])
def test_what_changes_is_told_to_those_alone_who_may_see_it(
    office: Client, monkeypatch: pytest.MonkeyPatch, name: str, sees: bool
) -> None:
    service, looked = service_behind(office), list[str]()
    shown = works_calls._shown

    def watched(service: Service, caller: Caller, *more: str) -> dict[str, Any]:
        try:
            return shown(service, caller, *more)
        finally:
            looked.append(caller.name)

    monkeypatch.setattr(works_calls, "_shown", watched)
    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(office.get, "/api/v1/events", headers=bearer(TOKENS[name][1]))
        waited(lambda: service.hub.listening)
        form = {"form": json.dumps({"title": TITLE})}
        work = submitted(office, data=form, headers=MAKER)
        ended(office, work["url"], headers=MAKER)
        # What is not taken from the stream before the work goes or the service ends is lost.
        waited(lambda: looked.count(name))
        before = looked.count(name)
        assert office.delete(work["url"], headers=MAKER).status_code == 204
        waited(lambda: looked.count(name) > before)
        service.end_streams()
        text: str = heard.result().text
    service.ending = False
    assert ("event: work" in text) is sees
    assert ("event:" in text) is sees
