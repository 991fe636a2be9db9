"""Sizes and hashes of submitted files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from bilingual.errors import InputError
from bilingual.files.holding import digest_of, held_hash, identity_of, note_hash
from bilingual.files.paths import display_name
from bilingual.files.reading import opened_plain
from bilingual.model import InputFile


def fingerprint(path: Path, role: str, on_progress: Callable[[int, int], None]) -> InputFile:
    """Size and SHA-256 of a file, with its bare name.

    ``on_progress(done, total)`` is called in bytes as the file is read.

    :raises InputError: as ``opened_plain``; ``file-changed``: it was written to as it
        was read.
    """
    with opened_plain(path) as file:
        before = identity_of(file.fileno())
        total = before[2]
        sha256 = digest_of(file, lambda done: on_progress(done, max(total, done)))
        if identity_of(file.fileno()) != before or os.lseek(file.fileno(), 0, os.SEEK_CUR) != total:
            raise InputError("file-changed", path=display_name(str(path)))
    note_hash(path, sha256)
    return InputFile(role=role, name=display_name(path.name), bytes=total, sha256=sha256)


def size_of(path: Path) -> int:
    """The size of a plain file, in bytes; of one that is held, of that one.

    :raises InputError: as ``opened_plain``.
    """
    with opened_plain(path) as file:
        return os.fstat(file.fileno()).st_size


def refuse_other(path: Path, inputs: Iterable[InputFile], role: str) -> None:
    """See that a held file is the one that a report was made on, where it names one.

    :raises InputError: ``file-other``; as :func:`fingerprint`.
    """
    known = [i for i in inputs if i.role == role]
    if not known:
        return
    # Of another size it is another file: nobody waits for gigabytes to be hashed.
    size = size_of(path)
    if any(one.bytes == size for one in known):
        found = held_hash(path) or fingerprint(path, role, lambda done, total: None).sha256
        if any(one.sha256 == found for one in known):
            return
    raise InputError("file-other", path=display_name(str(path)))
