"""Makes the pictures of the documentation from the sample works: ``make pictures``.

A service is started on loopback, the three samples are dropped on its page in Chromium, and
what is seen goes to ``docs/pictures``, in Chinese and English, as WebP.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from PIL import Image

from bilingual.sample import write_sample
from tests.render.browser import chromium
from tests.server.pages.conftest import Served
from tests.server.pages.opened import Opened

OUT: Final = Path(__file__).parents[1] / "docs" / "pictures"
LOCALES: Final = {"zh": "zh-CN", "en": "en-GB"}
NAMES: Final = ("home", "files", "report", "fixes", "review", "overview")
_WIDTH, _HEIGHT = 1100, 720
MOST_BYTES: Final = 100_000


def save(shot: bytes, name: str) -> None:
    """Write a picture, as small as it has to be.

    :raises ValueError: it takes more than 100 kB at the poorest quality.
    """
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    for quality in (85, 75, 60, 45):
        packed = io.BytesIO()
        picture.save(packed, "WEBP", quality=quality, method=6)
        if packed.tell() <= MOST_BYTES:
            (OUT / f"{name}.webp").write_bytes(packed.getvalue())
            sys.stdout.write(f"{name}.webp: {packed.tell() // 1000} kB\n")
            return
    raise ValueError(name)


@contextmanager
def _service(data: Path) -> Iterator[Served]:
    served = Served(data)
    try:
        yield served
    finally:
        served.end()


def _seen(page: Any, target: Any, height: int = _HEIGHT) -> bytes:
    """What is seen when a part of the page, or of a frame of it, is at the top."""
    if target is not None:
        target.evaluate("part => part.scrollIntoView({block: 'start'})")
    page.wait_for_timeout(800)
    shot = page.screenshot(clip={"x": 0, "y": 0, "width": _WIDTH, "height": height})
    assert isinstance(shot, bytes)
    return shot


def _of_a_work(opened: Opened, work: str) -> Iterator[tuple[str, bytes]]:
    page = opened.page
    page.goto(f"{opened.address}/works/{work}")
    opened.to("report")
    opened.report.locator(".finding").first.wait_for()
    yield "report", _seen(page, page.locator("h1").first)
    yield "review", _seen(page, opened.report.locator("#beads").first)
    opened.to("fix")
    page.locator("#fix-body table").wait_for()
    yield "fixes", _seen(page, page.locator("h1").first, 640)


def main() -> int:
    """Make all pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--samples", type=Path, help="samples that are there already")
    samples: Path | None = parser.parse_args().samples
    OUT.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        _service(Path(folder) / "data") as served,
        chromium(loopback=True) as browser,
    ):
        if samples is None:
            samples = Path(folder) / "samples"
            write_sample(samples)
        folders = _works(samples, Path(folder) / "works")
        works = _checked(browser, served, folders)
        for language, locale in LOCALES.items():
            opened = Opened(browser, served.address, locale=locale, size=(_WIDTH, _HEIGHT))
            save(_seen(opened.page, None, 560), f"home.{language}")
            opened.choose(folders["faulty"].iterdir())
            opened.until('[...document.querySelectorAll(".file select")].every((s) => s.value)')
            opened.until('document.querySelectorAll(".file select").length > 2')
            save(_seen(opened.page, opened.part("drop")), f"files.{language}")
            for name, shot in _of_a_work(opened, works["faulty"]):
                save(shot, f"{name}.{language}")
            opened.page.goto(f"{served.address}/overview")
            opened.page.frame_locator("#overview").locator("#works tr").first.wait_for()
            save(_seen(opened.page, None), f"overview.{language}")
    return 0


def _works(samples: Path, folder: Path) -> dict[str, Path]:
    """The files of the samples that a creator has, in folders of their names."""
    found = {}
    for name in ("sound", "faulty", "tibetan-narration"):
        (folder / name).mkdir(parents=True)
        for path in (samples / name).iterdir():
            if path.suffix in (".mp4", ".srt", ".vtt"):
                (folder / name / path.name).symlink_to(path.resolve())
        found[name] = folder / name
    # Something that can be fixed for certain: a character that is not seen, behind a tsheg.
    path = folder / "faulty" / "bo.srt"
    text = path.read_text(encoding="utf-8")
    path.unlink()
    path.write_text(text.replace("\u0f0b", "\u0f0b\u200b", 1), encoding="utf-8")
    return found


def _checked(browser: Any, served: Served, works: Mapping[str, Path]) -> dict[str, str]:
    """The samples after their checks: the id of each work."""
    found = {}
    for name, folder in works.items():
        opened = Opened(browser, served.address, size=(_WIDTH, _HEIGHT))
        opened.choose(folder.iterdir())
        opened.until('document.querySelectorAll(".file select").length > 1')
        opened.start()
        found[name] = opened.work_id
        opened.page.close()
    return found


if __name__ == "__main__":
    sys.exit(main())
