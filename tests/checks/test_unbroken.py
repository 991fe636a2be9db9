"""No rule breaks, whatever the tracks: odd files must not cost a check."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilingual.checks._tracks import LONG_BO, LONG_ZH
from bilingual.checks.base import Artifacts, Hit
from bilingual.checks.engine import MOST_IN_A_CUE, _apply, rules
from bilingual.config import Config
from bilingual.model import CheckVerdict, Report, Severity
from tests.support import assert_valid, examined, track

Cues = list[tuple[int, int, str]]

TEXTS = [
    "",
    " ",
    "\0",
    "♪",
    "[音乐]",
    "导演：王某",
    "水。",
    "太阳是一颗恒星？",
    "CO2",
    "3",
    "༣",
    "-",
    "\u202e水",
]
TEXTS += [
    "ཆུ།",
    "ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།",
    "སྐད་",
    "The Sun",
    "水\nཆུ།",
    "<i>水</i>",
    "๓ข",
    "一百零九",
    "不是",
]


def cues(most: int = 9) -> st.SearchStrategy[Cues]:
    one = st.tuples(st.integers(0, 90_000), st.integers(-500, 9_000), st.sampled_from(TEXTS))
    return st.lists(one, max_size=most).map(lambda made: [(a, a + d, t) for a, d, t in made])


def assert_unbroken(report: Report) -> None:
    broken = [c.rule for c in report.checks if c.verdict is CheckVerdict.ERROR]
    assert broken == []
    assert_valid(report.to_dict())
    for language in ("zh", "en"):
        assert report.to_text(language)


@pytest.mark.slow
@settings(max_examples=60)
@given(cues(), cues())
def test_any_two_tracks(bo: Cues, zh: Cues) -> None:
    assert_unbroken(examined(track("bo", bo), track("zh", zh)))


@pytest.mark.parametrize("odd", [[], [(0, 900, "")], [(0, 900, "\0")], [(5000, 4000, "水")]])
def test_an_odd_track_beside_a_sound_one(odd: Cues) -> None:
    assert_unbroken(examined(track("bo", LONG_BO), track("zh", odd)))
    assert_unbroken(examined(track("bo", odd), track("zh", LONG_ZH)))
    assert_unbroken(examined(zh=track("zh", odd)))


# What would make a reader recurse, or compare each with each.
UNITS = (
    ("ཉི་མ།", "一二三四五六七八九十百千万亿"),
    ("2།", "8月七*（8"),
    ("༡༢༣", "123"),
    ("བརྒྱད་ཅུ་གྱ་གཉིས་", "三千五百"),
    ("ཉི་མ\n", "太阳\n"),
    ("</i>)༠2།", "<i>1,"),
    ("DNA ", "GPS "),
)


@pytest.mark.parametrize(("bo", "zh"), UNITS)
def test_no_cue_floods_the_report(bo: str, zh: str) -> None:
    """The most text of a cue, in every odd unit: no rule breaks, and a person can read it all."""
    most = Config.load().reading.max_cue_characters
    texts = [(unit * most)[:most].rstrip() for unit in (bo, zh)]
    report = examined(track("bo", [(0, 5000, texts[0])]), track("zh", [(0, 5000, texts[1])]))
    assert not [c for c in report.checks if c.verdict is CheckVerdict.ERROR]
    counts = Counter((f.rule, f.severity, f.bo, f.zh) for f in report.findings)
    assert max(counts.values(), default=0) <= MOST_IN_A_CUE


def test_a_grave_finding_is_not_lost_among_light_ones() -> None:
    """Each severity has room of its own."""
    light = [Hit(bo=(0,), severity=Severity.INFO) for _ in range(2 * MOST_IN_A_CUE)]
    rule = replace(
        rules()["line-break"], run=lambda _: iter([*light, Hit(bo=(0,), severity=Severity.WARNING)])
    )
    check, found = _apply(rule, Artifacts(config=Config.load(), bo=track("bo", [(0, 1, "ཆུ།")])))
    assert check.verdict is CheckVerdict.FAIL
    assert Counter(f.severity for f in found)[Severity.INFO] == MOST_IN_A_CUE
    assert len(found) == MOST_IN_A_CUE + 1
