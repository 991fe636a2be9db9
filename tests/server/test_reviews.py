"""Reviews in the service: every version is kept, and none takes another's place unseen."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from bilingual.model.review import CueDecision, FindingDecision, PointDecision, Review, Reviewer
from bilingual.render.document import read_report
from bilingual.render.review import finding_keys, pair_keys, point_keys, review_json
from bilingual.render.timeline import bead_list
from bilingual.render.words import rule_asks
from tests.fixes.test_fixing import BO, ZH, srt
from tests.server.client import WORKS, Client, ended, problem, service_behind, submitted
from tests.server.tracks import SOUND_BO


@pytest.fixture
def work(serving: Callable[..., Client]) -> tuple[Client, dict[str, Any], str]:
    """A service, a work with one fault, and the fault's key."""
    client = serving()
    found = ended(client, submitted(client)["url"])
    folder = service_behind(client).folders.work(found["id"])
    (key,) = finding_keys(read_report(folder / "report.json").report)
    return client, found, key


def review(key: str, name: str, state: Any, at: str = "2026-11-29T01:00:00Z") -> bytes:
    decision = FindingDecision(key=key, state=state, by=name, at=at)
    return review_json(Review(reviewer=Reviewer(name=name), findings=(decision,))).encode()


JSON = {"Content-Type": "application/json"}


def put(client: Client, work: dict[str, Any], body: bytes, **headers: str) -> Any:
    return client.put(
        work["links"]["review"],
        content=body,
        headers=JSON | {name.replace("_", "-"): value for name, value in headers.items()},
    )


def test_a_version_that_came_between_is_not_overwritten(
    work: tuple[Client, dict[str, Any], str],
) -> None:
    client, found, key = work
    first = put(client, found, review(key, "卓玛", "confirmed"))
    assert first.status_code == 200
    tag = first.headers["etag"]
    assert tag == f'"{first.json()["sha256"]}"'
    assert client.get(found["links"]["review"]).headers["etag"] == tag

    # Two windows go on from the first version: the second to save is told.
    one = put(client, found, review(key, "卓玛", "dismissed"), If_Match=tag)
    assert one.status_code == 200
    other = put(client, found, review(key, "卓玛", "later"), If_Match=tag)
    problem(other, 412, "review-changed")
    latest = client.get(found["links"]["review"])
    assert latest.json()["findings"][0]["state"] == "dismissed"
    again = put(client, found, review(key, "卓玛", "later"), If_Match=latest.headers["etag"])
    assert again.status_code == 200

    # Another reviewer's versions are none between, and a tag of his is none of hers.
    his = put(client, found, review(key, "李老师", "confirmed"))
    assert his.status_code == 200
    hers = put(client, found, review(key, "卓玛", "fixed"), If_Match=his.headers["etag"])
    problem(hers, 412, "review-changed")
    assert put(client, found, review(key, "卓玛", "fixed"), If_Match="*").status_code == 200

    versions = client.get(found["links"]["reviews"]).json()["reviews"]
    assert [(one["name"], one["latest"]) for one in versions] == [
        ("卓玛", True), ("李老师", True), ("卓玛", False), ("卓玛", False), ("卓玛", False),
    ]  # fmt: skip
    states = [client.get(one["url"]).json()["findings"][0]["state"] for one in versions]
    assert states == ["fixed", "confirmed", "later", "dismissed", "confirmed"]
    assert client.get(found["url"]).json()["reviews"] == 2


def test_the_callers_own_is_fetched_once(work: tuple[Client, dict[str, Any], str]) -> None:
    client, found, key = work
    problem(client.get(found["links"]["review"]), 404, "review-none")
    tag = put(client, found, review(key, "卓玛", "confirmed")).headers["etag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        answer = client.get(found["links"]["review"], headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b""), known
    part = tag.strip('"')[:10]
    for unknown in ('"x"', f'"{part}"', f'"{part}', tag.strip('"')[1:]):
        answer = client.get(found["links"]["review"], headers={"If-None-Match": unknown})
        assert answer.status_code == 200, unknown
    problem(client.get(f"{found['links']['reviews']}/99"), 404, "review-none")
    asked = {"reviewer": "李老师"}
    problem(client.get(found["links"]["review"], params=asked), 404, "review-none")


def test_reviewers_are_compared(work: tuple[Client, dict[str, Any], str]) -> None:
    client, found, key = work
    empty = client.get(f"{found['links']['reviews']}/compared").json()
    assert empty == {"reviewers": [], "rows": []}
    put(client, found, review(key, "卓玛", "confirmed"))
    put(client, found, review(key, "李老师", "confirmed"))
    compared = client.get(f"{found['links']['reviews']}/compared?lang=en").json()
    assert [one["name"] for one in compared["reviewers"]] == ["卓玛", "李老师"]
    (row,) = compared["rows"]
    assert (row["kind"], row["agree"]) == ("finding", True)
    put(client, found, review(key, "李老师", "dismissed", "2026-11-29T02:00:00Z"))
    compared = client.get(f"{found['links']['reviews']}/compared?lang=zh").json()
    (row,) = compared["rows"]
    assert row["agree"] is False
    by_id = {one["id"]: one["name"] for one in compared["reviewers"]}
    said = {by_id[who]: one["state"] for who, one in row["decisions"].items()}
    assert said == {"卓玛": "confirmed", "李老师": "dismissed"}
    verdicts = {one["name"]: one["verdict"] for one in compared["reviewers"]}
    assert verdicts["卓玛"] == "fail" != verdicts["李老师"]
    # The overview has them, and the page goes on from the caller's own.
    overview = client.get("/api/v1/overview.json").json()["works"][0]["review"]
    assert set(overview["reviewers"]) == {"卓玛", "李老师"}
    page = client.get(found["links"]["report.html"], params={"reviewer": "李老师"})
    assert "李老师" in page.text


def test_reviewers_are_compared_on_pairs_and_on_open_checks(
    serving: Callable[..., Client],
) -> None:
    """What each of them said of two cues, and of a check that no program could make."""
    client = serving()
    other = srt([text * 3 for text in reversed(ZH)]).encode()  # of another film, it seems
    files = {"bo": ("bo.srt", SOUND_BO), "zh": ("zh.srt", other)}
    found = ended(client, client.post(WORKS, files=files).json()["url"])
    folder = service_behind(client).folders.work(found["id"])
    report = read_report(folder / "report.json").report
    place = next(n for n, bead in enumerate(bead_list(report)) if bead.bo)
    bead, pair = bead_list(report)[place], pair_keys(report)[place]
    rule, point = next(iter(point_keys(report).items()))
    for name, state, holds in (
        ("卓玛", "wrong", "holds"),
        ("李老师", "confirmed-correct", "fails"),
    ):
        who: dict[str, Any] = {"by": name, "at": "2026-11-29T01:00:00Z"}
        cue = CueDecision(key=pair, state=state, note="看这一对", **who)  # type: ignore[arg-type]
        open_one = PointDecision(key=point, state=holds, **who)  # type: ignore[arg-type]
        given = Review(reviewer=Reviewer(name=name), cues=(cue,), points=(open_one,))
        answer = put(client, found, review_json(given).encode())
        assert answer.status_code == 200, answer.text
    compared = client.get(f"{found['links']['reviews']}/compared?lang=zh").json()
    by_id = {one["id"]: one["name"] for one in compared["reviewers"]}
    rows = {row["kind"]: row for row in compared["rows"]}
    assert set(rows) == {"pair", "point"}
    said = {
        kind: {by_id[who]: one["state"] for who, one in row["decisions"].items()}
        for kind, row in rows.items()
    }
    assert said["pair"] == {"卓玛": "wrong", "李老师": "confirmed-correct"}
    assert said["point"] == {"卓玛": "holds", "李老师": "fails"}
    assert rows["pair"]["bo"] == [BO[n] for n in bead.bo]
    start = 3000 * bead.bo[0] + 1000
    assert rows["pair"]["span_ms"] == [start, start]
    assert rows["pair"]["title"].split() == ["第", str(place + 1), "组译文"]
    assert rows["point"]["title"] == rule_asks(rule, "zh")
    assert rows["pair"]["agree"] is rows["point"]["agree"] is False
    notes = {one["note"] for one in rows["pair"]["decisions"].values()}
    assert notes == {"看这一对"}
    # The translator's sheet has what the caller's own review says.
    sheet = client.get(found["links"]["sheet.xlsx"], params={"reviewer": "卓玛"})
    book = pytest.importorskip("openpyxl").load_workbook(io.BytesIO(sheet.content))
    cells = [str(cell.value) for row in book.worksheets[0] for cell in row if cell.value]
    assert any("看这一对" in cell for cell in cells)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'{"schema": "bilingual.review/3"}', b"\xff\xfe", b"1" * 5000,
        b'{"schema": "bilingual.review/2", "schema": "bilingual.review/2"}',
        b'{"schema": "bilingual.review/2", "reviewer": {"name": 1}}',
        b'{"schema": "bilingual.review/1", "reviewer": "a", "report_sha256": "0"}',
        b"[" * 100_000,
    ],
    ids=lambda body: ascii(body)[:30],
)  # fmt: skip
def test_what_is_no_review_is_not_kept(
    work: tuple[Client, dict[str, Any], str], body: bytes
) -> None:
    client, found, _ = work
    answer = put(client, found, body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"].startswith("review-")
    problem(client.put(found["links"]["review"], content=body), 415, "not-json")
    assert client.get(found["links"]["reviews"]).json()["reviews"] == []


def test_a_review_goes_with_its_work(work: tuple[Client, dict[str, Any], str]) -> None:
    client, found, key = work
    put(client, found, review(key, "卓玛", "confirmed"))
    store = service_behind(client).store
    assert json.loads(store.review_document(1))["reviewer"]["name"] == "卓玛"
    client.delete(found["url"])
    assert store.review_document(1) == b""
    problem(client.get(found["links"]["review"]), 404, "work-unknown")
