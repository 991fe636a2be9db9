"""A disk that is full: new work is refused, none is lost, and it goes on when there is room."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bilingual.budget import MIB
from bilingual.files import write_whole
from bilingual.server.settings import Settings
from tests.server.client import (
    WORKS,
    Client,
    client_of,
    ended,
    problem,
    service_behind,
    submitted,
)
from tests.server.tracks import SOUND_BO, ZH_FILE
from tests.server.waiting import waited

NO_DISK = "no small disk can be mounted here"
FILES = {"bo": ("bo.srt", SOUND_BO), "zh": ("zh.srt", ZH_FILE)}


class Disk:
    """A disk of a few MiB: a real one where this user may make one, else as one behaves."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        folder.mkdir()
        self.folder, self._patch = folder, patch
        command = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
        self.real = (
            os.name == "posix"
            and shutil.which("mount") is not None
            and subprocess.run(command, check=False, capture_output=True).returncode == 0
        )

    def fill(self, *, left: int = 0) -> None:
        """Leave so many bytes."""
        if self.real:
            ballast = self.folder / "ballast"
            free = shutil.disk_usage(self.folder).free
            with ballast.open("ab") as file, suppress(OSError):
                file.write(bytes(max(0, free - left)))
            return

        def full(*_: Any, **__: Any) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        self._patch.setattr("bilingual.server.folders.Folders.free_bytes", lambda _: left)
        if not left:
            self._patch.setattr("bilingual.batch.state.write_whole", unwritten)
            self._patch.setattr("bilingual.server.making.os.link", full)
            self._patch.setattr("bilingual.server.making.shutil.copyfile", full)

    def empty(self) -> None:
        """Have room again."""
        if self.real:
            (self.folder / "ballast").unlink()
        self._patch.undo()

    def end(self) -> None:
        """Take it away."""
        if self.real:
            subprocess.run(["umount", "-l", str(self.folder)], check=True)


def unwritten(path: Path, text: str, **named: Any) -> None:
    """What writing a file comes to on a full disk."""
    write_whole(Path("/dev/full") / path.name, text, **named)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A small disk, empty."""
    with pytest.MonkeyPatch.context() as patch:
        made = Disk(tmp_path / "disk", patch)
        yield made
        made.empty() if (made.folder / "ballast").exists() else None
        made.end()


@pytest.fixture
def client(disk: Disk) -> Iterator[Client]:
    """A service on it, that wants a MiB to be left."""
    with client_of(Settings(data=disk.folder / "data", reserve_bytes=MIB)) as found:
        yield found


def test_nothing_new_is_taken_and_nothing_is_lost(client: Client, disk: Disk) -> None:
    work = ended(client, submitted(client)["url"])
    assert work["state"] == "done"
    page = client.get(work["links"]["report.html"]).content
    disk.fill(left=MIB // 2)
    problem(client.post(WORKS, files=FILES), 507, "disk-full")
    problem(client.post("/api/v1/uploads", json={"name": "a", "bytes": 9}), 507, "disk-full")
    again = {"previous": work["id"], "keep": ["bo", "zh"]}
    problem(client.post(WORKS, json=again), 507, "disk-full")
    assert client.get(work["url"]).json() == work
    assert client.get(work["links"]["report.json"]).status_code == 200
    assert client.get(work["links"]["report.html"]).content == page
    assert len(client.get(WORKS).json()["works"]) == 1
    disk.empty()
    assert ended(client, client.post(WORKS, files=FILES).json()["url"])["state"] == "done"


def test_a_work_that_finds_no_room_waits_until_there_is_some(
    client: Client, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bilingual.server.dispatching._FULL_S", 1.0)
    dispatcher = service_behind(client).dispatcher
    dispatcher._full_until = float("inf")
    work = submitted(client)
    disk.fill()
    dispatcher._full_until = 0.0
    tried(client, work["id"])
    shown = client.get(work["url"]).json()
    assert shown["state"] in ("queued", "running")
    assert shown["reason"] is None
    disk.empty()
    assert ended(client, work["url"])["state"] == "done"
    found = service_behind(client).store.work(work["id"])
    assert found is not None
    assert found.attempts == 1  # those for which there was no room do not count


def tried(client: Client, name: str) -> None:
    """Wait until a work was tried, and has to wait."""
    dispatcher = service_behind(client).dispatcher
    waited(lambda: dispatcher._full_until and name not in dispatcher._going)


def test_what_is_asked_for_on_a_full_disk_says_so_and_is_there_later(
    client: Client, disk: Disk
) -> None:
    if not disk.real:
        pytest.skip(NO_DISK)  # what a process writes is written by the system
    work = ended(client, submitted(client)["url"])
    disk.fill()
    for name in ("report.html", "sheet.xlsx", "fixes"):
        answer = client.get(work["links"][name])
        assert answer.status_code == 507, (name, answer.text)
    review = {"schema": "bilingual.review/2", "reviewer": {"name": "卓玛"}}
    problem(client.put(work["links"]["review"], json=review), 507, "disk-full")
    assert client.get(work["url"]).json()["state"] == "done"
    disk.empty()
    assert client.get(work["links"]["reviews"]).json()["reviews"] == []
    for name in ("report.html", "sheet.xlsx", "fixes"):
        assert client.get(work["links"][name]).status_code == 200, name


def test_deleting_makes_room_on_a_full_disk(client: Client, disk: Disk) -> None:
    work = ended(client, submitted(client)["url"])
    disk.fill()
    assert client.delete(work["url"]).status_code == 204
    disk.empty()
    assert client.get(work["url"]).status_code == 404
    assert client.get(WORKS).json()["works"] == []


def test_a_piece_that_finds_no_room_goes_on_later(client: Client, disk: Disk) -> None:
    if not disk.real:
        pytest.skip(NO_DISK)  # what arrives is written by the system
    data = os.urandom(2 * MIB)
    made = client.post("/api/v1/uploads", json={"name": "a.srt", "bytes": len(data)}).json()
    disk.fill(left=MIB // 2)
    kind = {"Content-Type": "application/offset+octet-stream"}
    answer = client.patch(made["url"], content=data, headers=kind | {"Upload-Offset": "0"})
    problem(answer, 507, "disk-full")
    disk.empty()
    there = client.get(made["url"]).json()["received"]
    assert there < len(data)
    headers = kind | {"Upload-Offset": str(there)}
    answer = client.patch(made["url"], content=data[there:], headers=headers)
    assert answer.json()["received"] == len(data)
    service = service_behind(client)
    kept = service.folders.upload(made["id"], "a.srt").read_bytes()
    assert kept == data
