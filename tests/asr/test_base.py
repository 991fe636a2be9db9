"""Recognisers: found by scanning, each with what the protocol asks for."""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from bilingual import plugins
from bilingual.asr import base, registry
from bilingual.asr.characters import timed_characters
from bilingual.asr.engines import faster_whisper, whisper
from bilingual.asr.utterances import utterances
from bilingual.config import Asr
from bilingual.errors import DependencyError, ModelError
from bilingual.model import Segment, Speech, Word
from bilingual.plugins import Plugins


def test_the_engines_are_found_the_faster_first() -> None:
    found = registry.engines()
    assert list(found) == ["faster-whisper", "whisper", "huggingface"]
    assert [list(engine.languages) for engine in found.values()] == [["zh"], ["zh"], ["bo"]]
    for engine in found.values():
        assert engine.extra is not None
        assert engine.extra in engine.install_command


def test_a_recogniser_is_installed_where_all_that_it_needs_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """transformers can be there for something else, without torch."""
    engine = registry.engines()["huggingface"]
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "torch" else name)
    assert not engine.installed
    with pytest.raises(DependencyError, match=r"\[tibetan-asr\]"):
        engine.require()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    assert engine.installed


def test_finding_them_imports_no_recogniser() -> None:
    import subprocess

    code = (
        "import sys; from bilingual.asr.registry import engines;"
        "[e.installed for e in engines().values()];"
        "heavy = {'torch', 'transformers', 'whisper', 'faster_whisper', 'ctranslate2', 'onnxruntime'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_plugged_in_recogniser_is_used_only_when_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    theirs = replace(
        faster_whisper.ENGINE,
        name="amdo",
        extra=None,
        rank=0,
        package="json",
        weights=lambda name: base.Weights(name=name, path=tmp_path, sha256="0" * 64),
    )
    point = EntryPoint("amdo", "tests.asr.test_base:none", "bilingual.engines")
    monkeypatch.setattr(EntryPoint, "load", lambda self: theirs)
    monkeypatch.setattr(plugins, "installed", lambda group: [point])
    registry.engines.cache_clear()
    try:
        assert list(registry.engines()) == ["amdo", "faster-whisper", "whisper", "huggingface"]
        assert registry.choose(Asr(engine="amdo"))[0].name == "amdo"
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        with pytest.raises(DependencyError, match="fast-asr"):
            registry.choose(Asr())
    finally:
        registry.engines.cache_clear()


def test_auto_goes_on_to_an_engine_that_has_the_model(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def absent(name: str) -> base.Weights:
        raise ModelError("model-form-unknown", name=name, form="ctranslate2", known="openai")

    def there(name: str) -> base.Weights:
        return base.Weights(name=name, path=tmp_path, sha256="0" * 64)

    found = {
        e.name: e
        for e in (
            replace(faster_whisper.ENGINE, package="json", weights=absent),
            replace(whisper.ENGINE, package="json", weights=there),
        )
    }
    monkeypatch.setattr(registry, "engines", lambda: Plugins(kind="engine", found=found))
    assert registry.choose(Asr(model="small"))[0].name == "whisper"
    found["whisper"] = replace(found["whisper"], weights=absent)
    with pytest.raises(ModelError, match="is not available as ctranslate2"):
        registry.choose(Asr(model="small"))


@pytest.mark.parametrize(
    ("model", "expected"),
    [("base", False), ("large-v3-turbo", False), ("./base", True), ("m.pt", True), ("/x/y", True)],
)
def test_names_and_paths(model: str, expected: bool) -> None:
    assert base.is_path(model) is expected


def test_a_model_by_path_has_its_hash_recorded(tmp_path: Path) -> None:
    file = tmp_path / "mine.pt"
    file.write_bytes(b"weights")
    found = base.by_path(str(file))
    assert (found.name, len(found.sha256)) == ("mine.pt", 64)
    file.write_bytes(b"others")
    assert base.by_path(str(file)).sha256 != found.sha256


def test_an_absent_model_is_reported_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BILINGUAL_CACHE", str(tmp_path))
    with pytest.raises(ModelError, match="has not been fetched") as caught:
        base.registered("base", "ctranslate2")
    assert caught.value.code == "model-absent"
    assert caught.value.params["path"].startswith(str(tmp_path))


def word(start_ms: int, end_ms: int, text: str) -> Word:
    return Word(start_ms=start_ms, end_ms=end_ms, text=text)


def test_a_segment_is_cut_at_pauses_and_its_words_are_tidy() -> None:
    words = (
        word(0, 400, "太陽"),
        word(400, 900, "升起。"),
        word(1500, 1600, "\ufffd"),  # half a character: nothing to show
        word(2400, 2900, "月亮"),
    )
    segment = Segment(start_ms=0, end_ms=3000, text="太陽升起。\ufffd月亮", words=words)
    parts = utterances(segment, chinese=True)
    assert [(p.start_ms, p.end_ms, p.text) for p in parts] == [
        (0, 900, "太阳升起。"),
        (2400, 2900, "月亮"),
    ]
    # In another language nothing is made Simplified.
    other = utterances(segment, chinese=False)
    assert [p.text for p in other] == ["太陽升起。", "月亮"]
    assert utterances(Segment(start_ms=0, end_ms=10, text=" \ufffd "), chinese=True) == ()


def test_characters_have_the_times_of_their_words() -> None:
    words = (word(0, 1000, "太阳"), word(1000, 1200, "。"), word(2000, 4000, "月亮"))
    told = Segment(start_ms=0, end_ms=4000, text="太阳。月亮", words=words)
    doubted = Segment(start_ms=4000, end_ms=5000, text="谢谢", reliable=False)
    found = timed_characters(Speech(duration_ms=5000, segments=(told, doubted)))
    assert found.text == "太阳月亮"
    assert found.times_ms == (0, 500, 1000, 3000)
    assert found.ends_ms == (500, 1000, 3000, 4000)
    assert found.between(0, 1000) == slice(0, 2)
    empty = timed_characters(Speech(duration_ms=5000, segments=(doubted,)))
    assert (empty.text, empty.times_ms) == ("", ())
