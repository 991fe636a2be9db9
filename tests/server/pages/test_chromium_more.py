"""The pages in a real browser: two reviewers, the translator's sheet, signing in."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fixes.test_fixing import ZH, srt
from tests.render.browser import needs_chromium
from tests.server.pages.conftest import MAKERS, TOKENS, Served
from tests.server.pages.opened import Opened
from tests.server.pages.test_chromium import known, tracks
from tests.server.tracks import SOUND_BO

pytestmark = [needs_chromium, pytest.mark.slow]


def review_as(opened: Opened, name: str) -> Any:
    """Take a name for reviewing; the first choice that the report then offers."""
    opened.to("reviews")
    opened.page.locator("#as-name").fill(name)
    opened.page.get_by_role("button", name="以这个名字复核").click()
    opened.until(
        f"""(() => {{
          const inner = document.getElementById("report").contentDocument;
          const box = inner && inner.readyState === "complete" && inner.getElementById("reviewer");
          return box && box.value === {name!r};
        }})()"""
    )
    return opened.report.locator(".finding select.decision").first


def test_two_reviewers_stand_side_by_side(browser: Any, served: Served, faulty: Path) -> None:
    opened = Opened(browser, served.address)
    page = opened.page
    opened.choose(tracks(faulty))
    opened.start()
    for name, decision in (("卓玛", "confirmed"), ("李老师", "dismissed")):
        choice = review_as(opened, name)
        assert choice.input_value() == "open"  # of the other's decisions nothing is here
        choice.select_option(decision)
        page.locator("#kept").get_by_text(f"复核已保存（{name}").wait_for()
    opened.to("reviews")
    page.locator("table.compared").wait_for()
    heads = page.locator("table.compared thead th").all_inner_texts()
    assert set(heads[1:]) == {"卓玛", "李老师"}
    assert page.locator("tr.differ").count() == 1
    assert len(known(opened, "/reviews")["reviews"]) >= 2
    assert opened.axe() == []

    # The first one's is there when that name is taken again.
    assert review_as(opened, "卓玛").input_value() == "confirmed"
    assert opened.quiet()


def test_the_sheet_goes_to_the_translator_and_comes_back(
    browser: Any, served: Served, faulty: Path, tmp_path: Path
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    opened = Opened(browser, served.address)
    page = opened.page
    opened.choose(tracks(faulty))
    opened.start()
    first = opened.work_id
    opened.to("sheet")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载表格").click()
    path = tmp_path / "sheet.xlsx"
    waiting.value.save_as(path)
    book = openpyxl.load_workbook(path)
    sheet = book.active
    heads = [cell.value for cell in sheet[1]]
    row = next(r for r in sheet.iter_rows(min_row=2) if "༡༩༠" in str(r[heads.index("藏文")].value))
    row[heads.index("改正后的藏文")].value = row[heads.index("藏文")].value.replace("༡༩༠", "༡༠༩")
    book.save(path)
    page.locator("#sheet-up").set_input_files(str(path))
    page.locator("#sheet-body table").wait_for()
    assert "༡༠༩" in page.locator("#sheet-body table").inner_text()
    assert opened.axe() == []
    page.reload()  # whoever comes back to it finds it there
    page.locator("#sheet-body table").wait_for()
    assert "༡༠༩" in page.locator("#sheet-body table").inner_text()
    page.get_by_role("button", name="用译者改过的字幕再查一次").click()
    page.wait_for_url(lambda url: "/works/" in url and first not in url)
    opened.finished()
    gone = known(opened, "/changes")["gone"]
    assert "number-mismatch" in {f["rule"] for f in gone}
    assert opened.quiet()


def test_what_may_change_the_meaning_is_shown_and_not_made(
    browser: Any, served: Served, tmp_path: Path
) -> None:
    (tmp_path / "bo.srt").write_bytes(SOUND_BO)
    before, after = "太阳,是一颗恒星。", "太阳，是一颗恒星。"
    (tmp_path / "zh.srt").write_text(srt([before, *ZH[1:]]), encoding="utf-8")
    opened = Opened(browser, served.address)
    page = opened.page
    opened.choose([tmp_path / "bo.srt", tmp_path / "zh.srt"])
    opened.start()
    opened.to("fix")
    shown = page.locator("#fix-body ul.doubtful li")
    shown.first.wait_for()
    assert shown.count() == 1
    assert f"{before} → {after}" in shown.inner_text()
    assert "--" not in page.locator("#fix-body").inner_text()  # no option of a command line
    assert page.locator("#fix-body a.button").count() == 0
    assert opened.axe() == []
    assert opened.quiet()


def test_in_an_office_one_signs_in_and_sees_what_is_ones_own(
    browser: Any, serve: Callable[..., Served], faulty: Path, tokens: Path
) -> None:
    served = serve("--token-file", str(tokens))
    maker, (_, secret) = next(iter(MAKERS.items()))
    opened = Opened(browser, served.address)
    page = opened.page
    assert page.url.startswith(f"{served.address}/login")
    assert opened.axe() == []
    page.locator("#token").fill("wrong-token-0123456789")
    page.get_by_role("button", name="登录").click()
    page.locator("#login-said").get_by_text("口令").wait_for()
    opened.expected = [
        "Failed to load resource: the server responded with a status of 401 (Unauthorized)"
    ]
    page.locator("#token").fill(secret)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{served.address}/")
    assert maker in page.locator("header").inner_text()
    assert page.get_by_role("link", name="评审总览").count() == 0
    opened.choose(tracks(faulty))
    opened.start()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/login")

    # Another's works are not shown; who reviews sees them. No address leads to another site.
    _, secret = list(MAKERS.values())[1]
    page.goto(f"{served.address}/login?next=%2F%09%2Felsewhere.example%2F")
    page.locator("#token").fill(secret)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{served.address}/")
    page.locator("#no-works").wait_for()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/login")
    page.locator("#token").fill(TOKENS["卓玛"][1])
    page.get_by_role("button", name="登录").click()
    page.get_by_role("link", name="评审总览").click()
    frame = page.frame_locator("#overview")
    frame.locator("#works a").first.click()
    page.wait_for_url("**/works/*")
    opened.finished()
    # Nothing is offered that who reviews may not do.
    offered = page.locator("#tabs a:visible").all_inner_texts()
    assert {"报告", "复核记录", "文件与删除"} <= set(offered)
    assert "改后再查" not in offered
    assert page.locator("#work-next").inner_text() == ""
    page.evaluate("location.hash = 'again'")
    page.locator("#panel-report").wait_for()
    opened.to("files")
    assert page.locator("#files-list li").count() == 2
    assert page.locator("[data-delete]:visible, [data-change]:visible").count() == 0
    assert not [
        url
        for url in opened.asked
        if any(s in url for _, s in [*TOKENS.values(), *MAKERS.values()])
    ]
    assert opened.quiet()


def test_the_annex_and_files_changed_by_hand(
    browser: Any, served: Served, faulty: Path, tmp_path: Path
) -> None:
    opened = Opened(browser, served.address)
    page = opened.page
    opened.choose(tracks(faulty))
    opened.start()
    first = opened.work_id
    opened.to("annex")
    page.locator("#annex-work").fill("太阳")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="生成 PDF").click()
    assert waiting.value.suggested_filename == "核查情况附表.pdf"
    assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF")

    # Only the changed file is given; the other is that of the first time.
    better = tmp_path / "藏文新版.srt"
    text = (faulty / "bo.srt").read_text("utf-8")
    better.write_text(text.replace("༡༩༠", "༡༠༩"), "utf-8")
    opened.to("again")
    opened.choose([better])
    opened.row("bo.srt").get_by_text("换成了新放入的文件").wait_for()
    assert opened.row("zh.srt").get_by_role("checkbox").is_checked()
    opened.until('document.querySelector(\'[data-part="start"]\').ariaDisabled === "false"')
    assert opened.axe() == []
    opened.part("start").click()
    page.wait_for_url(lambda url: "/works/" in url and first not in url)
    opened.finished()
    assert [f["rule"] for f in known(opened, "/changes")["gone"]] == ["number-mismatch"]
    assert {f["name"] for f in known(opened, "")["files"]} == {"藏文新版.srt", "zh.srt"}
    assert opened.quiet()


def test_a_piece_whose_upload_is_held_by_a_broken_line_is_sent_again(
    browser: Any, served: Served, faulty: Path
) -> None:
    opened, refused = Opened(browser, served.address), list[str]()

    def held(route: Any, request: Any) -> None:
        if request.method != "PATCH" or refused:
            route.fallback()
            return
        refused.append(request.url)
        busy = {"status": 409, "code": "upload-busy", "detail": "…", "params": {}}
        headers = {"Content-Type": "application/problem+json", "Retry-After": "1"}
        route.fulfill(status=409, headers=headers, body=json.dumps(busy))

    opened.page.route("**/api/v1/uploads/*", held)
    opened.choose(tracks(faulty))
    opened.start()
    assert refused


def test_a_folder_with_a_form_and_a_work_that_runs_and_is_stopped_by_its_button(
    browser: Any, served: Served, faulty: Path, tmp_path: Path
) -> None:
    """What the service says of a work that runs is put in its answers: none runs so long here."""
    opened = Opened(browser, served.address)
    page = opened.page
    folder = tmp_path / "太阳"
    folder.mkdir()
    for path in tracks(faulty):
        shutil.copy(path, folder)
    form = {"title": "太阳", "authors": "扎西", "language": "藏汉双语"}
    (folder / "申报表.json").write_text(json.dumps(form, ensure_ascii=False), "utf-8")
    opened.drop(folder)
    opened.until('document.querySelector(\'[data-part="start"]\').ariaDisabled === "false"')
    taken = {"bo.srt": "bo", "zh.srt": "zh", "申报表.json": "form"}
    for name, role in taken.items():
        assert opened.row(name).locator("select").input_value() == role
    opened.start()
    assert page.locator("h1").first.inner_text() == "太阳"
    url = f"/api/v1/works/{opened.work_id}"
    running = {
        "state": "running",
        "verdict": None,
        "stage_text": "识别语音",
        "done": 30,
        "total": 120,
        "left_s": 90,
    }
    stopped: list[str] = []

    def changed(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | running)

    def cancelled(route: Any) -> None:
        stopped.append(route.request.method)
        answer = page.request.get(f"{served.address}{url}")
        route.fulfill(json=answer.json() | {"state": "cancelled", "verdict": None})

    page.route(re.compile(f"{url}$"), changed)
    page.route(re.compile(f"{url}/events"), lambda route: route.fulfill(status=204))
    page.route(re.compile(f"{url}/cancel$"), cancelled)
    page.reload()
    page.locator("#stage").get_by_text("识别语音").wait_for()
    assert page.locator("#left").inner_text() == "大约还要 2 分钟"
    assert page.evaluate("document.getElementById('bar').value") == 0.25
    assert opened.axe() == []
    page.get_by_role("button", name="停止核查").click()
    page.locator("#why").get_by_text("这次核查已停止").wait_for()
    assert stopped == ["POST"]
    assert page.locator("#running").is_hidden()
    assert opened.quiet()
