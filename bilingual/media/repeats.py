"""How much of a picture's length is material of its own, and not shown again or held.

A container can give length without material: an edit list that plays four seconds
forty times, sample tables or fragments that use the same bytes again, packets copied
over and over, one frame that lasts an hour. The packets are read once, without
decoding, with their place in the file and a checksum.
"""

from __future__ import annotations

import os
from collections import deque
from dataclasses import dataclass
from typing import Final

from bilingual.config import MediaLimits
from bilingual.errors import MediaError
from bilingual.media.binaries import ffmpeg_binaries
from bilingual.media.ffmpeg import bounds_of, probe_arguments
from bilingual.media.process import Process
from bilingual.media.sources import Source
from bilingual.model import VideoStream

LONGEST_FRAME_S: Final = 10.0
"""A frame that is shown longer counts for this long: beyond, nothing is there to see."""

_SHOWN: Final = "packet=dts_time,duration_time,size,pos,flags,data_hash"
_OUTPUT_BYTES: Final = 128 * 1024**2  # over a million packets
_FIELDS: Final = 6
_MOST_S: Final = 1e9  # thirty years; no film has a time beyond
_LOWEST_SHARE: Final = 12
"""A packet of less than this share of its key frame shows (next to) nothing new: those of
a picture that stands still come out the same each time."""
_LEAST_BYTES: Final = 64  # nor does any smaller one: a plain colour has small key frames, too
_ALIKE: Final = 3  # nor does one like one of so many before it, or of exactly its size


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Milliseconds that are shown again, and that single frames are held beyond ten seconds."""

    repeated_ms: int
    held_ms: int


def material(source: Source, limits: MediaLimits, picture: VideoStream) -> Material | None:
    """What of a picture's length is nothing of its own; ``None`` where it cannot be told.

    :raises MediaError: ``media-timeout``.
    """
    binaries = ffmpeg_binaries(limits.ffmpeg)
    os.lseek(source.descriptor, 0, os.SEEK_SET)
    command = [str(binaries.ffprobe), "-v", "error", "-select_streams", str(picture.index)]
    command += ["-show_entries", _SHOWN, "-show_data_hash", "crc32", "-of", "csv=p=0"]
    command += probe_arguments(source, limits)
    count = _Count()
    bounds = bounds_of(limits, output_bytes=_OUTPUT_BYTES)
    try:
        with Process(command, bounds=bounds, descriptors=[source.descriptor]) as process:
            for line in process.lines():
                count.add(line)
            process.finish()
    except MediaError as error:
        if error.code != "media-output-limit":
            raise
        return None
    return count.summed()


class _Count:
    """Adds up ffprobe's lines, one a packet."""

    def __init__(self) -> None:
        self._places: set[int] = set()
        self._marks: set[int] = set()
        self._key_bytes = 0
        self._key_known = False
        self._sizes: deque[int] = deque(maxlen=_ALIKE)
        self._last_marks: deque[int] = deque(maxlen=_ALIKE)
        self._last_keys: deque[int] = deque(maxlen=_ALIKE)
        self._waiting: tuple[float | None, float, bool] | None = None
        self._repeated = self._held = 0.0
        self._packets = 0

    def add(self, line: bytes) -> None:
        """A packet: time, length, size, place, flags, checksum."""
        fields = line.strip().split(b",")
        if len(fields) < _FIELDS:
            return
        at, length = _seconds(fields[0]), _seconds(fields[1]) or 0.0
        size, flags = int(fields[2] or 0), fields[4]
        again = self._again(fields[3], size, flags, fields[5])
        if b"D" in flags:  # outside the edit list: decoded and not shown
            return
        self._close(at)
        self._packets += 1
        self._waiting = (at, length, again)

    def summed(self) -> Material | None:
        """What they add up to; ``None`` without any packet."""
        self._close(None)
        if not self._packets:
            return None
        repeated, held = (min(_MOST_S, total) for total in (self._repeated, self._held))
        return Material(repeated_ms=round(1000 * repeated), held_ms=round(1000 * held))

    def _again(self, place: bytes, size: int, flags: bytes, checksum: bytes) -> bool:
        """Whether these bytes of the file, or a copy of them, were shown before."""
        key = b"K" in flags
        mark = size << 32 | int(checksum.rpartition(b":")[2] or b"0", 16)
        # A picture that stands still comes out as the same packets each time: those
        # right after their like, and those that hold next to nothing, are no copies.
        # Nor are those that follow another key frame than their like: what is copied
        # is copied from a key frame on.
        if key:
            self._key_known = mark in self._marks
            copied = self._key_known and mark not in self._last_keys
            self._last_keys.append(mark)
            self._key_bytes = size
        else:
            moves = size >= max(_LEAST_BYTES, self._key_bytes / _LOWEST_SHARE)
            moves = moves and size not in self._sizes
            known = self._key_known and mark in self._marks
            copied = known and mark not in self._last_marks and moves
            self._sizes.append(size)
            self._last_marks.append(mark)
        self._marks.add(mark)
        if not place.isdigit():
            return copied
        same = int(place) in self._places
        self._places.add(int(place))
        return same or copied

    def _close(self, following: float | None) -> None:
        """The packet before lasts until this one, or as long as it says."""
        if self._waiting is None:
            return
        at, length, again = self._waiting
        if at is not None and following is not None:
            length = max(length, following - at)
        if again:
            self._repeated += length
        else:
            self._held += max(0.0, length - LONGEST_FRAME_S)


def _seconds(text: bytes) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < _MOST_S else None
