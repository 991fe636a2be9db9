"""The award's rules about the file, at their edges."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bilingual.checks._media import WORK
from bilingual.checks.base import Artifacts, Rule
from bilingual.checks.engine import _apply, rules
from bilingual.config import Config
from bilingual.locale import sentence
from bilingual.media.faults import DAMAGED, TRUNCATED, UNJUDGED
from bilingual.model import Check, CheckVerdict, Finding, Media, Severity
from tests.support import code_of, params_of

CONFIG = Config.load()
MEDIA_RULES = [
    "media-unreadable",
    "media-truncated",
    "no-audio",
    "container",
    "duration",
    "file-size",
    "resolution",
    "aspect-ratio",
]


def applied(rule: str, media: Media) -> tuple[Check, list[Finding]]:
    return _apply(rules()[rule], Artifacts(config=CONFIG, media=media))


def verdict(rule: str, media: Media) -> str:
    check, findings = applied(rule, media)
    return findings[0].severity.value if findings else check.verdict.value


def with_picture(**changes: Any) -> Media:
    return replace(WORK, video=(replace(WORK.video[0], **changes),))


def shown(width: int, height: int) -> Media:
    return with_picture(display_width=width, display_height=height)


@pytest.mark.parametrize("rule", MEDIA_RULES)
def test_a_sound_work_passes(rule: str) -> None:
    assert verdict(rule, WORK) == "pass"
    described: Rule = rules()[rule]
    assert described.required
    assert described.award


@pytest.mark.parametrize(
    ("bytes_", "expected"),
    [
        (0, "error"),
        (99_999_999, "error"),
        (100_000_000, "info"),  # 100 MB, 95.4 MiB
        (104_857_599, "info"),
        (104_857_600, "pass"),
        (200_000_000, "pass"),
        (300_000_000, "pass"),
        (300_000_001, "info"),  # more than 300 MB, less than 300 MiB
        (314_572_800, "info"),
        (314_572_801, "error"),
    ],
)
def test_file_size(bytes_: int, expected: str) -> None:
    assert verdict("file-size", replace(WORK, bytes=bytes_)) == expected


def test_an_edge_of_the_size_is_a_note_and_passes() -> None:
    check, findings = applied("file-size", replace(WORK, bytes=102_000_000))
    assert check.verdict is CheckVerdict.PASS
    assert findings[0].params["variant"] == "edge"
    assert findings[0].clause == "二(二)3③"


@pytest.mark.parametrize(
    ("milliseconds", "expected"),
    [
        (0, "error"),
        (119_000, "error"),
        (119_899, "error"),
        (119_900, "pass"),
        (120_000, "pass"),
        (300_000, "pass"),
        (300_100, "pass"),
        (300_101, "error"),
        (301_000, "error"),
        (None, "unknown"),
    ],
)
def test_duration(milliseconds: int | None, expected: str) -> None:
    assert verdict("duration", replace(WORK, duration_ms=milliseconds)) == expected


def test_the_length_of_a_torn_file_is_not_judged() -> None:
    torn = replace(WORK, complete=False, complete_reason="packets-short", duration_ms=60_000)
    assert verdict("duration", torn) == "unknown"
    assert verdict("media-truncated", torn) == "error"


@pytest.mark.parametrize(
    ("again", "held", "expected", "variant"),
    [
        (0, 0, "pass", None),
        (20_000, 0, "pass", None),
        (59_000, 0, "warning", "repeated"),  # what is left is long enough
        (176_000, 0, "error", "repeated"),
        (0, 176_000, "warning", "held"),
        (40_000, 60_000, "error", "held"),
    ],
)
def test_what_is_shown_again_is_no_length(
    again: int, held: int, expected: str, variant: str | None
) -> None:
    film = replace(WORK, repeated_ms=again, held_ms=held)
    assert verdict("duration", film) == expected
    if variant is not None:
        _, findings = applied("duration", film)
        params = findings[0].params
        assert (params["variant"], params["shown_s"]) == (variant, 180.0)
        assert params["found_s"] == 180 - (again + held) / 1000


@pytest.mark.parametrize(
    ("size", "resolution", "ratio"),
    [
        ((1920, 1080), "pass", "pass"),
        ((3840, 2160), "pass", "pass"),
        ((1920, 1088), "pass", "pass"),  # an encoder's padding, not cropped
        ((2048, 1080), "pass", "error"),  # DCI 2K
        ((1440, 1080), "pass", "error"),
        ((1280, 720), "error", "pass"),
        ((1080, 1920), "pass", "error"),  # upright
        ((720, 1280), "error", "error"),
        ((1920, 800), "error", "error"),
        ((1919, 1079), "error", "pass"),
        ((0, 0), "error", "unknown"),
    ],
)
def test_picture(size: tuple[int, int], resolution: str, ratio: str) -> None:
    assert verdict("resolution", shown(*size)) == resolution
    assert verdict("aspect-ratio", shown(*size)) == ratio


def test_a_cover_is_no_picture() -> None:
    covered = with_picture(attached_picture=True)
    assert verdict("media-unreadable", covered) == "error"
    assert verdict("resolution", covered) == "unknown"
    film = replace(covered, video=(*covered.video, WORK.video[0]))
    assert verdict("media-unreadable", film) == "pass"


@pytest.mark.parametrize("container", ["mov", "matroska", "3gp", "wav", "m4a"])
def test_container(container: str) -> None:
    _, (finding,) = applied("container", replace(WORK, container=container))
    assert finding.severity is Severity.ERROR
    assert finding.params["wanted"] == ["MP4"]


@pytest.mark.parametrize(
    ("peak", "expected"),
    [(-91.0, "error"), (-60.0, "error"), (-59.9, "warning"), (-40.0, "warning"), (-39.9, "pass")],
)
def test_silence(peak: float, expected: str) -> None:
    assert verdict("no-audio", replace(WORK, max_volume_db=peak)) == expected


def test_no_audio() -> None:
    assert verdict("no-audio", replace(WORK, audio=())) == "error"
    assert verdict("no-audio", replace(WORK, max_volume_db=None)) == "error"
    assert verdict("no-audio", replace(WORK, examined=(), max_volume_db=None)) == "unknown"
    assert verdict("no-audio", replace(WORK, audio=(), video=())) == "unknown"


@pytest.mark.parametrize("reason", sorted(TRUNCATED | DAMAGED))
@pytest.mark.parametrize("bare", [False, True])
def test_every_fault_is_reported(reason: str, bare: bool) -> None:
    media = replace(WORK, complete=False, complete_reason=reason)
    if bare:
        media = replace(media, video=(), audio=(), duration_ms=None, decoded_ms=None)
    rule = "media-truncated" if reason in TRUNCATED else "media-unreadable"
    other = "media-unreadable" if reason in TRUNCATED else "media-truncated"
    _, (finding,) = applied(rule, media)
    assert finding.severity is Severity.ERROR
    words = rules()[rule].messages[finding.params["variant"]]
    assert "None" not in words.zh.format(**finding.params)
    assert "None" not in words.en.format(**finding.params)
    assert verdict(other, media) == "unknown"


@pytest.mark.parametrize("reason", [*sorted(UNJUDGED), None])
def test_what_could_not_be_judged(reason: str | None) -> None:
    check, findings = applied(
        "media-truncated", replace(WORK, complete=None, complete_reason=reason)
    )
    assert (check.verdict, findings) == (CheckVerdict.UNKNOWN, [])
    code = code_of(check)
    assert code
    assert code not in sentence("reasons", code, params_of(check), "zh")


@pytest.mark.parametrize(
    "rule", ["container", "duration", "file-size", "resolution", "aspect-ratio"]
)
@pytest.mark.parametrize("category", ["bilingual", "chinese"])
def test_the_clause_is_cited(rule: str, category: Any) -> None:
    config = Config.load(category=category)
    catches = rules()[rule].catches
    assert catches is not None
    example = catches.media
    _, (finding,) = _apply(rules()[rule], Artifacts(config=config, media=example))
    assert finding.clause == config.award.clauses[rule]
    assert finding.clause is not None
    assert finding.clause.startswith("二(二)" if category == "bilingual" else "二(一)")


def test_credits_are_for_a_person() -> None:
    check, findings = applied("credits", WORK)
    assert (check.verdict, code_of(check), findings) == (CheckVerdict.UNKNOWN, "needs-human", [])
    assert not check.required
    assert params_of(check) == {"opening_end_s": 20.0, "closing_start_s": 160.0, "end_s": 180.0}
    assert "2:40.0" in sentence("reasons", "needs-human", params_of(check), "zh")


def test_a_picture_that_was_not_decoded_is_unknown() -> None:
    check, findings = applied("media-unreadable", replace(WORK, examined=("boxes", "packets")))
    assert (check.verdict, code_of(check), findings) == (
        CheckVerdict.UNKNOWN,
        "picture-not-decoded",
        [],
    )
    assert params_of(check) == {"codec": "h264"}
