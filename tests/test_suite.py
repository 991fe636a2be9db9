"""The suite's own rules: none of its tests reads the clock or is skipped unnoticed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.conftest import ALLOWED_SKIPS, NO_CHROMIUM, refuse_unlisted_skip, without_surrogates

TESTS = Path(__file__).parent
CLOCKS = {"monotonic", "perf_counter", "time", "monotonic_ns", "perf_counter_ns", "time_ns"}


def clock_readings(source: str) -> Iterator[int]:
    """The lines that ask the clock, or that give Hypothesis a deadline."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        asked = node.func
        if isinstance(asked, ast.Attribute) and ast.unparse(asked.value) == "time":
            if asked.attr in CLOCKS:
                yield node.lineno
        elif ast.unparse(asked).endswith("settings"):
            yield from (node.lineno for word in node.keywords if word.arg == "deadline")


def test_clock_readings_are_found() -> None:
    assert list(clock_readings("import time\nbegun = time.monotonic()")) == [2]
    assert list(clock_readings("@settings(deadline=200)\ndef test(): ...")) == [1]
    assert list(clock_readings("time.sleep(1)\nsettings(max_examples=3)")) == []


def test_no_test_reads_the_clock() -> None:
    """A busy machine is slow: only benches measure seconds."""
    found = [
        f"{path.relative_to(TESTS)}:{line}"
        for path in sorted(TESTS.rglob("test_*.py"))
        for line in clock_readings(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_examples_have_no_deadline() -> None:
    assert settings().deadline is None


def skipped(reason: str) -> pytest.TestReport:
    return pytest.TestReport(
        nodeid="tests/test_x.py::test_x",
        location=("tests/test_x.py", 1, "test_x"),
        keywords={},
        outcome="skipped",
        longrepr=("tests/test_x.py", 1, f"Skipped: {reason}"),
        when="setup",
    )


def test_a_skip_for_an_unlisted_reason_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILINGUAL_STRICT_SKIPS", "1")
    report = skipped("could not import 'rapidocr'")
    refuse_unlisted_skip(report)
    assert report.failed
    assert "could not import 'rapidocr'" in str(report.longrepr)


@pytest.mark.parametrize("reason", ALLOWED_SKIPS)
def test_a_skip_for_a_listed_reason_stays(reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILINGUAL_STRICT_SKIPS", "1")
    report = skipped(reason)
    refuse_unlisted_skip(report)
    assert report.skipped


def test_any_skip_stays_on_a_developers_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BILINGUAL_STRICT_SKIPS", raising=False)
    report = skipped("could not import 'rapidocr'")
    refuse_unlisted_skip(report)
    assert report.skipped


@pytest.mark.parametrize("announced", [True, False])
def test_no_chromium_must_be_announced(announced: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILINGUAL_STRICT_SKIPS", "1")
    monkeypatch.setenv("BILINGUAL_NO_CHROMIUM", "1" if announced else "")
    report = skipped(NO_CHROMIUM)
    refuse_unlisted_skip(report)
    assert report.skipped is announced


def test_reports_can_cross_from_another_process() -> None:
    report = pytest.TestReport(
        nodeid="x",
        location=("x", 0, "x"),
        keywords={},
        outcome="failed",
        longrepr="no such file: \udcff",
        when="call",
        sections=[("Captured stdout call", "\udc80.srt")],
    )
    without_surrogates(report)
    assert report.sections == [("Captured stdout call", "\\udc80.srt")]
    assert str(report.longrepr).encode("utf-8").endswith(b"\\udcff")
