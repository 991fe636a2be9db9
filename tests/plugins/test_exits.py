"""Plug-ins that leave by ``sys.exit``: that is a failure of theirs, and ends nobody's program."""

from __future__ import annotations

import json
import os
import signal
from contextlib import nullcontext
from pathlib import Path

import pytest

from bilingual.batch import work
from bilingual.batch.local import ExitedError, called, cause_of
from bilingual.batch.model import Submission
from bilingual.budget import Budget, Stopped
from bilingual.config import Config
from bilingual.errors import (
    CancelledError,
    DeadlineError,
    InputError,
    OverBudgetError,
    PluginError,
)
from bilingual.model import Reason
from bilingual.plugins.calls import guarded
from tests.plugins.test_every_kind import BO, ROOT, SOURCE, ZH, Run, caller, tabs
from tests.plugins.test_failing import distribution, srt
from tests.server.running import Running
from tests.support import assert_valid

EXITING = """
import sys
from dataclasses import replace
from bilingual_extras.rule import RULES as OURS
from bilingual_extras.tab import FORMAT as TAB

(SOUND,) = OURS

def leaving(artifacts):
    yield from ()
    sys.exit(3)

class Odd(BaseException):
    def __str__(self):
        raise ValueError

def odd(artifacts):
    raise Odd

RULES = (replace(SOUND, id="leaving", run=leaving), replace(SOUND, id="odd", run=odd))

def _claims(first, suffix):
    return 9 if suffix == ".lyr" else 0

def _read(sheet):
    sys.exit("no such thing")

FORMAT = replace(TAB, name="lyr", suffixes=(".lyr",), claims=_claims, read=_read)
"""

INTERRUPTING = """
from dataclasses import replace
from bilingual_extras.rule import RULES as OURS

def run(artifacts):
    raise KeyboardInterrupt

RULES = (replace(OURS[0], id="interrupting", run=run),)
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The command line with plug-ins that leave, one of them while it is imported."""
    site = tmp_path_factory.mktemp("exiting")
    distribution(site, "exiting", EXITING, rules="RULES", formats="FORMAT")
    distribution(site, "gone", "import sys\nsys.exit()\n", rules="RULES", renderers="RENDERER")
    return caller([site, SOURCE, ROOT], tmp_path_factory.mktemp("cache"))


def test_a_rule_that_leaves_has_failed_and_the_others_go_on(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bo.srt").write_text(srt(BO), encoding="utf-8")
    (tmp_path / "zh.srt").write_text(srt(ZH), encoding="utf-8")
    pair = ("--bo", str(tmp_path / "bo.srt"), "--zh", str(tmp_path / "zh.srt"))
    done = run("verify", *pair, "--format", "json", "--lang", "en")
    assert done.returncode in (0, 1), done.stderr
    report = json.loads(done.stdout)
    assert_valid(report)
    broken = {c["rule"]: c["params"] for c in report["checks"] if c["verdict"] == "error"}
    assert broken["leaving"]["error"] == "SystemExit: 3"
    assert broken["leaving"]["file"] == "exiting_extras.py"
    assert broken["odd"]["error"] == "Odd"
    assert broken["gone"]["detail"] == "SystemExit"
    assert any(c["verdict"] == "pass" for c in report["checks"])
    assert "gone" in done.stderr
    assert "cannot be loaded: SystemExit." in done.stderr


def test_a_format_that_leaves_is_named(run: Run, tmp_path: Path) -> None:
    track = tmp_path / "zh.lyr"
    track.write_text(tabs(ZH), encoding="utf-8")
    done = run("verify", "--zh", str(track), "--format", "json")
    assert done.returncode == 2
    told = json.loads(done.stdout)["error"]
    assert told["code"] == "plugin-failed"
    assert told["params"]["name"] == "lyr"
    assert told["params"]["error"] == "SystemExit: no such thing"


@pytest.mark.parametrize("error", [InputError("file-missing", path="x"), SystemExit(1)])
def test_whatever_a_plug_in_raises_names_it(error: BaseException) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(PluginError) as met:
        guarded(fail, "engine", "parrot", "extras 1.0")()
    assert met.value.code == "plugin-failed"
    assert met.value.params["name"] == "parrot"
    with pytest.raises(type(error)):
        guarded(fail, "engine", "parrot", "extras 1.0", (InputError, SystemExit))()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "stop",
    [
        KeyboardInterrupt(),
        CancelledError(),
        DeadlineError("timeout", seconds=1),
        OverBudgetError("over-time", seconds=1),
        Stopped(CancelledError(), Budget()),
    ],
    ids=lambda stop: type(stop).__name__,
)
def test_a_stop_goes_through_a_plug_in(stop: BaseException) -> None:
    def stopped() -> None:
        raise stop

    with pytest.raises(type(stop)) as met:
        guarded(stopped, "engine", "parrot", "extras 1.0")()
    assert met.value is stop


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), GeneratorExit()])
def test_what_leaves_a_process_is_an_error_outside(error: BaseException) -> None:
    def leave(number: int) -> int:
        if number:
            raise error
        return 7

    assert called(leave, 0) == 7
    with pytest.raises(ExitedError) as met:
        called(leave, 1)
    assert cause_of(met.value, timeout_s=1, memory_mib=1).params == {"kind": type(error).__name__}


def test_a_work_in_which_something_leaves_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(*_: object) -> None:
        raise SystemExit(3)

    monkeypatch.setattr(work, "_done", leave)
    monkeypatch.setattr(work, "watched", lambda **_: nullcontext())
    submission = Submission(id="0001")
    task = work.Task(
        work=submission,
        out=str(tmp_path),
        config=Config.load(),
        timeout_s=60,
        memory_mib=1024,
        threads=1,
    )
    assert work.do_work(task).reason == Reason(code="work-broke", params={"kind": "SystemExit"})


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("code", "state"), [(EXITING, "done"), (INTERRUPTING, "failed")], ids=["exit", "interrupt"]
)
def test_the_service_goes_on(code: str, state: str, tmp_path: Path) -> None:
    site = distribution(tmp_path / "site", "exiting", code, rules="RULES")
    paths = os.pathsep.join(map(str, (site, SOURCE, ROOT)))
    service = Running(tmp_path / "data", environment={**os.environ, "PYTHONPATH": paths})
    try:
        for _ in range(2):
            found = service.until(
                service.submit(bo=srt(BO).encode(), zh=srt(ZH).encode()), "done", "failed"
            )
            assert found["state"] == state, found
        assert service.process.poll() is None
    finally:
        assert service.end() in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
