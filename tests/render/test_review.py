"""A reader's review: by what was judged, in this run and in later ones."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bilingual.cli import run
from bilingual.errors import InputError
from bilingual.model import CheckVerdict, Finding, Report, Severity, Verdict
from bilingual.model.review import (
    MAX_DECISIONS,
    CueDecision,
    FindingDecision,
    PointDecision,
    Review,
    Reviewer,
)
from bilingual.render.review import (
    applied_of,
    apply_review,
    finding_ids,
    finding_keys,
    load_review,
    pair_keys,
    parse_review,
    point_keys,
    report_digest,
    review_json,
    review_schema,
    work_key,
)
from bilingual.render.sheet import render_sheet
from tests.golden.sentences import SUN
from tests.render.annex_support import document, finding, report_of
from tests.support import examined, track


def report(**changed: Any) -> Report:
    found = [finding(), finding(rule="unit-mismatch"), finding()]
    return report_of({**document(), "findings": found, **changed})


FEW_LINES = SUN[:6]


def work(lines: Sequence[Any] = FEW_LINES, shift: int = 0) -> Report:
    """A report on lines of known texts, in memory, with the names of two files."""
    found = examined(
        track("bo", [(x.start + shift, x.end + shift, x.bo) for x in lines]),
        track("zh", [(x.start + shift, x.end + shift, x.zh) for x in lines]),
    )
    return replace(found, inputs=report().inputs)


def all_right(of: Report, by: str = "卓玛") -> Review:
    """Every two-sided pair judged to be right."""
    assert of.alignment is not None
    return Review(
        reviewer=Reviewer(name=by),
        cues=tuple(
            CueDecision(
                key=key,
                state="confirmed-correct",
                zh=tuple(of.zh.cues[i].plain for i in bead.zh) if of.zh else (),
                bo=tuple(of.bo.cues[i].plain for i in bead.bo) if of.bo else (),
            )
            for key, bead in zip(pair_keys(of), of.alignment.beads, strict=True)
            if bead.two_sided
        ),
    )


# Keys: what was judged, and nothing of the run.


def test_the_same_texts_have_the_same_keys_at_other_times() -> None:
    one, other = work(), work(shift=4000)
    assert pair_keys(one) == pair_keys(other)
    assert len(set(pair_keys(one))) == len(FEW_LINES)


def test_lines_and_white_space_are_no_other_text() -> None:
    one = examined(track("bo", [(0, 2000, "ཉི་མ་ ཤར།")]), track("zh", [(0, 2000, "太阳升起")]))
    two = examined(track("bo", [(0, 2000, "ཉི་མ་\nཤར།")]), track("zh", [(0, 2000, "太阳\n升起")]))
    assert pair_keys(one) == pair_keys(two)


def test_what_is_there_twice_has_two_keys() -> None:
    cues = [(0, 2000, "太阳。"), (3000, 5000, "太阳。")]
    keys = pair_keys(examined(zh=track("zh", cues)))
    assert keys[1] == f"{keys[0]}-2"


def test_a_finding_goes_by_rule_variant_and_texts() -> None:
    keys = finding_keys(report())
    assert keys[2] == f"{keys[0]}-2"
    assert keys[1] != keys[0]
    moved = report(findings=[finding(span_ms=[1, 2], confidence=0.1, params={})])
    assert finding_keys(moved) == keys[:1]
    elsewhere = report(findings=[finding(zh=[1], bo=[1])])
    assert finding_keys(elsewhere)[0] not in keys


def test_a_finding_on_the_whole_goes_by_its_facts() -> None:
    def key(**params: Any) -> str:
        return finding_keys(report(findings=[finding(bo=[], zh=[], span_ms=None, params=params)]))[
            0
        ]

    assert key(bytes=5) == key(bytes=5) != key(bytes=6)


def test_a_stretch_of_time_goes_by_its_seconds() -> None:
    def key(*span: int) -> str:
        return finding_keys(report(findings=[finding(bo=[], zh=[], span_ms=list(span))]))[0]

    assert key(1010, 5000) == key(990, 4990) != key(2000, 5000)


def test_a_finding_on_many_cues_goes_by_its_words() -> None:
    def keys(zh: list[int], **params: Any) -> str:
        made = work()
        return finding_keys(
            replace(
                made,
                findings=(
                    Finding(
                        rule="term-inconsistent",
                        severity=Severity.INFO,
                        confidence=1,
                        zh=tuple(zh),
                        params={"term": "太阳", **params},
                    ),
                ),
            )
        )[0]

    assert keys([0, 1, 2, 3, 4], count=5) == keys([0, 1, 2, 3, 4, 5], count=6)
    assert keys([0, 1, 2, 3, 4]) != keys([0, 1, 2, 3, 4], forms=["ཉི་མ"])


def test_a_work_is_its_video_whatever_becomes_of_its_subtitles() -> None:
    video = {"role": "video", "name": "v.mp4", "bytes": 5, "sha256": "a" * 64}
    bo = {"role": "bo", "name": "bo.srt", "bytes": 2, "sha256": "b" * 64}
    keys = [
        work_key(report(inputs=inputs))
        for inputs in ([video, bo], [video], [bo], [{**bo, "sha256": "c" * 64}])
    ]
    assert keys[0] == keys[1] != keys[2] == keys[3]


def points(**video: Any) -> Report:
    inputs = [{"role": "video", "name": "v.mp4", "bytes": 5, "sha256": "a" * 64, **video}]
    checks = [
        {"rule": rule, "verdict": "unknown", "reason": why, "params": {}, "required": required}
        for rule, why, required in (
            ("credits", "needs-human", False),
            ("language-pair", "pair-maybe-bo-zh", True),
            ("transcript-mismatch", "not-mandarin", False),
        )
    ]
    return report(inputs=inputs, checks=checks, findings=[])


def test_an_open_point_is_about_the_video_or_the_texts_as_the_check_needs() -> None:
    of = points()
    changed = document()
    changed["tracks"]["zh"]["cues"][0]["text"] = "您好。"
    changed["tracks"]["zh"]["cues"][0]["plain"] = "您好。"
    texts = replace(of, zh=report_of(changed).zh)
    assert point_keys(texts)["credits"] == point_keys(of)["credits"]
    assert point_keys(texts)["language-pair"] == point_keys(of)["language-pair"]
    assert point_keys(texts)["transcript-mismatch"] != point_keys(of)["transcript-mismatch"]
    assert not set(point_keys(points(sha256="c" * 64)).values()) & set(point_keys(of).values())


# A later run.


def test_thirty_eight_ticks_and_one_changed_cue() -> None:
    lines = list(SUN[:38])
    before = work(lines)
    review = all_right(before)
    assert len(review.cues) == 38
    lines[7] = replace(lines[7], bo=lines[7].bo.replace("སྐོར་བ་བྱེད", "འཁོར"))
    assert lines[7] != SUN[7]
    applied = apply_review(review, work(lines))
    assert len(applied.cues) == 37
    (changed,) = applied.changed
    assert isinstance(changed.decision, CueDecision)
    assert changed.decision.zh == (SUN[7].zh,)
    assert changed.bead == 7  # whose Chinese is the same
    assert applied.review.cues == review.cues  # none is lost


def test_pairs_that_are_aligned_otherwise_are_shown_and_not_lost() -> None:
    lines = list(SUN[:9])
    review = all_right(work(lines))
    lines[7] = replace(lines[7], bo=lines[8].bo)
    applied = apply_review(review, work(lines))
    shown = [c.decision for c in applied.changed]
    assert len(shown) + len(applied.cues) == len(review.cues) == len(applied.review.cues)
    assert review.cues[7] in shown


def test_a_second_run_on_the_same_files_takes_all() -> None:
    before = work()
    again = replace(before, provenance=replace(before.provenance, created="2031-01-01T00:00:00Z"))
    applied = apply_review(all_right(before), again)
    assert applied.changed == ()
    assert len(applied.cues) == len(FEW_LINES)


def test_a_false_alarm_stays_one_until_the_finding_is_graver() -> None:
    of = report(findings=[finding(severity="warning")])
    decision = FindingDecision(
        key=finding_keys(of)[0], state="dismissed", severity=Severity.WARNING
    )
    review = Review(findings=(decision,))
    assert apply_review(review, report(findings=[finding(severity="info")])).state(0) == "dismissed"
    graver = apply_review(review, report(findings=[finding(severity="error")]))
    assert graver.state(0) == "open"
    assert [c.decision for c in graver.changed] == [decision]
    confirmed = Review(findings=(replace(decision, state="confirmed"),))
    assert apply_review(confirmed, report(findings=[finding()])).state(0) == "confirmed"


def test_a_finding_that_is_gone_is_shown_as_changed() -> None:
    key = finding_keys(report())[0]
    review = Review(findings=(FindingDecision(key=key, state="fixed", zh=("有 13 个人。",)),))
    applied = apply_review(review, report(findings=[]))
    assert [(c.decision.key, c.bead) for c in applied.changed] == [(key, 2)]


def test_the_latest_decision_on_a_thing_counts() -> None:
    key = pair_keys(work())[0]
    decisions = [
        CueDecision(key=key, state="wrong", at="2026-01-02T00:00:00Z"),
        CueDecision(key=key, state="unsure", at="2026-01-01T00:00:00Z"),
    ]
    for order in (decisions, decisions[::-1]):
        assert apply_review(Review(cues=tuple(order)), work()).cues[0].state == "wrong"


# The settled verdict, beside the machine's.


def settled(of: Report, **decisions: Any) -> tuple[Verdict, int, tuple[str, ...]]:
    found = of.with_review(Review(reviewer=Reviewer(name="卓玛"), **decisions))
    assert found.review is not None
    assert found.verdict == of.verdict
    made = found.review.settled
    return made.verdict, made.points, made.by


def test_open_points_are_settled_by_a_person() -> None:
    of = replace(points(), verdict=Verdict.UNKNOWN)
    keys = point_keys(of)
    assert settled(of) == (Verdict.UNKNOWN, 0, ())
    held = [PointDecision(key=keys[rule], state="holds") for rule in ("credits", "language-pair")]
    assert settled(of, points=tuple(held[:1])) == (Verdict.UNKNOWN, 1, ("卓玛",))
    assert settled(of, points=tuple(held)) == (Verdict.PASS, 2, ("卓玛",))
    other = replace(held[1], state="fails", by="བསོད་ནམས།")
    assert settled(of, points=(held[0], other)) == (Verdict.FAIL, 2, ("卓玛", "བསོད་ནམས།"))


@pytest.mark.parametrize(
    ("severity", "state", "verdict"),
    [
        ("error", "dismissed", Verdict.PASS),
        ("error", "confirmed", Verdict.FAIL),
        ("error", "fixed", Verdict.FAIL),  # it is there still
        ("error", "later", Verdict.FAIL),
        ("warning", "dismissed", Verdict.PASS),
        ("warning", "confirmed", Verdict.REVIEW),
        ("info", "confirmed", Verdict.PASS),
    ],
)
def test_findings_with_a_decision(severity: str, state: Any, verdict: Verdict) -> None:
    of = report(findings=[finding(severity=severity)], checks=[])
    decision = FindingDecision(key=finding_keys(of)[0], state=state)
    assert settled(of, findings=(decision,))[0] == verdict


@pytest.mark.parametrize(
    ("state", "verdict"),
    [("confirmed-correct", Verdict.PASS), ("wrong", Verdict.FAIL), ("unsure", Verdict.REVIEW)],
)
def test_pairs_with_a_decision(state: Any, verdict: Verdict) -> None:
    of = report(findings=[], checks=[])
    assert settled(of, cues=(CueDecision(key=pair_keys(of)[0], state=state),))[0] == verdict


def test_a_check_that_broke_is_an_open_point() -> None:
    checks = [
        {"rule": "duration", "verdict": "error", "reason": "rule-broke", "params": {}}
        | {"required": True}
    ]
    of = report(findings=[], checks=checks)
    assert of.checks[0].verdict is CheckVerdict.ERROR
    assert settled(of)[0] == Verdict.UNKNOWN


# A report that carries its review.


def test_a_report_with_its_review_is_saved_and_read_back() -> None:
    bare = work()
    of = bare.with_review(all_right(bare))
    again = Report.from_json(of.to_json())
    assert again.review == of.review
    assert again.review is not None
    assert again.review.decisions.report_sha256 == report_digest(bare) == report_digest(again)
    applied = applied_of(again)
    assert applied is not None
    assert len(applied.cues) == len(FEW_LINES)
    assert applied_of(bare) is None


def test_a_report_takes_a_path(tmp_path: Path) -> None:
    path = tmp_path / "review.json"
    path.write_text(review_json(all_right(work())), encoding="utf-8")
    of = work().with_review(path)
    assert of.review is not None
    assert of.review.changed == ()


@pytest.mark.parametrize("review", [{}, {"decisions": {}}, {"decisions": {"schema": "x"}}, 7])
def test_a_report_with_a_damaged_review(review: Any) -> None:
    with pytest.raises(InputError) as caught:
        Report.from_dict({**document(), "review": review})
    assert caught.value.code == "report-invalid"
    assert "review" in caught.value.params["detail"]


# Saved as a file.


def test_read_back(tmp_path: Path) -> None:
    made = all_right(work(), by="བསོད་ནམས།")
    path = tmp_path / "review.json"
    path.write_text(review_json(made), encoding="utf-8")
    assert load_review(path).review == made


def test_every_review_is_valid_against_the_schema() -> None:
    of = points()
    made = Review(
        reviewer=Reviewer(name="卓玛"),
        findings=(FindingDecision(key="a", severity=Severity.ERROR),),
        cues=all_right(of).cues,
        points=(PointDecision(key="b", state="holds", rule="credits"),),
    )
    Draft202012Validator.check_schema(review_schema())
    Draft202012Validator(review_schema()).validate(json.loads(review_json(made)))


def test_direction_characters_are_escaped_in_the_file() -> None:
    made = Review(reviewer=Reviewer(name="a\u202eb"))
    assert "\\u202e" in review_json(made)
    assert parse_review(review_json(made).encode()).review == made


@pytest.mark.parametrize(
    "changed",
    [
        {"schema": "bilingual.review/3"},
        {"schema": None},
        {"reviewer": 7},
        {"reviewer": {"name": "a" * 201}},
        {"findings": [{"key": "k", "state": "perhaps"}]},
        {"findings": [{"key": "k", "severity": "grave"}]},
        {"findings": [{"state": "open"}]},
        {"cues": [{"key": "k", "state": "correct"}]},
        {"cues": [{"key": "k", "state": "wrong", "zh": ["a" * 10_001]}]},
        {"cues": [{"key": "k", "state": "wrong", "note": 1}]},
        {"points": [{"key": "k" * 101, "state": "holds"}]},
        {"points": {"key": "k", "state": "holds"}},
    ],
)
def test_what_is_no_review(tmp_path: Path, changed: dict[str, Any]) -> None:
    path = tmp_path / "review.json"
    path.write_text(json.dumps({"schema": "bilingual.review/2", **changed}))
    with pytest.raises(InputError) as caught:
        load_review(path)
    assert caught.value.code == "review-invalid"
    assert "`$" in caught.value.params["detail"]


def test_more_decisions_than_any_work_has() -> None:
    cue = {"key": "k", "state": "wrong"}
    data = json.dumps({"schema": "bilingual.review/2", "cues": [cue] * (MAX_DECISIONS + 1)})
    with pytest.raises(InputError, match="cues"):
        parse_review(data.encode())


@pytest.mark.parametrize(
    "data", [b"{", b"[]", b"\xff", b"[" * 99_999, b'{"schema":"\xed\xa0\x80"}']
)
def test_what_is_no_json(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "review.json"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        load_review(path)
    assert caught.value.code == "review-invalid"


# The first version: on one report, and on no other.


def saved(folder: Path, **changed: Any) -> Path:
    path = folder / "review.json"
    review = {
        "schema": "bilingual.review/1",
        "report_sha256": report_digest(report()),
        "reviewer": {"name": " བསོད་ནམས།  "},
        "items": [{"finding": "number-mismatch-2", "state": "dismissed", "note": "图里有"}],
        "cues": [{"bo": [1, 1], "zh": [1], "state": "wrong", "note": "漏译"}],
        **changed,
    }
    path.write_text(json.dumps(review), encoding="utf-8")
    return path


def test_the_first_version_is_read(tmp_path: Path) -> None:
    review = load_review(saved(tmp_path)).on(report())
    assert review.reviewer.name == "བསོད་ནམས།"
    applied = apply_review(review, report())
    assert {n: (d.state, d.note) for n, d in applied.findings.items()} == {
        2: ("dismissed", "图里有")
    }
    assert {n: (d.state, d.note) for n, d in applied.cues.items()} == {1: ("wrong", "漏译")}


def test_findings_have_names() -> None:
    assert finding_ids(report()) == ("number-mismatch-1", "unit-mismatch-1", "number-mismatch-2")


def test_a_finding_may_go_by_its_place(tmp_path: Path) -> None:
    review = load_review(saved(tmp_path, items=[{"finding": 1, "state": "confirmed"}]))
    assert apply_review(review.on(report()), report()).state(1) == "confirmed"


def test_cues_that_are_no_pair_of_the_report_are_kept(tmp_path: Path) -> None:
    cues = [{"bo": [0, 1], "zh": [0], "state": "wrong"}]
    applied = apply_review(load_review(saved(tmp_path, cues=cues)).on(report()), report())
    assert applied.cues == {}
    assert [c.decision.state for c in applied.changed] == ["wrong"]


def test_the_layout_of_the_file_is_nothing(tmp_path: Path) -> None:
    again = Report.from_json(report().to_json(indent=7))
    assert load_review(saved(tmp_path)).on(again).findings


def test_on_the_file_it_was_read_from(tmp_path: Path) -> None:
    review = load_review(saved(tmp_path, report_sha256="AB" * 32))
    assert review.on(report(), "ab" * 32).findings


def test_the_first_version_on_another_report(tmp_path: Path) -> None:
    other = report(verdict="unknown")
    with pytest.raises(InputError) as caught:
        load_review(saved(tmp_path)).on(other)
    assert caught.value.code == "review-other-report"


def test_what_was_made_of_the_first_version_holds_on_other_reports(tmp_path: Path) -> None:
    review = load_review(saved(tmp_path)).on(report())
    assert apply_review(review, report(verdict="unknown")).state(2) == "dismissed"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"items": [{"finding": "x", "state": "open"}]}, "review-unknown-finding"),
        ({"items": [{"finding": 3, "state": "open"}]}, "review-unknown-finding"),
        ({"cues": [{"bo": [3], "state": "unsure"}]}, "review-unknown-cue"),
        ({"cues": [{"zh": [-1], "state": "unsure"}]}, "review-unknown-cue"),
    ],
)
def test_what_is_not_there(tmp_path: Path, changed: dict[str, Any], code: str) -> None:
    review = load_review(saved(tmp_path, **changed))
    with pytest.raises(InputError) as caught:
        review.on(report())
    assert caught.value.code == code


@pytest.mark.parametrize(
    "changed",
    [
        {"report_sha256": None},
        {"items": [{"finding": "x", "state": "perhaps"}]},
        {"cues": [{"bo": ["x"], "state": "wrong"}]},
        {"cues": [{"bo": [0], "state": "correct"}]},
        {"reviewer": 7},
    ],
)
def test_what_is_no_review_of_the_first_version(tmp_path: Path, changed: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        load_review(saved(tmp_path, **changed))
    assert caught.value.code == "review-invalid"


def test_the_older_form(tmp_path: Path) -> None:
    old = report()
    path = tmp_path / "review.json"
    path.write_text(
        json.dumps(
            {
                "schema": "bilingual.review/1",
                "inputs": old.to_dict()["inputs"],
                "report_created": old.provenance.created,
                "reviews": [
                    {"finding": 0, "rule": "number-mismatch", "confirmed": True, "note": "n"},
                    {"finding": 1, "rule": "unit-mismatch", "confirmed": False, "note": ""},
                ],
            }
        )
    )
    found = apply_review(load_review(path).on(old), old)
    assert (found.findings[0].state, found.findings[0].note) == ("confirmed", "n")
    assert found.state(1) == "open"
    with pytest.raises(InputError, match="another report"):
        load_review(path).on(report(inputs=[]))


def test_two_judgements_of_one_finding(tmp_path: Path) -> None:
    one = {"finding": 1, "state": "confirmed"}
    for state, fits in (("confirmed", True), ("dismissed", False)):
        other = {"finding": "unit-mismatch-1", "state": state}
        review = load_review(saved(tmp_path, items=[one, other]))
        if fits:
            assert apply_review(review.on(report()), report()).state(1) == "confirmed"
            continue
        with pytest.raises(InputError) as caught:
            review.on(report())
        assert caught.value.code == "review-twice"
        assert caught.value.params == {"finding": "unit-mismatch-1"}


def test_two_judgements_at_one_moment() -> None:
    cues = [{"key": "k", "state": state} for state in ("wrong", "unsure")]
    document = {"schema": "bilingual.review/2", "cues": cues}
    with pytest.raises(InputError) as caught:
        parse_review(json.dumps(document).encode())
    assert caught.value.code == "review-twice"
    cues[1]["at"] = "2026-01-01T00:00:00Z"
    parse_review(json.dumps(document).encode())


# Every rendering says it.


def decided() -> Report:
    """A report with a false alarm, a wrong pair and a settled point."""
    checks = [
        {"rule": "credits", "verdict": "unknown", "reason": "needs-human", "params": {}}
        | {"required": False}
    ]
    of = report(checks=checks, findings=[finding(severity="warning")])
    return of.with_review(
        Review(
            reviewer=Reviewer(name="卓玛"),
            findings=(
                FindingDecision(key=finding_keys(of)[0], state="dismissed", note="数字在图里"),
            ),
            cues=(CueDecision(key=pair_keys(of)[0], state="wrong", note="漏译"),),
            points=(PointDecision(key=point_keys(of)["credits"], state="holds", by="扎西"),),
        )
    )


def test_a_sheet_has_a_column_of_decisions_where_there_is_a_review() -> None:
    of = decided()
    rows = list(csv.DictReader(io.StringIO(render_sheet(of, "csv").decode("utf-8-sig"))))
    said = [row["复核人的判定"] for row in rows]
    assert said[0] == "译文有误，卓玛，漏译"
    assert said[2] == "不是问题（误报），卓玛，数字在图里"
    assert (rows[-1]["发现"], said[-1]) == ("片头或片尾是否有署名，体现权属", "符合，扎西")
    bare = render_sheet(replace(of, review=None), "csv").decode("utf-8-sig")
    assert "复核人的判定" not in bare


def test_text_and_notebook_say_the_settled_verdict_beside_the_own() -> None:
    of = decided()
    for shown in (of.to_text(), of._repr_html_()):
        assert "加上复核人的判定：不通过（其中 2 处由" in shown
    assert "加上复核人的判定" not in replace(of, review=None).to_text()


def test_text_says_each_decision_where_it_belongs() -> None:
    of = decided()
    lines = of.to_text().splitlines()
    assert "        复核人的判定：不是问题（误报），卓玛，数字在图里" in lines
    assert "  片头或片尾是否有署名，体现权属，复核人的判定：符合，扎西" in lines
    assert "复核人的判定：" not in replace(of, review=None).to_text()
    assert of.review is not None
    before = of.review.decisions
    gone = replace(before, findings=(replace(before.findings[0], key="0" * 32),))
    text = replace(of, review=None).with_review(gone).to_text()
    assert "  另有 1 处以前的判定所针对的内容已变，没有计入。" in text.splitlines()
    assert "数字在图里" not in text


def test_show_takes_a_review_for_every_form(tmp_path: Path) -> None:
    of = decided()
    assert of.review is not None
    bare = replace(of, review=None)
    saved, review = tmp_path / "report.json", tmp_path / "review.json"
    saved.write_text(bare.to_json(), encoding="utf-8")
    review.write_text(review_json(of.review.decisions), encoding="utf-8")
    for form in ("json", "text", "csv", "html"):
        out = tmp_path / f"out.{form}"
        words = ["show", str(saved), "--review", str(review), "--format", form, "--out", str(out)]
        assert run(words) == 0
        assert "卓玛" in out.read_text("utf-8-sig")
    assert Report.from_json((tmp_path / "out.json").read_bytes()) == of
