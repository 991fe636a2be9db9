"""Walking the boxes of an ISO base media file (ISO/IEC 14496-12, clause 4.2)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_BOXES: Final = 50_000
"""More than any video of an hour has, unless each frame is a fragment of its own."""
MAX_TABLE_BYTES: Final = 16 * 1024 * 1024
"""The biggest table that is read; an hour of video needs about 1 MiB."""
CONTAINERS: Final = frozenset({"moov", "trak", "mdia", "minf", "stbl", "edts"})
"""Boxes of the index that hold other boxes which are looked at here."""

_HEADER: Final = 8
_LARGE: Final = 16
_MEDIA_DATA: Final = frozenset({"mdat", "free", "skip", "wide"})
_TOP_LEVEL: Final = _MEDIA_DATA | {
    "ftyp",
    "styp",
    "moov",
    "moof",
    "mfra",
    "sidx",
    "ssix",
    "meta",
    "udta",
    "uuid",
    "pdin",
    "emsg",
    "prft",
    "pnot",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box: its type, where its content starts and where it ends (bytes)."""

    kind: str
    start: int
    end: int


def read_at(descriptor: int, count: int, at: int) -> bytes:
    """Up to ``count`` bytes from an offset; fewer at the end of the file."""
    os.lseek(descriptor, at, os.SEEK_SET)
    return os.read(descriptor, count)


def top_level(descriptor: int, size: int) -> tuple[list[Box], str | None]:
    """The boxes of a file, and a fault where they do not fill it.

    Faults: ``box-truncated`` (a box reaches beyond the end of the file) and
    ``box-invalid`` (a size that no box can have, or the last one is of no type
    that is there: this is no such file).
    """
    boxes: list[Box] = []
    at = 0
    while at < size:
        box, fault = box_at(descriptor, at, size)
        if box is None or (fault and box.kind not in _TOP_LEVEL):
            return boxes, fault if box is None else "box-invalid"
        boxes.append(box)
        if fault or len(boxes) > MAX_BOXES:
            return boxes, fault or "box-invalid"
        at = box.end
    return boxes, None


def box_at(descriptor: int, at: int, end: int) -> tuple[Box | None, str | None]:
    """The box whose header is at an offset, and what is wrong with it."""
    head = read_at(descriptor, _LARGE, at)
    if len(head) < _HEADER:
        return None, "box-truncated"
    length, smallest = int.from_bytes(head[:4], "big"), _HEADER
    kind = head[4:8].decode("latin-1")
    if length == 1:
        if len(head) < _LARGE:
            return None, "box-truncated"
        length, smallest = int.from_bytes(head[8:16], "big"), _LARGE
    elif length == 0:  # to the end of what holds it
        length = end - at
    if length < smallest:
        return None, "box-invalid"
    box = Box(kind=kind, start=at + smallest, end=min(at + length, end))
    return box, "box-truncated" if at + length > end else None


def children(descriptor: int, parent: Box) -> Iterator[Box]:
    """The boxes within a box, up to the first that does not fit."""
    at, count = parent.start, 0
    while at + _HEADER <= parent.end and count < MAX_BOXES:
        box, fault = box_at(descriptor, at, parent.end)
        if box is None or fault:
            return
        yield box
        at = box.end
        count += 1
