from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilingual.checks import accuracy, accuracy_terms
from bilingual.checks._tracks import BO, ZH
from bilingual.config import Config
from bilingual.model import Finding, Report, Severity, Track
from tests.support import code_of, examined, track

RULES = (
    "wrong-translation",
    "partial-translation",
    "latin-mismatch",
    "negation-mismatch",
    "question-mismatch",
    "term-mismatch",
    "term-inconsistent",
    "repeated-translation",
)
LONG_BO, LONG_ZH = accuracy._BO, accuracy._ZH
TERMS_BO, TERMS_ZH = accuracy_terms._BO, accuracy_terms._ZH


def report(
    bo: dict[int, str] | None = None,
    zh: dict[int, str] | None = None,
    *,
    of: tuple[tuple[tuple[int, int, str], ...], ...] = (LONG_BO, LONG_ZH),
    config: Config | None = None,
) -> Report:
    """A report on a sound pair of tracks with some lines changed."""
    sides = [track("bo", of[0]), track("zh", of[1])]
    for k, changes in enumerate((bo or {}, zh or {})):
        cues = tuple(replace(c, text=changes.get(c.index, c.text)) for c in sides[k].cues)
        sides[k] = replace(sides[k], cues=cues)
    return examined(sides[0], sides[1], config=config)


def found(report: Report, rule: str) -> list[Finding]:
    return [f for f in report.findings if f.rule == rule]


@pytest.mark.parametrize("of", [(LONG_BO, LONG_ZH), (TERMS_BO, TERMS_ZH), (BO, ZH)])
def test_faultless_works_are_not_reported(of: tuple[tuple[tuple[int, int, str], ...], ...]) -> None:
    checked = report(of=of)
    assert [f for f in checked.findings if f.rule in RULES] == []
    assert {c.verdict.value for c in checked.checks if c.rule in RULES} == {"pass"}


def test_neighbours_that_changed_places_are_named() -> None:
    hits = found(report({6: LONG_BO[7][2], 7: LONG_BO[6][2]}), "wrong-translation")
    assert [f.zh for f in hits] == [(6,), (7,)] or [f.zh for f in hits] == [(7,), (6,)]
    assert {f.params["variant"] for f in hits} == {"neighbour"}


def test_two_wrong_ones_beside_each_other_are_not_swapped() -> None:
    """Neither fits where it is, and neither would fit the other's place."""
    changed = report(zh={4: "他们昨天在河边钓了两条鱼。", 5: "冰箱里的牛奶已经坏了。"})
    hits = found(changed, "wrong-translation")
    assert [f.zh for f in sorted(hits, key=lambda f: f.zh)] == [(4,), (5,)]
    assert {f.params["variant"] for f in hits} <= {"other", "other-wordless"}


def test_the_words_nothing_answers_to_are_marked() -> None:
    checked = report({3: accuracy._OTHER_BO[3][2]})
    (hit,) = found(checked, "wrong-translation")
    assert checked.zh is not None
    assert hit.evidence
    for place in hit.evidence:
        assert place.side == "zh"
        assert place.cue == 3
        text = checked.zh.cues[3].text
        assert text[place.start : place.end] == place.params["text"]
        assert place.params["text"] in hit.params["words"]


@pytest.mark.parametrize("of", [(TERMS_BO, TERMS_ZH), (LONG_BO, LONG_ZH)])
def test_terms_of_what_is_not_translated_are_not_missed(
    of: tuple[tuple[tuple[int, int, str], ...], ...],
) -> None:
    bo = {k: text for k, (_, _, text) in enumerate(of[1])}
    assert found(report(bo, of=of), "term-mismatch") == []


def test_a_term_that_a_work_puts_otherwise_is_one_hint() -> None:
    of = (TERMS_BO, TERMS_ZH)
    lines = {
        k: (text.replace("སའི་གོ་ལ", "ཟླུམ་གཟུགས"), "地球" in zh)
        for k, ((_, _, text), (_, _, zh)) in enumerate(zip(*of, strict=True))
    }
    places = [k for k, (_, there) in lines.items() if there]
    two = report({k: lines[k][0] for k in places[:2]}, of=of)
    assert [f.zh for f in found(two, "term-mismatch")] == [(places[0],), (places[1],)]
    assert all("variant" not in f.params for f in found(two, "term-mismatch"))
    (hint,) = found(report({k: lines[k][0] for k in places}, of=of), "term-mismatch")
    assert hint.zh == tuple(places)
    assert hint.params["variant"] == "often"
    assert hint.params["count"] == len(places)
    assert hint.params["places"] == [k + 1 for k in places]
    assert len(hint.evidence) == len(places)
    assert f"{len(places)} 处" in hint.message("zh")
    assert f"{len(places)} places" in hint.message("en")
    twice = {k: of[1][k][2].replace("地球", "地球，地球") for k in places}
    (again,) = found(report({k: lines[k][0] for k in places}, twice, of=of), "term-mismatch")
    assert (again.bo, again.zh, again.params) == (hint.bo, hint.zh, hint.params)
    assert len(again.evidence) == len(places)
    (once,) = found(report({places[0]: lines[places[0]][0]}, twice, of=of), "term-mismatch")
    assert "variant" not in once.params


def test_an_error_only_where_it_is_certain() -> None:
    lines = {6: LONG_BO[7][2], 7: LONG_BO[6][2]}
    sure = Config.load()
    (first, *_) = found(report(lines), "wrong-translation")
    assert first.confidence < 1
    lower = replace_accuracy(sure, certain_risk=0.5)
    assert {f.severity for f in found(report(lines, config=lower), "wrong-translation")} == {
        Severity.ERROR
    }
    higher = replace_accuracy(sure, certain_risk=1.0)
    assert {f.severity for f in found(report(lines, config=higher), "wrong-translation")} == {
        Severity.WARNING
    }


def test_the_settings_draw_the_line() -> None:
    strict = replace_accuracy(Config.load(), wrong_risk=1.0, partial_risk=1.0)
    bo = {3: accuracy._OTHER_BO[3][2], 0: accuracy._HALF_BO[0][2]}
    assert found(report(bo), "partial-translation")
    assert not found(report(bo, config=strict), "partial-translation")
    assert not found(report(bo, config=strict), "wrong-translation")


def test_lines_left_in_chinese_are_another_rules() -> None:
    checked = report({3: LONG_ZH[3][2]})
    assert not found(checked, "wrong-translation")
    assert not found(checked, "partial-translation")
    assert checked.alignment is not None
    assert (checked.alignment.bead_of("zh", 3).risk or 0) > 0.9


def test_negation_and_question() -> None:
    of = (TERMS_BO, TERMS_ZH)
    lost = report(zh={3: "鸟没有翅膀，不能飞。"}, of=of)
    assert [f.zh for f in found(lost, "negation-mismatch")] == [(3,)]
    assert not found(report(zh={3: "鸟不仅有翅膀，会飞。"}, of=of), "negation-mismatch")
    asked = report(zh={3: "鸟有翅膀，会飞吗？"}, of=of)
    assert [f.zh for f in found(asked, "question-mismatch")] == [(3,)]
    both = report({3: "བྱ་ལ་གཤོག་པ་ཡོད་པས་འཕུར་ཐུབ་བམ།"}, {3: "鸟有翅膀，会飞吗？"}, of=of)
    assert not found(both, "question-mismatch")


def test_acronyms_are_compared_where_both_have_some() -> None:
    of = (TERMS_BO, TERMS_ZH)
    assert not found(report(zh={10: "学生在学校里学习 AI 科学。"}, of=of), "latin-mismatch")
    same = {10: "སློབ་མས་སློབ་གྲྭར་AI ཚན་རིག་སྦྱོང་།"}
    assert not found(report(same, {10: "学生在学校里学习 AI 科学。"}, of=of), "latin-mismatch")
    hits = found(report(same, {10: "学生在学校里学习 IT 科学。"}, of=of), "latin-mismatch")
    assert [(f.params["bo_words"], f.params["zh_words"]) for f in hits] == [("AI", "IT")]


@pytest.mark.parametrize(
    ("bo", "zh", "differ"),
    [
        ("CO", "CO2", True),
        ("CO2", "CO", True),
        ("H1N1", "H5N1", True),
        ("CO2", "CO₂", False),
        ("ＤＮＡ", "DNA", False),
        ("mtDNA", "DNA", False),
        ("PM2.5", "PM10", True),
        ("MPPE128", "128位MPPE", False),
        ("CO༢", "CO2", False),
        ("PM༢.༥", "PM2.5", False),
        ("MP༣", "MP3", False),
        ("MP༣", "MP4", True),
        ("WIFI6", "WIFI六", False),
        ("WIFI6", "WIFI七", True),
        ("DNA", "这一DNA", False),
        ("DNA", "两种DNA中的一种", False),
        ("DNA", "RNA一", True),
    ],
)
def test_an_acronym_within_another(bo: str, zh: str, differ: bool) -> None:
    cues = report(
        {10: f"སློབ་མས་སློབ་གྲྭར་{bo} ཚན་རིག་སྦྱོང་།"},
        {10: f"学生在学校里学习 {zh} 科学。"},
        of=(TERMS_BO, TERMS_ZH),
    )
    assert bool(found(cues, "latin-mismatch")) is differ


def test_a_pasted_line_is_found_and_a_refrain_is_not() -> None:
    of = (TERMS_BO, TERMS_ZH)
    (hit,) = found(report({6: TERMS_BO[4][2]}, of=of), "repeated-translation")
    assert hit.bo == (6,)
    assert hit.params["first"] == 5
    refrain = report({6: TERMS_BO[4][2]}, {6: TERMS_ZH[4][2]}, of=of)
    assert not found(refrain, "repeated-translation")


def test_tracks_of_different_works_are_not_judged_line_by_line() -> None:
    from bilingual.checks._tracks import LONG_ZH as OTHER_ZH
    from bilingual.checks.alignment import _OTHER_WORK

    checked = examined(track("bo", _OTHER_WORK), track("zh", OTHER_ZH))
    assert not [f for f in checked.findings if f.rule in RULES]
    (check,) = [c for c in checked.checks if c.rule == "wrong-translation"]
    assert code_of(check) == "tracks-foreign"


@settings(max_examples=15)
@given(st.integers(-4000, 90_000))
def test_times_do_not_change_what_is_said(shift: int) -> None:
    def moved(t: Track) -> Track:
        return replace(
            t,
            cues=tuple(
                replace(c, start_ms=c.start_ms + shift + 4000, end_ms=c.end_ms + shift + 4000)
                for c in t.cues
            ),
        )

    bo = track("bo", accuracy._HALF_BO)
    checked = examined(moved(bo), moved(track("zh", LONG_ZH)))
    assert [f.zh for f in found(checked, "partial-translation")] == [(0,)]


def replace_accuracy(config: Config, **changes: float) -> Config:
    import msgspec

    accuracy_settings = msgspec.structs.replace(config.accuracy, **changes)
    return msgspec.structs.replace(config, accuracy=accuracy_settings)
