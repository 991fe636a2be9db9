"""What is distrusted of a transcript, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual.asr.guards import DOUBTS, confidence_of, judge, loops
from bilingual.config import Asr
from bilingual.model import Segment
from tests.asr.conftest import said

SETTINGS = Asr()


def doubts(segment: Segment, voiced: float | None = None) -> tuple[str, ...]:
    found = judge(segment, SETTINGS, voiced=voiced)
    assert found.reliable == (not found.doubts)
    assert set(found.doubts) <= set(DOUBTS)
    return found.doubts


def test_sound_speech_is_trusted() -> None:
    segment = judge(said("地球绕着太阳转一圈需要一年。", end=3000), SETTINGS, voiced=0.95)
    assert segment.reliable
    assert segment.confidence == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("segment", "doubt"),
    [
        (said("作词 作曲 作曲 作曲 作曲 作曲 作曲", end=9000), "loop"),
        (said("绿绿绿绿绿绿绿绿绿绿", end=9000), "loop"),
        (said("水在零度结成冰。", avg_logprob=-1.3), "low-confidence"),
        (said("水在零度结成冰。", avg_logprob=-0.9, no_speech_prob=0.9), "no-speech"),
        (said("以下是普通话的句子。", end=3000), "prompt-echo"),
        (said("请不吝点赞订阅转发打赏支持明镜与点点栏目", end=6000), "stock-phrase"),
        (said("谢谢观看", end=2000), "stock-phrase"),
        (said("字幕志愿者 李宗盛", end=2000), "stock-phrase"),
        (said("在一秒之内说完这样长的一句话是不可能的", end=1000), "too-fast"),
        (said("对", start=500, end=500), "too-short"),
    ],
    ids=lambda v: v if isinstance(v, str) else v.text[:6],
)
def test_doubt(segment: Segment, doubt: str) -> None:
    assert doubt in doubts(segment)


def test_a_farewell_is_real_where_a_voice_says_it() -> None:
    farewell = said("谢谢观看，我们下次再见。", end=3000)
    assert doubts(farewell, voiced=0.9) == ()
    assert doubts(farewell, voiced=0.3) == ("stock-phrase",)
    assert doubts(said("作词", end=2000), voiced=0.9) == ("stock-phrase",)


def test_words_without_a_voice_are_doubted() -> None:
    assert "not-voiced" in doubts(said("谁在说话？", end=2000), voiced=0.0)
    assert doubts(said("谁在说话？", end=2000), voiced=0.5) == ()


@pytest.mark.parametrize(
    "text",
    [
        "谢谢大家观看之后提出的问题，我们下面一一解答，先说第一个关于月球引力和潮汐的问题，它最常被人问到。",
        "研究研究再说",
        "哈哈",
        "圆周率约等于三点一四一五九二六",
        "1000000000",
        "高高兴兴、明明白白、清清楚楚",
        "普通话",
        "字幕",
    ],
)
def test_ordinary_words_are_not_doubted(text: str) -> None:
    assert doubts(said(text, end=1000 + 250 * len(text))) == ()


def test_unsure_of_silence_alone_is_no_doubt() -> None:
    assert doubts(said("八月九日晚", avg_logprob=-0.3, no_speech_prob=0.8)) == ()


@given(st.text(max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    judge(said(text, end=5000), SETTINGS)
    assert isinstance(loops(text, 2.4), bool)


def test_confidence_is_of_the_words_else_of_the_tokens_else_unknown() -> None:
    assert confidence_of(said("水")) == 0.9
    bare = Segment(start_ms=0, end_ms=1, text="水", avg_logprob=0.0)
    assert confidence_of(bare) == 1.0
    assert confidence_of(Segment(start_ms=0, end_ms=1, text="水")) is None
