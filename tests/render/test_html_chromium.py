"""The report's page in a real browser: asked for nothing, filtered, played, reviewed, hostile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bilingual import Report, verify
from bilingual.model import Check, CheckVerdict, Reason, Severity, Verdict
from bilingual.render.html.page import render_html
from bilingual.render.review import (
    apply_review,
    finding_ids,
    load_review,
    report_digest,
    review_schema,
    work_key,
)
from tests.render.browser import PATIENCE_MS, needs_chromium, new_page
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

    def __init__(self, browser: Any, path: Path, width: int = 1280, **options: Any) -> None:
        self.page = new_page(browser, width, 900, **options)
        self.asked_to_stay = 0
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda r: self.asked.append(r.url))
        self.page.on("console", lambda m: self.said.append(m.text))
        self.page.on("pageerror", lambda e: self.said.append(str(e)))
        self.page.on("dialog", self._answer)
        self.page.goto(path.as_uri())
        self.page.evaluate("document.fonts.ready")

    def _answer(self, dialog: Any) -> None:
        """A page may ask whether one wants to leave, and one does; nothing else."""
        self.asked_to_stay += dialog.type == "beforeunload"
        if dialog.type != "beforeunload":
            self.said.append(dialog.message)
        dialog.accept()

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
    assert page.evaluate("document.querySelector('#bead-2 select.decision').value") == (
        "confirmed-correct"
    )
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.id") == "bead-1"


def decision(page: Any, place: str) -> str:
    value: str = page.locator(f"{place} select.decision").first.input_value()
    return value


def export(page: Any, to: Path) -> Path:
    with page.expect_download() as waiting:
        page.click("#save")
    waiting.value.save_as(to)
    return to


def test_a_review_is_exported_and_read_back(
    opened: Opened, report: Report, browser: Any, tmp_path: Path
) -> None:
    page = opened.page
    page.fill("#reviewer", "བཀྲ་ཤིས")
    page.locator(".finding select.decision").first.select_option("dismissed")
    page.locator(".finding input.note").first.fill("没有问题")
    page.locator("#bead-3 select.decision").select_option("wrong")
    saved = export(page, tmp_path / "review.json")
    Draft202012Validator(review_schema()).validate(json.loads(saved.read_text("utf-8")))
    review = load_review(saved).on(report)
    assert review.reviewer.name == "བཀྲ་ཤིས"
    assert (review.report_sha256, review.work) == (report_digest(report), work_key(report))
    applied = apply_review(review, report)
    assert [(d.state, d.note, d.by) for d in applied.findings.values()] == [
        ("dismissed", "没有问题", "བཀྲ་ཤིས")
    ]
    assert {n: d.state for n, d in applied.cues.items()} == {2: "wrong"}
    assert applied.cues[2].zh == ("今天我们看见12座山。",)
    assert applied.changed == ()

    again = tmp_path / "again.html"
    again.write_text(render_html(report, review=review), encoding="utf-8")
    view = Opened(browser, again)
    assert view.page.input_value("#reviewer") == "བཀྲ་ཤིས"
    assert decision(view.page, ".finding") == "dismissed"
    assert decision(view.page, "#bead-3") == "wrong"
    view.page.close()

    page.evaluate("localStorage.clear()")
    page.reload()
    assert page.input_value("#reviewer") == ""
    page.set_input_files("#load", str(saved))
    shown(page.locator("#reviewer")).to_have_value("བཀྲ་ཤིས")
    assert page.locator(".finding input.note").first.input_value() == "没有问题"
    assert opened.said == []


def test_a_review_of_the_first_version_is_read_on_its_report(
    opened: Opened, report: Report, tmp_path: Path
) -> None:
    page = opened.page
    first = {
        "schema": "bilingual.review/1",
        "report_sha256": report_digest(report),
        "reviewer": {"name": "卓玛"},
        "items": [{"finding": finding_ids(report)[0], "state": "confirmed", "note": "n"}],
        "cues": [{"bo": [4], "zh": [4], "state": "unsure", "note": ""}],
    }
    path = tmp_path / "first.json"
    path.write_text(json.dumps(first), encoding="utf-8")
    page.set_input_files("#load", str(path))
    shown(page.locator("#reviewer")).to_have_value("卓玛")
    assert decision(page, "#finding-0") == "confirmed"
    assert decision(page, "#bead-5") == "unsure"
    path = tmp_path / "other.json"
    path.write_text(json.dumps(first | {"report_sha256": "0" * 64}))
    page.set_input_files("#load", str(path))
    shown(page.locator("#kept")).to_contain_text("另一份")


JUNK = (
    "[]", "7", "null", "{", '"x"', '{"schema": "bilingual.review/2"}',
    '{"schema": "bilingual.review/2", "findings": 7, "cues": [null, 7, {}], "points": {}}',
    '{"schema": "bilingual.review/2", "reviewer": 7, "cues": [{"key": {}, "state": "wrong"}]}',
    '{"schema": "bilingual.review/2", "findings": [{"key": "k", "state": "open", "zh": 7}]}',
    '{"schema": "bilingual.review/1", "report_sha256": "@", "items": [null], "cues": 7}',
    '{"schema": "bilingual.review/1", "report_sha256": "@", "items": "x", "cues": [{"zh": 7}]}',
)  # fmt: skip


def test_files_and_stores_that_are_no_reviews_do_no_harm(
    opened: Opened, report: Report, tmp_path: Path
) -> None:
    page = opened.page
    for number, text in enumerate(JUNK):
        path = tmp_path / f"{number}.json"
        path.write_text(text.replace("@", report_digest(report)), encoding="utf-8")
        page.set_input_files("#load", str(path))
        shown(page.locator("#kept")).not_to_be_empty()
        page.evaluate("document.getElementById('kept').textContent = ''")
    page.locator("#bead-3 select.decision").select_option("wrong")
    for text in (*JUNK, '{"cleared": [7, null, ["a"]], "cues": [null]}'):
        page.evaluate(
            "t => { for (const k of Object.keys(localStorage)) localStorage[k] = t; }", text
        )
        page.reload()
        assert page.locator("#left").inner_text()
    assert opened.said == []


def test_hostile_decisions_stay_texts(opened: Opened, tmp_path: Path) -> None:
    page = opened.page
    decisions = [
        {"key": f"k{n}", "state": "confirmed", "note": text, "by": text, "rule": text, "zh": [text]}
        for n, text in enumerate((*INJECTIONS[:60], "__proto__", "constructor"))
    ]
    path = tmp_path / "hostile.json"
    document = {"schema": "bilingual.review/2", "reviewer": {"name": INJECTIONS[0]}}
    path.write_text(json.dumps(document | {"findings": decisions}), encoding="utf-8")
    page.set_input_files("#load", str(path))
    shown(page.locator("#changed-list li")).to_have_count(len(decisions))
    assert page.evaluate("window.ran === undefined")
    assert page.evaluate("document.scripts.length") == 2
    assert opened.quiet(), opened.said


def test_decisions_are_kept_in_the_browser_at_once(opened: Opened) -> None:
    page = opened.page
    page.fill("#reviewer", "卓玛")
    page.locator("#bead-3 select.decision").select_option("wrong")
    shown(page.locator("#kept")).to_contain_text("自动存")
    page.locator("#finding-0 input.note").type("还没有离开输入框")
    page.wait_for_timeout(600)
    page.reload()
    assert page.input_value("#reviewer") == "卓玛"
    assert decision(page, "#bead-3") == "wrong"
    assert page.locator("#finding-0 input.note").input_value() == "还没有离开输入框"
    page.locator("#bead-3 select.decision").select_option("")
    page.reload()
    assert decision(page, "#bead-3") == ""
    assert opened.said == []


def test_leaving_is_asked_about_until_the_review_is_exported(
    opened: Opened, tmp_path: Path
) -> None:
    page = opened.page
    page.reload()
    assert opened.asked_to_stay == 0
    page.locator("#bead-3 select.decision").select_option("wrong")
    page.reload()
    assert opened.asked_to_stay == 1
    page.locator("#bead-4 select.decision").select_option("wrong")
    export(page, tmp_path / "review.json")
    page.reload()
    assert opened.asked_to_stay == 1


def test_a_review_of_thirty_eight_ticks_and_one_changed_cue(browser: Any, tmp_path: Path) -> None:
    """Run again, with one cue changed: 37 come back, one is shown as changed, none is lost."""
    zh = [f"今天我们看见{n}座山。" for n in range(10, 48)]
    bo = [f"དེ་རིང་ང་ཚོས་རི་{n}་མཐོང་།" for n in range(10, 48)]
    path = tmp_path / "report.html"
    path.write_text(render_html(report_of(tmp_path, bo, zh)), encoding="utf-8")
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("dialog", lambda d: d.accept())
    page.goto(path.as_uri())
    page.fill("#reviewer", "卓玛")
    page.locator("#reviewer").press("Tab")
    for _ in zh:
        page.keyboard.press("j")
        page.keyboard.press("t")
    ticked = "document.querySelectorAll('tr.bead.decided').length"
    assert page.evaluate(ticked) == 38
    saved = export(page, tmp_path / "review.json")

    bo[20] = bo[20].replace("མཐོང", "བལྟས")
    report = report_of(tmp_path, bo, zh)
    path.write_text(render_html(report), encoding="utf-8")
    page.goto(path.as_uri())
    assert page.evaluate(ticked) == 37
    assert decision(page, "#bead-21") == ""
    shown(page.locator("#changed")).to_be_visible()
    shown(page.locator("#changed-list li")).to_have_count(1)
    shown(page.locator("#changed-list li")).to_contain_text("མཐོང")
    assert page.locator("#changed-list a").get_attribute("href") == "#bead-21"
    again = export(page, tmp_path / "again.json")
    assert len(json.loads(again.read_text("utf-8"))["cues"]) == 38
    context.close()

    # The same from the file, without this browser's memory.
    applied = apply_review(load_review(saved).on(report), report)
    assert (len(applied.cues), len(applied.changed)) == (37, 1)
    path.write_text(render_html(report, review=load_review(saved)), encoding="utf-8")
    fresh = Opened(browser, path)
    assert fresh.page.evaluate(ticked) == 37
    fresh.page.close()


def test_the_path_leads_through_what_is_undecided(opened: Opened) -> None:
    page = opened.page
    progress = page.locator("#progress")
    total = int(progress.get_attribute("max") or 0)
    assert total >= 3
    seen = []
    for _ in range(total):
        page.keyboard.press("n")
        at = page.evaluate("document.activeElement.id")
        seen.append(at)
        shown(page.locator(f"#{at}")).to_be_in_viewport()
        page.keyboard.press("1")
    assert len(set(seen)) == total
    assert seen[0].startswith("finding-")
    shown(page.locator("#left")).to_contain_text(f"{total} 项都已判定")
    assert page.evaluate("document.getElementById('progress').value") == total


def test_the_path_comes_back_to_what_is_left_for_later(opened: Opened) -> None:
    page = opened.page
    page.keyboard.press("n")
    first = page.evaluate("document.activeElement.id")
    page.keyboard.press("4")
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.id") != first
    shown(page.locator("#left")).to_contain_text("1 项留到以后")


def test_everything_can_be_done_without_a_mouse(opened: Opened, tmp_path: Path) -> None:
    """A name, a decision with a note, and the export, by the keyboard alone."""
    page = opened.page
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "reviewer":
            break
    page.keyboard.type("卓玛")
    page.keyboard.press("Tab")
    page.keyboard.press("n")
    page.keyboard.press("2")
    page.keyboard.press("i")
    page.keyboard.type("画面里就是 13")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id").startswith("finding-")
    for _ in range(200):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.id") == "save":
            break
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    waiting.value.save_as(tmp_path / "r.json")
    (made,) = json.loads((tmp_path / "r.json").read_text("utf-8"))["findings"]
    assert (made["state"], made["note"], made["by"]) == ("dismissed", "画面里就是 13", "卓玛")


def test_many_of_one_kind_are_decided_at_once(browser: Any, report: Report, tmp_path: Path) -> None:
    one = report.findings[0]
    many = tuple(replace(one, zh=(n,), bo=(), span_ms=None) for n in range(12))
    whole = replace(
        report, findings=tuple(replace(f, zh=(), params={"n": n}) for n, f in enumerate(many))
    )
    path = tmp_path / "many.html"
    path.write_text(render_html(whole), encoding="utf-8")
    page = Opened(browser, path).page
    assert page.locator(".first li").count() == 1
    page.locator("#finding-0 select.decision").select_option("dismissed")
    page.locator("#general summary").first.click()
    page.click("button.same")
    assert page.evaluate("document.querySelectorAll('.finding.decided').length") == 12
    page.close()


def settling(report: Report) -> Report:
    """The same, with two points that only a person can settle."""
    points = tuple(
        Check(rule=rule, verdict=CheckVerdict.UNKNOWN, reason=Reason(code=code), required=True)
        for rule, code in (
            ("language-pair", "pair-maybe-bo-zh"),
            ("narration-language", "no-audio"),
        )
    )
    return replace(report, verdict=Verdict.UNKNOWN, findings=(), checks=points)


def test_open_points_are_settled_beside_the_verdict(
    browser: Any, report: Report, tmp_path: Path
) -> None:
    of = settling(report)
    path = tmp_path / "points.html"
    path.write_text(render_html(of), encoding="utf-8")
    view = Opened(browser, path)
    page = view.page
    shown(page.locator("#settled")).to_be_hidden()
    page.fill("#reviewer", "卓玛")
    for rule in ("language-pair", "narration-language"):
        page.locator(f"#point-{rule} select.decision").select_option("holds")
    page.locator("#point-language-pair input.note").fill("全听过，是藏语")
    page.locator("#point-language-pair input.by").fill("བསོད་ནམས།")
    page.locator("#point-language-pair input.by").blur()
    shown(page.locator("#settled")).to_have_text(
        "加上复核人的判定 通过 （其中 2 处由བསོད་ནམས།、卓玛判定）", use_inner_text=False
    )
    shown(page.locator("p.verdict").first).to_contain_text("无法判断")
    review = load_review(export(page, tmp_path / "r.json")).on(of)
    made = of.with_review(review).review
    assert made is not None
    assert (made.settled.verdict, made.settled.points) == (Verdict.PASS, 2)
    assert set(made.settled.by) == {"卓玛", "བསོད་ནམས།"}
    page.locator("#point-language-pair select.decision").select_option("fails")
    shown(page.locator("#settled-verdict")).to_have_text("不通过")
    page.close()


def test_the_player_stays_in_view_and_the_row_is_kept(
    browser: Any, report: Report, tmp_path: Path
) -> None:
    from tests.media.clips import make, picture, tone

    make(tmp_path / "video.mp4", picture("64x36", 60, 5), tone(60))
    path = tmp_path / "played.html"
    path.write_text(render_html(report, video_href="video.mp4"), encoding="utf-8")
    view = Opened(browser, path)
    page = view.page
    shown(page.locator("#video")).to_be_visible()
    page.locator("#bead-11").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    page.locator("#bead-11 button.play").click()
    shown(page.locator("#video")).to_be_in_viewport(ratio=1)
    shown(page.locator("#bead-11")).to_be_in_viewport()
    shown(page.locator("#bead-11")).to_have_class(re.compile("playing"))
    assert page.evaluate("scrollY") == before
    shown(page.locator("#now")).to_contain_text("中文")
    shown(page.locator("#now")).to_contain_text("藏文")
    labels = "[...document.getElementById('video').textTracks].map(t => t.label)"
    assert sorted(page.evaluate(labels)) == ["中文", "藏文"]
    # A row that is gone to lies below the player.
    page.keyboard.press("n")
    stage = page.locator("#stage").bounding_box()
    there = page.locator("*:focus").bounding_box()
    assert there["y"] >= stage["y"] + stage["height"]
    page.close()


def test_the_time_axis_is_a_slider(opened: Opened) -> None:
    page = opened.page
    assert page.locator(".axis span").count() >= 3
    page.locator("#seek").focus()
    page.keyboard.press("End")
    shown(page.locator("#bead-12")).to_be_in_viewport()


def test_times_are_local(browser: Any, report: Report, tmp_path: Path) -> None:
    made = replace(
        report, provenance=replace(report.provenance, created="2024-08-01T02:03:04+00:00")
    )
    path = tmp_path / "local.html"
    path.write_text(render_html(made), encoding="utf-8")
    view = Opened(browser, path, timezone_id="Asia/Shanghai")
    shown(view.page.locator("footer time")).to_contain_text("10:03")
    view.page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_barrier_for_readers(
    browser: Any, report: Report, tmp_path: Path, scheme: str, width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe here")
    points = settling(report)
    path = tmp_path / "all.html"
    path.write_text(
        render_html(replace(report, checks=(*report.checks, *points.checks))), encoding="utf-8"
    )
    view = Opened(browser, path, width=width, color_scheme=scheme)
    view.page.locator(".finding select.decision").first.select_option("dismissed")
    found = axe.Axe().run(view.page).response["violations"]
    assert [(v["id"], v["impact"], v["nodes"][0]["html"][:200]) for v in found] == []
    view.page.close()


def test_it_fits_a_phone(browser: Any, report: Report, tmp_path: Path) -> None:
    path = tmp_path / "phone.html"
    points = settling(report)  # with long words to choose from
    whole = replace(report, checks=(*report.checks, *points.checks))
    path.write_text(render_html(whole, "en"), encoding="utf-8")
    for width in (390, 320):
        view = Opened(browser, path, width=width)
        assert view.page.evaluate("document.documentElement.scrollWidth") <= width
        view.page.close()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [1280, 900, 390])
def test_no_judgement_of_a_cue_is_cut_off(
    browser: Any, report: Report, tmp_path: Path, language: str, width: int
) -> None:
    path = tmp_path / "wide.html"
    path.write_text(render_html(report, language), encoding="utf-8")
    view = Opened(browser, path, width=width)
    box = view.page.locator(".pair select").first
    needs = box.evaluate(
        "e => { const c = e.cloneNode(true); c.style.cssText = 'position:absolute;width:max-content;"
        "max-width:none'; e.parentNode.append(c); const w = c.offsetWidth; c.remove(); return w; }"
    )
    assert box.evaluate("e => e.offsetWidth") >= needs
    assert view.page.evaluate("document.documentElement.scrollWidth") <= width
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
