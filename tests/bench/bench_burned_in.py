"""Subtitles in the picture: found, timed and read, on videos drawn with known text.

    python -m tests.bench.bench_burned_in PARALLEL.tsv [CONDITION ...] [--result NAME]

PARALLEL.tsv has columns ``bo`` and ``zh``; its sentences are cut to cues. Half of
them (by a fixed shuffle) were looked at when thresholds were set, the other half
is used here. Fonts are Debian's. burned_in.md shows the figures.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import resource
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any, Final

import msgspec
from rapidfuzz.distance import Levenshtein

from bilingual.config import Config
from bilingual.media.probe import probe
from bilingual.model import Cue
from bilingual.ocr import read_burned_in
from bilingual.render.notebook.results import Entry
from tests.bench.results import column, table, write
from tests.burned_videos import Scene, Text, draw

FONTS: Final = Path("/usr/share/fonts")
ZH: Final = {
    "sans": "opentype/noto/NotoSansCJK-Regular.ttc#2",
    "sans-bold": "opentype/noto/NotoSansCJK-Bold.ttc#2",
    "serif-bold": "opentype/noto/NotoSerifCJK-Bold.ttc#2",
    "zenhei": "truetype/wqy/wqy-zenhei.ttc#0",
    "kai": "truetype/arphic/ukai.ttc#0",
}
BO: Final = {  # with how large they are drawn beside Chinese
    "noto": ("truetype/noto/NotoSerifTibetan-Regular.ttf", 0.9),
    "noto-bold": ("truetype/noto/NotoSerifTibetan-Bold.ttf", 0.9),
    "machine": ("truetype/tibetan-machine/TibetanMachineUni.ttf", 1.3),
    "ddc": ("truetype/tibetan/DDC_Uchen.ttf", 1.0),
}
CUES: Final = 10

# name: (Chinese font, Tibetan font, style, background, height, fade in ms, size)
CONDITIONS: Final[dict[str, tuple[str | None, str | None, str, str, int, int, float]]] = {
    "zh moving 1080p": ("sans-bold", None, "outline", "moving", 1080, 0, 0.05),
    "zh busy shadow 720p": ("kai", None, "shadow", "busy", 720, 0, 0.05),
    "zh bright box 720p": ("zenhei", None, "box", "bright", 720, 0, 0.045),
    "bo moving 1080p": (None, "ddc", "outline", "moving", 1080, 0, 0.05),
    "bo busy 720p": (None, "noto-bold", "outline", "busy", 720, 0, 0.055),
    "bo cuts box 720p": (None, "ddc", "box", "cuts", 720, 0, 0.05),
    "bo still yellow 1080p": (None, "noto-bold", "yellow", "still", 1080, 0, 0.045),
    "bo bright 720p": (None, "noto-bold", "outline", "bright", 720, 0, 0.05),
    "both moving 1080p": ("serif-bold", "noto-bold", "outline", "moving", 1080, 0, 0.05),
    "both cuts fade 720p": ("sans", "ddc", "outline", "cuts", 720, 200, 0.05),
}
WITHOUT: Final = ("captions", "credits", "nothing")


def sentences(path: Path) -> list[tuple[str, str]]:
    """(zh, bo) cut to the size of cues; the half that nothing was tuned on."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    random.Random(5).shuffle(rows)
    found = []
    for row in rows:
        zh = re.split("[，。；：、]", row["zh"].strip())[0]
        bo = re.split(r"(?<=[།])\s*", row["bo"].strip())[0].strip()
        syllables = bo.split("་")
        if len(syllables) > 14:
            bo = "་".join(syllables[: 7 + len(bo) % 8])
            bo += "་།" if bo.endswith("ང") else "" if bo[-1] in "གཀཤ" else "།"
        if 4 <= len(zh) <= 22 and 8 < len(bo) < 90 and not re.search("[0-9A-Za-z]", bo):
            found.append((zh, bo))
    return found[len(found) // 2 :]


def scene(name: str, pairs: list[tuple[str, str]], seed: int) -> tuple[Scene, dict[str, list[Any]]]:
    """A video of a condition, and its cues by language as (start, end, text)."""
    zh_font, bo_font, style, background, height, fade, size = CONDITIONS[name]
    rng = random.Random(seed)
    at, texts = 600, []
    truth: dict[str, list[Any]] = {"bo": [], "zh": []}
    for zh, bo in rng.sample(pairs, CUES):
        end = at + rng.choice(range(1400, 4200, 40))
        if zh_font:
            truth["zh"].append((at, end, zh))
            texts.append(_text(at, end, zh, ZH[zh_font], size, 0.93, style, fade))
        if bo_font:
            font, larger = BO[bo_font]
            y = 0.93 - size * 1.45 if zh_font else 0.91
            truth["bo"].append((at, end, bo))
            texts.append(_text(at, end, bo, font, size * larger, y, style, fade))
        at = end + (0 if rng.random() < 0.4 else rng.choice(range(120, 1500, 40)))
    duration = (at + 600) // 40 * 40
    return Scene(
        texts=texts,
        duration_ms=duration,
        width=height * 16 // 9,
        height=height,
        background=background,  # type: ignore[arg-type]
        seed=seed,
    ), truth


def _text(
    at: int, end: int, text: str, font: str, size: float, y: float, style: Any, fade: int
) -> Text:
    return Text(
        start_ms=at,
        end_ms=end,
        text=text,
        font=str(FONTS / font),
        size=size,
        y=y,
        style=style,
        fade_ms=fade,
    )


def without_subtitles(kind: str, seed: int) -> Scene:
    """A minute of what is not subtitles."""
    sans, bold = str(FONTS / ZH["sans"]), str(FONTS / ZH["sans-bold"])
    bo = str(FONTS / BO["noto"][0])
    rng = random.Random(seed)
    texts: list[Text] = []
    if kind == "captions":
        texts.append(
            Text(start_ms=0, end_ms=60000, text="科普中国", font=bold, size=0.04, x=0.92, y=0.07)
        )
        texts.append(
            Text(
                start_ms=5000,
                end_ms=40000,
                text="欢迎关注本频道，每天学习一点科学知识",
                font=sans,
                size=0.04,
                x=1.3,
                y=0.95,
                dx=-0.05,
            )
        )
        for n, label in enumerate(("叶绿体", "细胞壁", "线粒体", "细胞核", "液泡")):
            texts.append(
                Text(
                    start_ms=2000 + 9000 * n,
                    end_ms=8000 + 9000 * n,
                    text=label,
                    font=sans,
                    size=0.05,
                    x=rng.uniform(0.2, 0.8),
                    y=rng.uniform(0.2, 0.8),
                    style="shadow",
                )
            )
        for n, name in enumerate(("张明 研究员", "扎西 教授", "李华 工程师")):
            texts.append(
                Text(
                    start_ms=6000 + 17000 * n,
                    end_ms=10000 + 17000 * n,
                    text=name,
                    font=bold,
                    size=0.045,
                    x=0.08,
                    y=0.82,
                    style="box",
                    anchor="lm",
                )
            )
        texts.append(
            Text(
                start_ms=30000, end_ms=33000, text="བོད་ལྗོངས། ལྷ་ས།", font=bo, size=0.06, x=0.3, y=0.4
            )
        )
    if kind == "credits":
        texts.append(
            Text(start_ms=500, end_ms=5000, text="水的旅行", font=bold, size=0.12, x=0.5, y=0.45)
        )
        texts.append(
            Text(start_ms=1500, end_ms=5000, text="ཆུའི་འགྲུལ་བཞུད།", font=bo, size=0.09, x=0.5, y=0.62)
        )
        roles = ("导演 张明", "摄影 李华", "剪辑 王芳", "翻译 扎西", "配音 卓玛", "制作 科学馆")
        for n in range(3):
            lines = rng.sample(roles, 5)
            texts += [
                Text(
                    start_ms=20000 + 4000 * n,
                    end_ms=24000 + 4000 * n,
                    text=line,
                    font=sans,
                    size=0.05,
                    x=0.5,
                    y=0.5 + 0.1 * k,
                )
                for k, line in enumerate(lines)
            ]
        texts += [
            Text(
                start_ms=35000,
                end_ms=60000,
                text=line,
                font=sans,
                size=0.05,
                x=0.5,
                y=1.1 + 0.1 * k,
                dy=-0.1,
            )
            for k, line in enumerate(roles)
        ]
    return Scene(
        texts=texts,
        duration_ms=60000,
        background="busy" if kind != "nothing" else "moving",
        seed=seed,
    )


def measure(video: Path, truth: dict[str, list[Any]]) -> dict[str, Any]:
    """Read a video and compare what was read with the truth."""
    config = Config.load()
    config = msgspec.structs.replace(
        config, burned_in=msgspec.structs.replace(config.burned_in, cache=False)
    )
    media = probe(video, config.media)
    begun, before = time.monotonic(), _cpu()
    found = read_burned_in(video, media, config)
    seconds = (media.duration_ms or 1) / 1000
    result: dict[str, Any] = {
        "seconds": seconds,
        "wall": round((time.monotonic() - begun) / seconds, 3),
        "cpu": round((_cpu() - before) / seconds, 3),
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    for side in ("bo", "zh"):
        track = found.tracks.get(side)
        cues = list(track.cues) if track else []
        if truth[side] or cues:
            result[side] = compared(cues, truth[side], side)
    return result


def compared(cues: list[Cue], truth: list[Any], side: str) -> dict[str, Any]:
    """Found, invented, edges in ms, errors in letters and syllables."""
    starts, ends, wrong = [], [], []
    taken: set[int] = set()
    letters = syllables = accepted = accepted_errors = accepted_letters = missed = 0
    errors = syllable_errors = unreadable = 0
    for start, end, text in truth:
        best = max(
            (c for c in cues if c.index not in taken),
            key=lambda c: min(c.end_ms, end) - max(c.start_ms, start),
            default=None,
        )
        if best is None or min(best.end_ms, end) - max(best.start_ms, start) < 0.4 * (end - start):
            missed += 1
            continue
        taken.add(best.index)
        starts.append(abs(best.start_ms - start))
        ends.append(abs(best.end_ms - end))
        distance = Levenshtein.distance(bare(best.text), bare(text))
        letters += len(bare(text))
        errors += distance
        wanted, said = parts(text, side), parts(best.text, side)
        syllables += len(wanted)
        syllable_errors += Levenshtein.distance(said, wanted)
        if best.readable:
            accepted += 1
            accepted_errors += distance
            accepted_letters += len(bare(text))
            if distance:
                wrong.append([best.text, text, best.confidence])
        else:
            unreadable += 1
    return {
        "cues": len(truth),
        "missed": missed,
        "invented": len(cues) - len(taken),
        "start_median_ms": median(starts) if starts else None,
        "start_max_ms": max(starts, default=None),
        "end_median_ms": median(ends) if ends else None,
        "end_max_ms": max(ends, default=None),
        "errors": errors,
        "letters": letters,
        "syllable_errors": syllable_errors,
        "syllables": syllables,
        "unreadable": unreadable,
        "accepted": accepted,
        "accepted_errors": accepted_errors,
        "accepted_letters": accepted_letters,
        "wrong": wrong,
    }


def bare(text: str) -> str:
    """Without spaces, which are invisible, and a tsheg before a shad."""
    return re.sub(r"\s+", "", text).replace("་།", "།").rstrip("་")


def parts(text: str, side: str) -> list[str]:
    """Syllables, or characters."""
    return [p for p in re.split(r"[་།\s]+", text) if p] if side == "bo" else list(bare(text))


def _cpu() -> float:
    both = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(u.ru_utime + u.ru_stime for u in both)


COLUMNS: Final = (
    column("condition"),
    column("script"),
    column(
        "found / missed / invented", "{} / {} / {}", found="cues", missed="cues", invented="cues"
    ),
    column(
        "start, end: median (max), ms",
        "{:.0f} ({:.0f}), {:.0f} ({:.0f})",
        start_median="ms",
        start_max="ms",
        end_median="ms",
        end_max="ms",
    ),
    column("letters wrong", "{} / {}", wrong="letters", n="letters"),
    column("syllables wrong", "{} / {}", wrong="syllables", n="syllables"),
    column("unreadable", unreadable="cues"),
    column("accepted: wrong / letters", "{} / {}", wrong="letters", n="letters"),
    column(
        "time, CPU time",
        "{:.2f}, {:.2f}",
        time="ratio to duration",
        CPU_time="ratio to duration",
    ),
    column("MiB", peak_memory="MiB"),
)


def rows_of(name: str, found: dict[str, Any]) -> list[list[Entry]]:
    """The rows of one condition: one a script, one alone where there are no subtitles."""
    cost: list[Entry] = [(found["wall"], found["cpu"]), found["rss_mb"]]
    rows: list[list[Entry]] = []
    for side in ("zh", "bo"):
        if side in found:
            f = found[side]
            edges = [
                f[f"{edge}_{how}_ms"] for edge in ("start", "end") for how in ("median", "max")
            ]
            row: list[Entry] = [name, side, (f["cues"] - f["missed"], f["missed"], f["invented"])]
            row += [None if None in edges else tuple(edges), (f["errors"], f["letters"])]
            row += [(f["syllable_errors"], f["syllables"]), f["unreadable"]]
            rows.append([*row, (f["accepted_errors"], f["accepted_letters"]), *cost])
    none: list[Entry] = [f"{name} (no subtitles)", "–", (0, 0, 0), None, None, None, None, None]
    return rows or [[*none, *cost]]


def sums(measured: list[dict[str, Any]]) -> list[list[Entry]]:
    """A row a script over all conditions."""
    rows: list[list[Entry]] = []
    for side in ("zh", "bo"):
        parts = [found[side] for found in measured if side in found]
        if parts:
            n = {key: sum(part[key] for part in parts) for key in SUMMED}
            row: list[Entry] = ["**all**", side]
            row += [(n["cues"] - n["missed"], n["missed"], n["invented"]), None]
            row += [(n["errors"], n["letters"]), (n["syllable_errors"], n["syllables"])]
            row += [n["unreadable"], (n["accepted_errors"], n["accepted_letters"]), None, None]
            rows.append(row)
    return rows


SUMMED: Final = (
    *("cues", "missed", "invented", "errors", "letters", "syllable_errors", "syllables"),
    *("unreadable", "accepted_errors", "accepted_letters"),
)


def main() -> None:
    """Measure the conditions named, or all, and write the result."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("pairs", type=Path)
    parser.add_argument("conditions", nargs="*", metavar="CONDITION")
    parser.add_argument("--result", default="burned-in", help="the name of the file of results")
    given = parser.parse_args()
    pairs = sentences(given.pairs)
    measured: dict[str, dict[str, Any]] = {}
    for number, name in enumerate([*CONDITIONS, *WITHOUT]):
        if given.conditions and name not in given.conditions:
            continue
        with tempfile.TemporaryDirectory() as folder:
            video = Path(folder) / "video.mp4"
            truth: dict[str, list[Any]] = {"bo": [], "zh": []}
            if name in CONDITIONS:
                drawn, truth = scene(name, pairs, 100 + number)
            else:
                drawn = without_subtitles(name, 100 + number)
            draw(drawn, video)
            measured[name] = measure(video, truth)
        sys.stdout.write(f"{name} {json.dumps(measured[name], ensure_ascii=False)}\n")
        sys.stdout.flush()
    rows = [row for name, found in measured.items() for row in rows_of(name, found)]
    rows += sums(list(measured.values()))
    title = f"Subtitles in the picture: {given.pairs.stem}"
    tables = {"conditions": table(title, COLUMNS, rows)}
    seeds = [100 + n for n, name in enumerate([*CONDITIONS, *WITHOUT]) if name in measured]
    write(given.result, tables=tables, seeds=seeds, data=[given.pairs.name])


if __name__ == "__main__":
    main()
