from __future__ import annotations

import pytest

from bilingual.translation.marks import ends_open, questions
from bilingual.translation.negation import negations
from tests.families import rows
from tests.translation.negation_families import FAMILIES
from tests.translation.question_families import FAMILIES as QUESTIONS


@pytest.mark.parametrize("text", ["他不来", "没有水", "无法飞行", "并非如此", "未完成"])
def test_chinese_negates(text: str) -> None:
    assert negations(text, "zh")


@pytest.mark.parametrize("text", ["不仅如此", "非常大", "非洲", "未来", "特别的人", "无线电"])
def test_chinese_only_seems_to(text: str) -> None:
    assert negations(text, "zh") == ()


@pytest.mark.parametrize("text", ["འཕུར་མི་ཐུབ།", "ཆུ་མེད།", "མ་ཤེས།", "འདི་མིན།"])
def test_tibetan_negates(text: str) -> None:
    assert negations(text, "bo")


@pytest.mark.parametrize("text", ["མི་རིགས།", "མི་ཚོ།", "ཆུ་ཡོད།", ""])
def test_tibetan_does_not(text: str) -> None:
    assert negations(text, "bo") == ()


def test_questions() -> None:
    assert questions("这是什么？", "zh")
    assert questions("地球是圆的。", "zh") == ()
    assert questions("འདི་ཅི་རེད།", "bo")
    assert questions("ཡོད་དམ།", "bo")
    assert questions("ཆུ་ཡོད།", "bo") == ()


def test_places_are_right() -> None:
    text = "他 不能来"
    (mark,) = negations(text, "zh")
    assert text[mark.start : mark.end] == mark.text == "不能"
    assert mark.sure


def test_loose_ends() -> None:
    assert ends_open("སའི་གོ་ལའི།")
    assert ends_open("ཉི་མ་དང་།")
    assert not ends_open("ཆུ་ཡོད།")
    assert not ends_open("")


SAME = [(zh, bo) for family in FAMILIES for zh, right, _ in rows(FAMILIES[family]) for bo in right]
LOST = [(zh, bo) for family in FAMILIES for zh, _, wrong in rows(FAMILIES[family]) for bo in wrong]


def lost(zh: str, bo: str) -> bool:
    """Whether the Chinese surely denies and the Tibetan does not, as the rule has it."""
    return any(mark.sure for mark in negations(zh, "zh")) and not negations(bo, "bo")


@pytest.mark.parametrize(("zh", "bo"), SAME)
def test_a_denial_that_is_there_or_none_is_not_reported(zh: str, bo: str) -> None:
    assert not lost(zh, bo)


@pytest.mark.parametrize(("zh", "bo"), LOST)
def test_a_denial_that_is_lost_is_reported(zh: str, bo: str) -> None:
    assert lost(zh, bo)


ASKED = [(zh, bo) for table in QUESTIONS.values() for zh, right, _ in rows(table) for bo in right]
UNASKED = [(zh, bo) for table in QUESTIONS.values() for zh, _, wrong in rows(table) for bo in wrong]


def unasked(zh: str, bo: str) -> bool:
    """Whether the Chinese surely asks and the Tibetan does not, as the rule has it."""
    return any(mark.sure for mark in questions(zh, "zh")) and not questions(bo, "bo")


@pytest.mark.parametrize(("zh", "bo"), ASKED)
def test_a_question_that_is_there_or_none_is_not_reported(zh: str, bo: str) -> None:
    assert not unasked(zh, bo)


@pytest.mark.parametrize(("zh", "bo"), UNASKED)
def test_a_question_that_is_lost_is_reported(zh: str, bo: str) -> None:
    assert unasked(zh, bo)
