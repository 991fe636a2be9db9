"""Opening a media file once, safely, and telling by its bytes what it is."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bilingual.config import MediaLimits
from bilingual.errors import InputError, MediaError
from bilingual.files import held_descriptor, opened_plain, plain_descriptor
from bilingual.media.boxes import read_at
from bilingual.media.screen import screened

DEMUXERS: Final = {
    "mov": "mov,mp4,m4a,3gp,3g2,mj2",
    "matroska": "matroska,webm",
    "wav": "wav",
    "flac": "flac",
    "mp3": "mp3",
    "ogg": "ogg",
    "mpegts": "mpegts",
    "flv": "flv",
    "avi": "avi",
}
"""Which demuxers may read a family: no playlist, no image sequence, no network.

Transport streams, FLV and AVI are what editors and broadcasters really deliver, and their
demuxers open nothing else (AVI's own subtitles would need another format on the list).
What else there is (``_NAMED``) is named and stays closed: each demuxer more is more to trust.
"""

_NAMED: Final = (
    ("asf", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),  # WMV, WMA
    ("rm", b".RMF"),  # RealMedia, RMVB
    ("mpeg", b"\0\0\x01\xba"),  # program stream: MPG, VOB
    ("mpegvideo", b"\0\0\x01\xb3"),
    ("mxf", b"\x06\x0e\x2b\x34\x02\x05"),
    ("swf", b"FWS"),
    ("swf", b"CWS"),
    ("ivf", b"DKIF"),
    ("dv", b"\x1f\x07\x00"),
    ("wtv", b"\xb7\xd8\x00\x20\x37\x49\xda\x11"),
    ("qsv", b"QIYI VIDEO"),  # what a Chinese site's own player downloads
)
"""What the files of families begin with that are known by name and not opened."""

_RIFF: Final = {b"WAVE": "wav", b"AVI ": "avi", b"CDXA": "mpeg"}
HEAD_BYTES: Final = 1024
"""So many bytes of a file show its family."""

_SYNC: Final = 0x47

# Box types that an ISO base media or QuickTime file may begin with.
_MOV_BOXES: Final = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"})


_CODES: Final = {"file-is-link": "media-is-link", "file-special": "media-not-regular"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An opened media file: its descriptor, its family, its name for messages, its size."""

    descriptor: int
    family: str
    name: str
    bytes: int
    path: Path

    def url(self, *, has_fd: bool) -> str:
        """What ffmpeg opens: our descriptor, never a name that it could parse.

        A build without the ``fd`` protocol (before 6.0) gets the descriptor's
        name under /dev/fd; where there is none (Windows) the absolute path.
        """
        if has_fd:
            return "fd:"
        if os.name == "posix":
            return f"file:/dev/fd/{self.descriptor}"
        return f"file:{self.path.resolve()}"

    def options(self, limits: MediaLimits, codecs: str, *, has_fd: bool) -> dict[str, Any]:
        """Options that come before ``-i``, for ffmpeg and ffprobe alike."""
        options: dict[str, Any] = {
            "f": DEMUXERS[self.family].split(",", 1)[0],
            "protocol_whitelist": "fd" if has_fd else "file",
            "format_whitelist": DEMUXERS[self.family],
            "codec_whitelist": codecs,
            "max_alloc": limits.max_alloc_bytes,
            "max_pixels": limits.max_pixels,
            "max_streams": limits.max_streams,
        }
        if has_fd:
            options["fd"] = self.descriptor
        return options


@contextlib.contextmanager
def opened(path: Path, limits: MediaLimits) -> Iterator[Source]:
    """Open a media file once, and recognize its family by its first bytes.

    A symbolic link is refused, as is whatever is no ordinary file: what comes
    out of an upload's archive must not lead elsewhere. Where the file is held open
    (:func:`bilingual.files.held`), it is that one.

    :raises MediaError: ``media-is-link``, ``media-not-regular``,
        ``media-too-big``, ``media-unreadable-file``, ``media-not-media``,
        ``media-container-unread`` (it is named, and not opened) or one of
        ``screen.screened``.
    """
    name = path.name
    descriptor = _descriptor(path)
    try:
        status = os.fstat(descriptor)
        if status.st_size > limits.max_bytes:
            raise MediaError("media-too-big", path=name, limit=limits.max_bytes)
        family = family_of(read_at(descriptor, HEAD_BYTES, 0))
        if family is None:
            raise MediaError("media-not-media", path=name)
        if family not in DEMUXERS:
            raise MediaError("media-container-unread", path=name, container=family)
        refusal = screened(descriptor, status.st_size) if family == "mov" else None
        if refusal is not None:
            raise MediaError(refusal, path=name)
        yield Source(
            descriptor=descriptor, family=family, name=name, bytes=status.st_size, path=path
        )
    finally:
        os.close(descriptor)


def _descriptor(path: Path) -> int:
    found = held_descriptor(path)
    if found is not None:
        return found
    try:
        return plain_descriptor(path)
    except InputError as error:
        code = _CODES.get(error.code, "media-unreadable-file")
        raise MediaError(code, **(error.params | {"path": path.name})) from error


def refuse_too_big(path: Path, limits: MediaLimits) -> None:
    """See that a file is no larger than media may be, before anything else is done with it.

    :raises MediaError: ``media-too-big``.
    :raises InputError: as :func:`bilingual.files.opened_plain`.
    """
    with opened_plain(path) as file:
        if os.fstat(file.fileno()).st_size > limits.max_bytes:
            raise MediaError("media-too-big", path=path.name, limit=limits.max_bytes)


def family_of(head: bytes) -> str | None:
    """The family that a file's first kilobyte shows; ``None``: none that is known.

    One that is not in ``DEMUXERS`` is known by name only.
    """
    if head[4:8] in _MOV_BOXES:
        return "mov"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if head.startswith(b"FLV") and head[4:5] in (b"\0", b"\1", b"\4", b"\5"):
        return "flv"
    if packet_size(head):
        return "mpegts"
    if head.startswith(b"fLaC"):
        return "flac"
    if head.startswith(b"OggS"):
        return "ogg"
    named = next((family for family, mark in _NAMED if head.startswith(mark)), None)
    if named is not None:
        return named
    # An MPEG audio frame: eleven set bits, and no reserved version or layer.
    frame = len(head) > 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0
    if head.startswith(b"ID3") or (frame and head[1] & 0x18 != 0x08 and head[1] & 0x06 == 0x02):
        return "mp3"
    return None


def packet_size(head: bytes) -> int | None:
    """Bytes a packet of a transport stream (ISO/IEC 13818-1, 2.4.3.2); ``None``: it is none.

    188, or with a time stamp before (192) or a checksum behind (204).
    """
    for size, at in ((188, 0), (192, 4), (204, 0)):
        marks = head[at::size]
        if len(marks) > 2 and all(mark == _SYNC for mark in marks):
            return size
    return None
