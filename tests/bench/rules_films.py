"""Small films that are wrong in one way, and films that are right: which rules say so."""

from __future__ import annotations

import random
import shutil
import struct
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from bilingual.config import MediaLimits
from bilingual.errors import MediaError
from bilingual.media.completeness import check
from bilingual.media.probe import named_only, probe
from tests.bench.batch_scale import ffmpeg
from tests.bench.rules_run import Bench, Measured, keep
from tests.bench.rules_works import Tally
from tests.media.films import apart, clips_of, film, joined, without
from tests.support import examined

MEGABYTE: Final = 1_000_000
_OF_THE_FILE: Final = (
    "container", "duration", "resolution", "aspect-ratio", "media-hole", "audio-channels",
    "media-unreadable", "media-truncated", "no-audio",
)  # fmt: skip

Making = Callable[[Path], Path]
"""Makes a film in a folder."""
Cases = Mapping[str, Making]


def findings(path: Path, limits: MediaLimits) -> set[str]:
    """The rules that report something of a film, read from end to end."""
    try:
        media = check(path, probe(path, limits), limits)
    except MediaError as error:  # its kind is known, and it is not opened
        media = named_only(path, str(error.params["container"]))
    return {finding.rule for finding in examined(media=media).findings}


def _drawn(size: str, seconds: float, rate: float = 2) -> list[str]:
    return ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}"]


def _sound(seconds: float, shape: str = "0.3*sin(2*PI*220*t)|0.3*sin(2*PI*330*t)") -> list[str]:
    return ["-f", "lavfi", "-i", f"aevalsrc='{shape}':s=16000:d={seconds}"]


def made(
    folder: Path,
    *options: str,
    size: str = "64x36",
    seconds: float = 122,
    sound_s: float | None = None,
    rate: float = 2,
    name: str = "film.mp4",
) -> Path:
    """A film of a test picture and two notes, encoded as these options say."""
    path = folder / name
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    ffmpeg(
        *_drawn(size, seconds, rate), *_sound(seconds if sound_s is None else sound_s),
        *codecs, *options, str(path),
    )  # fmt: skip
    return path


def _copied(source: Path, folder: Path, *options: str, name: str = "copy.mp4") -> Path:
    ffmpeg("-i", str(source), "-c", "copy", *options, str(folder / name))
    return folder / name


def _container(ending: str, *codecs: str) -> Making:
    """In another container, with the ending of MP4 all the same."""

    def make(folder: Path) -> Path:
        path = made(folder, *codecs, seconds=4, name=f"film.{ending}")
        return path.rename(folder / "renamed.mp4")

    return make


CONTAINERS: Final[Cases] = {
    "QuickTime named .mp4": _container("mov"),
    "Matroska named .mp4": _container("mkv"),
    "WebM named .mp4": _container("webm", "-c:v", "libvpx", "-c:a", "libopus"),
    "AVI named .mp4": _container("avi", "-c:v", "mpeg4", "-c:a", "libmp3lame"),
    "Flash named .mp4": _container("flv", "-ar", "44100"),
    "transport stream named .mp4": _container("ts"),
    "Windows Media named .mp4": _container("wmv", "-c:v", "wmv2", "-c:a", "wmav2"),
    "MPEG program stream named .mp4": _container(
        "mpg", "-c:v", "mpeg2video", "-r", "25", "-c:a", "mp2", "-ar", "44100"
    ),
}
_RIGHT_CONTAINERS: Final[Cases] = {
    "MP4 of brand mp42": lambda f: made(f, "-brand", "mp42", seconds=4),
    "MP4 in fragments": lambda f: made(f, "-movflags", "frag_keyframe+empty_moov", seconds=4),
    "MP4 with its index first": lambda f: made(f, "-movflags", "faststart", seconds=4),
    "M4V": lambda f: made(f, "-f", "ipod", seconds=4, name="film.m4v"),
}  # fmt: skip


def _long(seconds: float) -> Making:
    return lambda folder: made(folder, seconds=seconds)


def _looped(times: int, seconds: float) -> Making:
    def make(folder: Path) -> Path:
        source = made(folder, seconds=seconds)
        ffmpeg(
            "-stream_loop", str(times - 1), "-i", str(source), "-c", "copy", str(folder / "l.mp4")
        )
        return folder / "l.mp4"

    return make


def _looped_again(folder: Path) -> Path:
    """Encoded again: the file does not show that it repeats itself."""
    source = made(folder, seconds=61)
    ffmpeg(
        "-stream_loop",
        "1",
        "-i",
        str(source),
        "-c:v",
        "libx264",
        "-c:a",
        "aac",
        str(folder / "l.mp4"),
    )
    return folder / "l.mp4"


def _held(folder: Path) -> Path:
    """One frame that the file holds for 40 s."""
    options = ("-vf", "select='lt(t,85)+gt(t,125)'", "-fps_mode", "vfr")
    return made(folder, *options, seconds=130)


def _held_again(folder: Path) -> Path:
    """The last frame encoded again and again for 40 s."""
    return made(folder, "-vf", "tpad=stop_mode=clone:stop_duration=40", seconds=90, sound_s=130)


DURATIONS: Final[Cases] = {
    **{f"{s:g} s": _long(s) for s in (30, 110, 119, 301, 330, 600)},
    "a picture of 90 s under sound of 125 s": lambda f: made(f, seconds=90, sound_s=125),
    "61 s twice": _looped(2, 61),
    "25 s five times": _looped(5, 25),
    "a frame held for 40 of 130 s": _held,
    "61 s twice, encoded again": _looped_again,
    "the last frame for 40 of 130 s, encoded again": _held_again,
}
_RIGHT_DURATIONS: Final[Cases] = {f"{s:g} s": _long(s) for s in (120, 200, 300)}


def _padded(megabytes: float) -> Making:
    def make(folder: Path) -> Path:
        path = made(folder, seconds=4)
        own, wanted = path.stat().st_size, round(megabytes * MEGABYTE)
        with path.open("r+b") as file:
            file.seek(0, 2)
            file.write(struct.pack(">I4s", wanted - own, b"free"))
            file.truncate(wanted)
        return path

    return make


SIZES: Final[Cases] = {f"{mb:g} MB": _padded(mb) for mb in (5, 60, 99.9, 315, 500)}
_RIGHT_SIZES: Final[Cases] = {f"{mb:g} MB": _padded(mb) for mb in (105, 200, 299)}


def _sized(size: str, *options: str) -> Making:
    return lambda folder: made(folder, *options, size=size, seconds=2)


def _turned(folder: Path) -> Path:
    source = made(folder, size="1920x1080", seconds=2)
    ffmpeg("-display_rotation", "90", "-i", str(source), "-c", "copy", str(folder / "turned.mp4"))
    return folder / "turned.mp4"


_FOUR_THIRDS: Final = ("-vf", "setsar=4/3")
RESOLUTIONS: Final[Cases] = {
    size: _sized(size) for size in ("1280x720", "1440x810", "1904x1072", "854x480", "720x1280")
} | {"1920x1080 with pixels of 1:2": _sized("1920x1080", "-vf", "setsar=1/2")}
_RIGHT_RESOLUTIONS: Final[Cases] = {
    "1920x1080": _sized("1920x1080"),
    "3840x2160": _sized("3840x2160"),
    "2560x1440": _sized("2560x1440"),
    "1440x1080 with pixels of 4:3": _sized("1440x1080", *_FOUR_THIRDS),
}
ASPECTS: Final[Cases] = {
    size: _sized(size)
    for size in ("1440x1080", "1080x1920", "2048x1080", "1920x1200", "2560x1080", "1920x1040")
} | {
    "1920x1080 turned by 90°": _turned,
    "1920x1080 with pixels of 4:3": _sized("1920x1080", *_FOUR_THIRDS),
}
_RIGHT_ASPECTS: Final[Cases] = {
    **_RIGHT_RESOLUTIONS,
    "1366x768": _sized("1366x768"),
    "1920x1088": _sized("1920x1088"),
}


def _whole(folder: Path) -> Path:
    return film(folder / "whole.mp4")


def _lacking(kind: str, seconds: float) -> Making:
    return lambda f: without(_whole(f), f / "b.mp4", kind, f"between(pts*tb\\,8\\,{8 + seconds})")


HOLES: Final[Cases] = {
    **{f"{s:g} s of sound missing": _lacking("a", s) for s in (0.4, 1, 5)},
    **{f"{s:g} s of picture missing": _lacking("v", s) for s in (1, 5)},
    "sound 1.5 s late": lambda f: apart(_whole(f), f / "b.mp4", sound_s=1.5),
    "picture 2 s late": lambda f: apart(_whole(f), f / "b.mp4", picture_s=2),
    "sound 3 s shorter": lambda f: made(f, seconds=24, sound_s=21),
    "picture 3 s shorter": lambda f: made(f, seconds=21, sound_s=24),
}
_RIGHT_HOLES: Final[Cases] = {
    "as made": _whole,
    "clips joined": lambda f: joined(clips_of(_whole(f), f / "parts"), f / "joined.mp4"),
    "sound 0.3 s shorter": lambda f: made(f, seconds=24, sound_s=23.7),
    "frames at uneven times": lambda f: made(
        f, "-vf", "select='not(mod(n,5))+lt(mod(n,7),2)'", "-fps_mode", "vfr", seconds=24, rate=5
    ),
}


def _heard(shape: str, *options: str) -> Making:
    def make(folder: Path) -> Path:
        path = folder / "heard.mp4"
        codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac")
        ffmpeg(*_drawn("64x36", 20), *_sound(20, shape), *codecs, *options, str(path))
        return path

    return make


_NOTE: Final = "0.3*sin(2*PI*220*t)*lt(mod(t\\,3)\\,2)"
CHANNELS: Final[Cases] = {
    "one channel inverted": _heard(f"{_NOTE}|-{_NOTE}"),
    "one channel inverted and fainter": _heard(f"{_NOTE}|-0.9*{_NOTE}"),
    "inverted from 10 s on": _heard(f"{_NOTE}|{_NOTE}*(1-2*gt(t\\,10))"),
    "left silent": _heard(f"0|{_NOTE}"),
    "right silent": _heard(f"{_NOTE}|0"),
    "right silent from 10 s on": _heard(f"{_NOTE}|{_NOTE}*lt(t\\,10)"),
    "right next to silent": _heard(f"{_NOTE}|0.001*{_NOTE}"),
}
_RIGHT_CHANNELS: Final[Cases] = {
    "mono": _heard(_NOTE),
    "both the same": _heard(f"{_NOTE}|{_NOTE}"),
    "two voices, one a side in turn": _heard(f"{_NOTE}*(0.2+lt(mod(t\\,6)\\,3))|{_NOTE}*(0.2+gte(mod(t\\,6)\\,3))"),
    "one half as loud": _heard(f"{_NOTE}|0.5*{_NOTE}"),
    "different notes": _heard("0.3*sin(2*PI*220*t)|0.3*sin(2*PI*331*t)"),
}  # fmt: skip
SILENT: Final[Cases] = {
    "no sound track": lambda f: _copied(made(f, seconds=4), f, "-an"),
    "silence": _heard("0|0"),
    "a peak of -45 dB": _heard(f"0.0187*{_NOTE}|0.0187*{_NOTE}"),
    "a peak of -70 dB": _heard(f"0.001*{_NOTE}|0.001*{_NOTE}"),
}
_RIGHT_SILENT: Final[Cases] = {
    "a peak of -30 dB": _heard(f"0.105*{_NOTE}|0.105*{_NOTE}"),
    "one word in 20 s": _heard("0.3*sin(2*PI*220*t)*between(t\\,9\\,9.4)"),
}


_EVERY: Final = "; every frame decoded (a setting)"


def _overwritten(length: int, seed: int, *, every: int = 0) -> Making:
    """Bytes of the packets written over at places drawn by lot."""

    def make(folder: Path) -> Path:
        path = made(folder, "-g", "10", "-flags", "+bitexact", size="640x360", seconds=24, rate=10)
        data, rnd = bytearray(path.read_bytes()), random.Random(seed)
        first = data.index(b"mdat") + 64
        last = data.index(b"moov", first) - length - 8
        for _ in range(every or 1):
            at = rnd.randrange(first, last)
            data[at : at + length] = rnd.randbytes(length)
        path.write_bytes(data)
        return path

    return make


def _unreadable() -> Iterator[tuple[str, Making]]:
    for length, times in ((100, 1), (5_000, 1), (50_000, 1), (200, 20)):
        name = f"{length:,} bytes written over" + (f" in {times} places" if times > 1 else "")
        for seed in range(4):
            yield name, _overwritten(length, seed, every=times)
            if length < 50_000:
                yield f"{name}{_EVERY}", _overwritten(length, seed, every=times)
    yield "no picture", lambda f: _copied(made(f, seconds=4), f, "-vn")


_RIGHT_FILMS: Final[Mapping[str, tuple[str, ...]]] = {
    "H.264 and AAC": (),
    "H.265 and AAC": ("-c:v", "libx265", "-x265-params", "log-level=none", "-tag:v", "hvc1"),
    "MPEG-4 and AAC": ("-c:v", "mpeg4"),
    "H.264 and MP3": ("-c:a", "libmp3lame", "-ar", "44100"),
    "H.264, fragments": ("-movflags", "frag_keyframe+empty_moov"),
    "H.264, 1440x1080 with pixels of 4:3": ("-vf", "scale=1440:1080,setsar=4/3"),
}


def measure_films(bench: Bench, measured: Measured) -> None:
    """Each way in which a film is wrong or right, and films that are right in every way."""
    wrong: dict[str, list[tuple[str, Making]]] = {
        "container": list(CONTAINERS.items()),
        "duration": list(DURATIONS.items()),
        "file-size": list(SIZES.items()),
        "resolution": list(RESOLUTIONS.items()),
        "aspect-ratio": list(ASPECTS.items()),
        "media-hole": list(HOLES.items()),
        "audio-channels": list(CHANNELS.items()),
        "no-audio": list(SILENT.items()),
        "media-unreadable": list(_unreadable()),
    }
    right: dict[str, Cases] = {
        "container": _RIGHT_CONTAINERS,
        "duration": _RIGHT_DURATIONS,
        "file-size": _RIGHT_SIZES,
        "resolution": _RIGHT_RESOLUTIONS,
        "aspect-ratio": _RIGHT_ASPECTS,
        "media-hole": _RIGHT_HOLES,
        "audio-channels": _RIGHT_CHANNELS,
        "no-audio": _RIGHT_SILENT,
    }
    for rule in filter(bench.wants, wrong):
        for name, tally in judged(rule, wrong[rule], bench.scratch).items():
            keep(bench, measured.planted, rule, name, tally)
        for name, tally in judged(rule, list(right.get(rule, {}).items()), bench.scratch).items():
            keep(bench, measured.right, rule, name, tally, right=True)
    wanted = [rule for rule in _OF_THE_FILE if bench.wants(rule)]
    if wanted:
        films = [
            found_in(partial(_full, options), bench.scratch) for options in _RIGHT_FILMS.values()
        ]
        for rule in wanted:
            tally = Tally()
            for name, found in zip(_RIGHT_FILMS, films, strict=True):
                tally.add(rule in found, name)
            keep(
                bench, measured.right, rule, "films that are right in every way", tally, right=True
            )


def _full(options: tuple[str, ...], folder: Path) -> Path:
    return made(folder, *options, size="1920x1080", rate=1)


def judged(rule: str, cases: list[tuple[str, Making]], scratch: Path) -> dict[str, Tally]:
    """Of the films of each name, how many a rule reports."""
    found: dict[str, Tally] = {}
    for name, make in cases:
        limits = MediaLimits(picture="all") if name.endswith(_EVERY) else MediaLimits()
        found.setdefault(name, Tally()).add(rule in found_in(make, scratch, limits), name)
    return found


def found_in(make: Making, scratch: Path, limits: MediaLimits | None = None) -> set[str]:
    """The rules that report something of a film that is made in a folder of its own."""
    folder = scratch / "film"
    folder.mkdir()
    try:
        return findings(make(folder), limits or MediaLimits())
    finally:
        shutil.rmtree(folder)
