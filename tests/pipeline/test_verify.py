"""The way through: what is there is judged, what is not is said."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilingual import BilingualError, Config, verify
from bilingual.errors import CancelledError, InputError
from bilingual.model import CheckVerdict, Report, Segment, Span, Speech, Track, Verdict
from tests.support import assert_valid, code_of, examined, track

PAIRS = [
    ("太阳是一颗恒星。", "ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།"),
    ("地球是一颗行星。", "སའི་གོ་ལ་ནི་གཡོ་སྐར་ཞིག་ཡིན།"),
    ("转一圈大约要365天。", "སྐོར་ཐེངས་གཅིག་ལ་ཉིན་༣༦༥ཙམ་དགོས།"),
    ("没有太阳，就没有生命。", "ཉི་མ་མེད་ན་ཚེ་སྲོག་ཀྱང་མེད།"),
    ("植物靠阳光生长。", "རྩི་ཤིང་ནི་ཉི་འོད་ལ་བརྟེན་ནས་སྐྱེ།"),
    ("动物靠植物生活。", "སྲོག་ཆགས་ནི་རྩི་ཤིང་ལ་བརྟེན་ནས་འཚོ།"),
    ("那样会伤害眼睛。", "དེ་ལྟར་བྱས་ན་མིག་ལ་གནོད་པ་ཡོད།"),
    ("阳光还可以用来发电。", "ཉི་འོད་བེད་སྤྱད་ནས་གློག་ཀྱང་འདོན་ཐུབ།"),
]


def pair(shift: int = 0) -> tuple[Track, Track]:
    times = [(1000 + 3000 * i + shift, 3400 + 3000 * i + shift) for i in range(len(PAIRS))]
    return (
        track("bo", [(a, b, bo) for (a, b), (_, bo) in zip(times, PAIRS, strict=True)]),
        track("zh", [(a, b, zh) for (a, b), (zh, _) in zip(times, PAIRS, strict=True)]),
    )


def without(whole: Track, gone: int) -> Track:
    cues = [c for c in whole.cues if c.index != gone]
    return replace(whole, cues=tuple(replace(c, index=i) for i, c in enumerate(cues)))


def measure(report: Report, name: str) -> float | None:
    return next(m.value for m in report.measures if m.id == name)


def verdict(report: Report, rule: str) -> tuple[CheckVerdict, str | None]:
    return next((c.verdict, code_of(c)) for c in report.checks if c.rule == rule)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    bo, zh = pair()
    paths = tmp_path / "bo.srt", tmp_path / "zh.srt"
    for path, one in zip(paths, (bo, zh), strict=True):
        path.write_text(one.to_srt(), encoding="utf-8")
    return paths


def test_a_sound_pair_passes(files: tuple[Path, Path]) -> None:
    report = verify(bo=files[0], zh=files[1])
    assert report.verdict is Verdict.PASS
    assert [f for f in report.findings if f.severity != "info"] == []
    assert measure(report, "coverage.zh_translated") == 1.0
    assert verdict(report, "duration") == (CheckVerdict.NOT_APPLICABLE, "no-video")
    assert_valid(report.to_dict())


def test_one_track_alone(files: tuple[Path, Path]) -> None:
    report = verify(bo=files[0])
    assert report.zh is None
    assert report.alignment is None
    assert verdict(report, "missing-translation")[0] is CheckVerdict.NOT_APPLICABLE
    assert verdict(report, "tibetan-syllable")[0] is CheckVerdict.PASS
    assert_valid(report.to_dict())


def test_same_inputs_same_bytes(files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    first = verify(bo=files[0], zh=files[1]).to_json()
    assert verify(bo=files[0], zh=files[1]).to_json() == first
    assert json.loads(first)["provenance"]["created"].startswith("2023-11-14")
    assert str(files[0].parent) not in first


def test_nothing_submitted() -> None:
    with pytest.raises(InputError, match="nothing to check"):
        verify()


def test_both_languages_in_one_file(tmp_path: Path) -> None:
    bo, zh = pair()
    both = [replace(z, text=f"{z.text}\n{b.text}") for b, z in zip(bo.cues, zh.cues, strict=True)]
    path = tmp_path / "both.srt"
    path.write_text(replace(zh, cues=tuple(both)).to_srt(), encoding="utf-8")
    report = verify(bo=path)
    assert report.bo is not None
    assert report.zh is not None
    assert len(report.bo.cues) == len(report.zh.cues) == len(PAIRS)
    assert measure(report, "coverage.zh_translated") == 1.0


def test_swapped_tracks_are_offered_the_right_way_round(files: tuple[Path, Path]) -> None:
    with pytest.raises(InputError, match=r"--bo .*bo\.srt --zh .*zh\.srt"):
        verify(bo=files[1], zh=files[0])


def test_progress_is_reported_and_its_faults_are_ignored(
    files: tuple[Path, Path], caplog: pytest.LogCaptureFixture
) -> None:
    stages: list[str] = []

    def tell(stage: str, done: float, total: float | None) -> None:
        assert total is None or 0 <= done <= total
        stages.append(stage)
        raise RuntimeError("the caller's own fault")

    with caplog.at_level(logging.CRITICAL):
        report = verify(bo=files[0], zh=files[1], progress=tell)
    assert report.verdict is Verdict.PASS
    assert list(dict.fromkeys(stages)) == ["hash", "read", "align", "check"]


@pytest.mark.parametrize("at", ["hash", "read", "align", "check"])
def test_a_caller_can_stop(files: tuple[Path, Path], at: str) -> None:
    def stop(stage: str, done: float, total: float | None) -> None:
        if stage == at:
            raise CancelledError

    with pytest.raises(CancelledError, match="Stopped"):
        verify(bo=files[0], zh=files[1], progress=stop)


def test_a_rule_can_be_switched_off_and_regraded(tmp_path: Path) -> None:
    bo, zh = pair()
    faulty = without(bo, 3)
    found = [f for f in examined(faulty, zh).findings if f.rule == "missing-translation"]
    assert [f.zh for f in found] == [(3,)]
    path = tmp_path / "c.toml"
    path.write_text('[rules]\nseverity = { missing-translation = "info" }\n', encoding="utf-8")
    regraded = examined(faulty, zh, config=Config.load(path))
    assert {f.severity for f in regraded.findings if f.rule == "missing-translation"} == {"info"}
    path.write_text('[rules]\noff = ["missing-translation"]\n', encoding="utf-8")
    off = examined(faulty, zh, config=Config.load(path))
    assert verdict(off, "missing-translation") == (CheckVerdict.NOT_APPLICABLE, "switched-off")


@settings(max_examples=15)
@given(st.integers(min_value=0, max_value=3_600_000))
def test_shifting_both_tracks_changes_no_coverage(shift: int) -> None:
    bo, zh = pair(shift)
    report = examined(bo, zh)
    assert measure(report, "coverage.zh_translated") == 1.0
    assert measure(report, "coverage.bo_translated") == 1.0


@pytest.mark.parametrize("gone", range(len(PAIRS)))
def test_a_deleted_translation_lowers_coverage(gone: int) -> None:
    bo, zh = pair()
    report = examined(without(bo, gone), zh)
    assert measure(report, "coverage.zh_translated") == pytest.approx(1 - 1 / len(PAIRS), abs=1e-3)
    assert [f.zh for f in report.findings if f.rule == "missing-translation"] == [(gone,)]
    assert report.verdict is Verdict.FAIL


def test_every_bad_input_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "empty.srt").write_bytes(b"")
    (tmp_path / "text.srt").write_text("no subtitle at all", encoding="utf-8")
    (tmp_path / "text.mp4").write_text("no video at all", encoding="utf-8")
    (tmp_path / "header.vtt").write_text("WEBVTT\n", encoding="utf-8")
    for name in ("none.srt", "empty.srt", "text.srt", "header.vtt", "."):
        with pytest.raises(BilingualError, match=r"\w") as caught:
            verify(bo=tmp_path / name)
        assert caught.value.code
    with pytest.raises(BilingualError, match="text"):
        verify(tmp_path / "text.mp4")


def test_recognition_alone_fails_no_translation() -> None:
    bo, zh = pair()
    written = examined(without(bo, 3), zh)
    recognised = examined(without(bo, 3), replace(zh, source="transcript"))
    assert "error" in {f.severity for f in written.findings}
    assert "error" not in {f.severity for f in recognised.findings}
    assert [f.zh for f in recognised.findings if f.rule == "missing-translation"] == [(3,)]
    assert verdict(recognised, "not-simplified") == (
        CheckVerdict.NOT_APPLICABLE,
        "transcript-stands-in",
    )


def test_the_track_is_likened_to_what_was_heard() -> None:
    bo, zh = pair()
    segments = tuple(
        Segment(start_ms=c.start_ms, end_ms=c.end_ms, text=c.text, confidence=0.9) for c in zh.cues
    )
    speech = Speech(
        duration_ms=30_000,
        spans=tuple(Span(start_ms=c.start_ms, end_ms=c.end_ms) for c in zh.cues),
        segments=segments,
        language="zh",
        language_scores={"zh": 0.99},
    )
    figures = {m.id: m for m in examined(bo, zh, speech=speech).measures}
    assert figures["similarity.chrf"].value == pytest.approx(100)
    assert "nrefs:1" in (figures["similarity.chrf"].signature or "")
    assert figures["similarity.ter"].value == pytest.approx(0)
    other = replace(speech, segments=tuple(replace(s, text=s.text[::-1]) for s in segments))
    lower = {m.id: m.value for m in examined(bo, zh, speech=other).measures}
    assert (lower["similarity.chrf"] or 0) < 90


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ("[asr]\nengine = 'nonesuch'", "engine-unknown"),
        ("[rules]\noff = ['nonesuch']", "rule-unknown"),
        ("[rules.severity]\nnonesuch = 'error'", "rule-unknown"),
        ("[backends]\nuse = ['nonesuch']", "backend-unknown"),
    ],
)
def test_names_that_mean_nothing_are_refused_first(
    tmp_path: Path, files: tuple[Path, Path], settings: str, code: str
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(settings, encoding="utf-8")
    reported: list[str] = []
    with pytest.raises(BilingualError) as caught:
        verify(
            bo=files[0],
            zh=files[1],
            config=Config.load(path),
            progress=lambda stage, done, total: reported.append(stage),
        )
    assert (caught.value.code, reported) == (code, [])


def test_without_any_track_the_reason_is_not_a_missing_second_one() -> None:
    assert verdict(examined(), "cue-order") == (CheckVerdict.NOT_APPLICABLE, "no-track")
    _, zh = pair()
    assert verdict(examined(zh=zh), "cue-order")[1] is None
    assert verdict(examined(zh=zh), "cue-timing")[1] == "no-bo-track"
