"""Weights are what they were hashed to when they are loaded, not when they were found."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bilingual import weights
from bilingual.asr.base import by_path
from bilingual.errors import ModelError
from bilingual.weights import as_hashed, hashes_of, joint_hash, sha256_of, store
from bilingual.weights.sealed import sealed
from tests.weights.conftest import WHOLE

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


@linux
@pytest.mark.parametrize("kind", ["pipe", "endless", "link-to-endless", "within"])
def test_what_is_no_file_is_not_waited_for(model: Path, kind: str) -> None:
    """A pipe was waited for, and ``/dev/zero`` read for ever."""
    place = model.parent / "model.pt"
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "endless":
        place = Path("/dev/zero")
    elif kind == "link-to-endless":
        place.symlink_to("/dev/zero")
    else:
        os.mkfifo(model / "pipe.json")  # passed over, as a folder of another program's may have
        assert "pipe.json" not in by_path(str(model)).hashes
        return
    with pytest.raises(ModelError) as caught:
        by_path(str(place))
    assert caught.value.code == "model-unreadable"
    assert caught.value.params["path"] == str(place)


def test_a_folder_that_holds_no_model_is_not_read_to_its_end(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path like ``/`` would have had the whole disk hashed."""
    monkeypatch.setattr("bilingual.weights.files.MAX_FILES", 2)
    with pytest.raises(ModelError) as caught:
        by_path(str(model))
    assert caught.value.code == "model-too-large"
    monkeypatch.setattr("bilingual.weights.files.MAX_FILES", 3)
    assert len(by_path(str(model)).hashes) == 3
    monkeypatch.setattr("bilingual.weights.files.MAX_BYTES", 10)
    with pytest.raises(ModelError) as caught:
        by_path(str(model))
    assert caught.value.code == "model-too-large"


def test_a_name_that_nothing_can_have_is_one_that_is_missing() -> None:
    for name in ("x" * 300, "y/" * 2500 + "z"):
        with pytest.raises(ModelError) as caught:
            by_path(f"./{name}")
        assert caught.value.code == "model-path-missing"


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


@linux
@pytest.mark.parametrize("swap", ["replaced", "written", "gone"])
def test_a_sealed_file_stays_what_was_checked(shelf: Path, swap: str) -> None:
    """For what takes a name and opens it later: a font, for the annex and the pages."""
    there = weights.fetch("halves", folder=shelf)
    sealed.cache_clear()
    path = weights.sealed("halves")
    assert (path.name, path.read_bytes()) == (there.name, WHOLE)
    if swap == "written":
        with there.open("r+b") as file:
            file.write(b"FIRST")
    else:
        there.unlink()
    if swap == "replaced":
        there.write_bytes(b"another")
    assert path.read_bytes() == WHOLE
    with pytest.raises(OSError), path.open("r+b") as opened:  # noqa: PT011 - whichever it is
        opened.write(b"x")
    assert weights.sealed("halves") == path
    sealed.cache_clear()
    with pytest.raises(ModelError):
        weights.sealed("halves")


@linux
def test_a_sealed_file_goes_with_its_process(shelf: Path, tmp_path: Path) -> None:
    weights.fetch("halves", folder=shelf)
    script = """
import os, sys, pathlib
from bilingual import weights
from bilingual.weights import registry, store
for module in (registry, store):
    module.models_folder = lambda: pathlib.Path(sys.argv[1])
path = weights.sealed("halves")
if os.fork() == 0:  # a fork leaves it to the one that made it
    sys.exit()
os.wait()
assert path.is_file()
print(path)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "models")],
        check=True,
        capture_output=True,
        text=True,
    )
    assert not Path(done.stdout.strip()).parent.exists()
