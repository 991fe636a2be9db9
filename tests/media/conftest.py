"""Clips that several tests read and none writes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.media.clips import make, picture, tone


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of clips."""
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="session")
def clip(clips: Path) -> Path:
    """Four seconds, 320x180 at 10 frames a second, a tone of 440 Hz; index at the end."""
    return make(clips / "clip.mp4", picture(), tone())
