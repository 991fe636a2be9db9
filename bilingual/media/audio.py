"""A file's sound as an array."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bilingual.config import MediaLimits
from bilingual.errors import MediaError
from bilingual.media.ffmpeg import bounds_of, ffmpeg_command
from bilingual.media.process import Process
from bilingual.media.sources import opened
from bilingual.showing import logger

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STAGE: Final = "audio"

_BYTES: Final = 2  # a 16-bit sample

_log = logger(__name__)


def read_audio(
    path: Path,
    limits: MediaLimits,
    *,
    sample_rate: int = 16_000,
    progress: Callable[[str, float, float | None], object] | None = None,
) -> NDArray[np.float32]:
    """The first sound stream, mixed to mono: shape (samples,), float32, -1..1.

    :param sample_rate: Hz.
    :param progress: called with the stage ``audio`` and seconds decoded.
    :raises MediaError: ``media-no-audio``, ``media-audio-undecodable``,
        ``media-too-long``, or another limit was hit.
    """
    import numpy as np

    most_s = limits.max_duration_ms / 1000
    most = int(most_s * sample_rate * _BYTES)
    raw = bytearray()
    with opened(path, limits) as source:
        command = ffmpeg_command(
            source,
            limits,
            ["a:0"],
            {
                "f": "s16le",
                "ac": 1,
                "ar": sample_rate,
                # One second more than allowed distinguishes a longer file from one of that length.
                "t": most_s + 1,
            },
        )
        bounds = bounds_of(limits, output_bytes=most + _BYTES * sample_rate * 2)
        with Process(command, bounds=bounds, descriptors=[source.descriptor]) as process:
            for block in process.blocks():
                raw += block
                if progress is not None:
                    progress(STAGE, len(raw) / (_BYTES * sample_rate), None)
            status = process.finish()
            complaint = process.complaint
    if not raw:
        missing = "matches no streams" in complaint
        code = "media-no-audio" if missing else "media-audio-undecodable"
        raise MediaError(code, path=path.name, detail=complaint[-300:])
    if len(raw) > most:
        raise MediaError("media-too-long", path=path.name, seconds=most_s)
    if status != 0:
        _log.warning("%s: sound decoded in part: %s", path.name, complaint[-300:])
    samples = np.frombuffer(raw, dtype="<i2", count=len(raw) // _BYTES).astype(np.float32)
    samples *= np.float32(1 / 32768)
    return samples
