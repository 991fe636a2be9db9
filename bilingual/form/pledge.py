"""Is the scan of the pledge there, and is it a PDF or a picture? What it says is not read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from bilingual.errors import InputError
from bilingual.files import read_at_most
from bilingual.model.form import PledgeKind

_HEAD: Final = 1024
_PDF: Final = b"%PDF-"  # within the first kilobyte, as Acrobat reads it
_PICTURES: Final = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"GIF87a",
    b"GIF89a",
    b"BM",
    b"II*\x00",
    b"MM\x00*",
)
_HEIF: Final = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
_KINDS: Final[dict[str, PledgeKind]] = {
    "file-missing": "missing",
    "file-empty": "empty",
    "file-is-link": "link",
    "file-is-folder": "folder",
}


def pledge_kind(path: Path, within: Path | None = None) -> PledgeKind:
    """What lies at a path.

    :param within: a folder that it may not lie outside of.
    """
    if within is not None and not lies_within(path, within):
        return "outside"
    try:
        head = read_at_most(path, _HEAD)
    except InputError as error:
        return _KINDS.get(error.code, "unreadable")
    if _PDF in head:
        return "pdf"
    webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    heif = head[4:8] == b"ftyp" and head[8:12] in _HEIF
    return "picture" if head.startswith(_PICTURES) or webp or heif else "other"


def lies_within(path: Path, folder: Path) -> bool:
    """Whether a path lies in a folder or below it, links followed and ``..`` taken away."""
    try:
        own = os.path.realpath(folder)
        return os.path.commonpath([os.path.realpath(path), own]) == own
    except ValueError:  # another drive, a NUL
        return False
