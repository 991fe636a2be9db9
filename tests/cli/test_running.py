"""What a person sees while ``verify`` runs and when it has run."""

from __future__ import annotations

import io
import json
import os
import shlex
import subprocess
import sys
import webbrowser
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import bilingual
from bilingual.batch.model import BatchStage
from bilingual.cli import run
from bilingual.cli.batch import _progress as batch_progress
from bilingual.cli.running import StageLine, progress, say_outcome, spoken_duration
from bilingual.model import Finding, Severity, Verdict
from bilingual.model.first_look import FirstLook
from bilingual.model.review import Review
from bilingual.pipeline.submitted import Submitted
from bilingual.render.review import review_json
from bilingual.render.text.columns import columns_of
from tests.cli.test_cli import BO, ZH
from tests.pipeline.test_submitted import MP4, laid_out


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    files: dict[str, str | bytes] = {"bo.srt": BO, "中文 字幕.srt": ZH, "说明.docx": b"PK\x03\x04"}
    files[".DS_Store"] = b"x"
    return laid_out(tmp_path / "作品", files)


def test_a_folder_is_taken_and_said(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "作品", "--format", "json"]) in (0, 1)
    shown = capsys.readouterr()
    report = json.loads(shown.out)
    assert [one["role"] for one in report["inputs"]] == ["bo", "zh"]
    assert shown.err.startswith(
        "按内容认出的文件：\n  藏文字幕：作品/bo.srt\n  中文字幕：作品/中文 字幕.srt\n  没有用到：说明.docx\n"
    )
    assert run(["verify", "作品/中文 字幕.srt", "作品/bo.srt", "--lang", "en"]) in (0, 1)
    assert "  Tibetan subtitles: 作品/bo.srt\n" in capsys.readouterr().err


def test_several_with_one_that_is_none_of_it(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["verify", "作品/bo.srt", "作品/说明.docx", "--format", "json"]) == 2
    shown = capsys.readouterr()
    assert json.loads(shown.out)["error"]["code"] == "inputs-unrecognised"
    assert "说明.docx 不是视频，也不是字幕文件" in shown.err


@pytest.mark.parametrize(("name", "option"), [("bo.srt", "--zh"), ("中文 字幕.srt", "--bo")])
def test_one_subtitle_file_alone_says_what_that_leaves_out(
    work: Path, name: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["verify", f"作品/{name}"]) in (0, 1)
    last = capsys.readouterr().err.splitlines()[-1]
    assert "不核对译文" in last
    assert option in last
    (work / "v.mp4").write_bytes(MP4)  # as before, a file in a video's place is read as one
    assert run(["verify", "作品/v.mp4", "--bo", "作品/bo.srt"]) in (1, 2)


@pytest.mark.parametrize(
    ("form", "language"),
    [("text", "zh"), ("json", "zh"), ("json", "en"), ("html", "en"), ("csv", "zh")],
)
def test_a_file_ends_with_verdict_path_and_next_step(
    work: Path, form: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = f"r {language}.{form}"
    assert run(["verify", "作品", "--format", form, "--out", out, "--lang", language]) in (0, 1)
    shown = capsys.readouterr()
    assert shown.out == ""
    end = shown.err.splitlines()[-(5 if form in ("json", "csv") else 4) :]
    assert end[0].startswith("结论：" if language == "zh" else "Verdict: ")
    assert out in end[2]
    assert end[3].startswith("下一步：" if language == "zh" else "Next: ")
    if form == "json":
        assert f"bilingual show '{out}' --format html" in end[4]
        assert run(["show", out]) == 0
    if form == "csv":  # the way back of the translator's sheet, as a shell takes it
        words = shlex.split(end[4].partition("bilingual ")[2])
        assert words[-4:] == ["--from-sheet", out, "--out", "r zh-fixed"]
        assert run(words) == 0


def pasted_command(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The words of the command that the last lines on stderr name."""
    shown = capsys.readouterr().err
    (line,) = [one for one in shown.splitlines()[-4:] if "bilingual " in one] or [shown]
    return shlex.split(line.partition("bilingual ")[2])


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.PASS])
def test_the_next_command_has_the_settings_of_this_one(
    work: Path,
    verdict: Verdict,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With other settings its verdict would be another's."""
    checked = bilingual.verify
    monkeypatch.setattr(
        bilingual, "verify", lambda *a, **k: replace(checked(*a, **k), verdict=verdict)
    )
    (work.parent / "my settings.toml").write_text("[asr]\nengine = 'off'\n", "utf-8")
    given = ["--config", "my settings.toml", "--category", "chinese", "--burned-in", "off"]
    assert run(["verify", "作品", *given, "--out", "r.html"]) in (0, 1)
    words = pasted_command(capsys)
    fails = verdict is Verdict.FAIL
    assert words[0] == ("fix" if fails else "verify")
    pairs = list(pairwise(words))
    assert ("--config", "my settings.toml") in pairs
    assert ("--category", "chinese") in pairs
    assert (("--burned-in", "off") in pairs) is not fails  # fix reads no picture
    assert run(words) in (0, 1)


def test_a_film_alone_that_fails_is_sent_to_no_fix(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = bilingual.verify(bo=work / "bo.srt")
    report = replace(report, verdict=Verdict.FAIL)
    alone = Submitted(video=Path("v.mp4"))
    say_outcome(report, alone, Path("r.html"), "html", "en")
    assert "bilingual fix" not in capsys.readouterr().err


def test_open_makes_a_page_and_shows_it(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []

    def note(address: str) -> bool:
        opened.append(address)
        return len(opened) < 3

    monkeypatch.setattr(webbrowser, "open", note)
    assert run(["verify", "作品", "--open", "--out", "页 面.html"]) in (0, 1)
    assert opened == [Path("页 面.html").resolve().as_uri()]
    assert Path("页 面.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    capsys.readouterr()
    assert run(["verify", "作品", "--open"]) in (0, 1)  # without a place, out of the way
    assert opened[1].endswith("/report.html")
    assert sorted(p.name for p in work.parent.iterdir()) == ["作品", "页 面.html"]
    assert run(["verify", "作品", "--open", "--format", "html"]) in (0, 1)
    assert "没能打开浏览器" in capsys.readouterr().err
    assert run(["verify", "作品", "--open", "--format", "json"]) == 2
    assert len(opened) == 3


class Clock:
    """Seconds as a test says."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_line_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    clock = Clock()
    line = StageLine("zh", clock)
    line.show("audio", 0, 200)
    for done in range(10, 201, 10):
        clock.now += 1
        line.show("audio", done, 200)
    line.show("align", 0, None)
    line.clear()
    written = capsys.readouterr().err
    assert "\n" not in written
    assert "\x1b" not in written
    shown = written.split("\r")[1:]
    assert shown[0].rstrip() == "提取声音 [····················]   0%"
    assert shown[1].rstrip() == "提取声音 [█···················]   5%"  # too early to tell
    assert shown[5].rstrip() == "提取声音 [█████···············]  25%  约剩 15 秒"
    assert "100%" in shown[20]
    assert "约剩" not in shown[20]
    assert shown[21].rstrip() == "对齐两种语言 …"
    assert not shown[-1].strip()
    assert {columns_of(one) < 60 for one in shown} == {True}
    # Each is at least as wide as what is left of the one before.
    for before, after in pairwise(shown):
        assert columns_of(after) >= columns_of(before.rstrip()) or not after


def test_a_length_of_time_is_said_as_people_do() -> None:
    assert spoken_duration(0.2, "zh") == "1 秒"
    assert spoken_duration(59.4, "en") == "59 s"
    assert spoken_duration(80, "zh") == "1 分 20 秒"
    assert spoken_duration(3725, "zh") == "1 小时 2 分"
    assert spoken_duration(7199, "en") == "2 h 0 min"


@pytest.mark.parametrize("encoding", ["gbk", "cp437", "utf-16-le"])
def test_old_code_pages_lose_nothing_but_the_shapes(work: Path, encoding: str) -> None:
    """Consoles and pipes of Windows: what cannot be encoded is written as its number."""
    environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "bilingual", "verify", "作品", "--format", "text"],
        capture_output=True,
        check=False,
        env=environment,
    )
    assert done.returncode in (0, 1), done.stderr
    said = done.stderr.decode(encoding)
    assert ("按内容认出的文件" in said) == (encoding != "cp437")
    assert "Traceback" not in said
    assert "bo.srt" in done.stdout.decode(encoding)


def test_a_stage_that_comes_back_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("zh") as on_progress:
        for stage in ("hash", "media", "hash", "media", "check"):
            on_progress(stage, 0.0, None)
    assert capsys.readouterr().err == "计算文件指纹\n检查视频文件\n逐条核查\n"


def test_fixed_files_are_found_by_the_command_that_is_named(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (work / "bo.srt").write_text(BO + "\n\n", encoding="utf-8")
    spoilt = (work / "中文 字幕.srt").read_text("utf-8").replace(" --> ", " -> ", 1)
    (work / "中文 字幕.srt").write_text(spoilt, encoding="utf-8")
    assert run(["fix", "作品", "--out", "作品"]) == 0
    said = capsys.readouterr().err
    fixed = "作品/中文 字幕.fixed.srt"
    assert f"bilingual verify --bo 作品/bo.srt --zh '{fixed}'" in said
    assert run(["verify", "作品"]) in (0, 1)
    said = capsys.readouterr().err
    assert f"  中文字幕：{fixed}\n  修正前的文件，没有用到：中文 字幕.srt\n" in said


def test_a_notebook_goes_on_with_a_saved_review(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given: dict[str, object] = {}

    def note(name: str, out: Path, parameters: dict[str, object], **others: object) -> None:
        given.update(parameters)

    monkeypatch.setattr("bilingual.render.notebook.running.run_notebook", note)
    review = Path("review.json").absolute()
    words = ["notebook", "作品", "--review", "review.json"]
    assert run(words) == 2
    assert "找不到文件 review.json" in capsys.readouterr().err
    review.write_text(review_json(Review()), encoding="utf-8")
    assert run(words) == 0
    assert given["review"] == str(review.resolve())
    assert run([*words, "--report", "review.json"]) == 2
    assert "没有覆盖" in capsys.readouterr().err


def test_a_list_of_what_is_left_ends_with_the_ways_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each of the commands it ends with can be pasted, and does what is said of it."""
    monkeypatch.chdir(tmp_path)
    times = ["00:00:01,000 --> 00:00:03,000", "00:00:04,000 --> 00:00:06,000"]
    texts = {"bo.srt": ["བཀྲ་ཤིས་བདེ་ལེགས།", "谢谢大家。"], "zh.srt": ["大家好。", "謝謝大家。"]}
    for name, said in texts.items():
        pairs = zip(times, said, strict=True)
        cues = [f"{n}\n{time}\n{text}\n" for n, (time, text) in enumerate(pairs, 1)]
        (tmp_path / name).write_text("\n".join(cues), encoding="utf-8")
    assert run(["fix", "--bo", "bo.srt", "--zh", "zh.srt"]) == 0
    unsafe, sheet = capsys.readouterr().err.splitlines()[-2:]
    assert unsafe.startswith("看过以后")
    assert sheet.startswith("要请译者修改")
    for line in (sheet, unsafe):
        assert run(shlex.split(line.partition("bilingual ")[2])) in (0, 1)
    assert (tmp_path / "译者.xlsx").is_file()
    assert "谢谢大家" in (tmp_path / "zh.fixed.srt").read_text(encoding="utf-8")
    assert "下一步，再核查一次：bilingual verify" in capsys.readouterr().err


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_name_with_spaces_that_was_not_quoted_is_recognised(
    language: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "我的 作品（2024）　终稿 v2"
    Path(name).mkdir()
    assert run(["verify", *name.split(" "), "--lang", language]) == 2
    said = capsys.readouterr().err.splitlines()[0]
    assert said.endswith(f"'{name}'")
    assert said.startswith({"zh": "名字里有空格", "en": "The name has spaces"}[language])
    assert run(["verify", "不在", "也不在"]) == 2
    assert "找不到文件 不在" in capsys.readouterr().err


def test_a_page_does_not_play_a_subtitle_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "bo.srt").write_text(BO, encoding="utf-8")
    out = tmp_path / "page.html"
    assert run(["verify", str(tmp_path / "bo.srt"), "--out", str(out)]) in (0, 1)
    assert 'src="bo.srt"' not in out.read_text(encoding="utf-8")
    assert "left out of the page" not in caplog.text


class Terminal(io.StringIO):
    """What is written to a terminal."""

    def isatty(self) -> bool:
        return True


def finding(number: int) -> Finding:
    params = {"cue": number + 1, "lines": 3, "most": 2}
    return Finding(
        rule="line-count", severity=Severity.WARNING, confidence=1.0, bo=(number,), params=params
    )


def test_on_a_terminal_the_first_findings_stand_above_the_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress("zh") as on_progress:
        on_progress("align", 1.0, 2.0)
        on_progress(FirstLook(finding(n) for n in range(12)), 0.0, None)
        on_progress("align", 2.0, 2.0)
    written = terminal.getvalue()
    lines = written.split("\n")
    first = next(n for n, line in enumerate(lines) if "12" in line)
    # The line in place is taken away before, and drawn anew behind.
    assert "对齐两种语言" in lines[0]
    assert lines[first].rsplit("\r", 1)[-1].strip().startswith("初步")
    assert lines[first + 1].startswith("  警告 ")
    assert any(line.strip() == "另有 4 个" for line in lines)
    assert "100%" in lines[-1]
    assert not lines[-1].rsplit("\r", 2)[-1].strip()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_many_works_are_one_bar_on_a_terminal(
    language: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with batch_progress(language) as on_progress:
        on_progress("hash", 0, None)  # a stage of a work: no bar
        on_progress(BatchStage.of(running=("太阳-1", "b")), 0, 4)
        on_progress(BatchStage.of(running=("b", "c"), left_s=80), 2, 4)
        on_progress(BatchStage.of(running=("b", "c"), left_s=80), 2, 4)  # nothing new
        on_progress(BatchStage.of(), 4, 4)
    shown = [part.rstrip() for part in terminal.getvalue().split("\r") if part.strip()]
    assert len(shown) == 3
    assert "\n" not in terminal.getvalue()
    assert shown[0].startswith("[····")
    assert "太阳-1" in shown[0]
    assert "?" in shown[0]
    half = shown[1][1 : shown[1].index("]")]
    assert half.count("█") == half.count("·")
    assert spoken_duration(80, language) in shown[1]
    assert "2/4" in shown[1]
    assert "·" not in shown[2].split("]")[0]
