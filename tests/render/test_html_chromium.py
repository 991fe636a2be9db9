"""The report's page in a real browser: asked for nothing, filtered, played, reviewed, hostile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bilingual import Report, verify
from bilingual.model import Severity
from bilingual.render.html.page import render_html
from bilingual.render.review import finding_ids, load_review, report_digest
from tests.render.browser import needs_chromium, new_page
from tests.render.test_annex_pages import PAYLOADS

pytestmark = [needs_chromium, pytest.mark.slow]

MORE_PAYLOADS = (
    "<script>window.ran=1</script>",
    "</script><script>window.ran=1</script>",
    "<img src=x onerror=window.ran=1>",
    "<svg/onload=window.ran=1>",
    '"><b onmouseover=window.ran=1>b</b>',
    "javascript:window.ran=1",
    "{{ ''.__class__ }}",
    "<!--<script>window.ran=1</script>-->",
    "</style><script>window.ran=1</script>",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "\u2028window.ran=1//",
    "]]><script>window.ran=1</script>",
    "<math><mtext><script>window.ran=1</script>",
    "&lt;script&gt;window.ran=1&lt;/script&gt;",
    "<a href='data:text/html,<script>window.ran=1</script>'>a</a>",
    "<link rel=stylesheet href=//example.org/a.css>",
    "<meta http-equiv=refresh content='0;url=//example.org'>",
    "<form action=//example.org><input autofocus onfocus=window.ran=1>",
)

WRAPS = (
    "@",
    '">@',
    "'>@",
    "</p></td>@",
    "</script>@",
    "--><!--@-->",
    "</style></title>@",
    "<svg><desc>@</desc></svg>",
    "<template>@</template>",
    "{\\an8}<i>@</i>",
)
INJECTIONS = list(
    dict.fromkeys(w.replace("@", p) for w in WRAPS for p in (*PAYLOADS, *MORE_PAYLOADS))
)[:200]


def stamp(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02},000"


def srt(texts: list[str]) -> str:
    return "".join(
        f"{k}\n{stamp(4 * k)} --> {stamp(4 * k + 3)}\n{text}\n\n" for k, text in enumerate(texts, 1)
    )


def report_of(folder: Path, bo: list[str], zh: list[str]) -> Report:
    paths = {"bo": folder / "bo.srt", "zh": folder / "zh.srt"}
    for side, texts in (("bo", bo), ("zh", zh)):
        paths[side].write_text(srt(texts), encoding="utf-8")
    return verify(bo=paths["bo"], zh=paths["zh"])


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    zh = [f"今天我们看见{n}座山。" for n in range(10, 22)]
    bo = [f"དེ་རིང་ང་ཚོས་རི་{n}་མཐོང་།" for n in range(10, 22)]
    bo[3] = bo[3].replace("13", "31")
    bo[6] = zh[6]
    return report_of(tmp_path_factory.mktemp("work"), bo, zh)


class Opened:
    """A page, what it asked for beside itself, and what it complained of."""

    def __init__(self, browser: Any, path: Path, width: int = 1280) -> None:
        self.page = new_page(browser, width, 900)
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda r: self.asked.append(r.url))
        self.page.on("console", lambda m: self.said.append(m.text))
        self.page.on("pageerror", lambda e: self.said.append(str(e)))
        self.page.on("dialog", lambda d: self.said.append(d.message))
        self.page.goto(path.as_uri())
        self.page.evaluate("document.fonts.ready")

    def quiet(self) -> bool:
        return not self.said and not [
            url for url in self.asked[1:] if not url.startswith(("data:", "blob:"))
        ]


@pytest.fixture
def opened(browser: Any, report: Report, tmp_path: Path) -> Iterator[Opened]:
    path = tmp_path / "report.html"
    path.write_text(render_html(report), encoding="utf-8")
    view = Opened(browser, path)
    yield view
    view.page.close()


def shown(locator: Any) -> Any:
    """What waits for it: the page's policy forbids Playwright's own polling, an eval."""
    from playwright.sync_api import expect

    return expect(locator)


def test_it_asks_for_nothing_and_complains_of_nothing(opened: Opened) -> None:
    assert opened.quiet(), (opened.asked, opened.said)
    assert opened.page.evaluate("[...document.fonts].some(f => f.status === 'loaded')")


def test_filters_and_order(opened: Opened) -> None:
    page = opened.page
    shown = "document.querySelectorAll('tr.bead:not([hidden])').length"
    assert page.evaluate(shown) == 12
    page.select_option("#rule", "untranslated")
    assert page.evaluate(shown) == 1
    page.select_option("#rule", "")
    page.select_option("#severity", "error")
    assert 1 <= page.evaluate(shown) < 12
    page.select_option("#severity", "")
    page.select_option("#order", "risk")
    risks = page.evaluate("[...document.querySelectorAll('tr.bead')].map(r => +r.dataset.risk)")
    assert risks == sorted(risks, reverse=True)
    page.check("#ask")
    assert page.evaluate(shown) < 12


def test_findings_on_the_whole_work_are_filtered_too(
    browser: Any, report: Report, tmp_path: Path
) -> None:
    whole = replace(report.findings[0], rule="sync-jump", zh=(), bo=(), params={})
    changed = replace(report, findings=(*report.findings, whole))
    path = tmp_path / "whole.html"
    path.write_text(render_html(changed), encoding="utf-8")
    page = Opened(browser, path).page
    shown(page.locator("#general .finding")).to_be_visible()
    page.select_option("#rule", "untranslated")
    shown(page.locator("#general .finding")).to_be_hidden()
    page.select_option("#rule", "sync-jump")
    shown(page.locator("#general .finding")).to_be_visible()
    page.close()


def test_a_link_to_a_hidden_row_shows_it(opened: Opened) -> None:
    page = opened.page
    page.select_option("#rule", "untranslated")
    page.evaluate("location.hash = '#bead-1'")
    shown(page.locator("#bead-1")).to_be_visible()


def test_the_gravest_findings_are_first_and_link_to_their_rows(
    opened: Opened, report: Report
) -> None:
    page = opened.page
    links = page.locator(".first a")
    serious = [f for f in report.findings if f.severity is not Severity.INFO]
    assert links.count() == min(10, len(serious))
    target = links.first.get_attribute("href")
    assert target == f"#finding-{report.findings.index(serious[0])}"
    links.first.click()
    shown(page.locator(target)).to_be_in_viewport()


def test_without_a_video_a_time_leads_to_its_row(opened: Opened) -> None:
    page = opened.page
    box = page.locator("svg.timeline").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.999, box["y"] + 5)
    assert page.evaluate("location.hash") == "#bead-12"
    shown(page.locator("#bead-12")).to_be_in_viewport()


def test_both_subtitles_run_under_the_player(browser: Any, report: Report, tmp_path: Path) -> None:
    from tests.media.clips import make, picture, tone

    make(tmp_path / "video.mp4", picture("64x36", 40, 5), tone(40))
    path = tmp_path / "played.html"
    path.write_text(render_html(report, video_href="video.mp4"), encoding="utf-8")
    view = Opened(browser, path)
    page = view.page
    shown(page.locator("#video")).to_be_visible()
    page.locator("#bead-4 button.play").click()
    shown(page.locator("#now-zh")).to_have_text("今天我们看见13座山。")
    shown(page.locator("#now-bo")).to_contain_text("མཐོང")
    assert page.evaluate("document.getElementById('video').currentTime") > 1
    assert not view.said
    assert {Path(url).name for url in view.asked[1:] if url.startswith("file:")} == {"video.mp4"}
    page.close()


def test_the_keyboard_walks_and_judges(opened: Opened) -> None:
    page = opened.page
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "bead-2"
    page.keyboard.press("t")
    assert page.evaluate("document.querySelector('#bead-2 select.pair').value") == (
        "confirmed-correct"
    )
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.id") == "bead-1"


def test_a_review_is_saved_and_read_back(
    opened: Opened, report: Report, browser: Any, tmp_path: Path
) -> None:
    page = opened.page
    page.fill("#reviewer", "བཀྲ་ཤིས")
    page.locator("select.state").first.select_option("dismissed")
    page.locator("input.note").first.fill("没有问题")
    page.locator("select.pair").nth(2).select_option("wrong")
    with page.expect_download() as waiting:
        page.click("#save")
    saved = tmp_path / "review.json"
    waiting.value.save_as(saved)
    review = load_review(saved)
    assert review.reviewer == "བཀྲ་ཤིས"
    assert review.report_sha256 == report_digest(report)
    assert [(i.finding in finding_ids(report), i.state, i.note) for i in review.items] == [
        (True, "dismissed", "没有问题")
    ]
    assert [c.state for c in review.cues] == ["wrong"]

    again = tmp_path / "again.html"
    again.write_text(render_html(report, review=review), encoding="utf-8")
    view = Opened(browser, again)
    assert view.page.input_value("#reviewer") == "བཀྲ་ཤིས"
    assert view.page.locator("select.state").first.input_value() == "dismissed"
    assert view.page.locator("select.pair").nth(2).input_value() == "wrong"
    view.page.close()

    page.reload()
    page.set_input_files("#load", str(saved))
    shown(page.locator("#reviewer")).to_have_value("བཀྲ་ཤིས")
    assert page.locator("input.note").first.input_value() == "没有问题"
    other = tmp_path / "other.json"
    other.write_text(json.dumps(json.loads(saved.read_text("utf-8")) | {"report_sha256": "0" * 64}))
    page.set_input_files("#load", str(other))
    shown(page.locator("#loaded")).to_contain_text("另一份")


def test_no_barrier_for_readers(opened: Opened) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe here")
    found = axe.Axe().run(opened.page).response["violations"]
    assert [(v["id"], v["impact"], v["nodes"][0]["html"][:200]) for v in found] == []


def test_it_fits_a_phone(browser: Any, report: Report, tmp_path: Path) -> None:
    path = tmp_path / "phone.html"
    path.write_text(render_html(report, "en"), encoding="utf-8")
    view = Opened(browser, path, width=375)
    assert view.page.evaluate("document.documentElement.scrollWidth") <= 375
    view.page.close()


def test_hostile_texts_stay_texts(browser: Any, tmp_path: Path) -> None:
    assert len(set(INJECTIONS)) == 200
    texts = [f"{payload} 第{k}句" for k, payload in enumerate(INJECTIONS)]
    report = report_of(
        tmp_path,
        [f"ང་ཚོས་དེ་རིང་རི་ཆེན་པོ་ཞིག་མཐོང་བྱུང་། {t} ང་ཚོས་དེ་རིང་རི་ཆེན་པོ་ཞིག་མཐོང་བྱུང་།" for t in texts],
        texts,
    )
    first, *others = report.inputs
    report = replace(report, inputs=(replace(first, name=INJECTIONS[0]), *others))
    path = tmp_path / "hostile.html"
    path.write_text(render_html(report), encoding="utf-8")
    view = Opened(browser, path)
    view.page.hover("#bead-20")
    assert view.page.evaluate("window.ran === undefined")
    assert view.quiet(), (view.asked[:3], view.said[:3])
    assert view.page.evaluate("document.scripts.length") == 2
    view.page.close()


def test_three_hundred_cues_stay_light(tmp_path: Path) -> None:
    zh = [f"第{n}天，科学家在高原上观察了{n + 7}颗星星。" for n in range(300)]
    bo = [f"ཉིན་{n}་པར་ཚན་རིག་པས་མཐོ་སྒང་དུ་སྐར་མ་{n + 7}་ལ་བལྟས།" for n in range(300)]
    page = render_html(report_of(tmp_path, bo, zh))
    assert len(page.encode()) < 3_000_000


def test_the_reason_is_marked_in_the_text(browser: Any, tmp_path: Path) -> None:
    zh = [f"今天我们看见{n}座山。" for n in range(10, 16)]
    bo = [f"དེ་རིང་ང་ཚོས་རི་{n}་མཐོང་།" for n in range(10, 16)]
    bo[2] = bo[2].replace("12", "21")
    bo[4] = bo[4].replace("མཐོང", "མ\u200bཐོང")
    path = tmp_path / "marked.html"
    path.write_text(render_html(report_of(tmp_path, bo, zh)), encoding="utf-8")
    view = Opened(browser, path)
    marked = view.page.locator("#bead-3 mark")
    assert sorted(marked.all_inner_texts()) == ["12", "21"]
    assert {"number-mismatch"} == {m.get_attribute("title") for m in marked.all()}
    assert view.page.locator("#bead-5 mark").all_inner_texts() == ["⟨U+200B⟩"]
    view.page.close()
