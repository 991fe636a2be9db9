"""Hashing files, and refusing those that are not what they should be."""

from __future__ import annotations

import hashlib
from pathlib import Path

from bilingual.errors import ModelError

_BLOCK = 1024 * 1024


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, or of a folder's files in name order.

    For a folder it is the hash over each file's relative name, a zero byte and
    its own hash, so that it changes with any file's name or bytes.

    :raises ModelError: it cannot be read.
    """
    try:
        if path.is_dir():
            whole = hashlib.sha256()
            for file in sorted(p for p in path.rglob("*") if p.is_file()):
                relative = file.relative_to(path).as_posix()
                whole.update(relative.encode() + b"\0" + sha256_of(file).encode())
            return whole.hexdigest()
        digest = hashlib.sha256()
        with path.open("rb") as file_object:
            while block := file_object.read(_BLOCK):
                digest.update(block)
        return digest.hexdigest()
    except OSError as error:
        raise ModelError("model-unreadable", path=str(path), detail=str(error.strerror)) from error


def verify_file(path: Path, *, sha256: str, size: int | None, name: str) -> None:
    """Raise unless the file's size and hash are the expected ones.

    :raises ModelError: they are not (``model-hash-mismatch``), or it cannot be
        read.
    """
    try:
        actual_size = path.stat().st_size
    except OSError as error:
        raise ModelError("model-unreadable", path=str(path), detail=str(error.strerror)) from error
    if size is not None and actual_size != size:
        raise ModelError(
            "model-hash-mismatch",
            name=name,
            path=str(path),
            expected=f"{size} bytes",
            found=f"{actual_size} bytes",
        )
    found = sha256_of(path)
    if found != sha256:
        raise ModelError(
            "model-hash-mismatch", name=name, path=str(path), expected=sha256, found=found
        )
