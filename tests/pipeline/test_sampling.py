"""The picture read at some moments, beside files."""

from __future__ import annotations

from pathlib import Path

import pytest

from bilingual import ocr
from bilingual.checks.base import Artifacts
from bilingual.config import Config
from bilingual.errors import MediaError
from bilingual.locale import sentence
from bilingual.model import CheckVerdict, Media, VideoStream
from bilingual.pipeline.collect import Collected
from bilingual.pipeline.sampling import read_picture_at_moments

CONFIG = Config.load()
PICTURE = VideoStream(
    index=0, codec="h264", width=1280, height=720, display_width=1280, display_height=720
)


def sampled(*video: VideoStream) -> Collected:
    media = Media(name="film.mp4", bytes=1, container="mp4", duration_ms=60_000, video=video)
    work = Collected(config=CONFIG, media=media, to_sample=Path("film.mp4"))
    read_picture_at_moments(work, Artifacts(config=CONFIG), [])
    return work


def test_a_picture_that_could_not_be_read_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise MediaError("media-timeout", seconds=300)

    monkeypatch.setattr(ocr, "read_sample", fails)
    missing = sampled(PICTURE).missing["burned-in"]
    assert missing.verdict is CheckVerdict.UNKNOWN
    assert missing.reason.code == "burned-in-failed"
    said = {
        language: sentence("reasons", missing.reason.code, missing.reason.params, language)
        for language in ("zh", "en")
    }
    assert "超过 300 秒" in said["zh"]
    assert "more than 300 s" in said["en"]


def test_sound_alone_has_no_picture_to_read() -> None:
    missing = sampled().missing["burned-in"]
    assert missing.verdict is CheckVerdict.NOT_APPLICABLE
    assert missing.reason.code == "burned-in-no-picture"
