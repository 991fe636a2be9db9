"""The reviewer's notebook on the sample."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bilingual.render.notebook.running import run_notebook
from bilingual.sample import SampleFiles

pytest.importorskip("nbclient", reason="needs the extra notebook")
pytest.importorskip("matplotlib", reason="needs the extra notebook")


def shown(notebook: Path) -> str:
    text = notebook.read_text("utf-8")
    assert "data:audio/wav;base64," in text
    assert "data:image/jpeg;base64," in text
    assert text.count("data:image/svg+xml;base64,") == 5
    return text


@pytest.mark.slow
def test_on_the_faulty_sample(sample: SampleFiles, tmp_path: Path) -> None:
    work = sample.faulty
    files = {"video": "video.mp4", "bo": "bo.srt", "zh": "zh.srt"}
    parameters = {role: str(work / name) for role, name in files.items()} | {"asr": "off"}
    text = shown(run_notebook("verification.ipynb", tmp_path / "faulty.ipynb", parameters))
    assert "不通过" in text
    assert "没有翻译" in text


@pytest.mark.slow
@pytest.mark.skipif("BILINGUAL_FULL" not in os.environ, reason="minutes: set BILINGUAL_FULL=1")
def test_as_it_is_it_makes_the_sample_itself(tmp_path: Path) -> None:
    assert "不通过" in shown(run_notebook("verification.ipynb", tmp_path / "o.ipynb", {}))
