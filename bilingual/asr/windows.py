"""Pieces of speech put together to what a recogniser takes at once.

Whisper computes on thirty seconds whatever it is given: a sentence of four seconds by
itself costs as much as seven of them. So pieces that lie apart are joined, the pauses
between them cut short, and what is heard is put back at its own time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bilingual.model import Segment, Span, Word

if TYPE_CHECKING:
    from bilingual.asr.base import Audio

JOINED_SILENCE_MS = 500
"""A pause longer than this, padding aside, is cut out where pieces are joined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Stretches of the sound, in order and apart, that are listened to as one.

    Its own time runs from 0 to ``duration_ms``, without what lies between them.
    """

    parts: tuple[Span, ...]

    @property
    def duration_ms(self) -> int:
        """Milliseconds of sound in it."""
        return sum(part.duration_ms for part in self.parts)

    def sound(self, audio: Audio, sample_rate: int) -> Audio:
        """Its samples, shape (samples,).

        :param audio: the whole sound, mono.
        """
        import numpy as np

        rate = sample_rate // 1000
        return np.concatenate([audio[p.start_ms * rate : p.end_ms * rate] for p in self.parts])

    def after(self, time_ms: int) -> Window | None:
        """What of it comes after a time of the whole sound; ``None`` for nothing."""
        left = tuple(
            Span(start_ms=max(part.start_ms, time_ms), end_ms=part.end_ms)
            for part in self.parts
            if part.end_ms > time_ms
        )
        return Window(parts=left) if left else None

    def split(self, time_ms: int) -> tuple[Window, ...]:
        """It in two at a time of the whole sound; one where nothing lies on one side."""
        before = tuple(
            Span(start_ms=part.start_ms, end_ms=min(part.end_ms, time_ms))
            for part in self.parts
            if part.start_ms < time_ms
        )
        halves = (Window(parts=before) if before else None, self.after(time_ms))
        return tuple(half for half in halves if half is not None)

    def placed(self, segment: Segment) -> Iterator[Segment]:
        """A segment in the time of the whole sound, cut where two stretches were joined.

        A word belongs to the stretch that its middle lies in, and stays within it.

        :param segment: its times in the window's own time, in ms.
        """
        if not segment.words:
            start, end = self._moved(segment.start_ms), self._moved(segment.end_ms, end=True)
            yield replace(segment, start_ms=start, end_ms=max(start, end))
            return
        groups: dict[int, list[Word]] = {}
        for word in segment.words:
            number, _ = self._part((word.start_ms + word.end_ms) / 2)
            groups.setdefault(number, []).append(word)
        for number, words in sorted(groups.items()):
            inside = tuple(self._kept(word, number) for word in words)
            first, last = min(w.start_ms for w in inside), max(w.end_ms for w in inside)
            if len(groups) == 1:
                text = segment.text
                # Its own times may reach over its words'.
                first = min(first, self._within(segment.start_ms, number))
                last = max(last, self._within(segment.end_ms, number))
            else:
                text = "".join(word.text for word in words)
            yield replace(segment, start_ms=first, end_ms=last, text=text, words=inside)

    def _part(self, own_ms: float, *, end: bool = False) -> tuple[int, int]:
        """Which stretch a time of its own lies in, and that stretch's start there.

        :param end: whether an end is meant, which belongs to what comes before a join.
        """
        begins = 0
        for number, part in enumerate(self.parts):
            until = begins + part.duration_ms
            if own_ms < until or (end and own_ms == until) or number == len(self.parts) - 1:
                break
            begins = until
        return number, begins

    def _moved(self, own_ms: int, *, end: bool = False) -> int:
        return self._within(own_ms, self._part(own_ms, end=end)[0])

    def _within(self, own_ms: int, number: int) -> int:
        """A time of its own as one of the whole sound, kept within a stretch."""
        part = self.parts[number]
        begins = sum(p.duration_ms for p in self.parts[:number])
        return min(max(part.start_ms + own_ms - begins, part.start_ms), part.end_ms)

    def _kept(self, word: Word, number: int) -> Word:
        start, end = self._within(word.start_ms, number), self._within(word.end_ms, number)
        return replace(word, start_ms=start, end_ms=max(start, end))


def windows_of(pieces: Sequence[Span], *, max_ms: int) -> tuple[Window, ...]:
    """Pieces in order, as many to a window as fit in ``max_ms``; none for none.

    A pause of up to ``JOINED_SILENCE_MS`` between two of them stays.
    """
    windows: list[list[Span]] = []
    length = 0
    for piece in pieces:
        last = windows[-1][-1] if windows else None
        pause = piece.start_ms - last.end_ms if last else 0
        kept = pause if pause <= JOINED_SILENCE_MS else 0
        if last is None or length + kept + piece.duration_ms > max_ms:
            windows.append([piece])
            length = piece.duration_ms
            continue
        length += kept + piece.duration_ms
        if pause <= JOINED_SILENCE_MS:
            windows[-1][-1] = Span(start_ms=last.start_ms, end_ms=piece.end_ms)
        else:
            windows[-1].append(piece)
    return tuple(Window(parts=tuple(parts)) for parts in windows)
