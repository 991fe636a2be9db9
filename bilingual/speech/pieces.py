"""Cutting the sound at silences into pieces that a recogniser takes whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bilingual.model import Span
from bilingual.speech.vad import frame_ms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_SILENCE_MS = 2000
"""Speech with a longer pause in it goes into two pieces: recognisers invent
words on silence."""


def pieces_of(
    spans: Sequence[Span], probabilities: NDArray[np.float32], max_ms: int
) -> tuple[Span, ...]:
    """Pieces of at most ``max_ms`` that hold all the speech and little else.

    Neighbouring spans are put together while they fit; a span longer than
    ``max_ms`` is cut where the voice is least likely, in its last third, so
    that words stay whole. Empty without speech.
    """
    pieces: list[Span] = []
    for span in spans:
        for part in _cut(span, probabilities, max_ms):
            last = pieces[-1] if pieces else None
            if (
                last is not None
                and part.start_ms - last.end_ms <= MAX_SILENCE_MS
                and part.end_ms - last.start_ms <= max_ms
            ):
                pieces[-1] = Span(start_ms=last.start_ms, end_ms=part.end_ms)
            else:
                pieces.append(part)
    return tuple(pieces)


def _cut(span: Span, probabilities: NDArray[np.float32], max_ms: int) -> list[Span]:
    parts = []
    start = span.start_ms
    while span.end_ms - start > max_ms:
        cut = _quietest(probabilities, start + max_ms * 2 // 3, start + max_ms)
        parts.append(Span(start_ms=start, end_ms=cut))
        start = cut
    parts.append(Span(start_ms=start, end_ms=span.end_ms))
    return parts


def _quietest(probabilities: NDArray[np.float32], from_ms: int, to_ms: int) -> int:
    """The middle of the frame where a voice is least likely, smoothed over five."""
    import numpy as np

    step = frame_ms(1000) / 1000
    first, last = int(from_ms / step) + 1, int(to_ms / step)
    window = probabilities[first:last]
    if window.size < 5:
        return to_ms
    smooth = np.convolve(window, np.ones(5) / 5, mode="same")
    smooth[:2] = smooth[-2:] = 1.0  # the edges average over too little
    return min(to_ms, frame_ms(first + int(smooth.argmin()) + 0.5))
