"""Reading subtitle files: what becomes of given files, hostile ones, faults, and how fast.

    python -m tests.bench.bench_formats files PATH...     table of files, cues, problems
    python -m tests.bench.bench_formats vttjs FOLDER      WebVTT files against expected JSON
    python -m tests.bench.bench_formats hostile           time and memory for each
    python -m tests.bench.bench_formats faults N [SEED]   N mutated files
    python -m tests.bench.bench_formats peers N [SEED]    N correct files compared with pysubs2 and srt
    python -m tests.bench.bench_formats speed             cues a second, ours and others'

pysubs2 and srt are needed for ``peers`` and ``speed`` only.
"""

# ruff: noqa: T201

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from bilingual.errors import BilingualError
from bilingual.formats import load_tracks, read_track, read_tracks
from bilingual.render.notebook.results import Entry
from tests.bench.results import column, table, write
from tests.formats.generated import (
    WRITERS,
    mutated,
    random_cues,
    srt_file,
    unexplained,
    vtt_file,
)


def counted(result: str, title: str, count: Counter[str], seeds: list[int], data: str) -> None:
    """Write counts as a table."""
    columns = (column("outcome"), column("count", "{:,}", count="count"))
    write(result, tables={"counts": table(title, columns, count.items())}, seeds=seeds, data=[data])


def files(paths: list[str]) -> None:
    """A row for each file and track."""
    rows: list[tuple[Entry, ...]] = []
    found = [f for p in map(Path, paths) for f in ([p] if p.is_file() else sorted(p.rglob("*")))]
    for path in found:
        if path.suffix.lower() not in (".srt", ".vtt", ".webvtt", ".ass", ".txt", ".mp4", ".sub"):
            continue
        try:
            tracks = load_tracks(path)
        except BilingualError as error:
            rows.append((path.name, "–", "–", "–", None, f"error: {error.code}"))
            continue
        for track in tracks:
            codes = Counter(p.code for p in track.problems)
            shown = ", ".join(f"{code} {n}" for code, n in codes.items()) or "–"
            form = (track.format, track.encoding, track.language)
            rows.append((path.name, *(part or "–" for part in form), len(track.cues), shown))
    titles = ("file", "format", "encoding", "language")
    columns = [column(name) for name in titles]
    columns += [column("cues", "{:,}", cues="count"), column("problems")]
    names = [Path(path).name for path in paths]
    write("formats-files", tables={"files": table("Files as read", columns, rows)}, data=names)


def vttjs(paths: list[str]) -> None:
    """Cue times, text and identifiers against the expected JSON beside each file.

    A file without JSON of its own shares one of its folder's: equal to any is equal.
    """
    count: Counter[str] = Counter()
    for path in sorted(Path(paths[0]).rglob("*.vtt")):
        try:
            cues = load_tracks(path)[0].cues
        except BilingualError:
            cues = ()
        got = [(c.start_ms, c.end_ms, c.text, c.identifier or "") for c in cues]
        own = path.with_suffix(".json")
        shared = [j for j in path.parent.glob("*.json") if not j.stem.endswith("-proc")]
        candidates = [own] if own.exists() else shared
        wanted = [
            [
                (round(c["startTime"] * 1000), round(c["endTime"] * 1000), c["text"], c["id"])
                for c in json.loads(j.read_text("utf-8")).get("cues", [])
            ]
            for j in candidates
        ]
        kind = "own" if own.exists() else "shared" if wanted else "none"
        same = got in wanted
        count[f"{kind}: {'equal' if same else 'differs'}"] += 1
        if not same:
            print(f"differs ({kind}): {path}\n  read: {got}\n  JSON: {wanted[:1]}")
    counted("formats-vttjs", "Files compared with vtt.js's JSON", count, [], Path(paths[0]).name)


def hostile_files() -> dict[str, Callable[[], tuple[bytes, str]]]:
    """Files that were made to hurt, by name."""
    sound = "1\n00:00:01,000 --> 00:00:02,000\n地球绕着太阳转。\n\n"
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\n"
    arrow = "00:00:01,000 --> 00:00:02,000"

    def srt(text: str) -> Callable[[], tuple[bytes, str]]:
        return lambda: (text.encode(), "x.srt")

    def web(text: str) -> Callable[[], tuple[bytes, str]]:
        return lambda: (text.encode(), "x.vtt")

    return {
        "one line of 8 MB": srt(sound + "a" * 8_000_000),
        "a million cues": lambda: ((sound * 1_000_000)[:16_000_000].encode(), "x.srt"),
        "100,000 cues, SRT": lambda: (srt_file((i, i + 1, "x") for i in range(100_000)).encode(), "x.srt"),
        "100,000 cues, WebVTT": lambda: (vtt_file((i, i + 1, "x") for i in range(100_000)).encode(), "x.vtt"),
        "5,000-digit hours, SRT": srt(f"1\n{'9' * 5000}:00:01,000 --> 00:00:02,000\nx\n"),
        "5,000-digit hours, WebVTT": web(f"WEBVTT\n\n{'9' * 5000}:00:01.000 --> 00:00:02.000\nx\n"),
        "5,000-digit index": srt(f"{'9' * 5000}\n{arrow}\nx\n"),
        "5,000-digit character reference": web(vtt + "&#" + "9" * 5000 + ";"),
        "NUL everywhere": srt("\0".join(sound)),
        "NUL in WebVTT": web(vtt + "a\0b\0" * 1000),
        "U+2028, U+0085, VT in text": srt(sound.replace("绕", "\u2028\x85\x0b")),
        "5 MB of blank lines": srt(sound + "\n" * 5_000_000),
        "5 MB of CR": srt(sound + "\r" * 5_000_000),
        "5 MB of arrows": srt("-->\n" * 1_250_000),
        "5 MB of arrows in one line": srt(sound + "-->" * 1_700_000),
        "5 MB of one-line paragraphs, SRT": srt(sound + "a\n\n" * 1_700_000),
        "5 MB of one-line paragraphs, WebVTT": web(vtt + "a\n\n" * 1_700_000),
        "5 MB of < in 8 kB lines, SRT": srt(sound + ("<" * 8000 + "\n") * 640),
        "5 MB of < in 8 kB lines, WebVTT": web(vtt + ("<" * 8000 + "\n") * 640),
        "5 MB of <i in 8 kB lines, SRT": srt(sound + ("<i " * 2600 + "\n") * 640),
        "5 MB of & in 8 kB lines, WebVTT": web(vtt + ("&" * 8000 + "\n") * 640),
        "5 MB of {\\ in 8 kB lines": srt(sound + ("{\\" * 4000 + "\n") * 640),
        "5 MB of spaces in timing lines": srt((" " * 4000 + arrow + " " * 4000 + "\n") * 620),
        "5 MB of digits before arrows": srt(("1" * 8000 + " -->\n") * 620),
        "5 MB of colons before arrows": srt(("1:" * 4000 + " -->\n") * 620),
        "5 MB of numbers alone": srt(sound + "\n".join(f"\n{n}" for n in range(2, 500_000))),
        "100,000 unread blocks": srt(("00:61:01,000 --> 00:00:02,000\nx\n\n") * 100_000),
        "5 MB of Tibetan": lambda: (srt_file((i * 1000, i * 1000 + 900, "སའི་གོ་ལ་ཉི་མའི་མཐའ་ལ་འཁོར།\n地球绕着太阳转。") for i in range(28_000)).encode(), "x.srt"),
        "5 MB of ASS overrides": lambda: (("[Script Info]\n[Events]\n" + ("Dialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,," + "{\\p1}m" * 1200 + "\n") * 690).encode(), "x.ass"),
        "5 MB of random bytes": lambda: (random.Random(1).randbytes(5_000_000), "x.srt"),
        "5 MB, GB18030": lambda: (srt_file((i * 1000, i * 1000 + 900, "地球绕着太阳转。" * 3) for i in range(55_000)).encode("gb18030"), "x.srt"),
    }  # fmt: skip


def hostile(names: list[str]) -> None:
    """Each in a process of its own: seconds, peak memory, what became of it."""
    made = hostile_files()
    if names:
        data, name = made[names[0]]()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start, used = time.perf_counter(), time.process_time()
        try:
            track = read_tracks(data, name=name)[0]
            codes = Counter(p.code for p in track.problems)
            shown = f"{len(track.cues)} cues; " + (
                ", ".join(f"{c} {n}" for c, n in codes.most_common(3)) or "no problem"
            )
        except BilingualError as error:
            shown = f"error {error.code}"
        seconds, used = time.perf_counter() - start, time.process_time() - used
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        size = len(data) / 1e6
        print(json.dumps([names[0], size, seconds, used, grown, shown], ensure_ascii=False))
        return
    rows: list[list[Entry]] = []
    for name in made:
        done = subprocess.run(
            [sys.executable, "-m", __spec__.name, "hostile", name],
            capture_output=True,
            text=True,
            check=False,
        )
        died: list[Entry] = [name, None, None, None, None, f"died {done.returncode}"]
        rows.append(json.loads(done.stdout) if done.returncode == 0 else died)
    columns = (
        column("file"),
        column("MB", "{:.2f}", size="MB"),
        column("seconds", "{:.2f}", time="s"),
        column("CPU seconds", "{:.2f}", CPU_time="s"),
        column("MiB more", "{:.0f}", memory="MiB"),
        column("outcome"),
    )
    tables = {"hostile": table("Hostile subtitle files", columns, rows)}
    write("formats-hostile", tables=tables, seeds=[1], data=["files made here"])


def faults(arguments: list[str]) -> None:
    """Mutated files: only our errors, nothing unexplained, and what is written reads back."""
    number, seed = int(arguments[0]), int((arguments[1:] or ["0"])[0])
    rng = random.Random(seed)
    count: Counter[str] = Counter()
    for _ in range(number):
        form = rng.choice(["srt", "srt", "vtt", "vtt", "ass"])
        text = mutated(rng, WRITERS[form](random_cues(rng)))
        name = rng.choice(["x.srt", "x.vtt", "x.ass", "x"]) if rng.random() < 0.2 else f"x.{form}"
        try:
            track = read_track(text.encode(), name=name)
            count["read"] += 1
            lost = unexplained(text, track)
            count["files with unexplained lines"] += bool(lost)
            if lost:
                print(repr(text), lost)
            for write in (track.to_srt, track.to_vtt):
                write()
                count["written"] += 1
        except BilingualError as error:
            count[error.code] += 1
        except Exception as error:
            count["foreign exceptions"] += 1
            print(repr(error), repr(text))
    counted("formats-faults", f"{number:,} mutated files", count, [seed], "files made here")


def peers(arguments: list[str]) -> None:
    """Correct files read by us, pysubs2 and srt: times and text."""
    import pysubs2
    import srt

    number, seed = int(arguments[0]), int((arguments[1:] or ["0"])[0])
    rng = random.Random(seed)
    count: Counter[str] = Counter()
    for _ in range(number):
        made = random_cues(rng, 20)
        text = srt_file(made)
        track = read_track(text.encode(), name="x.srt")
        ours = [(c.start_ms, c.end_ms, c.text) for c in track.cues]
        other = [
            (round(s.start.total_seconds() * 1000), round(s.end.total_seconds() * 1000), s.content)
            for s in srt.parse(text)
        ]
        count["cues"] += len(made)
        count["ours differ from what was made"] += ours != made
        count["srt differs from ours"] += ours != other
        count["problems"] += sum(p.code != "tags-seen" for p in track.problems)
        subs = pysubs2.SSAFile.from_string(text, format_="srt")
        count["pysubs2: times or number of cues differ"] += [(a, b) for a, b, _ in ours] != [
            (e.start, e.end) for e in subs
        ]
        web = read_track(vtt_file(made).encode(), name="x.vtt")
        count["WebVTT differs from what was made"] += made != [
            (c.start_ms, c.end_ms, c.text) for c in web.cues
        ]
    counted("formats-peers", f"{number:,} correct files", count, [seed], "files made here")


def speed(_: list[str]) -> None:
    """The same large file, in one run, the best of three."""
    import pysrt
    import pysubs2
    import srt
    from webvtt import WebVTT

    number = 20_000
    lines = ("地球绕着太阳转。", "སའི་གོ་ལ་ཉི་མའི་མཐའ་ལ་འཁོར།", "<i>植物需要</i>阳光\n和水。")
    made = [(i * 3000, i * 3000 + 2500, lines[i % 3]) for i in range(number)]
    srt_text, vtt_text = srt_file(made), vtt_file(made)
    runs: dict[str, Callable[[], object]] = {
        "bilingual, SRT": lambda: read_track(srt_text.encode(), name="x.srt"),
        "pysrt": lambda: pysrt.from_string(srt_text),
        "srt": lambda: list(srt.parse(srt_text)),
        "pysubs2, SRT": lambda: pysubs2.SSAFile.from_string(srt_text),
        "bilingual, WebVTT": lambda: read_track(vtt_text.encode(), name="x.vtt"),
        "webvtt-py": lambda: WebVTT.from_string(vtt_text),
        "pysubs2, WebVTT": lambda: pysubs2.SSAFile.from_string(vtt_text),
    }
    best = {name: number / min(_timed(run) for _ in range(3)) for name, run in runs.items()}
    ours = {"SRT": best["bilingual, SRT"], "WebVTT": best["bilingual, WebVTT"]}
    rows = [
        (name, round(speed), speed / ours["WebVTT" if "web" in name.lower() else "SRT"])
        for name, speed in best.items()
    ]
    columns = (
        column("reader"),
        column("cues a second", "{:,}", speed="cues/s"),
        column("ratio to bilingual", "{:.2f}", ratio="ratio"),
    )
    title = f"{number:,} cues, {len(srt_text.encode()) / 1e6:.1f} MB, the best of three"
    write("formats-speed", tables={"speed": table(title, columns, rows)}, data=["cues made here"])


def _timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


if __name__ == "__main__":
    {
        "files": files,
        "vttjs": vttjs,
        "hostile": hostile,
        "faults": faults,
        "peers": peers,
        "speed": speed,
    }[sys.argv[1]](sys.argv[2:])
