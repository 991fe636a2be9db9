"""Small pieces of a video, decoded and encoded anew: what stills and clips have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bilingual.budget import current
from bilingual.config import MediaLimits
from bilingual.errors import MediaError
from bilingual.media.ffmpeg import bounds_of, ffmpeg_command
from bilingual.media.process import run
from bilingual.media.sources import Source
from bilingual.model import VideoStream

_LONGEST_S = 60.0
_INDEXED = frozenset({"mov", "matroska"})
_LEAD_MS = 10_000
"""Without an index ffmpeg goes on at the next key frame, not at the one before: so it is
sent back by more than they are apart, and what comes before the moment is dropped."""


def even_height(picture: VideoStream, width: int, share: float = 1.0) -> int:
    """How high a picture is that is made ``width`` wide: even, as encoders ask for.

    :param share: of its height that is kept.
    """
    ratio = min(4.0, max(0.25, picture.display_height / picture.display_width))
    return max(2, round(width * ratio * share / 2) * 2)


def piece(
    source: Source,
    limits: MediaLimits,
    streams: Sequence[str],
    output: dict[str, Any],
    *,
    at_ms: int,
    most_bytes: int,
) -> bytes:
    """What ffmpeg makes of a video from a moment on; nothing where that is too much.

    :raises MediaError: a limit other than that of the output was hit.
    :raises OverBudgetError: the work has had its time, memory or disk.
    """
    at_ms = max(0, at_ms)
    lead_ms = 0 if source.family in _INDEXED else min(at_ms, _LEAD_MS)
    if lead_ms:
        output = output | {"ss": lead_ms / 1000}
    command = ffmpeg_command(
        source, limits, streams, output, before={"ss": (at_ms - lead_ms) / 1000}
    )
    bounds = bounds_of(limits, timeout_s=min(_LONGEST_S, limits.timeout_s), output_bytes=most_bytes)
    try:
        made = run(command, bounds=bounds, descriptors=[source.descriptor]).stdout
    except MediaError as error:
        if error.code != "media-output-limit":
            raise
        return b""
    current().take_disk(len(made))  # it is kept, to be written into a page
    return made
