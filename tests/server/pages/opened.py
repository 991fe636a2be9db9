"""A page of a running service in Chromium, and what it asked for and complained of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.render.browser import PATIENCE_MS, new_page

DESK, PHONE, SMALL = (1280, 900), (390, 844), (320, 640)


class Opened:
    """A page. ``expected``: complaints about a network that a test has broken itself."""

    def __init__(self, browser: Any, address: str, path: str = "/", **options: Any) -> None:
        width, height = options.pop("size", DESK)
        options = {"locale": "zh-CN", "accept_downloads": True} | options
        self.address = address
        self.page = new_page(browser, width, height, **options)
        self.asked: list[str] = []
        self.said: list[str] = []
        self.expected: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.goto(address + path)

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.said.append(message.text)

    def part(self, name: str) -> Any:
        """A part of the place that takes files."""
        return self.page.locator(f'[data-part="{name}"]')

    def choose(self, files: Iterable[Path]) -> None:
        """Choose files as a person does in the picker."""
        self.part("files").set_input_files([str(path) for path in files])

    def picker_by_key(self, key: str) -> Any:
        """The picker that a key opens where the focus is.

        Pressed again where none came: Chromium opens none when, on a busy machine, five seconds
        pass between a key and what the page makes of it (its "transient user activation").
        """
        choosers: list[Any] = []
        self.page.on("filechooser", lambda chooser: choosers.append(chooser))
        for _ in range(PATIENCE_MS // 5000):
            self.page.keyboard.press(key)
            for _ in range(50):
                if choosers:
                    return choosers[0]
                self.page.wait_for_timeout(100)
        raise AssertionError(f"no picker opened by {key}")

    def drop(self, *paths: Path) -> None:
        """Drop files or folders from the desktop onto the page."""
        box = self.part("drop").bounding_box()
        place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        session = self.page.context.new_cdp_session(self.page)
        for kind in ("dragEnter", "dragOver", "drop"):
            session.send("Input.dispatchDragEvent", {"type": kind, "data": data, **place})

    def row(self, name: str) -> Any:
        """What is shown of a file that was received."""
        return self.page.locator(".file", has=self.page.get_by_text(name, exact=True))

    def start(self) -> None:
        """Start the check as soon as one can, and wait until it is through."""
        self.until('document.querySelector(\'[data-part="start"]\').ariaDisabled === "false"')
        self.part("start").click()
        self.finished()

    def go_on(self, notice: Any) -> None:
        """Press “继续”, unless the page has found the service again by itself."""
        from playwright.sync_api import TimeoutError as TooLate

        with suppress(TooLate):
            self.page.get_by_role("button", name="继续").click(timeout=2000)
        notice.wait_for(state="hidden")

    def finished(self) -> None:
        """Wait for the end of a work."""
        self.page.wait_for_url("**/works/*")
        self.page.locator("#tabs, #ended").locator("visible=true").first.wait_for()

    def until(self, condition: str, frame: Any = None) -> None:
        """Wait until an expression holds, on the page or in a frame of it.

        Asked for again and again from outside: the pages let nobody make code of text.
        """
        for _ in range(PATIENCE_MS // 50):
            if (frame or self.page).evaluate(condition):
                return
            self.page.wait_for_timeout(50)
        shown = self.page.inner_text("body")[:2000]
        raise AssertionError(f"never: {condition}\nconsole: {self.said}\npage: {shown}")

    def to(self, panel: str) -> None:
        """Go to a panel of a work by its tab."""
        self.page.locator(f'#tabs a[href="#{panel}"]').click()
        self.page.locator(f'[data-panel="{panel}"]').wait_for()

    @property
    def report(self) -> Any:
        """The report within the page."""
        return self.page.frame_locator("#report")

    @property
    def work_id(self) -> str:
        """The work that is shown."""
        found = re.search(r"/works/([^/#?]+)", self.page.url)
        assert found is not None
        return found[1]

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        found = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert isinstance(found, int)
        return found

    def axe(self) -> list[str]:
        """What axe finds wrong with the page."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        return [f"{v['id']}: {[n['html'] for n in v['nodes']][:3]}" for v in found]

    def quiet(self) -> bool:
        """Nothing was complained of, and nothing was asked for elsewhere."""
        assert self.said == self.expected
        elsewhere = [
            url for url in self.asked if not url.startswith((self.address, "blob:", "data:"))
        ]
        assert elsewhere == []
        return True
