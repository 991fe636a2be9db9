"""Parts that were not read as cues: what they would translate is not called missing."""

from __future__ import annotations

from collections.abc import Callable, Collection

import pytest

from bilingual.checks._tracks import LONG_BO, LONG_ZH, Cues
from bilingual.config import Config
from bilingual.formats import read_tracks
from bilingual.model import CheckVerdict, Report
from tests import support

Stamp = Callable[[str], str]


def _clock(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02},{rest:03}"


def negative(line: str) -> str:
    return "-" + line.replace("> ", "> -")


def unreadable(line: str) -> str:
    return line.replace("00:", "00:7", 1)


def beyond(line: str) -> str:
    return line.replace("00:", "999:", 1).replace("> 00:", "> 999:")


def srt(cues: Cues, damaged: Collection[int] = (), stamp: Stamp = negative) -> str:
    """A SubRip file whose timing lines at those indices are damaged."""
    parts = []
    for n, (start, end, text) in enumerate(cues):
        line = f"{_clock(start)} --> {_clock(end)}"
        parts.append(f"{n + 1}\n{stamp(line) if n in damaged else line}\n{text}\n")
    return "\n".join(parts)


def kind(text: str) -> str:
    return "vtt" if text.startswith("WEBVTT") else "srt"


def examined(bo: str, zh: str) -> Report:
    """A report on two files, read as ``verify`` reads them."""
    limits = Config.load().reading
    tibetan, chinese = (
        read_tracks(text.encode(), name=f"{side}.{kind(text)}", limits=limits)[0]
        for side, text in (("bo", bo), ("zh", zh))
    )
    return support.examined(tibetan, chinese)


def rules_of(report: Report) -> list[tuple[str, int | None]]:
    """Each finding's rule, and how often it says so where it counts."""
    return [(f.rule, f.params.get("count")) for f in report.findings]


@pytest.mark.parametrize("stamp", [negative, unreadable, beyond])
@pytest.mark.parametrize("damaged", [(0, 1, 2), (10, 11, 12), (3, 20, 37)])
@pytest.mark.parametrize("side", ["bo", "zh"])
def test_one_finding_and_nothing_missing(side: str, damaged: tuple[int, ...], stamp: Stamp) -> None:
    bo = srt(LONG_BO, damaged if side == "bo" else (), stamp)
    zh = srt(LONG_ZH, damaged if side == "zh" else (), stamp)
    report = examined(bo, zh)
    assert rules_of(report) == [("parse-problem", 3)]
    alone = "missing-translation" if side == "bo" else "extra-translation"
    (check,) = (c for c in report.checks if c.rule == alone)
    assert check.verdict is CheckVerdict.UNKNOWN
    assert check.reason is not None
    assert (check.reason.code, check.reason.params) == ("partner-unread", {"count": 3})


def test_a_time_below_zero_has_its_own_remedy() -> None:
    (finding,) = examined(srt(LONG_BO, (4, 5, 6)), srt(LONG_ZH)).findings
    assert "负数" in finding.remedy("zh")
    assert "before 0:00" in finding.remedy("en")
    (other,) = examined(srt(LONG_BO, (4,), unreadable), srt(LONG_ZH)).findings
    assert "负数" not in other.remedy("zh")


def test_what_is_missing_elsewhere_is_found() -> None:
    bo = tuple(cue for n, cue in enumerate(LONG_BO) if n != 25)
    report = examined(srt(bo, (10, 11, 12)), srt(LONG_ZH))
    assert [f.zh for f in report.findings if f.rule == "missing-translation"] == [(25,)]
    (check,) = (c for c in report.checks if c.rule == "missing-translation")
    assert check.verdict is CheckVerdict.FAIL


def test_a_part_stands_for_one_cue_only() -> None:
    bo = tuple(cue for n, cue in enumerate(LONG_BO) if n != 11)
    report = examined(srt(bo, (10,)), srt(LONG_ZH))
    missing = sorted(f.zh for f in report.findings if f.rule == "missing-translation")
    assert missing == [(10,), (11,)]


def test_a_text_without_any_time_is_shown_to_nobody() -> None:
    blocks = srt(LONG_BO).replace(",", ".").split("\n\n")
    blocks[10] = LONG_BO[10][2]
    report = examined("WEBVTT\n\n" + "\n\n".join(blocks), srt(LONG_ZH))
    assert [f.zh for f in report.findings if f.rule == "missing-translation"] == [(10,)]


def test_a_part_in_the_other_language_translates_nothing() -> None:
    chinese = (*LONG_BO[:10], (*LONG_BO[10][:2], LONG_ZH[10][2]), *LONG_BO[11:])
    report = examined(srt(chinese, (10,)), srt(LONG_ZH))
    assert [f.zh for f in report.findings if f.rule == "missing-translation"] == [(10,)]
