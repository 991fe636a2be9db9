"""A work through the service: uploaded, looked at, checked, its results, reviewed, deleted."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fixes.test_fixing import BO, ZH, srt
from tests.server.client import (
    PIECE,
    WORKS,
    Client,
    ended,
    problem,
    service_behind,
    submitted,
    upload,
)
from tests.server.tracks import FAULTY_BO, SOUND_BO, SPOILT_BO, ZH_FILE

# From a submission to its report.


def test_a_work_comes_to_its_report(shared: Client, done: dict[str, Any]) -> None:
    assert done["verdict"] == "fail"
    assert done["counts"]["errors"] == 1
    assert done["title"] == "太阳"
    assert [(file["role"], file["name"]) for file in done["files"]] == [
        ("bo", "bo.srt"), ("zh", "zh.srt")
    ]  # fmt: skip
    answer = shared.get(done["links"]["report.json"])
    report = answer.json()
    assert report["schema"] == "bilingual.report/1"
    assert [finding["rule"] for finding in report["findings"]] == ["untranslated"]
    assert [i["name"] for i in report["inputs"]] == ["bo.srt", "zh.srt"]
    again = shared.get(
        done["links"]["report.json"], headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


def test_nothing_personal_is_kept(shared: Client, done: dict[str, Any]) -> None:
    folder = service_behind(shared).folders.root
    kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert "太阳".encode() in kept
    assert b"13912345678" not in kept


@pytest.mark.parametrize(("language", "words"), [("zh", "没有翻译"), ("en", "Not translated")])
def test_the_page_of_a_report_runs_its_own_script_alone(
    shared: Client, done: dict[str, Any], language: str, words: str
) -> None:
    answer = shared.get(f"{done['links']['report.html']}?lang={language}")
    assert answer.status_code == 200
    assert words in answer.text
    policy = answer.headers["content-security-policy"]
    assert "script-src 'sha256-" in policy
    assert "frame-ancestors 'self'" in policy
    assert "default-src 'none'" in policy
    assert "file:" not in policy


def test_a_work_says_who_it_is(shared: Client, done: dict[str, Any]) -> None:
    answer = shared.get(f"{done['url']}?lang=en")
    assert answer.json()["state_text"] == "done"
    tag = {"If-None-Match": answer.headers["etag"]}
    assert shared.get(f"{done['url']}?lang=en", headers=tag).status_code == 304
    assert shared.get(f"{done['url']}?lang=zh", headers=tag).status_code == 200
    listed = shared.get(f"{WORKS}?state=done").json()
    assert done["id"] in [work["id"] for work in listed["works"]]
    problem(shared.get(f"{WORKS}?state=odd"), 422, "query-invalid")
    problem(shared.get(f"{WORKS}?limit=-1"), 422, "query-invalid")


def test_works_are_listed_page_by_page(serving: Callable[..., Client]) -> None:
    client = serving()
    made = [submitted(client)["id"] for _ in range(3)][::-1]
    first = client.get(f"{WORKS}?limit=2").json()
    rest = client.get(f"{WORKS}?limit=2&after={first['next']}").json()
    assert [work["id"] for work in (*first["works"], *rest["works"])] == made
    assert rest["next"] is None


def test_a_works_states_come_as_events(shared: Client, done: dict[str, Any]) -> None:
    answer = shared.get(done["links"]["events"])
    assert answer.headers["content-type"].startswith("text/event-stream")
    lines = answer.text.splitlines()
    assert "event: work" in lines
    data = next(line for line in lines if line.startswith("data: "))
    assert json.loads(data.removeprefix("data: "))["state"] == "done"
    number = next(line for line in lines if line.startswith("id: ")).removeprefix("id: ")
    again = shared.get(done["links"]["events"], headers={"Last-Event-ID": number})
    assert again.status_code == 204


def test_the_sheet_goes_down_and_up(shared: Client, done: dict[str, Any]) -> None:
    sheet = shared.get(done["links"]["sheet.xlsx"])
    assert sheet.status_code == 200
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    rows = book.worksheets[0]
    titles = [cell.value for cell in rows[1]]
    column = next(n for n, title in enumerate(titles, 1) if "改" in title and "藏" in title)
    rows.cell(row=3, column=column).value = "བཀྲ་ཤིས་བདེ་ལེགས།"
    changed = io.BytesIO()
    book.save(changed)
    kind = {"Content-Type": sheet.headers["content-type"]}
    assert "sheet" not in done["links"]
    tag = shared.get(done["url"]).headers["etag"]
    answer = shared.put(f"{done['url']}/sheet", content=changed.getvalue(), headers=kind)
    assert shared.get(done["url"], headers={"If-None-Match": tag}).status_code == 200
    assert answer.status_code == 200, answer.text
    assert [one["after"] for one in answer.json()["changes"]] == ["བཀྲ་ཤིས་བདེ་ལེགས།"]
    assert shared.get(f"{done['url']}/sheet").json() == answer.json()
    assert shared.get(done["url"]).json()["links"]["sheet"] == f"{done['url']}/sheet"
    archive = zipfile.ZipFile(io.BytesIO(shared.get(f"{done['url']}/corrected.zip").content))
    assert archive.namelist() == ["bo.fixed.srt"]
    again = shared.post(
        WORKS, json={"previous": done["id"], "keep": ["bo", "zh"], "use": "corrected"}
    )
    work = ended(shared, again.json()["url"])
    assert work["previous"] == done["id"]
    answer = shared.get(work["links"]["changes"])
    assert answer.status_code == 200, answer.text
    changes = answer.json()
    assert [finding["rule"] for finding in changes["gone"]] == ["untranslated"]
    assert "untranslated" not in [
        finding["rule"] for finding in (*changes["new"], *changes["same"])
    ]


def test_the_annex_is_a_pdf(shared: Client, done: dict[str, Any]) -> None:
    pytest.importorskip("typst")
    answer = shared.get(done["links"]["annex.pdf"], params={"party": "某某单位"})
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    problem(
        shared.get(done["links"]["annex.pdf"], params={"title": "x" * 300}), 422, "query-invalid"
    )


def test_nothing_to_fix_is_said(shared: Client, done: dict[str, Any]) -> None:
    assert shared.get(done["links"]["fixes"]).json()["nothing"] is True
    problem(shared.get(done["links"]["fixed.zip"]), 404, "fixed-nothing")


def test_what_can_be_fixed_is_shown_and_taken(shared: Client) -> None:
    work = ended(shared, submitted(shared, SPOILT_BO)["url"])
    shown = shared.get(f"{work['links']['fixes']}?lang=en").json()
    assert shown["nothing"] is False
    assert [file["name"] for file in shown["files"]] == ["bo.fixed.srt"]
    archive = zipfile.ZipFile(io.BytesIO(shared.get(work["links"]["fixed.zip"]).content))
    archive.read("bo.fixed.srt").decode("utf-8")
    again = shared.post(WORKS, json={"previous": work["id"], "keep": ["bo", "zh"], "use": "fixed"})
    found = ended(shared, again.json()["url"])
    assert [file["name"] for file in found["files"]] == ["bo.fixed.srt", "zh.srt"]


def test_the_overview_is_batchs(shared: Client, done: dict[str, Any]) -> None:
    overview = shared.get("/api/v1/overview.json").json()
    assert overview["schema"] == "bilingual.batch/1"
    assert done["id"] in [work["id"] for work in overview["works"]]
    page = shared.get("/api/v1/overview.html?lang=en")
    assert f"works/{done['id']}/report.html" in page.text
    assert "script-src 'sha256-" in page.headers["content-security-policy"]


# Uploads in pieces.


def test_a_file_comes_in_pieces(shared: Client) -> None:
    bo, zh = upload(shared, "我的.bo.srt", SOUND_BO), upload(shared, "我的.zh.srt", ZH_FILE)
    looked = shared.post("/api/v1/inspect", json={"files": [{"upload": bo}, {"upload": zh}]}).json()
    assert looked["ready"] is True
    assert [(one["name"], one["role"]) for one in looked["files"]] == [
        ("我的.bo.srt", "bo"), ("我的.zh.srt", "zh")
    ]  # fmt: skip
    answer = shared.post(WORKS, json={"files": {"bo": bo, "zh": zh}})
    work = ended(shared, answer.json()["url"])
    assert work["state"] == "done"
    problem(shared.get(f"/api/v1/uploads/{bo}"), 404, "upload-unknown")


def test_what_is_wrong_is_said_before_anything_runs(shared: Client) -> None:
    one, two = upload(shared, "a.srt", SOUND_BO), upload(shared, "b.srt", SOUND_BO + b"\n")
    looked = shared.post(
        "/api/v1/inspect?lang=en", json={"files": [{"upload": one}, {"upload": two}]}
    ).json()
    assert looked["ready"] is False
    assert [wrong["code"] for wrong in looked["problems"]] == ["inputs-ambiguous"]
    assert looked["problems"][0]["message"] == (
        "2 files may be the Tibetan subtitles: a.srt, b.srt. Under “Used as” "
        "choose “Tibetan subtitles” for the one to use, or remove the others."
    )
    assert {(one["role"], one["text"]) for one in looked["files"]} == {(None, "to be chosen")}
    chosen = [{"upload": one, "role": "bo"}, {"upload": two, "role": "none"}]
    looked = shared.post("/api/v1/inspect", json={"files": chosen}).json()
    assert looked["ready"] is True
    twice = [{"upload": one, "role": "bo"}, {"upload": two, "role": "bo"}]
    looked = shared.post("/api/v1/inspect", json={"files": twice}).json()
    assert [wrong["code"] for wrong in looked["problems"]] == ["inputs-role-twice"]
    form = {"summary": "很" * 150, "title": "太阳"}
    looked = shared.post("/api/v1/inspect", json={"files": chosen, "form": form}).json()
    assert "summary-length" in [finding["rule"] for finding in looked["findings"]]


def test_a_doubt_about_two_files_leaves_the_others_what_they_are(shared: Client) -> None:
    names = {
        "a.srt": SOUND_BO,
        "b.srt": SOUND_BO + b"\n",
        "1.srt": ZH_FILE,
        "NOTE.md": b"# Notes\n",
    }
    ids = {name: upload(shared, name, data) for name, data in names.items()}

    def looked(**chosen: str) -> tuple[dict[str, str | None], list[dict[str, Any]]]:
        files = [{"upload": one, "role": chosen.get(name[0])} for name, one in ids.items()]
        answer = shared.post("/api/v1/inspect", json={"files": files}).json()
        return {one["name"]: one["role"] for one in answer["files"]}, answer["problems"]

    others = {"1.srt": "zh", "NOTE.md": "none"}
    roles, problems = looked()
    assert roles == {"a.srt": None, "b.srt": None, **others}
    assert problems[0]["params"]["files"] == ["a.srt", "b.srt"]
    assert problems[0]["message"] == (
        "有 2 个文件都可能是藏文字幕：a.srt、b.srt。"
        "请在要用的那一个的“用作”里选“藏文字幕”，或移除多余的。"
    )
    # As it is said there.
    assert looked(b="bo") == ({"a.srt": "none", "b.srt": "bo", **others}, [])
    # Chosen twice, it is these two alone that are wrong.
    roles, problems = looked(a="bo", b="bo")
    assert roles == {"a.srt": "bo", "b.srt": "bo", **others}
    assert [one["code"] for one in problems] == ["inputs-role-twice"]
    # Of every doubt it is said.
    ids["2.srt"] = upload(shared, "2.srt", ZH_FILE + b"\n")
    roles, problems = looked()
    assert roles == dict.fromkeys(("a.srt", "b.srt", "1.srt", "2.srt")) | {"NOTE.md": "none"}
    assert [one["params"]["role"] for one in problems] == ["bo", "zh"]


def test_a_folder_may_hold_what_is_not_needed(shared: Client) -> None:
    """As it does on the command line: a pledge as PDF, a picture, notes, subtitles in English."""
    english = srt(["The sun is a star.", "It gives us light."]).encode()
    others = {
        "承诺书.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n",
        "封面.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(64),
        "NOTE.md": b"# The sun\n\nNotes.\n",
        "planted.json": b'{"faults": []}',
        "sun.en.srt": english,
    }
    names = {"bo.srt": SOUND_BO, "zh.srt": ZH_FILE, **others}
    files = [{"upload": upload(shared, name, data)} for name, data in names.items()]
    looked = shared.post("/api/v1/inspect", json={"files": files}).json()
    assert (looked["problems"], looked["ready"]) == ([], True)
    roles = {one["name"]: one["role"] for one in looked["files"]}
    assert roles == {"bo.srt": "bo", "zh.srt": "zh"} | dict.fromkeys(others, "none")
    # All at once in one request, too.
    sent = [("files", (name, data)) for name, data in names.items()]
    work = ended(shared, shared.post(WORKS, files=sent).json()["url"])
    assert {one["name"]: one["role"] for one in work["files"]} == {"bo.srt": "bo", "zh.srt": "zh"}
    # Where nothing can be checked, that is said.
    alone = shared.post("/api/v1/inspect", json={"files": files[2:5]}).json()
    assert [wrong["code"] for wrong in alone["problems"]] == ["inputs-none"]
    assert "承诺书.pdf" in alone["problems"][0]["message"]


def test_a_new_file_takes_the_place_of_one_that_is_kept(
    shared: Client, done: dict[str, Any]
) -> None:
    """Checked again with one file changed: the other is that of the first time."""
    better = upload(shared, "新的.srt", SOUND_BO)
    asked = {"files": [{"upload": better}], "previous": done["id"], "keep": ["bo", "zh"]}
    looked = shared.post("/api/v1/inspect", json=asked).json()
    assert [(one["name"], one["role"]) for one in looked["files"]] == [("新的.srt", "bo")]
    assert looked["problems"] == []
    assert looked["ready"] is True
    assert "untranslated" not in [finding["rule"] for finding in looked["findings"]]
    chosen = asked | {"files": [{"upload": better, "role": "none"}]}
    looked = shared.post("/api/v1/inspect", json=chosen).json()
    assert "untranslated" in [finding["rule"] for finding in looked["findings"]]
    # A form, too, is no reason to ask which subtitles are meant.
    form = upload(shared, "form.json", b'{"title": "a", "authors": "b", "language": "c"}')
    asked["files"] = [{"upload": form}]
    looked = shared.post("/api/v1/inspect", json=asked).json()
    assert [one["role"] for one in looked["files"]] == ["form"]
    assert looked["problems"] == []
    # Two in the place of one are still too many.
    other = upload(shared, "也是.srt", SOUND_BO + b"\n")
    asked["files"] = [{"upload": better}, {"upload": other}]
    looked = shared.post("/api/v1/inspect", json=asked).json()
    assert [wrong["code"] for wrong in looked["problems"]] == ["inputs-ambiguous"]


def test_what_the_earlier_work_lacks_cannot_be_kept(shared: Client, done: dict[str, Any]) -> None:
    """What is said before anything runs is what submitting says."""
    asked: dict[str, Any] = {"files": [], "previous": done["id"], "keep": ["video", "bo", "zh"]}
    looked = shared.post("/api/v1/inspect", json=asked).json()
    assert [wrong["code"] for wrong in looked["problems"]] == ["work-without-file"]
    assert looked["ready"] is False
    (place,) = shared.post(WORKS, json=asked | {"files": {}}).json()["errors"]
    assert place["code"] == "work-without-file"
    # A new file that holds both languages takes the place of what is lacking.
    alone = shared.post(WORKS, files={"zh": ("zh.srt", ZH_FILE)}).json()
    lines = [f"{bo}\n{zh}" for bo, zh in zip(BO, ZH, strict=True)]
    both = upload(shared, "both.srt", srt(lines).encode())
    asked = {"files": [{"upload": both}], "previous": alone["id"], "keep": ["bo", "zh"]}
    looked = shared.post("/api/v1/inspect", json=asked).json()
    assert (looked["problems"], looked["ready"]) == ([], True)


def test_one_file_with_both_languages_is_kept_as_both_and_its_form(shared: Client) -> None:
    """What is fixed in the lines of one language makes a new file for both."""
    wrong = ("ཉི་མ་་ནི་བརྟན་སྐར་ཞིག་ཡིན།", *BO[1:])
    both = srt([f"{bo}\n{zh}" for bo, zh in zip(wrong, ZH, strict=True)]).encode()
    one = upload(shared, "both.srt", both)
    form = {"title": "太阳"}
    made = shared.post(WORKS, json={"files": {"bo": one, "zh": one}, "form": form})
    work = ended(shared, made.json()["url"])
    assert work["state"] == "done", work["reason"]
    shown = shared.get(work["links"]["fixes"]).json()
    assert {file["side"] for file in shown["files"]} == {"bo", "zh"}
    asked = {"previous": work["id"], "keep": ["bo", "zh", "form"], "use": "fixed"}
    found = ended(shared, shared.post(WORKS, json=asked).json()["url"])
    assert [file["name"] for file in found["files"]] == ["both.fixed.srt"] * 2
    assert found["title"] == work["title"] == "太阳"
    assert shared.get(found["links"]["report.json"]).json()["form"]["title"] == "太阳"


def test_a_form_that_is_kept_names_a_pledge_only_where_the_file_is_kept_too(
    shared: Client,
) -> None:
    zh = upload(shared, "zh.srt", srt(ZH).encode())
    pledge = upload(shared, "承诺书.pdf", b"%PDF-1.4\n%%EOF\n")
    asked: dict[str, Any] = {"files": {"zh": zh, "pledge": pledge}, "form": {"title": "太阳"}}
    first = ended(shared, shared.post(WORKS, json=asked).json()["url"])

    def judged(keep: list[str]) -> tuple[str, str | None]:
        again = {"previous": first["id"], "keep": keep}
        work = ended(shared, shared.post(WORKS, json=again).json()["url"])
        assert work["state"] == "done", work["reason"]
        report = shared.get(work["links"]["report.json"]).json()
        assert report["form"]["title"] == "太阳"
        check = next(one for one in report["checks"] if one["rule"] == "pledge")
        return check["verdict"], check.get("reason")

    assert judged(["zh", "pledge", "form"]) == ("pass", None)
    assert judged(["zh", "form"]) == ("not-applicable", "form-field-absent")


def test_a_piece_in_the_wrong_place_is_refused(shared: Client) -> None:
    made = shared.post("/api/v1/uploads", json={"name": "a.srt", "bytes": 10}).json()
    url = made["url"]
    wrong = shared.patch(url, content=b"1234", headers=PIECE | {"Upload-Offset": "4"})
    assert problem(wrong, 409, "upload-offset")["params"] == {"received": 0}
    problem(shared.patch(url, content=b"1", headers=PIECE), 409, "upload-offset")
    problem(shared.patch(url, content=b"1", headers={"Upload-Offset": "0"}), 415, "upload-type")
    long = shared.patch(url, content=b"x" * 11, headers=PIECE | {"Upload-Offset": "0"})
    problem(long, 413, "upload-over")
    assert shared.get(url).json()["received"] == 0
    problem(shared.post(WORKS, json={"files": {"bo": made["id"]}}), 409, "upload-incomplete")
    assert shared.delete(url).status_code == 204
    problem(shared.get(url), 404, "upload-unknown")


@pytest.mark.parametrize("body", [
    {"name": "a", "bytes": 0}, {"name": "a", "bytes": -1}, {"name": "a"}, {"bytes": 1},
    {"name": "a", "bytes": "1"}, {"name": "a", "bytes": 1, "path": "/etc"}, {"name": 1, "bytes": 1},
])  # fmt: skip
def test_an_upload_that_is_none_is_refused(shared: Client, body: Any) -> None:
    answer = shared.post("/api/v1/uploads", json=body)
    assert answer.status_code == 422
    assert answer.json()["code"] in ("json-invalid", "upload-empty")


# Submissions that are wrong.


def test_a_submission_of_nothing_says_so(shared: Client) -> None:
    for answer in (shared.post(WORKS, json={}), shared.post(WORKS, files={"form": (None, "{}")})):
        places = problem(answer, 422, "work-invalid")["errors"]
        assert [(one["where"], one["code"]) for one in places] == [("files", "nothing-handed-in")]


def test_every_place_that_is_wrong_is_named(shared: Client) -> None:
    files: dict[str, Any] = {"bo": ("bo.srt", b""), "zh": (None, "text")}
    places = problem(shared.post(WORKS, files=files), 422, "work-invalid")["errors"]
    assert [(one["where"], one["code"]) for one in places] == [("zh", "field-file")]
    files = {"bo": ("bo.srt", b""), "zh": ("zh.srt", b"")}
    places = problem(shared.post(WORKS, files=files), 422, "work-invalid")["errors"]
    assert [one["where"] for one in places] == ["bo", "zh"]
    files = {"bo": ("bo.srt", SOUND_BO), "form": ("form.toml", b"title = ")}
    places = problem(shared.post(WORKS, files=files), 422, "work-invalid")["errors"]
    assert [(one["where"], one["code"]) for one in places] == [("form.toml", "form-invalid")]
    hook = {"settings": json.dumps({"webhook": "http://127.0.0.1:1/"})}
    answer = shared.post(WORKS, files={"bo": ("bo.srt", SOUND_BO)}, data=hook)
    places = problem(answer, 422, "work-invalid")["errors"]
    assert [one["where"] for one in places] == ["settings.webhook"]


@pytest.mark.parametrize("settings", [
    "[]", "{", '{"config": "/etc/passwd"}', '{"asr": "whisper"}', '{"glossary": ["/etc/passwd"]}',
    '{"asr_model": "/models"}', '{"category": "other"}', '{"audio_stream": -1}',
])  # fmt: skip
def test_settings_that_are_not_the_callers_are_refused(shared: Client, settings: str) -> None:
    answer = shared.post(WORKS, files={"bo": ("bo.srt", SOUND_BO)}, data={"settings": settings})
    problem(answer, 422, "json-invalid")


def test_files_whose_roles_are_found_out(shared: Client) -> None:
    files = [("files", ("one.srt", SOUND_BO)), ("files", ("two.srt", ZH_FILE))]
    work = ended(shared, shared.post(WORKS, files=files).json()["url"])
    assert [(one["role"], one["name"]) for one in work["files"]] == [
        ("bo", "one.srt"), ("zh", "two.srt")
    ]  # fmt: skip
    same = [("files", ("one.srt", SOUND_BO)), ("files", ("two.srt", SOUND_BO + b"\n"))]
    places = problem(shared.post(WORKS, files=same), 422, "work-invalid")["errors"]
    assert places[0]["code"] == "inputs-ambiguous"
    assert list(service_behind(shared).folders.uploads.glob("*")) == [
        path for path in service_behind(shared).folders.uploads.glob("*") if path.stat().st_size
    ]


NAMES = (
    "../../../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "a\x00b.srt",
    "\u202egnp.srt", "CON", "." * 300, "x" * 5000 + ".srt", "", "~/.ssh/id_rsa", "a/b/c.srt",
    "%2e%2e%2fetc", "\r\nSet-Cookie: a=b", "<script>alert(1)</script>.srt", "བོད་ཡིག.srt",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=lambda n: ascii(n)[:30])
def test_a_name_is_a_word_and_never_a_path(shared: Client, name: str) -> None:
    made = shared.post("/api/v1/uploads", json={"name": name, "bytes": 3})
    assert made.status_code == 201
    shown = made.json()["name"]
    assert 0 < len(shown) <= 255 * 8
    assert shown.isprintable()
    assert "/" not in shown
    folders = service_behind(shared).folders
    shared.patch(made.json()["url"], content=b"abc", headers=PIECE | {"Upload-Offset": "0"})
    lying = [path for path in folders.root.rglob("*") if path.is_file()]
    stored = [path for path in lying if made.json()["id"] in path.name]
    assert [path.parent for path in stored] == [folders.uploads]
    assert not (folders.root.parent / "passwd").exists()


def test_ids_are_no_paths(shared: Client) -> None:
    for name in ("..", "%2e%2e", "..%2f..%2fetc", "a" * 22, "A" * 22, "x", "%00", "a" * 5000):
        for url in (f"{WORKS}/{name}", f"{WORKS}/{name}/report.json", f"/api/v1/uploads/{name}"):
            answer = shared.get(url)
            assert answer.status_code == 404, url
            assert answer.headers["content-type"] == "application/problem+json"


# Many, often, late.


def test_a_call_that_is_repeated_makes_one_work(shared: Client) -> None:
    headers = {"Idempotency-Key": "one"}
    first, second = (submitted(shared, headers=headers) for _ in range(2))
    assert first == second
    named = {"files": {"bo": upload(shared, "a.srt", SOUND_BO)}}
    again = [shared.post(WORKS, json=named, headers={"Idempotency-Key": "two"}) for _ in range(2)]
    assert again[0].json() == again[1].json()
    assert again[1].status_code == 202
    other = shared.post(WORKS, files={"bo": ("bo.srt", SOUND_BO)}, headers=headers)
    problem(other, 422, "key-used")
    renamed = {"bo": ("sun.bo.srt", FAULTY_BO), "zh": ("zh.srt", ZH_FILE)}
    problem(shared.post(WORKS, files=renamed, headers=headers), 422, "key-used")
    problem(shared.post(WORKS, headers={"Idempotency-Key": "k" * 201}), 400, "key-invalid")


def test_a_full_queue_asks_to_come_back(serving: Callable[..., Client]) -> None:
    client = serving(queue_limit=0)
    answer = client.post(WORKS, files={"bo": ("bo.srt", SOUND_BO)})
    problem(answer, 429, "queue-full")
    assert int(answer.headers["retry-after"]) > 0


def test_what_is_too_large_is_refused_while_it_comes(serving: Callable[..., Client]) -> None:
    client = serving(max_upload_bytes=1024)
    big = {"bo": ("bo.srt", b"x" * 700), "zh": ("zh.srt", b"x" * 700)}
    problem(client.post(WORKS, files=big), 413, "upload-large")
    answer = client.post("/api/v1/uploads", json={"name": "a.mp4", "bytes": 1025})
    problem(answer, 413, "upload-large")
    assert list(service_behind(client).folders.uploads.iterdir()) == []
    assert list(service_behind(client).folders.works.iterdir()) == []


def test_a_full_disk_refuses_new_works_and_keeps_the_others(
    serving: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serving()
    work = ended(client, submitted(client)["url"])
    monkeypatch.setattr("bilingual.server.folders.Folders.free_bytes", lambda self: 1024)
    files = {"bo": ("bo.srt", SOUND_BO)}
    problem(client.post(WORKS, files=files), 507, "disk-full")
    problem(client.post("/api/v1/uploads", json={"name": "a", "bytes": 9}), 507, "disk-full")
    after = client.get(work["url"]).json()
    assert (work["state"], after["state"]) == ("done", "done"), after
    assert client.get(work["links"]["report.json"]).status_code == 200
    monkeypatch.undo()
    assert client.post(WORKS, files=files).status_code == 202


def test_many_fields_are_refused(shared: Client) -> None:
    fields = [("files", (f"{n}.txt", b"")) for n in range(100)]
    problem(shared.post(WORKS, files=fields), 413, "field-many")
    problem(shared.post(WORKS, files={"odd": ("a", b"")}), 422, "field-unknown")
    boundary = b'--b\r\nContent-Disposition: form-data; name="bo"; filename="' + b"x" * 9000
    answer = shared.post(
        WORKS, content=boundary, headers={"Content-Type": "multipart/form-data; boundary=b"}
    )
    problem(answer, 400, "multipart-invalid")
    assert list(service_behind(shared).folders.uploads.glob("*.txt")) == []


HALF = b'--b\r\nContent-Disposition: form-data; name="bo"; filename="a.srt"\r\n\r\n1\r\n00:00'


@pytest.mark.parametrize("body", [
    b"", b"--b", HALF, HALF + b"\r\n--b", b"no boundary at all",
    b"--b\r\n\r\nno head\r\n--b--\r\n", b"--b\r\nContent-Disposition: x\r\n\r\n\r\n--b--\r\n",
], ids=lambda b: ascii(b)[-24:])  # fmt: skip
def test_half_a_body_leaves_nothing(shared: Client, body: bytes) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = shared.post(WORKS, content=body, headers=headers)
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["code"] in ("multipart-invalid", "work-invalid")
    uploads = {path.stem for path in service_behind(shared).folders.uploads.iterdir()}
    assert uploads <= {one.id for one in service_behind(shared).store.uploads()}


def test_a_deleted_work_is_gone(serving: Callable[..., Client]) -> None:
    client = serving()
    work = ended(client, submitted(client)["url"])
    assert client.delete(work["url"]).status_code == 204
    problem(client.get(work["url"]), 404, "work-unknown")
    problem(client.delete(work["url"]), 404, "work-unknown")
    for name in ("report.json", "review", "events", "video", "fixes", "changes"):
        problem(client.get(f"{work['url']}/{name}"), 404, "work-unknown")
    folders = service_behind(client).folders
    assert [*folders.works.iterdir(), *folders.uploads.iterdir(), *folders.trash.iterdir()] == []
    assert client.get(WORKS).json()["works"] == []


def test_what_waits_is_cancelled(serving: Callable[..., Client]) -> None:
    client = serving()
    service_behind(client).dispatcher._full_until = float("inf")
    work = submitted(client)
    shown = client.get(work["url"]).json()
    assert shown["state"] == "queued"
    problem(client.get(f"{work['url']}/report.json"), 409, "not-ready")
    answer = client.post(f"{work['url']}/cancel")
    assert (answer.status_code, answer.json()["state"]) == (202, "cancelled")
    problem(client.post(f"{work['url']}/cancel"), 409, "work-ended")
    problem(client.get(f"{work['url']}/report.json"), 404, "no-report")


def test_a_work_that_cannot_be_checked_says_why(shared: Client) -> None:
    files = {"bo": ("mine.srt", b"no subtitles at all")}
    work = ended(shared, shared.post(WORKS, files=files).json()["url"])
    assert work["state"] == "failed"
    assert "mine.srt" in work["reason"]["message"]
    problem(shared.get(f"{work['url']}/report.json"), 404, "no-report")


# Restarts.


def test_a_restart_goes_on_with_what_waited(serving: Callable[..., Client], tmp_path: Path) -> None:
    first = serving()
    service_behind(first).dispatcher._full_until = float("inf")
    waiting = submitted(first)
    cut_off = submitted(first)
    assert service_behind(first).store.begin(cut_off["id"])
    first.__exit__(None, None, None)
    second = serving(data=tmp_path / "data")
    assert ended(second, waiting["url"])["state"] == "done"
    shown = second.get(f"{cut_off['url']}?lang=en").json()
    assert shown["state"] == "failed"
    assert shown["reason"]["code"] == "work-interrupted"


def test_what_was_finished_when_the_service_died_is_done(
    serving: Callable[..., Client], tmp_path: Path
) -> None:
    first = serving()
    work = ended(first, submitted(first)["url"])
    store = service_behind(first).store
    with store._change() as database:
        database.execute("UPDATE works SET state = 'running', finished = NULL")
    first.__exit__(None, None, None)
    second = serving(data=tmp_path / "data")
    assert second.get(work["url"]).json()["verdict"] == "fail"


def test_what_belongs_to_nothing_is_removed_at_the_start(
    serving: Callable[..., Client], tmp_path: Path
) -> None:
    first = serving()
    work = ended(first, submitted(first)["url"])
    half = first.post("/api/v1/uploads", json={"name": "a.srt", "bytes": 9}).json()
    first.patch(half["url"], content=b"abc", headers=PIECE | {"Upload-Offset": "0"})
    folders = service_behind(first).folders
    first.__exit__(None, None, None)
    for orphan in (folders.works / ("b" * 22), folders.trash / ("c" * 22), folders.works / "odd"):
        (orphan / "input").mkdir(parents=True)
    (folders.uploads / ("d" * 22)).write_bytes(b"x")
    second = serving(data=tmp_path / "data")
    # What has no name of the service's own is somebody else's.
    assert {path.name for path in folders.works.iterdir()} == {work["id"], "odd"}
    assert list(folders.trash.iterdir()) == []
    assert [path.stem for path in folders.uploads.iterdir()] == [half["id"]]
    assert second.get(half["url"]).json()["received"] == 3


def test_works_go_when_their_days_are_over(serving: Callable[..., Client], tmp_path: Path) -> None:
    first = serving()
    work = ended(first, submitted(first)["url"])
    store = service_behind(first).store
    with store._change() as database:
        database.execute("UPDATE works SET finished = finished - 3 * 86400")
    first.__exit__(None, None, None)
    kept = serving(data=tmp_path / "data", keep_days=4)
    assert kept.get(work["url"]).status_code == 200
    kept.__exit__(None, None, None)
    gone = serving(data=tmp_path / "data", keep_days=2)
    problem(gone.get(work["url"]), 404, "work-unknown")
    assert list((tmp_path / "data" / "works").iterdir()) == []
