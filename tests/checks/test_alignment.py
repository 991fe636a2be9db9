"""The rules on missing cues and on time, on whole tracks."""

from __future__ import annotations

import msgspec
import pytest

from bilingual import align
from bilingual.checks._tracks import LONG_BO, LONG_ZH, retimed
from bilingual.checks.base import Artifacts
from bilingual.checks.engine import apply_rules, rules
from bilingual.config import Config, RuleSettings
from bilingual.model import CheckVerdict, Finding, Severity
from tests.support import track

TIMING = {"cue-timing", "sync-offset", "sync-drift", "sync-jump"}
RULES = TIMING | {"missing-translation", "extra-translation", "foreign-tracks"}

# The other rules are none of this test's business.
CONFIG = msgspec.structs.replace(
    Config.load(), rules=RuleSettings(off=tuple(sorted(set(rules()) - RULES)))
)


def report(bo: object, zh: object = LONG_ZH) -> tuple[list[Finding], dict[str, CheckVerdict]]:
    """What the rules of this group say of two tracks."""
    tibetan, chinese = track("bo", bo), track("zh", zh)  # type: ignore[arg-type]
    checks, findings = apply_rules(
        Artifacts(config=Config.load(), bo=tibetan, zh=chinese, alignment=align(tibetan, chinese))
    )
    return (
        [f for f in findings if f.rule in RULES],
        {c.rule: c.verdict for c in checks if c.rule in RULES},
    )


def found(bo: object, zh: object = LONG_ZH) -> list[Finding]:
    return report(bo, zh)[0]


def test_a_sound_pair_has_no_finding_of_these() -> None:
    findings, verdicts = report(LONG_BO)
    assert findings == []
    assert set(verdicts) == RULES
    assert set(verdicts.values()) == {CheckVerdict.PASS}


def test_a_missing_cue_says_where_to_put_it() -> None:
    (one,) = found(LONG_BO[:12] + LONG_BO[13:])
    assert (one.rule, one.severity, one.zh, one.bo) == (
        "missing-translation",
        Severity.ERROR,
        (12,),
        (),
    )
    assert one.suggestion is not None
    assert one.suggestion.params["start_ms"] == pytest.approx(LONG_ZH[12][0], abs=50)


def test_an_extra_cue_is_for_review() -> None:
    (one,) = found(LONG_BO, LONG_ZH[:12] + LONG_ZH[13:])
    assert (one.rule, one.severity, one.zh, one.bo) == (
        "extra-translation",
        Severity.WARNING,
        (),
        (12,),
    )


def test_a_cue_stretched_over_the_gap_is_named() -> None:
    bo = list(LONG_BO)
    bo[9] = (bo[9][0], bo[10][1], bo[9][2])
    del bo[10]
    missing = [f for f in found(bo) if f.rule == "missing-translation"]
    assert [f.zh for f in missing] == [(10,)]
    assert missing[0].params["variant"] == "stretched"
    assert missing[0].evidence[0].cue == 9


@pytest.mark.parametrize(
    ("late", "severity"),
    [(90, None), (300, Severity.INFO), (900, Severity.WARNING), (2500, Severity.ERROR)],
)
def test_severity_follows_the_size_of_the_offset(late: int, severity: Severity | None) -> None:
    findings = found(retimed(LONG_BO, 1, late))
    assert [(f.rule, f.severity) for f in findings] == (
        [("sync-offset", severity)] if severity else []
    )


def test_the_suggested_shift_fixes_it() -> None:
    bo = retimed(LONG_BO, 25 / 24, 4000)
    drift = next(f for f in found(bo) if f.rule == "sync-drift")
    assert drift.params["ratio"] == "25/24"
    assert drift.suggestion is not None
    fix = drift.suggestion.params
    repaired = retimed(bo, fix["rate"], fix["offset_ms"])
    assert found(repaired) == []


def test_a_jump_is_one_finding_with_its_time() -> None:
    findings = found(retimed(LONG_BO, 1, 8000, 70_000))
    (jump,) = [f for f in findings if f.rule == "sync-jump"]
    assert jump.params["size_ms"] == pytest.approx(8000, abs=20)
    assert {f.rule for f in findings} == {"sync-jump"}


def test_one_late_cue_differs_from_a_late_track() -> None:
    bo = list(LONG_BO)
    bo[6] = (bo[6][0] + 700, bo[6][1], bo[6][2])
    (one,) = found(bo)
    assert (one.rule, one.severity, one.bo) == ("cue-timing", Severity.WARNING, (6,))
    assert one.params["start_ms"] == pytest.approx(700, abs=20)


def test_staying_on_into_a_pause_is_no_fault() -> None:
    zh = [*LONG_ZH[:10], *retimed(LONG_ZH[10:], 1, 5000)]
    bo = [*LONG_BO[:10], *retimed(LONG_BO[10:], 1, 5000)]
    bo[9] = (bo[9][0], bo[9][1] + 4000, bo[9][2])
    assert found(bo, zh) == []


def test_strangers_are_one_finding_and_no_list_of_missing_cues() -> None:
    songs = [(a, a + 900, "མི་དེ་དག་གིས་གླུ་གཞས་མང་པོ་བླངས།") for a in range(500, 90_000, 1700)]
    findings = found(songs)
    assert [(f.rule, f.severity) for f in findings] == [("foreign-tracks", Severity.ERROR)]
