"""Hashing files, and refusing those that are not what they should be."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

from bilingual.errors import InputError, ModelError
from bilingual.files import plain_descriptor, scratch_folder
from bilingual.files.holding import digest_of, identity_of

MAX_FILES: Final = 2_000
"""Of a model's folder; those that are known have fewer than thirty."""

MAX_BYTES: Final = 32 * 1024**3
"""Of a model, in all. The largest of NLLB-200 has 17 GB."""

_OWN: Final = Path("/proc/self/fd")


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, or of a folder's files in name order.

    For a folder it is the hash over each file's relative name, a zero byte and
    its own hash, so that it changes with any file's name or bytes.

    :raises ModelError: it cannot be read.
    """
    return joint_hash(path, hashes_of(path))


def hashes_of(path: Path, names: Iterable[str] | None = None) -> dict[str, str]:
    """The SHA-256 of each file of a folder by its relative name, in name order; of a file alone.

    :param names: those files of a folder that count; all of them unless given.
    :raises ModelError: it cannot be read; ``model-too-large``: no model has so many files, or
        so many bytes in all, as this folder.
    """
    try:
        if not path.is_dir():
            return {path.name: _hash_of(path)}
        if names is None:
            files = sorted(islice((p for p in path.rglob("*") if p.is_file()), MAX_FILES + 1))
            if len(files) > MAX_FILES or sum(p.stat().st_size for p in files) > MAX_BYTES:
                raise too_large(str(path))
        else:
            files = sorted(path / name for name in names)
        return {file.relative_to(path).as_posix(): _hash_of(file) for file in files}
    except OSError as error:
        raise ModelError("model-unreadable", path=str(path), detail=str(error.strerror)) from error


def too_large(source: str) -> ModelError:
    """The error of a model that has more files or bytes than any."""
    gigabytes = MAX_BYTES // 1024**3
    return ModelError("model-too-large", source=source, gigabytes=gigabytes, files=MAX_FILES)


def joint_hash(path: Path, hashes: Mapping[str, str]) -> str:
    """One hash for what :func:`hashes_of` found, as :func:`sha256_of` gives it."""
    return hash_over(hashes) if path.is_dir() else hashes[path.name]


def hash_over(hashes: Mapping[str, str]) -> str:
    """One hash over the names and hashes of a folder's files, in the order given."""
    whole = hashlib.sha256()
    for name, sha256 in hashes.items():
        whole.update(name.encode() + b"\0" + sha256.encode())
    return whole.hexdigest()


def _hash_of(file: Path) -> str:
    with os.fdopen(_opened(file), "rb") as opened:
        return digest_of(opened, lambda done: None)


@contextmanager
def as_hashed(path: Path, hashes: Mapping[str, str], *, name: str) -> Iterator[Path]:
    """A model's files to be loaded from, which are what they were hashed to.

    Between the hash and the loader's own look somebody may put another file there, so
    each is opened once and hashed as it is open. On Linux the loader is given a
    folder of ours, in which the names lead to what we opened and to nothing else; and
    in the end it is seen that nothing was written to them.

    :param path: the model's folder, or its one file.
    :param hashes: by the files' relative names, as :func:`hashes_of` gives them.
    :param name: for messages.
    :raises ModelError: ``model-hash-mismatch``, ``model-changed`` or
        ``model-unreadable``.
    """
    alone = not path.is_dir()
    with ExitStack() as stack:
        opened: dict[str, tuple[int, tuple[int, ...]]] = {}
        for relative, expected in hashes.items():
            place = path if alone else path / relative
            descriptor = _opened(place)
            stack.callback(os.close, descriptor)
            identity = identity_of(descriptor)
            with os.fdopen(os.dup(descriptor), "rb") as file:
                found = digest_of(file, lambda done: None)
            os.lseek(descriptor, 0, os.SEEK_SET)
            if found != expected:
                raise ModelError(
                    "model-hash-mismatch",
                    name=name,
                    path=str(place),
                    expected=expected,
                    found=found,
                )
            opened[relative] = descriptor, identity
        if _OWN.is_dir():
            scratch = stack.enter_context(scratch_folder("model"))
            view = scratch if alone else scratch / path.name
            for relative, (descriptor, _) in opened.items():
                link = view / relative
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(_OWN / str(descriptor))
            yield view / path.name if alone else view
        else:
            yield path
        for relative, (descriptor, identity) in opened.items():
            if not _OWN.is_dir() and not _same(path if alone else path / relative, identity):
                raise ModelError("model-changed", name=name, path=str(path))
            if identity_of(descriptor) != identity:
                raise ModelError("model-changed", name=name, path=str(path))


def _same(place: Path, identity: tuple[int, ...]) -> bool:
    there = place.stat()
    return (there.st_dev, there.st_ino) == identity[:2]


def _opened(place: Path) -> int:
    try:
        # A link is followed: model hubs keep the files elsewhere. Their hash is what counts.
        return plain_descriptor(place, follow=True)
    except InputError as error:
        detail = str(error.params.get("detail", "not a regular file"))
        raise ModelError("model-unreadable", path=str(place), detail=detail) from error


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
