"""Lines of ASS in whatever order: they are put together as their times say."""

from __future__ import annotations

import random

import pytest

from bilingual.formats import read_tracks
from bilingual.model import Report
from tests.golden.sentences import SUN
from tests.support import examined

HEAD = (
    "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize\n"
    "Style: ZH,Noto Sans,60\nStyle: BO,Noto Serif Tibetan,60\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
)


def clock(ms: int) -> str:
    minutes, rest = divmod(ms // 10, 6000)
    return f"0:{minutes:02}:{rest // 100:02}.{rest % 100:02}"


def events(style: str, *, head: str = "") -> list[str]:
    texts = [line.zh if style == "ZH" else line.bo for line in SUN]
    return [
        f"Dialogue: 0,{clock(line.start)},{clock(line.end)},{style},,0,0,0,,{head}"
        + text.replace("\n", "\\N")
        for line, text in zip(SUN, texts, strict=True)
    ]


def report_of(lines: list[str]) -> Report:
    bo, zh = read_tracks((HEAD + "\n".join(lines)).encode(), name="x.ass")
    return examined(bo=bo, zh=zh)


def shuffled(lines: list[str], seed: int) -> list[str]:
    mixed = [*lines]
    random.Random(seed).shuffle(mixed)
    return mixed


BO, ZH = events("BO"), events("ZH")
GLOW = events("BO", head="{\\blur8}")
ORDERS = {
    "shuffled": shuffled(BO + ZH, 1),
    "shuffled again": shuffled(BO + ZH, 2),
    "backwards": [*BO[::-1], *ZH[::-1]],
    "halves changed places": [*BO[20:], *BO[:20], *ZH[15:], *ZH[:15]],
    "one side shuffled": [*ZH, *shuffled(BO, 3)],
    "with a glow": shuffled(BO + ZH + GLOW, 4),
    "one style": [line.replace(",BO,", ",ZH,") for line in shuffled(BO + ZH, 5)],
}


@pytest.mark.parametrize("lines", ORDERS.values(), ids=ORDERS)
def test_the_order_of_lines_says_nothing(lines: list[str]) -> None:
    report = report_of(lines)
    assert [f.rule for f in report.findings if f.rule != "line-length"] == []
    assert report.alignment is not None
    pairs = [(bead.bo, bead.zh) for bead in report.alignment.beads]
    assert len(pairs) == len(SUN)
    assert all(len(bo) == len(zh) == 1 for bo, zh in pairs)


@pytest.mark.parametrize("seed", range(3))
def test_a_missing_line_is_found_in_any_order(seed: int) -> None:
    report = report_of(shuffled(BO[:12] + BO[13:] + ZH, seed))
    (missing,) = [f for f in report.findings if f.rule == "missing-translation"]
    assert report.zh is not None
    assert report.zh.cues[missing.zh[0]].plain == SUN[12].zh
