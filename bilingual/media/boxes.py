"""Walking the boxes of an ISO base media file (ISO/IEC 14496-12, clause 4.2)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

MAX_BOXES: Final = 100_000
_HEADER: Final = 8
_LARGE: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What the top level of a file holds. ``fault`` is a code, ``None`` where whole."""

    kinds: tuple[str, ...]
    fault: str | None = None


def walk(descriptor: int, size: int) -> Walk:
    """Read the headers of the top-level boxes, one after the other.

    Faults: ``box-truncated`` (a box reaches beyond the end of the file),
    ``box-invalid`` (a size no box can have), ``box-missing-moov`` and
    ``box-missing-mdat`` (no index, no media data).
    """
    kinds: list[str] = []
    at = 0
    while at < size:
        head = os.pread(descriptor, _LARGE, at)
        if len(head) < _HEADER:
            return Walk(kinds=tuple(kinds), fault="box-truncated")
        length = int.from_bytes(head[:4], "big")
        kinds.append(head[4:8].decode("latin-1"))
        if length == 1:
            if len(head) < _LARGE:
                return Walk(kinds=tuple(kinds), fault="box-truncated")
            length = int.from_bytes(head[8:16], "big")
            smallest = _LARGE
        else:
            smallest = _HEADER
        if length == 0:  # to the end of the file
            length = size - at
        if length < smallest or len(kinds) > MAX_BOXES:
            return Walk(kinds=tuple(kinds), fault="box-invalid")
        if at + length > size:
            return Walk(kinds=tuple(kinds), fault="box-truncated")
        at += length
    fault = next((f"box-missing-{k}" for k in ("moov", "mdat") if k not in kinds), None)
    return Walk(kinds=tuple(kinds), fault=fault)
