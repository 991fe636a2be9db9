"""Whether a transport stream ends where its streams do (ISO/IEC 13818-1).

Nothing in it says how long it is. But each stream is cut into PES packets, and those are
spread over packets of one size: a PES packet that gives its length is all there or not,
and one that gives none (pictures) ends in a packet that is filled up with stuffing, but
for one in 184 that just fits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bilingual.media.boxes import read_at
from bilingual.media.sources import packet_size

OPEN_END: Final = "stream-end-open"
"""The last picture may go on where the file ends."""

_TAIL_BYTES: Final = 8 * 1024**2  # the largest pictures have less
_HEAD: Final = 4  # bytes of a packet before what it carries
_BODY: Final = 184
_START: Final = b"\0\0\1"
_LENGTH_AT: Final = 6  # bytes of a PES packet that its length does not count


@dataclass(slots=True)
class _Last:
    """The last PES packet of a stream that begins in the tail: bytes announced, and there."""

    announced: int | None
    held: int = 0
    filled: bool = False


def transport_fault(descriptor: int, size: int) -> str | None:
    """``box-truncated`` where the last packet, or the last PES packet of a stream, is not all
    there; ``stream-end-open`` where that cannot be known; ``None``: nothing is wrong.
    """
    step = packet_size(read_at(descriptor, 1024, 0))
    if step is None or size % step:
        return "box-truncated"
    offset = 4 if step == 192 else 0
    count = min(size, _TAIL_BYTES) // step
    tail = read_at(descriptor, count * step, size - count * step)
    streams: dict[int, _Last] = {}
    for at in range(offset, len(tail), step):
        _add(streams, tail[at : at + _HEAD + _BODY])
    if any(last.announced is not None and last.held < last.announced for last in streams.values()):
        return "box-truncated"
    open_end = any(last.announced is None and not last.filled for last in streams.values())
    return OPEN_END if open_end else None


def _add(streams: dict[int, _Last], packet: bytes) -> None:
    """Count what a packet carries of its stream."""
    stream = int.from_bytes(packet[1:3], "big") & 0x1FFF
    body = _body(packet)
    if packet[1] & 0x40:  # a unit begins: a PES packet, or a table
        streams.pop(stream, None)
        if body.startswith(_START) and len(body) >= _LENGTH_AT:
            length = int.from_bytes(body[4:6], "big")
            streams[stream] = _Last(length + _LENGTH_AT if length else None)
    if stream in streams and body:
        last = streams[stream]
        last.held += len(body)
        last.filled = len(body) < _BODY


def _body(packet: bytes) -> bytes:
    """What a packet carries, behind its adaptation field."""
    control = packet[3] >> 4 & 3 if len(packet) > _HEAD else 0
    if not control & 1:
        return b""
    return packet[_HEAD + 1 + packet[_HEAD] :] if control & 2 else packet[_HEAD:]
