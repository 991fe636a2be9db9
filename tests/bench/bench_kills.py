"""Fifty kills and time-outs: what is left over?

    python -m tests.bench.bench_kills VIDEO [COUNT]

A process of ours reads the video's sound, or checks whether it is whole, over
and over; it is killed, interrupted or runs into a time-out at a random moment.
Counted are ffmpeg processes still running two seconds later and files that came
into the temporary folder.
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

WORK = """
import sys
from pathlib import Path
from bilingual.config import MediaLimits
from bilingual.errors import MediaError
from bilingual.media.audio import read_audio
from bilingual.media.completeness import check
from bilingual.media.probe import probe
path, limits = Path(sys.argv[1]), MediaLimits(timeout_s=float(sys.argv[2]), picture="all")
print("ready", flush=True)
while True:
    try:
        read_audio(path, limits)
        check(path, probe(path, limits), limits)
    except MediaError as error:
        print(error.code, flush=True)
        if error.code == "media-timeout":
            break
"""


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


def main(video: Path, count: int) -> None:
    """Start, disturb, look."""
    dice = random.Random(7)
    came: Counter[str] = Counter()
    left = busy = files = 0
    with tempfile.TemporaryDirectory() as scratch:
        # A copy under a name of its own: whoever has it open is ours.
        own = Path(scratch).resolve() / "kill-bench.mp4"
        shutil.copyfile(video, own)
        temporary = Path(scratch) / "tmp"
        temporary.mkdir()
        for number in range(count):
            how = ("SIGKILL", "SIGTERM", "SIGINT", "time-out", "group SIGKILL")[number % 5]
            limit = dice.uniform(0.2, 0.6) if how == "time-out" else 60
            ours = subprocess.Popen(
                [sys.executable, "-c", WORK, str(own), str(limit)],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "TMPDIR": str(temporary)},
                start_new_session=True,
            )
            assert ours.stdout is not None
            ours.stdout.readline()
            time.sleep(dice.uniform(0.05, 1.5))
            busy += len(holders(own)) > 1
            if how == "group SIGKILL":
                os.killpg(ours.pid, signal.SIGKILL)
            elif how != "time-out":
                ours.send_signal(signal.Signals[how])
            ours.wait(timeout=120)
            ours.stdout.close()
            came[how] += 1
            time.sleep(2)
            left += len(holders(own))
            files += len(list(temporary.iterdir()))
    sys.stdout.write(
        f"{dict(came)}: ffmpeg at work in {busy} of {count} at the moment; {left} processes and "
        f"{files} temporary files left over\n"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 50)
