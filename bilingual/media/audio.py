"""A file's sound as an array."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bilingual.config import MediaLimits
from bilingual.errors import MediaError
from bilingual.media.runner import Process, bounds_of, ffmpeg_command, opened

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STAGE: Final = "audio"

_BYTES: Final = 2  # a 16-bit sample


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
    :raises MediaError: there is no sound stream that decodes, or a limit was hit.
    """
    import numpy as np

    seconds = limits.max_duration_ms / 1000
    most = int(seconds * sample_rate * _BYTES)
    pieces: list[bytes] = []
    done = 0
    with opened(path, limits) as source:
        command = ffmpeg_command(
            source,
            limits,
            {
                "map": "0:a:0",
                "f": "s16le",
                "ac": 1,
                "ar": sample_rate,
                "t": seconds,
                "vn": None,
                "sn": None,
                "dn": None,
            },
        )
        bounds = bounds_of(limits, output_bytes=most + (1 << 20))
        with Process(command, bounds=bounds, descriptors=[source.descriptor]) as process:
            for block in process.blocks():
                pieces.append(block)
                done += len(block)
                if progress is not None:
                    progress(STAGE, done / (_BYTES * sample_rate), None)
            status = process.finish()
            complaint = process.complaint
    if status != 0 and not done:
        code = "media-no-audio" if "matches no streams" in complaint else "media-audio-undecodable"
        raise MediaError(code, path=path.name, detail=complaint[-300:])
    raw = b"".join(pieces)
    samples = np.frombuffer(raw[: len(raw) // _BYTES * _BYTES], dtype="<i2")
    return samples.astype(np.float32) / np.float32(32768)
