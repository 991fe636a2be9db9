"""Calls that meet what goes on meanwhile: deleted works, full disks, others who change something."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bilingual.batch.model import WorkResult
from bilingual.errors import InputError
from bilingual.render.sheet import XLSX
from bilingual.server import results_calls, review_calls, works_calls
from bilingual.server.folders import Folders
from bilingual.server.webhooks import Webhooks
from tests.server.client import (
    PIECE,
    WORKS,
    Client,
    ended,
    problem,
    service_behind,
    submitted,
    upload,
)
from tests.server.tracks import SOUND_BO
from tests.server.waiting import waited

HOOK = "http://127.0.0.1:1/hook"
HOOKS = Webhooks(secret=b"a secret of twenty-four characters", addresses=frozenset({HOOK}))
TOLD = {"settings": json.dumps({"webhook": HOOK})}


def test_a_sheet_is_there_while_another_takes_its_place(
    serving: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serving()
    work = ended(client, submitted(client)["url"])
    place, sheet = f"{work['url']}/sheet", client.get(work["links"]["sheet.xlsx"]).content
    assert client.put(place, content=sheet, headers={"Content-Type": XLSX}).status_code == 200
    plain, asked = Folders.remove, list[Future[Any]]()
    with ThreadPoolExecutor() as pool:

        def removed(folders: Folders, path: Path) -> None:
            plain(folders, path)
            if path.name == "corrected":
                asked.append(pool.submit(client.get, place))
                with pytest.raises(TimeoutError):  # it waits
                    asked[0].exception(timeout=0.5)

        monkeypatch.setattr(Folders, "remove", removed)
        answer = client.put(place, content=sheet, headers={"Content-Type": XLSX})
        assert answer.status_code == 200
        (found,) = asked
        assert found.result().status_code == 200


def test_an_overview_that_goes_meanwhile_stops_no_other(
    serving: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = service_behind(serving()).folders
    for name in ("overview-a", "overview-b", "overview-c", "of-others"):
        (folders.overviews / name).write_text(name)
    plain = Path.stat

    def gone(path: Path, **named: Any) -> Any:
        if path.name == "overview-a" and path.parent == folders.overviews:
            raise FileNotFoundError(path)
        return plain(path, **named)

    monkeypatch.setattr(Path, "stat", gone)
    folders.empty_overviews(2)
    assert {path.name for path in folders.overviews.iterdir()} == {
        "overview-b",
        "overview-c",
        "of-others",
    }


def test_a_review_that_cannot_be_kept_is_not_kept_by_half(
    serving: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serving()
    work = ended(client, submitted(client)["url"])
    review = {"schema": "bilingual.review/2", "reviewer": {"name": "卓玛"}}
    folders = service_behind(client).folders

    def unwritten(path: Path, *_: Any, **__: Any) -> None:
        detail = os.strerror(errno.ENOSPC)
        raise InputError("output-unwritable", path=str(path), detail=detail)

    def deleted(path: Path, *_: Any, **__: Any) -> None:
        folders.remove(folders.work(work["id"]))
        raise InputError("output-unwritable", path=str(path), detail=os.strerror(errno.ENOENT))

    with monkeypatch.context() as patch:
        patch.setattr(review_calls, "write_new", unwritten)
        answer = client.put(work["links"]["review"], json=review)
        problem(answer, 507, "disk-full")
        assert str(folders.root) not in answer.text
    assert client.get(work["links"]["reviews"]).json()["reviews"] == []
    assert client.put(work["links"]["review"], json=review).status_code == 200
    monkeypatch.setattr(review_calls, "write_new", deleted)
    problem(client.put(work["links"]["review"], json=review), 404, "work-unknown")


def told(client: Client) -> list[dict[str, Any]]:
    """What is still to be told of ends of works: nobody listens at the address."""
    return [json.loads(one.body) for one in service_behind(client).store.due(float("inf"))]


def test_every_end_of_a_work_is_told(serving: Callable[..., Client], tmp_path: Path) -> None:
    client = serving(webhooks=HOOKS)
    service_behind(client).dispatcher._full_until = float("inf")
    cancelled, cut_off = (submitted(client, data=TOLD) for _ in range(2))
    assert client.post(f"{cancelled['url']}/cancel").status_code == 202
    assert service_behind(client).store.begin(cut_off["id"])
    client.__exit__(None, None, None)
    again = serving(data=tmp_path / "data", webhooks=HOOKS)
    assert {(one["work"], one["state"]) for one in told(again)} == {
        (cancelled["id"], "cancelled"),
        (cut_off["id"], "failed"),
    }


def test_an_address_that_is_listed_no_more_is_told_nothing(
    serving: Callable[..., Client], tmp_path: Path
) -> None:
    client = serving(webhooks=HOOKS)
    work = ended(client, submitted(client, data=TOLD)["url"])
    assert [one["work"] for one in told(client)] == [work["id"]]
    client.__exit__(None, None, None)
    others = Webhooks(secret=HOOKS.secret, addresses=frozenset({"http://127.0.0.1:1/other"}))
    again = serving(data=tmp_path / "data", webhooks=others)
    assert waited(lambda: not told(again))


def test_a_work_that_cannot_be_begun_is_told_of_too(
    serving: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serving(webhooks=HOOKS)

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr(service_behind(client).workers, "work", broken)
    work = ended(client, submitted(client, data=TOLD)["url"])
    assert work["reason"]["code"] == "work-lost"
    assert [(one["work"], one["state"]) for one in told(client)] == [(work["id"], "failed")]


def test_a_running_work_that_is_cancelled_ends_once(
    serving: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serving()
    service = service_behind(client)
    given = list[Future[WorkResult]]()

    def work(*_: Any, **__: Any) -> Future[WorkResult]:
        given.append(Future())
        return given[-1]

    monkeypatch.setattr(service.workers, "work", work)
    made = submitted(client)
    waited(lambda: given)
    assert client.post(f"{made['url']}/cancel").status_code == 202
    waited(lambda: not service.dispatcher._going)
    assert service.metrics._works == {"cancelled": 1}


def test_a_busy_upload_says_when_to_come_back(shared: Client) -> None:
    name = shared.post("/api/v1/uploads", json={"name": "a.srt", "bytes": 3}).json()["id"]
    service_behind(shared).at_hand.add(name)
    headers = PIECE | {"Upload-Offset": "0"}
    answer = shared.patch(f"/api/v1/uploads/{name}", content=b"abc", headers=headers)
    problem(answer, 409, "upload-busy")
    assert answer.headers["retry-after"] == "2"
    service_behind(shared).at_hand.discard(name)


def test_a_stream_shows_that_it_is_there_whatever_happens_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    beat = works_calls._Beat()
    assert not beat.due(frozenset({"another's"}))
    assert beat.due(frozenset())
    monkeypatch.setattr(works_calls, "_BEAT_S", 0.0)
    assert beat.due(frozenset({"another's"}))


@pytest.mark.parametrize(
    ("place", "name"), [(results_calls._Asked, "review"), (results_calls, "config_of")]
)
def test_a_work_that_goes_before_something_is_made_of_it_is_not_there(
    serving: Callable[..., Client], monkeypatch: pytest.MonkeyPatch, place: Any, name: str
) -> None:
    client = serving()
    work = ended(client, submitted(client)["url"])
    folders = service_behind(client).folders
    monkeypatch.setattr(place, name, lambda *_: folders.remove(folders.work(work["id"])))
    link = "fixes" if name == "config_of" else "report.html"
    problem(client.get(work["links"][link]), 404, "work-unknown")


def test_nothing_is_kept_of_no_earlier_work(shared: Client) -> None:
    places = problem(shared.post(WORKS, json={"keep": ["bo"]}), 422, "work-invalid")["errors"]
    assert [(one["where"], one["code"]) for one in places] == [("files", "nothing-handed-in")]
    form = upload(shared, "form.json", json.dumps({"title": "太阳"}).encode())
    looked = {"files": [{"upload": form}], "keep": ["bo"]}
    assert shared.post("/api/v1/inspect", json=looked).json()["ready"] is False
    looked["files"].append({"upload": upload(shared, "bo.srt", SOUND_BO)})  # type: ignore[attr-defined]
    assert shared.post("/api/v1/inspect", json=looked).json()["ready"] is True
