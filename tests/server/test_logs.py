"""The log of every process of the service: JSON, with nothing in it that was submitted."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.server.running import HOME

WORD = "太阳.srt"
BEGUN = {
    "worker": "from bilingual.server.jobs import ready; ready()",
    "service": "from bilingual.server.logs import log_as_json; log_as_json(logging.INFO)",
}
LOGGED = f"""
def read():
    raise ValueError("{WORD}")
def complain(log):
    try:
        read()
    except ValueError:
        log.exception("broken")
def warn(log):
    log.warning(f"{WORD} is broken")
    log.warning("%s is broken", "{WORD}")
    log.info("{WORD}")
    warnings.warn("{WORD}", stacklevel=1)
warn(logging.getLogger("library.reading"))
complain(logging.getLogger("library.reading"))
complain(logging.getLogger("bilingual.reading"))
"""


@pytest.mark.parametrize("process", BEGUN)
def test_what_libraries_say_is_not_passed_on(process: str) -> None:
    program = f"import logging, warnings\n{BEGUN[process]}\n{LOGGED}"
    ended = subprocess.run(
        [sys.executable, "-P", "-c", program],
        env={"PYTHONPATH": HOME, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert WORD not in ended.stderr
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    seen = [(one["logger"], one["level"], one["event"], one.get("kind")) for one in lines]
    assert seen == [
        ("library.reading", "warning", "library", None),
        ("library.reading", "warning", "library", None),
        ("py.warnings", "warning", "library", None),
        ("library.reading", "error", "library", "ValueError"),
        ("bilingual.reading", "error", "broken", "ValueError"),
    ]
    places = [one["place"].split(":")[0] for one in lines if one["logger"] != "py.warnings"]
    assert places == ["warn", "warn", "<string>", "<string>"]  # functions, and files
