"""Rules about speech: what they find, what they leave, when they cannot tell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from bilingual.alignment.speech.comparison import compare_with_sound
from bilingual.checks.base import Artifacts
from bilingual.checks.engine import apply_rules, verdict_of
from bilingual.config import Config
from bilingual.locale import sentence
from bilingual.model import (
    Check,
    CheckVerdict,
    Finding,
    Segment,
    Severity,
    Span,
    Speech,
    Track,
    Verdict,
)
from bilingual.render.html.page import render_html
from bilingual.render.text import report as text
from tests.alignment.test_speech import LINES, SPANS, SPEECH, subtitled
from tests.support import assert_valid, code_of, params_of, track
from tests.support import examined as examined_whole

ZH = subtitled(LINES, SPANS)
BO = track("bo", [(s.start_ms, s.end_ms, "ཆུ་འཁྱགས་པ་ཆགས།") for s in SPANS])
STAND_IN = replace(
    SPEECH, segments=None, language="ar", language_scores={"ar": 0.35, "kk": 0.1, "zh": 0.001}
)


@dataclass(frozen=True)
class Outcome:
    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        return verdict_of(self.checks, self.findings)


def examined(
    speech: Speech,
    bo: Track | None = None,
    zh: Track | None = None,
    config: Config | None = None,
) -> Outcome:
    artifacts = Artifacts(
        config=config or Config.load(),
        bo=bo,
        zh=zh,
        speech=speech,
        sound=compare_with_sound(bo, zh, speech),
    )
    return Outcome(*apply_rules(artifacts))


def found(report: Outcome, rule: str) -> list[Finding]:
    return [f for f in report.findings if f.rule == rule]


def check(report: Outcome, rule: str) -> Check:
    return next(c for c in report.checks if c.rule == rule)


SPEECH_RULES = (
    "speech-uncovered",
    "subtitle-without-speech",
    "transcript-mismatch",
    "narration-language",
    "foreign-subtitles",
    "transcript-unreliable",
    "language-pair",
)


def test_a_sound_work_passes_every_one() -> None:
    report = examined(bo=BO, zh=ZH, speech=SPEECH)
    for rule in SPEECH_RULES:
        assert check(report, rule).verdict is CheckVerdict.PASS, rule
        assert found(report, rule) == []


def test_a_misheard_fifth_raises_no_warning() -> None:
    import random

    rng = random.Random(9)
    assert SPEECH.segments is not None
    misheard = tuple(
        replace(s, text="".join("嘛" if rng.random() < 0.2 else c for c in s.text))
        for s in SPEECH.segments
    )
    report = examined(bo=BO, zh=ZH, speech=replace(SPEECH, segments=misheard))
    for rule in SPEECH_RULES:
        assert [f for f in found(report, rule) if f.severity is not Severity.INFO] == []


def test_speech_without_a_cue_names_time_and_words() -> None:
    cues = ZH.cues[:6] + ZH.cues[7:]
    less = replace(ZH, cues=tuple(replace(c, index=i) for i, c in enumerate(cues)))
    (finding,) = found(examined(zh=less, speech=SPEECH), "speech-uncovered")
    assert finding.severity is Severity.WARNING
    assert finding.span_ms is not None
    assert abs(finding.span_ms.start_ms - SPANS[6].start_ms) < 1000
    assert finding.params["heard"] == LINES[6]
    assert found(examined(bo=BO, zh=less, speech=SPEECH), "speech-uncovered") == []


def test_a_voice_without_words_is_information() -> None:
    noise = Span(start_ms=SPANS[-1].end_ms + 5000, end_ms=SPANS[-1].end_ms + 9000)
    assert SPEECH.spans is not None
    speech = replace(SPEECH, spans=(*SPEECH.spans, noise), duration_ms=noise.end_ms)
    (finding,) = found(examined(zh=ZH, speech=speech), "speech-uncovered")
    assert finding.severity is Severity.INFO


def test_hardly_any_subtitles_is_one_finding() -> None:
    few = replace(ZH, cues=ZH.cues[:4])
    (finding,) = found(examined(zh=few, speech=SPEECH), "speech-uncovered")
    assert finding.params["variant"] == "most"
    assert finding.params["percent"] < 40


def test_a_track_shifted_as_a_whole_is_no_heap_of_findings() -> None:
    late = subtitled(LINES, SPANS, lambda t: t + 4000)
    report = examined(zh=late, speech=SPEECH)
    for rule in ("speech-uncovered", "subtitle-without-speech", "transcript-mismatch"):
        assert found(report, rule) == []


def test_a_cue_over_silence_is_information_and_credits_are_nothing() -> None:
    end = SPANS[-1].end_ms
    extra = track(
        "zh",
        [
            *((c.start_ms, c.end_ms, c.text) for c in ZH.cues),
            (end + 4000, end + 6000, "这里没有人说话"),
            (end + 7000, end + 9000, "摄影：扎西"),
        ],
    )
    (finding,) = found(examined(zh=extra, speech=SPEECH), "subtitle-without-speech")
    assert finding.zh == (20,)
    assert finding.severity is Severity.INFO


def test_words_that_were_not_said_are_named_with_what_was() -> None:
    lines = [*LINES[:4], "今天我们要谈一谈经济问题", *LINES[5:]]
    (finding,) = found(examined(zh=subtitled(lines, SPANS), speech=SPEECH), "transcript-mismatch")
    assert finding.zh == (4,)
    assert finding.severity is Severity.WARNING
    assert finding.params["heard"] == LINES[4]


def test_nothing_is_compared_with_what_the_guards_distrust() -> None:
    assert SPEECH.segments is not None
    segments = [
        replace(s, text="作词作曲作词作曲", reliable=False, doubts=("loop",)) if i == 4 else s
        for i, s in enumerate(SPEECH.segments)
    ]
    report = examined(zh=ZH, speech=replace(SPEECH, segments=tuple(segments)))
    assert found(report, "transcript-mismatch") == []
    (finding,) = found(report, "transcript-unreliable")
    assert finding.severity is Severity.INFO
    assert finding.params["doubts"] == ["loop"]


def other_work() -> Track:
    lines = [
        "".join(chr(0x4E00 + (131 * i + 17 * k * k + 7 * k) % 3000) for k in range(11))
        for i in range(len(LINES))
    ]
    return subtitled(lines, SPANS)


def test_another_works_subtitles_are_foreign_once() -> None:
    report = examined(zh=other_work(), speech=SPEECH)
    (finding,) = found(report, "foreign-subtitles")
    assert finding.severity is Severity.ERROR
    assert found(report, "transcript-mismatch") == []
    assert code_of(check(report, "transcript-mismatch")) == "subtitles-foreign-to-sound"


def test_timing_alone_never_accuses() -> None:
    stranger = subtitled(["ཆུ་འཁྱགས་པ་ཆགས།"] * len(SPANS), SPANS, lambda t: t * 1.7 + 3100)
    report = examined(bo=replace(stranger, language="bo"), speech=STAND_IN)
    verdict = check(report, "foreign-subtitles")
    assert verdict.verdict in (CheckVerdict.UNKNOWN, CheckVerdict.PASS)
    assert found(report, "foreign-subtitles") == []


@pytest.mark.parametrize("category", ["bilingual", "chinese"])
def test_a_tongue_that_fits_none_is_neither_passed_nor_failed(category: Any) -> None:
    report = examined(bo=BO, zh=ZH, speech=STAND_IN, config=Config.load(category=category))
    for rule in ("narration-language", "language-pair"):
        verdict = check(report, rule)
        assert verdict.verdict is CheckVerdict.UNKNOWN, rule
        assert verdict.reason
        assert verdict.required
    assert check(report, "transcript-mismatch").verdict in (
        CheckVerdict.UNKNOWN,
        CheckVerdict.NOT_APPLICABLE,
    )
    assert report.verdict.value != "pass"


def test_english_is_a_warning_only_where_mandarin_is_asked_for() -> None:
    (finding,) = found(
        examined(zh=ZH, speech=ENGLISH, config=Config.load(category="chinese")),
        "narration-language",
    )
    assert finding.severity is Severity.WARNING
    assert finding.clause == "二(一)2⑤"
    report = examined(zh=ZH, bo=BO, speech=ENGLISH)
    assert found(report, "narration-language") == []
    assert code_of(check(report, "narration-language")) == "narration-maybe-tibetan"


ENGLISH = replace(STAND_IN, language="en", language_scores={"en": 0.95, "zh": 0.01})
UNSURE = replace(STAND_IN, language="zh", language_scores={"zh": 0.5, "en": 0.4})
DEAF = replace(SPEECH, segments=None, language=None, language_scores={})
SILENT = Speech(duration_ms=120_000, spans=(), segments=())
PASS, UNKNOWN = CheckVerdict.PASS, CheckVerdict.UNKNOWN


@pytest.mark.parametrize(
    ("category", "speech", "sides", "verdict", "reason"),
    [
        ("bilingual", SPEECH, "bo", PASS, "pair-zh-bo"),
        ("bilingual", SPEECH, "bo zh", PASS, "pair-zh-bo"),
        ("bilingual", SPEECH, "zh", UNKNOWN, "pair-zh-lacks-bo"),
        ("bilingual", SPEECH, "", UNKNOWN, "pair-zh-lacks-bo"),
        ("bilingual", ENGLISH, "zh", UNKNOWN, "pair-maybe-bo-zh"),
        ("bilingual", ENGLISH, "bo zh", UNKNOWN, "pair-maybe-bo-zh"),
        ("bilingual", ENGLISH, "bo", UNKNOWN, "pair-neither"),
        ("bilingual", STAND_IN, "zh", UNKNOWN, "pair-maybe-bo-zh"),
        ("bilingual", UNSURE, "bo zh", UNKNOWN, "language-unclear"),
        ("bilingual", DEAF, "bo zh", UNKNOWN, "language-not-judged"),
        ("bilingual", SILENT, "bo zh", CheckVerdict.FAIL, None),
        ("chinese", SPEECH, "zh", PASS, "pair-zh-zh"),
        ("chinese", SPEECH, "bo zh", PASS, "pair-zh-zh"),
        ("chinese", SPEECH, "bo", UNKNOWN, "pair-zh-lacks-zh"),
        ("chinese", ENGLISH, "zh", UNKNOWN, "pair-not-mandarin"),
        ("chinese", UNSURE, "zh", UNKNOWN, "language-unclear"),
    ],
)
def test_which_pair_it_is_or_why_it_is_none(
    category: Any, speech: Speech, sides: str, verdict: CheckVerdict, reason: str | None
) -> None:
    report = examined(
        bo=BO if "bo" in sides else None,
        zh=ZH if "zh" in sides else None,
        speech=speech,
        config=Config.load(category=category),
    )
    found = check(report, "language-pair")
    assert (found.verdict, code_of(found)) == (verdict, reason)
    if reason is not None:
        for tongue in ("zh", "en"):
            assert sentence("reasons", reason, params_of(found), tongue) != reason


@pytest.mark.slow
def test_the_actual_pair_is_in_the_report() -> None:
    report = examined_whole(bo=BO, zh=ZH, speech=SPEECH)
    assert_valid(report.to_dict())
    for tongue, said in (
        ("zh", "普通话解说，配藏文字幕"),
        ("en", "Mandarin narration with Tibetan"),
    ):
        assert said in text.render(report, tongue)
        assert said in render_html(report, tongue)


def test_a_transcript_is_no_chinese_subtitle() -> None:
    stand_in = replace(ZH, source="transcript")
    report = examined(zh=stand_in, speech=SPEECH, config=Config.load(category="chinese"))
    assert code_of(check(report, "language-pair")) == "pair-zh-lacks-zh"


def test_no_voice_at_all_is_no_pair() -> None:
    report = examined(bo=BO, zh=ZH, speech=SILENT)
    (finding,) = found(report, "language-pair")
    assert finding.severity is Severity.WARNING
    assert check(report, "narration-language").verdict is CheckVerdict.UNKNOWN


def test_without_a_recogniser_the_language_is_unknown_and_times_are_judged() -> None:
    less = replace(ZH, cues=ZH.cues[:-1])
    report = examined(bo=None, zh=less, speech=DEAF)
    assert code_of(check(report, "narration-language")) == "language-not-judged"
    (finding,) = found(report, "speech-uncovered")
    assert finding.params["variant"] == "voice"


def test_a_mostly_unreliable_transcript_says_so() -> None:
    noise = tuple(
        Segment(start_ms=s.start_ms, end_ms=s.end_ms, text="啊", reliable=False, doubts=("loop",))
        for s in SPANS
    )
    report = examined(zh=ZH, speech=replace(SPEECH, segments=noise))
    assert code_of(check(report, "transcript-unreliable")) == "transcript-mostly-unreliable"
    assert check(report, "transcript-mismatch").verdict is CheckVerdict.UNKNOWN
