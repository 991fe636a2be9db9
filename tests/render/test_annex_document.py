"""What the annex says."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bilingual.errors import ConfigError, InputError
from bilingual.render.annex import canonical_bytes, digest_of, read_report, render_annex_html
from bilingual.render.annex.document import schema
from bilingual.render.review import Review, ReviewedCues, ReviewItem, report_digest
from tests.render.annex_support import MADE, PARTY, TITLE, document, finding, made


def test_it_says_what_was_checked() -> None:
    annex, report = made(), document()
    assert (annex["title"], annex["party"], annex["created"]) == (TITLE, PARTY, MADE)
    assert annex["claim"] == "evidence-of-checks"
    assert [f["sha256"] for f in annex["files"]] == [i["sha256"] for i in report["inputs"]]
    assert annex["measures"] == report["measures"]
    assert annex["checks"] == report["checks"]
    assert annex["report"]["verdict"] == report["verdict"]
    assert annex["tracks"]["bo"] == {"source": "sidecar", "cues": 3}
    assert [f["rule"] for f in annex["findings"]["items"]] == [
        f["rule"] for f in report["findings"]
    ]
    assert annex["review"] is None
    assert annex["signing_key"] is None


def test_it_is_valid_against_its_schema() -> None:
    Draft202012Validator.check_schema(schema())
    validator = Draft202012Validator(schema())
    report = document()
    report["findings"] = [finding()]
    review = Review(
        sha256="0" * 64,
        report_sha256=report_digest(report),
        reviewer="",
        cues=(ReviewedCues(bo=(0,), zh=(0,), state="unsure"),),
    )
    for annex in (made(), made(report, review=review, key_sha256="0" * 64)):
        validator.validate(annex)
        for key in schema()["required"]:
            assert not validator.is_valid({k: v for k, v in annex.items() if k != key})


def test_same_inputs_same_bytes() -> None:
    assert canonical_bytes(made()) == canonical_bytes(made())
    assert canonical_bytes(made()) != canonical_bytes(made(created="2024-08-01T02:03:05+00:00"))


def test_date_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1722477784")
    assert made(created=None)["created"] == "2024-08-01T02:03:04+00:00"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"title": "  \n "}, "annex-text-empty"),
        ({"party": ""}, "annex-text-empty"),
        ({"title": "长" * 301}, "annex-text-long"),
    ],
)
def test_title_and_party_are_needed(options: dict[str, Any], code: str) -> None:
    with pytest.raises(ConfigError) as caught:
        made(**options)
    assert caught.value.code == code


def test_of_the_other_category_there_is_none() -> None:
    report = document()
    report["provenance"]["config"]["category"] = "chinese"
    with pytest.raises(ConfigError, match="Chinese-only") as caught:
        made(report)
    assert caught.value.code == "annex-category"


def test_a_reader_settles_findings() -> None:
    report = document()
    report["findings"] = [
        finding(id="a"),
        finding(id="b"),
        finding(id="c", severity="warning"),
    ]
    review = Review(
        sha256="0" * 64,
        report_sha256=report_digest(report),
        reviewer="བསོད་ནམས།",
        items=(
            ReviewItem(finding="a", state="dismissed", note="数字在图里"),
            ReviewItem(finding="b", state="confirmed"),
        ),
        cues=(ReviewedCues(bo=(0,), zh=(0,), state="confirmed-correct"),),
    )
    annex = made(report, review=review)
    assert annex["findings"]["counts"] == {
        "error": {"open": 0, "confirmed": 1, "dismissed": 1},
        "warning": {"open": 1, "confirmed": 0, "dismissed": 0},
        "info": {"open": 0, "confirmed": 0, "dismissed": 0},
    }
    assert [f["state"] for f in annex["findings"]["items"]] == ["dismissed", "confirmed", "open"]
    assert annex["review"]["reviewer"] == "བསོད་ནམས།"
    (cue,) = annex["review"]["cues"]
    assert cue["zh_text"] == "大家好。"
    assert cue["state"] == "confirmed-correct"


def test_files_are_hashed_again(tmp_path: Path) -> None:
    (tmp_path / "bo.srt").write_bytes(b"bo")
    annex = made(files={"bo": tmp_path / "bo.srt"})
    assert [(f["role"], f["hashed_again"]) for f in annex["files"]] == [
        ("bo", True),
        ("zh", False),
    ]
    (tmp_path / "bo.srt").write_bytes(b"ob")
    with pytest.raises(InputError) as caught:
        made(files={"bo": tmp_path / "bo.srt"})
    assert caught.value.code == "annex-file-differs"
    with pytest.raises(InputError) as caught:
        made(files={"video": tmp_path / "bo.srt"})
    assert caught.value.code == "annex-file-not-in-report"


def test_report_is_known_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text(json.dumps(document()), encoding="utf-8")
    assert read_report(path).sha256 == digest_of(path.read_bytes())


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"schema": "bilingual.report/2"}', '{"schema": NaN}', "[" * 100_000, "\ufeff"],
)
def test_what_is_no_report(tmp_path: Path, text: str) -> None:
    path = tmp_path / "r.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_report(path)
    assert caught.value.code in ("report-invalid", "file-empty")


@pytest.mark.parametrize("key", ["provenance", "tracks", "findings", "checks", "measures"])
def test_a_damaged_report_is_refused(key: str) -> None:
    for broken in ("missing", None, 7, [None]):
        report = document()
        if broken == "missing":
            del report[key]
        else:
            report[key] = broken
        if broken == [None] and key in ("checks", "measures"):
            continue  # taken over as they are
        with pytest.raises(InputError) as caught:
            made(report)
        assert caught.value.code == "annex-report-incomplete"


JUNK = [None, True, -1, 1e300, "", "x", [], [None], {}, {"x": "{0.__class__}"}, "9" * 400]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value, as keys and indices from its root."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, one in value.items():
            yield from places(one, (*path, key))
    elif isinstance(value, list):
        for number, one in enumerate(value[:2]):
            yield from places(one, (*path, number))


def test_a_report_changed_by_hand_never_shows_a_foreign_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Junk in any place of a report: an annex all the same, or an error of ours."""
    monkeypatch.setattr("bilingual.render.annex.html.font_css", lambda text: "")
    report = document()
    report["findings"] = [finding()]
    made_anyhow, refused = 0, []
    for number, (first, *rest) in enumerate(places(report)):
        if first in ("speech", "burned_in") or (first, *rest[:1]) == ("provenance", "config"):
            continue
        for junk in (JUNK[number % len(JUNK)], JUNK[(number * 7 + 3) % len(JUNK)]):
            broken = copy.deepcopy(report)
            at: Any = broken
            for key in (first, *rest)[:-1]:
                at = at[key]
            at[(first, *rest)[-1]] = junk
            try:
                annex = made(broken)
                render_annex_html(annex, digest_of(canonical_bytes(annex)))
                made_anyhow += 1
            except InputError as error:
                refused.append(error.code)
    assert made_anyhow > 50
    assert len(refused) > 50
    assert set(refused) == {"annex-report-incomplete"}
