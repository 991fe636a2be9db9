"""The rules on numbers and units, on beads made by hand."""

from __future__ import annotations

import pytest

from bilingual.checks.base import Artifacts, CannotTell, Hit
from bilingual.checks.numbers import RULES
from bilingual.config import Config
from bilingual.model import Alignment, Bead, Cue, Severity, Track
from bilingual.text.numbers import MOST_NUMBERS
from tests.support import track

NUMBER, UNIT = RULES


def artifacts(pairs: list[tuple[str, str]], confidence: float | None = None) -> Artifacts:
    """Cue against cue, two seconds each."""
    times = [(2000 * i, 2000 * i + 1900) for i in range(len(pairs))]
    return Artifacts(
        config=Config.load(),
        bo=track("bo", [(*t, bo) for t, (bo, _) in zip(times, pairs, strict=True)]),
        zh=track("zh", [(*t, zh) for t, (_, zh) in zip(times, pairs, strict=True)]),
        alignment=Alignment(
            beads=tuple(Bead(bo=(i,), zh=(i,), confidence=confidence) for i in range(len(pairs))),
            confidence=0.99,
        ),
    )


def hits(rule: int, *pairs: tuple[str, str], confidence: float | None = None) -> list[Hit]:
    found = list(RULES[rule].run(artifacts(list(pairs), confidence)))
    assert all(isinstance(f, Hit) for f in found)
    return [f for f in found if isinstance(f, Hit)]


def test_an_altered_digit_is_an_error_with_both_places() -> None:
    bo, zh = "སྤྱི་ལོ་༢༠༡༨ལོར་གསར་གཏོད་བྱས།", "2019年创建。"
    (hit,) = hits(0, (bo, zh))
    assert hit.severity is Severity.ERROR
    assert (hit.bo, hit.zh) == ((0,), (0,))
    assert (hit.params["bo_value"], hit.params["zh_value"]) == ("2018", "2019")
    places = {e.side: e for e in hit.evidence}
    assert bo[places["bo"].start : places["bo"].end] == "༢༠༡༨"
    assert zh[places["zh"].start : places["zh"].end] == "2019年"
    assert hit.confidence > 0.8


def test_an_altered_numeral_is_found() -> None:
    (hit,) = hits(0, ("མི་ལྔ་ཡོད།", "有三个人。"))
    assert hit.severity in (Severity.WARNING, Severity.ERROR)
    assert hit.params["variant"] == "differs"


@pytest.mark.parametrize(
    ("bo", "zh"),
    [
        ("མི་ལྔ་ཡོད།", "有五个人。"),
        ("ང་ཚོ་མཉམ་དུ་འགྲོ།", "我们一起去。"),
        ("དངོས་པོ་གཉིས་ཀ་ཆེན་པོ་རེད།", "东西都很大。"),
        ("ཁྲི་ལྔ་ཡོད།", "有5万。"),
        ("སྤྱི་ལེ་ལྔ་ཡོད།", "有十里。"),
        ("", "。"),
    ],
)
def test_what_agrees_is_left_alone(bo: str, zh: str) -> None:
    assert not hits(0, (bo, zh))
    assert not hits(1, (bo, zh))


def test_a_lone_number_found_in_the_next_line_is_not_reported() -> None:
    assert hits(0, ("ཁོང་ལ་༤༧ཡོད།", "他有。"))
    assert not hits(0, ("ཁོང་ལ་༤༧ཡོད།", "他有。"), ("ཡིན།", "47个。"))


def test_a_number_left_out_is_a_hint() -> None:
    (hit,) = hits(0, ("ཁོང་ཡོང་གི་རེད།", "他12月来。"))
    assert hit.severity is Severity.INFO
    assert hit.params["variant"] == "missing"


def test_a_doubtful_bead_lowers_confidence_and_severity() -> None:
    pair = ("༢༠༡༨ལོར།", "2019年")
    (sure,), (unsure,) = hits(0, pair, confidence=0.99), hits(0, pair, confidence=0.3)
    assert unsure.confidence < sure.confidence
    assert unsure.severity is Severity.WARNING


def test_a_unit_that_differs() -> None:
    (hit,) = hits(1, ("ས་ནས་སྨི་༣༨༠ཡོད།", "离地380公里。"))
    assert (hit.params["bo_unit"], hit.params["zh_unit"]) == ("metre", "kilometre")
    assert not hits(0, ("ས་ནས་སྨི་༣༨༠ཡོད།", "离地380公里。"))


def test_places_are_found_in_the_cue_of_a_longer_bead() -> None:
    zh = track("zh", [(0, 900, "一共有"), (1000, 1900, "16 个人。")])
    bo = track("bo", [(0, 1900, "མི་༡༥ཡོད།")])
    bead = Alignment(beads=(Bead(bo=(0,), zh=(0, 1)),), confidence=0.9)
    found = list(NUMBER.run(Artifacts(config=Config.load(), bo=bo, zh=zh, alignment=bead)))
    (hit,) = (f for f in found if isinstance(f, Hit))
    (place,) = (e for e in hit.evidence if e.side == "zh")
    assert (place.cue, place.start, place.end) == (1, 0, 2)


def test_places_are_found_under_tags() -> None:
    tagged = Cue(index=0, start_ms=0, end_ms=900, text="<i>16</i> 个人", plain_text="16 个人")
    zh = Track(cues=(tagged,), language="zh")
    bo = track("bo", [(0, 900, "མི་༡༥ཡོད།")])
    bead = Alignment(beads=(Bead(bo=(0,), zh=(0,)),), confidence=0.9)
    found = list(NUMBER.run(Artifacts(config=Config.load(), bo=bo, zh=zh, alignment=bead)))
    (hit,) = (f for f in found if isinstance(f, Hit))
    (place,) = (e for e in hit.evidence if e.side == "zh")
    assert tagged.text[place.start : place.end] == "16"


def test_foreign_tracks_are_not_judged() -> None:
    beads = (Bead(bo=(0,), zh=(0,)),)
    bo, zh = track("bo", [(0, 900, "༡༥།")]), track("zh", [(0, 900, "16")])
    alignment = Alignment(beads=beads, confidence=0.05)
    for rule in RULES:
        found = list(rule.run(Artifacts(config=Config.load(), bo=bo, zh=zh, alignment=alignment)))
        assert [type(f) for f in found] == [CannotTell]


def test_more_numbers_than_are_compared_is_no_pass() -> None:
    few, many = (" ".join(["12"] * n) for n in (MOST_NUMBERS, MOST_NUMBERS + 1))
    assert hits(0, (few, few)) == []
    (doubt,) = NUMBER.run(artifacts([("1", "1"), (many, many)]))
    assert isinstance(doubt, CannotTell)
    assert doubt.reason.code == "too-many-numbers"
    assert doubt.reason.params == {"cue": 2, "most": MOST_NUMBERS}


def test_a_word_that_brings_one_alarm_in_many_cues_is_one_finding() -> None:
    lines = [
        ("ལྷ་ཁང་བརྒྱད་པོ་འདི་ཆེན་པོ་རེད།", "这座庙很大。"),
        ("ལྷ་ཁང་བརྒྱད་པོ་འདི་མཛེས་པོ་རེད།", "这座庙很美。"),
        ("ང་ཚོ་ལྷ་ཁང་བརྒྱད་པོར་སོང་།", "我们去了这座庙。"),
    ]
    (hit,) = hits(0, *lines)
    assert (hit.bo, hit.zh) == ((0, 1, 2), (0, 1, 2))
    assert (hit.params["variant"], hit.params["places"]) == ("term-extra", [1, 2, 3])
    assert hit.params["bo_word"] == "ཁང་བརྒྱད"
    assert hit.severity is Severity.INFO
    assert [len(hits(0, *lines[:n])) for n in (1, 2)] == [1, 2]


def test_a_wrong_number_that_comes_often_is_one_finding_and_no_hint() -> None:
    line = ("མི་ལྔ་ཡོད།", "有三个人。")
    (hit,) = hits(0, line, ("ཆུ་ཡོད།", "有水。"), line, ("མེ་ཡོད།", "有火。"), line)
    assert hit.params["variant"] == "term-differs"
    assert (hit.zh, hit.params["count"]) == ((0, 2, 4), 3)
    assert hit.severity in (Severity.WARNING, Severity.ERROR)


def test_numbers_in_digits_are_found_one_by_one() -> None:
    assert len(hits(0, *[("ལོ་༣༥ལ་བྱུང་།", "45年发生。")] * 4)) == 4


@pytest.mark.parametrize(
    ("bo", "zh", "values"),
    [
        ("སྤྱི་ལེ་ 3.5 ཡོད།", "有4.25公里。", ("3.5", "4.25")),
        ("གསུམ་ཆ་གཅིག", "三分之二", ("1/3", "2/3")),
        ("བཞི་ཆ་གསུམ", "四分之一", ("0.75", "0.25")),
    ],
)
def test_parts_of_a_whole_are_shown_as_people_write_them(
    bo: str, zh: str, values: tuple[str, str]
) -> None:
    """In decimals where these end, else as a fraction."""
    found = [h for n in (0, 1) for h in hits(n, (bo, zh))]
    assert values in [(h.params.get("bo_value"), h.params.get("zh_value")) for h in found]
