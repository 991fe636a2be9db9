"""A reader's saved review: read back, and only on the report it is on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bilingual.errors import InputError
from bilingual.model import Report
from bilingual.render.review import (
    ReviewedCues,
    ReviewItem,
    finding_ids,
    items_of,
    load_review,
    report_digest,
)
from tests.render.annex_support import document, finding, report_of


def report(**changed: Any) -> Report:
    found = [finding(), finding(rule="unit-mismatch"), finding()]
    return report_of({**document(), "findings": found, **changed})


def saved(folder: Path, **changed: Any) -> Path:
    path = folder / "review.json"
    review = {
        "schema": "bilingual.review/1",
        "report_sha256": report_digest(report()),
        "reviewer": {"name": " བསོད་ནམས།  "},
        "items": [{"finding": "number-mismatch-2", "state": "dismissed", "note": "图里有"}],
        "cues": [{"bo": [1, 0, 1], "zh": [0], "state": "wrong", "note": "漏译"}],
        **changed,
    }
    path.write_text(json.dumps(review), encoding="utf-8")
    return path


def test_read_back(tmp_path: Path) -> None:
    review = load_review(saved(tmp_path))
    assert review.reviewer == "བསོད་ནམས།"
    assert review.cues == (ReviewedCues(bo=(0, 1), zh=(0,), state="wrong", note="漏译"),)
    item = ReviewItem(finding="number-mismatch-2", state="dismissed", note="图里有")
    assert items_of(review, report()) == {2: item}


def test_findings_have_names() -> None:
    assert finding_ids(report()) == ("number-mismatch-1", "unit-mismatch-1", "number-mismatch-2")


def test_a_finding_may_go_by_its_place(tmp_path: Path) -> None:
    review = load_review(saved(tmp_path, items=[{"finding": 1, "state": "confirmed"}]))
    assert items_of(review, report())[1].state == "confirmed"


def test_the_layout_of_the_file_is_nothing(tmp_path: Path) -> None:
    again = Report.from_json(report().to_json(indent=7))
    assert items_of(load_review(saved(tmp_path)), again)


def test_on_the_file_it_was_read_from(tmp_path: Path) -> None:
    review = load_review(saved(tmp_path, report_sha256="AB" * 32))
    assert items_of(review, report(), file_sha256="ab" * 32)


def test_on_another_report(tmp_path: Path) -> None:
    other = report(verdict="unknown")
    with pytest.raises(InputError) as caught:
        items_of(load_review(saved(tmp_path)), other)
    assert caught.value.code == "review-other-report"


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
        items_of(review, report())
    assert caught.value.code == code


def test_two_judgements_of_one_finding(tmp_path: Path) -> None:
    one = {"finding": 1, "state": "confirmed"}
    for state, fits in (("confirmed", True), ("dismissed", False)):
        other = {"finding": "unit-mismatch-1", "state": state}
        review = load_review(saved(tmp_path, items=[one, other]))
        if fits:
            assert items_of(review, report())[1].state == "confirmed"
            continue
        with pytest.raises(InputError) as caught:
            items_of(review, report())
        assert caught.value.code == "review-twice"
        assert caught.value.params == {"finding": "unit-mismatch-1"}


@pytest.mark.parametrize(
    "changed",
    [
        {"schema": "bilingual.review/2"},
        {"report_sha256": None},
        {"items": [{"finding": "x", "state": "perhaps"}]},
        {"cues": [{"bo": ["x"], "state": "wrong"}]},
        {"cues": [{"bo": [0], "state": "correct"}]},
        {"reviewer": 7},
    ],
)
def test_what_is_no_review(tmp_path: Path, changed: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        load_review(saved(tmp_path, **changed))
    assert caught.value.code == "review-invalid"


@pytest.mark.parametrize(
    "data", [b"{", b"[]", b"\xff", b"[" * 99_999, b'{"schema":"\xed\xa0\x80"}']
)
def test_what_is_no_json(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "review.json"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        load_review(path)
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
    found = items_of(load_review(path), old)
    assert (found[0].state, found[0].note, found[1].state) == ("confirmed", "n", "open")
    with pytest.raises(InputError, match="another report"):
        items_of(load_review(path), report(inputs=[]))
