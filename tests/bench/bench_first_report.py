"""From nothing to the first report in the browser: steps counted and timed.

    python -m tests.bench.bench_first_report

The service is started over an empty folder and its page opened in Chromium; the files of the
faulty sample (a film of 126 s and two subtitle files) are chosen, the check is started, and
the end is the report on the page. Models are on the disk already.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bilingual.render.notebook.results import Entry
from bilingual.sample import write_sample
from tests.bench.results import column, table, write
from tests.render.browser import chromium, new_page
from tests.server.running import Running

_READY = 'document.querySelector(\'[data-part="start"]\').ariaDisabled === "false"'


def main() -> None:
    """Go the way and write down how long each step took."""
    steps: list[tuple[str, str, float]] = []

    @contextmanager
    def step(what: str, by: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        steps.append((what, by, time.monotonic() - began))

    with tempfile.TemporaryDirectory() as name:
        write_sample(Path(name))
        files = [path for path in (Path(name) / "faulty").iterdir() if path.suffix != ".json"]
        files = [path for path in files if path.suffix != ".md"]
        with step("`bilingual serve`, until it answers", "a command"):
            service = Running(Path(name) / "data")
        try:
            with chromium(loopback=True) as browser:
                page = new_page(browser, 1280, 900, locale="zh-CN")
                with step("the page", "opened by the command"):
                    page.goto(service.address)
                with step("files uploaded and looked at, first findings shown", "dropped"):
                    page.locator('[data-part="files"]').set_input_files([str(f) for f in files])
                    while not page.evaluate(_READY):
                        page.wait_for_timeout(50)
                with step("the report", "a button"):
                    page.locator('[data-part="start"]').click()
                    page.wait_for_url("**/works/*")
                    page.frame_locator("#report").locator(".finding").first.wait_for()
                found = page.frame_locator("#report").locator(".finding").count()
        finally:
            service.end()
    rows: list[list[Entry]] = [list(step) for step in steps]
    rows.append(["all", f"{len(steps)} steps", sum(seconds for *_, seconds in steps)])
    columns = (column("what"), column("by"), column("seconds", "{:.1f}", seconds="s"))
    title = f"From nothing to a report of {found} findings"
    write("server-first", tables={"first": table(title, columns, rows)}, data=["the sample"])


if __name__ == "__main__":
    main()
