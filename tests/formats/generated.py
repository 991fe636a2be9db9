"""Subtitle files made up for tests, mutations of them, and an account of a reading
that knows nothing of the reader's own.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable

from bilingual.model import Track

TEXTS = (
    "地球绕着太阳转。",
    "水在零度结成冰。",
    "སའི་གོ་ལ་ཉི་མའི་མཐའ་ལ་འཁོར།",
    "ཟླ་བ་སའི་གོ་ལའི་མཐའ་ལ་འཁོར།",
    "a < b & c > d",
    "<i>植物</i>需要阳光和水。",
    "Two lines\nof text",
    "- 谁？\n- 我。",
    "2024",
    "3",
    "{\\an8}鸟有翅膀",
    "100 % &amp; <b>more</b>",
)
NASTY = (
    "\0",
    "\u2028",
    "\u2029",
    "\x85",
    "\x0b",
    "\x0c",
    "\x1c",
    "\ufeff",
    "\u200b",
    "\u202e",
    "-->",
    "->",
    "→",
    "\r",
    "\n",
    "\n\n",
    "\r\n",
    "<",
    ">",
    "&",
    "&#0;",
    "&#99999999999;",
    "{",
    "}",
    "\\N",
    ":",
    ",",
    ".",
    "-",
    "−",
    "0",
    "9",
    "60",
    "٣",
    "３",
    "：",
    "，",
    " ",
    "\t",
    "WEBVTT",
    "NOTE",
    "STYLE",
    "REGION",
    "\U0001f600",
    "\ue000",
    "[Events]",
    "Dialogue:",
    "1",
    "2",
    "00:00:01,000 --> 00:00:02,000",
    "00:01.000 --> 00:02.000",
    "nan",
    "99999999999",
)


def clock(ms: int, point: str = ",") -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"


def srt_file(cues: Iterable[tuple[int, int, str]]) -> str:
    return "\n".join(
        f"{n}\n{clock(a)} --> {clock(b)}\n{text}\n" for n, (a, b, text) in enumerate(cues, 1)
    )


def vtt_file(cues: Iterable[tuple[int, int, str]]) -> str:
    return "WEBVTT\n\n" + "\n".join(
        f"{clock(a, '.')} --> {clock(b, '.')}\n{text}\n" for a, b, text in cues
    )


def ass_file(cues: Iterable[tuple[int, int, str]]) -> str:
    head = (
        "[Script Info]\nTitle: x\n\n[Events]\n"
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    )
    return head + "".join(
        f"Dialogue: 0,{clock(a, '.')[1:-1]},{clock(b, '.')[1:-1]},Default,,0,0,0,,"
        + text.replace("\n", "\\N")
        + "\n"
        for a, b, text in cues
    )


WRITERS = {"srt": srt_file, "vtt": vtt_file, "ass": ass_file}


def random_cues(rng: random.Random, most: int = 6) -> list[tuple[int, int, str]]:
    at, cues = rng.randrange(5000), []
    for _ in range(rng.randint(1, most)):
        length = rng.randrange(1, 8000)
        cues.append((at, at + length, rng.choice(TEXTS)))
        at += length + rng.randrange(3000)
    return cues


def mutated(rng: random.Random, text: str) -> str:
    """The text with one to four faults: in its lines or in its characters."""
    for _ in range(rng.randint(1, 4)):
        text = text or "x"
        kind = rng.randrange(8)
        if kind < 4:
            lines = text.split("\n")
            at = rng.randrange(len(lines))
            if kind == 0:
                del lines[at]
            elif kind == 1:
                lines.insert(at, rng.choice(lines))
            elif kind == 2:
                other = rng.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
            else:
                lines.insert(at, rng.choice(["", " ", *NASTY]))
            text = "\n".join(lines)
            continue
        at = rng.randrange(len(text) + 1)
        if kind == 4:
            text = text[:at] + rng.choice(NASTY) + text[at:]
        elif kind == 5:
            text = text[:at] + text[at + rng.randint(1, 5) :]
        elif kind == 6:
            text = text[:at] + rng.choice(NASTY) + text[at + 1 :]
        else:
            text = text.replace("\n", rng.choice(["\r\n", "\r", "\n\n", "\r\r\n", "\u2028"]))
    return text or "x"


def lines_of(text: str) -> list[str]:
    doubled = text.count("\r\r\n")
    if doubled and doubled == text.count("\n") and doubled * 2 == text.count("\r"):
        text = text.replace("\r\r\n", "\n")
    return re.split("\r\n|\r|\n", text.removeprefix("\ufeff"))


def unexplained(text: str, track: Track) -> list[str]:
    """Lines of a file that are in no cue, in no problem, and no frame of the format."""
    if track.format == "vtt":
        text = text.replace("\0", "\ufffd")
    lines = lines_of(text)
    held: Counter[str] = Counter()
    for cue in track.cues:
        held.update(cue.text.split("\n"))
        held[cue.identifier or ""] += 1
    for problem in track.problems:
        held.update(str(problem.params.get("text", "")).split("\n"))
    timed = {cue.line for cue in track.cues}
    reported = {p.line for p in track.problems}
    missing = []
    comment = False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            comment = comment and line != ""
            continue
        if number in timed or (number in reported and "-->" in line):
            comment = False
            continue
        if track.format == "ass" and not line.strip().lower().startswith("dialogue"):
            continue
        if track.format == "vtt" and (
            number == 1 or comment or re.match(r"(NOTE|STYLE|REGION)(\s|$)", line)
        ):
            comment = comment or number > 1 or line.startswith("WEBVTT")
            continue
        name = line.strip(" \t\u3000\u00a0\ufeff\u200b\u200e\u200f")
        for key in (line, name):
            if held[key] > 0:
                held[key] -= 1
                break
        else:
            missing.append(f"{number}: {line}")
    return missing
