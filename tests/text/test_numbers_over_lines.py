"""Numbers that go on over the end of a line, or of a cue."""

from __future__ import annotations

import pytest

from bilingual.text.numbers import compare_numbers
from tests.support import examined, track

AGREE = [
    ("一共有一百\n二十个人", "མི་བརྒྱ་དང་ཉི་ཤུ་ཡོད།"),
    ("一共有一百\n二十个人", "མི་༡༢༠་ཡོད།"),
    ("一共有12,\n000个人", "མི་༡༢༠༠༠་ཡོད།"),
    ("一共有12\n000个人", "མི་༡༢༠༠༠་ཡོད།"),
    ("占百分之\n五十", "བརྒྱ་ཆ་༥༠་ཡོད།"),
    ("表面温度大约有5\n500度", "ཏུའུ་༥༥༠༠ཙམ་ཡོད།"),
    ("一亿五千\n万公里", "སྤྱི་ལེ་དུང་ཕྱུར་གཅིག་དང་\nབྱེ་བ་ལྔ་ཡོད།"),
    ("一亿五千万公里", "སྤྱི་ལེ་དུང་\nཕྱུར་གཅིག་དང་བྱེ་བ་ལྔ་ཡོད།"),
    ("365天", "ཉིན་སུམ་བརྒྱ་དྲུག་ཅུ་\nརེ་ལྔ་ཡོད།"),
    ("五十亿", "བྱེ་བ་ལྔ་\nབརྒྱ་ཡོད།"),
    # A tsheg pressed twice.
    ("三千个小时", "ཆུ་་ཚོད་་སུམ་་སྟོང་།"),
    # Two numbers, one at the end of a line and one at the beginning of the next.
    ("温度是20\n30个人", "༢༠་ཡོད། མི་༣༠་ཡོད།"),
    ("2019年\n5月", "སྤྱི་ལོ་༢༠༡༩ལོའི་ཟླ་༥པར།"),
]
DIFFER = [
    ("一共有一百\n二十个人", "མི་༡༣༠་ཡོད།", "120"),
    ("一共有一百\n二十个人", "མི་༡༠༠་ཡོད།", "120"),
    ("表面温度大约有5\n500度", "ཏུའུ་༥༦༠༠ཙམ་ཡོད།", "5500"),
    ("温度是20度\n有30个人", "༢༠་ཡོད། མི་༤༠་ཡོད།", "30"),
]


@pytest.mark.parametrize(("zh", "bo"), AGREE)
def test_a_number_over_a_line_end_is_one(zh: str, bo: str) -> None:
    found = compare_numbers(bo, zh)
    assert found.matches
    assert found.clashes == ()


@pytest.mark.parametrize(("zh", "bo", "value"), DIFFER)
def test_a_wrong_one_is_found(zh: str, bo: str, value: str) -> None:
    clash = compare_numbers(bo, zh).clashes[0]
    assert clash.zh is not None
    assert str(clash.zh.value) == value
    words = zh[clash.zh.start : clash.zh.end]
    assert zh.index(words) == clash.zh.start


@pytest.mark.parametrize("bo", ["མི་༤༠་ཡོང་།", "སྤྱི་ལོ་༢༠༢༠ལོར་མི་༤༠་ཡོང་།"])
def test_two_numbers_around_a_line_end_are_not_reported_as_one(bo: str) -> None:
    found = [c for c in compare_numbers(bo, "年份是2020\n30个人来了").clashes if c.bo]
    assert [(str(c.bo.value), str(c.zh.value)) for c in found if c.bo and c.zh] == [("40", "30")]


def _cues(*texts: str) -> tuple[tuple[int, int, str], ...]:
    lines = ("太阳是一颗恒星。", *texts, "地球是一颗行星。")
    return tuple((3000 * n, 3000 * n + 2800, text) for n, text in enumerate(lines))


def _bo(*texts: str) -> tuple[tuple[int, int, str], ...]:
    lines = ("ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།", *texts, "སའི་གོ་ལ་ནི་གཡོ་སྐར་ཞིག་ཡིན།")
    return tuple((3000 * n, 3000 * n + 2800, text) for n, text in enumerate(lines))


@pytest.mark.parametrize("value", ["༡༢༠", "༡༣༠"])
def test_a_number_over_two_cues_of_one_language(value: str) -> None:
    """Whether Tibetan has one cue for it or two, only another number is reported."""
    zh = track("zh", _cues("这个地方的人一共有一百", "二十个，都住在草原上。"))
    in_two = track("bo", _bo(f"ས་ཆ་འདིའི་མི་ལ་{value}་ཡོད་པ་དང་།", "ཚང་མ་རྩྭ་ཐང་དུ་གནས།"))
    one, *rest = _bo(f"ས་ཆ་འདིའི་མི་ལ་{value}་ཡོད་པ་དང་། ཚང་མ་རྩྭ་ཐང་དུ་གནས།")
    rest = [(3000, 8800, rest[0][2]), (9000, 11800, rest[1][2])]
    in_one = track("bo", (one, *rest))
    for bo in (in_two, in_one):
        report = examined(bo=bo, zh=zh)
        assert report.alignment is not None
        wrong = [f for f in report.findings if f.rule == "number-mismatch"]
        assert bool(wrong) == (value != "༡༢༠")
    assert report.alignment is not None
    assert [len(b.zh) for b in report.alignment.beads] == [1, 2, 1]
