"""Every packet of a file's streams, without decoding any."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from bilingual.config import MediaLimits
from bilingual.errors import MediaError
from bilingual.media.runner import bounds_of, ffmpeg_command, run
from bilingual.media.sources import Source

_TIME_BASE: Final = re.compile(rb"#tb (\d+): (\d+)/(\d+)")
_PACKET: Final = re.compile(
    rb"^(\d+), *(-?\d+|NOPTS), *(-?\d+|NOPTS), *(-?\d+), *(\d+), *0x([0-9a-f]{8})"
    rb"(?:, *F=0x([0-9A-Fa-f]+))?"
)
_OUTPUT_BYTES: Final = 256 * 1024**2
_KEY, _DISCARD = 1, 4  # AV_PKT_FLAG_KEY, AV_PKT_FLAG_DISCARD
_SOME_BYTES: Final = 32  # a shorter packet of zeros proves nothing


@dataclass(slots=True, kw_only=True)
class Packets:
    """What the packets of one stream add up to.

    ``span_ms``: from the first shown to the end of the last; ``None`` without
    any. ``zeros``: how many hold nothing but zeros.
    """

    count: int = 0
    keys: int = 0
    zeros: int = 0
    span_ms: int | None = None


def read_packets(source: Source, limits: MediaLimits, indices: list[int]) -> list[Packets]:
    """Read all packets of the named streams.

    :return: one summary for each, in the order asked for.
    :raises MediaError: a limit was hit, or no stream could be read at all.
    """
    command = ffmpeg_command(
        source, limits, [str(i) for i in indices], {"c": "copy", "f": "framecrc"}
    )
    bounds = bounds_of(limits, output_bytes=_OUTPUT_BYTES)
    done = run(command, bounds=bounds, descriptors=[source.descriptor])
    found = [Packets() for _ in indices]
    bases: dict[int, Fraction] = {}
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for line in done.stdout.splitlines():
        if line.startswith(b"#"):
            if (base := _TIME_BASE.match(line)) and int(base[3]):
                bases[int(base[1])] = Fraction(int(base[2]), int(base[3]))
            continue
        packet = _PACKET.match(line)
        if packet is None or int(packet[1]) >= len(found):
            continue
        stream = int(packet[1])
        flags = int(packet[7], 16) if packet[7] else _KEY
        if flags & _DISCARD:  # outside the edit list: nobody sees it
            continue
        here = found[stream]
        here.count += 1
        here.keys += flags & _KEY
        here.zeros += packet[6] == b"00000000" and int(packet[5]) >= _SOME_BYTES
        shown = packet[3] if packet[3] != b"NOPTS" else packet[2]
        if shown != b"NOPTS":
            start, end = int(shown), int(shown) + max(0, int(packet[4]))
            first[stream] = min(first.get(stream, start), start)
            last[stream] = max(last.get(stream, end), end)
    if done.status != 0 and not any(here.count for here in found):
        raise MediaError("media-unprobed", path=source.name, detail=done.complaint[-300:])
    for stream, here in enumerate(found):
        if stream in last and stream in bases:
            here.span_ms = round(1000 * (last[stream] - first[stream]) * bases[stream])
    return found
