"""An interrupt from outside: it ends a run in the foreground, not one that ignores it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_cli import BO, ZH
from tests.support import default_signals

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
