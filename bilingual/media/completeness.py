"""Whether a file holds all that it announces.

ffprobe reads the index and believes it. Here the boxes are walked, every packet
of the first picture and sound stream is read, and the sound is decoded: a file
that was cut off, or whose header lies, comes out as incomplete.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bilingual.config import MediaLimits
from bilingual.media.boxes import walk
from bilingual.media.runner import Done, Source, bounds_of, ffmpeg_command, opened, run
from bilingual.model import Media

TOLERANCE_MS: Final = 1000
"""Streams may end this far apart, or short of what is announced, and be whole."""

_TIME: Final = re.compile(rb"out_time_us=(-?\d+)")
# Lines of ffmpeg's own parts begin with their name in brackets; the file's tags,
# which may say anything, stand indented.
_COMPLAINT: Final = re.compile(r"(?mi)^\[[^\]\n]*\].*(?:error|invalid data|corrupt|partial file)")
_VOLUME: Final = re.compile(r"(mean|max)_volume: (-?\d+(?:\.\d+)?|-inf) dB")


def check(path: Path, media: Media, limits: MediaLimits) -> Media:
    """The media with ``complete``, ``decoded_ms`` and the volume filled in.

    ``complete_reason`` is a fault of the box walk, ``packets-short`` (the picture
    ends before it is announced to), ``audio-short`` or ``decode-errors``.
    ``decoded_ms`` is the time up to which the sound decodes, the picture's
    packets where there is no sound; frames of the picture are not decoded.
    """
    if media.complete is False:
        return media
    reason: str | None = None
    decoded: int | None = None
    volumes: dict[str, float] = {}
    with opened(path, limits) as source:
        if source.family == "mov":
            reason = walk(source.descriptor, source.bytes).fault
        pictures = [v for v in media.video if not v.attached_picture]
        if pictures:
            end, clean = _last_packet(source, limits, pictures[0].index)
            decoded = end
            reason = reason or _short(end, pictures[0].duration_ms, "packets-short")
            if not clean:
                reason = reason or "decode-errors"
        if media.audio:
            end, clean, volumes = _decoded_sound(source, limits, media.audio[0].index)
            decoded = end
            reason = reason or _short(end, media.audio[0].duration_ms, "audio-short")
            if not clean:
                reason = reason or "decode-errors"
    return replace(
        media,
        decoded_ms=decoded,
        complete=reason is None,
        complete_reason=reason,
        mean_volume_db=volumes.get("mean"),
        max_volume_db=volumes.get("max"),
    )


def _short(end: int | None, announced: int | None, code: str) -> str | None:
    if announced is None:
        return None
    return code if end is None or end < announced - TOLERANCE_MS else None


def _last_packet(source: Source, limits: MediaLimits, index: int) -> tuple[int | None, bool]:
    """Until when a stream has packets (ms), and whether all of them could be read."""
    options = {"map": f"0:{index}", "c": "copy", "f": "null", "progress": "pipe:1"}
    done = _run(source, limits, options)
    return _end(done.stdout), done.status == 0 and not done.complaint


def _decoded_sound(
    source: Source, limits: MediaLimits, index: int
) -> tuple[int | None, bool, dict[str, float]]:
    """Until when a sound stream decodes (ms), whether cleanly, and its volume (dBFS)."""
    options = {"map": f"0:{index}", "af": "volumedetect", "f": "null", "progress": "pipe:1"}
    done = _run(source, limits, options, level="info")
    volumes = {
        kind: float(value) for kind, value in _VOLUME.findall(done.complaint) if value != "-inf"
    }
    clean = done.status == 0 and not _COMPLAINT.search(done.complaint)
    return _end(done.stdout), clean, volumes


def _run(
    source: Source, limits: MediaLimits, options: dict[str, Any], level: str = "error"
) -> Done:
    command = ffmpeg_command(source, limits, options, target="-")
    command[command.index("-v") + 1] = level
    return run(command, bounds=bounds_of(limits), descriptors=[source.descriptor])


def _end(progress: bytes) -> int | None:
    times = _TIME.findall(progress)
    return int(times[-1]) // 1000 if times else None
