"""Two people with tokens of their own review one work, each in a browser of his own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.render.browser import needs_chromium
from tests.server.pages.conftest import MAKERS, TOKENS, Served
from tests.server.pages.opened import Opened
from tests.server.pages.test_chromium import tracks

pytestmark = [needs_chromium, pytest.mark.slow]

DECISIONS = {"卓玛": "confirmed", "李老师": "dismissed"}


def signed_in(browser: Any, address: str, token: str, path: str = "/") -> Opened:
    """The page that somebody with this token comes to."""
    opened = Opened(browser, address, path)
    opened.page.locator("#token").fill(token)
    opened.page.get_by_role("button", name="登录").click()
    opened.page.wait_for_url(f"{address}{path}")
    return opened


def decision(opened: Opened) -> Any:
    """The first choice that the report offers."""
    return opened.report.locator(".finding select.decision").first


def test_two_tokens_review_one_work_and_overwrite_nothing(
    browser: Any, serve: Callable[..., Served], faulty: Path, tokens: Path
) -> None:
    address = serve("--token-file", str(tokens)).address
    maker = signed_in(browser, address, next(iter(MAKERS.values()))[1])
    maker.choose(tracks(faulty))
    maker.start()
    work = f"/works/{maker.work_id}"
    maker.to("fix")
    maker.page.get_by_role("button", name="用改好的文件再查一次").wait_for()

    readers = {name: signed_in(browser, address, TOKENS[name][1], work) for name in DECISIONS}
    for opened in readers.values():  # both have it open before either decides
        opened.finished()
        assert decision(opened).input_value() == "open"
    for name, opened in readers.items():
        decision(opened).select_option(DECISIONS[name])
        opened.page.locator("#kept").get_by_text(f"复核已保存（{name}").wait_for()
    for name, opened in readers.items():
        opened.page.reload()
        opened.finished()
        assert decision(opened).input_value() == DECISIONS[name]
        opened.to("reviews")
        opened.page.locator("table.compared").wait_for()
        heads = opened.page.locator("table.compared thead th").all_inner_texts()
        assert set(heads[1:]) == set(DECISIONS)
        assert opened.page.locator("tr.differ").count() == 1

    # What can be fixed is shown to who reviews, and nothing that is refused to him.
    opened = readers["卓玛"]
    opened.to("fix")
    opened.page.locator("#fix-body table").wait_for()
    assert opened.page.locator("#fix-body a.button").is_visible()
    assert opened.page.locator("#fix-body button:visible").count() == 0
    asked = Request(f"{address}/api/v1{work}/reviews")
    asked.add_header("Authorization", f"Bearer {TOKENS['office'][1]}")
    with urlopen(asked) as answer:
        assert {review["name"] for review in json.load(answer)["reviews"]} == set(DECISIONS)
    assert all(opened.quiet() for opened in (maker, *readers.values()))
