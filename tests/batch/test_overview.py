"""The overview: what needs a person comes first; reviews are read back; no personal data."""

from __future__ import annotations

import io
import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bilingual.batch import Batch, WorkResult, load_table, verify_many
from bilingual.batch.model import BatchFinding, Brief, Reviewed
from bilingual.batch.page import render_batch
from bilingual.batch.ranking import ranked
from bilingual.batch.reviews import with_reviews
from bilingual.cli import run
from bilingual.model import Form, Reason, Severity, Verdict
from bilingual.render.document import read_report
from bilingual.render.review import (
    FindingDecision,
    Review,
    Reviewer,
    finding_keys,
    review_json,
)
from tests.batch.test_engine import CONFIG, here, run_here
from tests.batch.works import submissions
from tests.form.test_reading import PLANTED


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


def test_planted_personal_data_comes_out_nowhere(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    works = submissions(tmp_path, 2)
    free = " ".join(value for value in PLANTED.values() if len(value) > 5)
    head = [
        "编号",
        "藏文字幕",
        "中文字幕",
        "微视频名称",
        "内容简介",
        "播出平台及网址",
        "推荐单位",
        *PLANTED,
    ]
    rows = [
        [
            w.id,
            Path(w.bo or "").name,
            Path(w.zh or "").name,
            free,
            free,
            free,
            free,
            *PLANTED.values(),
        ]
        for w in works
    ]
    rows.append([PLANTED["手机号"], "nope.srt", "", free, *[""] * 3, *PLANTED.values()])
    rows.append(["x", f"../{PLANTED['手机号']}.srt", "", "", *[""] * 3, *PLANTED.values()])
    table = tmp_path / "works.csv"
    table.write_text("\n".join(",".join(row) for row in [head, *rows]), encoding="utf-8")
    out = tmp_path / "season"
    with here() as executor:
        batch = verify_many(load_table(table), out=out, config=CONFIG, executor=executor)
    run(["-vv", "batch", str(table), "--out", str(out), "--asr", "off", "--format", "json"])
    said = capsys.readouterr()
    texts = [said.out, said.err, caplog.text, batch.to_json()]
    for path in out.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            if path.suffix == ".xlsx":
                import zipfile

                with zipfile.ZipFile(path) as packed:
                    data = b"".join(packed.read(name) for name in packed.namelist())
            texts += [data.decode("utf-8", "replace"), str(path)]
    assert json.loads(texts[3])["counts"]["done"] == 2
    for value in PLANTED.values():
        for text in texts:
            assert value not in text
