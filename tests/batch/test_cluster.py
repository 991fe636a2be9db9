"""A cluster of Dask as the guide starts one: which machines get works, and what is said."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import bilingual
from bilingual._version import __version__
from bilingual.batch.cluster import executor_of, looked_at
from bilingual.batch.rules import reason_words
from bilingual.errors import InputError
from bilingual.model import Reason
from tests.batch.planted import DONE, FAILED, WRONG, leaks, planted_table

BLIND = """
import bilingual.batch.cluster as cluster
def looked_at(paths):
    return "pc3", cluster.__version__, cluster.package_versions(), False
cluster.looked_at = looked_at
"""


@dataclass
class FakeClient:
    """A client whose workers answer as they are told to."""

    looks: dict[str, Any]
    answers_all: bool = True
    asked: list[Path] = field(default_factory=list)
    scheduler: Any = field(default_factory=lambda: SimpleNamespace(address="tcp://127.0.0.1:1"))

    def run(
        self, function: Any, paths: list[str], workers: list[str] | None = None
    ) -> dict[str, Any]:
        assert function is looked_at
        if workers is None and not self.answers_all:
            raise AssertionError  # so it does where an error of a worker cannot be sent
        assert all(Path(path).exists() for path in paths)
        self.asked += map(Path, paths)
        own = looked_at(paths)
        return {a: self.looks[a](own) for a in workers or self.looks}

    def nthreads(self) -> dict[str, int]:
        return dict.fromkeys(self.looks, 1)

    def get_executor(self, **options: Any) -> dict[str, Any]:
        return options


HOSTS = {
    "cluster-unseen": "pc3",
    "cluster-version": "pc4",
    "cluster-packages": "pc5",
    "cluster-broken": "tcp://bad:1",
    "cluster-none": "tcp://127.0.0.1:1",
}
"""What each thing that is said of a machine has to name."""


def fit(own: Any) -> Any:
    return own


def blind(own: Any) -> Any:
    return ("pc3", own[1], own[2], False)


def older(own: Any) -> Any:
    return ("pc4", "0.0.1", own[2], True)


def other_packages(own: Any) -> Any:
    return ("pc5", own[1], {**own[2], "numpy": "0.1"}, True)


def broken(own: Any) -> Any:
    raise ModuleNotFoundError("bilingual")


@pytest.mark.parametrize("answers_all", [True, False])
@pytest.mark.parametrize(
    ("looks", "codes", "workers"),
    [
        ({"a": fit, "b": fit}, [], None),
        ({"a": fit, "b": blind}, ["cluster-unseen"], ["a"]),
        ({"a": older, "b": fit, "c": blind}, ["cluster-unseen", "cluster-version"], ["b"]),
        ({"a": fit, "b": other_packages}, ["cluster-packages"], None),
        ({"tcp://bad:1": broken, "b": fit}, ["cluster-broken"], ["b"]),
        ({}, ["cluster-none"], None),
    ],
)
def test_only_machines_that_can_do_the_works_get_some(
    tmp_path: Path,
    looks: dict[str, Any],
    codes: list[str],
    workers: list[str] | None,
    answers_all: bool,
) -> None:
    table = tmp_path / "works.csv"
    table.write_text("x")
    said: list[Reason] = []
    client = FakeClient(looks, answers_all)
    options: Any = executor_of(client, table, tmp_path, said.append)
    assert [reason.code for reason in said] == codes
    assert options.get("workers") == workers
    assert table in client.asked or not (looks or answers_all)
    assert [path.name for path in tmp_path.iterdir()] == ["works.csv"]
    for reason in said:
        for language in ("zh", "en"):
            words = reason_words(reason, language)
            assert "{" not in words
            assert HOSTS[reason.code] in words


def test_no_machine_that_can(tmp_path: Path) -> None:
    said: list[Reason] = []
    with pytest.raises(InputError) as caught:
        executor_of(FakeClient({"a": blind, "b": older}), tmp_path, tmp_path, said.append)
    assert caught.value.code == "batch-no-machine"
    assert len(said) == 2
    assert __version__ in reason_words(said[1], "zh")


@contextmanager
def process(log: Path, *command: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of Dask's, with all that it says in a file, ended with those that it starts."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(bilingual.__file__).parents[1]),
        "DASK_LOGGING__DISTRIBUTED": "debug",
        **more,
    }
    with log.open("wb") as said:
        started = subprocess.Popen(
            [sys.executable, "-m", "dask", *command],
            cwd=log.parent,
            env=environment,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            yield started
        finally:
            os.killpg(started.pid, signal.SIGKILL)
            started.wait()


def wait_for(path: Path, words: str, running: subprocess.Popen[bytes]) -> str:
    """What a file says, when the words are in it."""
    for _ in range(3000):  # ten minutes at the least: beyond that something hangs
        if running.poll() is not None:
            break
        text = path.read_text("utf-8", "replace") if path.is_file() else ""
        if words in text:
            return text
        time.sleep(0.2)
    raise AssertionError(path.read_text("utf-8", "replace"))


def test_by_the_guides_commands_with_a_machine_that_sees_nothing(tmp_path: Path) -> None:
    """What is personal in the table is in no log of Dask's, either."""
    pytest.importorskip("distributed")
    folder, out, logs = tmp_path / "submitted", tmp_path / "season", tmp_path / "logs"
    for place in (folder, logs):
        place.mkdir()
    table = planted_table(folder, "json")
    (tmp_path / "blind.py").write_text(BLIND)
    named = tmp_path / "scheduler.json"
    scheduler = ("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    worker: tuple[str, ...] = (
        "--nworkers",
        "1",
        "--nthreads",
        "1",
        "--memory-limit",
        "6GiB",
        "--no-dashboard",
    )
    worker += ("--local-directory", str(tmp_path / "dask"))
    cache = {"BILINGUAL_CACHE": str(tmp_path / "cache")}
    with ExitStack() as stack:
        first = stack.enter_context(
            process(logs / "scheduler", *scheduler, "--scheduler-file", str(named))
        )
        address = json.loads(wait_for(named, "}", first))["address"]
        for name, more in (("good", ()), ("blind", ("--preload", str(tmp_path / "blind.py")))):
            log = logs / name
            one = stack.enter_context(process(log, "worker", address, *worker, *more, **cache))
            wait_for(log, "Registered to", one)
        command = [sys.executable, "-P", "-m", "bilingual", "-vv", "batch", str(table)]
        command += ["--out", str(out), "--scheduler", address, "--asr", "off", "--lang", "en"]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env={
                **os.environ,
                **cache,
                "PYTHONPATH": str(Path(bilingual.__file__).parents[1]),
            },
            capture_output=True,
            text=True,
            check=False,
        )
    assert (out / "batch.json").is_file(), done.stderr[-2000:]
    assert done.returncode == 2
    counts = json.loads((out / "batch.json").read_text(encoding="utf-8"))["counts"]
    assert (counts["done"], counts["failed"], counts["skipped"]) == (DONE, FAILED, WRONG)
    assert (
        "do not see the table or the folder for results, and are given no work: pc3" in done.stderr
    )
    assert "do_work" in (logs / "scheduler").read_text("utf-8", "replace") + done.stderr
    assert "do_work" in (logs / "good").read_text("utf-8", "replace")
    assert "do_work" not in (logs / "blind").read_text("utf-8", "replace")
    assert leaks((done.stdout, done.stderr), out, logs, tmp_path / "cache") == []
    assert not list(out.glob(".bilingual-*"))
