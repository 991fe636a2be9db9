"""The service runs nothing that lies about where it is started, where it writes, or with a work."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.media import clips
from tests.server.running import Running
from tests.server.tracks import SOUND_BO, SPOILT_BO, ZH_FILE
from tests.test_isolation import PATHS, Trap, loaded_first, plant

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="signals of POSIX"),
]

RESULTS = ("report.json", "report.html", "sheet.xlsx", "annex.pdf", "fixed.zip")


def sent(service: Running, files: dict[str, tuple[str, bytes]]) -> str:
    """A work whose files have names that modules have, its picture read; its address."""
    body = b'--b\r\nContent-Disposition: form-data; name="settings"\r\n\r\n{"burned_in": "on"}\r\n'
    for role, (name, data) in files.items():
        head = f'Content-Disposition: form-data; name="{role}"; filename="{name}"'
        body += f"--b\r\n{head}\r\n\r\n".encode() + data + b"\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    status, made = service.call("POST", "/api/v1/works", body + b"--b--\r\n", kind)
    assert status == 202, made
    return str(made["url"])


def test_a_service_runs_nothing_that_lies_about(tmp_path: Path) -> None:
    leave = loaded_first()
    trap = Trap(tmp_path, leave)
    film = clips.make(tmp_path / "film.mp4", clips.picture(seconds=2), clips.tone(2))
    environment = trap.environment(PYTHONPATH=PATHS[1], TMPDIR=str(trap.inputs))
    service = Running(
        trap.outputs, "--asr", "off",
        flags=(), folder=trap.here, environment=environment,
    )  # fmt: skip
    try:
        service.end()  # it takes no folder that others have filled, so it has begun before them
        for name in ("works", "uploads", "progress", "overviews"):
            plant(trap.outputs / name, trap.note, leave)
        service.start()
        tracks = {"bo": ("json.py", SPOILT_BO), "zh": ("../msgspec.py", ZH_FILE)}
        video = ("numpy.mp4", film.read_bytes())
        url = sent(service, {"video": video, **tracks})
        assert service.until(url, "done", "failed")["state"] == "done"
        work = trap.outputs / "works" / url.rpartition("/")[2]
        # Beside what was submitted, what was made of it, and what is made of it from here on.
        for folder in (work, work / "input", work / "made"):
            plant(folder, trap.note, leave)
        statuses = {name: service.call("GET", f"{url}/{name}")[0] for name in RESULTS}
        assert statuses == dict.fromkeys(RESULTS, 200)
        second = sent(service, {"bo": ("os.srt", SOUND_BO), "zh": ("zh.srt", ZH_FILE)})
        assert service.until(second, "done", "failed")["state"] == "done"
    finally:
        status = service.end()
    trap.assert_unsprung()
    assert status in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
    assert "planted" not in service.log.read_text(encoding="utf-8")
