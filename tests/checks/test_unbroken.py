"""No rule breaks, whatever the tracks: odd files must not cost a check."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilingual.checks._tracks import LONG_BO, LONG_ZH
from bilingual.model import CheckVerdict, Report
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
