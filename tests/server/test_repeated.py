"""Calls that come twice, at the same moment, or again after they were refused."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bilingual.batch.model import WorkResult
from bilingual.errors import InputError
from bilingual.server import uploads, works_calls
from bilingual.server.folders import Folders, new_id
from bilingual.server.problems import ServiceError
from bilingual.server.turns import Turns
from bilingual.server.upkeep import tidy
from tests.server.client import (
    WORKS,
    Client,
    client_of,
    ended,
    problem,
    service_behind,
    submitted,
    upload,
)
from tests.server.tracks import SOUND_BO, ZH_FILE
from tests.server.waiting import waited

FORM = json.dumps({"title": "太阳", "authors": "卓玛"}).encode()


def test_a_refused_call_is_made_again_with_the_same_uploads(
    serving: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serving()
    files = {"bo": upload(client, "bo.srt", SOUND_BO), "form": upload(client, "form.json", FORM)}

    def full(*_: Any) -> None:
        raise ServiceError("disk-full", 507)

    with monkeypatch.context() as patch:
        patch.setattr("bilingual.server.making.refuse_full", full)
        problem(client.post(WORKS, json={"files": files}), 507, "disk-full")
    answer = client.post(WORKS, json={"files": files})
    assert answer.status_code == 202, answer.text
    assert client.get(answer.json()["url"]).json()["title"] == "太阳"
    assert list(service_behind(client).folders.uploads.iterdir()) == []
    for one in files.values():
        problem(client.get(f"/api/v1/uploads/{one}"), 404, "upload-unknown")


def test_a_form_that_is_none_stays_to_be_looked_at(shared: Client) -> None:
    bad = upload(shared, "form.toml", b"title = ")
    files = {"bo": upload(shared, "bo.srt", SOUND_BO), "form": bad}
    places = problem(shared.post(WORKS, json={"files": files}), 422, "work-invalid")["errors"]
    assert [one["where"] for one in places] == ["form.toml"]
    assert shared.get(f"/api/v1/uploads/{bad}").json()["received"] == len(b"title = ")


def slowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the reading of uploads take as long as that of a film does, each longer."""
    number = itertools.count(1)

    def slow(path: Path, name: str) -> uploads.Incoming:
        time.sleep(0.3 * next(number))
        return uploads.hashed(path, name)

    monkeypatch.setattr(works_calls, "hashed", slow)


def at_once(client: Client, count: int, **call: Any) -> list[Any]:
    with ThreadPoolExecutor(count) as pool:
        return [
            one.result() for one in [pool.submit(client.post, WORKS, **call) for _ in range(count)]
        ]


def test_two_calls_with_one_key_at_the_same_moment_make_one_work(
    serving: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serving()
    slowed(monkeypatch)
    named = {"files": {"bo": upload(client, "bo.srt", SOUND_BO)}}
    answers = at_once(client, 4, json=named, headers={"Idempotency-Key": "one"})
    assert [answer.status_code for answer in answers] == [202] * 4, [a.text for a in answers]
    assert len({answer.json()["id"] for answer in answers}) == 1
    whole = {"bo": ("bo.srt", SOUND_BO), "zh": ("zh.srt", ZH_FILE)}
    answers = at_once(client, 4, files=whole, headers={"Idempotency-Key": "two"})
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(client.get(WORKS).json()["works"]) == 2
    assert len(list(service_behind(client).folders.works.iterdir())) == 2


def test_two_calls_with_the_same_uploads_make_one_work(
    serving: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serving()
    slowed(monkeypatch)
    named = {"files": {"bo": upload(client, "bo.srt", SOUND_BO)}}
    answers = at_once(client, 4, json=named)
    codes = sorted(answer.json().get("code", "") for answer in answers)
    assert codes[0] == ""
    assert set(codes[1:]) <= {"upload-busy", "upload-unknown"}, codes
    assert len(client.get(WORKS).json()["works"]) == 1


def test_an_upload_that_is_dropped_while_a_work_is_made_of_it(
    serving: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serving()
    one = upload(client, "bo.srt", SOUND_BO)

    def dropped(path: Path, name: str) -> uploads.Incoming:
        path.unlink()
        return uploads.hashed(path, name)

    monkeypatch.setattr(works_calls, "hashed", dropped)
    problem(client.post(WORKS, json={"files": {"bo": one}}), 404, "upload-unknown")


def test_a_work_that_is_deleted_while_it_is_checked_again(
    serving: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serving()
    work = ended(client, submitted(client)["url"])
    folders = service_behind(client).folders
    folders.remove(folders.input(work["id"]))
    again = client.post(WORKS, json={"previous": work["id"], "keep": ["bo", "zh"]})
    problem(again, 404, "work-unknown")


def test_turns_leave_nothing_behind() -> None:
    turns, order = Turns(), list[str]()

    async def at(name: str) -> None:
        async with turns.of("a", 1):
            order.append(f"{name} in")
            await asyncio.sleep(0)
            order.append(f"{name} out")

    async def failing() -> None:
        async with turns.of("a", 1):
            raise ValueError

    async def all_of_them() -> None:
        await asyncio.gather(at("x"), failing(), at("y"), return_exceptions=True)

    asyncio.run(all_of_them())
    assert order == ["x in", "x out", "y in", "y out"]
    assert turns._locks == {}


# A work that is stopped just as it begins.


class Stopped(Future[WorkResult]):
    """A work that is given to a process; whether it was stopped."""

    stopped = False

    def cancel(self) -> bool:
        """Note that it was, and end."""
        self.stopped = True
        return super().cancel()


@pytest.mark.parametrize("ending", ["cancelled", "deleted"])
def test_a_work_that_is_stopped_as_it_begins_does_not_run(
    serving: Callable[..., Client], monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    client = serving()
    service = service_behind(client)
    read, given = service.store.work, list[Stopped]()

    def stopped_meanwhile(name: str) -> Any:
        found = read(name)
        if found is not None and found.state == "running" and not given:
            if ending == "deleted":
                service.store.remove_work(name)
            else:
                service.store.end(name, "cancelled", {})
        return found

    def over(future: Stopped) -> None:
        if not future.cancelled():
            future.set_exception(RuntimeError())

    def work(*_: Any, **__: Any) -> Future[WorkResult]:
        future = Stopped()
        given.append(future)
        # What goes on to run ends by itself.
        asyncio.get_running_loop().call_later(1.0, over, future)
        return future

    monkeypatch.setattr(type(service.store), "work", lambda _, name: stopped_meanwhile(name))
    monkeypatch.setattr(service.workers, "work", work)
    made = submitted(client)
    waited(lambda: given and given[0].done())
    assert given[0].stopped
    if ending == "cancelled":
        assert client.get(made["url"]).json()["state"] == "cancelled"


def test_a_file_that_goes_while_it_is_tidied_up_stops_nothing(
    serving: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serving()
    service = service_behind(client)
    upload(client, "bo.srt", SOUND_BO)
    (service.folders.uploads / new_id()).write_bytes(b"x")
    stray = service.folders.works / new_id()
    stray.mkdir()
    plain = Path.stat

    def gone(path: Path, **named: Any) -> Any:
        if path.parent == service.folders.uploads:
            raise FileNotFoundError(path)
        return plain(path, **named)

    monkeypatch.setattr(Path, "stat", gone)
    tidy(service)
    assert not stray.exists()


def test_what_a_dying_process_writes_of_a_deleted_work_goes(
    serving: Callable[..., Client],
) -> None:
    client = serving()
    service = service_behind(client)
    work = ended(client, submitted(client)["url"])
    assert client.delete(work["url"]).status_code == 204
    left = service.folders.work(work["id"])
    left.mkdir()
    (left / "prints.json").write_text("{}", encoding="utf-8")
    making = service.folders.work("m" * 22)
    making.mkdir()
    service.making.add(making.name)
    tidy(service)
    assert not left.exists()
    assert making.exists()


def test_what_is_not_the_services_own_stays(serving: Callable[..., Client]) -> None:
    """A batch's works lie in a folder ``works``, too; all of them were removed."""
    service = service_behind(serving())
    service.close()
    folders = service.folders
    foreign = [
        parent / name
        for parent in (folders.works, folders.uploads, folders.progress, folders.trash)
        for name in ("A", "demo.srt", "note.json")
    ]
    foreign.append(folders.overviews / "index.html")
    ours = [
        folders.works / new_id(),
        folders.uploads / f"{new_id()}.srt",
        folders.trash / new_id(),
        folders.progress / f"{new_id()}.json",
    ]
    for path in (*foreign, *ours):
        path.mkdir()
        (path / "report.json").write_text("{}", encoding="utf-8")
    with client_of(service.settings) as client:
        tidy(service_behind(client))
        service_behind(client).folders.empty_overviews(0)
    assert [path.name for path in ours if path.exists()] == []
    assert [path for path in foreign if not (path / "report.json").is_file()] == []


def test_a_folder_of_works_without_a_database_is_not_taken(tmp_path: Path) -> None:
    """That of a batch; or the service's own, whose database was lost: its works were removed."""
    report = tmp_path / "season" / "works" / "A" / "report.json"
    report.parent.mkdir(parents=True)
    report.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Folders(tmp_path / "season").make()
    assert caught.value.code == "data-of-others"
    assert report.is_file()
    assert [path.name for path in report.parents[2].iterdir()] == ["works"]
    (tmp_path / "new" / "works").mkdir(parents=True)  # begun, and cut off
    Folders(tmp_path / "new").make()
