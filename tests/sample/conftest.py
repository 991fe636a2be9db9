"""The sample submissions, made once for all tests of this folder."""

from __future__ import annotations

import pytest

from bilingual.sample import SampleFiles, write_sample


@pytest.fixture(scope="package")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleFiles:
    """The three folders."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("sample"))
        return write_sample("here")  # a relative path, as people give one
