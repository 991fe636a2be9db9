"""One budget a work: what goes over it is unknown, and what the caller stops, stops."""

from __future__ import annotations

import asyncio
import logging
import pickle
import sys
import threading
from collections.abc import Callable
from concurrent import futures
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bilingual
from bilingual import BilingualError, CancelledError, Config, averify, verify
from bilingual.asr import vad
from bilingual.budget import Budget, carried, current, threads, threads_held
from bilingual.errors import DeadlineError, MediaError, OverBudgetError
from bilingual.media.process import Bounds, Process, run
from bilingual.model import CheckVerdict, Report, Verdict
from bilingual.pipeline.verify import collect, examine
from tests.media.clips import make, picture, tone

ZH = "1\n00:00:01,000 --> 00:00:02,500\n太阳是一颗恒星。\n"
BO = "1\n00:00:01,000 --> 00:00:02,500\nཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།\n"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Moving:
    """Progress that moves the clock when a stage begins."""

    def __init__(self, clock: Clock, stage: str, by_s: float) -> None:
        self.clock, self.stage, self.by_s = clock, stage, by_s

    def __call__(self, stage: str, done: float, total: float | None) -> None:
        if stage == self.stage:
            self.clock.now += self.by_s
            self.by_s = 0


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("film") / "film.mp4", picture(), tone())


@pytest.fixture
def tracks(tmp_path: Path) -> tuple[Path, Path]:
    paths = tmp_path / "bo.srt", tmp_path / "zh.srt"
    for path, text in zip(paths, (BO, ZH), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def judged(film: Path, tracks: tuple[Path, Path], stage: str) -> Report:
    clock = Clock()
    named = {"video": film, "bo": tracks[0], "zh": tracks[1]}
    budget = Budget(wall_clock_s=60, clock=clock)
    return examine(collect(named, progress=Moving(clock, stage, 61), budget=budget))


def why(report: Report, rule: str) -> tuple[CheckVerdict, str | None]:
    check = next(c for c in report.checks if c.rule == rule)
    return check.verdict, None if check.reason is None else check.reason.code


@pytest.mark.parametrize("stage", ["hash", "media"])
def test_without_time_nothing_is_known_of_the_film_and_the_work_does_not_pass(
    film: Path, tracks: tuple[Path, Path], stage: str
) -> None:
    report = judged(film, tracks, stage)
    assert report.media is None
    for rule in ("duration", "resolution", "no-audio", "media-truncated", "speech-uncovered"):
        assert why(report, rule) == (CheckVerdict.UNKNOWN, "over-time")
    assert report.verdict is Verdict.UNKNOWN
    # What was there is hashed, read and aligned all the same.
    assert {i.role for i in report.inputs} == {"video", "bo", "zh"}
    assert report.alignment is not None


def test_what_was_found_in_time_stays(film: Path, tracks: tuple[Path, Path]) -> None:
    report = judged(film, tracks, "read")
    assert report.media is not None
    assert why(report, "resolution")[0] is not CheckVerdict.UNKNOWN
    assert why(report, "transcript-mismatch") == (CheckVerdict.UNKNOWN, "over-time")
    assert report.verdict is not Verdict.PASS


def test_voices_that_were_found_in_time_stay(
    film: Path, tracks: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def always(audio: Any, progress: Callable[[float, float], object]) -> Any:
        progress(4, 4)
        return np.ones(125, dtype=np.float32)

    monkeypatch.setattr(vad, "speech_probabilities", always)
    report = judged(film, tracks, "speech")
    assert report.speech is not None
    assert len(report.speech.spans or ()) == 1
    assert why(report, "transcript-mismatch") == (CheckVerdict.UNKNOWN, "over-time")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", ["over-time", "over-memory", "over-disk"])
def test_the_reason_names_the_setting(code: str, language: str) -> None:
    from bilingual.locale import sentence

    text = sentence("reasons", code, {"seconds": 60, "mib": 60}, language)
    assert "limits." in text
    assert "60" in text


def test_the_settings_say_how_much(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text("[limits]\nwall_clock_s = 0.5\nmemory_mib = 300\ndisk_mib = 1\n")
    budget = Config.load(path).limits.budget()
    assert 0 < budget.left_s <= 0.5
    assert budget.memory_bytes == 300 * 1024**2
    assert budget.disk_left == 1024**2
    for wrong in (
        "wall_clock_s = 0",
        "memory_mib = -1",
        "memory_mib = 255",
        "disk_mib = 'much'",
        "speed = 1",
    ):
        path.write_text(f"[limits]\n{wrong}\n")
        with pytest.raises(BilingualError):
            Config.load(path)


def test_a_program_gets_what_is_left_and_no_more() -> None:
    clock = Clock()
    budget = Budget(wall_clock_s=60, memory_bytes=512 * 1024**2, disk_bytes=10, clock=clock)
    clock.now += 50
    with budget.active():
        with Process([sys.executable, "-c", "pass"], bounds=Bounds()) as process:
            assert process.bounds.timeout_s == pytest.approx(10)
            assert process.bounds.memory_bytes == 512 * 1024**2
            assert process.bounds.file_bytes == 10
        own = Bounds(timeout_s=5, memory_bytes=256 * 1024**2, file_bytes=0)
        with Process([sys.executable, "-c", "pass"], bounds=own) as process:
            assert process.bounds == own
        clock.now += 10
        with pytest.raises(OverBudgetError, match=r"limits\.wall_clock_s"):
            run([sys.executable, "-c", "pass"], bounds=Bounds())
    assert current().left_s == float("inf")


def test_a_program_that_is_out_of_time_is_over_the_budget_not_over_its_bounds() -> None:
    forever = [sys.executable, "-c", "import time; time.sleep(3600)"]
    with Budget(wall_clock_s=0.5).active(), pytest.raises(OverBudgetError):
        run(forever, bounds=Bounds())
    with Budget(wall_clock_s=3600).active(), pytest.raises(MediaError) as caught:
        run(forever, bounds=Bounds(timeout_s=0.5))
    assert caught.value.code == "media-timeout"


def test_a_program_that_is_out_of_memory_says_so() -> None:
    starving = [
        sys.executable,
        "-c",
        "import sys; sys.stderr.write('x: Cannot allocate memory'); sys.exit(1)",
    ]
    with Budget(memory_bytes=256 * 1024**2).active(), pytest.raises(OverBudgetError) as caught:
        run(starving, bounds=Bounds())
    assert (caught.value.code, caught.value.params) == ("over-memory", {"mib": 256})
    with Budget(memory_bytes=2 * 1024**3).active():
        assert run(starving, bounds=Bounds()).status == 1


def test_disk_is_counted() -> None:
    budget = Budget(disk_bytes=3 * 1024**2)
    budget.take_disk(2 * 1024**2)
    budget.give_back_disk(1024**2)
    budget.take_disk(2 * 1024**2)
    assert budget.disk_left == 0
    with pytest.raises(OverBudgetError) as caught:
        budget.take_disk(1)
    assert (caught.value.code, caught.value.params) == ("over-disk", {"mib": 3})


def test_other_threads_work_on_the_same_budget() -> None:
    budget = Budget(wall_clock_s=60, clock=Clock())

    def found(_: int) -> Budget:
        return current()

    with budget.active(), ThreadPoolExecutor(2) as pool:
        assert list(pool.map(carried(found), range(8))) == [budget] * 8
        assert pool.submit(current).result() is not budget


# Stops.


@pytest.mark.parametrize("stage", ["hash", "media", "read", "audio", "speech", "align", "check"])
@pytest.mark.parametrize(
    "stop",
    [
        CancelledError(),
        futures.CancelledError("enough"),
        asyncio.CancelledError("enough"),
        TimeoutError("enough"),
        KeyboardInterrupt("enough"),
        SystemExit(3),
    ],
    ids=lambda stop: f"{type(stop).__module__}.{type(stop).__name__}",
)
def test_a_stop_raised_in_progress_comes_back_as_it_is(
    film: Path,
    tracks: tuple[Path, Path],
    stop: BaseException,
    stage: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def tell(at: str, done: float, total: float | None) -> None:
        if at == stage:
            raise stop

    with pytest.raises(type(stop)) as caught:
        verify(film, bo=tracks[0], zh=tracks[1], progress=tell)
    assert caught.value is stop
    assert not isinstance(caught.value, BilingualError)
    assert not [r for r in caplog.records if r.exc_info]


def test_anything_else_raised_in_progress_is_logged_once(
    tracks: tuple[Path, Path], caplog: pytest.LogCaptureFixture
) -> None:
    called: list[str] = []

    def tell(stage: str, done: float, total: float | None) -> None:
        called.append(stage)
        raise OSError("the caller's own fault")

    with caplog.at_level(logging.ERROR, "bilingual"):
        verify(bo=tracks[0], zh=tracks[1], progress=tell)
    assert len(called) > 4
    assert len([r for r in caplog.records if "progress callback" in r.message]) == 1


@pytest.mark.parametrize("stage", ["hash", "media", "read", "audio", "speech", "align", "check"])
def test_an_event_stops_the_work(film: Path, tracks: tuple[Path, Path], stage: str) -> None:
    cancel = threading.Event()

    def tell(at: str, done: float, total: float | None) -> None:
        if at == stage:
            cancel.set()
        elif cancel.is_set():
            raise AssertionError(f"{at} was begun")

    with pytest.raises(CancelledError) as caught:
        verify(film, bo=tracks[0], zh=tracks[1], progress=tell, cancel=cancel)
    assert caught.value.message("zh") == "已按要求停止。"
    assert str(caught.value) == "Stopped as requested."


def test_an_event_set_before_stops_at_once(tracks: tuple[Path, Path]) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(CancelledError):
        verify(bo=tracks[0], cancel=cancel)


def test_a_function_stops_the_work_as_an_event_does(tracks: tuple[Path, Path]) -> None:
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(len(asked) > 3)
        return asked[-1]

    with pytest.raises(CancelledError):
        verify(bo=tracks[0], zh=tracks[1], cancel=cancelled)
    assert asked == [False, False, False, False, True]
    assert verify(bo=tracks[0], zh=tracks[1], cancel=lambda: False).checks
    with pytest.raises(CancelledError):
        asyncio.run(averify(bo=tracks[0], zh=tracks[1], cancel=lambda: True))


def test_an_event_ends_a_program_that_runs() -> None:
    cancel = threading.Event()
    written = [sys.executable, "-c", "import time; print('x', flush=True); time.sleep(3600)"]

    def work() -> None:
        with Process(written, bounds=Bounds()) as process:
            for _ in process.blocks():
                cancel.set()
            process.finish()

    with pytest.raises(CancelledError), Budget(cancel=cancel).active():
        work()


def test_the_time_of_a_call_is_an_error_with_a_code(film: Path, tracks: tuple[Path, Path]) -> None:
    with pytest.raises(DeadlineError) as caught:
        verify(film, bo=tracks[0], zh=tracks[1], timeout_s=0)
    assert isinstance(caught.value, BilingualError)
    assert (caught.value.code, caught.value.params) == ("timeout", {"seconds": 0})
    assert "0" in caught.value.message("zh")


@pytest.mark.parametrize("stage", ["media", "audio", "speech", "align", "check"])
def test_no_stage_makes_do_without_the_callers_time(
    film: Path, tracks: tuple[Path, Path], stage: str
) -> None:
    clock = Clock()
    named = {"video": film, "bo": tracks[0], "zh": tracks[1]}
    budget = Budget(timeout_s=60, clock=clock)
    with pytest.raises(DeadlineError):
        examine(collect(named, progress=Moving(clock, stage, 61), budget=budget))


def test_a_stop_is_exported_and_crosses_a_pool() -> None:
    assert "CancelledError" in bilingual.__all__
    again: object = pickle.loads(pickle.dumps(CancelledError()))
    assert isinstance(again, CancelledError)
    assert isinstance(again, futures.CancelledError)
    assert (again.code, str(again)) == ("cancelled", "Stopped as requested.")


def test_averify_is_verify(tracks: tuple[Path, Path]) -> None:
    report = asyncio.run(averify(bo=tracks[0], zh=tracks[1]))
    assert report.checks == verify(bo=tracks[0], zh=tracks[1]).checks


def test_cancelling_the_task_stops_the_work(tracks: tuple[Path, Path]) -> None:
    begun, stages = threading.Event(), list[str]()
    go_on = threading.Event()

    def tell(stage: str, done: float, total: float | None) -> None:
        stages.append(stage)
        begun.set()
        go_on.wait()

    async def main() -> None:
        task = asyncio.create_task(averify(bo=tracks[0], zh=tracks[1], progress=tell))
        await asyncio.to_thread(begun.wait)
        task.cancel()
        await asyncio.sleep(0)
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    # It came back when the work had ended, and the work did not go on.
    assert stages == ["hash"]


def test_averify_hears_the_callers_event_too(tracks: tuple[Path, Path]) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(CancelledError):
        asyncio.run(averify(bo=tracks[0], cancel=cancel))


def test_engines_take_no_more_threads_than_their_share() -> None:
    assert threads(4) == 4
    with threads_held(2):
        assert (threads(4), threads(1)) == (2, 1)
        with threads_held(0):
            assert threads(4) == 4
    assert threads(4) == 4
