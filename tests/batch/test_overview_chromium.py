"""The overview in a real browser: very many works come on the screen in steps, none is lost."""

from __future__ import annotations

from typing import Any

import pytest

from bilingual.batch import Batch
from bilingual.batch.model import BatchFinding, WorkResult
from bilingual.batch.page import save_html
from bilingual.model import Severity, Verdict
from tests.render.browser import chromium, needs_chromium, new_page

pytestmark = needs_chromium

MANY = 420
SEEN = "[...document.querySelectorAll('#works > tr')].filter((row) => row.offsetHeight).length"


@pytest.fixture(scope="module")
def overview(tmp_path_factory: pytest.TempPathFactory) -> str:
    works = tuple(
        WorkResult(
            id=f"W{n:03}",
            row=n + 2,
            title=f"第 {n} 件",
            category="bilingual",
            state="done",
            verdict=Verdict.PASS if n < MANY - 1 else Verdict.FAIL,
            errors=0 if n < MANY - 1 else 1,
            report=f"works/W{n:03}/report.json",
        )
        for n in range(MANY)
    )
    finding = BatchFinding(rule="duplicate-work", severity=Severity.WARNING, works=("W001", "W400"))
    path = tmp_path_factory.mktemp("overview") / "index.html"
    save_html(Batch(works=works, provenance={}, findings=(finding,)), path)
    return path.as_uri()


def test_all_come_and_none_waits_that_is_asked_for(overview: str) -> None:
    with chromium() as browser:
        page = new_page(browser, 1280, 900)
        page.add_init_script("window.requestIdleCallback = (then) => { window.later = then; };")
        page.goto(overview)
        assert page.evaluate(SEEN) == 150
        page.click("a[href='#w-W400']")
        assert page.is_visible("#w-W400")
        page.fill("#f-text", "W399")
        assert page.evaluate(SEEN) == 1
        page.fill("#f-text", "")
        for seen in (250, 350, MANY):
            page.evaluate("window.later()")
            assert page.evaluate(SEEN) >= seen
        assert page.evaluate(SEEN) == MANY


def test_without_a_script_and_on_paper_all_are_there(overview: str) -> None:
    with chromium() as browser:
        plain: Any = new_page(browser, 1280, 900, java_script_enabled=False)
        plain.goto(overview)
        assert plain.locator("#works > tr:visible").count() == MANY
        page = new_page(browser, 1280, 900)
        page.add_init_script("window.requestIdleCallback = () => {};")
        page.goto(overview)
        page.emulate_media(media="print")
        assert page.evaluate(SEEN) == MANY
