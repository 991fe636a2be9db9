"""What ``verify`` takes on the sample, beside its recogniser alone on the same sound.

    python -m tests.bench.bench_cost [--runs 3] [--beams 5,1]

The recogniser alone is faster-whisper as its own README uses it: the film's path, base,
int8, greedy, its VAD filter, as many threads. Runs are processes of their own, those of
``verify`` and of the recogniser take turns; no cache answers. Ratios are medians of the
ratios of neighbouring runs, of CPU time (children included) and of elapsed time.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from bilingual.render.notebook.results import Entry
from bilingual.sample import write_sample
from tests.bench.results import column, table, write

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
verify("video.mp4", bo="bo.srt", zh="zh.srt", config=msgspec.structs.replace(config, asr=asr))
print_times()
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
    elapsed, cpu = json.loads(done.stdout.splitlines()[-1])
    return elapsed, cpu


def main() -> None:
    """Measure, in turn, and write the result."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--beams", default="5,1")
    given = parser.parse_args()
    from bilingual.asr.engines.faster_whisper import ENGINE

    weights = str(ENGINE.weights("base").path)
    rows: list[list[Entry]] = []
    with tempfile.TemporaryDirectory() as scratch:
        write_sample(Path(scratch))
        film = Path(scratch) / "sound"
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
    title = "`verify` on the sample (126 s) beside the recogniser alone"
    tables = {"cost": table(title, columns, rows, n=given.runs)}
    write("speech-cost", tables=tables, data=["the sample"])


if __name__ == "__main__":
    main()
