"""How the times of two clocks belong together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Time = TypeVar("Time", float, NDArray[np.float64])
else:
    Time = TypeVar("Time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """From ``at_ms`` on (the source clock's time) the offset is ``offset_ms``."""

    at_ms: int
    offset_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockMap:
    """A map of times, in milliseconds, from a source clock to a target clock.

    ``target_ms = rate * source_ms + offset_ms`` until the first of ``jumps``, and from
    each jump on with that jump's offset. ``rate`` is above 0; ``jumps`` rise in time.

    A jump back (the offset falls) gives two source times to some target times, a jump
    forward gives none to others. One rule decides both: the inverse of a target time is
    the latest source time whose target is not after it. Of two times that is the later
    one, where the jump is behind; in a gap it is the time of the jump.
    """

    rate: float = 1.0
    offset_ms: float = 0.0
    jumps: tuple[Jump, ...] = ()

    def forward(self, source_ms: Time) -> Time:
        """The target's time for a time of the source, or an array for an array."""
        offset: Any = self.offset_ms
        for jump in self.jumps:
            after = source_ms >= jump.at_ms
            offset = after * jump.offset_ms + (1 - after) * offset
        target: Time = self.rate * source_ms + offset
        return target

    def inverse(self, target_ms: float) -> float:
        """The source's time for a time of the target; the class names the rule at jumps."""
        until: float | None = None
        for jump in reversed(self.jumps):
            source = (target_ms - jump.offset_ms) / self.rate
            if source >= jump.at_ms:
                return source if until is None else min(source, until)
            until = jump.at_ms
        source = (target_ms - self.offset_ms) / self.rate
        return source if until is None else min(source, until)

    def shift_at(self, target_ms: float) -> float:
        """How much later the target's clock shows that moment than the source's, in ms."""
        return target_ms - self.inverse(target_ms)

    def steps(self) -> Iterator[tuple[int, float]]:
        """When each jump comes (source, ms) and by how much the offset changes there."""
        before = self.offset_ms
        for jump in self.jumps:
            yield jump.at_ms, jump.offset_ms - before
            before = jump.offset_ms

    def inverted(self) -> ClockMap:
        """The map from target to source, its jumps to the nearest millisecond.

        Its ``forward`` is this map's ``inverse`` but for the gap of a jump forward: a map
        cannot pause, and runs on with the offset from before until the gap ends.
        """
        return ClockMap(
            rate=1 / self.rate,
            offset_ms=-self.offset_ms / self.rate,
            jumps=tuple(
                Jump(
                    at_ms=round(self.rate * jump.at_ms + jump.offset_ms),
                    offset_ms=round(-jump.offset_ms / self.rate),
                )
                for jump in self.jumps
            ),
        )

    def then(self, other: ClockMap) -> ClockMap:
        """Both maps in turn, as one, its jumps to the nearest millisecond.

        :param other: from this map's target clock to a third one.
        """
        rate = self.rate * other.rate
        starts = [None, *(jump.at_ms for jump in self.jumps), None]
        offsets = [self.offset_ms, *(float(jump.offset_ms) for jump in self.jumps)]
        pieces: list[tuple[float | None, float]] = []
        for (start, end), offset in zip(pairwise(starts), offsets, strict=True):
            steps = [(None, other.offset_ms), *((j.at_ms, j.offset_ms) for j in other.jumps)]
            for at, further in steps:
                begins = None if at is None else (at - offset) / self.rate
                if end is not None and begins is not None and begins >= end:
                    break
                if start is not None and (begins is None or begins < start):
                    begins = start
                if pieces and pieces[-1][0] == begins:
                    pieces.pop()
                pieces.append((begins, other.rate * offset + further))
        (_, first), *later = pieces
        return ClockMap(
            rate=rate,
            offset_ms=first,
            jumps=tuple(
                Jump(at_ms=round(at), offset_ms=round(offset))
                for at, offset in later
                if at is not None
            ),
        )

    def simplified(self, *, near_ms: int, same_ms: int) -> ClockMap:
        """The map to the nearest millisecond, without what a measurement cannot tell apart.

        :param near_ms: of jumps closer than this the last alone is kept.
        :param same_ms: a jump that changes the offset by less is left out.
        """
        kept: list[Jump] = []
        for jump in self.jumps:
            if kept and jump.at_ms - kept[-1].at_ms < near_ms:
                kept.pop()
            kept.append(jump)
        now = round(self.offset_ms)
        jumps: list[Jump] = []
        for jump in kept:
            if abs(jump.offset_ms - now) >= same_ms:
                jumps.append(jump)
                now = jump.offset_ms
        return ClockMap(
            rate=round(self.rate, 6), offset_ms=round(self.offset_ms), jumps=tuple(jumps)
        )

    def to_dict(self) -> dict[str, Any]:
        """The map as JSON values: offsets to the millisecond, the rate to six digits."""
        return {
            "rate": round(self.rate, 6),
            "offset_ms": round(self.offset_ms),
            "jumps": [{"at_ms": j.at_ms, "offset_ms": j.offset_ms} for j in self.jumps],
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> ClockMap:
        """The map that :meth:`to_dict` wrote. ``KeyError`` where a part is absent."""
        return cls(
            rate=plain["rate"],
            offset_ms=plain["offset_ms"],
            jumps=tuple(Jump(at_ms=j["at_ms"], offset_ms=j["offset_ms"]) for j in plain["jumps"]),
        )
