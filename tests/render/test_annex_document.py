"""What the annex says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bilingual.errors import ConfigError, InputError
from bilingual.render.annex import Annex, KeyUse, digest_of, read_report
from bilingual.render.annex.document import schema
from tests.render.annex_support import MADE, PARTY, TITLE, document, finding, judged, made


def test_it_says_what_was_checked() -> None:
    annex, report = made().to_dict(), document()
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
    review = judged(report, {0: ("later", "")}, {0: ("unsure", "")}, reviewer="")
    for one in (made(), made(report, review=review, key=KeyUse(sha256="0" * 64))):
        annex = one.to_dict()
        validator.validate(annex)
        for key in schema()["required"]:
            assert not validator.is_valid({k: v for k, v in annex.items() if k != key})


def test_same_inputs_same_bytes() -> None:
    assert made().to_bytes() == made().to_bytes()
    assert made().to_bytes() != made(created="2024-08-01T02:03:05+00:00").to_bytes()


def test_date_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1722477784")
    assert made(created=None).created == "2024-08-01T02:03:04+00:00"


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
        finding(),
        finding(),
        finding(severity="warning"),
    ]
    review = judged(
        report,
        {0: ("dismissed", "数字在图里"), 1: ("confirmed", "")},
        {0: ("confirmed-correct", "")},
    )
    annex = made(report, review=review).to_dict()
    assert annex["findings"]["counts"] == {
        "error": {"open": 0, "confirmed": 1, "dismissed": 1},
        "warning": {"open": 1, "confirmed": 0, "dismissed": 0},
        "info": {"open": 0, "confirmed": 0, "dismissed": 0},
    }
    assert [f["state"] for f in annex["findings"]["items"]] == ["dismissed", "confirmed", "open"]
    assert annex["findings"]["items"][0]["by"] == "བསོད་ནམས།"
    assert "by" not in annex["findings"]["items"][2]
    assert annex["review"]["reviewer"] == "བསོད་ནམས།"
    assert annex["review"]["settled"] == {"verdict": "fail", "points": 1, "by": ["བསོད་ནམས།"]}
    (cue,) = annex["review"]["cues"]
    assert cue["zh_text"] == "大家好。"
    assert cue["state"] == "confirmed-correct"


def test_files_are_hashed_again(tmp_path: Path) -> None:
    (tmp_path / "bo.srt").write_bytes(b"bo")
    annex = made(files={"bo": tmp_path / "bo.srt"})
    assert [(f.role, f.hashed_again) for f in annex.files] == [
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
@pytest.mark.parametrize("broken", ["missing", None, 7, [None]])
def test_a_damaged_report_is_refused_with_the_place(key: str, broken: Any) -> None:
    report = document()
    if broken == "missing":
        del report[key]
    else:
        report[key] = broken
    with pytest.raises(InputError) as caught:
        made(report)
    assert caught.value.code == "report-invalid"
    assert key in caught.value.params["detail"]
    assert key in str(caught.value)


@pytest.mark.parametrize(
    ("place", "value", "named"),
    [
        (("inputs", 0, "role"), "poster", "$.files[0].role"),
        (("inputs", 0, "sha256"), "AB" * 32, "$.files[0].sha256"),
        (("inputs", 0, "bytes"), -1, "$.files[0].bytes"),
        (("findings", 0, "span_ms"), [2**60, 2**60], "$.findings.items[0].span_ms"),
        (("provenance", "config", "profile"), ["x"], "$.profile"),
    ],
)
def test_a_report_with_what_no_annex_can_hold(
    place: tuple[Any, ...], value: Any, named: str
) -> None:
    report = document()
    report["findings"] = [finding()]
    at: Any = report
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = value
    with pytest.raises(InputError) as caught:
        made(report)
    assert caught.value.code == "annex-report-incomplete"
    assert named in caught.value.params["detail"]


@pytest.mark.parametrize(
    ("place", "value", "named"),
    [
        (("claim",), "certificate", "$.claim"),
        (("created",), "yesterday", "$.created"),
        (("created",), "0001-01-01T00:00:00+23:59", "$.created"),
        (("title",), "", "$.title"),
        (("files",), {}, "$.files"),
        (("checks", 0), 7, "$.checks[0]"),
        (("report", "verdict"), "good", "$.report.verdict"),
        (("findings", "items", 0, "severity"), "grave", "$.findings.items[0].severity"),
        (("findings", "items", 0, "state"), "gone", "$.findings.items[0].state"),
        (("findings", "items"), 7, "$.findings"),
        (("findings", "counts", "error", "open"), 0, "$.findings.counts"),
        (("signing_key",), {"algorithm": "RSA", "sha256": "0" * 64}, "$.signing_key.algorithm"),
    ],
)
def test_a_damaged_annex_is_refused_with_the_place(
    place: tuple[Any, ...], value: Any, named: str
) -> None:
    report = document()
    report["findings"] = [finding()]
    annex = made(report).to_dict()
    at: Any = annex
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = value
    with pytest.raises(InputError) as caught:
        Annex.from_dict(annex)
    assert caught.value.code == "annex-invalid"
    assert named in caught.value.params["detail"]
    assert named in str(caught.value)


def test_what_is_nested_without_end_is_refused() -> None:
    report = document()
    inner: list[Any] = []
    for _ in range(200):
        inner = [inner]
    report["findings"] = [finding(params={"x": inner})]
    with pytest.raises(InputError, match="64 levels") as caught:
        made(report)
    assert caught.value.code == "report-invalid"


def test_it_reads_back_what_it_wrote() -> None:
    report = document()
    report["findings"] = [finding(), finding(severity="info", span_ms=None, bo=[])]
    annex = made(report, key=KeyUse(sha256="0" * 64))
    again = Annex.from_json(annex.to_bytes())
    assert again == annex
    assert again.to_bytes() == annex.to_bytes()
