"""Subtitles against what is heard: words, times, clocks."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual.alignment.speech.agreement import agreement
from bilingual.alignment.speech.comparison import compare_with_sound, on_sound_clock
from bilingual.alignment.speech.voice_sync import log10_tail, sync_by_voice
from bilingual.alignment.speech.word_sync import SoundSync, sync_by_words
from bilingual.asr import language
from bilingual.asr.characters import timed_characters
from bilingual.asr.spans import length_ms, merged, overlap_ms, subtracted
from bilingual.asr.transcript_track import transcript_track
from bilingual.measures.speech import speech_measures
from bilingual.measures.speech_time import coverage
from bilingual.model import ClockMap, Measure, Segment, Span, Speech, Track
from tests.support import track

LINES = [
    "地球绕着太阳转一圈需要一年",
    "水在零度会慢慢结成冰块",
    "植物生长需要阳光空气和水",
    "声音可以在空气里面传播",
    "月亮本身并不会发出光亮",
    "鸟类靠翅膀飞上蓝天",
    "高山上的空气比平原稀薄",
    "雪山融化的水汇成河流",
    "牦牛身上的长毛可以保暖",
    "候鸟每年秋天飞往南方",
    "彩虹由阳光和水滴形成",
    "闪电总是比雷声先到达",
    "石头经过风化变成泥土",
    "森林能够保持水土不流失",
    "鱼儿用鳃吸收水中的氧气",
    "蜜蜂采蜜时帮助花朵授粉",
    "沙漠里白天热晚上很冷",
    "火山喷发带出地下的岩浆",
    "磁铁能够吸引铁做的东西",
    "心脏把血液送到全身各处",
]


def cue_times(count: int, seed: int = 1, gap: tuple[int, int] = (300, 3500)) -> list[Span]:
    rng = random.Random(seed)
    spans, at = [], 2000
    for _ in range(count):
        length = rng.randint(1800, 4200)
        spans.append(Span(start_ms=at, end_ms=at + length))
        at += length + rng.randint(*gap)
    return spans


def narrated(lines: list[str], spans: list[Span], **changes: object) -> Speech:
    segments = tuple(
        Segment(start_ms=s.start_ms, end_ms=s.end_ms, text=t, confidence=0.9)
        for t, s in zip(lines, spans, strict=True)
    )
    facts = {
        "duration_ms": spans[-1].end_ms + 3000,
        "spans": tuple(spans),
        "segments": segments,
        "language": "zh",
        "language_scores": {"zh": 0.99},
    }
    return Speech(**(facts | changes))  # type: ignore[arg-type]


def subtitled(
    lines: list[str], spans: list[Span], move: Callable[[float], float] = lambda t: t
) -> Track:
    return track(
        "zh",
        [
            (round(move(s.start_ms)), round(move(s.end_ms)), t)
            for t, s in zip(lines, spans, strict=True)
        ],
    )


SPANS = cue_times(len(LINES))
MANY = cue_times(40, seed=5)
SPEECH = narrated(LINES, SPANS)

span_lists = st.lists(
    st.builds(
        lambda start, length: Span(start_ms=start, end_ms=start + length),
        st.integers(0, 200),
        st.integers(0, 50),
    ),
    max_size=8,
)


@given(span_lists, span_lists)
def test_span_arithmetic(some: list[Span], others: list[Span]) -> None:
    def moments(spans: tuple[Span, ...] | list[Span]) -> set[int]:
        return {t for s in spans for t in range(s.start_ms, s.end_ms)}

    assert moments(merged(some)) == moments(some)
    assert moments(subtracted(some, others)) == moments(some) - moments(others)
    assert length_ms(merged(some)) == len(moments(some))
    for span in some:
        assert overlap_ms(span, merged(others)) == len(moments([span]) & moments(others))


MOVES: dict[str, tuple[Callable[[float], float], float, int]] = {
    "none": (lambda t: t, 1.0, 0),
    "late": (lambda t: t + 2000, 1.0, 2000),
    "early": (lambda t: t - 7000 if t > 7000 else t, 1.0, -7000),
    "drift": (lambda t: 1.01 * t + 500, 1.01, 500),
    "pal": (lambda t: t * 25 / 24, 25 / 24, 0),
}


@pytest.mark.parametrize("name", ["none", "late", "drift", "pal"])
def test_words_determine_the_clock(name: str) -> None:
    move, rate, offset = MOVES[name]
    sync = sync_by_words(subtitled(LINES, SPANS, move), SPEECH)
    assert sync is not None
    assert sync.confidence > 0.9
    assert sync.clock.rate == pytest.approx(rate, abs=0.0005)
    assert sync.clock.offset_ms == pytest.approx(offset, abs=60)
    assert sync.clock.jumps == ()
    assert sync.clock.inverse(move(30_000)) == pytest.approx(30_000, abs=80)


def test_words_reveal_a_jump() -> None:
    sync = sync_by_words(subtitled(LINES, SPANS, lambda t: t + (5000 if t > 50_000 else 0)), SPEECH)
    assert sync is not None
    assert sync.clock.offset_ms == pytest.approx(0, abs=60)
    assert [j.offset_ms for j in sync.clock.jumps] == [pytest.approx(5000, abs=60)]
    assert 44_000 < sync.clock.jumps[0].at_ms < 56_000
    assert sync.clock.shift_at(80_000) == pytest.approx(5000, abs=60)


def test_misheard_words_still_determine_the_clock() -> None:
    rng = random.Random(3)
    heard = ["".join("啥" if rng.random() < 0.25 else c for c in line) for line in LINES]
    sync = sync_by_words(subtitled(LINES, SPANS, lambda t: t + 1500), narrated(heard, SPANS))
    assert sync is not None
    assert sync.clock.offset_ms == pytest.approx(1500, abs=200)


def test_other_words_determine_no_clock() -> None:
    others = ["甲乙丙丁戊己庚辛壬癸"] * len(LINES)
    assert sync_by_words(subtitled(others, SPANS), SPEECH) is None


@pytest.mark.parametrize("name", list(MOVES))
def test_the_voice_alone_determines_the_clock(name: str) -> None:
    move, rate, offset = MOVES[name]
    speech = Speech(duration_ms=MANY[-1].end_ms + 3000, spans=tuple(MANY))
    sync = sync_by_voice(subtitled(["字"] * 40, MANY, move), speech)
    assert sync is not None
    assert sync.confidence > 0.95
    assert sync.clock.rate == pytest.approx(rate, abs=0.001)
    assert sync.clock.offset_ms == pytest.approx(offset, abs=150)


@pytest.mark.parametrize("seed", range(6))
def test_strangers_timing_is_never_taken_for_its_own(seed: int) -> None:
    speech = Speech(duration_ms=MANY[-1].end_ms, spans=tuple(MANY))
    other = cue_times(40, seed=100 + seed)
    sync = sync_by_voice(subtitled(["字"] * 40, other), speech)
    assert sync is None or sync.confidence < 0.5


def test_too_little_speech_determines_nothing() -> None:
    few = Speech(duration_ms=20_000, spans=tuple(SPANS[:3]))
    assert sync_by_voice(subtitled(LINES, SPANS), few) is None
    assert sync_by_voice(track("zh", []), SPEECH) is None
    assert sync_by_words(track("zh", []), SPEECH) is None


def test_the_tail_of_the_binomial() -> None:
    assert log10_tail(0, 10, 0.5) == 0
    assert 10 ** log10_tail(10, 10, 0.5) == pytest.approx(0.5**10)
    assert 10 ** log10_tail(9, 10, 0.5) == pytest.approx(11 * 0.5**10)


def test_agreement_is_full_where_the_words_were_said() -> None:
    for move in (MOVES["none"][0], MOVES["late"][0], MOVES["drift"][0]):
        found = agreement(subtitled(LINES, SPANS, move), SPEECH)
        assert found.errors == 0
        assert found.length == sum(map(len, LINES))
        assert all(c.rate == 0 for c in found.cues)


@pytest.mark.parametrize("kept", [0.2, 0.8])
def test_a_cue_of_what_was_cut_off_is_not_compared(kept: float) -> None:
    """A film that was cut within a line says it in part; what is told of it lies in the film."""
    cut, last = SPANS[2], SPANS[-2]
    begin = round(cut.end_ms - kept * cut.duration_ms)
    end = round(last.start_ms + kept * last.duration_ms)
    spans = [
        Span(start_ms=max(0, s.start_ms - begin), end_ms=min(end, s.end_ms) - begin)
        for s in SPANS[2:-1]
    ]
    speech = narrated(LINES[2:-1], spans, duration_ms=end - begin)
    found = agreement(subtitled(LINES, SPANS), speech)
    assert found.sync is not None
    compared = [c for c in found.cues if c.left_out is None]
    assert [c.cue for c in compared] == [
        i for i in range(2, len(LINES) - 1) if kept > 0.5 or i not in (2, len(LINES) - 2)
    ]
    assert all(c.left_out == "no-speech" for c in found.cues if c not in compared)
    assert min(c.span.start_ms for c in compared) >= 0
    assert max(c.span.end_ms for c in compared) <= speech.duration_ms


def test_one_cue_of_other_words_stands_out() -> None:
    lines = [*LINES[:5], "完全没有人说过这样的话", *LINES[6:]]
    found = agreement(subtitled(lines, SPANS), SPEECH)
    rates = [c.rate for c in found.cues]
    assert rates[5] is not None
    assert rates[5] > 0.6
    assert found.cues[5].heard == LINES[5]
    assert all(r == 0 for i, r in enumerate(rates) if i != 5)


def test_what_cannot_be_compared_is_left_out_and_counted() -> None:
    assert SPEECH.segments is not None
    segments = [
        replace(s, reliable=i != 3, doubts=("loop",) if i == 3 else ())
        for i, s in enumerate(SPEECH.segments)
    ]
    lines = [*LINES[:7], "♪♪", *LINES[8:]]
    found = agreement(subtitled(lines, SPANS), replace(SPEECH, segments=tuple(segments)))
    assert found.left_out == {"unreliable": 1, "empty": 1}
    assert found.errors == 0
    assert found.cues[3].rate is None


def test_coverage_both_ways() -> None:
    speech = Speech(
        duration_ms=20_000,
        spans=(Span(start_ms=1000, end_ms=4000), Span(start_ms=6000, end_ms=10_000)),
    )
    cues = track("zh", [(1200, 4200, "水"), (6000, 7000, "冰"), (14_000, 16_000, "字")])
    found = coverage([cues], speech)
    assert (found.speech_ms, found.cue_ms) == (7000, 6000)
    assert found.uncovered == (Span(start_ms=7500, end_ms=10_000),)
    assert found.subtitled_ms == 4500
    assert found.silent == (2,)
    assert found.spoken_ms == 4000
    late = track("zh", [(11_200, 14_200, "水"), (16_000, 20_000, "冰")])
    clock = SoundSync(
        clock=ClockMap(offset_ms=10_000),
        confidence=1.0,
        method="words",
        anchors=2,
        residual_ms=0,
    )
    assert coverage([on_sound_clock(late, clock)], speech).uncovered == ()
    assert coverage([on_sound_clock(late, None)], speech).uncovered != ()


def test_two_tracks_cover_together() -> None:
    speech = Speech(duration_ms=9000, spans=(Span(start_ms=0, end_ms=8000),))
    one, other = track("zh", [(0, 4000, "水")]), track("bo", [(4000, 8000, "ཆུ")])
    assert coverage([one, other], speech).uncovered == ()
    assert coverage([one], speech).uncovered == (Span(start_ms=4500, end_ms=8000),)


def measured(speech: Speech, zh: Track) -> dict[str, Measure]:
    found = speech_measures(speech, None, zh, compare_with_sound(None, zh, speech))
    return {m.id: m for m in found}


def test_measures_have_denominators() -> None:
    zh = subtitled(LINES, SPANS)
    found = measured(SPEECH, zh)
    assert found["coverage.speech_subtitled"].value == 1
    assert found["coverage.speech_subtitled"].denominator == sum(s.duration_ms for s in SPANS)
    assert found["agreement.transcript_cer"].value == 0
    assert found["agreement.transcript_cer"].denominator == sum(map(len, LINES))
    fewer = replace(zh, cues=zh.cues[:10])
    less = measured(SPEECH, fewer)
    value = less["coverage.speech_subtitled"].value
    assert value is not None
    assert 0.4 < value < 0.65


def test_what_was_not_heard_as_mandarin_gives_no_error_rate() -> None:
    zh = subtitled(LINES, SPANS)
    for speech in (
        replace(SPEECH, language_scores={"cy": 0.5, "zh": 0.1}),
        replace(SPEECH, language_scores={}),
    ):
        measure = measured(speech, zh)["agreement.transcript_cer"]
        assert measure.value is None
        assert measure.excluded == {"language": len(LINES)}
    none = replace(SPEECH, segments=None)
    assert "agreement.transcript_cer" not in measured(none, zh)


def test_a_transcript_is_not_compared_with_itself() -> None:
    stand_in = transcript_track(SPEECH)
    assert stand_in is not None
    assert [c.text for c in stand_in.cues] == LINES
    assert measured(SPEECH, stand_in) == {}


def test_characters_have_rising_times() -> None:
    heard = timed_characters(narrated(["一九四五年的百分之八十", *LINES[1:]], SPANS))
    assert heard.text.startswith("1945年的80%")
    assert list(heard.times_ms) == sorted(heard.times_ms)
    assert len(heard.times_ms) == len(heard.ends_ms) == len(heard.text)
    inside = heard.text[heard.between(SPANS[1].start_ms, SPANS[1].end_ms)]
    assert inside == LINES[1].replace("零", "0")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "mandarin"),
        ({"language_scores": {"en": 0.9, "zh": 0.02}}, "not-mandarin"),
        ({"language_scores": {"ja": 0.5, "zh": 0.45}}, "unclear"),
        ({"language_scores": {}}, "unclear"),
        ({"spans": (Span(start_ms=0, end_ms=2000),)}, "unclear"),
        ({"segments": ()}, "unclear"),
    ],
)
def test_language_is_never_guessed(changes: dict[str, object], expected: str) -> None:
    assert language.judge(replace(SPEECH, **changes)) == expected  # type: ignore[arg-type]


def test_mandarin_scores_with_noise_for_words_are_unclear() -> None:
    assert SPEECH.segments is not None
    doubtful = tuple(replace(s, reliable=False, doubts=("loop",)) for s in SPEECH.segments)
    assert language.judge(replace(SPEECH, segments=doubtful)) == "unclear"


def test_scores_are_means_by_length() -> None:
    mean = language.mean_scores([(3.0, {"zh": 1.0}), (1.0, {"zh": 0.2, "en": 0.8})])
    assert mean == {"zh": 0.8, "en": 0.2}
    assert list(mean) == ["zh", "en"]
    assert language.mean_scores([]) == {}
    lengths = [i % 7 for i in range(40)]
    assert len(language.spread(lengths)) == language.MAX_LISTENED
    assert language.spread(lengths[:3]) == (0, 1, 2)


def test_both_texts_are_cut_alike() -> None:
    rng = random.Random(2)
    lines = ["".join(c for c in line if rng.random() > 0.1) for line in LINES]
    found = agreement(subtitled(LINES, SPANS), narrated(lines, SPANS))
    for characters in (1, 40, 10_000):
        pieces = found.stretches(characters)
        assert "".join(wanted for wanted, _ in pieces) == found.wanted
        assert "".join(heard for _, heard in pieces) == found.heard
    for (wanted, heard), line in zip(found.stretches(1), lines, strict=True):
        assert abs(len(heard) - len(line)) <= 2
        assert len(set(wanted) & set(heard)) > len(set(heard)) / 2
