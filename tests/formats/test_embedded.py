"""Tracks inside a video: which streams, whose language, what goes wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import ffmpeg
import msgspec
import pytest

from bilingual.config import BurnedIn, Config, ReadingLimits
from bilingual.errors import BilingualError, FormatError, MediaError
from bilingual.formats import embedded, load_track, load_tracks
from bilingual.locale import sentence
from bilingual.media.ffmpeg import extract_subtitle
from bilingual.media.probe import probe
from bilingual.model import LANGUAGES, CheckVerdict, SubtitleStream
from bilingual.pipeline.collect import Collected, probe_video, read_tracks
from tests.formats.test_files import BO, ZH, srt
from tests.media.clips import make, picture


def video(path: Path, *subtitles: str, codec: str, tags: tuple[str, ...] = ()) -> Path:
    """A short clip with subtitle streams, and their language tags."""
    streams = [picture(seconds=1)]
    for number, text in enumerate(subtitles):
        file = path.parent / f"{path.stem}-{number}.srt"
        file.write_text(text, encoding="utf-8")
        streams.append(ffmpeg.input(str(file)))
    options = {f"metadata:s:s:{n}": f"language={tag}" for n, tag in enumerate(tags) if tag}
    return make(path, *streams, scodec=codec, **options)


@pytest.mark.parametrize(
    ("suffix", "codec", "form"),
    [
        (".mp4", "mov_text", "srt"),
        (".mkv", "subrip", "srt"),
        (".mkv", "webvtt", "vtt"),
        (".mkv", "ass", "ass"),
    ],
)
def test_streams(tmp_path: Path, suffix: str, codec: str, form: str) -> None:
    path = video(tmp_path / f"a{suffix}", srt(*BO), srt(*ZH), codec=codec, tags=("bod", "chi"))
    bo, zh = load_tracks(path)
    assert [c.plain for c in bo.cues] == list(BO)
    assert [c.plain for c in zh.cues] == list(ZH)
    assert [(c.start_ms, c.end_ms) for c in bo.cues] == [(3000, 5000), (6000, 8000), (9000, 11000)]
    assert (bo.language, bo.stream, bo.source, bo.format) == ("bo", 1, "embedded", form)
    assert (zh.language, zh.stream, zh.source, zh.format) == ("zh", 2, "embedded", form)
    assert "language-by-tag" in [p.code for p in bo.problems]
    assert load_track(path, language="zh") == zh
    assert load_track(path, stream=1) == bo
    with pytest.raises(FormatError, match="#1 bo, #2 zh"):
        load_track(path)
    with pytest.raises(FormatError, match="swapped"):
        load_track(path, stream=1, language="zh")


def test_the_script_decides_where_the_tag_is_wrong_or_absent(tmp_path: Path) -> None:
    path = video(
        tmp_path / "a.mkv", srt(*BO), srt(*ZH), srt("1949"), codec="subrip", tags=("chi", "", "tib")
    )
    first, second, third = load_tracks(path)
    assert (first.language, first.problems[0].code) == ("bo", "language-tag-differs")
    assert first.problems[0].params == {"stream": 1, "tag": "chi", "language": "bo"}
    assert (second.language, second.problems[0].code) == ("zh", "language-by-script")
    assert (third.language, third.problems[0].code) == ("bo", "language-by-tag")


def test_a_stream_without_script_or_tag_has_no_language(tmp_path: Path) -> None:
    (track,) = load_tracks(video(tmp_path / "a.mkv", srt("1949"), codec="subrip"))
    assert (track.language, [c.plain for c in track.cues]) == (None, ["1949"])
    assert "language-by-tag" not in [p.code for p in track.problems]
    assert "language-by-script" not in [p.code for p in track.problems]


def test_both_languages_in_one_stream(tmp_path: Path) -> None:
    both = srt(*(f"{z}\n{b}" for z, b in zip(ZH, BO, strict=True)))
    bo, zh = load_tracks(video(tmp_path / "a.mp4", both, codec="mov_text", tags=("chi",)))
    assert [c.plain for c in bo.cues] == list(BO)
    assert [c.plain for c in zh.cues] == list(ZH)
    assert (bo.stream, zh.stream) == (1, 1)


def test_a_video_without_subtitles(tmp_path: Path) -> None:
    path = make(tmp_path / "a.mp4", picture(seconds=1))
    assert load_tracks(path) == ()
    with pytest.raises(FormatError) as caught:
        load_track(path)
    assert caught.value.code == "track-absent"


def test_a_stream_that_cannot_be_read_takes_no_other_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = video(tmp_path / "a.mkv", srt(*BO), srt(*ZH), codec="subrip")
    original = extract_subtitle

    def failing(path: Path, stream: int, *rest: Any, **more: Any) -> bytes:
        if stream == 1:
            raise MediaError("subtitle-unreadable", path=path.name, detail="x")
        return original(path, stream, *rest, **more)

    monkeypatch.setattr(embedded, "extract_subtitle", failing)
    bad, good = load_tracks(path)
    assert bad.cues == ()
    assert [(p.code, p.params["reason"]) for p in bad.problems] == [
        ("stream-unreadable", "subtitle-unreadable")
    ]
    assert [c.plain for c in good.cues] == list(ZH)
    (limited, _) = load_tracks(path, limits=ReadingLimits(max_cues=2))
    assert limited.problems[0].code == "stream-unreadable"
    (_, long) = load_tracks(path, limits=ReadingLimits(max_cue_characters=2))
    assert [p.params["reason"] for p in long.problems] == ["cue-too-long"]


def test_pictures_of_text_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = video(tmp_path / "a.mkv", srt(*BO), codec="subrip")
    original = probe

    def with_pictures(path: Path, limits: object) -> object:
        media = original(path, limits)  # type: ignore[arg-type]
        pictures = SubtitleStream(index=7, codec="hdmv_pgs_subtitle", language="chi")
        return replace(media, subtitles=(pictures, *media.subtitles))

    monkeypatch.setattr(embedded, "probe", with_pictures)
    assert [t.stream for t in load_tracks(path)] == [1]


def test_a_broken_video_is_a_bilingual_error(tmp_path: Path) -> None:
    for number, data in enumerate(
        (b"\0\0\0\x20ftypisom" + b"\0" * 50, b"\x1a\x45\xdf\xa3" + b"\xff" * 99)
    ):
        path = tmp_path / f"{number}.mp4"
        path.write_bytes(data)
        try:
            assert load_tracks(path) == ()
        except BilingualError as error:
            assert str(error)  # noqa: PT017


def test_a_stream_over_a_limit_is_unknown_with_its_reason(tmp_path: Path) -> None:
    """Not as if there were no subtitles: they are there, and too many to read."""
    path = video(tmp_path / "a.mkv", srt(*BO), srt(*ZH), codec="subrip", tags=("bod", "chi"))
    config = Config.load()
    few = msgspec.structs.replace(
        config,
        reading=ReadingLimits(max_cues=1),
        burned_in=BurnedIn(mode="off"),
        asr=msgspec.structs.replace(config.asr, engine="off"),
    )
    work = Collected(config=few)
    probe_video(work, path)
    read_tracks(work, {"video": path})
    assert work.bo is None
    assert work.zh is None
    for side in LANGUAGES:
        reason = work.missing[side].reason
        assert (reason.code, reason.params["detail"]) == ("embedded-unreadable", "too-many-cues")
        assert reason.params["of"] == {"path": path.name, "limit": 1}
        for language in ("zh", "en"):
            said = sentence("reasons", reason.code, reason.params, language)
            assert path.name in said
            assert "too-many-cues" not in said
        assert work.missing[side].verdict is CheckVerdict.UNKNOWN
