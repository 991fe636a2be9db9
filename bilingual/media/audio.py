"""A file's sound as an array, on the film's clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bilingual.config import MediaLimits
from bilingual.errors import MediaError
from bilingual.media.channels import mixed
from bilingual.media.ffmpeg import bounds_of, ffmpeg_command
from bilingual.media.probe import probe
from bilingual.media.process import Process
from bilingual.media.sources import opened
from bilingual.model import AudioStream, ChannelFault
from bilingual.progress import Callback
from bilingual.showing import logger

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STAGE: Final = "audio"
SAMPLE_RATE: Final = 16_000
"""Hz, unless another is asked for: what voice detection and recognisers take."""

FILLED: Final = "aresample=async=1:min_hard_comp=0.04:first_pts=0"
"""A filter that puts sound where its timestamps say: what comes late or is missing is
filled with silence, what comes twice is cut, in steps of 40 ms. Without it the samples
that there are follow each other, and every hole makes all that comes after it early."""

_BYTES: Final = 2  # a 16-bit sample
_COUNTED: Final = re.compile(r"n_samples: (\d+)")
_VOLUME: Final = re.compile(r"(mean|max)_volume: (-?\d+(?:\.\d+)?|-inf) dB")
_SILENCE_DB: Final = -91.0  # the floor of 16-bit sound, as ffmpeg gives it
_MANY: Final = 4  # more packets than this that are refused are damage

_log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """One sound stream, decoded.

    ``samples``: mono, shape (samples,), float32, -1..1; the first one is at the
    film's time 0. ``decoded_ms``: how much of it was decoded and not filled in.
    ``mean_db`` and ``max_db`` are dBFS of what was decoded, over all channels;
    ``None`` without any. ``refused``: ffmpeg complained of an error. ``complaint`` is the
    last that it said.
    """

    stream: int
    sample_rate: int
    samples: NDArray[np.float32]
    decoded_ms: int
    mean_db: float | None = None
    max_db: float | None = None
    damaged: bool = False
    refused: bool = False
    channels: tuple[ChannelFault, ...] = ()
    complaint: str = ""


def read_audio(
    path: Path,
    limits: MediaLimits,
    *,
    stream: int | None = None,
    sample_rate: int = SAMPLE_RATE,
    progress: Callback | None = None,
) -> NDArray[np.float32]:
    """A sound stream, mixed to mono: shape (samples,), float32, -1..1.

    The first sample is at the film's time 0, as a player counts it.

    :param stream: its index in the file; the default one unless given.
    :param sample_rate: Hz.
    :param progress: called with the stage ``audio`` and seconds decoded.
    :raises MediaError: ``media-no-audio``, ``media-audio-undecodable``,
        ``media-too-long``, or another limit was hit.
    """
    media = probe(path, limits)
    found = media.sound if stream is None else media.sound_stream(stream)
    if found is None:
        raise MediaError("media-no-audio", path=path.name, detail="")
    sound = read_sound(path, limits, found, sample_rate=sample_rate, progress=progress)
    if not len(sound.samples):
        raise MediaError("media-audio-undecodable", path=path.name, detail=sound.complaint)
    return sound.samples


def read_sound(
    path: Path,
    limits: MediaLimits,
    stream: AudioStream,
    *,
    sample_rate: int = SAMPLE_RATE,
    progress: Callback | None = None,
) -> Sound:
    """Decode a sound stream; without any sample where nothing of it can be decoded.

    :param progress: as for :func:`read_audio`.
    :raises MediaError: ``media-too-long``, or another limit was hit.
    """
    import numpy as np

    most_s = limits.max_duration_ms / 1000
    channels = 1 if stream.channels == 1 else 2
    second = _BYTES * sample_rate * channels
    most = int(most_s * second)
    if (stream.start_ms or 0) > limits.max_duration_ms:
        raise MediaError("media-too-long", path=path.name, seconds=most_s)
    layout = "mono" if channels == 1 else "stereo"
    form = f"aformat=sample_fmts=s16:sample_rates={sample_rate}:channel_layouts={layout}"
    raw = bytearray()
    with opened(path, limits) as source:
        # One second more than allowed distinguishes a longer file from one of that length.
        output = {"af": f"{form},volumedetect,{FILLED}", "f": "s16le", "t": most_s + 1}
        command = ffmpeg_command(source, limits, [str(stream.index)], output, level="info")
        command.insert(1, "-nostats")
        bounds = bounds_of(limits, output_bytes=most + second * 2)
        with Process(command, bounds=bounds, descriptors=[source.descriptor]) as process:
            for block in process.blocks():
                raw += block
                if progress is not None:
                    progress(STAGE, len(raw) / second, None)
            status = process.finish()
            complaint = process.complaint
    if len(raw) > most:
        raise MediaError("media-too-long", path=path.name, seconds=most_s)
    counted = _COUNTED.findall(complaint)
    decoded = sum(map(int, counted[-1:])) / channels
    if status != 0 and raw:
        _log.warning("%s: sound decoded in part: %s", path.name, complaint[-300:])
    taken = np.frombuffer(raw, dtype="<i2", count=len(raw) // (_BYTES * channels) * channels)
    samples, faults = mixed(taken.reshape(-1, channels), sample_rate)
    volumes = {
        kind: _SILENCE_DB if value == "-inf" else float(value)
        for kind, value in _VOLUME.findall(complaint)
    }
    return Sound(
        stream=stream.index,
        sample_rate=sample_rate,
        samples=samples if decoded else samples[:0],
        decoded_ms=round(1000 * decoded / sample_rate),
        mean_db=volumes.get("mean") if decoded else None,
        max_db=volumes.get("max") if decoded else None,
        damaged=bool(decoded) and complaint.count("Error submitting packet") > _MANY,
        refused=status != 0 or "error" in complaint.casefold(),
        channels=faults,
        complaint=complaint[-300:],
    )
