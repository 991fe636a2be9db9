"""The tracks' clocks against the sound: which is off, reported once, and when it cannot be known."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from bilingual.checks._tracks import readings
from bilingual.model import CheckVerdict, Finding, Report, Severity, Span, Speech, Track
from tests.alignment.test_speech import narrated
from tests.support import code_of, examined, track

Move = Callable[[float], float]
CUES_ZH, CUES_BO = readings(40)
SPANS = [Span(start_ms=a, end_ms=b) for a, b, _ in CUES_ZH]
WORDS = narrated([t for _, _, t in CUES_ZH], SPANS)
VOICE = Speech(duration_ms=WORDS.duration_ms, spans=WORDS.spans, vad="silero-vad")
SYNC = {"sync-offset", "sync-drift", "sync-jump"}


def still(t: float) -> float:
    return t


def late(t: float) -> float:
    return t + 3000


def drifting(t: float) -> float:
    return t * 25 / 24


def jumping(t: float) -> float:
    return t + (5000 if t > 80_000 else 0)


def written(side: str, move: Move) -> Track:
    cues = CUES_ZH if side == "zh" else CUES_BO
    return track(side, [(round(move(a)), round(move(b)), t) for a, b, t in cues])  # type: ignore[arg-type]


def alone(side: str, move: Move, speech: Speech) -> Report:
    one = written(side, move)
    return examined(one if side == "bo" else None, one if side == "zh" else None, speech=speech)


def synced(report: Report) -> list[Finding]:
    return [f for f in report.findings if f.rule in SYNC]


MOVES: dict[str, tuple[Move, str, int]] = {
    "late": (late, "sync-offset", 3000),
    "drifting": (drifting, "sync-drift", 0),
    "jumping": (jumping, "sync-jump", 5000),
}


@pytest.mark.parametrize("speech", [WORDS, VOICE], ids=["words", "voice"])
@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("who", ["both", "bo", "zh"])
def test_the_sound_names_the_track_that_is_off(who: str, move: str, speech: Speech) -> None:
    moved, rule, _ = MOVES[move]
    bo = written("bo", moved if who in ("both", "bo") else still)
    zh = written("zh", moved if who in ("both", "zh") else still)
    (finding,) = synced(examined(bo, zh, speech=speech))
    assert finding.rule == rule
    assert finding.severity is Severity.ERROR
    assert finding.params["variant"].startswith(f"sound-{who}")
    assert finding.params["track"] == who
    suggestion = finding.suggestion
    assert suggestion is not None
    corrections = [suggestion.params, *suggestion.params.get("others", ())]
    assert {c["track"] for c in corrections} == ({"bo", "zh"} if who == "both" else {who})
    for correction in corrections:
        time = moved(60_000) * correction["rate"] + correction["offset_ms"]
        assert time == pytest.approx(60_000, abs=300)


@pytest.mark.parametrize("speech", [WORDS, VOICE], ids=["words", "voice"])
def test_one_track_alone_is_compared_with_the_sound(speech: Speech) -> None:
    for side in ("bo", "zh"):
        (finding,) = synced(alone(side, late, speech))
        assert finding.rule == "sync-offset"
        assert finding.params["variant"] == f"sound-{side}-late"
        assert finding.params["seconds"] == pytest.approx(3, abs=0.1)
        assert synced(alone(side, still, speech)) == []


@pytest.mark.parametrize("speech", [WORDS, VOICE], ids=["words", "voice"])
def test_tracks_on_the_sound_pass(speech: Speech) -> None:
    report = examined(written("bo", still), written("zh", still), speech=speech)
    assert synced(report) == []
    assert {c.verdict for c in report.checks if c.rule in SYNC} == {CheckVerdict.PASS}
    measures = {m.id: m for m in report.measures}
    for side in ("bo", "zh"):
        assert measures[f"timing.{side}_sound_offset_ms"].value == pytest.approx(0, abs=60)
        assert measures[f"timing.{side}_sound_rate"].value == pytest.approx(1, abs=0.001)
        assert measures[f"timing.{side}_sound_offset_ms"].denominator


def test_different_offsets_of_both_tracks_are_reported_separately() -> None:
    report = examined(written("bo", late), written("zh", lambda t: t + 8000), speech=WORDS)
    sizes = {f.params["track"]: f.params["offset_ms"] for f in synced(report)}
    assert sizes == {"bo": pytest.approx(3000, abs=80), "zh": pytest.approx(8000, abs=80)}


def test_cues_a_little_before_the_voice_are_no_finding() -> None:
    rng = random.Random(4)
    cues = [(a - 150 + rng.randint(-120, 120), b + rng.randint(0, 300), t) for a, b, t in CUES_ZH]
    for speech in (WORDS, VOICE):
        assert synced(examined(zh=track("zh", cues), speech=speech)) == []


def test_where_the_sound_says_nothing_the_checks_say_so() -> None:
    rng = random.Random(8)
    spans, at = [], 0
    while at < 200_000:
        length = rng.randint(300, 9000)
        spans.append(Span(start_ms=at, end_ms=at + length))
        at += length + rng.randint(100, 1200)
    music = Speech(duration_ms=200_000, spans=tuple(spans), vad="silero-vad")
    report = examined(written("bo", still), written("zh", still), speech=music)
    assert synced(report) == []
    for check in (c for c in report.checks if c.rule in SYNC):
        assert check.verdict is CheckVerdict.UNKNOWN
        assert code_of(check) == "sound-clock-unknown"
    values = {m.id: m.value for m in report.measures}
    assert values["timing.zh_sound_offset_ms"] is None


def test_without_the_sound_the_tracks_are_still_compared() -> None:
    (finding,) = synced(examined(written("bo", late), written("zh", still)))
    assert finding.params["variant"] == "late"
    # And where the sound cannot be judged.
    few = replace(VOICE, spans=tuple(SPANS[:2]))
    report = examined(written("bo", late), written("zh", still), speech=few)
    (finding,) = synced(report)
    assert finding.params["variant"] == "late"


def test_a_transcript_in_the_chinese_tracks_place_is_the_sound() -> None:
    from bilingual.asr.transcript_track import transcript_track

    zh = transcript_track(WORDS)
    assert zh is not None
    (finding,) = synced(examined(written("bo", late), zh, speech=WORDS))
    assert finding.params["variant"] == "sound-bo-late"
    assert finding.severity is Severity.WARNING  # recognition alone fails no work


def test_strangers_get_no_clock_by_the_voice() -> None:
    for seed in range(4):
        rng = random.Random(seed)
        cues, at = [], 1000
        for _ in range(40):
            length = rng.randint(1500, 5000)
            cues.append((at, at + length, "ཆུ་འཁྱགས་པ་ཆགས།"))
            at += length + rng.randint(100, 3000)
        report = examined(bo=track("bo", cues), speech=VOICE)
        assert synced(report) == []


def test_a_fault_of_both_is_fixed_in_both() -> None:
    from bilingual.fixes.suggested import fixes_of

    report = examined(written("bo", late), written("zh", late), speech=WORDS)
    fixes = [f for f in fixes_of(report, ("bo", "zh")) if f.kind == "retime-track"]
    assert {f.side for f in fixes} == {"bo", "zh"}
    assert {f.safety for f in fixes} == {"safe"}
    for fix in fixes:
        assert fix.times[5].start_ms == pytest.approx(CUES_ZH[5][0], abs=60)
