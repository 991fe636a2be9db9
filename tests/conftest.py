"""Rules of the whole suite: no test depends on the clock, and none is skipped unnoticed."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

# A busy machine makes any example slow, so examples have no deadline. In continuous
# integration they are the same in every run: a failure there can be repeated.
settings.register_profile(
    "suite",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
settings.load_profile("suite")

# Texts are laid out for a terminal of the usual width, wherever the suite runs.
os.environ.pop("COLUMNS", None)
# And in Chinese, unless a test says otherwise; the first of the variables that name a language.
os.environ["LANGUAGE"] = "zh"

# With BILINGUAL_STRICT_SKIPS set (.ci/run sets it), a test skipped for any other reason fails.
ALLOWED_SKIPS: tuple[str, ...] = (
    "root may read anything",  # continuous integration may run as root
    "minutes: set BILINGUAL_FULL=1",
    "the folder of other projects' files is absent",
    "pdfium does not find the word",
    "no small disk can be mounted here",  # a user who is not root, or a container
)
NO_CHROMIUM = "no Chromium here"


def _skip_is_allowed(reason: str) -> bool:
    allowed = ALLOWED_SKIPS
    if os.environ.get("BILINGUAL_NO_CHROMIUM"):  # .ci/run could not install one, and says so
        allowed = (*allowed, NO_CHROMIUM)
    return any(text in reason for text in allowed)


def refuse_unlisted_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Make a failure of a skip whose reason is not listed, where skips are strict."""
    if not (os.environ.get("BILINGUAL_STRICT_SKIPS") and report.skipped):
        return
    if hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not _skip_is_allowed(reason):
        report.outcome = "failed"
        report.longrepr = (
            f"{report.nodeid} was skipped ({reason}); "
            "tests/conftest.py does not list this reason in ALLOWED_SKIPS"
        )


def without_surrogates(report: pytest.TestReport) -> None:
    """Escape lone surrogates, as in names of files that are not UTF-8.

    A report crosses from pytest-xdist's processes as UTF-8, which has none.
    """

    def escaped(text: str) -> str:
        return text.encode("utf-8", "backslashreplace").decode("utf-8")

    report.sections = [(title, escaped(text)) for title, text in report.sections]
    plain = str(report.longrepr)
    if report.failed and escaped(plain) != plain:
        report.longrepr = escaped(plain)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    refuse_unlisted_skip(report)
    without_surrogates(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    refuse_unlisted_skip(report)
    return report


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``bilingual sample sample`` writes; made once, for it takes a minute.

    The suite's processes share it: nothing in it may be changed.
    """
    from bilingual.cli import run

    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # the run's own, above that of this process
    with FileLock(base / "sample.lock"), pytest.MonkeyPatch.context() as patch:
        patch.chdir(base)
        if not (base / "sample" / "tibetan-narration" / "zh.vtt").exists():
            assert run(["sample", "sample"]) == 0
    return base / "sample"
