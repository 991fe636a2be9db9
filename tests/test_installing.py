"""The command that brings an extra: on Linux torch comes first, in builds for the processor."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bilingual import installing
from bilingual.errors import DependencyError
from bilingual.installing import PROCESSOR_BUILDS, TORCH, install_command, torch_comes_first
from bilingual.locale import error_sentence

ROOT = Path(__file__).parents[1]
NEEDING = {"asr", "tibetan-asr", "transformers"}


def machine(patch: pytest.MonkeyPatch, system: str, *, torch: bool) -> None:
    patch.setattr(sys, "platform", system)
    patch.setattr(installing, "find_spec", lambda name: object() if torch else None)


@pytest.mark.parametrize("extra", ["asr", "fast-asr", "ocr", "server", "tibetan-asr"])
@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("torch", [True, False])
def test_torch_comes_first_where_it_is_needed_and_missing_on_linux(
    monkeypatch: pytest.MonkeyPatch, extra: str, system: str, torch: bool
) -> None:
    machine(monkeypatch, system, torch=torch)
    command = install_command(extra, "python -m pip")
    first = extra in NEEDING and system == "linux" and not torch
    assert torch_comes_first(command) == first
    assert command.endswith(f'python -m pip install "bilingual-subtitles[{extra}]"')
    before = f"python -m pip install {TORCH} --index-url {PROCESSOR_BUILDS} && "
    assert command.startswith(before if first else 'python -m pip install "')


def test_these_are_the_extras_that_need_it_and_the_version_is_that_of_the_suite(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not (ROOT / "Makefile").is_file():
        pytest.skip("the Makefile lies in the checkout")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras: dict[str, list[str]] = project["optional-dependencies"]
    machine(monkeypatch, "linux", torch=False)
    for extra, needed in extras.items():
        if extra not in {"all", "dev", "docs", "release"}:
            torch = any(one.startswith(("torch", "openai-whisper")) for one in needed)
            assert torch_comes_first(install_command(extra)) == torch, extra
    assert f" {TORCH}\n" in (ROOT / "Makefile").read_text(encoding="utf-8")
    for guide in ("docs/guide.md", "docs/guide.zh.md"):
        text = (ROOT / guide).read_text(encoding="utf-8")
        assert f"pip install {TORCH} --index-url {PROCESSOR_BUILDS}" in text


def said(error: DependencyError, language: Any) -> str:
    return error_sentence(error.code, error.params, language)


def test_whoever_lacks_a_recogniser_is_told_why_torch_comes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Chinese and English, in the error itself; a machine that needs it not is told nothing."""
    from bilingual.asr.registry import engines

    engine = engines()["whisper"]
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for system in ("linux", "darwin"):
        machine(monkeypatch, system, torch=False)
        with pytest.raises(DependencyError) as caught:
            engine.require()
        zh, en = said(caught.value, "zh"), said(caught.value, "en")
        for text in (zh, en):
            assert 'pip install "bilingual-subtitles[asr]"' in text
            assert (f"pip install {TORCH} --index-url" in text) == (system == "linux")
        assert bool(re.search("只用处理器的 torch.*省去前一条命令", zh)) == (system == "linux")
        assert ("for the processor alone" in en) == (system == "linux")
