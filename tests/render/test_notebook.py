"""Notebooks: committed without outputs, run from top to bottom, ask for nothing."""

from __future__ import annotations

import ast
import base64
import io
import json
import re
import shutil
import warnings
import wave
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bilingual.cli import run
from bilingual.config import Config
from bilingual.errors import DependencyError, InputError
from bilingual.media.probe import probe
from bilingual.model import Cue, Report, Track
from bilingual.render.notebook import figures
from bilingual.render.notebook.measured import Table, bars, measured, numbers, read_tables
from bilingual.render.notebook.review_sheet import ReviewSheet
from bilingual.render.notebook.running import export_html, run_notebook
from bilingual.render.notebook.shown import Pairs, Shown, pairs_html
from bilingual.render.notebook.sound import listen
from bilingual.render.review import items_of, load_review, report_digest
from bilingual.resources import measured_files, notebook_file
from tests.fixes.test_fixing import BO, ZH, report_on, srt
from tests.media import clips

NOTEBOOKS = ("verification.ipynb", "method.ipynb")
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>&amp;"\'\u202e'


def faulty() -> Report:
    return report_on(
        {
            "bo": srt((BO[0], ZH[1], *BO[2:])).encode(),
            "zh": srt((*ZH[:2], f"月亮绕着地球转。{HOSTILE}", *ZH[3:])).encode(),
        }
    )


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_is_committed_without_outputs(name: str) -> None:
    book = json.loads(notebook_file(name).read_text("utf-8"))
    code = [c for c in book["cells"] if c["cell_type"] == "code"]
    assert code
    assert all(c["outputs"] == [] and c["execution_count"] is None for c in code)
    assert [c for c in code if "parameters" in c["metadata"].get("tags", ())]
    for cell in code:
        ast.parse("".join(cell["source"]))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_speaks_chinese_first_then_english(name: str) -> None:
    book = json.loads(notebook_file(name).read_text("utf-8"))
    for cell in book["cells"]:
        if cell["cell_type"] != "markdown":
            continue
        text = "".join(cell["source"])
        han, latin = re.search("[\u4e00-\u9fff]", text), re.search(r"[A-Za-z]{4,}", text)
        assert han, text
        assert latin, text
        assert han.start() < latin.start() or text.lstrip("# 0123456789").startswith("`"), text


def test_method_has_no_figures_of_its_own() -> None:
    book = json.loads(notebook_file("method.ipynb").read_text("utf-8"))
    code = "".join("".join(c["source"]) for c in book["cells"] if c["cell_type"] == "code")
    assert not re.findall(r"(?<![\w\[])0?\.\d{2,}", code)


class Loads(HTMLParser):
    """What a page would load or call on."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("src", "href", "srcset", "data", "action", "poster") and value:
                self.found.append(value)
            if name == "style" and value and "url(" in value:
                self.found.append(value)


def assert_asks_for_nothing(html: str) -> None:
    page = Loads()
    page.feed(html)
    assert [v for v in page.found if not v.startswith(("data:", "#"))] == []
    for style in re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL):
        assert "@import" not in style
        assert not re.search(r"url\((?!\"data:font/woff;base64,)", style)
    for script in re.findall(r"<script[^>]*>(.*?)</script>", html, re.DOTALL):
        assert "http" not in script
        assert "fetch(" not in script
    assert "default-src 'none'" in html


def _runs() -> None:
    pytest.importorskip("papermill", reason="needs the extra notebook")
    pytest.importorskip("ipykernel", reason="needs the extra notebook")
    pytest.importorskip("matplotlib", reason="needs the extra notebook")


@pytest.fixture(scope="module")
def submission(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a submission, its notebook run, the page and the report."""
    _runs()
    folder = tmp_path_factory.mktemp("submission")
    (folder / "bo.srt").write_text(srt((BO[0], ZH[1], *BO[2:])), encoding="utf-8")
    (folder / "zh.srt").write_text(
        srt((*ZH[:2], f"月亮绕着地球转。{HOSTILE}", *ZH[3:])), encoding="utf-8"
    )
    args = ["notebook", "--bo", str(folder / "bo.srt"), "--zh", str(folder / "zh.srt")]
    args += ["--asr", "off", "--out", str(folder / "out.ipynb"), "--html"]
    assert run([*args, "--report", str(folder / "report.json")]) == 0
    return folder


def test_verification_runs_on_a_submission(submission: Path) -> None:
    book = json.loads((submission / "out.ipynb").read_text("utf-8"))
    code = [c for c in book["cells"] if c["cell_type"] == "code"]
    assert all(c["execution_count"] for c in code)
    shown = json.dumps(code, ensure_ascii=False)
    assert "没有翻译" in shown
    html = (submission / "out.html").read_text("utf-8")
    assert_asks_for_nothing(html)
    assert 'alert("x")</script>' not in html
    assert "<img src=x" not in html
    assert html.count("<img") >= 5
    told = re.findall(r'"report_sha256":"([0-9a-f]{64})"', html)
    assert told == [report_digest(json.loads((submission / "report.json").read_text("utf-8")))]


def test_nothing_is_written_over(submission: Path) -> None:
    before = (submission / "out.ipynb").read_bytes()
    args = ["notebook", "--bo", str(submission / "bo.srt"), "--out", str(submission / "out.ipynb")]
    assert run(args) == 2
    assert (submission / "out.ipynb").read_bytes() == before
    assert run([*args[:-1], str(submission / "bo.srt"), "--force"]) == 2


def test_pages_carry_the_glyphs_they_need(submission: Path) -> None:
    html = (submission / "out.html").read_text("utf-8")
    assert "Bilingual Tibetan" in html
    assert html.count("data:font/woff;base64,") == 2
    assert len(html) < 3_000_000


def test_method_runs(tmp_path: Path) -> None:
    _runs()
    out = run_notebook("method.ipynb", tmp_path / "m.ipynb", {"language": "en"})
    page = export_html(out, tmp_path / "m.html", language="en")
    html = page.read_text("utf-8")
    assert_asks_for_nothing(html)
    for table in (t for tables in measured().values() for t in tables):
        first = next(c for c in table.rows[0] if c).replace("*", "").replace("`", "")
        assert first.split("&")[0][:40] in html.replace("<code>", "").replace("</code>", "")


def test_a_failing_cell_is_our_error(tmp_path: Path) -> None:
    _runs()
    parameters = {"bo": str(tmp_path / "absent.srt")}
    with pytest.raises(InputError, match="absent") as caught:
        run_notebook("verification.ipynb", tmp_path / "o.ipynb", parameters)
    assert caught.value.code == "notebook-failed"
    assert not (tmp_path / "o.ipynb").exists()
    assert Path(caught.value.params["path"]).is_file()


def test_without_the_extra_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "papermill", None)
    (tmp_path / "bo.srt").write_text(srt(BO), encoding="utf-8")
    args = ["notebook", "--bo", str(tmp_path / "bo.srt"), "--out", str(tmp_path / "o.ipynb")]
    assert run(args) == 2
    assert "bilingual-subtitles[notebook]" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(DependencyError, match="not installed"):
        figures.risk(faulty().to_dict())


def test_nothing_handed_in_and_a_missing_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["notebook", "--out", str(tmp_path / "o.ipynb")]) == 2
    assert run(["notebook", "--bo", str(tmp_path / "no.srt"), "--out", str(tmp_path / "o")]) == 2
    assert "no.srt" in capsys.readouterr().err


def test_objects_show_themselves_and_escape() -> None:
    report = faulty()
    assert report.bo is not None
    assert report.zh is not None
    assert report.alignment is not None
    shown = [
        report._repr_html_(),
        report.zh._repr_html_(),
        report.bo._repr_html_(),
        report.alignment._repr_html_(),
        Pairs(report)._repr_html_(),
        ReviewSheet(report)._repr_html_(),
        pairs_html(report.to_dict(), "en"),
    ]
    for html in shown:
        assert "<img" not in html
        assert 'alert("x")' not in html.replace("&quot;", "'").replace('\\"', "'")
        assert "\u202e" not in html
    assert "⟨U+202E⟩" in shown[1]
    assert "没有翻译" in shown[0]
    for thing in (report, report.zh, report.alignment, None):
        english = Shown(thing, "en")._repr_html_()
        assert not re.search("[\u4e00-\u9fff]{3}", re.sub("<td lang.*?</td>|“.*?”", "", english))
    assert "&lt;script&gt;" in shown[1]


def test_a_long_track_is_cut_with_a_word() -> None:
    cues = tuple(
        Cue(index=n, start_ms=n * 1000, end_ms=n * 1000 + 900, text="太阳") for n in range(500)
    )
    html = Track(cues=cues, language="zh", name="long.srt")._repr_html_()
    assert html.count("<tr>") == 201
    assert "300" in html


@pytest.mark.parametrize("name", ["timeline", "coverage", "reading_speed", "length_ratio", "risk"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pictures_come_with_words_and_no_text_in_them(name: str, language: str) -> None:
    pytest.importorskip("matplotlib", reason="needs the extra notebook")
    drawn = getattr(figures, name)(faulty().to_dict(), language)
    assert drawn.data.startswith(b"<?xml")
    assert b"<text" not in drawn.data  # glyphs are drawn: no font is needed to see them
    assert b"script" not in drawn.data
    assert drawn.alt
    html = drawn._repr_html_()
    assert html.startswith('<img alt="')
    assert base64.b64decode(html.rpartition("base64,")[2].split('"')[0]) == drawn.data


def test_pictures_of_one_track_alone() -> None:
    pytest.importorskip("matplotlib", reason="needs the extra notebook")
    document = report_on({"bo": srt(BO).encode()}).to_dict()
    for name in ("timeline", "coverage", "reading_speed", "length_ratio", "risk"):
        assert getattr(figures, name)(document).data


def test_no_video_no_sound() -> None:
    assert "没有给出视频" in listen(faulty(), None)._repr_html_()
    assert "/nowhere" in listen(faulty(), "/nowhere.mp4")._repr_html_()


def test_the_sound_of_a_flagged_cue_is_there_to_play(tmp_path: Path) -> None:
    video = clips.make(tmp_path / "v.mp4", clips.picture(seconds=8), clips.tone(8))
    report = replace(faulty(), media=probe(video, Config.load().media))
    html = listen(report, video, most=1)._repr_html_()
    assert html.count("<audio") == 1
    (sound,) = re.findall(r"data:audio/wav;base64,([A-Za-z0-9+/=]+)", html)
    with wave.open(io.BytesIO(base64.b64decode(sound))) as played:
        seconds = played.getnframes() / played.getframerate()
        loud = max(played.readframes(1600))
    # The untranslated cue (4.0-6.5 s) with 0.3 s to either side.
    assert seconds == pytest.approx(3.1, abs=0.01)
    assert loud
    (still,) = re.findall(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", html)
    assert base64.b64decode(still).startswith(b"\xff\xd8")


def test_a_video_without_sound_says_so(tmp_path: Path) -> None:
    video = clips.make(tmp_path / "v.mp4", clips.picture(seconds=2))
    html = listen(faulty(), video)._repr_html_()
    assert "没有可播放的声音" in html
    assert "<audio" not in html


def test_the_sheet_is_a_review_of_its_report(tmp_path: Path) -> None:
    report = faulty()
    sheet = ReviewSheet(report, reviewer="卓玛").mark(1, "confirmed", "确实没有译")
    path = sheet.mark(2, "dismissed").mark_pair(1, "confirmed-correct").save(tmp_path / "r.json")
    review = load_review(path)
    assert review.reviewer == "卓玛"
    items = items_of(review, report.to_dict())
    assert [items[n].state for n in range(2)] == ["confirmed", "dismissed"]
    assert {items[n].state for n in range(2, len(report.findings))} <= {"open"}
    assert items[0].note == "确实没有译"
    assert [(c.bo, c.zh, c.state) for c in review.cues] == [((0,), (0,), "confirmed-correct")]
    shown = sheet._repr_html_()
    assert '<option value="confirmed" selected>' in shown
    assert '<option value="confirmed-correct" selected>' in shown
    # The saved report is the one that the review is on.
    blank, held = re.findall(r'<script type="application/json">(.*?)</script>', shown, re.DOTALL)
    assert json.loads(blank)["report_sha256"] == report_digest(json.loads(held))
    with pytest.raises(InputError, match="no finding 99"):
        sheet.mark(99)
    with pytest.raises(InputError, match="no judgement"):
        sheet.mark(1, "perhaps")  # type: ignore[arg-type]


def test_numbers_of_a_cell() -> None:
    assert numbers(".996 (n 1,910)") == [0.996, 1910]
    assert numbers("50 %") == [0.5]
    assert numbers("**1.000 / 1.000 / .5**") == [1.0, 1.0, 0.5]
    assert numbers("–") == []
    assert numbers("7,066 .01 .02") == [7066, 0.01, 0.02]


def test_tables_are_read_with_heading_and_lead(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(
        "# Head\n\nfirst\n\nlast words\nof it:\n\n| a | b |\n|---|--:|\n| x | .5 |\n| odd |\n\nend\n",
        encoding="utf-8",
    )
    (table,) = read_tables(file)
    assert (table.heading, table.lead) == ("Head", "last words of it:")
    assert table.rows == (("x", ".5"),)
    assert table.values(table.column("b")) == [0.5]
    assert "<b>Head</b>" in table._repr_html_()


def test_rows_that_go_on_take_the_name_above() -> None:
    rows = (("x", "quiet", ".1"), ("", "loud", ".2"))
    table = Table(file="a.md", heading="", lead="", header=("who", "what", "CER"), rows=rows)
    assert table.names() == ["x · quiet", "x · loud"]
    assert "x · loud, CER: 0.2" in bars(table, ["CER"]).alt


def test_every_measured_file_has_tables() -> None:
    assert {p.stem for p in measured_files()} >= {"alignment", "numbers", "speech", "risk"}
    tables = [t for found in measured().values() for t in found]
    assert all(isinstance(t, Table) and t.rows for t in tables)


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
def test_the_page_in_chromium(submission: Path, tmp_path: Path) -> None:
    """No request, no complaint, no hostile text run; the review is saved and read back."""
    api = pytest.importorskip("playwright.sync_api", reason="no Playwright here")
    with warnings.catch_warnings(), api.sync_playwright() as playwright:
        warnings.simplefilter("ignore")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 375, "height": 800}, accept_downloads=True)
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda r: asked.append(r.url))
        page.on("console", lambda m: said.append(m.text))
        page.on("pageerror", lambda e: said.append(str(e)))
        page.on("dialog", lambda d: said.append(d.message))
        page.goto((submission / "out.html").as_uri())
        page.fill("input.who", "卓玛")
        page.locator("tr.item select").first.select_option("dismissed")
        page.locator("tr.item input").first.fill(HOSTILE)
        page.locator("tr.pair select").first.select_option("unsure")
        with page.expect_download() as saved:
            page.click("button.review")
        saved.value.save_as(tmp_path / "review.json")
        width = page.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert [u for u in asked if not u.startswith(("data:", "blob:", "file:"))] == []
    assert said == []
    assert width <= 375
    review = load_review(tmp_path / "review.json")
    document = json.loads((submission / "report.json").read_text("utf-8"))
    assert items_of(review, document)[0].state == "dismissed"
    assert (review.reviewer, review.cues[0].state) == ("卓玛", "unsure")
    assert review.items[0].note == HOSTILE
