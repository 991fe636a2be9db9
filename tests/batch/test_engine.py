"""A batch, run: what is made, kept, made again; processes that die; executors of all kinds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

import bilingual
from bilingual.batch import BatchStage, Submission, verify_many
from bilingual.batch.engine import Bounds
from bilingual.batch.rules import title_of
from bilingual.batch.work import Task, do_work
from bilingual.cli import run
from bilingual.config import Asr, Config
from bilingual.errors import CancelledError, InputError
from tests.batch.works import submissions
from tests.support import default_signals

CONFIG = msgspec.structs.replace(Config.load(), asr=Asr(engine="off"))
SCHEMA = json.loads(
    resources.files("bilingual.batch").joinpath("batch-1.schema.json").read_text("utf-8")
)


def here() -> ThreadPoolExecutor:
    """An executor that starts no process."""
    return ThreadPoolExecutor(1)


@pytest.fixture
def works(tmp_path: Path) -> list[Submission]:
    return submissions(tmp_path, 3)


def reports(out: Path) -> dict[str, dict[str, Any]]:
    found = {}
    for path in sorted(out.glob("works/*/report.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        document["provenance"]["created"] = ""
        found[path.parent.name] = document
    return found


def test_local_processes_and_any_executor_make_the_same(
    tmp_path: Path, works: list[Submission]
) -> None:
    stages: list[BatchStage] = []

    def progress(stage: str, done: float, total: float | None) -> None:
        assert isinstance(stage, BatchStage)
        stages.append(stage)

    batch = verify_many(works, out=tmp_path / "a", config=CONFIG, workers=2, progress=progress)
    with here() as executor:
        other = verify_many(works, out=tmp_path / "b", config=CONFIG, executor=executor)
    assert [work.state for work in batch.works] == ["done"] * 3
    assert reports(tmp_path / "a") == reports(tmp_path / "b")
    assert len(reports(tmp_path / "a")) == 3
    assert {s.finished.id for s in stages if s.finished} == {"w0", "w1", "w2"}
    for one, two in zip(batch.works, other.works, strict=True):
        assert replace(one, seconds=0) == replace(two, seconds=0)
    document = json.loads((tmp_path / "a" / "batch.json").read_text(encoding="utf-8"))
    assert not list(Draft202012Validator(SCHEMA).iter_errors(document))
    assert document == json.loads(batch.to_json())
    assert document["counts"]["done"] == 3
    assert (tmp_path / "a" / "index.html").is_file()
    assert (tmp_path / "a" / "batch.xlsx").is_file()
    assert (tmp_path / "a" / "works" / "w0" / "report.html").is_file()


def run_here(works: list[Submission], out: Path, **options: Any) -> bilingual.batch.Batch:
    with here() as executor:
        return verify_many(works, out=out, executor=executor, **({"config": CONFIG} | options))


def made(batch: bilingual.batch.Batch) -> set[str]:
    return {work.id for work in batch.works if not work.kept}


def test_only_what_is_missing_changed_or_asked_for_is_made(
    tmp_path: Path, works: list[Submission]
) -> None:
    out = tmp_path / "out"
    first = run_here(works, out)
    again = run_here(works, out)
    assert made(again) == set()
    for one, two in zip(first.works, again.works, strict=True):
        assert replace(one, kept=True) == two
    path = Path(works[1].zh or "")
    before = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace("太阳", "月亮"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # same size, same time
    assert made(run_here(works, out)) == {"w1"}
    (out / "works" / "w0" / "report.json").unlink()
    assert made(run_here(works, out)) == {"w0"}
    (out / "works" / "w2" / "work.json").write_text("{", encoding="utf-8")
    assert made(run_here(works, out)) == {"w2"}
    (out / "works" / "w1" / "prints.json").unlink()  # equal works would no longer be found
    assert made(run_here(works, out)) == {"w1"}
    with pytest.MonkeyPatch.context() as patch:  # a version that compares otherwise
        patch.setattr("bilingual.batch.state.VERSION", 10**6)
        assert made(run_here(works, out)) == {"w0", "w1", "w2"}
    assert made(run_here(works, out)) == {"w0", "w1", "w2"}
    other = replace(works[2], form=bilingual.Form(title="另一个"))
    assert made(run_here([*works[:2], other], out)) == {"w2"}
    quality = msgspec.structs.replace(CONFIG.quality, max_lines=3)
    config = msgspec.structs.replace(CONFIG, quality=quality)
    assert made(run_here(works, out, config=config)) == {"w0", "w1", "w2"}
    assert made(run_here(works, out, config=config, again="all")) == {"w0", "w1", "w2"}
    assert made(run_here(works, out, config=config, again="failed")) == set()


def test_a_work_that_cannot_be_checked_fails_alone(tmp_path: Path, works: list[Submission]) -> None:
    bad = tmp_path / "bad.srt"
    bad.write_bytes(b"\0\1\2 nothing")
    works[1] = replace(works[1], zh=str(bad))
    gone = Submission(id="gone", zh=str(tmp_path / "gone.srt"))
    out = tmp_path / "out"
    batch = run_here([*works, gone], out)
    states = {work.id: work.state for work in batch.works}
    assert states == {"w0": "done", "w1": "failed", "w2": "done", "gone": "failed"}
    reasons = {w.id: w.reason.params["code"] for w in batch.works if w.reason is not None}
    assert reasons["gone"] == "file-missing"
    assert str(tmp_path) not in batch.to_json()
    assert made(run_here(works, out)) == set()  # what failed is not tried again by itself
    assert made(run_here(works, out, again="failed")) == {"w1"}
    assert not (out / "works" / "w1" / "report.json").exists()


def test_a_killed_worker_loses_its_work_only_and_that_is_done_again(
    tmp_path: Path, works: list[Submission]
) -> None:
    killed: list[int] = []

    def progress(stage: str, done: float, total: float | None) -> None:
        if not killed and isinstance(stage, BatchStage) and stage.running:
            for pid in workers_of(os.getpid()):
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)

    batch = verify_many(works, out=tmp_path / "o", config=CONFIG, workers=1, progress=progress)
    assert killed
    assert [work.state for work in batch.works] == ["done"] * 3
    assert max(work.attempts for work in batch.works) == 2


def workers_of(parent: int) -> Iterator[int]:
    """The processes that a process has started by spawn."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if int(stat[1]) == parent and b"spawn_main" in command:
                yield int(entry.name)


@pytest.mark.parametrize(
    ("bounds", "code"),
    [
        (Bounds(timeout_s=0.001), "work-timeout"),
        (Bounds(memory_mib=8), "work-memory"),
    ],
)
def test_a_work_over_its_bounds_fails_after_a_second_try(
    tmp_path: Path, works: list[Submission], bounds: Bounds, code: str
) -> None:
    batch = verify_many(works[:1], out=tmp_path / "o", config=CONFIG, workers=1, bounds=bounds)
    (work,) = batch.works
    assert (work.state, work.attempts) == ("failed", 2)
    assert work.reason is not None
    assert work.reason.code == code


def test_a_cluster_of_dask(tmp_path: Path, works: list[Submission]) -> None:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        batch = verify_many(
            works[:2], out=tmp_path / "o", config=CONFIG, executor=client.get_executor(pure=False)
        )
    assert [work.state for work in batch.works] == ["done"] * 2


class Broken(Executor):
    """An executor whose workers are lost every time."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_exception(RuntimeError("lost"))
        return future


def test_what_an_executor_loses_is_done_alone_here(tmp_path: Path, works: list[Submission]) -> None:
    batch = verify_many(works[:1], out=tmp_path / "o", config=CONFIG, executor=Broken())
    assert (batch.works[0].state, batch.works[0].attempts) == ("done", 2)


class Gone(Executor):
    """An executor that gives up what it has after one work, as Dask's does without a scheduler."""

    def __init__(self) -> None:
        self.taken = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.taken += 1
        if self.taken == 1:
            future.set_result(fn(*args, **kwargs))
        else:
            future.cancel()
            future.set_running_or_notify_cancel()
        return future


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_executor_that_gives_up_ends_the_batch(
    tmp_path: Path, works: list[Submission], language: str
) -> None:
    out = tmp_path / "o"
    with pytest.raises(InputError) as caught:
        verify_many(works, out=out, config=CONFIG, executor=Gone())
    assert caught.value.code == "batch-executor-gone"
    assert "3" in caught.value.message(language)
    finished = set(reports(out))
    assert len(finished) == 1
    assert made(run_here(works, out)) == {"w0", "w1", "w2"} - finished


def test_the_processes_of_the_standard_library_serve(
    tmp_path: Path, works: list[Submission]
) -> None:
    import multiprocessing

    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        batch = verify_many(works, out=tmp_path / "o", config=CONFIG, executor=executor)
    assert [work.state for work in batch.works] == ["done"] * 3


def test_a_machine_that_does_not_see_the_files_is_told_apart(
    tmp_path: Path, works: list[Submission]
) -> None:
    missing = replace(works[0], zh=str(tmp_path / "not-here.srt"))
    task = Task(
        work=missing,
        out=str(tmp_path / "o"),
        config=CONFIG,
        timeout_s=60,
        memory_mib=4096,
        threads=1,
        seen=(str(tmp_path / "not-here.srt"),),
        host="another-machine",
    )
    reason = do_work(task).reason
    assert reason is not None
    assert reason.code == "work-not-shared"
    own = do_work(replace(task, seen=())).reason
    assert own is not None
    assert own.code == "work-error"


def test_a_stop_leaves_what_is_finished(tmp_path: Path, works: list[Submission]) -> None:
    out = tmp_path / "out"

    def progress(stage: str, done: float, total: float | None) -> None:
        if done >= 1:
            raise CancelledError

    with pytest.raises(CancelledError):
        run_here(works, out, progress=progress)
    finished = set(reports(out))
    assert finished
    assert made(run_here(works, out)) == {"w0", "w1", "w2"} - finished


def test_two_batches_in_one_folder(tmp_path: Path, works: list[Submission]) -> None:
    out = tmp_path / "out"
    codes: list[str] = []

    def progress(stage: str, done: float, total: float | None) -> None:
        if not codes:
            thread = threading.Thread(target=second)
            thread.start()
            thread.join()

    def second() -> None:
        try:
            run_here(works, out)
        except InputError as error:
            codes.append(error.code)

    run_here(works, out, progress=progress)
    assert codes == ["batch-running"]


def test_a_folder_that_cannot_be_written_to(tmp_path: Path, works: list[Submission]) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(InputError) as caught:
        run_here(works, file)
    assert caught.value.code == "output-unwritable"


def test_a_disk_that_is_full_fails_the_work_and_says_so(
    tmp_path: Path, works: list[Submission], monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    from bilingual.files import write_whole as real

    def full(path: Path, text: str, **options: Any) -> None:
        if path.parent.name == "w1":
            raise InputError("output-unwritable", path=path.name, detail=os.strerror(errno.ENOSPC))
        real(path, text, **options)

    monkeypatch.setattr("bilingual.batch.work.write_whole", full)
    batch = run_here(works, tmp_path / "out")
    assert [work.state for work in batch.works] == ["done", "failed", "done"]
    monkeypatch.undo()
    again = run_here(works, tmp_path / "out")
    assert [work.state for work in again.works] == ["done"] * 3


ONE = ("--workers", "1", "--asr", "off")
TABLE = "编号,藏文字幕,中文字幕,微视频名称\n"


def table_of(folder: Path, works: list[Submission]) -> Path:
    path = folder / "works.csv"
    rows = [f"{w.id},{Path(w.bo or '').name},{Path(w.zh or '').name},作品{w.id}" for w in works]
    path.write_text(TABLE + "\n".join(rows), encoding="utf-8")
    return path


def test_a_program_without_a_main_guard_and_modules_beside_the_table(tmp_path: Path) -> None:
    works = submissions(tmp_path, 1)
    table_of(tmp_path, works)
    for name in ("multiprocessing", "pebble", "msgspec", "numpy", "bilingual"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('taken from the folder')")
    script = tmp_path / "script.py"
    script.write_text(
        "import sys; sys.path[:] = [p for p in sys.path if p != sys.path[0]]\n"
        "from bilingual.batch import load_table, verify_many\n"
        "batch = verify_many(load_table('works.csv'), out='season', workers=1)\n"
        "sys.stdout.write(batch.works[0].state)\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(bilingual.__file__).parents[1])},
    )
    assert done.stdout == "done", done.stderr


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    works = submissions(tmp_path, 2)
    table = table_of(tmp_path, works)
    out = tmp_path / "season"
    arguments = ["batch", str(table), "--out", str(out), *ONE]
    status = run([*arguments, "--format", "json"])
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert document["counts"]["done"] == 2
    assert status == (1 if document["counts"]["fail"] else 0)
    table.write_text(table.read_text(encoding="utf-8") + "\nX,../x.srt,,\n", encoding="utf-8")
    assert run([*arguments, "--lang", "en"]) == 2
    said = capsys.readouterr()
    assert "3 works: 2 done, 0 failed, 1 skipped" in said.out
    assert "2 of them keep an earlier report" in said.out
    assert "row 4" in said.err
    assert run(["batch", "--out", str(out)]) == 2
    assert run(["batch", str(tmp_path / "no.csv"), "--out", str(out)]) == 2
    assert run(["batch", str(table), "--out", str(out), "--workers", "0"]) == 2
    assert "--workers" in capsys.readouterr().err
    for language in ("zh", "en"):
        assert run(["rules", "duplicate-work", "--lang", language]) == 0
        assert "duplicate-work" in capsys.readouterr().out
    assert run(["rules", "unit-quota", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["group"] == "across"
    template = tmp_path / "t.xlsx"
    assert run(["batch", "--template", str(template)]) == 0
    assert template.is_file()


def test_the_command_says_what_is_wrong_across_works_and_what_is_not_made_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two works with the same subtitles, and one that failed the time before."""
    one = submissions(tmp_path, 1)[0]
    twin = replace(one, id="w1", row=3)
    table = table_of(tmp_path, [one, twin])
    text = table.read_text(encoding="utf-8").rstrip("\n")
    (tmp_path / "bad.srt").write_bytes(b"no subtitles")
    table.write_text(f"{text}\nX,bad.srt,,\n", encoding="utf-8")
    arguments = ["batch", str(table), "--out", str(tmp_path / "season"), *ONE]
    assert run([*arguments, "--lang", "zh"]) == 2
    said = capsys.readouterr().out
    line = next(line for line in said.splitlines() if "w0" in line and "w1" in line)
    assert title_of("duplicate-work", "zh") in line
    assert "没有重做" not in said
    assert run([*arguments, "--lang", "zh"]) == 2
    assert "有 1 件上次失败的没有重做；要重做，请加 --again failed" in capsys.readouterr().out


def test_an_interrupt_ends_the_command_with_130(tmp_path: Path) -> None:
    works = submissions(tmp_path, 30)
    table = table_of(tmp_path, works)
    out = tmp_path / "season"
    process = subprocess.Popen(
        [sys.executable, "-m", "bilingual", "batch", str(table), "--out", str(out), *ONE],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(Path(bilingual.__file__).parents[1])},
        preexec_fn=default_signals,
        start_new_session=True,
    )
    while not list(out.glob("works/*/work.json")) and process.poll() is None:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does it: the workers get it, too
    assert process.wait() == 130
    finished = set(reports(out))
    assert 1 <= len(finished) < 30
    kept = {path.parent.name for path in out.glob("works/*/work.json")}
    assert kept <= finished
    time.sleep(0.5)
    assert not [pid for pid in workers_of(1) if str(out).encode() in cmd(pid)]


def cmd(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize("name", ["../x", "..", "a/b", "a\\b", "", ". .", "a\0b", "C:x", "\ud800"])
def test_an_id_that_is_a_path_writes_nothing(
    tmp_path: Path, works: list[Submission], name: str
) -> None:
    out = tmp_path / "deep" / "out"
    with pytest.raises(InputError) as caught:
        run_here([works[0], replace(works[1], id=name)], out)
    assert caught.value.code == "batch-id"
    assert "编号" in caught.value.message("zh")
    assert not out.parent.exists()


@pytest.mark.parametrize("name", ["w0", "W0", "ｗ0"])
def test_two_works_do_not_share_a_folder(
    tmp_path: Path, works: list[Submission], name: str
) -> None:
    with pytest.raises(InputError) as caught:
        run_here([works[0], replace(works[1], id=name)], tmp_path / "out")
    assert caught.value.code == "batch-id"
