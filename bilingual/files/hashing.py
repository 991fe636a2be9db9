"""Sizes and hashes of submitted files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from bilingual.files.reading import display_name, opened_plain
from bilingual.model import InputFile

_BLOCK = 1 << 20


def fingerprint(path: Path, role: str, on_progress: Callable[[int, int], None]) -> InputFile:
    """Size and SHA-256 of a file, with its bare name.

    ``on_progress(done, total)`` is called in bytes as the file is read.

    :raises InputError: as ``opened_plain``.
    """
    digest, done = hashlib.sha256(), 0
    with opened_plain(path) as file:
        total = os.fstat(file.fileno()).st_size
        while block := file.read(_BLOCK):
            digest.update(block)
            done += len(block)
            on_progress(done, max(total, done))
    return InputFile(role=role, name=display_name(path.name), bytes=done, sha256=digest.hexdigest())
