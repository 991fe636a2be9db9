"""Small videos with subtitles in the picture, read to the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from bilingual import verify
from bilingual.cli import run
from bilingual.config import Config
from bilingual.formats import load_track
from bilingual.media.probe import probe
from bilingual.model import Track
from bilingual.ocr import cue_pictures, read_burned_in
from tests.burned_videos import Scene, Text, draw
from tests.ocr.drawn import CHINESE, TIBETAN

pytest.importorskip("rapidocr", reason="needs the extra ocr")
pytest.importorskip("cv2", reason="needs the extra ocr")

pytestmark = pytest.mark.slow

ZH = ("太阳每天从东方升起", "水在零度结成冰", "植物需要阳光和水")
BO = ("ཉི་མ་ཤར་ནས་འཆར།", "ཆུ་འཁྱགས་ནས་འཁྱགས་པ་ཆགས།", "རྩི་ཤིང་ལ་ཆུ་དགོས།")
TIMES = ((400, 1600), (1600, 2800), (3200, 4600))


@pytest.fixture(scope="module", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One for all tests here: the video is read once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BILINGUAL_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def stacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tibetan over Chinese on a moving picture, the second cue right after the first."""
    path = tmp_path_factory.mktemp("burned") / "stacked.mp4"
    texts = []
    for (start, end), zh, bo in zip(TIMES, ZH, BO, strict=True):
        texts.append(Text(start_ms=start, end_ms=end, text=zh, font=CHINESE, size=0.06, y=0.92))
        texts.append(Text(start_ms=start, end_ms=end, text=bo, font=TIBETAN, size=0.06, y=0.82))
    texts.append(Text(start_ms=0, end_ms=5000, text="科普", font=CHINESE, size=0.05, x=0.9, y=0.08))
    draw(
        Scene(texts=texts, duration_ms=5000, background="moving", width=960, height=540, crf=20),
        path,
    )
    return path


def read(path: Path) -> dict[str, Track]:
    config = Config.load()
    found = read_burned_in(path, probe(path, config.media), config)
    return {str(side): track for side, track in found.tracks.items()}


def test_chinese_is_found_timed_and_read(stacked: Path) -> None:
    track = read(stacked)["zh"]
    assert [c.text for c in track.cues] == list(ZH)
    assert all(c.readable for c in track.cues)
    assert track.source == "burned-in"
    for cue, (start, end) in zip(track.cues, TIMES, strict=True):
        assert abs(cue.start_ms - start) <= 80
        assert abs(cue.end_ms - end) <= 80


def test_tibetan_is_found_and_timed_and_read_where_it_can_be(stacked: Path) -> None:
    pytest.importorskip("tesserocr", reason="needs the extra ocr")
    track = read(stacked)["bo"]
    assert len(track.cues) == len(BO)
    readable = [(c.text, bo) for c, bo in zip(track.cues, BO, strict=True) if c.readable]
    assert readable
    assert all(text == bo for text, bo in readable)
    for cue, (start, end) in zip(track.cues, TIMES, strict=True):
        assert abs(cue.start_ms - start) <= 80
        assert abs(cue.end_ms - end) <= 80


def test_what_was_read_is_kept(stacked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = read(stacked)
    import bilingual.ocr.recognise as module

    def never(*_: object) -> None:
        raise AssertionError("looked again")

    monkeypatch.setattr(module, "rows_in", never)
    assert read(stacked) == first


def test_a_picture_without_subtitles_has_no_tracks(tmp_path: Path) -> None:
    path = tmp_path / "none.mp4"
    texts = [
        Text(start_ms=0, end_ms=3000, text="科普", font=CHINESE, size=0.06, x=0.9, y=0.08),
        Text(start_ms=400, end_ms=2600, text="叶绿体", font=CHINESE, size=0.06, x=0.3, y=0.4),
    ]
    draw(Scene(texts=texts, duration_ms=3000, width=640, height=360), path)
    assert read(path) == {}


def test_small_pictures_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "small.mp4"
    texts = [
        Text(start_ms=start, end_ms=end, text=zh, font=CHINESE, size=0.08, y=0.9)
        for (start, end), zh in zip(TIMES, ZH, strict=True)
    ]
    draw(Scene(texts=texts, duration_ms=5000, width=640, height=360, crf=20), path)
    assert [c.text for c in read(path)["zh"].cues] == list(ZH)


def test_cues_carry_their_position(stacked: Path) -> None:
    tracks = read(stacked)
    for side, at in (("bo", 0.82), ("zh", 0.92)):
        for cue in tracks[side].cues:
            assert cue.rows is not None
            top, bottom = cue.rows
            assert top < at < bottom < top + 0.2


def test_pictures_of_cues(stacked: Path) -> None:
    import cv2
    import numpy as np

    cues = read(stacked)["zh"].cues
    found = cue_pictures(stacked, cues[:2], Config.load().media, width=480)
    assert sorted(found) == [0, 1]
    picture = cv2.imdecode(np.frombuffer(found[0], np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    height, width = picture.shape
    assert width == 480
    assert 0.05 * 270 < height < 0.2 * 270, "the cue's own strip"
    whole = cue_pictures(stacked, cues[:1], Config.load().media, strip=(0.6, 1.0), width=480)
    lower = cv2.imdecode(np.frombuffer(whole[0], np.uint8), cv2.IMREAD_GRAYSCALE)
    assert lower is not None
    assert lower.shape == (108, 480)
    assert cue_pictures(stacked, (), Config.load().media) == {}


def test_verify_takes_the_picture_where_there_is_no_file(stacked: Path) -> None:
    report = verify(stacked)
    assert report.zh is not None
    assert report.zh.source == "burned-in"
    assert report.burned_in is None
    stages: list[str] = []
    off = Config.load()
    off = msgspec.structs.replace(off, burned_in=msgspec.structs.replace(off.burned_in, mode="off"))
    report = verify(stacked, config=off, progress=lambda stage, done, total: stages.append(stage))
    assert report.zh is None
    assert "burned-in" not in stages


def test_verify_compares_a_file_with_the_picture(stacked: Path, tmp_path: Path) -> None:
    file = tmp_path / "zh.srt"
    texts = (ZH[0], "这里写的是别的话", ZH[2])
    stamp = "00:00:0{:.3f}".format
    file.write_text(
        "\n".join(
            f"{n}\n{stamp(a / 1000).replace('.', ',')} --> {stamp(b / 1000).replace('.', ',')}\n{t}\n"
            for n, ((a, b), t) in enumerate(zip(TIMES, texts, strict=True), 1)
        ),
        encoding="utf-8",
    )
    report = verify(stacked, zh=file)
    assert report.burned_in is not None
    found = [f for f in report.findings if f.rule == "burned-in-mismatch"]
    assert [(f.zh, f.params["variant"], f.params["picture"]) for f in found] == [
        ((1,), "text", ZH[1])
    ]


def _file(folder: Path, side: str, texts: tuple[str, ...]) -> Path:
    stamp = "00:00:0{:.3f}".format
    path = folder / f"{side}.srt"
    path.write_text(
        "\n".join(
            f"{n}\n{stamp(a / 1000).replace('.', ',')} --> {stamp(b / 1000).replace('.', ',')}\n{t}\n"
            for n, ((a, b), t) in enumerate(zip(TIMES, texts, strict=True), 1)
        ),
        encoding="utf-8",
    )
    return path


def test_with_both_files_the_picture_is_read_at_moments(stacked: Path, tmp_path: Path) -> None:
    zh = _file(tmp_path, "zh", (ZH[0], "这里写的是别的话", ZH[2]))
    report = verify(stacked, bo=_file(tmp_path, "bo", BO), zh=zh)
    assert report.sampled is not None
    assert report.sampled.of == len(TIMES)
    assert len(report.sampled.moments_ms) == len(TIMES)
    assert report.burned_in is not None
    found = [f for f in report.findings if f.rule == "burned-in-mismatch" and f.zh]
    assert [(f.zh, f.params["variant"], f.params["picture"]) for f in found] == [
        ((1,), "text", ZH[1])
    ]
    document = report.to_dict()
    assert document["burned_in"]["sample"]["of"] == len(TIMES)
    assert type(report).from_dict(document).sampled == report.sampled


def test_what_one_command_read_another_does_not_read_again(
    stacked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(stacked)  # as the command ocr does
    import bilingual.ocr.recognise as module

    def never(*_: object) -> None:
        raise AssertionError("looked again")

    monkeypatch.setattr(module, "rows_in", never)
    config = Config.load()
    on = msgspec.structs.replace(config.burned_in, mode="on")
    config = msgspec.structs.replace(config, burned_in=on)
    bo, zh = _file(tmp_path, "bo", BO), _file(tmp_path, "zh", ZH)
    report = verify(stacked, bo=bo, zh=zh, config=config)
    assert report.sampled is None
    assert report.burned_in is not None
    assert [c.text for c in report.burned_in["zh"].cues] == list(ZH)


def test_the_command_writes_what_the_picture_says(
    stacked: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    read(stacked)  # kept for the command
    out = tmp_path / "read"
    assert run(["ocr", str(stacked), "--format", "srt", "--out", str(out)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        str(out / f"stacked.{side}.srt") for side in ("bo", "zh")
    ]
    assert [c.text for c in load_track(out / "stacked.zh.srt").cues] == list(ZH)
    assert [c.text for c in load_track(out / "stacked.bo.srt").cues] == list(BO)
    before = (out / "stacked.zh.srt").read_bytes()
    (out / "stacked.bo.srt").unlink()
    assert run(["ocr", str(stacked), "--format", "srt", "--out", str(out)]) == 2  # kept
    assert (out / "stacked.zh.srt").read_bytes() == before
    capsys.readouterr()
    assert run(["ocr", str(stacked), "--track", "zh", "--format", "srt"]) == 0
    assert ZH[1] in capsys.readouterr().out
    assert run(["ocr", str(stacked), "--format", "json", "--out", str(out)]) == 0
    found = json.loads((out / "stacked.burned-in.json").read_text(encoding="utf-8"))
    assert [cue["text"] for cue in found["zh"]["cues"]] == list(ZH)


def test_short_cues_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "short.mp4"
    times = ((400, 1000), (1000, 1400), (1400, 1720), (2000, 2320), (2600, 4600), (4600, 4920))
    words = (*ZH, "月亮绕着地球转", "地球绕着太阳转", "星星离我们很远")
    texts = [
        Text(start_ms=start, end_ms=end, text=zh, font=CHINESE, size=0.06, y=0.92)
        for (start, end), zh in zip(times, words, strict=True)
    ]
    scene = Scene(texts=texts, duration_ms=5400, background="still", width=960, height=540, crf=20)
    draw(scene, path)
    track = read(path)["zh"]
    assert [c.text for c in track.cues] == list(words)
    for cue, (start, end) in zip(track.cues, times, strict=True):
        assert abs(cue.start_ms - start) <= 80
        assert abs(cue.end_ms - end) <= 80
