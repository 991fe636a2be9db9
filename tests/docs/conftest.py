"""The work that the commands of the pages are run on, checked once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.scenes import write_report, write_work


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small work, with its report and a review of it."""
    folder = tmp_path_factory.mktemp("docs") / "work"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANGUAGE", "zh")
        write_work(folder)
        write_report(folder)
    return folder
