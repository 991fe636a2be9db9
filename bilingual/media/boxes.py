"""Walking the boxes of an ISO base media file (ISO/IEC 14496-12, clause 4.2)."""

from __future__ import annotations

import os
import struct
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_BOXES: Final = 100_000
MAX_INDEX_BYTES: Final = 16 * 1024 * 1024
"""The biggest index (``moov``) that is looked into; an hour of video needs about 4 MiB."""

_HEADER: Final = 8
_LARGE: Final = 16
_MEDIA_DATA: Final = frozenset({"mdat", "free", "skip", "wide"})
_CONTAINERS: Final = frozenset({"moov", "trak", "mdia", "minf", "stbl", "mvex"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box: its type, where its content starts and where it ends (bytes)."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What a file holds. ``fault`` is a code, ``None`` where it is whole.

    ``fragmented``: its samples are announced piece by piece (``moof``), so the
    index does not say how much there should be; ``end_mark``: such a file ends
    in its own index (``mfra``) or began with one (``sidx``).
    """

    kinds: tuple[str, ...]
    fault: str | None = None
    fragmented: bool = False
    end_mark: bool = False


def walk(descriptor: int, size: int) -> Walk:
    """Read the headers of the top-level boxes, then the index's sample tables.

    Faults: ``box-truncated`` (a box reaches beyond the end of the file),
    ``box-invalid`` (a size no box can have), ``box-missing-moov`` and
    ``box-missing-mdat`` (no index, no media data), ``samples-missing`` (the
    index points beyond the end of the file), ``index-too-big``.
    """
    boxes: list[Box] = []
    fault: str | None = None
    at = 0
    while at < size and fault is None:
        box, fault = _box_at(descriptor, at, size)
        if box is None:
            break
        boxes.append(box)
        at = box.end
        if len(boxes) > MAX_BOXES:
            fault = "box-invalid"
    kinds = tuple(box.kind for box in boxes)
    fragmented = "moof" in kinds
    fault = fault or next((f"box-missing-{k}" for k in ("moov", "mdat") if k not in kinds), None)
    if fault is None:
        index = next(box for box in boxes if box.kind == "moov")
        if index.end - index.start > MAX_INDEX_BYTES:
            fault = "index-too-big"
        elif _last_sample_end(read_at(descriptor, index.end - index.start, index.start)) > size:
            fault = "samples-missing"
    return Walk(
        kinds=kinds,
        fault=fault,
        fragmented=fragmented,
        end_mark="mfra" in kinds or "sidx" in kinds,
    )


def read_at(descriptor: int, count: int, at: int) -> bytes:
    """Up to ``count`` bytes from an offset; fewer at the end of the file."""
    os.lseek(descriptor, at, os.SEEK_SET)
    return os.read(descriptor, count)


def _box_at(descriptor: int, at: int, size: int) -> tuple[Box | None, str | None]:
    """The box whose header stands at an offset, and what is wrong with it."""
    head = read_at(descriptor, _LARGE, at)
    if len(head) < _HEADER:
        return None, "box-truncated"
    length, smallest = int.from_bytes(head[:4], "big"), _HEADER
    kind = head[4:8].decode("latin-1")
    if length == 1:
        if len(head) < _LARGE:
            return None, "box-truncated"
        length, smallest = int.from_bytes(head[8:16], "big"), _LARGE
    elif length == 0:  # to the end of the file
        length = size - at
    if length < smallest:
        return None, "box-invalid"
    box = Box(kind=kind, start=at + smallest, end=min(at + length, size))
    return box, "box-truncated" if at + length > size else None


def _children(data: bytes, start: int, end: int) -> Iterator[Box]:
    at, count = start, 0
    while at + _HEADER <= end and count < MAX_BOXES:
        length, smallest = int.from_bytes(data[at : at + 4], "big"), _HEADER
        if length == 1:
            length, smallest = int.from_bytes(data[at + 8 : at + 16], "big"), _LARGE
        elif length == 0:
            length = end - at
        if length < smallest or at + length > end:
            return
        kind = data[at + 4 : at + 8].decode("latin-1")
        yield Box(kind=kind, start=at + smallest, end=at + length)
        at += length
        count += 1


def _tables(data: bytes) -> Iterator[dict[str, Box]]:
    """The sample tables of each track, by box type."""
    waiting = [(0, len(data), 0)]
    while waiting:
        start, end, depth = waiting.pop()
        here = {}
        for box in _children(data, start, end):
            here[box.kind] = box
            if box.kind in _CONTAINERS and depth < 8:
                waiting.append((box.start, box.end, depth + 1))
        if "stsz" in here or "stz2" in here:
            yield here


def _last_sample_end(data: bytes) -> int:
    """Up to which byte of the file the samples of all tracks reach; 0 without any."""
    return max((_track_end(data, table) for table in _tables(data)), default=0)


def _track_end(data: bytes, table: dict[str, Box]) -> int:
    chunks = _chunk_offsets(data, table)
    sizes, runs = table.get("stsz"), table.get("stsc")
    if not chunks or sizes is None or runs is None:
        return 0
    uniform, count = struct.unpack_from(">II", data, sizes.start + 4)
    # A sample's place is known from its chunk's offset and the samples before
    # it in the chunk. Chunks are seldom in order: all of them are looked at.
    starts = _runs(data, runs)
    if not starts:
        return 0
    # Sizes are given one by one or, for sound, once for all.
    table_end = sizes.start + 12 + 4 * count
    if not uniform and table_end > sizes.end:
        return 1 << 62  # the table itself is not all there
    furthest, sample, turn = 0, 0, 0
    for number, offset in enumerate(chunks, start=1):
        while turn + 1 < len(starts) and starts[turn + 1][0] <= number:
            turn += 1
        here = min(starts[turn][1], count - sample)
        if here <= 0:
            break
        if uniform:
            length = uniform * here
        else:
            at = sizes.start + 12 + 4 * sample
            length = sum(struct.unpack_from(f">{here}I", data, at))
        furthest = max(furthest, offset + length)
        sample += here
    return furthest


def _chunk_offsets(data: bytes, table: dict[str, Box]) -> array[int]:
    for kind, letter, width in (("stco", "I", 4), ("co64", "Q", 8)):
        box = table.get(kind)
        if box is not None and box.end - box.start >= _HEADER:
            count = int.from_bytes(data[box.start + 4 : box.start + 8], "big")
            if box.start + 8 + width * count <= box.end:
                # An array, not a tuple: a hostile index has millions of them.
                offsets = array(letter, data[box.start + 8 : box.start + 8 + width * count])
                if sys.byteorder == "little":
                    offsets.byteswap()
                return offsets
    return array("I")


def _runs(data: bytes, box: Box) -> list[tuple[int, int]]:
    """From which chunk on (1-based) how many samples a chunk holds."""
    count = int.from_bytes(data[box.start + 4 : box.start + 8], "big")
    if box.start + 8 + 12 * count > box.end:
        return []
    rows = struct.iter_unpack(">III", data[box.start + 8 : box.start + 8 + 12 * count])
    return [(first, samples) for first, samples, _ in rows]


def still_picture_tables(descriptor: int, size: int) -> bool:
    """Whether a file describes still pictures (HEIF, AVIF) beside its tracks.

    No video needs them, and what reads them in ffmpeg before 9.0 can be made to
    overflow (CVE-2026-96611): such a file is turned away unread. Looked for are
    the names of the boxes, in whatever is no media data, and an index that is
    compressed, within which nothing could be looked for.
    """
    at, count = 0, 0
    while at < size and count < MAX_BOXES:
        box, _ = _box_at(descriptor, at, size)
        if box is None:
            return False
        if box.kind not in _MEDIA_DATA:
            content = read_at(descriptor, min(box.end - box.start, MAX_INDEX_BYTES), box.start)
            if (b"ispe" in content and b"iprp" in content) or b"cmov" in content:
                return True
        at = box.end
        count += 1
    return False
