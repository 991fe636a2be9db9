"""The examples of the guide for services run: FastAPI, Celery, works at once, a stop."""

from __future__ import annotations

import ast
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import bilingual
from tests.cli.test_cli import BO, ZH

ROOT = Path(__file__).parent.parent
PAGES = ("docs/service.md", "docs/service.zh.md")

pytestmark = pytest.mark.skipif(
    not (ROOT / "Makefile").is_file(), reason="the READMEs lie in the checkout"
)


def example(page: str, named: str) -> str:
    """The code below a heading of a page."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return text.split(f"## {named}\n")[1].split("```python\n")[1].split("```")[0]


def module(named: str) -> ModuleType:
    """The example as a module of its own, so that its types can be looked up."""
    made = ModuleType(f"example_{named.lower()}")
    sys.modules[made.__name__] = made
    exec(compile(example(PAGES[0], named), f"{PAGES[0]}:{named}", "exec"), made.__dict__)
    return made


@pytest.mark.parametrize("named", ["FastAPI", "Celery"])
def test_both_pages_have_the_same_code(named: str) -> None:
    def bare(page: str) -> str:
        tree = ast.parse(example(page, named))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and ast.get_docstring(node):
                node.body = node.body[1:]
        return ast.unparse(tree)

    assert bare(PAGES[0]) == bare(PAGES[1])


# FastAPI.


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    from fastapi.testclient import TestClient

    with TestClient(module("FastAPI").app) as client:
        yield client
    del sys.modules["example_fastapi"]


def finished(client: Any, key: str) -> dict[str, Any]:
    """A work when it has ended."""
    while (work := client.get(f"/works/{key}").json())["state"] in ("queued", "running"):
        time.sleep(0.02)
    return dict(work)


def submitted(client: Any, **files: str) -> str:
    sent = {side: (f"../{side}.srt", text.encode("utf-8")) for side, text in files.items()}
    answer = client.post("/works", files=sent)
    assert answer.status_code == 202
    return str(answer.json()["id"])


def test_fastapi_checks_a_work(client: Any) -> None:
    wrong = BO.replace("༣༡༩༦", "༣༡༩")
    work = finished(client, submitted(client, bo=wrong, zh=ZH))
    assert work["state"] == "done"
    found = [f for f in work["findings"] if f["rule"] == "number-mismatch"]
    assert "319" in found[0]["message"]
    assert found[0]["remedy"].endswith("。")
    assert all(work["unknown"])
    assert work["stage"] == "check"


def test_fastapi_answers_a_bad_input(client: Any) -> None:
    work = finished(client, submitted(client, bo=ZH, zh=BO))
    assert (work["state"], work["code"]) == ("failed", "tracks-swapped")
    assert "给反了" in work["message"]
    assert client.get("/works/none").status_code == 404


def test_fastapi_four_at_once_and_one_stopped(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two wait for the two that run; stopping one leaves the others as they were."""
    begun, go_on = threading.Semaphore(0), threading.Event()
    plain = bilingual.pipeline.verify.collect

    def held_up(*args: Any, **more: Any) -> Any:
        begun.release()
        while not go_on.wait(0.01):
            more["budget"].check_stop()
        return plain(*args, **more)

    monkeypatch.setattr("bilingual.pipeline.verify.collect", held_up)
    keys = [submitted(client, bo=BO, zh=ZH) for _ in range(4)]
    begun.acquire()
    begun.acquire()
    states = [client.get(f"/works/{key}").json()["state"] for key in keys]
    assert sorted(states) == ["queued", "queued", "running", "running"]
    first = keys[states.index("running")]
    assert client.delete(f"/works/{first}").status_code == 204
    assert client.get(f"/works/{first}").json()["state"] == "cancelled"
    begun.acquire()  # a third has its place
    go_on.set()
    works = [finished(client, key) for key in keys if key != first]
    assert [work["state"] for work in works] == ["done"] * 3
    assert len({str(work["findings"]) for work in works}) == 1


# Celery.


@pytest.fixture(scope="module")
def checks() -> Iterator[ModuleType]:
    from celery.contrib.testing.worker import start_worker

    made = module("Celery")
    with start_worker(
        made.app, perform_ping_check=False, pool="threads", concurrency=4, shutdown_timeout=30
    ):
        yield made
    del sys.modules["example_celery"]


def test_celery_checks_works_at_once(checks: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "bo.srt").write_text(BO, encoding="utf-8")
    (tmp_path / "zh.srt").write_text(ZH, encoding="utf-8")
    files = {side: str(tmp_path / f"{side}.srt") for side in ("bo", "zh")}
    swapped = {"bo": files["zh"], "zh": files["bo"]}
    sent = [checks.check.delay(each) for each in (files, swapped, files, files)]
    answers = [one.get(timeout=60) for one in sent]
    assert [one["state"] for one in answers] == ["done", "failed", "done", "done"]
    assert answers[1]["message"].endswith("。")
    assert answers[0] == answers[2] == answers[3]


def test_celery_stops_a_work(
    checks: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from celery.contrib.abortable import AbortableAsyncResult

    begun = threading.Event()

    def endless(*args: Any, budget: Any, **more: Any) -> Any:
        begun.set()
        while True:
            budget.check_stop()
            time.sleep(0.01)

    monkeypatch.setattr("bilingual.pipeline.verify.collect", endless)
    sent = checks.check.delay({"bo": str(tmp_path / "bo.srt")})
    begun.wait()
    AbortableAsyncResult(sent.id, app=checks.app).abort()
    while sent.state == "ABORTED":
        time.sleep(0.05)
    assert sent.get(timeout=60) == {"state": "cancelled"}


def test_the_backend_is_asked_once_a_second(
    checks: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    asked: list[float] = []

    def ask() -> bool:
        asked.append(now[0])
        return len(asked) > 1

    monkeypatch.setattr(checks.time, "monotonic", lambda: now[0])
    stop = checks.once_a_second(ask)
    assert [stop(), stop(), stop()] == [False] * 3
    now[0] = 1.5
    assert [stop(), stop()] == [True] * 2
    assert asked == [0.0, 1.5]
