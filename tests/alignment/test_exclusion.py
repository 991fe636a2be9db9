"""Cues that need no translation, and those that only look so."""

from __future__ import annotations

import pytest

from bilingual.alignment.exclusion import exclusion, is_title_card
from bilingual.model import Cue


def cue(text: str, plain: str | None = None) -> Cue:
    return Cue(index=0, start_ms=0, end_ms=1000, text=text, plain_text=plain)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty"),
        (" \n\u200b\ufeff", "empty"),
        ("♪", "music"),
        ("♪♪ [音乐]", "music"),
        ("（掌声）", "music"),
        ("[Music]", "music"),
        ("……", "symbols"),
        ("导演：张三", "credits"),
        ("翻译：李四\n校对：王五", "credits"),
        ("ཡིག་སྒྱུར་བ：བཀྲ་ཤིས།", "credits"),
    ],
)
def test_left_out(text: str, rule: str) -> None:
    assert exclusion(cue(text)) == rule


@pytest.mark.parametrize(
    "text",
    [
        "12",
        "水",
        "ཆུ།",
        "♪ 我们的家乡在草原 ♪",
        "[音乐起源] 很早",
        "主讲：牛顿认为力是什么。",
        "翻译是一门学问",
        "作者：谁写了这本书？",
        "A",
    ],
)
def test_kept(text: str) -> None:
    assert exclusion(cue(text)) is None


def test_the_plain_text_counts_not_the_tags() -> None:
    assert exclusion(cue("<i></i>", "")) == "empty"


def test_title_cards() -> None:
    assert is_title_card(cue("《身边的科学》"))
    assert not is_title_card(cue("《身边的科学》开播了"))
