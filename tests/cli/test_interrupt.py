"""An interrupt from outside: it ends a run in the foreground, not one that ignores it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import bilingual
from bilingual.cli import run
from tests.cli.test_cli import BO, ZH
from tests.support import default_signals, unmeasured

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")

# Says when it is in the middle of its work, and goes on when it is given a line.
SCRIPT = """
import sys
import bilingual
from bilingual.cli import run

verify = bilingual.verify

def waiting(*arguments, **options):
    print("ready", file=sys.stderr, flush=True)
    sys.stdin.readline()
    return verify(*arguments, **options)

bilingual.verify = waiting
sys.exit(run(sys.argv[1:]))
"""


def as_a_background_job() -> None:
    """What a shell without job control does to a command that ends in ``&``."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGQUIT, signal.SIG_IGN)


def interrupted(folder: Path, start: Callable[[], None]) -> tuple[int, str, str]:
    """Status, output and messages of a run that gets SIGINT in the middle."""
    (folder / "bo.srt").write_text(BO, encoding="utf-8")
    (folder / "zh.srt").write_text(ZH, encoding="utf-8")
    arguments = ["verify", "--bo", "bo.srt", "--zh", "zh.srt", "--format", "json"]
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        text=True,
        encoding="utf-8",
        preexec_fn=start,
    ) as process:
        assert process.stderr is not None
        while (line := process.stderr.readline()).strip() != "ready":
            assert line, "it ended before its work began"
        process.send_signal(signal.SIGINT)
        output, messages = process.communicate("go on\n", timeout=600)
    return process.returncode, output, messages


def test_a_run_in_the_foreground_ends_with_130(tmp_path: Path) -> None:
    status, output, messages = interrupted(tmp_path, default_signals)
    assert (status, output) == (130, "")
    assert "Traceback" not in messages


def test_a_run_in_the_background_goes_on(tmp_path: Path) -> None:
    status, output, _ = interrupted(tmp_path, as_a_background_job)
    assert status in (0, 1)
    assert '"bilingual.report/1"' in output


def test_a_library_that_turns_the_interrupt_into_its_own_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def swallowing(*_: object, **__: object) -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        except BaseException as error:
            raise ValueError("its own") from error

    (tmp_path / "zh.srt").write_text(ZH, encoding="utf-8")
    monkeypatch.setattr(bilingual, "verify", swallowing)
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        assert run(["verify", "--zh", str(tmp_path / "zh.srt")]) == 143
    finally:
        signal.signal(signal.SIGTERM, before)
    assert "its own" not in capsys.readouterr().err


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_the_commands_are_imported(tmp_path: Path, how: signal.Signals) -> None:
    """What is half imported is never imported again."""
    (tmp_path / "numpy.py").write_text(
        f"import signal; signal.raise_signal({int(how)})", encoding="utf-8"
    )
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from bilingual.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "rules"],
        env={**unmeasured(), "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        capture_output=True,
        preexec_fn=default_signals,
        check=False,
    )
    assert done.stderr == b""
    assert done.returncode in (128 + how, 0), "or it needs no numpy to start"


def told_of(script: str, how: signal.Signals) -> subprocess.CompletedProcess[bytes]:
    """How a script of its own ended that was told of a signal."""
    return subprocess.run(
        [sys.executable, "-c", script, str(int(how))],
        env={**unmeasured(), "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        preexec_fn=default_signals,
        timeout=300,
        check=False,
    )


# Its main thread waits (a second is enough) for another, which gets the signal: the system may choose any.
ELSEWHERE = """
import signal, sys, threading, time
from bilingual.cli.starting import stops

how, never = signal.Signals(int(sys.argv[1])), threading.Event()
elsewhere = threading.Thread(
    target=lambda: (time.sleep(1), signal.pthread_kill(threading.get_ident(), how), never.wait()),
    daemon=True,
)
try:
    with stops():
        elsewhere.start()
        never.wait()
except KeyboardInterrupt as stop:
    sys.exit(128 + stop.number)
"""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_that_another_thread_gets_ends_the_run(how: signal.Signals) -> None:
    ended = told_of(ELSEWHERE, how)
    assert ended.returncode == 128 + how


# A server handles signals itself while it runs; a second one is an order to end at once there.
HANDLED = """
import os, signal, sys, time
from bilingual.cli.starting import stops

how, count = signal.Signals(int(sys.argv[1])), []
with stops():
    before = signal.signal(how, lambda *_: count.append(1))
    os.kill(os.getpid(), how)
    time.sleep(1)
    signal.signal(how, before)
sys.exit(len(count))
"""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_that_another_handler_has_had_is_not_sent_again(how: signal.Signals) -> None:
    ended = told_of(HANDLED, how)
    assert ended.returncode == 1
