"""``bilingual fix`` on the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bilingual.cli import run
from bilingual.cli.fix import targets
from bilingual.formats import load_track
from bilingual.model import Language
from bilingual.render.text.fixes import excerpts, render_fixes
from tests.fixes.test_fixing import BO, ZH, fixed, srt


@pytest.fixture
def dirty(tmp_path: Path) -> Path:
    (tmp_path / "bo.srt").write_text(srt(("ཉི་མ་་ཡིན།\u200b", *BO[1:])), encoding="utf-8")
    (tmp_path / "zh.srt").write_bytes(srt(ZH).encode("gb18030"))
    return tmp_path


def test_without_out_it_shows_and_writes_nothing(
    dirty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["fix", "--bo", str(dirty / "bo.srt"), "--zh", str(dirty / "zh.srt")]) == 0
    shown = capsys.readouterr()
    assert "第 1 条（00:00:01.0）：“ཉི་མ་་ཡིན།⟨U+200B⟩”改为“ཉི་མ་ཡིན།”（" in shown.out
    assert "\n+" not in shown.out
    assert "--out" in shown.err
    assert sorted(p.name for p in dirty.iterdir()) == ["bo.srt", "zh.srt"]


def test_a_folder_takes_both_and_the_originals_stay(dirty: Path) -> None:
    originals = {p.name: p.read_bytes() for p in dirty.iterdir()}
    args = ["fix", "--bo", str(dirty / "bo.srt"), "--zh", str(dirty / "zh.srt")]
    assert run([*args, "--out", str(dirty)]) == 0
    assert (dirty / "bo.fixed.srt").read_text("utf-8") == srt(("ཉི་མ་ཡིན།", *BO[1:]))
    assert (dirty / "zh.fixed.srt").read_text("utf-8") == srt(ZH)
    assert {n: (dirty / n).read_bytes() for n in originals} == originals
    assert run([*args, "--out", str(dirty)]) == 2  # they are there already
    assert run([*args, "--out", str(dirty), "--force"]) == 0


@pytest.mark.parametrize("named", [["."], ["zh.srt", "bo.srt"]])
def test_files_are_told_apart_as_verify_tells_them(
    dirty: Path,
    named: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(dirty)
    assert run(["fix", *named, "--out", "new"]) == 0
    assert (dirty / "new/bo.fixed.srt").read_text("utf-8") == srt(("ཉི་མ་ཡིན།", *BO[1:]))
    assert (dirty / "new/zh.fixed.srt").read_text("utf-8") == srt(ZH)
    said = capsys.readouterr().err
    assert said.startswith("按内容认出的文件：\n  藏文字幕：bo.srt\n  中文字幕：zh.srt\n")
    (dirty / "bo.old.srt").write_text(srt(BO), encoding="utf-8")
    assert run(["fix", "."]) == 2  # two of one language: which one is not guessed
    said = capsys.readouterr().err
    assert "bo.old.srt、bo.srt" in said
    assert "verify" not in said


def test_an_input_is_never_written_over(dirty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (dirty / "bo.srt").read_bytes()
    path = str(dirty / "bo.srt")
    assert run(["fix", "--bo", path, "--out", path, "--force"]) == 2
    assert (dirty / "bo.srt").read_bytes() == before
    assert "输入文件" in capsys.readouterr().err


def test_two_tracks_need_a_folder(dirty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    args = ["fix", "--bo", str(dirty / "bo.srt"), "--zh", str(dirty / "zh.srt")]
    assert run([*args, "--out", str(dirty / "new.srt"), "--lang", "en"]) == 2
    assert "Give --out a folder" in capsys.readouterr().err


def test_a_sound_track_needs_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bo.srt").write_text(srt(BO), encoding="utf-8")
    assert run(["fix", "--bo", str(tmp_path / "bo.srt"), "--out", str(tmp_path / "new.srt")]) == 0
    assert "没有可修正的" in capsys.readouterr().out
    assert not (tmp_path / "new.srt").exists()


def test_the_diff_is_shown_on_request(dirty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fix", "--bo", str(dirty / "bo.srt"), "--diff", "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    assert "\n-ཉི་མ་་ཡིན།⟨U+200B⟩\n+ཉི་མ་ཡིན།\n" in shown
    assert "cue 1 (00:00:01.0): “ཉི་མ་་ཡིན།⟨U+200B⟩” changed to “ཉི་མ་ཡིན།” (" in shown


def test_a_file_keeps_its_name_however_often_it_is_fixed(dirty: Path) -> None:
    once, twice = dirty / "once", dirty / "twice"
    assert run(["fix", "--bo", str(dirty / "bo.srt"), "--out", str(once)]) == 0
    assert [p.name for p in once.iterdir()] == ["bo.fixed.srt"]
    (once / "bo.fixed.srt").write_bytes((dirty / "bo.srt").read_bytes())
    assert run(["fix", "--bo", str(once / "bo.fixed.srt"), "--out", str(twice)]) == 0
    assert [p.name for p in twice.iterdir()] == ["bo.fixed.srt"]


def names(tracks: list[tuple[Language, str, bool]], out: Path) -> list[str]:
    """What the new files of tracks (language, file, changed) are called."""
    template = fixed({"bo": srt(BO).encode()}).tracks[0]
    every = [replace(template, side=s, name=n, changed=c) for s, n, c in tracks]
    return [path.name for path in targets([t for t in every if t.changed], every, out)]


@pytest.mark.parametrize("stuck", ["\ufeff1", "\ufeff1 "])
def test_the_number_of_a_joined_file_does_not_become_text(tmp_path: Path, stuck: str) -> None:
    first, second = "太阳是一颗恒星。", "地球绕着太阳转。\u200b"
    text = f"1\n00:00:01,000 --> 00:00:03,000\n{first}{stuck}\n00:00:04,000 --> 00:00:06,000\n{second}\n"
    (tmp_path / "zh.srt").write_text(text, encoding="utf-8")
    assert run(["fix", "--zh", str(tmp_path / "zh.srt"), "--out", str(tmp_path / "new.srt")]) == 0
    again = load_track(tmp_path / "new.srt", language="zh")
    assert [cue.text for cue in again.cues] == [first, second[:-1]]


def test_both_languages_of_one_file_have_their_language_in_the_name(tmp_path: Path) -> None:
    both = names([("bo", "film.srt", True), ("zh", "film.srt", True)], tmp_path)
    assert both == ["film.bo.fixed.srt", "film.zh.fixed.srt"]
    assert names([("bo", "film.srt", True), ("zh", "film.srt", False)], tmp_path) == both[:1]
    assert names([("bo", both[0], True), ("zh", both[1], True)], tmp_path) == both
    assert names([("bo", "film.mp4", True), ("zh", "film.srt", True)], tmp_path) == both


def test_every_finding_is_listed_with_who_can_fix_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    late = [(3000 * n + 8000, 3000 * n + 10500) for n in range(5)]
    (tmp_path / "bo.srt").write_text(srt((ZH[0], *BO[1:]), late), encoding="utf-8")
    (tmp_path / "zh.srt").write_text(srt(ZH), encoding="utf-8")
    args = ["--bo", str(tmp_path / "bo.srt"), "--zh", str(tmp_path / "zh.srt")]
    run(["verify", *args, "--format", "json", "--out", str(tmp_path / "report.json")])
    found = json.loads((tmp_path / "report.json").read_text("utf-8"))["findings"]
    capsys.readouterr()
    assert run(["fix", *args, "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    assert f"Findings that are left ({len(found)}):" in shown
    unsafe, rest = shown.split("For the translator (")
    assert "Constant offset" in unsafe.split("fixed with --unsafe")[1]
    assert "Not translated" in rest
    assert {f["rule"] for f in found} >= {"sync-offset", "untranslated"}


def test_many_findings_of_one_rule_are_one_line_with_every_place() -> None:
    done = fixed({"bo": srt((*ZH[:4], BO[4])).encode(), "zh": srt(ZH).encode()})
    shown = render_fixes(done, "en")
    assert "[error] Not translated ×4" in shown
    assert "bo #1–4" in shown


def test_long_texts_are_shown_where_they_differ() -> None:
    before, after = excerpts("ཀ" * 200 + "ཁ" + "ག" * 200, "ཀ" * 200 + "ང" + "ག" * 200)
    assert before == "…" + "ཀ" * 12 + "ཁ" + "ག" * 12 + "…"
    assert after == "…" + "ཀ" * 12 + "ང" + "ག" * 12 + "…"
    assert excerpts("ཀ", "ཁ") == ("ཀ", "ཁ")
    assert excerpts("ཀ" * 100, "ཀ" * 101) == ("…" + "ཀ" * 12, "…" + "ཀ" * 13)
