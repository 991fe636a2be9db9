"""``bilingual fix`` on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bilingual.cli import run
from tests.fixes.test_fixing import BO, ZH, srt


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
    assert "-ཉི་མ་་ཡིན།⟨U+200B⟩" in shown.out
    assert "+ཉི་མ་ཡིན།" in shown.out
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
