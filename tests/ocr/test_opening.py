"""The title in a film's opening."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

import bilingual
from bilingual.config import Asr
from bilingual.media.probe import probe
from bilingual.model import Form
from bilingual.ocr import read_opening
from tests.burned_videos import Scene, Text, draw
from tests.ocr.drawn import CHINESE

CONFIG = msgspec.structs.replace(bilingual.Config.load(), asr=Asr(engine="off"))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("opening") / "film.mp4"
    texts = [
        Text(start_ms=200, end_ms=2800, text="月球的秘密", font=CHINESE, size=0.14, y=0.45),
        Text(start_ms=200, end_ms=2800, text="大家好", font=CHINESE, size=0.05, y=0.92),
    ]
    draw(Scene(texts=texts, duration_ms=3000, width=640, height=360), path)
    return path


def test_the_lines_of_the_opening(film: Path) -> None:
    lines = read_opening(film, probe(film, CONFIG.media), CONFIG)
    title = next(line for line in lines if line.text == "月球的秘密")
    assert title.height > 0.08
    assert 0.35 < title.middle < 0.55
    assert "大家好" in {line.text for line in lines}


@pytest.mark.parametrize(("title", "found"), [("月球的秘密", []), ("认识太阳", ["月球的秘密"])])
def test_another_title_is_a_note(film: Path, title: str, found: list[str]) -> None:
    report = bilingual.verify(film, form=Form(title=title), config=CONFIG)
    hits = [f for f in report.findings if f.rule == "title-mismatch"]
    assert [f.params["found"] for f in hits] == found
    assert all(f.severity == "info" for f in hits)
