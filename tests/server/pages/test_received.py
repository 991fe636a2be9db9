"""The list of received files in a real browser: what is to be chosen, two tabs, the time left."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from bilingual.checks.media import container_name
from tests.media.clips import make, picture, tone
from tests.render.browser import needs_chromium
from tests.server.pages.conftest import Served
from tests.server.pages.opened import Opened
from tests.server.pages.test_chromium import tracks

pytestmark = [needs_chromium, pytest.mark.slow]

READY = 'document.querySelector(\'[data-part="start"]\').ariaDisabled === "false"'
LISTS = 'Object.keys(localStorage).filter((key) => key.includes("uploads@")).length'


class Tabs:
    """A browser whose pages are tabs of one window: they share what is kept in it."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._context: Any = None

    def new_page(self, **options: Any) -> Any:
        if self._context is None:
            self._context = self._browser.new_context(**options)
        return self._context.new_page()


def names(opened: Opened) -> list[str]:
    return [str(name) for name in opened.page.locator(".file-name").all_inner_texts()]


def chosen(opened: Opened, name: str) -> tuple[str, str]:
    """What a file is used as, and the words for it."""
    select = opened.row(name).locator("select")
    return select.input_value(), str(select.locator("option:checked").inner_text())


def with_more(path: Path, name: str) -> Path:
    """The same subtitles with another number of bytes, by another name."""
    made = path.with_name(name)
    made.write_bytes(path.read_bytes() + b"\n")
    return made


# Two that may be meant.


ASKED = {
    "zh-CN": (
        "请选择",
        ("藏文字幕", "中文字幕"),
        (
            "有 2 个文件都可能是藏文字幕：bo.srt、藏文 字幕(定稿).srt。"
            "请在要用的那一个的“用作”里选“藏文字幕”，或移除多余的。"
        ),
    ),
    "en-GB": (
        "Please choose",
        ("Tibetan subtitles", "Chinese subtitles"),
        (
            "2 files may be the Tibetan subtitles: bo.srt, 藏文 字幕(定稿).srt. "
            "Under “Used as” choose “Tibetan subtitles” for the one to use, or remove the others."
        ),
    ),
}


@pytest.mark.parametrize("locale", [*ASKED])
def test_a_second_file_in_a_language_is_asked_about_and_the_other_stays_what_it_is(
    browser: Any, served: Served, faulty: Path, tmp_path: Path, locale: str
) -> None:
    work = tmp_path / "work"
    shutil.copytree(faulty, work)
    first, second = work / "bo.srt", with_more(work / "bo.srt", "藏文 字幕(定稿).srt")
    opened = Opened(browser, served.address, locale=locale)
    opened.choose([first, second, work / "zh.srt"])
    told = opened.part("found").locator("li")
    opened.page.locator(".badge").wait_for()
    asked, sides, said = ASKED[locale]
    for path in (first, second):
        assert chosen(opened, path.name) == ("", asked)
    assert chosen(opened, "zh.srt") == ("zh", sides[1])
    assert told.count() == 1
    assert said in told.inner_text()
    assert opened.part("start").get_attribute("aria-disabled") == "true"
    assert opened.axe() == []

    # What is said there is enough.
    opened.row(second.name).locator("select").select_option(label=sides[0])
    opened.until(READY)
    assert chosen(opened, first.name)[0] == "none"
    assert opened.quiet()


def test_of_everything_that_is_in_doubt_it_is_said_and_removing_helps(
    browser: Any, served: Served, faulty: Path, tmp_path: Path
) -> None:
    work = tmp_path / "work"
    shutil.copytree(faulty, work)
    zh = with_more(work / "zh.srt", "中文.srt")
    film = with_more(work / "太阳.mp4", "太阳 2.mp4")
    opened = Opened(browser, served.address)
    opened.choose([*tracks(work), zh, work / "太阳.mp4", film])
    opened.part("found").get_by_text("有 2 个文件都可能是视频").wait_for()
    told = opened.part("found").inner_text()
    assert "有 2 个文件都可能是视频：太阳.mp4、太阳 2.mp4。" in told
    assert "有 2 个文件都可能是中文字幕：zh.srt、中文.srt。" in told
    assert chosen(opened, "bo.srt")[0] == "bo"
    for name in ("zh.srt", "中文.srt", "太阳.mp4", "太阳 2.mp4"):
        assert chosen(opened, name)[0] == ""
    opened.row("中文.srt").get_by_role("button").click()
    opened.row("太阳.mp4").locator("select").select_option("video")
    opened.until(READY)
    assert chosen(opened, "zh.srt")[0] == "zh"
    assert chosen(opened, "太阳 2.mp4")[0] == "none"
    assert opened.quiet()


# Two tabs of one browser.


def test_each_tab_has_a_list_of_its_own(browser: Any, served: Served, faulty: Path) -> None:
    tabs = Tabs(browser)
    one = Opened(tabs, served.address)
    one.choose(tracks(faulty))
    one.until(READY)
    two = Opened(tabs, served.address)
    two.page.wait_for_timeout(2000)
    assert names(two) == []
    two.choose([faulty / "zh.srt"])
    two.until(READY)
    for opened, own in ((two, ["zh.srt"]), (one, ["bo.srt", "zh.srt"])):
        opened.page.reload()
        opened.until(READY)
        assert names(opened) == own
    one.start()
    two.page.reload()
    two.until(READY)
    assert names(two) == ["zh.srt"]
    two.start()
    assert two.page.evaluate(LISTS) == 0
    assert one.quiet()
    assert two.quiet()


def test_a_list_whose_tab_was_closed_is_gone_on_with_in_the_next(
    browser: Any, served: Served, faulty: Path
) -> None:
    tabs = Tabs(browser)
    one, two = (Opened(tabs, served.address) for _ in range(2))
    one.choose([faulty / "bo.srt"])
    one.until(READY)
    two.choose([faulty / "zh.srt"])
    two.until(READY)
    one.page.close()
    two.page.reload()  # has a list itself
    two.until(READY)
    assert names(two) == ["zh.srt"]
    three = Opened(tabs, served.address)
    three.until(READY)
    assert names(three) == ["bo.srt"]
    three.page.reload()
    three.until(READY)
    assert names(three) == ["bo.srt"]
    assert three.page.evaluate(LISTS) == 2
    three.part("clear").click()
    assert three.page.evaluate(LISTS) == 1
    two.part("clear").click()
    assert three.page.evaluate(LISTS) == 0


def test_a_tab_that_was_duplicated_begins_a_list_of_its_own(
    browser: Any, served: Served, faulty: Path
) -> None:
    tabs = Tabs(browser)
    one = Opened(tabs, served.address)
    one.choose([faulty / "bo.srt"])
    one.until(READY)
    with one.page.expect_popup() as opening:
        one.page.evaluate("window.open('/')")  # what is kept for the tab goes with it
    two = opening.value
    ids = [page.evaluate("tab.settled().then(() => tab.id)") for page in (one.page, two)]
    assert ids[0] != ids[1]
    two.wait_for_timeout(1000)
    assert two.locator(".file").count() == 0
    one.page.reload()
    one.until(READY)
    assert names(one) == ["bo.srt"]


def removed(opened: Opened) -> None:
    """Remove its uploads as another page's start does."""
    ids = re.findall(
        r'"upload":"([^"]+)"',
        opened.page.evaluate("JSON.stringify({ ...localStorage })").replace("\\", ""),
    )
    assert ids
    for one in ids:
        asked = Request(f"{opened.address}/api/v1/uploads/{one}", method="DELETE")
        with urlopen(asked) as answer:
            assert answer.status == 204


SAID = "没有这个上传的文件：可能已在另一个页面开始核查，或放置超过一天被删除了。请重新放入。"


def test_files_that_are_not_there_any_more_can_be_put_in_again(
    browser: Any, served: Served, faulty: Path
) -> None:
    opened = Opened(Tabs(browser), served.address)
    opened.choose(tracks(faulty))
    opened.until(READY)
    removed(opened)
    opened.part("start").click()
    opened.part("refused").get_by_text(SAID).wait_for()
    assert names(opened) == []
    opened.choose(tracks(faulty))  # as it is said
    opened.until(READY)
    assert opened.part("refused").is_hidden()

    # Told only when the files are looked at again.
    opened.page.reload()
    opened.until(READY)
    removed(opened)
    opened.row("bo.srt").locator("select").select_option("none")
    opened.part("refused").get_by_text(SAID).wait_for()
    assert names(opened) == []
    opened.choose(tracks(faulty))
    opened.start()


# How long it still takes.


def test_no_time_is_named_before_enough_has_gone(
    browser: Any, served: Served, faulty: Path, tmp_path: Path
) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes((faulty / "太阳.mp4").read_bytes() + bytes(27_000_000))
    opened = Opened(browser, served.address)
    held: list[Any] = []

    def slowly(route: Any, request: Any) -> None:
        if request.method != "PATCH":
            route.fallback()
        elif len(request.post_data_buffer or b"") < 1 << 16:
            opened.page.wait_for_timeout(1500)  # the answer to a small file, not its sending
            route.continue_()
        else:
            held.append(route)

    hint = "document.querySelector('[data-part=\"hint\"]').textContent"
    opened.page.route("**/api/v1/uploads/*", slowly)
    opened.choose([*tracks(faulty), film])
    for count in range(1, 4):
        for _ in range(600):
            if len(held) == count:
                break
            opened.page.wait_for_timeout(100)
        assert len(held) == count
        said = opened.page.evaluate(hint)
        assert ("大约还要" in said) == (count > 1), said
        held[-1].continue_()
    opened.page.unroute("**/api/v1/uploads/*")
    for route in held[3:]:
        route.continue_()


def test_the_pace_is_what_was_sent_over_the_time_of_sending(browser: Any, served: Served) -> None:
    opened = Opened(browser, served.address)
    rates = """(pieces) => {
      const pace = new Pace();
      return pieces.map(([bytes, ms]) => { pace.took(bytes, ms); return pace.rate; });
    }"""
    small, piece = [500, 3000], [1 << 20, 100]
    assert opened.page.evaluate(rates, [small] * 20) == [None] * 20
    assert opened.page.evaluate(rates, [small, piece, piece]) == [None, 10485760, 10485760]
    # A slow line says so after some seconds, and one that has become slow soon.
    slow = [1 << 17, 4000]
    assert opened.page.evaluate(rates, [slow, slow]) == [None, 32768]
    assert opened.page.evaluate(rates, [[100 << 20, 10_000], *[slow] * 200])[-1] < 40_000


# A film in another container.


def test_a_film_is_called_before_it_is_sent_as_it_is_in_the_report(
    browser: Any, serve: Callable[..., Served], tmp_path: Path
) -> None:
    film = make(tmp_path / "film.mkv", picture(seconds=2), tone(2))
    opened = Opened(browser, serve().address)
    opened.page.route("**/api/v1/uploads", lambda route: None)  # none of it is sent
    opened.choose([film])
    early = opened.part("found").get_by_text("征集要求 MP4").inner_text()
    assert "“film.mkv”是 MKV / WebM 格式，" in early
    shown = json.loads(opened.page.locator("#award").inner_text())["names"]
    told = opened.page.evaluate("BRANDS.map(([, container]) => container)")
    assert {*told} == {*shown}
    assert shown == {name: container_name(name) for name in told}
