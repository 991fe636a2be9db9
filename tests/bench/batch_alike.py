"""Whether works that are submitted twice in disguise are found, and how long the search takes.

Each work has a film of its own (scenes and sound that change all the time, encoded as H.264
and AAC) and subtitles of its own, drawn from the lines of narration. Some come a second time
in a disguise. Their fingerprints are taken as a batch takes them.
"""

from __future__ import annotations

import csv
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from bilingual.batch.alike import Alike, alike_works
from bilingual.batch.prints import SAMPLE_RATE, Prints, prints_of
from bilingual.config import Config
from bilingual.formats import read_tracks
from bilingual.media.binaries import ffmpeg_binaries
from bilingual.media.probe import probe
from bilingual.model import Provenance, Report, Track, Verdict
from bilingual.render.notebook.results import Entry, Figure
from tests.batch.test_across import song
from tests.batch.works import srt
from tests.bench.results import column, table, write

_SECONDS: Final = 30
_SIZE: Final = (96, 54)
_SCENE_S: Final = 2
_RATE: Final = 4  # pictures a second
_CUES: Final = 12
_NARRATION: Final = Path(__file__).parents[2] / "models" / "train" / "narration.tsv"

_PLAIN: Final = ("-crf", "23", "-b:a", "96k")
_SLOWER: Final = ("-filter_complex", "[0:v]setpts=PTS/0.99[v];[1:a]atempo=0.99[a]",
                  "-map", "[v]", "-map", "[a]")  # fmt: skip
_ALL: Final = ("-filter_complex",
               "[0:v]scale=64:36,setpts=PTS/1.01[v];[1:a]volume=0.4,atempo=1.01[a]",
               "-map", "[v]", "-map", "[a]")  # fmt: skip
DISGUISES: Final[Mapping[str, tuple[tuple[str, ...], float, bool]]] = {
    "re-encoded, smaller": (("-vf", "scale=64:36", "-crf", "32", "-b:a", "32k"), 0, False),
    "5 s trimmed": (_PLAIN, 5, False),
    "re-timed by 1 %": ((*_SLOWER, *_PLAIN), 0, False),
    "subtitles restyled": (("-crf", "28", "-b:a", "64k"), 0, True),
    "all of these": ((*_ALL, "-crf", "30", "-b:a", "40k"), 5, True),
}
"""Of each how ffmpeg is asked, seconds cut off the beginning, and whether subtitles change."""


def alike(count: int, pairs: int, seconds: float) -> None:
    """COUNT works, of which so many are others in disguise: found, and found by mistake.

    Those that come twice are made first; after so many seconds no more are made.
    """
    end = time.monotonic() + seconds
    prints: dict[str, Prints] = {}
    owner: dict[str, tuple[str, str]] = {}
    chance = random.Random(20)
    lines = _lines()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(count - pairs):
            if number >= pairs and time.monotonic() > end:
                break
            drawn = chance.sample(lines, _CUES)
            prints[f"w{number}"] = _work(folder, number, drawn, _PLAIN)
            if number < pairs:
                way = list(DISGUISES)[number % len(DISGUISES)]
                how, cut, restyled = DISGUISES[way]
                again = _work(folder, number, drawn, how, cut=cut, restyled=restyled)
                prints[f"again{number}"] = again
                owner[f"again{number}"] = (f"w{number}", way)
            sys.stderr.write(f"\r{number + 1} of {count - pairs} ")
    count = len(prints)
    by: dict[str, dict[str, Prints]] = {
        "sound": {n: Prints(sound=p.sound, sound_at=p.sound_at) for n, p in prints.items()},
        "picture": {n: Prints(pictures=p.pictures) for n, p in prints.items()},
        "text": {n: Prints(words=p.words, text=p.text, shingles=p.shingles) for n, p in prints.items()},
        "any": prints,
    }  # fmt: skip
    groups = {kind: alike_works(some) for kind, some in by.items()}
    rows: list[list[Entry]] = []
    for way in DISGUISES:
        asked = [again for again, (_, its) in owner.items() if its == way]
        rows.append([way, *((_hits(groups[k], asked, owner), len(asked)) for k in groups)])
    expected = {frozenset((again, work)) for again, (work, _) in owner.items()}
    columns = [column("disguise")]
    columns += [
        column(f"found by {k}", "{}/{}", **{f"{k}": "count", f"{k}_of": "count"}) for k in groups
    ]
    write(
        "batch-alike",
        tables={"alike": table(f"{pairs} disguised among {count} works", columns, rows, n=pairs)},
        figures={
            "found": Figure(value=_hits(groups["any"], list(owner), owner), unit="count", n=pairs),
            **{
                f"by-mistake-{kind}": Figure(
                    value=sum(frozenset(group.works) not in expected for group in some),
                    unit="count",
                    n=count,
                )
                for kind, some in groups.items()
            },
        },
        seeds=(20,),
    )


def _hits(groups: list[Alike], asked: list[str], owner: Mapping[str, tuple[str, str]]) -> int:
    found = {work: group.works for group in groups for work in group.works}
    return sum(owner[again][0] in found.get(again, ()) for again in asked)


def _lines() -> list[tuple[str, str]]:
    with _NARRATION.open(encoding="utf-8", newline="") as file:
        return [(row["bo"], row["zh"]) for row in csv.DictReader(file, delimiter="\t")]


def _work(
    folder: Path,
    number: int,
    lines: list[tuple[str, str]],
    how: tuple[str, ...],
    *,
    cut: float = 0,
    restyled: bool = False,
) -> Prints:
    """The fingerprints of a work, made and encoded anew."""
    film = _encoded(folder, number, how, cut)
    config = Config.load()
    report = Report(
        verdict=Verdict.UNKNOWN,
        inputs=(),
        provenance=Provenance(tool="bench", version="", created=""),
        media=probe(film, config.media),
        bo=_track([bo for bo, _ in lines], "bo", restyled),
        zh=_track([zh for _, zh in lines], "zh", restyled),
    )
    return prints_of(report, str(film), config)


def _track(lines: list[str], language: str, restyled: bool) -> Track:
    """Subtitles; restyled: in italics, broken in two lines, marks left out, re-timed."""
    if restyled:
        halves = [line.rstrip("。！？།") for line in lines]
        lines = [f"<i>{h[: len(h) // 2]}\n{h[len(h) // 2 :]}</i>" for h in halves]
    text = srt(lines, shift_ms=400 if restyled else 0, rate=1.01 if restyled else 1)
    (track,) = read_tracks(text.encode(), name=f"a.{language}.srt")
    return track


def _encoded(folder: Path, number: int, how: tuple[str, ...], cut: float) -> Path:
    raw, scenes, film = folder / "sound.f32", folder / "scenes.raw", folder / "film.mp4"
    np.asarray(song(number, _SECONDS), np.float32).tofile(raw)
    _scenes(number).tofile(scenes)
    start = ("-ss", str(cut)) if cut else ()
    width, height = _SIZE
    picture = ("-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{width}x{height}", "-r", str(_RATE))
    sound = ("-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", "1")
    ffmpeg = str(ffmpeg_binaries("bundled").ffmpeg)
    command = [
        ffmpeg, "-nostdin", "-v", "error", "-y", *picture, *start, "-i", str(scenes),
        *sound, *start, "-i", str(raw), "-preset", "ultrafast", "-g", str(_SCENE_S * _RATE), "-pix_fmt", "yuv420p",
        "-ar", "44100", *how, str(film),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return film


def _scenes(number: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Pictures of soft patches that move, a new set every two seconds."""
    chance = np.random.default_rng(1000 + number)
    width, height = _SIZE
    y, x = np.mgrid[0:height, 0:width]
    frames = []
    for _ in range(_SECONDS // _SCENE_S):
        places = chance.uniform(0, 1, (6, 5))
        for step in range(_SCENE_S * _RATE):
            picture = np.full((height, width), 90.0)
            for px, py, size, shade, pace in places:
                from_x = x - width * (px + 0.05 * step * (pace - 0.5))
                from_y = y - height * py
                spread = (4 + 14 * size) ** 2
                picture += 260 * (shade - 0.5) * np.exp(-(from_x**2 + from_y**2) / spread)
            frames.append(np.clip(picture, 0, 255).astype(np.uint8))
    return np.stack(frames)


def times() -> None:
    """The search among fingerprints of 100, 1,000 and 10,000 works: sound, picture and text."""
    chance = np.random.default_rng(18)
    rows: list[list[Entry]] = []
    for count in (100, 1000, 10_000):
        prints = {}
        for number in range(count):
            prints[f"w{number}"] = Prints(
                sound=tuple(chance.integers(0, 2**32, 1800).tolist()),
                sound_at=tuple(np.sort(chance.integers(0, 3000, 1800)).tolist()),
                pictures=tuple(f"{v:016x}" for v in chance.integers(0, 2**63, 30).tolist()),
                words={"zh": str(number)},
                text={"zh": tuple(chance.integers(0, 2**32, 128).tolist())},
                shingles={"zh": 800},
            )
        began = time.process_time()
        found = alike_works(prints)
        rows.append([f"{count:,}", time.process_time() - began, len(found)])
    columns = (
        column("works"),
        column("processor seconds", "{:.2f}", seconds="s"),
        column("groups", "{}", groups="count"),
    )
    write("batch-times", tables={"times": table("The search alone", columns, rows)})
