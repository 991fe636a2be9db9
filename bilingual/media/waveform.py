"""The shape of a file's sound, to be drawn."""

from __future__ import annotations

from pathlib import Path

from bilingual.config import MediaLimits
from bilingual.media.audio import read_audio


def waveform(
    path: Path, limits: MediaLimits, *, points: int = 1000, stream: int | None = None
) -> tuple[float, ...]:
    """The loudest sample of each of ``points`` equal stretches from time 0 on, 0..1.

    :param stream: the sound stream's index; the default one unless given.

    Fewer where the sound has fewer samples; none where it has none.

    :raises MediaError: as :func:`bilingual.media.audio.read_audio`.
    """
    import numpy as np

    samples = np.abs(read_audio(path, limits, stream=stream, sample_rate=4_000))
    if not len(samples):
        return ()
    edges = np.linspace(0, len(samples), min(points, len(samples)) + 1).astype(int)[:-1]
    loudest = np.maximum.reduceat(samples, edges)
    return tuple(round(min(1.0, float(value)), 3) for value in loudest)
