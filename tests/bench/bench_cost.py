"""What ``verify`` takes on the sample, beside its recogniser alone on the same sound.

    python -m tests.bench.bench_cost [--runs 3] [--beams 2] [--picture]

The recogniser alone is faster-whisper as its own README uses it: the film's path, base,
int8, greedy, its VAD filter, as many threads. Runs are processes of their own, those of
``verify`` and of the recogniser take turns; no cache answers. Ratios are medians of the
ratios of neighbouring runs, of CPU time (children included) and of elapsed time. With
``--picture`` the subtitles are in the picture as well, so that it is read at thirty moments.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bilingual.media.ffmpeg import encode
from bilingual.model import Track
from bilingual.render.notebook.results import Entry
from bilingual.sample import write_sample
from bilingual.sample.script import script
from tests.bench.results import column, table, write
from tests.ocr.drawn import CHINESE, TIBETAN

FONTS: Final = {"bo": TIBETAN, "zh": CHINESE}
_STRIP: Final = (830, 1920, 220, 5)  # its top and size in pixels, and how many a second


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How subtitles are drawn: for each language its letters' size and where its middle is, in
    pixels of the strip; what they are filled with, and their rim (pixels, colour).
    """

    bo: tuple[int, int] = (52, 60)
    zh: tuple[int, int] = (50, 160)
    fill: str = "white"
    rim: tuple[int, str] = (3, "black")


_CLOCKS: Final = """
import json, os, sys, time
begun = time.perf_counter()
def print_times(*more):
    print(json.dumps([time.perf_counter() - begun, sum(os.times()[:4]), *more]))
"""
_VERIFY: Final = (
    _CLOCKS
    + """
import msgspec
from bilingual import Config, verify
config = Config.load()
asr = msgspec.structs.replace(config.asr, cache=False, beam_size=int(sys.argv[1]))
burned_in = msgspec.structs.replace(config.burned_in, cache=False)
config = msgspec.structs.replace(config, asr=asr, burned_in=burned_in)
report = verify("video.mp4", bo="bo.srt", zh="zh.srt", config=config)
print_times(len(report.sampled.moments_ms) if report.burned_in else 0)
"""
)
_ALONE: Final = (
    _CLOCKS
    + """
from faster_whisper import WhisperModel
model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=2,
                     local_files_only=True)
segments, _ = model.transcribe("video.mp4", language="zh", beam_size=1, vad_filter=True)
list(segments)
print_times()
"""
)


def is_tibetan(text: str) -> bool:
    """Whether it has a Tibetan letter."""
    return any("\u0f40" <= letter <= "\u0fbc" for letter in text)


def timed(program: str, folder: Path, *arguments: str) -> tuple[float, float]:
    """Elapsed and CPU seconds of a program run in a folder."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    elapsed, cpu, *_ = json.loads(done.stdout.splitlines()[-1])
    return elapsed, cpu


def with_subtitles(film: Path, bo: Track, zh: Track, style: Style | None = None) -> None:
    """Draw two tracks into a film's picture, Tibetan over Chinese unless the style has it else."""
    import ffmpeg

    _, width, height, rate = _STRIP
    strip = ffmpeg.input("pipe:0", f="rawvideo", pix_fmt="rgba", s=f"{width}x{height}", r=rate)
    whole = ffmpeg.input(str(film))
    target = film.with_name("burned.mp4")
    picture = ffmpeg.overlay(whole.video, strip, y=_STRIP[0])
    options = {"vcodec": "libx264", "preset": "veryfast", "crf": 23, "acodec": "copy"}
    encode(
        ffmpeg.output(picture, whole.audio, str(target), **options),
        stdin=strips(bo, zh, style or Style()),
    )
    target.replace(film)


def strips(bo: Track, zh: Track, style: Style) -> Iterator[bytes]:
    """The part of each picture where subtitles are, RGBA."""
    from PIL import Image, ImageDraw, ImageFont

    _, width, height, rate = _STRIP
    lines = []
    for track, (size, y) in ((bo, style.bo), (zh, style.zh)):
        for side, face in FONTS.items():
            font = ImageFont.truetype(face, size, layout_engine=ImageFont.Layout.RAQM)
            cues = [c for c in track.cues if (side == "bo") == is_tibetan(c.plain)]
            lines.append((cues, font, y))
    drawn: dict[tuple[str, ...], bytes] = {}
    for number in range(script().duration_ms * rate // 1000 + 1):
        at_ms = number * 1000 / rate
        shown = [
            next((c.plain.replace("\n", " ") for c in cues if c.start_ms <= at_ms < c.end_ms), "")
            for cues, _, _ in lines
        ]
        key = tuple(shown)
        if key not in drawn:
            image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
            pen = ImageDraw.Draw(image)
            for text, (_, font, y) in zip(shown, lines, strict=True):
                place = width // 2, y
                wide, rim = style.rim
                pen.text(place, text, style.fill, font, "mm", stroke_width=wide, stroke_fill=rim)
            drawn = {key: image.tobytes()}
        yield drawn[key]


def main() -> None:
    """Measure, in turn, and write the result."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--beams", default="2")
    parser.add_argument("--picture", action="store_true", help="subtitles in the picture, too")
    given = parser.parse_args()
    from bilingual.asr.engines.faster_whisper import ENGINE

    weights = str(ENGINE.weights("base").path)
    rows: list[list[Entry]] = []
    with tempfile.TemporaryDirectory() as scratch:
        write_sample(Path(scratch))
        film = Path(scratch) / "sound"
        if given.picture:
            with_subtitles(film / "video.mp4", script().track("bo"), script().track("zh"))
        for beam in given.beams.split(","):
            pairs = []
            for _ in range(given.runs):
                pairs.append((timed(_VERIFY, film, beam), timed(_ALONE, film, weights)))
            row: list[Entry] = [beam]
            for k in (1, 0):
                row.append(statistics.median(whole[k] for whole, _ in pairs))
                row.append(statistics.median(alone[k] for _, alone in pairs))
                row.append(statistics.median(whole[k] / alone[k] for whole, alone in pairs))
            rows.append(row)
    columns = (
        column("beam of `verify`"),
        column("`verify`, CPU time", "{:.1f} s", CPU_time="s"),
        column("recogniser alone, CPU time", "{:.1f} s", alone_CPU_time="s"),
        column("ratio, CPU time", "{:.2f}", CPU_ratio="ratio"),
        column("`verify`, elapsed", "{:.1f} s", time="s"),
        column("alone, elapsed", "{:.1f} s", alone_time="s"),
        column("ratio, elapsed", "{:.2f}", ratio="ratio"),
    )
    read = ", picture read at thirty moments" if given.picture else ""
    title = f"`verify` on the sample (126 s){read} beside the recogniser alone"
    tables = {"cost": table(title, columns, rows, n=given.runs)}
    name = "speech-cost-picture" if given.picture else "speech-cost"
    write(name, tables=tables, data=["the sample"])


if __name__ == "__main__":
    main()
