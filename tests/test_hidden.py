"""Characters that are not seen: found, reported and removed, and in nobody's way."""

from __future__ import annotations

import pytest

from bilingual.hidden import find_hidden, seen
from bilingual.model import Cue, Report
from tests.golden.sentences import SUN
from tests.support import examined, track

TSHEG = "\u0f0b"
UNSEEN = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\ufe0f", "\x00"]
NUMBERED = SUN[28:34]
"""Sentences with numbers in words, beside each other."""


def report_of(bo: list[str], zh: list[str]) -> Report:
    times = [(line.start, line.end) for line in NUMBERED]
    return examined(
        bo=track("bo", [(*t, text) for t, text in zip(times, bo, strict=True)]),
        zh=track("zh", [(*t, text) for t, text in zip(times, zh, strict=True)]),
    )


BO = [line.bo for line in NUMBERED]
ZH = [line.zh for line in NUMBERED]


def rules(report: Report) -> set[str]:
    return {finding.rule for finding in report.findings}


def test_the_sentences_are_sound_and_hold_numbers_in_words() -> None:
    assert rules(report_of(BO, ZH)) == set()
    assert sum("五十亿" in text for text in ZH) == 2


@pytest.mark.parametrize("char", UNSEEN, ids=lambda c: f"U+{ord(c):04X}")
def test_what_is_not_seen_is_reported_and_nothing_else(char: str) -> None:
    for bo, zh in (
        ([text.replace(TSHEG, TSHEG + char) for text in BO], ZH),
        ([text.replace(TSHEG, char + TSHEG) for text in BO], ZH),
        ([char.join(text) for text in BO], ZH),
        (BO, [char.join(text) for text in ZH]),
    ):
        report = report_of(bo, zh)
        assert rules(report) == {"hidden-character"}
        assert {f.params["kind"] for f in report.findings} == {find_hidden(char)[0].kind}
        assert report.bo is not None
        assert report.zh is not None
        assert [cue.text for cue in (*report.bo.cues, *report.zh.cues)] == [*bo, *zh]


def test_a_wrong_number_with_them_is_found_at_its_place() -> None:
    wrong = [text.replace("ལྔ་བཅུ", "དྲུག་ཅུ").replace(TSHEG, TSHEG + "\u200b") for text in BO]
    (finding,) = [f for f in report_of(wrong, ZH).findings if f.rule == "number-mismatch"][:1]
    (place,) = [e for e in finding.evidence if e.side == "bo"]
    assert place.cue is not None
    assert place.start is not None
    held = wrong[place.cue][place.start : place.end]
    assert held.replace("\u200b", "") == place.params["text"]
    assert "\u200b" in held
    assert "དྲུག" in held


def test_a_misspelling_with_them_is_found_at_its_place() -> None:
    bo = [*BO]
    bo[0] = "ནི\u200bི་" + bo[0]
    found = {f.rule: f for f in report_of(bo, ZH).findings}
    (place,) = found["tibetan-syllable"].evidence
    assert found["tibetan-syllable"].params["syllable"] == "ནིི"
    assert bo[0][place.start : place.end] == "ནི\u200bི"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("水火", "水火"),
        ("水\u200b火", "水火"),
        ("\ufeff水\u2060", "水"),
        ("❤\ufe0f👩\u200d🚀\u200d", "❤\ufe0f👩\u200d🚀"),
        # What separates words, stands for a letter that was lost, or has a shape of its own.
        ("a\x0cb\u2028c\u3164d\ufffd\ue123", "a\x0cb\u2028c\u3164d\ufffd\ue123"),
        ("\u200b", ""),
        ("", ""),
    ],
)
def test_what_is_left_and_where_it_was(text: str, left: str) -> None:
    found = seen(text)
    assert found.text == left
    for start in range(len(left)):
        begin, end = found.whole(start, start + 1)
        assert text[begin:end] == left[start]


@pytest.mark.parametrize("digits", ["2\ufe0f0\ufe0f", "2\u200d0", "2\ufe0e0"])
def test_a_digit_is_an_emoji_on_a_key_cap_only(digits: str) -> None:
    assert seen(f"有{digits}个人。").text == "有20个人。"
    keys = "按1\ufe0f\u20e3和#\u20e3"
    assert seen(keys).text == keys
    report = examined(
        bo=track("bo", [(0, 2000, "མི་༢༠་ཡོད།")]), zh=track("zh", [(0, 2000, f"有{digits}个人。")])
    )
    assert "number-mismatch" not in rules(report)
    assert "hidden-character" in rules(report)


def test_an_empty_stretch_has_a_place() -> None:
    assert seen("水\u200b火").whole(1, 1) == (2, 2)
    assert seen("\u200b").whole(0, 0) == (0, 0)


def test_the_text_of_a_cue_stays_raw() -> None:
    cue = Cue(index=0, start_ms=0, end_ms=1, text="<i>水\u200b</i>", plain_text="水\u200b")
    assert (cue.text, cue.plain, cue.compared) == ("<i>水\u200b</i>", "水\u200b", "水")
