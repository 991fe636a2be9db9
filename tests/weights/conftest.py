"""A folder of wheels and a registry that names them, as fixture ``shelf``."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bilingual.weights import registry, store

WHOLE = b"first half, " + b"second half"
HALVES = {"halves-one": WHOLE[:12], "halves-two": WHOLE[12:]}


def sha256_hex(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def made_wheel(folder: Path, project: str, data: bytes) -> Path:
    module = project.replace("-", "_")
    path = folder / f"{module}-1.0-py3-none-any.whl"
    info = f"{module}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{module}/data.bin", data)
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {project}\nVersion: 1.0\n"
        )
        archive.writestr(
            f"{info}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr(f"{info}/RECORD", "")
    return path


def registry_text(wheels: dict[str, Path], whole: str = sha256_hex(WHOLE)) -> str:
    text = 'format = 1\n[models.halves]\nkind = "words"\ntitle = { zh = "两半", en = "halves" }\n'
    text += 'licence = "MIT"\nhomepage = "none"\naliases = ["both"]\n'
    parts = ", ".join(
        f'{{ wheel = "{project}", member = "{project.replace("-", "_")}/data.bin", '
        f'bytes = {len(data)}, sha256 = "{sha256_hex(data)}" }}'
        for project, data in HALVES.items()
    )
    text += (
        f'[[models.halves.files]]\nform = "text"\nname = "whole.bin"\nbytes = {len(WHOLE)}\n'
        f'sha256 = "{whole}"\nparts = [{parts}]\n'
    )
    text += (
        f'[[models.halves.files]]\nform = "single"\nname = "far.bin"\nsha256 = "{sha256_hex(b"far")}"\n'
        'url = "https://127.0.0.1:9/far.bin"\n'
    )
    for project, path in wheels.items():
        text += (
            f'[wheels.{project}]\nversion = "1.0"\nfilename = "{path.name}"\n'
            f'bytes = {path.stat().st_size}\nsha256 = "{sha256_hex(path.read_bytes())}"\n'
        )
    return text


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of wheels that pip finds, a registry naming them, an empty cache."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    wheels = {project: made_wheel(folder, project, data) for project, data in HALVES.items()}
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "registry.toml").write_text(registry_text(wheels), encoding="utf-8")
    for module in (registry, store):
        monkeypatch.setattr(module, "models_folder", lambda: tmp_path / "models")
    monkeypatch.setenv("BILINGUAL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    registry.registry.cache_clear()
    yield folder
    registry.registry.cache_clear()
