"""Notebooks: committed without outputs, run from top to bottom, ask for nothing."""

from __future__ import annotations

import ast
import base64
import contextlib
import io
import json
import re
import subprocess
import sys
import warnings
import wave
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bilingual.budget import MIB, resident_bytes
from bilingual.cli import run
from bilingual.config import Config
from bilingual.errors import DependencyError, InputError, OverBudgetError
from bilingual.media.probe import probe
from bilingual.model import Cue, Media, Report, Track
from bilingual.render.document import load_report
from bilingual.render.notebook import figures, running
from bilingual.render.notebook.measured import (
    _wrapped,
    bars,
    calibration,
    label_in,
    measured,
    rest,
    show,
)
from bilingual.render.notebook.prose import Prose
from bilingual.render.notebook.results import (
    Cell,
    Column,
    Quantity,
    Result,
    Table,
    plain,
    read_result,
)
from bilingual.render.notebook.review_sheet import ReviewSheet
from bilingual.render.notebook.running import _in_one_language, export_html, run_notebook
from bilingual.render.notebook.shown import Pairs, Shown, pairs_html
from bilingual.render.notebook.sound import listen
from bilingual.render.review import (
    apply_review,
    load_review,
    report_digest,
)
from bilingual.resources import measured_files, notebook_file
from tests.fixes.test_fixing import BO, ZH, report_on, srt
from tests.media import clips
from tests.render.browser import chromium, needs_chromium, new_page

NOTEBOOKS = ("verification.ipynb", "method.ipynb")
MEDIA: dict[str, Any] = {"name": "v.avi", "bytes": 1, "container": "avi"}
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>&amp;"\'\u202e'


def faulty() -> Report:
    return report_on(
        {
            "bo": srt((BO[0], ZH[1], *BO[2:])).encode(),
            "zh": srt((*ZH[:2], f"月亮绕着地球转。{HOSTILE}", *ZH[3:])).encode(),
        }
    )


@pytest.mark.parametrize("length_ms", [1, 999, 126_000, 86_400_000, 10**12])
def test_an_axis_of_times_has_few_marks_however_long_it_is(length_ms: int) -> None:
    """An AVI file of 31 years had half a million, in 14 GB."""
    report = replace(faulty(), media=Media(**MEDIA, duration_ms=length_ms))
    seen: list[int] = []
    with pytest.MonkeyPatch.context() as patched:
        marks = figures._minutes

        def minutes(axes: Any, total: float) -> None:
            marks(axes, total)
            seen.append(len(axes.get_xticks()))

        patched.setattr(figures, "_minutes", minutes)
        figures.timeline(report)
    assert 1 <= seen[0] <= 13


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
def test_all_its_words_are_in_the_language_of_choice(name: str) -> None:
    """No cell of a notebook holds prose: it comes from the catalogue, by code."""
    book = json.loads(notebook_file(name).read_text("utf-8"))
    assert {c["cell_type"] for c in book["cells"]} == {"code"}
    sources = ["".join(c["source"]) for c in book["cells"]]
    codes = [code for s in sources for code in re.findall(r'say\("(\w+)"\)', s)]
    assert len(codes) == len(set(codes)) > 8
    for code in codes:
        english, chinese = (repr(Prose(language)(code)) for language in ("en", "zh"))
        assert not re.search("[\u4e00-\u9fff]", english), english
        assert re.search("[\u4e00-\u9fff]", chinese), chinese
        known = r"F1|AUC|`[^`]*`|JSON"
        assert not re.findall(r"[A-Za-z]{2,}", re.sub(known, "", chinese)), chinese


def test_comments_of_the_parameters_are_in_one_language() -> None:
    source = notebook_file("verification.ipynb").read_text("utf-8")
    cells = json.loads(source)["cells"]
    first = "".join(next(c["source"] for c in cells if c["metadata"].get("tags")))
    english, chinese = _in_one_language(first, "en"), _in_one_language(first, "zh")
    ast.parse(english)
    assert "# the video\n" in english
    assert "# 视频\n" in chinese
    assert not re.search("[\u4e00-\u9fff]", english)
    assert not re.findall(r"# .* / ", chinese)


def test_labels_of_results_are_in_the_language_of_choice() -> None:
    """Whatever is drawn; names of programs and of errors apart."""
    results = measured()
    drawn = (
        ("alignment-recut-flores", "f1"), ("numbers", "recall"), ("risk-flores", "kinds"),
        ("risk-quiz", "kinds"), ("risk-flores-ablation", "ablation"), ("speech-vad", "frames"),
    )  # fmt: skip
    for name, key in drawn:
        table = results[name].tables[key]
        for label in (table.title, *(c.title for c in table.columns), *table.names()):
            assert label_in(label, "en") == label
            shown = label_in(label, "zh")
            known = r"galechurch|ffsubsync[ 0-9.]*|F1|AUC|\b(ms|dB)\b"
            assert not re.findall("[A-Za-z]{2,}", re.sub(known, "", shown)), shown


def test_no_label_of_a_result_is_left_in_english() -> None:
    """Titles, columns and rows of every table; names of commands and of programs apart."""
    for name, result in measured().items():
        for table in result.tables.values():
            for label in (table.title, *(c.title for c in table.columns), *table.names()):
                shown = re.sub("whisper,? base|bilingual (serve|verify)", "", label_in(label, "zh"))
                words = re.findall("[a-z]{2,},? [a-z]{2,}", shown)
                assert name == "killed-commands" or not words, (name, label)


def test_machines_and_data_are_described_in_chinese() -> None:
    for name, result in measured().items():
        for text in (result.machine.description, *result.data, *result.remarks()):
            if not text.startswith("FLORES-200 dev (CC"):
                assert re.search("[\u4e00-\u9fff]", label_in(text, "zh")), (name, text)


def test_long_labels_are_wrapped() -> None:
    for text in ("a " * 60, "长长的标签" * 20):
        lines = _wrapped(text).splitlines()
        assert len(lines) > 1
        assert max(len(line) * (2 if "长" in line else 1) for line in lines) <= 44


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
    pytest.importorskip("nbclient", reason="needs the extra notebook")
    pytest.importorskip("ipykernel", reason="needs the extra notebook")
    pytest.importorskip("matplotlib", reason="needs the extra notebook")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_what_the_notebooks_import_is_there(name: str) -> None:
    """Quick: a moved module shows here, before a kernel has been started."""
    pytest.importorskip("matplotlib", reason="needs the extra notebook")
    document = json.loads(notebook_file(name).read_text("utf-8"))
    cells = [cell for cell in document["cells"] if cell["cell_type"] == "code"]
    imports = [
        node
        for cell in cells
        for node in ast.walk(ast.parse("".join(cell["source"])))
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    assert imports
    exec(compile(ast.Module(body=list(imports), type_ignores=[]), name, "exec"), {})


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


@pytest.mark.slow
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
    embedded = re.findall(r'"report_sha256":"([0-9a-f]{64})"', html)
    assert embedded == [report_digest(load_report(submission / "report.json"))]


@pytest.mark.slow
def test_names_with_braces_are_names(tmp_path: Path) -> None:
    _runs()
    folder = tmp_path / "{0} {bo}" / "{}%s$HOME"
    folder.mkdir(parents=True)
    out, page, report = folder / "{zh}.ipynb", folder / "{zh}.html", folder / "{1}.json"
    bo = folder / "{bo}.srt"
    bo.write_text(srt(BO), encoding="utf-8")
    # Who names a page gets it, and the notebook beside it.
    args = ["notebook", "--bo", str(bo), "--asr", "off", "--out", str(page)]
    assert run([*args, "--report", str(report)]) == 0
    assert json.loads(out.read_text("utf-8"))["nbformat"] == 4
    assert sorted(folder.iterdir()) == sorted([bo, out, page, report])
    track = load_report(report).track("bo")
    assert track is not None
    assert track.name == bo.name
    assert_asks_for_nothing(page.read_text("utf-8"))


@pytest.mark.slow
def test_nothing_is_written_over(submission: Path) -> None:
    before = (submission / "out.ipynb").read_bytes()
    args = ["notebook", "--bo", str(submission / "bo.srt"), "--out", str(submission / "out.ipynb")]
    assert run(args) == 2
    assert (submission / "out.ipynb").read_bytes() == before
    assert run([*args[:-1], str(submission / "bo.srt"), "--force"]) == 2


@pytest.mark.slow
def test_pages_carry_the_glyphs_they_need(submission: Path) -> None:
    html = (submission / "out.html").read_text("utf-8")
    assert "Bilingual Tibetan" in html
    assert html.count("data:font/woff;base64,") == 2
    assert len(html) < 3_000_000


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
def test_method_runs(tmp_path: Path, language: str) -> None:
    _runs()
    out = run_notebook("method.ipynb", tmp_path / "m.ipynb", {"language": language})
    page = export_html(out, tmp_path / "m.html", language=language)
    html = page.read_text("utf-8")
    assert_asks_for_nothing(html)
    assert "Warning" not in html
    book = json.loads(out.read_text("utf-8"))
    printed = [
        o for c in book["cells"] for o in c.get("outputs", ()) if o["output_type"] == "stream"
    ]
    assert printed == []
    for result in measured().values():
        for table in result.tables.values():
            shown = escape(plain(label_in(table.text(0, 0), language)))
            assert shown in re.sub("</?(b|code)>", "", html)


@pytest.mark.slow
def test_a_failing_cell_is_our_error(tmp_path: Path) -> None:
    _runs()
    parameters = {"bo": str(tmp_path / "absent.srt")}
    with pytest.raises(InputError, match="absent") as caught:
        run_notebook("verification.ipynb", tmp_path / "o.ipynb", parameters)
    assert caught.value.code == "notebook-failed"
    assert not (tmp_path / "o.ipynb").exists()
    assert Path(caught.value.params["path"]).is_file()


_HUNGRY = """
import time
held = []
while True:
    held.append(b"x" * 2**24)  # every page of it is written
    time.sleep(0.05)  # so that a busy machine has the time to look
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="no other system says what a process holds")
def test_a_kernel_that_takes_more_memory_than_it_may_is_one_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It had no bound: a report that needed more took the whole machine's memory."""
    _runs()
    book = json.loads(notebook_file("method.ipynb").read_text("utf-8"))
    book["cells"][-1]["source"] = _HUNGRY.splitlines(keepends=True)
    del book["cells"][1:-1]
    hungry = tmp_path / "hungry.ipynb"
    hungry.write_text(json.dumps(book), encoding="utf-8")
    monkeypatch.setattr(running, "notebook_file", lambda name: hungry)
    most: list[int] = []
    ids: set[int] = set()

    def looked_at(process: int) -> int:
        ids.add(process)
        most.append(resident_bytes(process))
        return most[-1]

    monkeypatch.setattr(running, "resident_bytes", looked_at)
    with pytest.raises(OverBudgetError) as caught:
        run_notebook("method.ipynb", tmp_path / "o.ipynb", {}, memory_mib=700)
    assert (caught.value.code, caught.value.params) == ("over-memory", {"mib": 700})
    assert 700 * MIB < max(most) < 4096 * MIB
    assert [path.name for path in tmp_path.iterdir()] == ["hungry.ipynb"]
    assert not any(Path(f"/proc/{process}/cmdline").exists() for process in ids)


def test_the_settings_bound_a_notebook_s_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bounds: list[int] = []

    def run_it(*_: Any, memory_mib: int, **__: Any) -> None:
        bounds.append(memory_mib)
        raise OverBudgetError("over-memory", mib=memory_mib)

    monkeypatch.setattr(running, "run_notebook", run_it)
    config = tmp_path / "settings.toml"
    config.write_text("[limits]\nmemory_mib = 300\n", encoding="utf-8")
    out = str(tmp_path / "o.ipynb")
    (tmp_path / "bo.srt").write_text(srt(BO), encoding="utf-8")
    assert run(["notebook", "--method", "--config", str(config), "--out", out]) == 2
    assert run(["notebook", "--bo", str(tmp_path / "bo.srt"), "--out", out]) == 2
    assert bounds == [300, 4096]
    assert "limits.memory_mib" in capsys.readouterr().err


def test_without_the_extra_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "nbclient", None)
    (tmp_path / "bo.srt").write_text(srt(BO), encoding="utf-8")
    args = ["notebook", "--bo", str(tmp_path / "bo.srt"), "--out", str(tmp_path / "o.ipynb")]
    assert run(args) == 2
    assert "bilingual-subtitles[notebook]" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(DependencyError, match="not installed"):
        figures.risk(faulty())


def test_nothing_submitted_and_a_missing_file(
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
        pairs_html(report, "en"),
    ]
    for html in shown:
        assert "<img" not in html
        assert 'alert("x")' not in html.replace("&quot;", "'").replace('\\"', "'")
        assert "\u202e" not in html
    assert "U+202E" in shown[0]  # the finding names what the track's table leaves out
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
    drawn = getattr(figures, name)(faulty(), language)
    assert drawn.data.startswith(b"<?xml")
    assert b"<text" not in drawn.data  # glyphs are drawn: no font is needed to see them
    assert b"script" not in drawn.data
    assert drawn.alt
    html = drawn._repr_html_()
    assert html.startswith('<img alt="')
    assert base64.b64decode(html.rpartition("base64,")[2].split('"')[0]) == drawn.data


def test_pictures_of_one_track_alone() -> None:
    pytest.importorskip("matplotlib", reason="needs the extra notebook")
    report = report_on({"bo": srt(BO).encode()})
    for name in ("timeline", "coverage", "reading_speed"):
        assert getattr(figures, name)(report).data
    for name in ("length_ratio", "risk"):  # of pairs, and there are none
        shown = getattr(figures, name)(report, "en")
        assert isinstance(shown, Shown)
        assert "none" in shown._repr_html_()


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


def test_the_sheet_settles_checks_that_no_program_made() -> None:
    found = json.loads(faulty().to_json())
    found["checks"] = [
        {
            "rule": rule,
            "verdict": "unknown",
            "reason": "needs-human",
            "params": {},
            "required": False,
        }
        for rule in ("credits", "language-pair")
    ]
    report = Report.from_dict(found)
    sheet = ReviewSheet(report, reviewer="卓玛").settle("credits", "fails", "片尾没有署名")
    (point,) = sheet.review().points
    assert (point.state, point.note, point.by) == ("fails", "片尾没有署名", "卓玛")
    applied = apply_review(sheet.review(), report)
    assert applied.points["credits"].state == "fails"
    assert sheet.settle("credits", "holds").to_dict()["points"][0]["state"] == "holds"
    assert sheet.to_dict()["schema"] == "bilingual.review/2"
    with pytest.raises(InputError) as caught:
        sheet.settle("untranslated")
    assert caught.value.code == "review-no-point"
    assert caught.value.params["known"] == ["credits", "language-pair"]


def test_the_sheet_is_a_review_of_its_report(tmp_path: Path) -> None:
    report = faulty()
    sheet = ReviewSheet(report, reviewer="卓玛").mark(1, "confirmed", "确实没有译")
    path = sheet.mark(2, "dismissed").mark_pair(1, "confirmed-correct").save(tmp_path / "r.json")
    review = load_review(path).on(report)
    assert review.reviewer.name == "卓玛"
    applied = apply_review(review, report)
    assert [applied.state(n) for n in range(2)] == ["confirmed", "dismissed"]
    assert {applied.state(n) for n in range(2, len(report.findings))} <= {"open"}
    assert (applied.findings[0].note, applied.findings[0].by) == ("确实没有译", "卓玛")
    assert {n: c.state for n, c in applied.cues.items()} == {0: "confirmed-correct"}
    again = ReviewSheet(report, review=path).mark(2, "open")
    assert [d.state for d in again.review().findings] == ["confirmed"]
    assert again.reviewer == "卓玛"
    shown = sheet._repr_html_()
    assert '<option value="confirmed" selected>' in shown
    assert '<option value="confirmed-correct" selected>' in shown
    # The saved report is the one that the review is on.
    blank, held = re.findall(r'<script type="application/json">(.*?)</script>', shown, re.DOTALL)
    assert json.loads(blank)["report_sha256"] == report_digest(Report.from_json(held))
    with pytest.raises(InputError, match="no finding 99"):
        sheet.mark(99)
    with pytest.raises(InputError, match="no decision"):
        sheet.mark(1, "perhaps")  # type: ignore[arg-type]


def some_table(*rows: tuple[str | float | tuple[float, ...] | Cell | None, ...]) -> Table:
    two = (Quantity(name="F1", unit="ratio"), Quantity(name="n", unit="count"))
    columns = (Column(title="who"), Column(title="**what**"))
    return Table(
        title="`t`",
        columns=(*columns, Column(title="F1 (n)", quantities=two, shown="{:.3f} ({:,})")),
        rows=rows,
    )


def test_cells_are_shown_and_their_numbers_read() -> None:
    other = Cell(values=(35,), shown="{} ms", units=("ms",))
    table = some_table(("a", "x", (0.9, 1910)), ("b", "y", other), ("c", "z", None))
    assert [table.text(row, 2) for row in range(3)] == ["0.900 (1,910)", "35 ms", ""]
    assert table.values(2, 1) == [1910, None, None]
    assert table.units(2) == ["ratio", "ms", ""]
    html = show({"one": result_with(table)}, "o")._repr_html_()
    assert "<code>t</code>" in html
    assert "<b>what</b>" in html
    assert rest({"one": result_with(table)}, "o")._repr_html_().count("<table") == 0


def result_with(table: Table) -> Result:
    result = read_result(next(p for p in measured_files() if p.stem == "numbers"))
    return msgspec.structs.replace(result, tables={"t": table})


def test_only_numbers_of_one_unit_are_drawn_together() -> None:
    pytest.importorskip("matplotlib", reason="needs the extra notebook")
    other = Cell(values=(35,), shown="{} ms", units=("ms",))
    table = some_table(("a", "x", (0.9, 3)), ("ms a case", "y", other))
    with pytest.raises(ValueError, match="one unit"):
        bars(table)
    assert bars(table, keep=lambda name: name == "a").alt == "a, F1 (n): 0.9"


def test_rows_that_go_on_take_the_name_above() -> None:
    pytest.importorskip("matplotlib", reason="needs the extra notebook")
    table = some_table(("x", "quiet", (0.1, 3)), (None, "loud", (0.2, 3)))
    assert table.names() == ["x · quiet", "x · loud"]
    assert "x · loud, F1 (n): 0.2" in bars(table, ["F1"]).alt


@pytest.mark.parametrize(
    "row", [("a", "x", (1.0, 2, 3)), ("a", "x", Cell(values=(1,), shown="{} {}")), ("a", "x")]
)
def test_a_cell_that_its_column_cannot_hold_is_refused(row: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match=r"F1|row of"):
        some_table(row)


def test_every_figure_fits_and_nothing_warns() -> None:
    """The labels of every table that can be drawn lie within the picture."""
    pytest.importorskip("matplotlib", reason="needs the extra notebook")
    results = measured()
    drawn_tables = 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for result in results.values():
            for table in result.tables.values():
                with contextlib.suppress(ValueError):  # of several units
                    assert bars(table).data
                    drawn_tables += 1
        risks = {n: results[f"risk-{n}"].tables["calibration"] for n in ("flores", "quiz")}
        assert "quiz" in calibration(risks).alt
    assert drawn_tables > 10


def test_a_damaged_result_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"schema": "bilingual.bench/1", "date": 3}', "utf-8")
    with pytest.raises(InputError, match="date") as caught:
        read_result(tmp_path / "x.json")
    assert caught.value.code == "bench-result-damaged"


def test_every_result_can_be_read() -> None:
    results = measured()
    assert {"alignment-recut-flores", "numbers", "risk-quiz", "speech-cer"} <= set(results)
    assert all(r.tables or r.figures or r.notes for r in results.values())


@pytest.mark.slow
@needs_chromium
def test_the_page_in_chromium(submission: Path, tmp_path: Path) -> None:
    """No request, no complaint, no hostile text run; the review is saved and read back."""
    with chromium() as browser:
        page = new_page(browser, 375, 800, accept_downloads=True)
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
    assert [u for u in asked if not u.startswith(("data:", "blob:", "file:"))] == []
    assert said == []
    assert width <= 375
    report = load_report(submission / "report.json")
    review = load_review(tmp_path / "review.json").on(report)
    assert apply_review(review, report).state(0) == "dismissed"
    assert (review.reviewer.name, review.cues[0].state) == ("卓玛", "unsure")
    assert review.findings[0].note == HOSTILE


def test_an_interrupt_before_there_is_a_kernel_ends_without_a_traceback(tmp_path: Path) -> None:
    """nbclient wants to tidy up as the program ends, a kernel that it does not have."""
    program = """
import asyncio, sys, threading
from nbclient import NotebookClient
from bilingual.render.notebook import running

running._ENDINGS = 1
reached = threading.Event()
raised = []

async def never(self, **_):
    self.km = None
    reached.set()
    await asyncio.sleep(3600)

def interrupted(self, timeout=None):
    if self.name == "bilingual-notebook" and not raised:
        reached.wait()
        raised.append(True)
        raise KeyboardInterrupt

NotebookClient.async_start_new_kernel = never
threading.Thread.join = interrupted
try:
    book = running.notebook_file("method.ipynb")
    running._executed(book, {}, timeout_s=60, memory_mib=4096)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.stdout == "interrupted\n"
    assert "Traceback" not in done.stderr
