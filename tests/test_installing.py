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
from bilingual.locale import catalogue, error_sentence, sentence

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


def test_a_reason_says_too_why_torch_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, and only where the command is shown."""
    from bilingual.translation.backends.base import UnavailableError, require

    for system in ("linux", "darwin"):
        machine(monkeypatch, system, torch=False)
        with pytest.raises(UnavailableError) as caught:
            require("nonesuch", "transformers")
        for language, words in (("zh", "只用处理器的 torch"), ("en", "for the processor alone")):
            text = sentence("reasons", caught.value.code, caught.value.params, language)
            assert 'pip install "bilingual-subtitles[transformers]"' in text
            assert text.count(words) == (1 if system == "linux" else 0)
    machine(monkeypatch, "linux", torch=False)
    params = {"command": install_command("asr")}
    assert "torch" not in sentence("errors", "media-no-guard", params, "zh")


def test_no_message_spells_the_command_of_an_extra_out() -> None:
    """One place makes it, so that it is right on each system."""
    spelled = [
        f"{section}.{code}"
        for section, words in catalogue().items()
        for code, by_language in words.items()
        if re.search(r"pip install\b", str(by_language))
    ]
    assert spelled == []
