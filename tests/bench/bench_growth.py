"""How time, memory and sizes grow with the number of cues that do not belong together.

    python -m tests.bench.bench_growth [--sizes 1000 5000 20000] [--kinds unrelated …]

Each run is a process of its own: two subtitle files of ``many_cues`` go through ``verify``,
and its report is written as JSON, as a page and as text. Processor time; the exponent is
``log(time / last time) / log(size / last size)`` in the whole time: 1 is linear, 2 quadratic.
Sizes over the limit show what the refusal costs. ``--text`` measures one cue of the most text
in characters that stress a part each.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from bilingual import verify
from bilingual.config import ReadingLimits
from bilingual.errors import BilingualError
from bilingual.formats.base import arrow_clock
from bilingual.model import Language
from bilingual.render.notebook.results import Entry
from tests.bench.many_cues import KINDS, many_cues
from tests.bench.results import column, table, write

_SIZES: Final = (1000, 5000, 20_000)
_BEYOND: Final = 100_000
_TEXTS: Final[tuple[tuple[str, Language, str], ...]] = (
    ("Tibetan words", "bo", "ཉི་མ་"),
    ("Tibetan numerals", "bo", "བརྒྱད་ཅུ་གྱ་གཉིས་"),
    ("Tibetan letters without a tsheg", "bo", "ཀ"),
    ("short Tibetan lines", "bo", "ཉི་མ\n"),
    ("Chinese words", "zh", "太阳"),
    ("years", "zh", "1年"),
    ("ranges", "zh", "1～"),
    ("digits and commas", "zh", "1,"),
    ("brackets", "zh", "（"),
)


def spent() -> float:
    """Processor seconds of this process and of those that it has waited for."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def work(folder: Path) -> dict[str, Any]:
    """Check what lies there and write what comes of it; seconds of each stage, and sizes."""
    found: dict[str, Any] = {"code": ""}
    now = spent()

    def stage(name: str) -> None:
        nonlocal now
        found[name], now = spent() - now, spent()

    try:
        report = verify(bo=folder / "bo.srt", zh=folder / "zh.srt")
    except BilingualError as error:
        stage("verify")
        return {**found, "code": error.code, "memory": _peak()}
    stage("verify")
    (folder / "report.json").write_text(report.to_json(), encoding="utf-8")
    stage("json")
    report.to_html(folder / "report.html")
    stage("html")
    (folder / "report.txt").write_text(report.to_text(), encoding="utf-8")
    stage("text")
    found["memory"] = _peak()
    found["findings"] = len(report.findings)
    for kind in ("json", "html", "txt"):
        found[f"size-{kind}"] = (folder / f"report.{kind}").stat().st_size
    return found


def _peak() -> int:
    """Most bytes of memory of this process; the system's own figure counts its parent too."""
    status = Path("/proc/self/status")
    if status.is_file():
        (line,) = (x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def measure(folder: Path) -> dict[str, Any]:
    """``work`` in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.bench_growth", "--work", str(folder)]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**found, "clock": time.perf_counter() - started}


def tracks(kind: str, size: int, folder: Path) -> None:
    """Two subtitle files of that many cues."""
    for track in many_cues(kind, size):
        text = "".join(
            f"{number}\n{arrow_clock(cue.start_ms, ',')} --> {arrow_clock(cue.end_ms, ',')}\n"
            f"{cue.text}\n\n"
            for number, cue in enumerate(track.cues, 1)
        )
        (folder / f"{track.language}.srt").write_text(text, encoding="utf-8")


def growth(kinds: Sequence[str], sizes: Sequence[int]) -> Iterator[tuple[Entry, ...]]:
    """A row for each kind and size."""
    for kind in kinds:
        last: tuple[float, int] | None = None
        for size in sizes:
            with tempfile.TemporaryDirectory() as name:
                tracks(kind, size, Path(name))
                found = measure(Path(name))
            total = sum(found.get(k, 0.0) for k in ("verify", "json", "html", "text"))
            exponent: Entry = None
            if last and not found["code"]:
                exponent = math.log(total / last[0]) / math.log(size / last[1])
            last = total, size
            stages = (found.get(k) for k in ("verify", "json", "html", "text"))
            sizes_mb = (_mb(found.get(f"size-{k}")) for k in ("json", "html"))
            outcome = found["code"] or f"{found['findings']} findings"
            memory = _mb(found["memory"])
            row = (kind, size, *stages, total, exponent, memory, *sizes_mb, outcome)
            sys.stdout.write(f"{row} {found['clock']:.0f} s by the clock\n")
            sys.stdout.flush()
            yield row


def _mb(size: int | None) -> float | None:
    return None if size is None else size / 1_000_000


def texts(most: int) -> Iterator[tuple[Entry, ...]]:
    """A row for each text: one cue of a quarter of the most characters, and one of the most."""
    for name, side, part in _TEXTS:
        times = []
        for size in (most // 4, most):
            with tempfile.TemporaryDirectory() as folder:
                whole = (part * size)[:size].rstrip("\n")
                lines = {"bo": "ཉི་མ།", "zh": "太阳。", side: whole}
                for language, line in lines.items():
                    text = f"1\n00:00:01,000 --> 00:00:05,000\n{line}\n"
                    (Path(folder) / f"{language}.srt").write_text(text, encoding="utf-8")
                times.append(measure(Path(folder))["verify"])
        yield (name, *times, times[1] / times[0])


def main() -> None:
    """Measure and write the result."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[*_SIZES, _BEYOND])
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=["unrelated"])
    parser.add_argument("--text", action="store_true")
    parser.add_argument("--result", default="growth")
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        sys.stdout.write(json.dumps(work(given.work)) + "\n")
        return
    if given.text:
        write_texts()
    else:
        write_growth(given.kinds, given.sizes, given.result)


def write_texts() -> None:
    """Measure one long cue and write the result."""
    most = ReadingLimits().max_cue_characters
    columns = (
        column("one cue of"),
        column(f"{most // 4} characters", "{:.2f} s", CPU_time="s"),
        column(f"{most} characters", "{:.2f} s", CPU_time="s"),
        column("ratio", "{:.1f}", ratio="ratio"),
    )
    made = table("`verify` of one long cue, processor time", columns, texts(most), n=1)
    write("growth-text", tables={"text": made})


def write_growth(kinds: Sequence[str], sizes: Sequence[int], name: str) -> None:
    """Measure many cues and write the result."""
    seconds = [column(k, "{:.1f} s", CPU_time="s") for k in ("verify", "JSON", "page", "text")]
    columns = (
        column("cues"),
        column("of each language", "{}", cues="count"),
        *seconds,
        column("together", "{:.1f} s", CPU_time="s"),
        column("exponent", "{:.2f}", exponent="ratio"),
        column("memory", "{:.0f} MB", memory="MB"),
        column("JSON", "{:.1f} MB", size="MB"),
        column("page", "{:.1f} MB", size="MB"),
        column("outcome"),
    )
    title = "Two tracks whose cues do not belong together, end to end"
    made = table(title, columns, growth(kinds, sizes), n=1)
    write(name, tables={"growth": made}, seeds=[1])


if __name__ == "__main__":
    main()
