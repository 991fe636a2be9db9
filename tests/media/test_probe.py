"""What a file holds, as measured."""

from __future__ import annotations

import os
from pathlib import Path

import ffmpeg
import pytest
from PIL import Image

from bilingual import verify
from bilingual.config import MediaLimits
from bilingual.errors import MediaError
from bilingual.media.binaries import ffmpeg_binaries
from bilingual.media.ffmpeg import encode
from bilingual.media.probe import probe
from bilingual.media.process import Bounds, run
from bilingual.media.sources import family_of
from tests.media.clips import make, picture, tone

LIMITS = MediaLimits()
WIDER = MediaLimits(max_streams=64)


def test_a_clip(clip: Path) -> None:
    media = probe(clip, LIMITS)
    assert media.name == "clip.mp4"
    assert media.bytes == clip.stat().st_size
    assert (media.container, media.brand) == ("mp4", "isom")
    assert media.duration_ms == 4000
    (video,) = media.video
    assert (video.codec, video.display_width, video.display_height) == ("h264", 320, 180)
    assert video.frame_rate == 10
    (audio,) = media.audio
    assert (audio.codec, audio.channels, audio.sample_rate) == ("aac", 1, 16_000)
    assert media.complete is None
    assert media.examined == ()


@pytest.mark.parametrize(
    ("size", "sar", "rotation", "shown"),
    [
        ("160x120", "4/3", 0, (213, 120)),  # anamorphic, as DV and HDV were
        ("120x160", "1", 0, (120, 160)),  # upright
        ("160x90", "1", 90, (90, 160)),  # a phone held upright
        ("160x90", "1", 180, (160, 90)),
        ("90x160", "1", 270, (160, 90)),
    ],
)
def test_the_size_is_what_a_viewer_sees(
    clips: Path, size: str, sar: str, rotation: int, shown: tuple[int, int]
) -> None:
    import ffmpeg

    from bilingual.media.ffmpeg import encode

    name = f"{size}-{sar.replace('/', '_')}-{rotation}"
    path = make(clips / f"{name}.mp4", picture(size, 1).filter("setsar", sar))
    if rotation:
        turned = clips / f"{name}-turned.mp4"
        encode(ffmpeg.input(str(path), display_rotation=rotation).output(str(turned), c="copy"))
        path = turned
    (video,) = probe(path, LIMITS).video
    assert (video.display_width, video.display_height) == shown
    assert video.rotation == rotation


@pytest.mark.parametrize(
    ("ending", "options", "container"),
    [
        (".mov", {}, "mov"),
        (".mkv", {}, "matroska"),
        (".m4v", {"brand": "M4V ", "f": "mp4"}, "mp4"),
        (".mp4", {"movflags": "faststart"}, "mp4"),
        (".mp4", {"movflags": "frag_keyframe+empty_moov"}, "mp4"),
        (".mp4", {"brand": "qt  "}, "mov"),
        (".3gp", {"brand": "3gp5", "f": "mp4"}, "3gp"),
    ],
)
def test_containers_are_recognised_by_content(
    tmp_path: Path, ending: str, options: dict[str, str], container: str
) -> None:
    path = make(tmp_path / f"x{ending}", picture(seconds=1), tone(1), **options)
    disguised = path.rename(tmp_path / "named.mp4")
    assert probe(disguised, LIMITS).container == container
    assert probe(disguised, LIMITS).duration_ms == pytest.approx(1000, abs=70)


@pytest.mark.parametrize("ending", ["wav", "flac", "mp3", "m4a", "opus", "ogg"])
def test_sound_alone(tmp_path: Path, ending: str) -> None:
    codec = {"opus": "libopus", "ogg": "libopus", "m4a": "aac"}.get(ending)
    path = make(tmp_path / f"x.{ending}", tone(2), **({"acodec": codec} if codec else {}))
    media = probe(path, LIMITS)
    assert media.video == ()
    assert media.duration_ms == pytest.approx(2000, abs=100)


def test_subtitle_streams(tmp_path: Path) -> None:
    import ffmpeg

    from bilingual.media.ffmpeg import encode

    (tmp_path / "s.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\n中文\n", "utf-8")
    written = ffmpeg.input(str(tmp_path / "s.srt"))
    path = tmp_path / "x.mp4"
    encode(
        ffmpeg.output(picture(seconds=1), written, str(path), scodec="mov_text",
                      **{"metadata:s:s:0": "language=chi"})
    )  # fmt: skip
    (stream,) = probe(path, LIMITS).subtitles
    assert (stream.codec, stream.language) == ("mov_text", "chi")


def test_a_cover_picture_is_marked(tmp_path: Path) -> None:
    import ffmpeg

    from bilingual.media.ffmpeg import encode

    cover = ffmpeg.input("color=red:size=64x64:duration=1:rate=1", f="lavfi")
    path = tmp_path / "x.m4a"
    encode(
        ffmpeg.output(tone(1), cover, str(path), vcodec="mjpeg", acodec="aac",
                      **{"disposition:v:0": "attached_pic", "frames:v": 1})
    )  # fmt: skip
    (video,) = probe(path, LIMITS).video
    assert video.attached_picture
    assert probe(path, LIMITS).duration_ms == pytest.approx(1000, abs=70)


def refused(path: Path, limits: MediaLimits = LIMITS) -> str:
    with pytest.raises(MediaError) as raised:
        probe(path, limits)
    assert str(raised.value)
    return raised.value.code


def test_what_is_refused(tmp_path: Path, clip: Path) -> None:
    (tmp_path / "text.mp4").write_text("this is no video")
    assert refused(tmp_path / "text.mp4") == "media-not-media"
    (tmp_path / "link.mp4").symlink_to(clip)
    assert refused(tmp_path / "link.mp4") == "media-is-link"
    os.mkfifo(tmp_path / "fifo.mp4")
    assert refused(tmp_path / "fifo.mp4") == "media-not-regular"
    assert refused(tmp_path) == "media-not-regular"
    assert refused(Path("/dev/zero")) == "media-not-regular"
    assert refused(tmp_path / "absent.mp4") == "media-unreadable-file"
    assert refused(clip, MediaLimits(max_bytes=1000)) == "media-too-big"
    assert refused(tmp_path / "nul\0.mp4") == "media-unreadable-file"


@pytest.mark.parametrize(
    ("head", "family"),
    [
        (b"\0\0\0\x20ftypisom", "mov"),
        (b"\x1a\x45\xdf\xa3\0\0\0\0", "matroska"),
        (b"RIFF\0\0\0\0WAVEfmt ", "wav"),
        (b"RIFF\0\0\0\0AVI LIST", "avi"),
        (b"RIFF\0\0\0\0WEBPVP8 ", None),
        (b"FLV\x01\x05\0\0\0\x09", "flv"),
        ((b"G" + bytes(187)) * 3, "mpegts"),
        ((bytes(4) + b"G" + bytes(187)) * 3, "mpegts"),  # as cameras write it
        (b"GGGG is no stream", None),
        (bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), "asf"),
        (b".RMF\0\0\0\x12", "rm"),
        (b"\0\0\x01\xba\x44", "mpeg"),
        (b"ID3\x04\0\0", "mp3"),
        (b"\xff\xfb\x90\x00", "mp3"),
        (b"\xff\xfe1\x000\x00", None),  # UTF-16 text
        (b"#EXTM3U\n", None),
        (b"", None),
    ],
)
def test_families(head: bytes, family: str | None) -> None:
    assert family_of(head) == family


def with_streams(clip: Path, path: Path, count: int) -> Path:
    """The clip with its sound so often that there are ``count`` streams, its picture the last."""
    source = ffmpeg.input(str(clip))
    encode(ffmpeg.output(*(count - 1) * [source.audio], source.video, str(path), c="copy"))
    return path


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts"])
def test_more_streams_than_are_looked_at_are_no_missing_picture(
    clip: Path, tmp_path: Path, suffix: str
) -> None:
    most = with_streams(clip, tmp_path / f"most.{suffix}", 32)
    assert len(probe(most, LIMITS).video) == 1
    for count in (33, 34, 60):
        over = with_streams(clip, tmp_path / f"over-{count}.{suffix}", count)
        for name in ("probe", "verify"):
            with pytest.raises(MediaError) as caught:
                probe(over, LIMITS) if name == "probe" else verify(over)
            assert (caught.value.code, caught.value.params["limit"]) == ("media-streams", 32)
            assert "32" in caught.value.message("zh")
        assert len(probe(over, WIDER).video) == 1


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv", "ts"])
def test_a_picture_of_more_pixels_than_allowed_is_named_so(tmp_path: Path, suffix: str) -> None:
    """A film of 4.5K or 8K is a film; it was called none."""
    path = tmp_path / f"large.{suffix}"
    large = ["-f", "lavfi", "-i", "color=s=4480x2520:r=5:d=0.4", "-pix_fmt", "yuv420p"]
    coder = ["-c:v", "mpeg4"]
    command = [str(ffmpeg_binaries().ffmpeg), "-v", "error", *large, *coder, str(path)]
    assert run(command, bounds=Bounds(timeout_s=300)).status == 0
    with pytest.raises(MediaError) as caught:
        verify(path)
    assert (caught.value.code, caught.value.params["limit"]) == ("media-pixels", 8_912_896)
    assert probe(path, MediaLimits(max_pixels=2**24)).video[0].width == 4480


@pytest.mark.parametrize("count", [31, 32, 60])
def test_cover_pictures_count(clip: Path, tmp_path: Path, count: int) -> None:
    """Of the film's two streams and its covers none is left out in silence."""
    cover = tmp_path / "cover.png"
    Image.new("RGB", (16, 16), "red").save(cover)
    path = tmp_path / "covers.mkv"
    attached = count * ["-attach", str(cover)]
    for number in range(count):
        attached += [f"-metadata:s:t:{number}", "mimetype=image/png"]
        attached += [f"-metadata:s:t:{number}", "filename=cover.png"]
    command = [str(ffmpeg_binaries().ffmpeg), "-v", "error", "-i", str(clip), "-c", "copy"]
    assert run([*command, *attached, str(path)], bounds=Bounds(timeout_s=300)).status == 0
    if count + 2 <= WIDER.max_streams:
        assert sum(v.attached_picture for v in probe(path, WIDER).video) == count
    with pytest.raises(MediaError) as caught:
        probe(path, LIMITS)
    assert caught.value.code == "media-streams"
