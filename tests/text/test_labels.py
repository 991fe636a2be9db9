"""Numbers that count the cues are no part of what is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bilingual.model import Cue, Report, Track
from bilingual.sample.script import script
from bilingual.text.labels import label_length
from tests.support import examined

FORMS = ("{}. ", "{}.", "{}、", "{}）", "({})"[1:], " {} . ", "{}\n", "{}．")


def cues(*texts: str) -> list[Cue]:
    return [
        Cue(index=n, start_ms=3000 * n, end_ms=3000 * n + 2500, text=text)
        for n, text in enumerate(texts)
    ]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("first", [1, 98])
def test_a_number_on_every_line(form: str, first: int) -> None:
    track = cues(*(form.format(first + n) + "太阳" for n in range(7)))
    for at, cue in enumerate(track):
        assert cue.text[label_length(track, at) :] == "太阳"


def test_in_tibetan_digits() -> None:
    track = cues(*(f"{digit}༽ ཉི་མ།" for digit in "༡༢༣༤༥"))
    assert [label_length(track, at) for at in range(5)] == [3] * 5


@pytest.mark.parametrize(
    "texts",
    [
        ["1. 切开", "2. 加水", "3. 搅拌", "4. 加热"],  # four steps
        ["5.1米", "6.1米", "7.1米", "8.1米", "9.1米"],
        ["1、", "2、", "3、", "4、", "5、"],  # somebody counts
        [f"{year}\n人口" for year in range(2018, 2024)],
        ["2001年", "2002年", "2003年", "2004年", "2005年"],
        ["3. 太阳"] * 6,
        ["9. 太阳", "8. 太阳", "7. 太阳", "6. 太阳", "5. 太阳"],
        ["太阳"] * 6,
        [],
    ],
)
def test_numbers_that_are_said(texts: list[str]) -> None:
    track = cues(*texts)
    assert not any(label_length(track, at) for at in range(-1, len(track) + 1))


def test_a_number_that_the_other_language_says_in_words() -> None:
    words = ("དང་པོ།", "གཉིས་པ།", "གསུམ་པ།", "བཞི་པ།", "ལྔ་པ།", "དྲུག་པ།")
    bo, zh = script().track("bo"), script().track("zh")
    one = tuple(replace(c, text=f"{w} {c.text}") for c, w in zip(bo.cues, words, strict=False))
    two = tuple(replace(c, text=f"{c.index + 1}、{c.text}") for c in zh.cues[: len(words)])
    bo, zh = replace(bo, cues=one), replace(zh, cues=two)
    assert "number-mismatch" not in {f.rule for f in examined(bo, zh).findings}
    wrong = replace(one[2], text=one[2].text.replace("གསུམ་པ", "དགུ་པ"))
    bo = replace(bo, cues=(*one[:2], wrong, *one[3:]))
    found = [f for f in examined(bo, zh).findings if f.rule == "number-mismatch"]
    assert [f.bo for f in found] == [(2,)]


def numbered(track: Track) -> Track:
    return replace(
        track, cues=tuple(replace(c, text=f"{c.index + 1}. {c.text}") for c in track.cues)
    )


def found(report: Report) -> list[tuple[object, ...]]:
    return [(f.rule, f.bo, f.zh) for f in report.findings if f.rule != "line-length"]


def test_a_missing_line_shifts_the_numbers_and_nothing_else() -> None:
    bo, zh = script().track("bo"), script().track("zh")
    left = [cue for cue in bo.cues if cue.index != 12]
    bo = replace(bo, cues=tuple(replace(cue, index=n) for n, cue in enumerate(left)))
    plain = found(examined(bo, zh))
    assert ("missing-translation", (), (12,)) in plain
    for one, other in ((numbered(bo), numbered(zh)), (bo, numbered(zh)), (numbered(bo), zh)):
        assert found(examined(one, other)) == plain
