"""Every way in which a file may be unlike the picture, read from end to end and at moments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from bilingual import Config
from bilingual.checks._tracks import LONG_ZH
from bilingual.model import Finding, PictureSample, Severity
from bilingual.pipeline.verify import Collected, examine
from tests.support import burned_track, track

Rows = Sequence[tuple[int, int, str]]
FILE: Rows = [(4000 * n, 4000 * n + 2400, text) for n, (_, _, text) in enumerate(LONG_ZH[:16])]
WHOLE, MOMENTS = "whole", "moments"


def found(seen: Rows, how: str, file: Rows = FILE) -> list[Finding]:
    """What is reported of a file beside a picture."""
    sampled = None
    if how == MOMENTS:
        moments = sorted({(a + b) // 2 for a, b, _ in [*file, *seen]})
        seen = [(at - 40, at + 40, text) for at in moments for a, b, text in seen if a <= at <= b]
        sampled = PictureSample(moments_ms=tuple(moments), of=len(moments))
    work = Collected(
        config=Config.load(),
        zh=track("zh", file),
        burned_in={"zh": burned_track("zh", seen)},
        sampled=sampled,
    )
    return [one for one in examine(work).findings if one.rule == "burned-in-mismatch"]


def only(findings: list[Finding]) -> Finding:
    assert [one.params["variant"] for one in findings] == [findings[0].params["variant"]]
    return findings[0]


@pytest.mark.parametrize("how", [WHOLE, MOMENTS])
def test_the_same_is_no_finding(how: str) -> None:
    assert found(FILE, how) == []


@pytest.mark.parametrize("how", [WHOLE, MOMENTS])
def test_another_text(how: str) -> None:
    seen = [*FILE[:5], (*FILE[5][:2], "植物的叶子是绿色的。"), *FILE[6:]]
    one = only(found(seen, how))
    assert (one.params["variant"], one.zh, one.severity) == ("text", (5,), Severity.WARNING)
    assert one.params["picture"] == "植物的叶子是绿色的。"


@pytest.mark.parametrize("how", [WHOLE, MOMENTS])
def test_another_work_is_one_finding(how: str) -> None:
    seen = [(a, b, f"第{n}种植物的叶子各有不同") for n, (a, b, _) in enumerate(FILE)]
    one = only(found(seen, how))
    assert (one.params["variant"], one.params["same"], one.params["of"]) == ("other", 0, len(FILE))


@pytest.mark.parametrize("how", [WHOLE, MOMENTS])
@pytest.mark.parametrize(("late_ms", "variant"), [(6000, "later"), (-6000, "earlier")])
def test_all_later_or_earlier(how: str, late_ms: int, variant: str) -> None:
    file = [(a + 8000, b + 8000, text) for a, b, text in FILE]
    one = only(found([(a + late_ms, b + late_ms, text) for a, b, text in file], how, file))
    assert one.params["variant"] == variant
    assert one.params["seconds"] == pytest.approx(6, abs=1.3 if how == MOMENTS else 0.01)


@pytest.mark.parametrize(("late_ms", "variant"), [(2500, "part-later"), (-2500, "part-earlier")])
def test_a_part_is_later_or_earlier_at_moments(late_ms: int, variant: str) -> None:
    seen = [*FILE[:10], *((a + late_ms, b + late_ms, text) for a, b, text in FILE[10:])]
    parts = [one for one in found(seen, MOMENTS) if one.params["variant"] == variant]
    one = only(parts)
    assert (one.params["cue"], one.params["last"]) == (11, 16)
    assert one.params["seconds"] == pytest.approx(2.5, abs=1.3)


@pytest.mark.parametrize("how", [WHOLE, MOMENTS])
def test_a_cue_at_another_time(how: str) -> None:
    a, b, text = FILE[5]
    moved = (a + 2500, a + 3900, text) if how == MOMENTS else (a + 1200, b + 1200, text)
    variants = {one.params["variant"]: one for one in found([*FILE[:5], moved, *FILE[6:]], how)}
    assert variants.keys() <= {"time", "not-shown"}
    one = variants["time"]
    assert (one.params["cue"], one.severity) == (6, Severity.INFO)
    wanted: Any = pytest.approx(1.2) if how == WHOLE else pytest.approx(2, abs=1.3)
    assert one.params["seconds"] == wanted


@pytest.mark.parametrize("how", [WHOLE, MOMENTS])
def test_a_cue_that_is_not_shown(how: str) -> None:
    one = only(found([*FILE[:5], *FILE[6:]], how))
    assert (one.params["variant"], one.zh, one.severity) == ("not-shown", (5,), Severity.INFO)


@pytest.mark.parametrize("how", [WHOLE, MOMENTS])
def test_a_cue_that_is_not_in_the_file(how: str) -> None:
    one = only(found([*FILE[:6], (22_600, 23_900, "植物的叶子是绿色的。"), *FILE[6:]], how))
    assert (one.params["variant"], one.severity) == ("not-in-file", Severity.INFO)
    assert one.params["picture"] == "植物的叶子是绿色的。"


def test_nothing_readable_is_unknown() -> None:
    work = Collected(
        config=Config.load(),
        zh=track("zh", FILE),
        burned_in={"zh": burned_track("zh", [(a, b, "〓") for a, b, _ in FILE])},
    )
    report = examine(work)
    (check,) = [one for one in report.checks if one.rule == "burned-in-mismatch"]
    assert check.reason is not None
    assert check.reason.code == "burned-in-all-unreadable"
