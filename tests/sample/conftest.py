"""The sample submissions, made once for all tests of this folder."""

from __future__ import annotations

import os
import pickle

import pytest
from filelock import FileLock

from bilingual.sample import SampleFiles, write_sample


@pytest.fixture(scope="package")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleFiles:
    """The three folders; the suite's processes share them, for they take a minute to make."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # the run's own, above that of this process
    made = base / "sample.pickle"
    with FileLock(base / "sample.lock"):
        if not made.exists():
            (base / "sample").mkdir()
            with pytest.MonkeyPatch.context() as patch:
                patch.chdir(base / "sample")
                files = write_sample("here")  # a relative path, as people give one
            made.write_bytes(pickle.dumps(files))
    files = pickle.loads(made.read_bytes())
    assert isinstance(files, SampleFiles)
    return files
