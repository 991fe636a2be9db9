"""RapidOCR works in processes of its own, bounded, and one that ends is no pass."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from bilingual import verify
from bilingual.budget import MIB, Budget
from bilingual.config import Config
from bilingual.errors import MediaError, OverBudgetError
from bilingual.media.process import Process
from bilingual.ocr import engine
from bilingual.ocr.detecting import text_boxes
from bilingual.ocr.readers.rapid import READER
from tests.burned_videos import Scene, Text, draw
from tests.ocr.drawn import CHINESE, TIBETAN, word
from tests.test_isolation import plant

pytest.importorskip("rapidocr", reason="needs the extra ocr")
cv2 = pytest.importorskip("cv2", reason="needs the extra ocr")

ZH = "太阳每天从东方升起"
BO = "ཉི་མ་ཤར་ནས་འཆར།"
SRT = "1\n00:00:00,400 --> 00:00:02,600\n{}\n\n"

ANSWERING = """
import struct, sys, os, signal
while len(head := sys.stdin.buffer.read(9)) == 9:
    task, width, height = struct.unpack("<cII", head)
    sys.stdin.buffer.read(width * height)
    {does}
"""
"""A worker that does something else with every picture that it is shown."""


def answer(text: bytes) -> str:
    return f"sys.stdout.buffer.write(struct.pack('<I', {len(text)}) + {text!r}); sys.stdout.flush()"


@pytest.fixture
def row() -> Any:
    return word(ZH, CHINESE, 40)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Process]:
    """Every worker that is started from here on."""
    processes: list[Process] = []

    def kept(*given: Any, **named: Any) -> Process:
        processes.append(Process(*given, **named))
        return processes[-1]

    monkeypatch.setattr(engine, "Process", kept)
    return processes


@pytest.fixture
def becomes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts another worker in place of ours."""

    def put(does: str) -> None:
        path = tmp_path / "worker.py"
        path.write_text(ANSWERING.format(does=does), encoding="utf-8")
        monkeypatch.setattr(engine, "_WORKER", path)

    return put


def in_process() -> Any:
    """The same engine, here."""
    from bilingual.ocr._rapid_worker import _engine

    return _engine(str(engine._DOOR))


def test_its_answers_are_those_of_the_engine_itself(row: Any) -> None:
    from bilingual.ocr._rapid_worker import _boxes, _text

    own = in_process()
    strip = np.pad(row, ((0, 0), (0, 10 * row.shape[0])))
    both = np.zeros((400, 700), np.uint8)
    both[40 : 40 + row.shape[0], 60 : 60 + row.shape[1]] = row
    tibetan = word(BO, TIBETAN, 40)
    both[250 : 250 + tibetan.shape[0], 60 : 60 + tibetan.shape[1]] = tibetan
    with engine.running(1) as running:
        for picture in (both, strip, row, tibetan, both[:, :300], np.zeros_like(both)):
            colours = cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)
            boxes = [tuple(box) for box in _boxes(own, colours)["boxes"]]
            read = _text(own, colours)
            assert running.boxes(picture) == boxes
            assert running.text(picture) == (read["text"], read["score"])
        assert len(running.boxes(both)) == 2
        assert running.text(row)[0] == ZH
        # Nothing to look at, and too thin to be brought to a size.
        assert running.boxes(both[:, :0]) == []
        assert running.text(both[:0]) == ("", 0.0)
        assert running.text(np.zeros((4, 2160), np.uint8)) == ("", 0.0)


def test_workers_are_kept_no_more_than_asked_for_and_end(
    row: Any, started: list[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bilingual.ocr.readers.rapid._WORTH_A_WORKER", 2)
    config = Config.load().burned_in
    reader = READER.load(config)
    with engine.running(config.threads):
        first = reader.read([[row]])
        assert len(started) == 1
        readings = reader.read([[row]] * 8)
        text_boxes(row, 100)
    assert 1 <= len(started) <= config.threads
    assert readings == first * 8
    assert first[0].text == ZH
    assert all(process._popen.returncode is not None for process in started)
    assert all(process.bounds.file_bytes == 0 for process in started)


def test_one_that_is_killed_is_started_once_more(row: Any, started: list[Process]) -> None:
    with engine.running(1) as running:
        assert running.text(row)[0] == ZH
        started[0].end()
        assert running.text(row)[0] == ZH
        assert len(started) == 2
        started[1].end()
        with pytest.raises(MediaError, match="ended") as caught:
            running.text(row)
    assert caught.value.code == "ocr-ended"
    assert len(started) == 2


@pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")
@pytest.mark.parametrize(
    ("does", "code", "starts"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "ocr-ended", 2),
        ("sys.exit(3)", "ocr-ended", 2),
        (answer(b"{}"), "ocr-answer", 1),
        (answer(b"\xff"), "ocr-answer", 1),
        (answer(b'{"text": "a", "score": NaN}'), "ocr-answer", 1),
        (answer(b'{"text": "a", "score": 7}'), "ocr-answer", 1),
        (answer(b'{"text": "%s", "score": 0.5}' % (b"a" * 5000)), "ocr-answer", 1),
        ("sys.stdout.buffer.write(b'\\xff' * 8); sys.stdout.flush()", "ocr-answer", 1),
        ("open('/tmp/no-such-folder/x', 'w')", "ocr-ended", 2),
    ],
)
def test_no_answer_is_an_error(
    does: str,
    code: str,
    starts: int,
    row: Any,
    becomes: Callable[[str], None],
    started: list[Process],
) -> None:
    becomes(does)
    with engine.running(1) as running, pytest.raises(MediaError) as caught:
        running.text(row)
    assert caught.value.code == code
    assert len(started) == starts


def test_one_that_does_not_answer_is_ended(
    row: Any, becomes: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    becomes("import time; time.sleep(600)")
    monkeypatch.setattr(engine, "_ANSWER_S", 0.3)
    with engine.running(1) as running, pytest.raises(MediaError) as caught:
        running.boxes(row)
    assert caught.value.code == "ocr-slow"


def test_the_works_time_is_its_time(row: Any, becomes: Callable[[str], None]) -> None:
    becomes("import time; time.sleep(600)")
    budget = Budget(wall_clock_s=0.5)
    with budget.active(), engine.running(1) as running, pytest.raises(OverBudgetError) as caught:
        running.boxes(row)
    assert caught.value.code == "over-time"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds address space")
def test_memory_is_bounded(row: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    large = np.zeros((1080, 2160), np.uint8)
    with Budget(memory_bytes=600 * MIB).active(), engine.running(1) as running:
        assert running.text(row)[0] == ZH
        with pytest.raises(OverBudgetError) as over:
            running.boxes(large)
    assert over.value.code == "over-memory"
    monkeypatch.setattr(engine, "MEMORY_BYTES", 600 * MIB)
    with engine.running(1) as running, pytest.raises(MediaError) as caught:
        running.boxes(large)
    assert caught.value.code == "ocr-memory"
    assert caught.value.params == {"mib": 600}


def test_a_picture_beyond_the_bounds_is_not_shown(becomes: Callable[[str], None]) -> None:
    becomes("sys.exit(0)")
    with engine.running(1) as running, pytest.raises(MediaError) as caught:
        running.boxes(np.zeros((4097, 4097), np.uint8))
    assert caught.value.code == "media-shape"


def test_modules_that_lie_about_are_not_imported(
    tmp_path: Path, row: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, note = tmp_path / "here", tmp_path / "imported.txt"
    plant(here, note)
    monkeypatch.chdir(here)
    monkeypatch.setenv("PYTHONPATH", str(here))
    monkeypatch.setattr(sys, "path", [*sys.path, "", ".", str(here), "site-packages"])
    with engine.running(1) as running:
        assert running.text(row)[0] == ZH
    assert not note.exists()


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_what_was_not_read_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILINGUAL_CACHE", str(tmp_path / "cache"))
    video = tmp_path / "v.mp4"
    texts = [Text(start_ms=400, end_ms=2600, text=ZH, font=CHINESE, size=0.06, y=0.92)]
    draw(Scene(texts=texts, duration_ms=3000, width=640, height=360), video)
    tibetan = tmp_path / "bo.srt"
    tibetan.write_text(SRT.format(BO), encoding="utf-8")
    asked = engine._Worker.ask

    def killed(self: engine._Worker, task: bytes, picture: Any) -> bytes:
        os.kill(self._process.pid, signal.SIGKILL)
        return asked(self, task, picture)

    monkeypatch.setattr(engine._Worker, "ask", killed)
    whole = Config.load()
    config = msgspec.structs.replace(whole, asr=msgspec.structs.replace(whole.asr, engine="off"))
    report = verify(video, bo=tibetan, config=config)
    reasons = [check for check in report.checks if "ocr-ended" in str(check)]
    assert reasons
    assert {check.verdict for check in reasons} == {"unknown"}
    assert report.zh is None
    assert report.verdict != "pass"
