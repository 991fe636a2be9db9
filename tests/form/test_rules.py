"""The rules about the form, from what is filled in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bilingual.checks._form import FILLED
from bilingual.checks.base import Artifacts
from bilingual.checks.engine import apply_rules
from bilingual.config import Config
from bilingual.model import Check, CheckVerdict, Finding, Form, OpeningLine
from bilingual.render.words import message, reason

CONFIG = Config.load()


def judged(
    rule: str,
    opening: tuple[OpeningLine, ...] | None = None,
    config: Config = CONFIG,
    **changes: Any,
) -> tuple[Check, list[Finding]]:
    artifacts = Artifacts(config=config, form=replace(FILLED, **changes), opening=opening)
    checks, findings = apply_rules(artifacts)
    return next(c for c in checks if c.rule == rule), [f for f in findings if f.rule == rule]


@pytest.mark.parametrize(
    ("date", "verdict", "variant"),
    [
        ("2023-01-01", "pass", None),
        ("2023-12-31", "pass", None),
        ("2023年12月", "pass", None),
        ("2023年", "pass", None),
        ("2022-12-31", "fail", "early"),
        ("2024-01-01", "fail", "late"),
        ("2024年1月", "fail", "late"),
        ("2023-02-30", "fail", "impossible"),
        ("  ", "fail", "blank"),
        ("去年", "unknown", None),
        ("45047", "unknown", None),
        (None, "not-applicable", None),
    ],
)
def test_first_broadcast(date: str | None, verdict: str, variant: str | None) -> None:
    check, findings = judged("first-broadcast", first_broadcast=date)
    assert check.verdict == verdict
    assert [f.params["variant"] for f in findings] == ([variant] if variant else [])
    assert all(f.clause == "二(二)1, 2③" for f in findings)


def test_a_period_over_the_edge_is_unknown() -> None:
    from datetime import date

    import msgspec

    form = msgspec.structs.replace(
        CONFIG.profile.form, first_broadcast=(date(2023, 1, 15), date(2023, 12, 31))
    )
    profile = msgspec.structs.replace(CONFIG.profile, form=form)
    config = msgspec.structs.replace(CONFIG, profile=profile)
    check, findings = judged("first-broadcast", config=config, first_broadcast="2023年1月")
    assert (check.verdict, findings) == (CheckVerdict.UNKNOWN, [])
    assert check.reason is not None
    assert check.reason.code == "form-date-edge"


@pytest.mark.parametrize(
    ("broadcast", "variant"),
    [
        ("四川科普网 https://v.example.cn/1", None),
        ("央视频：http://v.example.cn/1？from=a，抖音", None),
        ("ＨＴＴＰＳ：／／v.example.cn/1", None),
        ("https://视频.中国/1", None),
        ("四川科普网", "none"),
        ("www.example.cn/1", "scheme"),
        ("v.example.com", "scheme"),
        ("http://localhost:8000/1", "private"),
        ("http://192.168.1.5/1", "private"),
        ("http://nas/1", "private"),
        ("ftp://v.example.cn", "scheme"),
        ("https://", "none"),
        ("", "blank"),
    ],
)
def test_broadcast_url(broadcast: str, variant: str | None) -> None:
    check, findings = judged("broadcast-url", broadcast=broadcast)
    assert [f.params["variant"] for f in findings] == ([variant] if variant else [])
    assert check.verdict == ("fail" if variant else "pass")


@pytest.mark.parametrize(
    ("authors", "verdict"),
    [
        ("甲、乙、丙、丁、戊", "pass"),
        ("甲、乙、丙、丁、戊、己", "fail"),
        ("甲、乙、丙、丁、戊、甲", "pass"),
        ("中心（甲、乙、丙、丁、戊）", "unknown"),
        ("甲、乙等", "unknown"),
        ("扎西、卓玛、丹增、格桑、张和平", "pass"),
        ("张 三、李 四、王 五、赵 六、钱 七", "pass"),
        ("甲、乙、丙、丁、康定市文化广播电视和旅游局", "pass"),
        ("甘孜州藏语频道/KBTV、甲、乙、丙、丁", "pass"),
        ("扎西/卓玛/达瓦/次仁/格桑/白玛", "unknown"),
        ("扎西、卓玛、达瓦、次仁、格桑和白玛", "unknown"),
        ("扎西 卓玛 达瓦 次仁 格桑", "pass"),
        ("", "fail"),
    ],
)
def test_authors(authors: str, verdict: str) -> None:
    check, findings = judged("authors", authors=authors)
    assert check.verdict == verdict
    for finding in findings:
        assert "己" not in message(finding, "zh")
        assert "己" not in str(finding)


@pytest.mark.parametrize(
    ("authors", "code"),
    [
        ("扎西 卓玛 达瓦 次仁 格桑 白玛", "form-authors-joined"),
        ("扎西 卓玛 达瓦 次仁 格桑 白玛（平措）", "form-authors-joined"),
        ("中心（甲、乙、丙、丁、戊）", "form-authors-unclear"),
        ("甲、乙、丙、丁和戊等", "form-authors-unclear"),
    ],
)
def test_why_authors_cannot_be_counted(authors: str, code: str) -> None:
    check, _ = judged("authors", authors=authors)
    assert check.reason is not None
    assert check.reason.code == code
    for language in ("zh", "en"):
        assert ("等" in reason(check.reason, language)) == (code == "form-authors-unclear")


def test_summary_length_shows_both_counts() -> None:
    summary = "太阳，" * 34  # 102 with punctuation, 68 without
    check, (finding,) = judged("summary-length", summary=summary, reach="长" * 100)
    assert check.verdict is CheckVerdict.FAIL
    assert (finding.params["counted"], finding.params["unmarked"]) == (102, 68)
    assert finding.params["over"] == 2
    said = message(finding, "zh")
    assert "102 字" in said
    assert "68 字" in said
    assert "内容简介" in said


def test_each_field_of_100_is_judged_alone() -> None:
    long = "长" * 101
    _, findings = judged("summary-length", summary=long, innovation=long, reach=long)
    assert [f.params["name"] for f in findings] == ["summary", "innovation", "reach"]


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [("pdf", "pass"), ("picture", "pass")]
    + [
        (k, "fail")
        for k in ("other", "missing", "empty", "link", "folder", "outside", "unreadable")
    ]
    + [(None, "unknown")],
)
def test_pledge(kind: Any, verdict: str) -> None:
    check, findings = judged("pledge", pledge_kind=kind)
    assert check.verdict == verdict
    assert all(f.params == {"variant": kind} for f in findings)


def test_a_blank_field_is_a_fault_and_an_absent_one_does_not_apply() -> None:
    for rule, field in (
        ("first-broadcast", "first_broadcast"),
        ("broadcast-url", "broadcast"),
        ("authors", "authors"),
        ("pledge", "pledge"),
    ):
        for text, verdict in (("", CheckVerdict.FAIL), (None, CheckVerdict.NOT_APPLICABLE)):
            changes: dict[str, Any] = {field: text}
            assert judged(rule, **changes)[0].verdict is verdict


def card(text: str, **changes: Any) -> OpeningLine:
    line = OpeningLine(text=text, at_ms=2500, height=0.12, middle=0.4, confidence=0.98)
    return replace(line, **changes)


@pytest.mark.parametrize(
    ("lines", "verdict", "found"),
    [
        ((card("认识太阳"),), "pass", None),
        ((card("认识", middle=0.3), card("太 阳", middle=0.5)), "pass", None),
        ((card("科普小课堂"), card("《认识太阳》", at_ms=6000)), "pass", None),
        ((card("月球的秘密"),), "pass", "月球的秘密"),
        ((card("月球的秘密", middle=0.9),), "unknown", None),
        ((card("月球的秘密", height=0.03),), "unknown", None),
        ((card("月球的秘密", confidence=0.5),), "unknown", None),
        ((), "unknown", None),
    ],
)
def test_title(lines: tuple[OpeningLine, ...], verdict: str, found: str | None) -> None:
    check, findings = judged("title-mismatch", opening=lines)
    assert check.verdict == verdict  # a note fails nothing
    assert [f.params["found"] for f in findings] == ([found] if found else [])
    assert all(f.severity == "info" for f in findings)


def test_the_other_category_has_clauses_of_its_own() -> None:
    config = Config.load(category="chinese")
    _, (finding,) = judged("first-broadcast", config=config, first_broadcast="2021-01-01")
    assert finding.clause == "二(一)1, 2③"
    _, (finding,) = judged("broadcast-url", config=config, broadcast="无")
    assert finding.clause == "二(一)2③"


def test_a_form_alone_has_no_verdict_on_subtitles() -> None:
    checks, _ = apply_rules(Artifacts(config=CONFIG, form=Form(title="x")))
    assert {c.verdict for c in checks if c.rule == "duration"} == {CheckVerdict.NOT_APPLICABLE}
