"""Fifty kills and time-outs: what is left over?

    python -m tests.bench.bench_kills VIDEO [COUNT]

A process of ours does with the video whatever starts a program, over and over:
it reads the sound, checks whether the file is whole, cuts clips and stills,
reads the subtitles in the picture. It is killed, interrupted or runs into a
time-out at a random moment. Counted are programs still running two seconds later
(ffmpeg, ffprobe, and tesseract's worker) and files that came into the temporary
folder, or into the cache and are no entries of it.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from bilingual.render.notebook.results import Figure
from tests.bench.results import write

WORK = """
import signal
import sys
from itertools import count
from pathlib import Path
import msgspec
from bilingual.ocr import read_burned_in
from bilingual.config import Config, MediaLimits
from bilingual.errors import MediaError
from bilingual.media.audio import read_audio
from bilingual.media.clips import clips
from bilingual.media.completeness import check
from bilingual.media.probe import probe
from bilingual.media.stills import stills
path, limits = Path(sys.argv[1]), MediaLimits(timeout_s=float(sys.argv[2]), picture="all")
config = msgspec.structs.replace(Config.load(), media=limits)
media = probe(path, MediaLimits())
tasks = {
    "sound": lambda: read_audio(path, limits),
    "whole": lambda: check(path, probe(path, limits), limits),
    "clips": lambda: clips(path, media, limits, [(0, 9000), (1000, 5000)]),
    "stills": lambda: stills(path, media, limits, (0, 1000, 2000, 3000)),
    "picture": lambda: read_burned_in(path, media, config, lambda *_: None, sha256=str(next(turn))),
}
turn = count(int(sys.argv[3]) * 1000)
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
print("ready", flush=True)
while True:
    try:
        tasks[sys.argv[4]]()
    except MediaError as error:
        if error.code == "media-timeout":
            break
"""
TASKS = ("sound", "whole", "clips", "stills", "picture")
WAYS = ("SIGKILL", "SIGTERM", "SIGINT", "time-out", "group SIGKILL")


def holders(path: Path) -> list[int]:
    """Processes that have a file open."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if any(f.readlink() == path for f in (entry / "fd").iterdir()):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def family(leader: int) -> list[int]:
    """Processes that descend from one of ours: it, its children, and theirs."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)] = int(stat[1])
            except OSError:
                continue
    found = {leader}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found - {leader})


def alive(pids: list[int]) -> list[int]:
    """Those that still run."""
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def main(video: Path, count: int) -> None:
    """Start, disturb, look."""
    dice = random.Random(7)
    came: Counter[str] = Counter()
    left = busy = files = 0
    with tempfile.TemporaryDirectory() as scratch:
        # A copy under a name of its own: a process that has it open is ours.
        own = Path(scratch).resolve() / "kill-bench.mp4"
        shutil.copyfile(video, own)
        temporary, cache = Path(scratch) / "tmp", Path(scratch) / "cache"
        temporary.mkdir()
        for number in range(count):
            how = WAYS[number % len(WAYS)]
            task = TASKS[number // len(WAYS) % len(TASKS)]
            limit = dice.uniform(0.2, 0.6) if how == "time-out" else 60
            ours = subprocess.Popen(
                [sys.executable, "-c", WORK, str(own), str(limit), str(number), task],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "TMPDIR": str(temporary), "BILINGUAL_CACHE": str(cache)},
                start_new_session=True,
            )
            assert ours.stdout is not None
            ours.stdout.readline()
            time.sleep(dice.uniform(0.05, 3.0 if task == "picture" else 1.5))
            programs = family(ours.pid)
            busy += bool(programs)
            if how == "group SIGKILL":
                os.killpg(ours.pid, signal.SIGKILL)
            elif how != "time-out":
                ours.send_signal(signal.Signals[how])
            ours.wait(timeout=120)
            ours.stdout.close()
            came[how] += 1
            time.sleep(2)
            left += len({*holders(own), *alive(programs)})
            files += len(list(temporary.iterdir()))
            files += sum(p.is_file() and p.suffix != ".json" for p in cache.rglob("*"))
    sys.stdout.write(f"{dict(came)}\n")
    counts = {"running": busy, "processes_left": left, "files_left": files}
    figures = {name: Figure(value=n, unit="count", n=count) for name, n in counts.items()}
    write("kills", figures=figures, seeds=[7], data=[video.name])


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 50)
