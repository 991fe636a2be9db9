"""The sample is what a person could have submitted, and its faults are found."""

from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path

import pytest

from bilingual import Report, verify, weights
from bilingual.config import Config
from bilingual.media.probe import probe
from bilingual.sample import SampleFiles
from bilingual.sample.script import script
from bilingual.text.spelling import misspellings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def heard() -> None:
    """The recogniser's weights are there, or the test says why it is skipped."""
    pytest.importorskip("faster_whisper")
    if not weights.is_present("whisper-base", "ctranslate2"):
        if os.environ.get("BILINGUAL_REQUIRE_MODELS"):
            pytest.fail("make test fetches whisper-base first")
        pytest.skip("whisper-base has not been fetched")


def serious(report: Report) -> list[str]:
    return [f.rule for f in report.findings if f.severity in ("error", "warning")]


def test_the_film_meets_the_award(sample: SampleFiles) -> None:
    config = Config.load()
    media = probe(sample.sound / "video.mp4", config.media)
    (picture,) = media.video
    assert (picture.display_width, picture.display_height) == (1920, 1080)
    assert media.duration_ms is not None
    assert 120_000 <= media.duration_ms <= 300_000
    assert 100 * 2**20 <= media.bytes <= 300_000_000


def test_script_and_recording_belong_together() -> None:
    words = script()
    spans = [s.span for s in words.sentences]
    assert all(a.end_ms < b.start_ms for a, b in pairwise(spans))
    assert not [m for s in words.sentences for m in misspellings(s.bo)]


def test_the_sound_one_is_sound(sample: SampleFiles, heard: None) -> None:
    folder = sample.sound
    report = verify(folder / "video.mp4", bo=folder / "bo.srt", zh=folder / "zh.srt")
    assert serious(report) == []
    assert report.verdict == "pass"
    agreement = {m.id: m.value for m in report.measures}["agreement.transcript_cer"]
    assert agreement is not None
    assert agreement < 0.1


def test_every_planted_fault_is_found(sample: SampleFiles, heard: None) -> None:
    folder = sample.faulty
    report = verify(folder / "video.mp4", bo=folder / "bo.srt", zh=folder / "zh.srt")
    planted = json.loads((folder / "planted.json").read_text(encoding="utf-8"))["faults"]
    assert len(planted) == 5
    for fault in planted:
        found = [f for f in report.findings if f.rule == fault["rule"]]
        assert found, fault
        if fault["kind"] != "shift":
            assert any(
                set(fault["zh"]) & set(f.zh) or set(fault["bo"]) & set(f.bo) for f in found
            ), fault
    assert set(serious(report)) == {fault["rule"] for fault in planted}
    assert report.verdict == "fail"


def test_a_transcript_replaces_the_chinese_track(sample: SampleFiles, heard: None) -> None:
    report = verify(sample.sound / "video.mp4", bo=sample.sound / "bo.srt")
    assert report.zh is not None
    assert report.zh.source == "transcript"
    assert "error" not in {f.severity for f in report.findings}


def test_tibetan_narration_stays_unknown(sample: SampleFiles, heard: None) -> None:
    folder: Path = sample.tibetan_narration
    planted = json.loads((folder / "planted.json").read_text(encoding="utf-8"))
    assert "not Tibetan" in planted["narration"]
    report = verify(folder / "video.mp4", zh=folder / "zh.vtt")
    assert report.verdict == "unknown"
    assert serious(report) == []
    unknown = {c.rule for c in report.checks if c.verdict == "unknown"}
    assert {"narration-language", "language-pair", "transcript-mismatch"} <= unknown
