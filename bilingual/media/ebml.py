"""The outermost elements of other containers: what they announce."""

from __future__ import annotations

from typing import Final

from bilingual.media.boxes import read_at

_EBML: Final = b"\x1a\x45\xdf\xa3"
_DOCTYPE: Final = b"\x42\x82"
_SEGMENT: Final = b"\x18\x53\x80\x67"
_FLV_TAG: Final = 11  # bytes of a tag's header
_STREAMED: Final = (0, 0xFFFFFFFF)


def matroska_fault(descriptor: int, size: int) -> str | None:
    """``box-truncated`` where the segment reaches beyond the end of the file.

    A segment of unknown size (a live recording) is passed: RFC 8794, 6.2.
    """
    head = read_at(descriptor, 64, 0)
    if not head.startswith(_EBML) or (size >= len(head) and _DOCTYPE not in head):
        return "box-invalid"
    length, width = _vint(head[4:])
    if width == 0 or length is None:
        return "box-invalid"
    at = 4 + width + length
    head = read_at(descriptor, 16, at)
    if not head.startswith(_SEGMENT):
        return "box-truncated" if at + 4 > size else "box-invalid"
    length, width = _vint(head[4:])
    if width == 0:
        return "box-truncated"
    return "box-truncated" if length is not None and at + 4 + width + length > size else None


def riff_fault(descriptor: int, size: int) -> str | None:
    """``box-truncated`` where the RIFF chunk reaches beyond the end of the file."""
    announced = int.from_bytes(read_at(descriptor, 4, 4), "little")
    if announced in _STREAMED:
        return None
    return "box-truncated" if announced + 8 > size else None


def flv_fault(descriptor: int, size: int) -> str | None:
    """``box-truncated`` where the file does not end in the length of its last tag."""
    length = int.from_bytes(read_at(descriptor, 4, max(0, size - 4)), "big")
    at = size - 4 - length
    if length < _FLV_TAG or at < _FLV_TAG:
        return "box-truncated"
    announced = int.from_bytes(read_at(descriptor, 3, at + 1), "big")
    return None if announced + _FLV_TAG == length else "box-truncated"


def _vint(data: bytes) -> tuple[int | None, int]:
    """A variable-size integer and its width; ``None``: unknown; width 0: invalid."""
    if not data or data[0] == 0:
        return None, 0
    width = 9 - data[0].bit_length()
    if len(data) < width:
        return None, 0
    value = int.from_bytes(data[:width], "big") & ((1 << 7 * width) - 1)
    return (None if value == (1 << 7 * width) - 1 else value), width
