"""The pages in a real browser, before a real service: from dropping a work to deleting it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.render.browser import needs_chromium
from tests.server.pages.conftest import HIDDEN, Served
from tests.server.pages.opened import PHONE, SMALL, Opened

pytestmark = [needs_chromium, pytest.mark.slow]

PLANTED = {
    "missing-translation",
    "wrong-translation",
    "untranslated",
    "sync-jump",
    "number-mismatch",
}


def tracks(folder: Path) -> list[Path]:
    return [folder / "bo.srt", folder / "zh.srt"]


def known(opened: Opened, path: str) -> Any:
    with urlopen(f"{opened.address}/api/v1/works/{opened.work_id}{path}") as answer:
        return json.load(answer)


def test_from_dropping_a_work_to_deleting_it(
    browser: Any, serve: Callable[..., Served], faulty: Path, tmp_path: Path
) -> None:
    opened = Opened(browser, serve().address)
    page = opened.page
    assert opened.axe() == []

    # What each file was taken for, and what is wrong with them, before anything runs.
    opened.drop(faulty)
    opened.row("太阳.mp4").locator("select").wait_for()
    opened.until('[...document.querySelectorAll(".file select")].every((s) => s.value)')
    roles = {name: opened.row(name).locator("select").input_value() for name in NAMES}
    assert roles == NAMES
    opened.part("found").get_by_text("时长").first.wait_for()  # a film of six seconds
    assert opened.axe() == []
    opened.start()

    # The report, with the film.
    first = opened.work_id
    assert page.locator("#work-verdict").inner_text().startswith("✕ 不通过")
    opened.to("report")
    opened.report.locator("#video").wait_for()
    assert {f["rule"] for f in known(opened, "/report.json")["findings"]} >= PLANTED
    for rule in PLANTED:
        assert opened.report.locator(f'.finding[data-rule="{rule}"]').count() > 0
    opened.report.locator("button.play").first.click()
    opened.until('document.getElementById("video").currentTime > 0', page.frames[1])
    assert opened.axe() == []

    # A review is saved to the service.
    opened.report.locator("#reviewer").fill("卓玛")
    opened.report.locator(".finding select.decision").first.select_option("confirmed")
    page.locator("#kept").get_by_text("复核已保存").wait_for()

    # What can be fixed for certain: a preview, the new files.
    opened.to("fix")
    page.locator("#fix-body table").wait_for()
    assert opened.axe() == []
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载改好的文件").click()
    waiting.value.save_as(tmp_path / "fixed.zip")
    with zipfile.ZipFile(tmp_path / "fixed.zip") as archive:
        (name,) = archive.namelist()
        fixed = archive.read(name).decode("utf-8")
    assert HIDDEN in (faulty / "bo.srt").read_text("utf-8")
    assert HIDDEN not in fixed

    # Checked again with them: what is new, gone and the same.
    page.get_by_role("button", name="用改好的文件再查一次").click()
    page.wait_for_url(lambda url: "/works/" in url and first not in url)
    opened.finished()
    assert opened.work_id != first
    page.locator("#changes-body h3").first.wait_for()
    changed = known(opened, "/changes")
    assert [f["rule"] for f in changed["gone"]] == ["hidden-character"]
    assert changed["new"] == []
    assert {f["rule"] for f in changed["same"]} >= PLANTED
    assert "没有了的：1 处" in page.locator("#changes-body").inner_text()
    assert opened.axe() == []

    # What was decided of the same findings is in the list of works and goes with them.
    opened.to("files")
    assert opened.axe() == []
    page.locator('[data-panel="files"] [data-delete]').click()
    page.get_by_role("button", name="不删除").click()
    assert opened.work_id in page.url
    page.locator('[data-panel="files"] [data-delete]').click()
    assert opened.axe() == []
    page.locator("#ask-yes").click()
    page.wait_for_url(f"{opened.address}/")
    page.locator(".work").first.wait_for()
    assert page.locator(".work").count() == 1
    page.locator(".work button").click()
    page.locator("#ask-yes").click()
    page.locator("#no-works").wait_for()
    assert opened.quiet()


NAMES = {"太阳.mp4": "video", "bo.srt": "bo", "zh.srt": "zh"}


def test_files_chosen_before_the_service_has_answered_are_taken(
    browser: Any, served: Served, faulty: Path
) -> None:
    held: list[Any] = []
    opened = Opened(browser, served.address, "/assets/nothing")  # its page is loaded below
    opened.page.route("**/api/v1/session", lambda route: held.append(route))
    opened.page.goto(served.address + "/")
    opened.choose(tracks(faulty))
    opened.page.wait_for_timeout(200)
    assert held
    assert opened.part("received").is_hidden()
    for route in held:
        route.continue_()
    for path in tracks(faulty):
        opened.row(path.name).wait_for()
    opened.page.close()


def test_the_line_breaks_midway_and_the_page_goes_on(
    browser: Any, served: Served, faulty: Path, tmp_path: Path
) -> None:
    """JavaScript's fetch fails in the middle of a file; then the page is loaded anew."""
    opened = Opened(browser, served.address)
    page = opened.page
    film = tmp_path / "film.mp4"
    film.write_bytes((faulty / "太阳.mp4").read_bytes() + bytes(5_000_000))
    broken = "**/api/v1/uploads/*"
    pieces: list[int] = []

    def breaking(route: Any) -> None:
        offset = int(route.request.headers.get("upload-offset", -1))
        pieces.append(offset)
        if offset > 0:
            route.abort()
        else:
            route.continue_()

    page.route(broken, breaking)
    opened.choose([film])
    notice = page.get_by_role("alert").get_by_text("连接断开了")
    notice.wait_for()
    assert max(pieces) > 0
    assert opened.axe() == []
    shown = opened.row("film.mp4").locator(".file-said").inner_text()
    assert "%" in shown

    # Loaded anew, the same file goes on from where it was.
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    opened.row("film.mp4").get_by_text("请再选一次这个文件").wait_for()
    pieces.clear()
    opened.choose([film])
    notice.wait_for()
    assert pieces[0] > 0
    page.unroute(broken)
    page.get_by_role("button", name="继续").click()
    opened.row("film.mp4").get_by_text("已传完").wait_for()
    notice.wait_for(state="hidden")
    opened.expected = [text for text in opened.said if "ERR_FAILED" in text]
    assert opened.expected
    assert opened.quiet()


def test_the_service_ends_and_comes_back(
    browser: Any, serve: Callable[..., Served], faulty: Path
) -> None:
    served = serve()
    opened = Opened(browser, served.address)
    page = opened.page
    served.end()
    opened.choose(tracks(faulty))
    notice = page.get_by_role("alert").get_by_text("连接")
    notice.wait_for()
    served.start()
    opened.go_on(notice)
    opened.start()
    assert page.locator("#tabs").is_visible()
    assert all("ERR_CONNECTION_REFUSED" in said or "ERR_INCOMPLETE" in said for said in opened.said)


def test_what_is_wrong_is_said_at_once_and_can_be_put_right(
    browser: Any, serve: Callable[..., Served], faulty: Path, tmp_path: Path
) -> None:
    opened = Opened(browser, serve("--max-upload", "1").address)
    empty, large, note = tmp_path / "空.srt", tmp_path / "大.mp4", tmp_path / "说明.docx"
    empty.write_bytes(b"")
    large.write_bytes(bytes(2_000_000))
    note.write_bytes(b"PK\x03\x04" + bytes(100))
    opened.choose([empty, large])
    refused = opened.part("refused").inner_text()
    assert "“空.srt”是空的" in refused
    assert "“大.mp4”有 2.0 MB" in refused
    assert opened.part("received").is_hidden()

    first, second = tmp_path / "一.srt", tmp_path / "二.srt"
    for copy, more in ((first, b""), (second, b"\n")):
        copy.write_bytes((faulty / "bo.srt").read_bytes() + more)
    opened.choose([faulty / "zh.srt", first, second, note])
    opened.part("found").get_by_text("问题").first.wait_for()
    assert opened.part("start").get_attribute("aria-disabled") == "true"
    assert opened.axe() == []
    opened.row("二.srt").locator("select").select_option("none")
    opened.until('document.querySelector(\'[data-part="start"]\').ariaDisabled === "false"')
    assert opened.row("一.srt").locator("select").input_value() == "bo"
    # What lies in the folder besides is no obstacle.
    assert opened.row("说明.docx").locator("select").input_value() == "none"
    opened.row("说明.docx").get_by_text("核查用不到这个文件").wait_for()
    assert opened.quiet()


@pytest.mark.parametrize("size", [PHONE, SMALL], ids=["390", "320"])
def test_on_a_phone_nothing_is_wider_than_the_screen(
    browser: Any, served: Served, faulty: Path, size: tuple[int, int]
) -> None:
    opened = Opened(browser, served.address, size=size, locale="en-GB", color_scheme="dark")
    page = opened.page
    opened.choose([*tracks(faulty), faulty / "太阳.mp4"])
    opened.until('document.querySelector(\'[data-part="start"]\').ariaDisabled === "false"')
    assert opened.overflow() <= 0
    assert opened.axe() == []
    opened.start()
    for panel in ("report", "fix", "sheet", "again", "annex", "reviews", "files"):
        opened.to(panel)
        if panel == "fix":
            page.locator("#fix-body table").wait_for()
        assert opened.overflow() <= 0, panel
        assert opened.axe() == [], panel
    page.goto(f"{opened.address}/overview")
    page.frame_locator("#overview").locator("#works tr").first.wait_for()
    assert opened.overflow() <= 0
    assert opened.axe() == []
    assert opened.quiet()


def test_by_keyboard_alone(browser: Any, served: Served, faulty: Path) -> None:
    opened = Opened(browser, served.address)
    page = opened.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.part") == "files"
    opened.picker_by_key("Space").set_files([str(path) for path in tracks(faulty)])
    opened.until('document.querySelector(\'[data-part="start"]\').ariaDisabled === "false"')
    assert page.locator("#status").inner_text() == "收到 2 个文件。"
    passed = []
    for _ in range(12):
        page.keyboard.press("Tab")
        passed.append(page.evaluate("document.activeElement.textContent.trim().slice(0, 4)"))
        if page.evaluate('document.activeElement.dataset.part === "start"'):
            break
    assert passed[-1] == "开始核查"
    page.keyboard.press("Enter")
    opened.finished()
    assert page.locator("#status").inner_text().startswith("核查完成")
    assert opened.quiet()


def test_the_language_is_remembered(browser: Any, served: Served) -> None:
    opened = Opened(browser, served.address)
    page = opened.page
    assert page.locator("h1").inner_text() == "核查一部作品"
    page.get_by_role("link", name="English").click()
    page.get_by_role("heading", name="Check a work").wait_for()
    page.goto(f"{opened.address}/works/none")
    page.locator("#missing").get_by_text("There is no such work").wait_for()
    opened.expected = [
        "Failed to load resource: the server responded with a status of 404 (Not Found)"
    ]
    page.goto(opened.address)
    assert page.locator("h1").inner_text() == "Check a work"
    assert opened.quiet()
