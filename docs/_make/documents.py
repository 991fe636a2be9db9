"""A short document of each format, made by the library from a small work."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, Final

from bilingual import Report, verify
from bilingual.batch import load_table, verify_many
from bilingual.checks.engine import rules
from bilingual.model import Track
from bilingual.model.review import CueDecision, FindingDecision, Review, Reviewer
from bilingual.render.annex import build_annex, parse_report
from bilingual.render.review import document_of
from bilingual.render.review.keys import finding_keys, pair_keys, texts_of, work_key
from tests.support import track

_RULE: Final = "number-mismatch"
_TITLE: Final = "地球与月亮"
_AT: Final = "2026-11-29T08:30:00.000Z"
_SHOWN: Final = 2
"""How many items of a list are shown."""


@cache
def whole() -> Mapping[str, Mapping[str, Any]]:
    """The documents by their kind: report, batch, review and annex, of one work."""
    example = rules()[_RULE].catches
    assert example is not None  # noqa: S101 - a test of the rules holds it
    assert example.bo is not None and example.zh is not None  # noqa: S101, PT018 - the same
    with tempfile.TemporaryDirectory() as name:
        work = Path(name) / "works" / _TITLE
        work.mkdir(parents=True)
        _write(work / "bo.srt", track("bo", example.bo))
        _write(work / "zh.srt", track("zh", example.zh))
        report = verify(bo=work / "bo.srt", zh=work / "zh.srt")
        out = Path(name) / "out"
        with ThreadPoolExecutor(1) as executor:
            verify_many(load_table(work.parent), out=out, executor=executor)
        batch = json.loads((out / "batch.json").read_text(encoding="utf-8"))
    saved = parse_report(report.to_json().encode())
    review = _review(report, saved.sha256)
    annex = build_annex(saved, title=_TITLE, party="西藏科普中心", review=review)
    return {
        "report": report.to_dict(),
        "batch": batch,
        "review": document_of(review),
        "annex": annex.to_dict(),
    }


def _write(path: Path, content: Track) -> None:
    path.write_text(content.to_srt(), encoding="utf-8")


def _review(report: Report, sha256: str) -> Review:
    """A reader says that the fault is one, and that the first translation is right."""
    found = zip(finding_keys(report), report.findings, strict=True)
    key, finding = next((key, one) for key, one in found if one.rule == _RULE)
    (zh, bo) = (texts_of(report, side, (0,)) for side in ("zh", "bo"))
    return Review(
        reviewer=Reviewer(name="卓玛"),
        work=work_key(report),
        report_sha256=sha256,
        findings=(
            FindingDecision(
                key=key,
                state="confirmed",
                note="中文是三十八万",
                by="卓玛",
                at=_AT,
                rule=finding.rule,
                severity=finding.severity,
                zh=texts_of(report, "zh", finding.zh),
                bo=texts_of(report, "bo", finding.bo),
            ),
        ),
        cues=(
            CueDecision(
                key=pair_keys(report)[0],
                state="confirmed-correct",
                by="卓玛",
                at=_AT,
                zh=zh,
                bo=bo,
            ),
        ),
    )


def short(value: Any) -> Any:
    """A document with the first items of each list alone, and the first of all settings."""
    if isinstance(value, Mapping):
        return {
            key: dict([*one.items()][:_SHOWN]) if key == "config" else short(one)
            for key, one in value.items()
        }
    if isinstance(value, list | tuple):
        return [short(one) for one in value[:_SHOWN]]
    return value
