"""Small films with a flash and a beep at the same moments, put together in every odd way."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import ffmpeg

from bilingual.config import MediaLimits
from bilingual.media.audio import read_audio
from bilingual.media.binaries import ffmpeg_binaries
from bilingual.media.ffmpeg import encode
from bilingual.media.probe import probe
from bilingual.ocr.frames import luma_frames

LIMITS: Final = MediaLimits()
SECONDS: Final = 24
EVENTS: Final = (3.0, 10.0, 17.0)
"""When there is a flash and a beep of a fifth of a second, in the film as it was made."""

_ON: Final = "lt(mod(t-3+70\\,7)\\,0.2)*gt(t\\,2)"
_FRAMES: Final = 25


def flashes(seconds: float = SECONDS) -> Any:
    """Black, with white flashes."""
    size = f"color=c=black:size=160x90:rate={_FRAMES}:duration={seconds}"
    return ffmpeg.input(f"{size},drawbox=c=white:t=fill:enable='{_ON}'", f="lavfi")


def beeps(seconds: float = SECONDS) -> Any:
    """Silence, with beeps of 1 kHz."""
    tone = f"aevalsrc='0.5*sin(2*PI*1000*t)*{_ON}':s=48000:d={seconds}"
    return ffmpeg.input(tone, f="lavfi")


def film(path: Path, **options: Any) -> Path:
    """The film as it was made."""
    known: dict[str, Any] = {"vcodec": "libx264", "preset": "ultrafast", "pix_fmt": "yuv420p"}
    known |= {"g": _FRAMES, "acodec": "aac", "ac": 2}
    encode(ffmpeg.output(flashes(), beeps(), str(path), **(known | options)))
    return path


def again(source: Path, target: Path, before: dict[str, Any] | None = None, **options: Any) -> Path:
    """The same packets in another file."""
    stream = ffmpeg.input(str(source), **(before or {}))
    encode(stream.output(str(target), **({"c": "copy"} | options)))
    return target


def without(source: Path, target: Path, kind: str, dropped: str) -> Path:
    """The same without those packets of sound (``a``) or picture (``v``)."""
    options: dict[str, Any] = {f"bsf:{kind}": f"noise=drop='{dropped}'"}
    return again(source, target, **options)


def apart(source: Path, target: Path, *, sound_s: float = 0, picture_s: float = 0) -> Path:
    """Picture and sound of a film, one of them so much later."""
    picture = ffmpeg.input(str(source), itsoffset=picture_s)
    sound = ffmpeg.input(str(source), itsoffset=sound_s)
    encode(ffmpeg.output(picture.video, sound.audio, str(target), c="copy"))
    return target


def clips_of(
    source: Path, folder: Path, *, length_s: float = 2.97, ending: str = ".mp4"
) -> list[Path]:
    """The film in clips, each encoded by itself, as a phone's editor takes them up."""
    folder.mkdir(exist_ok=True)
    found = []
    for number in range(int(SECONDS / length_s)):
        part = ffmpeg.input(str(source), ss=number * length_s, t=length_s)
        clip = folder / f"{number}{ending}"
        options = {"vcodec": "libx264", "preset": "ultrafast", "acodec": "aac"}
        encode(part.output(str(clip), **options))
        found.append(clip)
    return found


def joined(clips: Sequence[Path], target: Path) -> Path:
    """Clips one after the other, their packets as they are."""
    listed = clips[0].parent / "list.txt"
    listed.write_text("".join(f"file '{clip}'\n" for clip in clips), "utf-8")
    encode(ffmpeg.input(str(listed), f="concat", safe=0).output(str(target), c="copy"))
    return target


@dataclass(frozen=True, slots=True)
class Moments:
    """When flashes and beeps begin, in seconds on a film's clock."""

    flashes: tuple[float, ...]
    beeps: tuple[float, ...]


def as_played(path: Path) -> Moments:
    """By ffmpeg's own clock: the time stamps of decoded pictures and sound."""
    program = str(ffmpeg_binaries(LIMITS.ffmpeg).ffmpeg)
    shown, heard = path.with_suffix(".shown"), path.with_suffix(".heard")
    level = "lavfi.astats.Overall.Peak_level"
    command = [program, "-nostdin", "-v", "error", "-i", str(path)]
    command += ["-map", "0:v:0", "-fps_mode", "passthrough", "-vf"]
    command += [f"signalstats,metadata=print:key=lavfi.signalstats.YAVG:file={shown}"]
    command += ["-f", "null", "-", "-map", "0:a:0", "-af"]
    command += [f"astats=metadata=1:reset=1,ametadata=print:key={level}:file={heard}"]
    subprocess.run([*command, "-f", "null", "-"], check=True, timeout=300)
    return Moments(
        flashes=_begins(_measured(shown, "YAVG"), 128),
        beeps=_begins(_measured(heard, "Peak_level"), -20),
    )


def as_read(path: Path) -> Moments:
    """As the library hears and sees it."""
    import numpy as np

    sound = np.abs(read_audio(path, LIMITS))
    loud = [(float(at) / 16_000, 1.0) for at in np.nonzero(sound > 0.1)[0]]
    media = probe(path, LIMITS)
    frames = luma_frames(path, media, LIMITS, per_second=_FRAMES)
    bright = [(at / 1000, float(frame.mean())) for at, frame in frames]
    return Moments(flashes=_begins(bright, 128), beeps=_begins(loud, 0.5))


def _measured(path: Path, name: str) -> list[tuple[float, float]]:
    found, at = [], 0.0
    for line in path.read_text("utf-8").splitlines():
        if time := re.search(r"pts_time:(\S+)", line):
            at = float(time[1])
        elif value := re.search(rf"{name}=(\S+)", line):
            found.append((at, float(value[1]) if value[1] not in ("-inf", "nan") else -99.0))
    return found


def _begins(values: Sequence[tuple[float, float]], least: float) -> tuple[float, ...]:
    times = [at for at, value in values if value > least]
    later = [b for a, b in pairwise(times) if b - a > 1]
    return tuple(round(at, 3) for at in [*times[:1], *later])


Making = Callable[[Path, Path], Path]


def _variants() -> dict[str, Making]:
    """Ways to put the packets of a film (the first path) into a file (the second)."""
    return {
        "as it was made": again,
        "sound 4 s late": lambda a, b: apart(a, b, sound_s=4),
        "sound 1.5 s early": lambda a, b: apart(a, b, sound_s=-1.5),
        "picture 2 s late": lambda a, b: apart(a, b, picture_s=2),
        "5 s of sound missing": lambda a, b: without(a, b, "a", "between(pts*tb\\,5\\,10)"),
        "5 s of picture missing": lambda a, b: without(a, b, "v", "between(pts*tb\\,5\\,9.9)"),
        "first time 10 s": lambda a, b: again(a, b, output_ts_offset=10),
        "begun within": lambda a, b: again(a, b, {"ss": 1.3}),
        "clips joined": lambda a, b: joined(clips_of(a, b.with_suffix(".parts")), b),
    }


ENDINGS: Final = ("mp4", "mov", "mkv", "ts", "flv")


def _further() -> dict[str, tuple[str, Making]]:
    """Ways that only some containers know, with the ending of the file."""

    def encoded(**options: Any) -> Making:
        return lambda _, target: film(target, **options)

    def chained(source: Path, target: Path) -> Path:
        parts = clips_of(source, target.with_suffix(".parts"), ending=".ts")
        target.write_bytes(b"".join(part.read_bytes() for part in parts))
        return target

    fragments = "frag_keyframe+empty_moov"
    return {
        "B-frames": ("mp4", encoded(preset="medium", bf=3, g=50)),
        "B-frames, no edit list": ("mp4", encoded(preset="medium", bf=3, use_editlist=0)),
        "B-frames, negative offsets": (
            "mp4",
            encoded(preset="medium", bf=3, movflags="negative_cts_offsets"),
        ),
        "fragments, sound 4 s late": (
            "mp4",
            lambda a, b: again(apart(a, b.with_suffix(".mov"), sound_s=4), b, movflags=fragments),
        ),
        "frames at uneven times": (
            "mp4",
            encoded(vf="select='if(lt(mod(t\\,7)\\,3.5)\\,1\\,not(mod(n\\,5)))'", fps_mode="vfr"),
        ),
        "Opus, with its delay": ("mkv", encoded(acodec="libopus")),
        "MP3, with its delay": ("mkv", encoded(acodec="libmp3lame")),
        "uncoded sound": ("mov", encoded(acodec="pcm_s16le")),
        "AVI": ("avi", encoded(vcodec="mpeg4", acodec="libmp3lame")),
        "transport streams chained": ("ts", chained),
    }


def ways() -> dict[str, tuple[str, Making]]:
    """Every way, by its name: the ending of the file, and how to make it."""
    common = {
        f"{name}, {ending}": (ending, make)
        for ending in ENDINGS
        for name, make in _variants().items()
    }
    return common | _further()
