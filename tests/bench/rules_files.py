"""Faults of a subtitle file as it is written: its lines and its encoding."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from bilingual.model import Language, Report
from tests.bench.rules_works import Tally, Work, blocks_of, verified

Block = Callable[[str], str]
_ARROW: Final = " --> "


def _times(change: Callable[[str], str]) -> Block:
    """A change of a block's second line."""

    def changed(block: str) -> str:
        number, times, rest = block.split("\n", 2)
        return f"{number}\n{change(times)}\n{rest}"

    return changed


BLOCKS: Final[Mapping[str, Block]] = {
    "an arrow of one hyphen": _times(lambda t: t.replace("-->", "->")),
    "an arrow of other signs": _times(lambda t: t.replace("-->", "→")),
    "a full stop before the milliseconds": _times(lambda t: t.replace(",", ".")),
    "a full-width comma before the milliseconds": _times(lambda t: t.replace(",", "，")),
    "full-width colons": _times(lambda t: t.replace(":", "：")),
    "no hours": _times(lambda t: re.sub(r"00:(\d\d:)", r"\1", t)),
    "one digit for the seconds": _times(lambda t: re.sub(r":\d(\d),", r":\1,", t)),
    "two digits for the milliseconds": _times(lambda t: re.sub(r"(,\d\d)\d", r"\1", t)),
    "no spaces around the arrow": _times(lambda t: t.replace(_ARROW, "-->")),
    "minute 61": _times(lambda t: re.sub(r"^00:\d\d", "00:61", t)),
    "the letter O for a zero": _times(lambda t: t.replace("00:", "OO:", 1)),
    "a minus before the start": _times(lambda t: f"-{t}"),
    "no end time": _times(lambda t: t.split(_ARROW)[0] + _ARROW),
    "no times": lambda block: re.sub(r"^(\d+)\n.*\n", r"\1\n", block),
    "no number": lambda block: block.split("\n", 1)[1],
    "a letter for the number": lambda block: re.sub(r"^\d+", "a", block),
    "the number twice": lambda block: re.sub(r"^(\d+)", r"\1\n\1", block),
    "a blank line under the number": lambda block: block.replace("\n", "\n\n", 1),
    "a blank line before the text": lambda block: re.sub(r"(\d{3})\n", r"\1\n\n", block, count=1),
    "no blank line after it": lambda block: block[:-1],
    "a remark in front of it": lambda block: f"（待改）\n{block}",
    "two blank lines after it": lambda block: block + "\n",
}
"""One block written wrongly, as hands, editors and converters do."""

RIGHT_FILES: Final[Mapping[str, Callable[[str], str]]] = {
    "as editors write it": str,
    "with line breaks of Windows": lambda text: text.replace("\n", "\r\n"),
    "without a break at its end": lambda text: text.rstrip("\n"),
    "numbered from 0": lambda text: re.sub(
        r"(?m)^(\d+)$(?=\n\d\d:)", lambda m: str(int(m[1]) - 1), text
    ),
    "WebVTT": lambda text: "WEBVTT\n\n" + re.sub(r"(\d\d:\d\d:\d\d),", r"\1.", text),
}


def _spans(blocks: Sequence[str]) -> list[range]:
    """The lines of each block, from 1."""
    found, line = [], 1
    for block in blocks:
        count = block.count("\n")
        found.append(range(line, line + count))
        line += count
    return found


def _at(report: Report, side: Language, index: int, lines: range) -> bool:
    """Whether a problem is reported at this cue, or at its lines or the next block's first."""
    for finding in report.findings:
        if finding.rule == "parse-problem":
            where = {e.params.get("line") for e in finding.evidence}
            own = finding.bo if side == "bo" else finding.zh
            if index in own or where.intersection(range(lines.start - 1, lines.stop + 3)):
                return True
    return False


def measure_blocks(change: Block, works: Iterable[Work], wanted: int, folder: Path) -> Tally:
    """One block of a file written wrongly at a time: is it reported there?"""
    tally = Tally()
    for turn, work in enumerate(works):
        side: Language = ("bo", "zh")[turn % 2]
        original = blocks_of(work.lines(side))
        for k in (len(original) // 3, len(original) * 2 // 3):
            if tally.of >= wanted:
                return tally
            blocks = list(original)
            blocks[k] = change(blocks[k])
            report = verified({side: "".join(blocks).encode()}, folder)
            found = report is None or _at(report, side, k, _spans(blocks)[k])
            tally.add(found, blocks[k])
    return tally


def measure_cut(works: Iterable[Work], wanted: int, rnd: random.Random, folder: Path) -> Tally:
    """A file that ends within a line of times."""
    tally = Tally()
    for turn, work in enumerate(works):
        if tally.of >= wanted:
            break
        side: Language = ("bo", "zh")[turn % 2]
        blocks = blocks_of(work.lines(side))
        k = rnd.randrange(5, len(blocks) - 1)
        last = blocks[k].split("\n")
        text = "".join(blocks[:k]) + f"{last[0]}\n{last[1][: rnd.randrange(3, 24)]}"
        report = verified({side: text.encode()}, folder)
        found = report is None or any(f.rule == "parse-problem" for f in report.findings)
        tally.add(found, text[-60:])
    return tally


def measure_right_files(
    change: Callable[[str], str], works: Iterable[Work], wanted: int, folder: Path
) -> Tally:
    """Files that are right: of how many is a problem reported?"""
    tally = Tally()
    for turn, work in enumerate(works):
        if tally.of >= wanted:
            break
        side: Language = ("bo", "zh")[turn % 2]
        data = change("".join(blocks_of(work.lines(side)))).encode()
        report = verified({side: data}, folder)
        hit = report is None or any(f.rule == "parse-problem" for f in report.findings)
        tally.add(hit, "")
    return tally


ENCODINGS: Final = {
    "GB18030": ("gb18030", b"", False),
    "GBK": ("gbk", b"", False),
    "UTF-16, little-endian, no mark": ("utf-16-le", b"", False),
    "UTF-16, big-endian, no mark": ("utf-16-be", b"", False),
    "UTF-8": ("utf-8", b"", True),
    "UTF-8 with a mark": ("utf-8-sig", b"", True),
    "UTF-16 with a mark, little-endian": ("utf-16-le", b"\xff\xfe", True),
    "UTF-16 with a mark, big-endian": ("utf-16-be", b"\xfe\xff", True),
}
"""The codec, the mark in front, and whether nothing is to be guessed."""


def measure_encoding(name: str, works: Iterable[Work], wanted: int, folder: Path) -> Tally:
    """Whole files in an encoding: reported as guessed (a refusal is none, and counts as missed)."""
    codec, mark, right = ENCODINGS[name]
    tally = Tally()
    for turn, work in enumerate(works):
        if tally.of >= wanted:
            break
        side: Language = "zh" if codec == "gbk" else ("bo", "zh")[turn % 2]
        text = "".join(blocks_of(work.lines(side)))
        try:
            data = mark + text.encode(codec)
        except UnicodeEncodeError:  # a letter that GBK lacks
            continue
        report = verified({side: data}, folder)
        rules = set() if report is None else {f.rule for f in report.findings}
        tally.add("encoding-assumed" in rules or (right and report is None), text[:60])
    return tally
