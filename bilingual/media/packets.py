"""Every packet of a file's streams, without decoding any."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from operator import sub
from statistics import median
from typing import Final

from bilingual.config import MediaLimits
from bilingual.errors import MediaError
from bilingual.media.ffmpeg import bounds_of, ffmpeg_command
from bilingual.media.process import Process
from bilingual.media.sources import Source

_TIME_BASE: Final = re.compile(rb"#tb (\d+): (\d+)/(\d+)")
_PACKET: Final = re.compile(
    rb"^(\d+), *(-?\d+|NOPTS), *(-?\d+|NOPTS), *(-?\d+), *(\d+), *0x([0-9a-f]{8})"
    rb"(?:, *F=0x([0-9A-Fa-f]+))?"
)
_OUTPUT_BYTES: Final = 64 * 1024**2  # over a million packets; an hour of video has 400,000
_KEY, _DISCARD = 1, 4  # AV_PKT_FLAG_KEY, AV_PKT_FLAG_DISCARD
_TICKS: Final = 1 << 62  # no time lies beyond this
_LONGEST_MS: Final = 10**12  # nor is one beyond thirty years that of a film
_GAP_MS: Final = 15  # timestamps of whole frames or milliseconds waver by less
_SOME_BYTES: Final = 32  # a shorter packet of zeros proves nothing


@dataclass(slots=True, kw_only=True)
class Packets:
    """What the packets of one stream add up to.

    ``first_ms`` and ``end_ms``: when the first is shown and the last ends, on the
    film's clock; ``None`` without any. ``zeros``: how many hold nothing but zeros.
    ``gaps``: stretches (ms) in which there are none; ``uneven``: how many take five times
    as long as usual, or longer; ``longest_ms``: how long the longest is shown. ``alike``: how
    many have the size and checksum of an earlier one, those outside the edit list included.
    """

    count: int = 0
    keys: int = 0
    zeros: int = 0
    first_ms: int | None = None
    end_ms: int | None = None
    uneven: int = 0
    longest_ms: int = 0
    alike: int = 0
    gaps: tuple[tuple[int, int], ...] = ()

    @property
    def span_ms(self) -> int | None:
        """From the first to the end of the last."""
        if self.first_ms is None or self.end_ms is None:
            return None
        return self.end_ms - self.first_ms

    @property
    def missing_ms(self) -> int:
        """How long the gaps are together."""
        return sum(end - start for start, end in self.gaps)


def read_packets(source: Source, limits: MediaLimits, indices: list[int]) -> list[Packets]:
    """Read all packets of the named streams.

    :return: one summary for each, in the order asked for.
    :raises MediaError: a limit was hit, or no stream could be read at all.
    """
    command = ffmpeg_command(
        source, limits, [str(i) for i in indices], {"c": "copy", "f": "framecrc"}
    )
    count = _Count(len(indices))
    bounds = bounds_of(limits, output_bytes=_OUTPUT_BYTES)
    with Process(command, bounds=bounds, descriptors=[source.descriptor]) as process:
        for line in process.lines():
            count.add(line)
        status, complaint = process.finish(), process.complaint
    if status != 0 and not any(here.count for here in count.found):
        raise MediaError("media-unprobed", path=source.name, detail=complaint[-300:])
    return count.summed()


class _Count:
    """Adds up the lines of ffmpeg's ``framecrc``, one a packet."""

    def __init__(self, streams: int) -> None:
        self.found = [Packets() for _ in range(streams)]
        self._bases: dict[int, Fraction] = {}
        self._times = [array("q") for _ in range(streams)]
        self._last: dict[int, int] = {}
        self._longest = [0] * streams
        self._marks: list[set[int]] = [set() for _ in range(streams)]

    def add(self, line: bytes) -> None:
        """A line: a packet, or a heading that gives a stream's time base."""
        if line.startswith(b"#"):
            if (base := _TIME_BASE.match(line)) and int(base[3]):
                self._bases[int(base[1])] = Fraction(int(base[2]), int(base[3]))
            return
        packet = _PACKET.match(line)
        if packet is None or int(packet[1]) >= len(self.found):
            return
        stream = int(packet[1])
        flags = int(packet[7], 16) if packet[7] else _KEY
        mark = int(packet[5]) << 32 | int(packet[6], 16)
        self.found[stream].alike += mark in self._marks[stream]
        self._marks[stream].add(mark)
        if flags & _DISCARD:  # outside the edit list: never shown
            return
        here = self.found[stream]
        here.count += 1
        here.keys += flags & _KEY
        here.zeros += packet[6] == b"00000000" and int(packet[5]) >= _SOME_BYTES
        shown = packet[3] if packet[3] != b"NOPTS" else packet[2]
        if shown != b"NOPTS":
            start, end = int(shown), int(shown) + max(0, int(packet[4]))
            if abs(end) < _TICKS:
                self._times[stream].append(start)
                self._longest[stream] = max(self._longest[stream], end - start)
                self._last[stream] = max(self._last.get(stream, end), end)

    def summed(self) -> list[Packets]:
        """The summaries, with the time that each stream spans, and its gaps."""
        for stream, here in enumerate(self.found):
            if stream in self._last and stream in self._bases:
                base = 1000 * self._bases[stream]
                times = sorted(self._times[stream])
                _place(here, times, self._last[stream], base)
                longest = max(map(sub, times[1:], times), default=0)
                here.longest_ms = round(max(longest, self._longest[stream]) * base)
        return self.found


def _place(here: Packets, times: list[int], last: int, base: Fraction) -> None:
    """Fill in the times of a stream, from those of its packets in order of showing.

    :param base: milliseconds a tick.
    """
    here.first_ms, here.end_ms = _moment(times[0] * base), _moment(last * base)
    steps = [b - a for a, b in pairwise(times)]
    usual = median(steps) if steps else 0
    if not usual:
        return
    least = usual + max(usual / 2, float(_GAP_MS / base))
    here.gaps = tuple(
        (_moment((at + usual) * base), _moment((at + step) * base))
        for at, step in zip(times, steps, strict=False)
        if step > least
    )
    here.uneven = sum(step >= 5 * usual for step in steps)


def _moment(ms: Fraction | float) -> int:
    return max(-_LONGEST_MS, min(_LONGEST_MS, round(ms)))
