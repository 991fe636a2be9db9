"""A report is written and read again without loss, and a damaged one is one error."""

from __future__ import annotations

from typing import Any

import pytest

from bilingual.checks.base import Rule
from bilingual.checks.engine import rules
from bilingual.errors import InputError
from bilingual.model import Report
from tests.support import assert_valid, examined, examined_example, track

RULES = list(rules().values())
BO = [
    (1000, 3500, "ཁྱེད་ཀྱིས་ཉི་མ་དང་ང་ཚོའི་བར་ཐག་ཇི་ཙམ་ཡིན་པ་བསམ་མྱོང་ངམ།"),
    (4000, 6500, "དེ་རིང་ང་ཚོས་མཉམ་དུ་ཉི་མའི་སྐོར་ཤེས་རྟོགས་བྱེད།"),
]
ZH = [(1000, 3500, "你有没有想过，太阳离我们有多远？"), (4000, 6500, "今天，我们一起来认识太阳。")]


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_reports_read_back_equal(rule: Rule) -> None:
    for example in (rule.catches, rule.leaves):
        if example is None:
            continue
        report = examined_example(example)
        again = Report.from_json(report.to_json())
        assert again.to_dict() == report.to_dict()
        assert_valid(again.to_dict())
        for language in ("zh", "en"):
            assert again.to_text(language) == report.to_text(language)


def document() -> dict[str, Any]:
    return examined(track("bo", BO), track("zh", ZH)).to_dict()


def test_what_is_read_is_typed() -> None:
    report = Report.from_dict(document())
    assert report.bo is not None
    assert report.bo.language == "bo"
    assert report.bo.cues[1].start_ms == 4000
    assert report.alignment is not None
    assert report.alignment.beads[0].evidence is not None
    unknown = [c for c in report.checks if c.verdict == "not-applicable"]
    assert unknown
    assert all(c.reason is not None for c in unknown)


def test_unknown_keys_are_passed_over() -> None:
    more = document() | {"later": 1}
    more["tracks"]["bo"]["later"] = {"x": []}
    assert "later" not in Report.from_dict(more).to_dict()


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("schema",), "bilingual.report/2", "$.schema"),
        (("tracks", "bo", "cues", 1, "start_ms"), "soon", "cues[1].start_ms"),
        (("tracks", "zh", "cues", 0, "index"), 7, "$.tracks.zh.cues[0].index"),
        (("alignment", "beads", 0, "bo"), [99], "$.alignment.beads[0].bo"),
        (("alignment", "beads", 0, "bo"), [-1], "$.alignment.beads[0].bo"),
        (("verdict",), "perfect", "$.verdict"),
        (("checks", 3, "rule"), None, "$.checks[3].rule"),
        (("provenance",), [], ""),
        (("inputs",), {"role": "bo"}, "$.inputs"),
    ],
)
def test_a_damaged_report_is_one_error_with_its_place(
    path: tuple[str | int, ...], value: Any, place: str
) -> None:
    damaged = document()
    at: Any = damaged
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    with pytest.raises(InputError) as caught:
        Report.from_dict(damaged)
    assert caught.value.code == "report-invalid"
    assert place in caught.value.params["detail"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"schema": 1}', "[" * 20_000, b"\xff\xfe"]
)
def test_what_is_no_report_is_the_same_error(text: str | bytes) -> None:
    with pytest.raises(InputError) as caught:
        Report.from_json(text)
    assert caught.value.code == "report-invalid"
