"""Cutting the sound at silences into pieces that a recogniser takes whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bilingual.asr.vad import frame_ms
from bilingual.model import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_SILENCE_MS = 2000
"""Speech with a longer pause in it goes into two pieces: recognisers invent
words on silence."""
APART = -1
"""As ``max_silence_ms``: no spans are put together."""


def pieces_of(
    spans: Sequence[Span],
    probabilities: NDArray[np.float32],
    *,
    max_ms: int,
    pad_ms: int,
    duration_ms: int,
    max_silence_ms: int = MAX_SILENCE_MS,
) -> tuple[Span, ...]:
    """Pieces of at most ``max_ms`` that hold all the speech and little else.

    Each reaches ``pad_ms`` into the silence around it, up to its middle.

    Neighbouring spans are put together while they fit and no more than
    ``max_silence_ms`` of silence lies between; a span longer than
    ``max_ms`` is cut where the voice is least likely, in its last third, so
    that words stay whole. Empty without speech.
    """
    pieces: list[Span] = []
    for span in _padded(spans, pad_ms, duration_ms):
        for part in _cut(span, probabilities, max_ms):
            last = pieces[-1] if pieces else None
            if (
                last is not None
                and part.start_ms - last.end_ms <= max_silence_ms
                and part.end_ms - last.start_ms <= max_ms
            ):
                pieces[-1] = Span(start_ms=last.start_ms, end_ms=part.end_ms)
            else:
                pieces.append(part)
    return tuple(pieces)


def _padded(spans: Sequence[Span], pad_ms: int, duration_ms: int) -> Iterator[Span]:
    for i, span in enumerate(spans):
        before = (spans[i - 1].end_ms + span.start_ms) // 2 if i else 0
        after = (span.end_ms + spans[i + 1].start_ms) // 2 if i + 1 < len(spans) else duration_ms
        yield Span(
            start_ms=max(span.start_ms - pad_ms, before), end_ms=min(span.end_ms + pad_ms, after)
        )


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
