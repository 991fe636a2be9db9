"""A saved report to make annexes from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from bilingual.model import Report
from bilingual.model.review import (
    CueDecision,
    CueState,
    FindingDecision,
    FindingState,
    Review,
    Reviewer,
)
from bilingual.render.annex import Annex, ReportFile, build_annex, digest_of, parse_report
from bilingual.render.review import finding_keys, pair_keys
from tests.support import examined, track

MADE = "2024-08-01T02:03:04+00:00"
TITLE, PARTY = "阳光从哪里来", "甘孜科普工作室"

_PAIRS = [
    ("བཀྲ་ཤིས་བདེ་ལེགས།", "大家好。"),
    ("ཉི་མ་ནི་སྐར་མ་ཞིག་རེད།", "太阳是一颗恒星。"),
    ("མི་ ༡༢ ཡོད།", "有 13 个人。"),
]


@cache
def _document_text() -> str:
    report = examined(
        track("bo", [(i * 3000, i * 3000 + 2500, bo) for i, (bo, _) in enumerate(_PAIRS)]),
        track("zh", [(i * 3000, i * 3000 + 2500, zh) for i, (_, zh) in enumerate(_PAIRS)]),
    )
    return report.to_json()


def document() -> dict[str, Any]:
    """A report with a few findings, two files named, to be changed at will."""
    found: dict[str, Any] = json.loads(_document_text())
    found["provenance"]["created"] = MADE
    found["inputs"] = [
        {"role": "bo", "name": "bo.srt", "bytes": 2, "sha256": digest_of(b"bo")},
        {"role": "zh", "name": "zh.srt", "bytes": 2, "sha256": digest_of(b"zh")},
    ]
    return found


def finding(**changed: Any) -> dict[str, Any]:
    """A finding as a report holds it."""
    return {
        "rule": "number-mismatch",
        "severity": "error",
        "confidence": 0.9,
        "mqm": None,
        "clause": "二(二)2⑤",
        "bo": [2],
        "zh": [2],
        "span_ms": [6000, 8500],
        "params": {"bo_text": "༡༢", "zh_text": "13", "bo_value": "12", "zh_value": "13"},
        "evidence": [],
        "suggestion": None,
        **changed,
    }


def report_of(found: dict[str, Any] | None = None) -> Report:
    """The report that a document says."""
    return Report.from_dict(document() if found is None else found)


def saved(found: dict[str, Any] | None = None) -> ReportFile:
    """A report as it was read from a file."""
    return parse_report(json.dumps(document() if found is None else found).encode())


def judged(
    found: dict[str, Any],
    findings: Mapping[int, tuple[FindingState, str]] | None = None,
    cues: Mapping[int, tuple[CueState, str]] | None = None,
    reviewer: str = "བསོད་ནམས།",
) -> Review:
    """A review of that report: states and notes by places of findings and of beads."""
    report = report_of(found)
    keys, pairs = finding_keys(report), pair_keys(report)
    return Review(
        reviewer=Reviewer(name=reviewer),
        findings=tuple(
            FindingDecision(key=keys[n], state=state, note=note)
            for n, (state, note) in (findings or {}).items()
        ),
        cues=tuple(
            CueDecision(key=pairs[n], state=state, note=note)
            for n, (state, note) in (cues or {}).items()
        ),
    )


def made(found: dict[str, Any] | None = None, **options: Any) -> Annex:
    """An annex to a report."""
    options = {"title": TITLE, "party": PARTY, "created": MADE, **options}
    return build_annex(saved(found), **options)


def written(folder: Path, **options: Any) -> Path:
    """An annex's JSON with its hash beside it."""
    path = folder / "annex.json"
    data = made(**options).to_bytes()
    path.write_bytes(data)
    (folder / "annex.json.sha256").write_text(f"{digest_of(data)}  annex.json\n")
    return path
