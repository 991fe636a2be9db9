"""How long the overview of many works takes to open in a browser.

Twelve works are checked, most of them with faults, and their results repeated under other ids
until there are as many as asked for. The page is opened several times, each time in a fresh
context of the browser, from a file and without a network.
"""

from __future__ import annotations

import random
import statistics
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace as replaced

from bilingual.batch import Batch, Submission, verify_many
from bilingual.batch.page import save_html
from bilingual.config import Asr, BurnedIn, Config
from bilingual.model import Form
from bilingual.render.notebook.results import Entry
from tests.batch.works import BO, ZH, order, srt
from tests.bench.results import column, table, write
from tests.render.browser import chromium, new_page

_KINDS: Final = 12
_TIMES: Final = 7
_WAIT = """() => {
  const nav = performance.getEntriesByType("navigation")[0];
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return [paint ? paint.startTime : 0, nav.loadEventEnd];
}"""


def opened() -> None:
    """Overviews of 100, 1,000 and 5,000 works: size, first picture, load event."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        batch = verify_many(
            [_work(folder, number) for number in range(_KINDS)],
            out=folder / "out",
            config=replaced(Config.load(), asr=Asr(engine="off"), burned_in=BurnedIn(mode="off")),
        )
        rows = [_row(batch, count, folder) for count in (100, 1000, 5000)]
    columns = (
        column("works", "{}", works="count"),
        column("MB", "{:.2f}", size="MB"),
        column("first picture, s", "{:.2f}", first="s"),
        column("load event, s", "{:.2f}", load="s"),
        column("slowest of both, s", "{:.2f}", slowest="s"),
    )
    title = f"The overview opened in Chromium, median of {_TIMES}"
    write("batch-page", tables={"page": table(title, columns, rows, n=_TIMES)})


def _work(folder: Path, number: int) -> Submission:
    """A work of eight cues; of two works in three some lines are exchanged, missing or copied."""
    chance = random.Random(number)
    lines = order(number)
    bo, zh = [BO[n] for n in lines], [ZH[n] for n in lines]
    if number % 3:
        at = chance.randrange(len(lines) - 1)
        bo[at], bo[at + 1] = bo[at + 1], zh[at]
    if number % 3 == 2:
        del zh[chance.randrange(len(zh))]
    paths = {"bo": folder / f"{number}.bo.srt", "zh": folder / f"{number}.zh.srt"}
    paths["bo"].write_text(srt(bo), encoding="utf-8")
    paths["zh"].write_text(srt(zh), encoding="utf-8")
    form = Form(title=f"高原科普第 {number} 集")
    return Submission(id=f"W{number:05}", bo=str(paths["bo"]), zh=str(paths["zh"]), form=form)


def _row(batch: Batch, count: int, folder: Path) -> list[Entry]:
    works = tuple(
        replace(batch.works[number % _KINDS], id=f"W{number:05}", row=number + 2)
        for number in range(count)
    )
    path = folder / f"{count}.html"
    save_html(replace(batch, works=works), path)
    with chromium() as browser:
        found = [_times(browser, path) for _ in range(_TIMES)]
    first, load = ([pair[at] / 1000 for pair in found] for at in (0, 1))
    middle = statistics.median
    return [count, path.stat().st_size / 1e6, middle(first), middle(load), max(*first, *load)]


def _times(browser: Any, path: Path) -> tuple[float, float]:
    page = new_page(browser, 1280, 900)
    page.goto(path.as_uri(), wait_until="load")
    page.wait_for_function("performance.getEntriesByType('navigation')[0].loadEventEnd > 0")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
    first, load = page.evaluate(_WAIT)
    page.close()
    return float(first), float(load)
