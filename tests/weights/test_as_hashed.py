"""Weights are what they were hashed to when they are loaded, not when they were found."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bilingual import weights
from bilingual.asr.base import by_path
from bilingual.errors import ModelError
from bilingual.weights import as_hashed, hashes_of, joint_hash, sha256_of, store

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc/self/fd")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"weights")
    (folder / "config.json").write_text("{}")
    (folder / "1_Pooling" / "config.json").write_text("[]")
    return folder


def replaced(folder: Path) -> None:
    new = folder / "new"
    new.write_bytes(b"WEIGHTS")
    new.replace(folder / "model.bin")


def written(folder: Path) -> None:
    with (folder / "model.bin").open("r+b") as file:
        file.write(b"WEIGHTS")


def moved(folder: Path) -> None:
    folder.rename(folder.with_name("was"))
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"WEIGHTS")


def test_the_hash_of_a_folder_is_over_names_and_bytes(model: Path) -> None:
    hashes = hashes_of(model)
    assert list(hashes) == ["1_Pooling/config.json", "config.json", "model.bin"]
    assert joint_hash(model, hashes) == sha256_of(model) == by_path(str(model)).sha256
    assert hashes_of(model / "model.bin") == {"model.bin": hashes["model.bin"]}


@pytest.mark.parametrize("swap", [replaced, written, moved])
def test_another_file_than_was_hashed_is_not_loaded(
    model: Path, swap: Callable[[Path], None]
) -> None:
    found = by_path(str(model))
    swap(model)
    with pytest.raises(ModelError) as caught, found.as_hashed():
        raise AssertionError
    assert caught.value.code in ("model-hash-mismatch", "model-unreadable")


@linux
@pytest.mark.parametrize("swap", [replaced, moved])
def test_what_is_loaded_is_what_was_opened(model: Path, swap: Callable[[Path], None]) -> None:
    found = by_path(str(model))
    read = {}

    def load() -> None:
        with found.as_hashed() as folder:
            swap(model)
            (model / "added.py").write_text("evil")
            assert folder.name == "model"
            for name in found.hashes:
                read[name] = (folder / name).read_bytes()
            assert not (folder / "added.py").exists()

    if swap is moved:  # the files themselves were not touched
        load()
    else:
        with pytest.raises(ModelError) as caught:
            load()
        assert caught.value.code == "model-changed"
    assert read["model.bin"] == b"weights"


def test_a_write_while_it_is_loaded_is_seen(model: Path) -> None:
    found = by_path(str(model))

    def load() -> None:
        with found.as_hashed():
            written(model)

    with pytest.raises(ModelError) as caught:
        load()
    assert caught.value.code == "model-changed"
    assert "model" in caught.value.message("zh")


def test_one_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "base.pt"
    path.write_bytes(b"weights")
    with as_hashed(path, hashes_of(path), name="base") as opened:
        assert opened.read_bytes() == b"weights"
        assert opened.name == "base.pt"


def test_links_of_a_hub_are_followed(tmp_path: Path, model: Path) -> None:
    snapshot = tmp_path / "snapshot"
    snapshot.mkdir()
    (snapshot / "model.bin").symlink_to(model / "model.bin")
    with by_path(str(snapshot)).as_hashed() as folder:
        assert (folder / "model.bin").read_bytes() == b"weights"


def test_bytes_swapped_after_their_hash_was_checked_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "silero_vad.onnx"
    other.write_bytes(b"another")
    assert len(weights.read("silero-vad")) > 1000
    monkeypatch.setattr(store, "path", lambda name: other)
    with pytest.raises(ModelError) as caught:
        weights.read("silero-vad")
    assert caught.value.code == "model-hash-mismatch"
