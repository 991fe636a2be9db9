"""What the rules about the file share: an example, and where the picture is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from bilingual.checks.base import Artifacts, Example, needed
from bilingual.model import AudioStream, Media, VideoStream

MEGABYTE: Final = 1_000_000

WORK: Final = Media(
    name="work.mp4",
    bytes=150 * MEGABYTE,
    container="mp4",
    brand="isom",
    duration_ms=180_000,
    decoded_ms=180_000,
    complete=True,
    examined=("boxes", "packets", "key-frames", "sound"),
    mean_volume_db=-20.0,
    max_volume_db=-3.0,
    video=(
        VideoStream(
            index=0,
            codec="h264",
            width=1920,
            height=1080,
            display_width=1920,
            display_height=1080,
            duration_ms=180_000,
        ),
    ),
    audio=(AudioStream(index=1, codec="aac", channels=2, sample_rate=48_000),),
)
"""A work that every rule about the file leaves alone."""

SOUND: Final = Example(media=WORK)


def with_media(**changes: Any) -> Example:
    """The sound work but for these facts."""
    return Example(media=replace(WORK, **changes))


def with_picture(**changes: Any) -> Example:
    """The sound work but for these facts of its picture."""
    return with_media(video=(replace(WORK.video[0], **changes),))


def media_of(artifacts: Artifacts) -> Media:
    """The media of a rule that needs them."""
    return needed(artifacts.media)


def seconds(ms: int | None) -> float | None:
    """Milliseconds as seconds, to the hundredth; it prints as people write it."""
    return None if ms is None else round(ms / 1000, 2)
