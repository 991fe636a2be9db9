"""The sample submissions, made once for the whole suite."""

from __future__ import annotations

from pathlib import Path

import pytest

from bilingual.sample import SampleFiles


@pytest.fixture(scope="package")
def sample(sample_folder: Path) -> SampleFiles:
    """The three folders."""
    return SampleFiles(
        sound=sample_folder / "sound",
        faulty=sample_folder / "faulty",
        tibetan_narration=sample_folder / "tibetan-narration",
    )
