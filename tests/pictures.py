"""Makes the pictures of the documentation from the sample works: ``make pictures``.

A service is started on loopback, the three samples are dropped on its page in Chromium, and
what is seen goes to ``docs/pictures``, in Chinese and English, as WebP. Beside each picture lies
what is seen on it in words: ``tests/docs/test_pictures.py`` compares that with the page.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import openpyxl
from PIL import Image

from bilingual.sample import write_sample
from tests import seen
from tests.render.browser import chromium
from tests.server.pages.conftest import HIDDEN, Served
from tests.server.pages.opened import Opened

OUT: Final = Path(__file__).parents[1] / "docs" / "pictures"
LOCALES: Final = {"zh": "zh-CN", "en": "en-GB"}
NAMES: Final = (
    *("home", "files", "running", "report", "fixes", "sheet", "again", "changes", "annex"),
    *("login", "overview", "review", "cues", "judged", "changed", "reviews"),
)
WIDTH, HEIGHT = 1100, 720
MOST_BYTES: Final = 100_000
TITLES: Final = {
    "sound": "太阳离我们有多远",
    "faulty": "太阳离我们有多远（初稿）",
    "tibetan-narration": "太阳离我们有多远（藏语解说）",
}
REVIEWERS: Final = {"卓玛": "confirmed", "李老师": "dismissed"}
WRONG, RIGHT = "༡༩༠", "༡༠༩"
"""A number of the faulty sample, and what it has to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A page as it is to be seen: the upper ``height`` pixels of its window."""

    name: str
    language: str
    page: Any
    height: int

    def picture(self) -> bytes:
        """It as PNG."""
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": self.height}
        # Signs that were laid out before their font had come are drawn once more.
        for frame in self.page.frames:
            frame.evaluate("document.body.style.letterSpacing = '.01px'")
            self.page.wait_for_timeout(100)
            frame.evaluate("document.body.style.letterSpacing = ''")
        shot = self.page.screenshot(clip=clip)
        assert isinstance(shot, bytes)
        return shot

    def seen(self) -> list[seen.Part]:
        """It in words."""
        return seen.seen(self.page, WIDTH, self.height)


class Person:
    """Somebody at the page, in a language, who shows what there is to see."""

    def __init__(self, stage: Stage, language: str, path: str = "/", address: str = "") -> None:
        self.stage, self.language = stage, language
        self.opened = Opened(
            stage.browser,
            address or stage.served.address,
            path,
            locale=LOCALES[language],
            size=(WIDTH, HEIGHT),
        )
        self.page = self.opened.page

    def state(
        self, name: str, target: Any = None, height: int = HEIGHT, *, block: str = "start"
    ) -> State:
        """What is seen when a part of the page, or of a frame of it, is at the top."""
        made = State(name=name, language=self.language, page=self.page, height=height)
        before: list[seen.Part] = []
        for _ in range(50):  # until nothing moves any more
            if target is not None:
                target.evaluate("(part, block) => part.scrollIntoView({block})", block)
            self.page.wait_for_timeout(400)
            now = made.seen()
            if now == before:
                break
            before = now
        for frame in self.page.frames:
            frame.evaluate("document.fonts.ready.then(() => true)")
        self.page.wait_for_timeout(200)
        return made

    def go(self, work: str, panel: str = "report") -> None:
        """Open a panel of a work."""
        self.page.goto(f"{self.opened.address}/works/{work}#{panel}")
        self.opened.finished()
        self.opened.to(panel)
        if panel == "report":
            self.opened.report.locator(".finding").first.wait_for()
            # It is shown, and takes its place, when the browser knows how large it is.
            self.opened.report.locator("video").wait_for()

    @property
    def title(self) -> Any:
        """The first heading of the page."""
        return self.page.locator("h1").first

    def name(self, reviewer: str) -> None:
        """Take a name for reviewing."""
        self.opened.to("reviews")
        self.page.locator("#as-name").fill(reviewer)
        self.page.locator("#as-form button").click()
        self.opened.until(
            f"""(() => {{
              const inner = document.getElementById("report").contentDocument;
              const box = inner && inner.readyState === "complete"
                && inner.getElementById("reviewer");
              return box && box.value === {reviewer!r};
            }})()"""
        )

    def saved(self, reviewer: str) -> None:
        """Wait until the service has what was decided."""
        self.page.locator("#kept").get_by_text(f"复核已保存（{reviewer}").wait_for()


class Stage:
    """A service with the samples in it after their checks, and a browser before it."""

    def __init__(self, browser: Any, served: Served, samples: Path, folder: Path) -> None:
        self.browser, self.served, self.folder = browser, served, folder
        self.folders = {name: self._work(samples / name) for name in TITLES}
        self.works = {name: self._checked(name) for name in TITLES}

    def _work(self, sample: Path) -> Path:
        """The files of a sample that a creator has."""
        folder = self.folder / sample.name
        folder.mkdir(parents=True)
        for path in sample.iterdir():
            if path.suffix in (".mp4", ".srt", ".vtt"):
                (folder / path.name).symlink_to(path.resolve())
        form = json.dumps({"title": TITLES[sample.name]}, ensure_ascii=False)
        (folder / "申报表.json").write_text(form, encoding="utf-8")
        if sample.name == "faulty":
            # Something that can be fixed for certain: a character that is not seen.
            self._rewritten(folder / "bo.srt", "\u0f0b", "\u0f0b" + HIDDEN)
        return folder

    @staticmethod
    def _rewritten(path: Path, before: str, after: str) -> Path:
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.unlink()
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
        return path

    def _checked(self, name: str) -> str:
        """The id of a work after its check."""
        one = Person(self, "zh")
        one.opened.choose(sorted(self.folders[name].iterdir()))
        one.opened.until(_CAN_START)
        one.opened.start()
        one.page.close()
        return one.opened.work_id

    def corrected(self) -> Path:
        """The Tibetan file of the faulty sample after its number was changed by hand."""
        folder = self.folder / "changed"
        folder.mkdir(exist_ok=True)
        path = folder / "bo.new.srt"
        path.write_bytes((self.folders["faulty"] / "bo.srt").read_bytes())
        self._rewritten(path, HIDDEN, "")
        return self._rewritten(path, WRONG, RIGHT)

    def sheet(self) -> Path:
        """The translator's sheet with the number changed."""
        path = self.folder / "sheet.xlsx"
        if not path.exists():
            one = Person(self, "zh")
            asked = f"{self.served.address}/api/v1/works/{self.works['faulty']}/sheet.xlsx?lang=zh"
            path.write_bytes(one.page.request.get(asked).body())
            one.page.close()
            book = openpyxl.load_workbook(path)
            rows = book.active
            heads = [cell.value for cell in rows[1]]
            here, there = heads.index("藏文"), heads.index("改正后的藏文")
            row = next(r for r in rows.iter_rows(min_row=2) if WRONG in str(r[here].value))
            row[there].value = row[here].value.replace(WRONG, RIGHT)
            book.save(path)
            book.close()
        return path


_CAN_START: Final = 'document.querySelector(\'[data-part="start"]\').ariaDisabled === "false"'


def creators(stage: Stage, language: str) -> Iterator[State]:
    """What creators see, from the first page to the annex."""
    one = Person(stage, language)
    opened, page, work = one.opened, one.page, stage.works["faulty"]
    yield one.state("home", height=610)
    opened.choose(sorted(stage.folders["faulty"].iterdir()))
    opened.until(_CAN_START)
    yield one.state("files", opened.part("received"))
    yield from _running(stage, language)
    one.go(work)
    yield one.state("report", one.title)
    one.go(work, "fix")
    page.locator("#fix-body table").wait_for()
    yield one.state("fixes", one.title, 640)
    one.go(work, "sheet")
    page.locator("#sheet-up").set_input_files(str(stage.sheet()))
    page.locator("#sheet-body table").wait_for()
    yield one.state("sheet", one.title, 640)
    one.go(work, "again")
    opened.choose([stage.corrected()])
    opened.until(_CAN_START)
    yield one.state("again", opened.part("drop"))
    one.go(work, "annex")
    page.locator("#annex-party").fill("西藏科普中心")
    yield one.state("annex", one.title, 520)
    page.close()


def _running(stage: Stage, language: str) -> Iterator[State]:
    """A work that is being checked: what the service says of one that was is changed to that."""
    one = Person(stage, language)
    url = f"/api/v1/works/{stage.works['faulty']}"
    stages = {"zh": "检查时间和文字", "en": "Checking times and texts"}
    now: dict[str, Any] = {"state": "running", "verdict": None, "stage_text": stages[language]}
    now |= {"done": 30, "total": 120, "left_s": 90, "counts": None}

    def changed(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | now)

    one.page.route(re.compile(rf"{url}(\?.*)?$"), changed)
    one.page.route(re.compile(f"{url}/events"), lambda route: route.fulfill(status=204))
    one.page.goto(f"{stage.served.address}/works/{stage.works['faulty']}")
    one.page.locator("#stage").get_by_text(stages[language]).wait_for()
    yield one.state("running", height=360)
    one.page.close()


def overview(stage: Stage, language: str) -> Iterator[State]:
    """All works."""
    one = Person(stage, language, "/overview")
    frame = one.page.frame_locator("#overview")
    frame.locator("#works tr").first.wait_for()
    yield one.state("overview", frame.locator("select").first)
    one.page.close()


def check_again(stage: Stage) -> None:
    """The faulty work once more, with the file that was changed by hand."""
    one = Person(stage, "zh")
    one.go(stage.works["faulty"], "again")
    one.opened.choose([stage.corrected()])
    one.opened.until(_CAN_START)
    one.opened.part("start").click()
    one.page.wait_for_url(lambda url: "/works/" in url and stage.works["faulty"] not in url)
    one.opened.finished()
    stage.works["again"] = one.opened.work_id
    one.page.close()


def review(stage: Stage) -> None:
    """Two people review the faulty work; the first one's decisions go to the new version."""
    path = stage.folder / "review.json"
    for reviewer, decision in REVIEWERS.items():
        one = Person(stage, "zh")
        one.go(stage.works["faulty"])
        one.name(reviewer)
        report = one.opened.report
        for n in range(2):
            report.locator(".finding select.decision").nth(n).select_option(decision)
        report.locator('.finding[data-rule="number-mismatch"] select.decision').select_option(
            "confirmed"
        )
        one.saved(reviewer)
        if not path.exists():
            with one.page.expect_download() as waiting:
                report.locator("#save").click()
            waiting.value.save_as(path)
            one.go(stage.works["again"])
            report.locator("#load").set_input_files(str(path))
            report.locator("#changed-list li").first.wait_for()
            one.saved(reviewer)
        one.page.close()


def after(stage: Stage, language: str) -> Iterator[State]:
    """What creators see after checking again, and what reviewers see."""
    one = Person(stage, language)
    page, report = one.page, one.opened.report
    one.go(stage.works["again"], "changes")
    page.locator("#changes-body h3").first.wait_for()
    yield one.state("changes", one.title)
    one.go(stage.works["faulty"])
    yield one.state("review", report.locator("#stage"))
    report.locator("#ask").check()
    report.locator("#order").select_option("risk")
    yield one.state("cues", report.locator("#beads"))
    one.name(next(iter(REVIEWERS)))
    finding = report.locator('.finding[data-rule="number-mismatch"]')
    finding.wait_for()
    yield one.state("judged", finding, block="center")
    one.opened.to("reviews")
    page.locator("table.compared").wait_for()
    yield one.state("reviews", one.title)
    one.go(stage.works["again"])
    one.name(next(iter(REVIEWERS)))
    report.locator("#changed-list li").first.wait_for()
    yield one.state("changed", report.locator("#changed"))
    page.close()


def login(stage: Stage) -> Iterator[State]:
    """A service of an office asks who one is."""
    tokens = stage.folder / "tokens.txt"
    tokens.write_text("reader review drolma-reads-0123456789\n", encoding="utf-8")
    tokens.chmod(0o600)
    served = Served(stage.folder / "office", "--token-file", str(tokens))
    try:
        for language in LOCALES:
            one = Person(stage, language, address=served.address)
            yield one.state("login", height=400)
            one.page.close()
    finally:
        served.end()


def states(stage: Stage) -> Iterator[State]:
    """Every page of which there is a picture, as it is to be seen."""
    for language in LOCALES:
        yield from creators(stage, language)
        yield from overview(stage, language)
    check_again(stage)
    review(stage)
    for language in LOCALES:
        yield from after(stage, language)
    yield from login(stage)


@contextmanager
def staged(samples: Path, folder: Path) -> Iterator[Stage]:
    """A service on loopback with the samples in it, and a browser."""
    served = Served(folder / "data")
    try:
        with chromium(loopback=True) as browser:
            yield Stage(browser, served, samples, folder / "works")
    finally:
        served.end()


def save(state: State) -> str:
    """Write a picture, as small as it has to be, and what is seen on it.

    :raises ValueError: it takes more than 100 kB at the poorest quality.
    """
    name = f"{state.name}.{state.language}"
    picture = Image.open(io.BytesIO(state.picture())).convert("RGB")
    for quality in (85, 75, 60, 45):
        packed = io.BytesIO()
        picture.save(packed, "WEBP", quality=quality, method=6)
        if packed.tell() <= MOST_BYTES:
            data = packed.getvalue()
            (OUT / f"{name}.webp").write_bytes(data)
            seen.write(OUT / f"{name}.json", data, state.seen(), width=WIDTH, height=state.height)
            return f"{name}.webp: {packed.tell() // 1000} kB"
    raise ValueError(name)


def main() -> int:
    """Make all pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--samples", type=Path, help="samples that are there already")
    samples: Path | None = parser.parse_args().samples
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        if samples is None:
            samples = Path(folder) / "samples"
            write_sample(samples)
        with staged(samples, Path(folder)) as stage:
            for state in states(stage):
                sys.stdout.write(f"{save(state)}\n")
                sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
