"""What a page shows of the video: there, or left out and logged; and the review read back."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bilingual import verify
from bilingual.cli import run
from bilingual.config import Config
from bilingual.errors import InputError
from bilingual.model import PageMedia, Report, Severity
from bilingual.render.html.page import render_html
from bilingual.render.html.pagemedia import media_for_page
from bilingual.render.review import finding_ids, finding_keys, report_digest
from tests.media.clips import make, picture, tone
from tests.media.hostile import SECRET, corpus

CONFIG = Config.load()
ZH = "1\n00:00:00,500 --> 00:00:01,500\n今天我们看见13座山。\n\n2\n00:00:02,000 --> 00:00:03,500\n明天下雨。\n"
BO = (
    "1\n00:00:00,500 --> 00:00:01,500\nདེ་རིང་ང་ཚོས་རི་31་མཐོང་།\n\n"
    "2\n00:00:02,000 --> 00:00:03,500\nསང་ཉིན་ཆར་པ་འབབ།\n"
)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("video") / "video.mp4", picture(), tone())


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("tracks")
    (folder / "zh.srt").write_text(ZH, encoding="utf-8")
    (folder / "bo.srt").write_text(BO, encoding="utf-8")
    return verify(bo=folder / "bo.srt", zh=folder / "zh.srt")


@pytest.fixture
def saved(report: Report, tmp_path: Path) -> Path:
    path = tmp_path / "report.json"
    path.write_text(report.to_json(), encoding="utf-8")
    return path


def wrong_number(report: Report) -> int:
    return next(n for n, f in enumerate(report.findings) if f.rule == "number-mismatch")


def test_of_a_sound_video_there_is_everything(report: Report, video: Path) -> None:
    media = media_for_page(report, video, CONFIG, clips=True)
    assert len(media.peaks) == 1000
    assert media.stills
    assert wrong_number(report) in media.clips
    timed = {n for n, f in enumerate(report.findings) if f.severity is not Severity.INFO}
    assert set(media.clips) <= timed
    assert media.pictures == {}  # the subtitles came as files
    assert media_for_page(report, video, CONFIG).clips == {}


def test_cues_of_the_picture_are_shown(report: Report, video: Path) -> None:
    assert report.bo is not None
    first, *others = report.bo.cues
    cues = (replace(first, rows=(0.8, 0.9)), *others)
    burned = replace(report, bo=replace(report.bo, source="burned-in", cues=cues))
    number = wrong_number(burned)
    pictures = media_for_page(burned, video, CONFIG).pictures
    assert pictures[number].startswith(b"\xff\xd8")
    page = render_html(burned, media=media_for_page(burned, video, CONFIG))
    assert page.count('class="crop"') == len(pictures) > 0


@pytest.mark.parametrize("kind", ["gone", "folder", "empty", "text", "cut", "sound"])
def test_what_cannot_be_had_is_left_out(
    kind: str,
    report: Report,
    video: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = tmp_path / "video.mp4"
    if kind == "folder":
        path.mkdir()
    elif kind == "sound":
        make(tmp_path / "video.wav", tone(2)).rename(path)
    elif kind != "gone":
        data = {"empty": b"", "text": b"no video\n" * 99, "cut": video.read_bytes()[:900]}[kind]
        path.write_bytes(data)
    with caplog.at_level(logging.WARNING):
        media = media_for_page(report, path, CONFIG, clips=True)
    assert media.stills == ()
    assert media.clips == {}
    if kind != "sound":
        assert media == PageMedia()
        assert "left out of the page" in caplog.text
    page = render_html(report, video_href="video.mp4", media=media)
    assert 'class="clip' not in page
    assert "<img" not in page


@pytest.mark.slow
def test_a_hostile_video_is_left_out(report: Report, video: Path, tmp_path: Path) -> None:
    cases = corpus(tmp_path / "corpus", video, "http://127.0.0.1:9")
    chosen = [c for c in cases if c.path.suffix == ".mp4" and not c.whole][::10]
    assert len(chosen) >= 3
    for case in chosen:
        page = render_html(report, media=media_for_page(report, case.path, CONFIG, clips=True))
        assert SECRET not in page
        assert "</html>" in page


def test_a_page_takes_media_and_a_review(report: Report, video: Path, tmp_path: Path) -> None:
    media = media_for_page(report, video, CONFIG, clips=True)
    number = wrong_number(report)
    review = tmp_path / "review.json"
    review.write_text(json.dumps(judged(report, number)), encoding="utf-8")
    report.to_html(tmp_path / "r.html", video_href="video.mp4", media=media, review=review)
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert page.count("data:video/mp4;base64,") == len(media.clips) > 0
    assert '<path class="wave"' in page
    assert data_of(page)["review"]["findings"][0]["note"] == "图里是13"
    review.write_text("{}")
    with pytest.raises(InputError):
        report.to_html(tmp_path / "never.html", review=review)
    assert not (tmp_path / "never.html").exists()


def judged(report: Report, number: int) -> dict[str, Any]:
    return {
        "schema": "bilingual.review/1",
        "report_sha256": report_digest(report),
        "reviewer": {"name": "བསོད་ནམས"},
        "items": [
            {"finding": finding_ids(report)[number], "state": "dismissed", "note": "图里是13"}
        ],
        "cues": [],
    }


def data_of(page: str) -> dict[str, Any]:
    (text,) = re.findall(r'id="data">(.*?)</script>', page, re.DOTALL)
    found: dict[str, Any] = json.loads(text)
    return found


def test_show_reads_a_review_back(
    saved: Path,
    report: Report,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    number = wrong_number(report)
    review = tmp_path / "review.json"
    review.write_text(json.dumps(judged(report, number)), encoding="utf-8")
    words = ["show", str(saved), "--format", "html", "--review", str(review)]
    assert run([*words, "--out", str(tmp_path / "r.html")]) == 0
    back = data_of((tmp_path / "r.html").read_text(encoding="utf-8"))["review"]
    assert back["reviewer"]["name"] == "བསོད་ནམས"
    (decision,) = back["findings"]
    assert decision["key"] == finding_keys(report)[number]
    assert (decision["state"], decision["note"]) == ("dismissed", "图里是13")

    review.write_text(json.dumps(judged(report, number) | {"report_sha256": "0" * 64}))
    assert run([*words, "--out", str(tmp_path / "none.html")]) == 2
    assert "另一份" in capsys.readouterr().err
    assert not (tmp_path / "none.html").exists()
    assert run([*words, "--out", str(review)]) == 2  # what is read is not written over


@pytest.mark.slow
def test_clips_through_the_commands(
    saved: Path, video: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out" / "r.html"
    out.parent.mkdir()
    for name, text in (("bo.srt", BO), ("zh.srt", ZH)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    tracks = ["--bo", str(tmp_path / "bo.srt"), "--zh", str(tmp_path / "zh.srt")]
    made = ["verify", str(video), *tracks, "--asr", "off", "--format", "html", "--embed-clips"]
    assert run([*made, "--out", str(out)]) == 1
    assert "data:video/mp4;base64," in out.read_text(encoding="utf-8")

    words = ["show", str(saved), "--format", "html", "--out", str(out), "--embed-clips"]
    assert run([*words, "--video", str(video)]) == 0
    assert "data:video/mp4;base64," in out.read_text(encoding="utf-8")
    assert run([*words, "--video", str(tmp_path / "gone.mp4")]) == 2
    assert "gone.mp4" in capsys.readouterr().err
