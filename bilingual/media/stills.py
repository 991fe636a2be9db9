"""Stills of a video, for a human eye: its opening, its closing, a cue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bilingual.config import Config, MediaLimits
from bilingual.files import StrPath, checked_path, held
from bilingual.media.pieces import even_height, piece
from bilingual.media.sources import opened
from bilingual.model import Media

_OPENING_MS: Final = (1_000, 4_000, 8_000)
_OUTPUT_BYTES: Final = 8 * 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """A picture as JPEG, and when it is shown (milliseconds)."""

    at_ms: int
    jpeg: bytes


def credit_times(duration_ms: int) -> tuple[int, ...]:
    """When to look for credits: in the opening, and as far from the end."""
    opening = [at for at in _OPENING_MS if at < duration_ms // 2]
    closing = [duration_ms - at for at in reversed(_OPENING_MS) if at < duration_ms // 2]
    return (*opening, *closing)


def opening_and_closing(
    video: StrPath, config: Config | None = None, *, width: int = 480
) -> list[tuple[int, bytes]]:
    """Pictures of a video's opening and closing, where the credits are.

    For whoever has to look: the rule ``credits`` is never judged here. Each is
    (milliseconds, JPEG, ``width`` pixels wide), in order of time, six at most; a
    video without a picture or of unknown length has none.

    :param config: settings; ``Config.load()`` unless given.
    :raises InputError: the file is missing, a link, or no plain file.
    :raises MediaError: it is no video that can be read.
    """
    from bilingual.media.probe import probe

    path = checked_path(video)
    limits = (config or Config.load()).media
    with held(path):
        media = probe(path, limits)
        return list(credit_stills(path, media, limits, width=width))


def credit_stills(
    path: Path, media: Media, limits: MediaLimits, *, width: int = 480
) -> tuple[tuple[int, bytes], ...]:
    """As :func:`opening_and_closing`, of a file that was probed."""
    times = credit_times(media.duration_ms or 0)
    found = stills(path, media, limits, times, width=width)
    return tuple((still.at_ms, still.jpeg) for still in found)


def stills(
    path: Path,
    media: Media,
    limits: MediaLimits,
    times_ms: Sequence[int],
    *,
    width: int = 640,
    strip: tuple[float, float] = (0.0, 1.0),
) -> tuple[Still, ...]:
    """The pictures shown at some times, as a viewer sees them, ``width`` pixels wide.

    ``strip`` cuts them to what lies between two shares of the height (0..1).

    A time at which nothing decodes is left out; without a video stream, or
    without times, there are none.

    :raises MediaError: the file is gone, or a limit was hit.
    """
    picture = media.picture
    if picture is None or not picture.display_width:
        return ()
    share = max(0.01, strip[1] - strip[0])
    height = even_height(picture, width, share)
    cropped = f"crop=iw:ih*{share:.4f}:0:ih*{strip[0]:.4f},"
    found = []
    with opened(path, limits) as source:
        for at in times_ms:
            jpeg = piece(
                source,
                limits,
                [str(picture.index)],
                {
                    "frames:v": 1,
                    "vf": f"{cropped}scale={width}:{height},setsar=1",
                    "f": "image2pipe",
                    "vcodec": "mjpeg",
                    "pix_fmt": "yuvj420p",
                    "q:v": 4,
                },
                at_ms=at,
                most_bytes=_OUTPUT_BYTES,
            )
            if jpeg.startswith(b"\xff\xd8"):
                found.append(Still(at_ms=at, jpeg=jpeg))
    return tuple(found)
