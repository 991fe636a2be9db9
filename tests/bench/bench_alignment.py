r"""How well cues are paired, against peers, on cases with known beads.

    python -m tests.bench.bench_alignment CASES [CASES ...] [--peers]
    python -m tests.bench.bench_alignment --real-times TIMINGS PAIRS.tsv
    python -m tests.bench.bench_alignment --foreign 200 CASES [CASES ...]
    python -m tests.bench.bench_alignment --growth PAIRS.tsv [PAIRS.tsv ...]

CASES is a folder of folders, each with ``zh.srt``, ``bo.srt`` and ``truth.json``
(``beads``, ``faults`` and perhaps ``condition``). TIMINGS is a folder of JSON
lists of ``[start_ms, end_ms, characters]``, PAIRS.tsv has the columns ``doc``,
``bo`` and ``zh``. Strict F1 counts a two-sided bead when it is exact, lax F1 when
it shares a link with a true one, null F1 exact one-sided beads; cues that a fault
has altered are not counted. The peers are a pairing by overlap in time, Gale and Church's
method from PyPI (``galechurch``, lengths in characters and in units), and
ffsubsync from PyPI followed by the overlap. With ``--lexicon FILE`` a
lexicon is used that was not learnt from the texts. ``--result NAME`` names the file of results
(``alignment-recut-flores`` …); tests/bench/alignment.md shows them.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import math
import random
import shutil
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from bilingual import align
from bilingual.model import Track
from bilingual.render.notebook.results import Entry, Figure
from bilingual.text.length import count_units
from models.train.cases import BeadKey, Case, read_cases, track_of
from tests.bench.results import column, table, write

Method = Callable[[Track, Track], list[BeadKey]]


class Tally:
    """Counts for the three figures."""

    def __init__(self) -> None:
        self.n: Counter[str] = Counter()

    def add(self, true: set[BeadKey], found: set[BeadKey]) -> None:
        """Count one case."""
        for both, name in ((True, "two"), (False, "null")):
            t = {b for b in true if bool(b[0] and b[1]) == both}
            f = {b for b in found if bool(b[0] and b[1]) == both}
            self.n[f"{name}_true"] += len(t)
            self.n[f"{name}_found"] += len(f)
            self.n[f"{name}_hit"] += len(t & f)
            if both:
                lt, lf = _links(t), _links(f)
                self.n["lax_found"] += sum(bool(_links([b]) & lt) for b in f)
                self.n["lax_true"] += sum(bool(_links([b]) & lf) for b in t)

    def figures(self) -> tuple[float, float, float]:
        """Strict, lax and null F1."""
        n = self.n
        return (
            _f1(n["two_hit"], n["two_found"], n["two_hit"], n["two_true"]),
            _f1(n["lax_found"], n["two_found"], n["lax_true"], n["two_true"]),
            _f1(n["null_hit"], n["null_found"], n["null_hit"], n["null_true"]),
        )


def _links(beads: Iterable[BeadKey]) -> set[tuple[int, int]]:
    return {(z, b) for zs, bs in beads for z in zs for b in bs}


def _f1(right: int, found: int, hit: int, true: int) -> float:
    p, r = right / found if found else 1.0, hit / true if true else 1.0
    return 2 * p * r / (p + r) if p + r else 0.0


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """Tibetan and Chinese texts of at least three units each."""
    with path.open(encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        pairs = [(r["bo"].strip(), r["zh"].strip()) for r in rows]
    return [p for p in pairs if min(count_units(p[0]), count_units(p[1])) >= 3]


@cache
def lexicon() -> Any:
    """The one that was named, else the embedded one."""
    from bilingual.translation.lexicon import load

    return load(LEXICON[0]) if LEXICON else load()


LEXICON: list[Path] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The name of the result, what it was measured on, and its seeds."""

    result: str
    data: tuple[str, ...]
    seeds: tuple[int, ...] = ()


def ours(bo: Track, zh: Track) -> list[BeadKey]:
    """This library."""
    return [(b.zh, b.bo) for b in align(bo, zh, lexicon=lexicon()).beads]


def by_overlap(bo: Track, zh: Track) -> list[BeadKey]:
    """Cues that overlap in time by half of the shorter one belong together."""
    parent = list(range(len(zh.cues) + len(bo.cues)))

    def root(k: int) -> int:
        while parent[k] != k:
            k = parent[k]
        return k

    for z in zh.cues:
        for b in bo.cues:
            shared = min(z.end_ms, b.end_ms) - max(z.start_ms, b.start_ms)
            if shared > 0.5 * max(1, min(z.duration_ms, b.duration_ms)):
                parent[root(len(zh.cues) + b.index)] = root(z.index)
    groups: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for k in range(len(parent)):
        groups[root(k)][k >= len(zh.cues)].append(k if k < len(zh.cues) else k - len(zh.cues))
    return [(tuple(z), tuple(b)) for z, b in groups.values()]


def _gale_church(bo: Sequence[str], zh: Sequence[str]) -> list[BeadKey]:
    import galechurch  # type: ignore[import-not-found,unused-ignore]

    ratio = sum(map(len, bo)) / max(1, sum(map(len, zh)))
    beads: list[BeadKey] = []
    # The default variance is for languages with as many characters; at 3.3
    # Tibetan ones a Chinese one it underflows and no bead comes back.
    variance = 6.8 * ratio**2
    for b in galechurch.align(zh, bo, mean_xy=ratio, variance_xy=variance).beads:
        rows = tuple(range(b.source_start, b.source_end))
        columns = tuple(range(b.target_start, b.target_end))
        if rows and columns:
            beads.append((rows, columns))
        else:
            beads += [((k,), ()) for k in rows] + [((), (k,)) for k in columns]
    return beads


def gale_church_characters(bo: Track, zh: Track) -> list[BeadKey]:
    """Gale and Church by characters, given the two texts' overall ratio."""
    return _gale_church([c.plain for c in bo.cues], [c.plain for c in zh.cues])


def gale_church_units(bo: Track, zh: Track) -> list[BeadKey]:
    """The same by syllables and ideographs, as strings of as many letters."""
    return _gale_church(
        ["x" * count_units(c.plain) for c in bo.cues], ["x" * count_units(c.plain) for c in zh.cues]
    )


def ffsubsync_overlap(bo: Track, zh: Track) -> list[BeadKey]:
    """ffsubsync puts the Tibetan on the Chinese clock, then the overlap decides."""
    from bilingual import load_track

    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        for name, track in (("zh", zh), ("bo", bo)):
            (here / f"{name}.srt").write_text(_srt(track), encoding="utf-8")
        program = Path(sys.executable).with_name("ffsubsync")
        subprocess.run(
            [program, here / "zh.srt", "-i", here / "bo.srt", "-o", here / "out.srt"],
            check=True,
            capture_output=True,
        )
        moved = load_track(here / "out.srt", language="bo")
    return by_overlap(moved, zh)


def _srt(track: Track) -> str:
    def stamp(ms: int) -> str:
        return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02},{ms % 1000:03}"

    return "\n".join(
        f"{c.index + 1}\n{stamp(c.start_ms)} --> {stamp(c.end_ms)}\n{c.text}\n" for c in track.cues
    )


def measure(cases: Sequence[Case], method: Method) -> tuple[Tally, dict[str, Tally], float]:
    """The whole, each condition, and seconds a case."""
    whole = Tally()
    parts: dict[str, Tally] = defaultdict(Tally)
    seconds = 0.0
    for case in cases:
        started = time.perf_counter()
        found = method(case.bo, case.zh)
        seconds += time.perf_counter() - started
        for tally in (whole, parts[case.condition]):
            tally.add(case.unaltered(case.beads), case.unaltered(found))
    return whole, dict(parts), seconds / max(1, len(cases))


F1 = {"strict_F1": "ratio", "lax_F1": "ratio", "null_F1": "ratio"}


def write_f1(name: str, cases: Sequence[Case], methods: dict[str, Method], run: Run) -> None:
    """Strict / lax / null F1 of every method on every condition, and the time of a case."""
    found = {method: measure(cases, call) for method, call in methods.items()}
    columns = [column("condition")]
    columns += [column(method, "{:.3f} / {:.3f} / {:.3f}", **F1) for method in methods]
    rows: list[list[Entry]] = [
        [condition, *(parts[condition].figures() for _, parts, _ in found.values())]
        for condition in sorted({c.condition for c in cases})
    ]
    rows.append(["**all**", *(whole.figures() for whole, _, _ in found.values())])
    times = [column("time"), *(column(method, "{:.0f}", time="ms") for method in methods)]
    per_case: list[Entry] = ["ms per case", *(1000 * s for _, _, s in found.values())]
    of = ", ".join(run.data)
    tables = {
        "f1": table(f"{name}: strict / lax / null F1, {of}", columns, rows, n=len(cases)),
        "time": table(f"{name}: time of a case, {of}", times, [per_case], n=len(cases)),
    }
    write(run.result, tables=tables, seeds=run.seeds, data=run.data)


REAL_CONDITIONS = ((0, 1.0, 80), (4200, 1.0, 80), (-6000, 25 / 24, 120), (900, 24 / 25, 200))


def real_time_cases(timings: Path, pairs: Sequence[tuple[str, str]], seed: int) -> Iterator[Case]:
    """Sentence pairs put on the cuts of real subtitles.

    Each cue takes the next pair; in one group of seven two Tibetan cues are one,
    in one of seven two Chinese, in one of fourteen one side is missing.
    """
    rnd = random.Random(seed)
    for n, file in enumerate(sorted(timings.glob("*.json"))):
        offset, rate, jitter = REAL_CONDITIONS[n % len(REAL_CONDITIONS)]
        spans = json.loads(file.read_text(encoding="utf-8"))
        at = rnd.randrange(len(pairs))
        zh: list[tuple[float, float, str]] = []
        bo: list[tuple[float, float, str]] = []
        beads: list[BeadKey] = []
        k = 0
        while k < len(spans):
            how = rnd.choices(["1-1", "1-2", "2-1", "no bo", "no zh"], [10, 2, 2, 0.5, 0.5])[0]
            take = 2 if how in ("1-2", "2-1") and k + 1 < len(spans) else 1
            here = spans[k : k + take]
            text = [pairs[(at + k + i) % len(pairs)] for i in range(take)]
            moved = [
                (a * rate + offset + rnd.gauss(0, jitter), b * rate + offset + rnd.gauss(0, jitter))
                for a, b, _ in here
            ]
            z = [(a, b, t[1]) for (a, b, _), t in zip(here, text, strict=True)]
            t = [(a, b, p[0]) for (a, b), p in zip(moved, text, strict=True)]
            if take == 2 and how == "1-2":
                z = [(z[0][0], z[1][1], z[0][2] + z[1][2])]
            elif take == 2:
                t = [(t[0][0], t[1][1], t[0][2] + t[1][2])]
            z, t = ([], t) if how == "no zh" else (z, [] if how == "no bo" else t)
            bead = (
                tuple(range(len(zh), len(zh) + len(z))),
                tuple(range(len(bo), len(bo) + len(t))),
            )
            beads.append(bead)
            zh += z
            bo += t
            k += take
        shift = max(0.0, -min(a for a, _, _ in bo))  # a file has no time before 0
        yield Case(
            bo=track_of(((a + shift, b + shift, t) for a, b, t in bo), "bo"),
            zh=track_of(zh, "zh"),
            beads=tuple(beads),
            condition=f"offset {offset / 1000:g} s, rate {rate:.4g}, jitter {jitter} ms",
        )


def unrelated(cases: Sequence[Case], rnd: random.Random) -> tuple[Case, Case]:
    """Two cases that share no Chinese text."""
    for _ in range(10_000):
        one, two = rnd.sample(cases, 2)
        if not {c.text for c in one.zh.cues} & {c.text for c in two.zh.cues}:
            return one, two
    sys.exit("all cases share texts: more cases are needed")


def write_foreign(cases: Sequence[Case], wanted: int, run: Run) -> None:
    """Wrong pairings called foreign; correct ones, up to a third altered, wrongly so."""
    rnd = random.Random(run.seeds[0])
    texts = [c.text for case in cases for c in case.bo.cues]
    threshold = 0.5
    caught = false = 0
    for _ in range(wanted):
        one, two = unrelated(cases, rnd)
        confidence = align(one.bo, two.zh, lexicon=lexicon()).confidence
        caught += bool(confidence is not None and confidence < threshold)
        right = rnd.choice(cases)
        cues = list(right.bo.cues)
        for k in rnd.sample(range(len(cues)), int(len(cues) * rnd.choice([0, 0.2, 1 / 3]))):
            cues[k] = replace(cues[k], text=rnd.choice(texts), plain_text=None)
        confidence = align(
            replace(right.bo, cues=tuple(cues)), right.zh, lexicon=lexicon()
        ).confidence
        false += bool(confidence is not None and confidence < threshold)
    columns = (
        column("pairing"),
        column("called foreign", "{} of {}", called_foreign="count", n="count"),
    )
    rows = [("wrong pairings", (caught, wanted)), ("correct pairings", (false, wanted))]
    title = f"Pairings called foreign: {', '.join(run.data)}"
    write(
        run.result, tables={"foreign": table(title, columns, rows)}, seeds=run.seeds, data=run.data
    )


GROWTH = (150, 1500, 15000)


def growth_tracks(pairs: Sequence[tuple[str, str]], size: int) -> tuple[Track, Track]:
    """Tracks of about so many cues, 25/24 and 4 s apart, with cues missing on both sides."""
    rnd = random.Random(7)
    zh: list[tuple[float, float, str]] = []
    bo: list[tuple[float, float, str]] = []
    now = 2000.0
    for k in range(size):
        tibetan, chinese = pairs[(k * 7 + k // len(pairs) * 13) % len(pairs)]
        length = max(1200.0, count_units(chinese) * 1000 / 4.5)
        lost = rnd.random()
        if lost >= 0.04:
            zh.append((now, now + length, chinese))
        if not 0.04 <= lost < 0.08:
            bo.append((now * 25 / 24 + 4000, (now + length) * 25 / 24 + 4000, tibetan))
        now += length + rnd.uniform(80, 800)
    return track_of(bo, "bo"), track_of(zh, "zh")


def time_and_memory(tracks: tuple[Track, Track], runs: int) -> tuple[float, float]:
    """Seconds, the best of some runs (other work only makes them longer), and traced peak MiB."""
    seconds = math.inf
    for _ in range(runs):
        started = time.perf_counter()
        align(*tracks)
        seconds = min(seconds, time.perf_counter() - started)
    tracemalloc.start()
    align(*tracks)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    return seconds, peak


def write_growth(files: Sequence[Path], run: Run) -> None:
    """Seconds and peak memory as the tracks grow, a column of seconds for each file."""
    texts = [read_pairs(path) for path in files]
    rows: list[list[Entry]] = []
    for size in GROWTH:
        tracks = [growth_tracks(pairs, size) for pairs in texts]
        if size == GROWTH[0]:
            align(*tracks[0])  # warm up: models, caches of numbers
        found = [time_and_memory(both, 5 if size < 1500 else 1) for both in tracks]
        peaks = [peak for _, peak in found]
        rows.append([size, *(seconds for seconds, _ in found), (min(peaks), max(peaks))])
    columns = [
        column("cues", "{:,}", cues="count"),
        *(column(f"seconds, {path.stem}", "{:.3g}", time="s") for path in files),
        column("peak MiB (traced)", "{:.0f}–{:.0f}", least="MiB", most="MiB"),
    ]
    figures = {
        f"ideographs_{path.stem}": Figure(
            value=round(sum(count_units(z) for _, z in pairs) / len(pairs)), unit="ideographs"
        )
        for path, pairs in zip(files, texts, strict=True)
    }
    title = "Time and memory as the tracks grow"
    tables = {"growth": table(title, columns, rows)}
    write(run.result, tables=tables, figures=figures, seeds=[7], data=run.data)


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", type=Path)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--real-times", nargs=2, type=Path, metavar=("TIMINGS", "PAIRS"))
    parser.add_argument("--foreign", type=int)
    parser.add_argument("--growth", nargs="+", type=Path, metavar="PAIRS")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lexicon", type=Path, help="one not learnt from the cases' texts")
    parser.add_argument("--result", help="the name of the file of results")
    args = parser.parse_args()
    LEXICON.extend([args.lexicon] if args.lexicon else [])
    methods: dict[str, Method] = {"bilingual": ours}
    if args.peers:
        methods["time overlap"] = by_overlap
        if importlib.util.find_spec("galechurch"):
            methods["galechurch"] = gale_church_characters
            methods["galechurch, units"] = gale_church_units
        if shutil.which("ffsubsync", path=str(Path(sys.executable).parent)):
            methods["ffsubsync + overlap"] = ffsubsync_overlap
    if args.growth:
        files = tuple(path.name for path in args.growth)
        write_growth(args.growth, Run(result=args.result or "alignment-growth", data=files))
        return
    seeds: tuple[int, ...] = (args.seed,)
    if args.real_times:
        timings, pairs = args.real_times
        name, data, seeds = "real-times", (pairs.name,), tuple(range(args.seed, args.seed + 3))
        cases = [c for k in seeds for c in real_time_cases(timings, read_pairs(pairs), k)]
    else:
        name, data = "foreign" if args.foreign else "cases", tuple(p.name for p in args.cases)
        cases = list(read_cases(args.cases))
    run = Run(result=args.result or f"alignment-{name}", data=data, seeds=seeds)
    if args.foreign:
        write_foreign(cases, args.foreign, run)
    else:
        write_f1(name.capitalize(), cases, methods, run)


if __name__ == "__main__":
    main()
