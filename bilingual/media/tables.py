"""What the index of an ISO base media file promises (ISO/IEC 14496-12, 8.6, 8.7)."""

from __future__ import annotations

import struct
import sys
from array import array
from dataclasses import dataclass, field
from typing import Final

from bilingual.media.boxes import CONTAINERS, MAX_TABLE_BYTES, Box, children, read_at, top_level

_UNKNOWN: Final = (0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF)
_TABLES: Final = frozenset({"mdhd", "stts", "stsz", "stsc", "stco", "co64"})
_LIE_MS: Final = 1000
_HEADER_BYTES: Final = 1024
MAX_ALL_TABLES: Final = 48 * 1024 * 1024
"""Bytes of all tables together that are read; an hour of video needs about 3 MiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What a file holds. ``fault`` is a code, ``None`` where it is whole.

    ``fragmented``: its samples are announced piece by piece (``moof``), so the
    index does not give how much there should be; ``end_mark``: such a file ends
    in its own index (``mfra``) or began with one (``sidx``).
    """

    kinds: tuple[str, ...]
    fault: str | None = None
    fragmented: bool = False
    end_mark: bool = False


@dataclass(slots=True)
class _Index:
    movie: bytes = b""
    tracks: list[dict[str, bytes]] = field(default_factory=list)
    torn: bool = False


def walk(descriptor: int, size: int) -> Walk:
    """Look at the boxes of a file, then at the tables of its index.

    Faults: ``box-truncated`` and ``box-invalid`` (see ``boxes.top_level``),
    ``box-missing-moov`` and ``box-missing-mdat`` (no index, no media data),
    ``samples-missing`` (the index points beyond the end of the file, or is
    itself torn), ``header-lies`` (a track's or the movie's header announces
    more time than its samples last).
    """
    boxes, fault = top_level(descriptor, size)
    kinds = tuple(box.kind for box in boxes)
    fragmented = "moof" in kinds
    fault = fault or next((f"box-missing-{k}" for k in ("moov", "mdat") if k not in kinds), None)
    if fault is None:
        index = _index(descriptor, next(box for box in boxes if box.kind == "moov"))
        if index.torn or any(_samples_end(track) > size for track in index.tracks):
            fault = "samples-missing"
        elif not fragmented and _lies(index):
            fault = "header-lies"
    return Walk(
        kinds=kinds,
        fault=fault,
        fragmented=fragmented,
        end_mark="mfra" in kinds or "sidx" in kinds,
    )


def _index(descriptor: int, movie: Box) -> _Index:
    index, room = _Index(), MAX_ALL_TABLES
    waiting: list[tuple[Box, dict[str, bytes], int]] = [(movie, {}, 0)]
    while waiting:
        parent, table, depth = waiting.pop()
        for box in children(descriptor, parent):
            if box.kind == "mvhd" and box.end - box.start <= _HEADER_BYTES:
                index.movie = _content(descriptor, box)
            elif box.kind in _TABLES:
                room -= box.end - box.start
                if box.end - box.start > MAX_TABLE_BYTES or room < 0:
                    index.torn = True
                    continue
                table[box.kind] = _content(descriptor, box)
            elif box.kind in CONTAINERS and depth < 8 and len(waiting) < 256:
                if box.kind == "trak":
                    table = {}
                    index.tracks.append(table)
                waiting.append((box, table, depth + 1))
    return index


def _content(descriptor: int, box: Box) -> bytes:
    return read_at(descriptor, box.end - box.start, box.start)


def _samples_end(track: dict[str, bytes]) -> int:
    """Up to which byte of the file a track's samples reach; 0 without any."""
    chunks, sizes, runs = _chunk_offsets(track), track.get("stsz", b""), _runs(track)
    if not chunks or len(sizes) < 12 or not runs:
        return 0
    # Sizes are given one by one or, for some sound, once for all.
    uniform, count = struct.unpack_from(">II", sizes, 4)
    if not uniform and len(sizes) < 12 + 4 * count:
        return sys.maxsize  # the table itself is not all there
    furthest, sample, turn = 0, 0, 0
    for number, offset in enumerate(chunks, start=1):
        while turn + 1 < len(runs) and runs[turn + 1][0] <= number:
            turn += 1
        here = min(runs[turn][1], count - sample)
        if here <= 0:
            break
        if uniform:
            length = uniform * here
        else:
            length = sum(struct.unpack_from(f">{here}I", sizes, 12 + 4 * sample))
        furthest = max(furthest, offset + length)
        sample += here
    return furthest


def _chunk_offsets(track: dict[str, bytes]) -> array[int]:
    for kind, letter, width in (("stco", "I", 4), ("co64", "Q", 8)):
        content = track.get(kind, b"")
        if len(content) >= 8:
            count = int.from_bytes(content[4:8], "big")
            if len(content) >= 8 + width * count:
                # An array, not a tuple: a hostile index has millions of them.
                offsets = array(letter, content[8 : 8 + width * count])
                if sys.byteorder == "little":
                    offsets.byteswap()
                return offsets
    return array("I")


def _runs(track: dict[str, bytes]) -> list[tuple[int, int]]:
    """From which chunk on (1-based) how many samples a chunk holds."""
    content = track.get("stsc", b"")
    count = int.from_bytes(content[4:8], "big")
    if len(content) < 8 + 12 * count:
        return []
    rows = struct.iter_unpack(">III", content[8 : 8 + 12 * count])
    return [(first, samples) for first, samples, _ in rows]


def _lies(index: _Index) -> bool:
    """Whether a header announces clearly more time than the samples last."""
    longest, all_told = 0.0, bool(index.tracks)
    for track in index.tracks:
        announced, scale = _header_time(track.get("mdhd", b""))
        lasting = _samples_time(track)
        if lasting is None or not scale:
            all_told = False
            continue
        if announced is not None and _more(announced / scale, lasting / scale):
            return True
        longest = max(longest, lasting / scale)
    announced, scale = _header_time(index.movie)
    return bool(announced and scale and all_told and _more(announced / scale, longest, 2))


def _more(announced_s: float, lasting_s: float, factor: float = 1.05) -> bool:
    # The movie's header counts edits: a track may start late or be shown twice,
    # so only a gross difference means anything there.
    return announced_s > factor * lasting_s + _LIE_MS / 1000


def _header_time(content: bytes) -> tuple[int | None, int]:
    """Duration and ticks a second of an ``mvhd`` or ``mdhd``; ``None``: not given."""
    wide = content[:1] == b"\x01"
    if len(content) < (32 if wide else 20):
        return None, 0
    scale, duration = struct.unpack_from(">IQ" if wide else ">II", content, 20 if wide else 12)
    return (None if duration in _UNKNOWN else duration), scale


def _samples_time(track: dict[str, bytes]) -> int | None:
    """How long a track's samples last, in its own ticks; ``None``: not given."""
    content = track.get("stts", b"")
    count = int.from_bytes(content[4:8], "big")
    if len(content) < 8 + 8 * count:
        return None
    total = 0
    for repeated, delta in struct.iter_unpack(">II", content[8 : 8 + 8 * count]):
        total += repeated * delta
    return total
