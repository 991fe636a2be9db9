"""How heavy the HTML page of 300 cues is and how fast Chromium opens it; what hostile texts do.

``python -m tests.bench.bench_report``, with Chromium and Playwright.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from bilingual import verify
from bilingual.render.html.page import render_html
from bilingual.render.notebook.results import Cell, Entry
from tests.bench.results import column, table, write
from tests.render.browser import chromium
from tests.render.test_html_chromium import INJECTIONS, Opened, srt

_CUES = 300
_RUNS = 7
_BO = "ང་ཚོས་དེ་རིང་རི་ཆེན་པོ་ཞིག་མཐོང་བྱུང་།"
_TIMES = """() => {
  const load = performance.getEntriesByType('navigation')[0];
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  return [load.loadEventEnd, paint ? paint.startTime : -1];
}"""


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args()
    from axe_playwright_python.sync_playwright import Axe

    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        plain = _page(folder, "plain", *_texts())
        loads, paints = [], []
        for _ in range(_RUNS):
            view = Opened(browser, plain)
            view.page.wait_for_timeout(500)
            load, paint = view.page.evaluate(_TIMES)
            loads.append(load)
            paints.append(paint)
            view.page.close()
        view = Opened(browser, plain)
        axe = Axe().run(view.page).response["violations"]
        view.page.close()
        grave = [v["id"] for v in axe if v["impact"] in ("serious", "critical")]
        hostile = [f"{payload} 第{k}句" for k, payload in enumerate(INJECTIONS)]
        attacked = Opened(
            browser, _page(folder, "hostile", [f"{_BO} {t} {_BO}" for t in hostile], hostile)
        )
        ran = attacked.page.evaluate("window.ran !== undefined")
        size = plain.stat().st_size
        rows: list[tuple[str, Entry]] = [
            (f"Page of {_CUES} cues, both tracks, no clips", _cell("{:.2f} MB", "MB", size / 1e6)),
            (f"Load event, median of {_RUNS} (max)", _seconds(loads)),
            (f"First contentful paint, median of {_RUNS} (max)", _seconds(paints)),
            ("axe-core, serious or critical (all)", (len(grave), len(axe))),
            (f"Executions of {len(hostile)} injections", _cell("{}", "count", int(ran))),
            (
                "Console errors and dialogs, both pages",
                _cell("{}", "count", len(view.said) + len(attacked.said)),
            ),
            (
                "Requests beside the page, both pages",
                _cell("{}", "count", _requests(view) + _requests(attacked)),
            ),
            ("Chromium", browser.version),
        ]
    columns = (
        column("measured"),
        column("figure", "{} ({})", figure="count", second_figure="count"),
    )
    write("report", tables={"page": table("The HTML report", columns, rows)})


def _cell(shown: str, unit: str, *values: float) -> Cell:
    return Cell(values=values, shown=shown, units=(unit,) * len(values))


def _seconds(times: list[float]) -> Cell:
    """Median and maximum of times in milliseconds, in seconds."""
    return _cell("{:.2f} s ({:.2f} s)", "s", statistics.median(times) / 1000, max(times) / 1000)


def _requests(view: Opened) -> int:
    return len([url for url in view.asked[1:] if not url.startswith(("data:", "blob:"))])


def _texts() -> tuple[list[str], list[str]]:
    zh = [f"第{n}天，科学家在高原上观察了{n + 7}颗星星。" for n in range(_CUES)]
    bo = [
        f"ཉིན་{n}་པར་ཚན་རིག་པས་མཐོ་སྒང་དུ་སྐར་མ་{n + (9 if n % 10 else 7)}་ལ་བལྟས།" for n in range(_CUES)
    ]
    return bo, zh


def _page(folder: Path, name: str, bo: list[str], zh: list[str]) -> Path:
    for side, texts in (("bo", bo), ("zh", zh)):
        (folder / f"{side}.srt").write_text(srt(texts), encoding="utf-8")
    report = verify(bo=folder / "bo.srt", zh=folder / "zh.srt")
    path = folder / f"{name}.html"
    path.write_text(render_html(report), encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
