"""What a call asks of the database, of files and of processes: no more than it needs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bilingual.formats import load_tracks
from bilingual.pipeline import submitted as recognising
from bilingual.server import multipart
from bilingual.server.store import WAITING, Store
from tests.server.client import (
    WORKS,
    Client,
    ended,
    problem,
    service_behind,
    submitted,
    upload,
)
from tests.server.conftest import TOKENS
from tests.server.tracks import SOUND_BO, ZH_FILE


@contextmanager
def statements(client: Client) -> Iterator[list[str]]:
    """What the database is asked while the block runs, but for what the queue asks by itself."""
    connection = service_behind(client).store._connection
    heard: list[str] = []

    def hear(statement: str) -> None:
        if statement != WAITING:
            heard.append(statement)

    connection.set_trace_callback(hear)
    try:
        yield heard
    finally:
        connection.set_trace_callback(None)


def test_the_database_is_never_asked_on_the_event_loop(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it waits for the disk, everybody else would wait with it."""
    on_the_loop: list[str] = []

    def watched(name: str) -> Any:
        plain = getattr(Store, name)

        def asked(*args: Any, **named: Any) -> Any:
            try:
                asyncio.get_running_loop()
            except RuntimeError:
                return plain(*args, **named)
            on_the_loop.append(name)
            return plain(*args, **named)

        return asked

    for name in ("_rows", "_change"):
        monkeypatch.setattr(Store, name, watched(name))
    assert office.post("/api/v1/session", json={"token": TOKENS["maker"][1]}).status_code == 204
    work = ended(office, submitted(office)["url"])
    paths = ["/", work["page"], WORKS, work["url"], "/api/v1/session", "/healthz"]
    paths += [link for name, link in work["links"].items() if name not in ("cancel", "video")]
    for path in paths:
        assert office.get(path).status_code < 500, path
    assert office.delete(work["url"]).status_code == 204
    assert office.delete("/api/v1/session").status_code == 204
    assert on_the_loop == []


def test_a_list_of_many_works_asks_no_more_than_one_of_few(
    serving: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bilingual.server.upkeep._EVERY_S", 86400.0)  # asks the database, too
    client = serving()
    asked = []
    for _ in range(2):
        ended(client, submitted(client)["url"])
        with statements(client) as heard:
            client.get(WORKS)
        asked.append(len(heard))
    assert asked[0] == asked[1] > 0


def test_what_follows_a_work_and_who_reviewed_it_is_in_every_list(shared: Client) -> None:
    first = ended(shared, submitted(shared)["url"])
    again = [
        shared.post(WORKS, json={"previous": first["id"], "keep": ["bo", "zh"]}).json()["id"]
        for _ in range(2)
    ]
    shown = shared.get(first["url"]).json()
    assert (shown["next"], shown["reviews"]) == (again, 0)
    listed = {one["id"]: one for one in shared.get(WORKS).json()["works"]}
    assert listed[first["id"]]["next"] == again
    assert [listed[one]["next"] for one in again] == [[], []]


def test_no_document_is_read_to_list_reviews(shared: Client, done: dict[str, Any]) -> None:
    with statements(shared) as heard:
        shared.get(done["links"]["reviews"])
        shared.get(done["links"]["report.html"])
        shared.get(done["links"]["review"])
    assert any("FROM reviews" in one for one in heard)
    assert not any("document" in one for one in heard)  # there is no review


def test_an_overview_that_is_there_is_not_made_again(
    serving: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serving()
    service = service_behind(client)
    ended(client, submitted(client, data={"form": '{"title": "太阳"}'})["url"])
    made: list[tuple[Any, ...]] = []
    short = service.workers.short

    async def counted(function: Any, *args: Any) -> Any:
        made.append((function.__name__, *args))
        return await short(function, *args)

    monkeypatch.setattr(service.workers, "short", counted)
    first = client.get("/api/v1/overview.json")
    assert [work["title"] for work in first.json()["works"]] == ["太阳"]
    with statements(client) as heard:
        again = client.get("/api/v1/overview.json", headers={"If-None-Match": "*"})
    assert again.status_code == 304
    assert [name for name, *_ in made] == ["make_overview"]
    assert not any("record" in one for one in heard)
    # A newer library makes its own.
    monkeypatch.setattr("bilingual.server.results_calls.__version__", "999")
    assert client.get("/api/v1/overview.json").status_code == 200
    assert len(made) == 2
    # And a work that is gone is in none.
    work = client.get(WORKS).json()["works"][0]
    client.delete(work["url"])
    assert client.get("/api/v1/overview.json").json()["works"] == []


def test_a_work_without_a_title_is_called_in_the_overview_as_in_the_list(
    serving: Callable[..., Client],
) -> None:
    client = serving()
    ended(client, submitted(client)["url"])
    listed = [work["title"] for work in client.get(WORKS).json()["works"]]
    shown = [work["title"] for work in client.get("/api/v1/overview.json").json()["works"]]
    assert shown == listed == ["bo.srt"]


def test_a_look_reads_each_file_once_to_tell_what_it_is(
    shared: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    plain = load_tracks

    def counted(path: Any, **named: Any) -> Any:
        read.append(str(path))
        return plain(path, **named)

    monkeypatch.setattr(recognising, "load_tracks", counted)
    files = [{"upload": upload(shared, n, d)} for n, d in (("a.srt", SOUND_BO), ("b.srt", ZH_FILE))]
    looked = shared.post("/api/v1/inspect", json={"files": files}).json()
    assert [one["role"] for one in looked["files"]] == ["bo", "zh"]
    assert len(read) == len(set(read)) == 2


def test_no_page_is_rendered_that_nobody_asked_for(shared: Client, done: dict[str, Any]) -> None:
    folder = service_behind(shared).folders.work(done["id"])
    assert (folder / "report.json").is_file()
    assert not (folder / "report.html").exists()


@pytest.mark.parametrize("free", [1024, 300 * 1024 * 1024])
def test_a_body_for_which_there_is_no_room_is_refused_before_it_is_taken(
    serving: Callable[..., Client], monkeypatch: pytest.MonkeyPatch, free: int
) -> None:
    client = serving(reserve_bytes=256 * 1024 * 1024)
    monkeypatch.setattr("bilingual.server.folders.Folders.free_bytes", lambda _: free)
    taken: list[Any] = []
    monkeypatch.setattr(multipart._Writer, "take", lambda _, todo: taken.append(todo))
    files = {"bo": ("bo.srt", b"x" * 1000)}
    headers = {} if free < 2000 else {"Content-Length": str(100 * 1024 * 1024)}
    problem(client.post(WORKS, files=files, headers=headers), 507, "disk-full")
    assert taken == []


def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_taken(
    serving: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serving(max_upload_bytes=1024)
    monkeypatch.setattr(multipart._Writer, "take", lambda *_: pytest.fail("it was taken"))
    headers = {"Content-Length": str(1 << 40)}
    answer = client.post(WORKS, files={"bo": ("bo.srt", b"x")}, headers=headers)
    problem(answer, 413, "upload-large")


def test_the_disk_is_looked_at_while_a_large_body_comes(
    serving: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serving()
    monkeypatch.setattr(multipart, "_LOOK_BYTES", 10_000)
    left = iter([1 << 40, 1 << 40, 0])
    monkeypatch.setattr("bilingual.server.folders.Folders.free_bytes", lambda _: next(left, 0))
    answer = client.post(WORKS, files={"bo": ("bo.srt", b"x" * 200_000)})
    problem(answer, 507, "disk-full")
    assert list(service_behind(client).folders.uploads.iterdir()) == []
