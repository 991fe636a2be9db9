"""Whether ffmpeg may see a file at all: its boxes, followed as libavformat follows them.

The code of ffmpeg's mov demuxer for still pictures (HEIF, AVIF) has published
weaknesses, and no film needs it. So the file is read here as that demuxer reads
it (``mov_read_default`` and what it calls, libavformat/mov.c of releases 5 to 8):
a second look into ``free`` for a lost index, sizes of 0 and of 64 bits, boxes
that reach beyond what holds them, ``meta`` with and without a version, parts of
a fragmented file that an index (``sidx``, ``tfra``) names by their place.

Where ffmpeg would give up, this goes on, and it looks at more than ffmpeg does,
never at less. Besides, all bytes of the file are searched for the one sequence
without which the weak code cannot be reached, wherever it stands: a box that a
later release of ffmpeg opens and this module does not is found so.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator
from typing import Final

from bilingual.media.boxes import MAX_BOXES, read_at

STILL_PICTURE: Final = frozenset({b"iprp", b"ispe", b"iloc", b"iinf", b"iref"})
"""Boxes that make libavformat read still pictures."""
MAX_ALL_BOXES: Final = 500_000
"""Boxes at every depth; an hour in fragments of a second has 60,000."""
MAX_EDITS: Final = 2000
"""Entries of an edit list; ffmpeg takes a minute for 100,000. Cameras write one or two."""
MAX_DEPTH: Final = 10
"""How deep libavformat follows boxes (``atom_depth``)."""

_CONTAINERS: Final = frozenset(
    {
        *(b"moov", b"trak", b"mdia", b"minf", b"dinf", b"stbl", b"edts", b"tref", b"udta"),
        *(b"moof", b"traf", b"mvex", b"ilst", b"wave", b"sinf", b"schi"),
    }
)
_SECOND_LOOK: Final = frozenset({b"free", b"hoov"})
_INDEX_HEADS: Final = (b"mvhd", b"cmov")
# The header of iprp with a size of 32 bits, or of 64.
_PROPERTIES: Final = re.compile(rb"iprp(?:.{4}|.{12})ipco", re.DOTALL)
_ENDLESS: Final = (1 << 63) - 1
_WINDOW: Final = 1 << 16
_BLOCK: Final = 1 << 22
_STSD_MOST: Final = 0x7FFFF  # from here on libavformat leaves the rest of a sample entry
# Bytes of a sample entry before its boxes: of pictures, and of sound by its version.
_VISUAL, _SOUND, _SOUND_WIDEST = 86, 36, 72
_PALETTE: Final = 2064
_SOUND_ENTRIES: Final = frozenset(
    {
        *(b"mp4a", b"ac-3", b"ec-3", b"alac", b"Opus", b"fLaC", b".mp3", b"samr", b"sawb"),
        *(b"sowt", b"twos", b"lpcm", b"in24", b"in32", b"fl32", b"ulaw", b"alaw", b"raw "),
    }
)
_BARE_ENTRIES: Final = frozenset(
    {*(b"tmcd", b"tx3g", b"text", b"mp4s", b"c608", b"rtp ", b"stpp", b"wvtt")}
)
_KEPT: Final = 64
_RACY_S: Final = 2.0


class _Refused(Exception):  # noqa: N818 - the answer, found deep in a walk
    """The argument is the error's code."""


def screened(descriptor: int, size: int) -> str | None:
    """Why ffmpeg should not see a file, as an error's code; ``None``: it may.

    ``media-still-picture``: ffmpeg would read still pictures (HEIF, AVIF) from it
    (CVE-2026-96611 and the code around it). ``media-index-compressed``: within
    such an index nothing can be looked for. ``media-too-many-parts``: to walk
    through it alone takes seconds, or its edit list has thousands of entries.
    ``media-structure-unclear``: its parts
    contradict each other in a way that leaves open what ffmpeg would read.

    The answer for a file is kept while its descriptor shows no change.
    """
    status = os.fstat(descriptor)
    identity = (status.st_dev, status.st_ino, size, status.st_mtime_ns, status.st_ctime_ns)
    if identity in _answers:
        with contextlib.suppress(KeyError):  # another thread may just have dropped it
            return _answers[identity]
    answer = _answer(descriptor, size)
    after = os.fstat(descriptor)
    # A change within the clock's own step would leave the times as they are.
    settled = time.time() - max(after.st_mtime, after.st_ctime) > _RACY_S
    if settled and identity[3:] == (after.st_mtime_ns, after.st_ctime_ns):
        while len(_answers) >= _KEPT:
            _answers.pop(next(iter(_answers)), None)
        _answers[identity] = answer
    return answer


_answers: dict[tuple[int, ...], str | None] = {}


def _answer(descriptor: int, size: int) -> str | None:
    try:
        _Walk(descriptor, size).all()
    except _Refused as refused:
        return str(refused)
    return "media-still-picture" if _properties_anywhere(descriptor, size) else None


def _properties_anywhere(descriptor: int, size: int) -> bool:
    """Whether ``iprp`` with ``ipco`` as its first child is anywhere in the file.

    ``mov_read_iprp`` gives up unless ``ipco`` comes first, so the weak code
    needs these eight bytes: they come about by chance once in 10^19.
    """
    before = b""
    for at in range(0, size, _BLOCK):
        block = before + read_at(descriptor, min(_BLOCK, size - at), at)
        if _PROPERTIES.search(block):
            return True
        before = block[-23:]
    return False


class _Walk:
    """One walk over a file; raises ``_Refused``."""

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor = descriptor
        self._size = size
        self._window, self._from = b"", 0
        self._count = 0
        self._tops: set[int] = set()
        self._named: list[int] = []  # where an index says that parts begin
        self._loose: list[int] = []  # where libavformat might go on reading

    def all(self) -> None:
        """The file from its start, then from wherever an index would send ffmpeg."""
        self._boxes(0, self._size, b"root", 0)
        self._fragments_at_the_end()
        if not self._named:
            return
        tried: set[int] = set()
        while self._named or self._loose:
            at = (self._named or self._loose).pop()
            if 0 <= at < self._size and at not in self._tops and at not in tried:
                tried.add(at)
                self._boxes(at, _ENDLESS, b"root", 0)

    def _bytes(self, at: int, count: int) -> bytes:
        if not 0 <= at < self._size:
            return b""
        if count > _WINDOW // 2:
            return read_at(self._descriptor, count, at)
        if not (self._from <= at and at + count <= self._from + len(self._window)):
            self._window, self._from = read_at(self._descriptor, _WINDOW, at), at
        return self._window[at - self._from : at - self._from + count]

    def _number(self, at: int, width: int) -> int:
        return int.from_bytes(self._bytes(at, width), "big")

    def _boxes(self, at: int, size: int, parent: bytes, depth: int) -> None:
        """``mov_read_default``: the boxes within ``size`` bytes from ``at`` on."""
        if depth > MAX_DEPTH:
            raise _Refused("media-structure-unclear")
        total = 0
        while total <= size - 8:
            if parent == b"root":
                if at in self._tops:  # walked before
                    return
                self._tops.add(at)
                if len(self._tops) > MAX_BOXES:
                    raise _Refused("media-too-many-parts")
            head = self._bytes(at, 16)
            if len(head) < 8:
                return
            kind, length = head[4:8], int.from_bytes(head[:4], "big")
            total += 8
            start = at + 8
            if length == 1 and total + 8 <= size:
                if len(head) < 16:
                    return
                length = int.from_bytes(head[8:16], "big", signed=True) - 8
                total += 8
                start += 8
            self._counted(kind)
            if length == 0:
                length = size - total + 8
            length -= 8
            if length < 0:
                return
            if length > size - total:
                self._loose.append(at)
                length = size - total
            self._box(kind, start, length, depth)
            at = start + length
            total += length
        if 0 < size - total < 8:
            self._loose.append(at)

    def _counted(self, kind: bytes) -> None:
        self._count += 1
        if self._count > MAX_ALL_BOXES:
            raise _Refused("media-too-many-parts")
        if kind in STILL_PICTURE:
            raise _Refused("media-still-picture")

    def _box(self, kind: bytes, start: int, length: int, depth: int) -> None:
        if kind in _SECOND_LOOK and self._bytes(start + 4, 4) in _INDEX_HEADS:
            kind = b"moov"
        if kind in _CONTAINERS:
            if kind == b"moof":
                # libavformat takes a header of 8 bytes for granted here.
                self._loose.append(start - 8)
            self._boxes(start, length, kind, depth + 1)
        elif kind == b"meta":
            self._meta(start, length, depth)
        elif kind == b"stsd":
            self._sample_entries(start, length)
        elif kind == b"sidx":
            self._segment_index(start, length)
        elif kind == b"elst":
            if self._number(start + 4, 4) > MAX_EDITS and length > 12 * MAX_EDITS:
                raise _Refused("media-too-many-parts")
        elif kind == b"cmov":
            raise _Refused("media-index-compressed")

    def _meta(self, start: int, length: int, depth: int) -> None:
        """``mov_read_meta``: its boxes begin at ``hdlr``, wherever that is."""
        for tag in _positions(self._descriptor, b"hdlr", start, min(start + length, self._size)):
            step = tag - start
            if step % 4 == 0 and length - step > 8:
                self._boxes(tag - 4, length - step + 4, b"meta", depth + 1)
                return

    def _sample_entries(self, start: int, length: int) -> None:
        """The bytes of the entries, since where their boxes begin hangs on the codec."""
        end = start + length
        if length > _STSD_MOST:
            raise _Refused("media-structure-unclear")
        content = self._bytes(start, length)
        if b"cmov" in content:
            raise _Refused("media-index-compressed")
        if any(kind in content for kind in STILL_PICTURE):
            raise _Refused("media-still-picture")
        if end >= self._size:  # cut off with the file: nothing comes after it
            return
        count, at = int.from_bytes(content[4:8], "big"), 8
        if count > 1024:  # libavformat reads none of them
            return
        for number in range(count):
            entry = int.from_bytes(content[at : at + 4], "big")
            if entry < 8:  # nor any from here on
                return
            # One that reaches further, or is shorter than its own fields with
            # another behind it, would have ffmpeg read on where this does not.
            # An entry with a palette may be longer than the least.
            short = entry < _VISUAL + _PALETTE and number + 1 < count
            if at + entry > length or (short and not _well_formed(content[at : at + entry])):
                raise _Refused("media-structure-unclear")
            at += entry

    def _segment_index(self, start: int, length: int) -> None:
        """``sidx``: where the parts of a fragmented file begin."""
        wide = self._number(start, 1) == 1
        fields = start + 12
        offset = start + length + self._number(fields + (8 if wide else 4), 8 if wide else 4)
        fields += 18 if wide else 10
        for item in range(self._number(fields, 2)):
            if not 0 <= offset < self._size:
                return
            self._named.append(offset)
            self._counted(b"")
            offset += self._number(fields + 2 + 12 * item, 4)

    def _fragments_at_the_end(self) -> None:
        """``mfra``, found as libavformat finds it: by the last four bytes of the file."""
        at = self._size - self._number(self._size - 4, 4)
        if at < 0 or self._bytes(at + 4, 4) != b"mfra":
            return
        at += 8
        while self._bytes(at + 4, 4) == b"tfra":
            length = self._number(at, 4)
            wide = self._number(at + 8, 1) == 1
            sizes = self._number(at + 16, 4)
            entry = (16 if wide else 8) + sum((sizes >> shift & 3) + 1 for shift in (4, 2, 0))
            fields = at + 24
            for item in range(self._number(at + 20, 4)):
                where = fields + item * entry + (8 if wide else 4)
                if where >= self._size:
                    break
                self._named.append(self._number(where, 8 if wide else 4))
                self._counted(b"")
            if length < 8:
                return
            at += length


def _well_formed(entry: bytes) -> bool:
    """Whether a sample entry is at least as long as libavformat takes it to be."""
    kind = entry[4:8]
    if kind in _BARE_ENTRIES:
        return True
    if kind in _SOUND_ENTRIES:
        return len(entry) >= (_SOUND if entry[16:18] == b"\0\0" else _SOUND_WIDEST)
    if len(entry) < _VISUAL:
        return False
    depth = int.from_bytes(entry[82:84], "big")
    return depth & 0x1F not in (1, 2, 4, 8)  # with a palette behind the fields


def _positions(descriptor: int, tag: bytes, start: int, end: int) -> Iterator[int]:
    """Where four bytes stand in a stretch of a file, in order."""
    before = b""
    for at in range(start, end, _BLOCK):
        block = before + read_at(descriptor, min(_BLOCK, end - at), at)
        base = at - len(before)
        found = block.find(tag)
        while found >= 0:
            yield base + found
            found = block.find(tag, found + 1)
        before = block[-3:]
