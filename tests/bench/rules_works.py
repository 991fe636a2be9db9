"""Works for the bench of the rules: cues that faults can be planted in, and where a rule reports.

A text comes as pairs (Tibetan, Chinese); its times are made here, at a speaker's pace. Works
are written as SRT, read and checked as submitted ones are.
"""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from bilingual import verify
from bilingual.errors import BilingualError
from bilingual.model import Language, Report

Pair = tuple[str, str]
"""A text in Tibetan and in Chinese."""

HAN: Final = re.compile("[\u3400-\u9fff]")
SYLLABLE: Final = re.compile("[\u0f40-\u0fbc]+")
_HAN_A_SECOND: Final = 4.5
SIZE: Final = 40
"""Cues of a work in which something is planted."""
WHERE: Final = range(2, SIZE - 4, 6)
"""Where in it, unless the work is concerned as a whole."""
LANGUAGES: Final[tuple[Language, ...]] = ("bo", "zh")


@dataclass(eq=False, slots=True)
class Line:
    """A cue that can be altered; times in ms."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class Work:
    """A work's cues by language."""

    bo: list[Line]
    zh: list[Line]

    def lines(self, side: Language) -> list[Line]:
        return self.bo if side == "bo" else self.zh


Plant = Callable[[Work, Language, int, random.Random], Sequence[Line] | None]
"""Plants one fault at a cue; gives the cues at any of which it is to be reported, or nothing
where there is no place for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One way in which something is wrong (or, where ``right``, seems to be and is not).

    ``on``: the tracks that the rule is given: one of them in turn, or both together.
    ``whole``: it is about the track as a whole, so a finding anywhere counts. ``having``: the
    pairs that it can be planted in, where few can be.
    """

    rule: str
    name: str
    plant: Plant
    on: Literal["bo", "zh", "either", "both"] = "either"
    whole: bool = False
    right: bool = False
    having: Callable[[Pair], bool] | None = None


@dataclass(slots=True)
class Tally:
    """How many of how many were reported, and what was not (or was) for people to read."""

    found: int = 0
    of: int = 0
    missed: list[str] = field(default_factory=list)
    reported: list[str] = field(default_factory=list)

    def add(self, found: bool, shown: str = "") -> None:
        self.found += found
        self.of += 1
        (self.reported if found else self.missed).append(shown)


def read_pairs(path: Path) -> list[Pair]:
    """The pairs of a table with the columns ``bo`` and ``zh`` that have words in both."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        pairs = [(row["bo"].strip(), row["zh"].strip()) for row in rows]
    return [(bo, zh) for bo, zh in pairs if SYLLABLE.search(bo) and HAN.search(zh)]


def timed(pairs: Iterable[Pair], rnd: random.Random) -> Work:
    """The pairs as cues that both languages show at nearly the same times."""
    work, at = Work(bo=[], zh=[]), 1000
    for bo, zh in pairs:
        length = max(1500, round(1000 * len(HAN.findall(zh)) / _HAN_A_SECOND))
        for lines, text in ((work.bo, bo), (work.zh, zh)):
            start, end = (at + rnd.randint(-40, 40), at + length + rnd.randint(-40, 40))
            lines.append(Line(start, end, text))
        at += length + rnd.randint(250, 800)
    return work


def works_of(pairs: Sequence[Pair], size: int, rnd: random.Random) -> Iterator[Work]:
    """A text cut into works of so many cues, the rest left out."""
    for first in range(0, len(pairs) - size + 1, size):
        yield timed(pairs[first : first + size], rnd)


def stamp(ms: int) -> str:
    """A time as SRT writes it."""
    sign, ms = ("-", -ms) if ms < 0 else ("", ms)
    return f"{sign}{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02},{ms % 1000:03}"


def blocks_of(lines: Iterable[Line]) -> list[str]:
    """The blocks of an SRT file, each with the blank line after it."""
    return [
        f"{number}\n{stamp(line.start)} --> {stamp(line.end)}\n{line.text}\n\n"
        for number, line in enumerate(lines, 1)
    ]


def verified(files: Mapping[Language, bytes], folder: Path) -> Report | None:
    """What is found in these files; nothing where they are refused as a whole."""
    paths = {side: folder / f"{side}.srt" for side in files}
    for side, data in files.items():
        paths[side].write_bytes(data)
    try:
        return verify(bo=paths.get("bo"), zh=paths.get("zh"))
    except BilingualError:
        return None


def report_of(work: Work, sides: Iterable[Language], folder: Path) -> Report | None:
    """What is found in these tracks of a work, as :func:`verified`."""
    files: dict[Language, bytes] = {}
    for side in sides:
        files[side] = "".join(blocks_of(work.lines(side))).encode()
    return verified(files, folder)


def places(lines: Sequence[Line]) -> Mapping[int, int]:
    """The index of each cue (by identity) in its track."""
    return {id(line): index for index, line in enumerate(lines)}


def is_reported(report: Report, rule: str, side: Language, indices: Iterable[int]) -> bool:
    """Whether the rule has a finding at one of these cues."""
    wanted = set(indices)
    return any(
        finding.rule == rule and wanted.intersection(finding.bo if side == "bo" else finding.zh)
        for finding in report.findings
    )


def measure(
    case: Case, works: Iterable[Work], wanted: int, rnd: random.Random, folder: Path
) -> Tally:
    """Plant a case in works until there are so many of it, and count what is reported."""
    tally = Tally()
    for turn, work in enumerate(works):
        if tally.of >= wanted:
            break
        side: Language = "bo" if case.on in ("bo", "both") else "zh"
        if case.on == "either":
            side = ("bo", "zh")[turn % 2]
        planted = _planted(case, work, side, wanted - tally.of, rnd)
        if planted:
            _count(case, work, side, planted, tally, folder)
    return tally


def _planted(
    case: Case, work: Work, side: Language, most: int, rnd: random.Random
) -> list[Sequence[Line]]:
    lines = work.lines(side)
    where = [len(lines) // 2] if case.whole else WHERE
    found: list[Sequence[Line]] = []
    for original in [lines[k] for k in where]:
        if len(found) < most:
            expected = case.plant(work, side, lines.index(original), rnd)
            if expected is not None:
                found.append(expected)
    return found


def _count(
    case: Case,
    work: Work,
    side: Language,
    planted: Sequence[Sequence[Line]],
    tally: Tally,
    folder: Path,
) -> None:
    report = report_of(work, ("bo", "zh") if case.on == "both" else (side,), folder)
    known = {s: places(work.lines(s)) for s in LANGUAGES}
    for expected in planted:
        shown = " / ".join(f"{line.start}–{line.end} {line.text}" for line in expected)
        if report is None:
            tally.add(True, f"refused: {shown}")
        elif case.whole:
            tally.add(any(f.rule == case.rule for f in report.findings), shown)
        else:
            at = {s: [known[s][id(x)] for x in expected if id(x) in known[s]] for s in LANGUAGES}
            tally.add(any(is_reported(report, case.rule, s, at[s]) for s in LANGUAGES), shown)


def real_times(path: Path, texts: Iterator[str]) -> Work:
    """Real cue times of a Chinese track, with as many ideographs in each cue as it had."""
    rows = json.loads(path.read_text("utf-8"))
    cues = rows if isinstance(rows, list) else rows["cues"]
    return Work(
        bo=[], zh=[Line(start, end, "".join(next(texts) for _ in range(count)) or "…") for start, end, count in cues]
    )  # fmt: skip
