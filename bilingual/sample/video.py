"""The sample's picture and sound, made by ffmpeg from stills and a recording."""

from __future__ import annotations

import contextlib
from importlib.resources import as_file
from pathlib import Path
from typing import Any, Final

from bilingual.media.ffmpeg import encode
from bilingual.sample.script import ASSETS, Script

SIZE: Final = "1920x1080"
FRAMES: Final = 25
# Constant, with filler: the award asks for 100 MB at least, and stills need
# next to nothing.
VIDEO_BIT_RATE: Final = 7_000_000
AUDIO_BIT_RATE: Final = 128_000

_SCENES: Final = ("sky", "life", "power")
_TURNS: Final = (14, 26)
"""Sentences with which the second and third scene begin."""


def make_video(target: Path, script: Script) -> None:
    """Write the sample film: opening, three scenes with a planet, closing.

    H.264 and AAC in MP4, 1920x1080 at 25 frames a second.

    :raises MediaError: ffmpeg failed.
    """
    import ffmpeg

    starts = [script.sentences[n].span.start_ms for n in _TURNS]
    cuts = [0, script.lead_in_ms, *starts, script.duration_ms - script.lead_out_ms]
    lengths = [b - a for a, b in zip(cuts, [*cuts[1:], script.duration_ms], strict=True)]
    with contextlib.ExitStack() as stack:

        def asset(name: str) -> str:
            return str(stack.enter_context(as_file(ASSETS / name)))

        stills = [
            ffmpeg.input(asset(f"{name}.webp"), loop=1, framerate=FRAMES, t=length / 1000)
            for name, length in zip(("title", *_SCENES, "end"), lengths, strict=True)
        ]
        planet = ffmpeg.input(asset("earth.webp"), loop=1, framerate=FRAMES)
        picture = ffmpeg.concat(*stills, v=1, a=0).overlay(
            planet, x="900+700*sin(t/6)", y="480+260*cos(t/6)", shortest=1
        )
        sound = ffmpeg.input(asset("narration.ogg")).audio
        encode(ffmpeg.output(picture, sound, str(target), **_options(script)))


def _options(script: Script) -> dict[str, Any]:
    return {
        "c:v": "libx264",
        "preset": "ultrafast",
        "pix_fmt": "yuv420p",
        "r": FRAMES,
        "b:v": VIDEO_BIT_RATE,
        "minrate": VIDEO_BIT_RATE,
        "maxrate": VIDEO_BIT_RATE,
        "bufsize": VIDEO_BIT_RATE,
        "x264-params": "nal-hrd=cbr:filler=1",
        "c:a": "aac",
        "b:a": AUDIO_BIT_RATE,
        "ac": 2,
        "ar": 48_000,
        "t": script.duration_ms / 1000,
        "movflags": "+faststart",
        # The same bytes each time: no encoder version, no date.
        "bitexact": None,
        "map_metadata": -1,
        "f": "mp4",
    }


def with_reversed_sound(video: Path, target: Path) -> None:
    """The same picture with the narration played backwards.

    Voice activity detection hears speech in it, and no recogniser words.

    :raises MediaError: ffmpeg failed.
    """
    import ffmpeg

    # In two steps: reversing holds all sound back to the end, and a film whose
    # sound comes behind its picture makes every reader seek.
    backwards = target.with_suffix(".m4a")
    try:
        sound = ffmpeg.input(str(video)).audio.filter("areverse")
        encode(ffmpeg.output(sound, str(backwards), **{"c:a": "aac", "b:a": AUDIO_BIT_RATE}))
        streams = ffmpeg.input(str(video)).video, ffmpeg.input(str(backwards)).audio
        options = {"c": "copy", "movflags": "+faststart", "map_metadata": -1, "f": "mp4"}
        encode(ffmpeg.output(*streams, str(target), **options))
    finally:
        backwards.unlink(missing_ok=True)
