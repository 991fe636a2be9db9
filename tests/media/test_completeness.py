"""Cut-off, damaged and wrongly declared files differ from short ones."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bilingual.config import MediaLimits
from bilingual.errors import MediaError
from bilingual.media.audio import read_audio
from bilingual.media.completeness import check
from bilingual.media.ebml import matroska_fault, riff_fault
from bilingual.media.faults import DAMAGED, TRUNCATED, UNJUDGED, fault_of
from bilingual.media.probe import probe
from bilingual.media.sources import opened
from bilingual.media.transport import OPEN_END
from bilingual.model import Media
from tests.media.clips import make, picture, silence, tone
from tests.media.hostile import lengthened, stretched

LIMITS = MediaLimits()


def checked(path: Path, limits: MediaLimits = LIMITS) -> Media:
    media = check(path, probe(path, limits), limits)
    if media.complete_reason is not None:
        assert media.complete_reason in TRUNCATED | DAMAGED | UNJUDGED
    return media


def written(tmp_path: Path, data: bytes, name: str = "x.mp4") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


SOUND_FORMS: list[tuple[str, dict[str, Any]]] = [
    ("index-last.mp4", {}),
    ("index-first.mp4", {"movflags": "faststart"}),
    ("fragments.mp4", {"movflags": "frag_keyframe+empty_moov+default_base_moof"}),
    ("large-offsets.mp4", {"movflags": "faststart+disable_chpl", "brand": "mp42"}),
    ("b-frames.mp4", {"preset": "medium", "bf": 3, "g": 25}),
    ("open-groups.mp4", {"preset": "medium", "x264-params": "open-gop=1:keyint=8"}),
    ("hevc.mp4", {"vcodec": "libx265", "x265-params": "log-level=none"}),
    ("mpeg4.mp4", {"vcodec": "mpeg4"}),
    ("vp9.mkv", {"vcodec": "libvpx-vp9", "deadline": "realtime", "cpu-used": 8}),
    ("mp3.mp4", {"acodec": "libmp3lame"}),
    ("opus.mkv", {"acodec": "libopus"}),
    ("pcm.mov", {"acodec": "pcm_s16le"}),
    ("matroska.mkv", {}),
    ("late-sound.mp4", {"itsoffset": 0.5}),
]


@pytest.mark.parametrize(("name", "options"), SOUND_FORMS, ids=lambda v: str(v)[:30])
def test_sound_files_are_whole(clips: Path, name: str, options: dict[str, Any]) -> None:
    options = dict(options)
    late = options.pop("itsoffset", None)
    sound = tone()
    if late is not None:
        sound = sound.filter("asetpts", f"PTS+{late}/TB")
    if options.get("preset") == "medium":
        options = {"pix_fmt": "yuv420p", **options}
    media = checked(make(clips / name, picture(), sound, **options))
    assert (media.complete, media.complete_reason) == (True, None)
    assert media.decoded_ms == pytest.approx(4000, abs=150)
    assert {"boxes", "packets", "sound"} <= set(media.examined)
    assert media.max_volume_db == pytest.approx(-18, abs=1.5)
    assert media.mean_volume_db == pytest.approx(-21, abs=1.5)


def test_all_frames_where_asked(clip: Path) -> None:
    assert "key-frames" in checked(clip).examined
    assert "all-frames" in checked(clip, MediaLimits(picture="all")).examined


def test_silence_and_no_sound(clips: Path) -> None:
    silent = checked(make(clips / "silent.mp4", picture(seconds=1), silence(1)))
    assert silent.max_volume_db is not None
    assert silent.max_volume_db <= -90
    assert silent.complete is True
    mute = checked(make(clips / "mute2.mp4", picture(seconds=1)))
    assert (mute.complete, mute.max_volume_db) == (True, None)
    assert mute.decoded_ms == 1000


def test_silent_uncoded_sound_is_no_gap(clips: Path) -> None:
    path = make(clips / "silent.mov", picture(seconds=2), silence(2), acodec="pcm_s16le")
    assert checked(path).complete is True


@pytest.mark.slow
@pytest.mark.parametrize("form", ["index-last", "index-first", "fragments", "matroska"])
def test_no_truncation_passes_as_whole(clips: Path, tmp_path: Path, form: str) -> None:
    known: dict[str, Any] = dict(SOUND_FORMS)
    name = next(n for n in known if n.startswith(form))
    whole = clips / f"cut-{name}"
    make(whole, picture(), tone(), **known[name])
    data = whole.read_bytes()
    dice = random.Random(form)
    cuts = {dice.randrange(1, len(data)) for _ in range(8)} | {len(data) - 1, 9, 60}
    for cut in sorted(cuts):
        path = written(tmp_path, data[:cut], f"{form}.bin")
        code, media = "", None
        try:
            media = checked(path)
        except MediaError as error:
            code = error.code
        refused = code in ("media-unprobed", "media-not-media")
        assert refused or (media is not None and media.complete is not True), (cut, code, media)


def test_a_transport_stream_says_where_it_ends_by_its_last_units(
    clips: Path, tmp_path: Path
) -> None:
    noisy = picture(seconds=2).filter("noise", alls=60, allf="t")
    whole = make(clips / "end.ts", noisy, tone(2), vcodec="libx264", acodec="aac", g=10)
    assert checked(whole).complete is True
    blocks = [whole.read_bytes()[at : at + 188] for at in range(0, whole.stat().st_size, 188)]
    came: Counter[str | None] = Counter()
    for count in range(len(blocks) // 2, len(blocks), 3):
        path = written(tmp_path, b"".join(blocks[:count]), "cut.ts")
        with opened(path, MediaLimits()) as source:
            fault = fault_of(source)
        if not came[fault]:  # what is made of the first of each kind
            media = checked(path)
            expected = {None: True, OPEN_END: None}.get(fault, False)
            assert (media.complete, media.complete_reason) == (expected, fault)
        came[fault] += 1
    assert came[OPEN_END] > 20
    assert came["box-truncated"] > 2
    assert came[None] < 20, "only between two units"
    stamped = b"".join(b"\0\0\0\0" + block for block in blocks)
    assert checked(written(tmp_path, stamped, "end.m2ts")).complete is True
    middle = written(tmp_path, stamped[: 192 * (len(blocks) - 3)], "cut.m2ts")
    assert checked(middle).complete is not True


def test_reasons(clip: Path, tmp_path: Path) -> None:
    data = clip.read_bytes()
    index = data.rfind(b"moov") - 4
    cases = {
        "half": (data[: len(data) // 2], "box-truncated"),
        "without index": (data[:index], "box-missing-moov"),
        "header": (lengthened(data, 40), "header-lies"),
        "stretched": (stretched(data, 40), None),
    }
    for name, (changed, reason) in cases.items():
        media = checked(written(tmp_path, changed))
        assert media.complete is False, name
        assert reason in (None, media.complete_reason), name
        assert media.complete_reason in TRUNCATED, name


def test_zeros_in_the_middle(clips: Path, tmp_path: Path) -> None:
    path = make(clips / "first.mp4", picture(), tone(), movflags="faststart")
    data = bytearray(path.read_bytes())
    start = data.find(b"mdat") + 4
    third = (len(data) - start) // 3
    data[start + third : start + 2 * third] = bytes(third)
    media = checked(written(tmp_path, bytes(data)))
    assert media.complete is False


def test_noise_in_the_middle(clips: Path, tmp_path: Path) -> None:
    path = make(clips / "noisy.mp4", picture("640x360"), tone(), movflags="faststart", g=2)
    data = bytearray(path.read_bytes())
    start = data.find(b"mdat") + 4
    third = (len(data) - start) // 3
    data[start + third : start + 2 * third] = random.Random(1).randbytes(third)
    media = checked(written(tmp_path, bytes(data)))
    assert media.complete is False
    assert media.complete_reason in DAMAGED | TRUNCATED


def test_fragments_without_a_declared_count(clips: Path, tmp_path: Path) -> None:
    path = make(
        clips / "live.mp4", picture(), tone(), movflags="frag_keyframe+empty_moov+skip_trailer"
    )
    media = checked(path)
    assert media.complete is None
    assert media.complete_reason == "fragments-unannounced"


def test_length_is_measured_where_the_header_says_nothing(clip: Path, tmp_path: Path) -> None:
    media = checked(written(tmp_path, lengthened(clip.read_bytes(), 1 << 30)))
    assert media.duration_ms == pytest.approx(4000, abs=100)


def test_a_cut_off_file_is_known_before_it_is_checked(clip: Path, tmp_path: Path) -> None:
    data = clip.read_bytes()
    path = written(tmp_path, data[: len(data) // 2])
    media = probe(path, LIMITS)
    assert (media.complete, media.video, media.audio) == (False, (), ())
    assert check(path, media, LIMITS) == media


def test_a_picture_that_this_build_cannot_decode_is_not_called_broken(clips: Path) -> None:
    path = clips / "av1.mp4"
    make(
        path,
        picture(seconds=1),
        tone(1),
        vcodec="libsvtav1",
        preset=12,
        **{"svtav1-params": "lp=2"},
    )
    media = checked(path)
    assert media.complete is True
    if "key-frames" not in media.examined:
        assert media.examined == ("boxes", "packets", "sound")


def test_a_codec_that_is_not_read_is_named(clips: Path) -> None:
    path = make(clips / "odd.mkv", picture(seconds=1), tone(1), acodec="adpcm_ms")
    media = checked(path)
    assert [(a.codec, a.decodes) for a in media.audio] == [("adpcm_ms", False)]
    assert (media.complete, media.max_volume_db) == (True, None)  # not cut off, and not silent
    with pytest.raises(MediaError) as raised:
        read_audio(path, LIMITS)
    assert raised.value.code == "media-audio-undecodable"


def test_of_very_many_key_frames_the_first_are_decoded(
    clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(clips / "intra.mp4", picture(), tone(), g=1)
    assert "key-frames" in checked(path).examined
    monkeypatch.setattr("bilingual.media.completeness._PIXELS", 24 * 320 * 180)
    media = checked(path)
    assert media.complete is True
    assert "first-key-frames" in media.examined


EBML = bytes.fromhex("1a45dfa3")
DOCTYPE = bytes.fromhex("4282") + b"\x88matroska"
SEGMENT = bytes.fromhex("18538067")


def headed(length: bytes = b"\x8b", segment: bytes = SEGMENT, own: bytes = b"\xc0") -> bytes:
    """A Matroska file: its head, a segment of a length of its own, 64 bytes in it."""
    return EBML + length + DOCTYPE + segment + own + bytes(64)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (headed(), None),
        (headed(own=b"\xff"), None),  # of unknown length: a live recording
        (headed(own=b"\x01" + b"\xff" * 7), None),
        (headed(own=b"\xc1"), "box-truncated"),
        (headed(own=b"\x40\x41"), "box-truncated"),
        (headed(own=b"\x00"), "box-truncated"),
        (headed(length=b"\xff"), "box-invalid"),
        (headed(length=b"\x00"), "box-invalid"),
        (headed(segment=b"junk"), "box-invalid"),
        (headed()[: 4 + 1 + 11], "box-truncated"),
        (headed()[: 4 + 1 + 11 + 4], "box-truncated"),
        (EBML, "box-invalid"),
        (bytes(100), "box-invalid"),
    ],
)
def test_what_a_matroska_file_announces(tmp_path: Path, data: bytes, fault: str | None) -> None:
    with written(tmp_path, data, "x.mkv").open("rb") as file:
        assert matroska_fault(file.fileno(), len(data)) == fault


@pytest.mark.parametrize(
    ("announced", "fault"), [(0, None), (0xFFFFFFFF, None), (92, None), (93, "box-truncated")]
)
def test_what_a_riff_file_announces(tmp_path: Path, announced: int, fault: str | None) -> None:
    """Written as a stream it has no length, or the largest."""
    data = b"RIFF" + announced.to_bytes(4, "little") + b"WAVE" + bytes(88)
    with written(tmp_path, data, "x.wav").open("rb") as file:
        assert riff_fault(file.fileno(), len(data)) == fault
