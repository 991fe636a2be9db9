"""The overview: what needs a person comes first; reviews are read back; no personal data."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
from jsonschema import Draft202012Validator

from bilingual.batch import Batch, WorkResult
from bilingual.batch.model import READING_SPEED, BatchFinding, Brief, Reading, Reviewed
from bilingual.batch.page import render_batch
from bilingual.batch.ranking import ranked
from bilingual.batch.reviews import with_reviews
from bilingual.cli.group import cli
from bilingual.model import Form, Reason, Severity, Verdict
from bilingual.render.document import read_report
from bilingual.render.review import (
    FindingDecision,
    Review,
    Reviewer,
    finding_keys,
    review_json,
)
from tests.batch.test_engine import SCHEMA, run_here
from tests.batch.works import submissions


def result(name: str, **changes: Any) -> WorkResult:
    base = WorkResult(
        id=name, state="done", verdict=Verdict.PASS, report=f"works/{name}/report.json"
    )
    return replace(base, **changes)


def batch_of(*works: WorkResult, **changes: Any) -> Batch:
    return Batch(provenance={"created": ""}, works=works, **changes)


def test_what_needs_a_person_most_comes_first() -> None:
    settled = Reviewed(reviewers=("甲",), settled=4, of=4)
    works = [
        result("passed"),
        result("risky", highest_risk=0.9),
        result("warned", verdict=Verdict.REVIEW, warnings=3),
        result("unknown", verdict=Verdict.UNKNOWN, unknown_required=2),
        result("settled", verdict=Verdict.FAIL, errors=9, review=settled),
        result("faulty", verdict=Verdict.FAIL, errors=2),
        result("failed", state="failed", verdict=None),
        result("skipped", state="skipped", verdict=None),
    ]
    assert [work.id for work in ranked(works)] == [
        "failed",
        "skipped",
        "faulty",
        "settled",
        "unknown",
        "warned",
        "risky",
        "passed",
    ]


def test_texts_of_a_submission_are_escaped() -> None:
    evil = "<script>alert(1)</script>"
    brief = Brief(rule="parse-problem", severity=Severity.ERROR, params={"line": evil})
    works = (result("a", title=evil, unit=evil, worst=(brief,)), result("b", title="\x1b[2J"))
    finding = BatchFinding(
        rule="rank-order",
        severity=Severity.WARNING,
        works=("a", "b"),
        params={"unit": evil, "rank": evil, "number": 2},
    )
    notes = (
        Reason(code="table-heading-unknown", params={"row": 1, "column": "A", "heading": evil}),
    )
    page = render_batch(batch_of(*works, findings=(finding,), notes=notes))
    assert "<script>alert" not in page
    assert "\x1b" not in page
    assert page.count("<script>") == 1
    assert "http://" not in page
    assert "https://" not in page


def test_a_workbook_for_the_committee(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    form = Form(title="=1+1", summary="简介", unit="科技局", rank="1", authors="扎西")
    batch = batch_of(result("a", title="=1+1"), result("b"), forms={"a": form})
    batch.to_xlsx(tmp_path / "b.xlsx")
    book = openpyxl.load_workbook(io.BytesIO((tmp_path / "b.xlsx").read_bytes()))
    assert book.sheetnames == ["作品", "作品之间", "评审用表", "术语"]
    sheet = book["评审用表"]
    head = [cell.value for cell in sheet[1]]
    assert head[:4] == ["编号", "微视频类别", "微视频名称", "科普类别"]
    row = dict(zip(head, [cell.value for cell in sheet[2]], strict=True))
    assert (row["微视频名称"], row["主创人员(或单位)"], row["排序"]) == ("=1+1", "扎西", "1")
    assert sheet[2][2].data_type == "s"
    for language in ("zh", "en"):
        batch.to_xlsx(tmp_path / f"{language}.xlsx", language=language)
        batch.to_html(tmp_path / f"{language}.html", language=language)


def test_reviews_beside_the_reports_are_read_back(tmp_path: Path) -> None:
    out = tmp_path / "out"
    works = submissions(tmp_path, 1)
    bo = Path(works[0].bo or "")
    bo.write_text(bo.read_text(encoding="utf-8").split("\n\n", 1)[1], encoding="utf-8")
    batch = run_here(works, out)
    folder = out / "works" / "w0"
    saved = read_report(folder / "report.json")
    grave = [
        key
        for key, finding in zip(finding_keys(saved.report), saved.report.findings, strict=True)
        if finding.severity is not Severity.INFO
    ]
    assert grave, "the example should have a finding to settle"
    decision = FindingDecision(key=grave[0], state="dismissed", by="卓玛")
    review = Review(reviewer=Reviewer(name="卓玛"), findings=(decision,))
    (folder / "review-卓玛.json").write_text(review_json(review), encoding="utf-8")
    (folder / "review-broken.json").write_text("{", encoding="utf-8")
    (work,) = with_reviews(batch.works, out)
    assert work.review is not None
    assert work.review.reviewers == ("卓玛",)
    assert (work.review.settled, work.review.of) == (1, len(grave))
    assert work.review.verdict is not None
    page = render_batch(batch_of(work))
    assert "卓玛" in page


def test_the_minutes_go_by_the_readers_speed(tmp_path: Path) -> None:
    """Twice as fast is half the time of reading, and no report is made anew for it."""
    out = tmp_path / "out"
    works = submissions(tmp_path, 1)
    bo = Path(works[0].bo or "")
    bo.write_text(bo.read_text(encoding="utf-8").split("\n\n", 1)[1], encoding="utf-8")
    (usual,) = run_here(works, out).works
    assert usual.reading is not None
    assert usual.reading.pairs > 0
    assert usual.reading_minutes == usual.reading.minutes() == usual.reading.minutes(120)
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "每分钟核对 120 个藏文音节" in page
    command = cli.get_command(click.Context(cli), "batch")
    assert command is not None
    asked = {option.name: option.default for option in command.params}
    assert asked["reading_speed"] == READING_SPEED
    slow = run_here(works, out, reading_speed=1)
    (work,) = slow.works
    assert work.kept
    length = usual.reading.syllables + usual.reading.characters / 2
    assert work.reading_minutes == round(usual.reading.pairs * 4 / 60 + length, 1)
    document = json.loads(slow.to_json())
    assert document["provenance"]["reading_speed"] == 1
    assert document["works"][0]["reading"]["pairs"] == usual.reading.pairs
    assert not list(Draft202012Validator(SCHEMA).iter_errors(document))
    for language, words in (("zh", "1 个藏文音节"), ("en", "1 Tibetan syllables")):
        assert words in render_batch(slow, language)
    assert Reading(pairs=30, syllables=240, characters=480).minutes(240) == 4.0
