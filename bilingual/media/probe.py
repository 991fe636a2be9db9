"""What a media file holds, as ffprobe measures it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from bilingual.config import MediaLimits
from bilingual.errors import MediaError
from bilingual.media.binaries import ffmpeg_binaries
from bilingual.media.boxes import walk
from bilingual.media.runner import Source, bounds_of, opened, run
from bilingual.model import AudioStream, Media, SubtitleStream, VideoStream

_CONTAINERS: Final = {"mov": "mp4", "matroska": "matroska"}


def probe(path: Path, limits: MediaLimits) -> Media:
    """The streams of a file and how long they last.

    The length is that of the longest sound or picture stream, not what the
    file's header says of the whole.

    A file cut off before its index comes back without streams, ``complete`` false.

    :raises MediaError: it is no media file, or ffprobe was stopped by a limit.
    """
    with opened(path, limits) as source:
        options = source.input_options(limits)
        arguments = [word for key, value in options.items() for word in (f"-{key}", str(value))]
        show = ["-show_format", "-show_streams", "-of", "json", "-i", "fd:"]
        os.lseek(source.descriptor, 0, os.SEEK_SET)
        done = run(
            [str(ffmpeg_binaries(limits.ffmpeg).ffprobe), "-v", "error", *arguments, *show],
            bounds=bounds_of(limits, timeout_s=min(60.0, limits.timeout_s)),
            descriptors=[source.descriptor],
        )
        if done.status != 0:
            return _cut_off(source, done.complaint)
        found = json.loads(done.stdout)
        return _media(source.name, source.bytes, source.family, found)


def _cut_off(source: Source, complaint: str) -> Media:
    """A file that was cut off before its index is no video, but it was one."""
    fault = walk(source.descriptor, source.bytes).fault if source.family == "mov" else None
    if fault not in ("box-truncated", "box-missing-moov"):
        raise MediaError("media-unprobed", path=source.name, detail=complaint[-300:])
    return Media(
        name=source.name,
        bytes=source.bytes,
        container="mp4",
        duration_ms=None,
        complete=False,
        complete_reason=fault,
    )


def _media(name: str, size: int, family: str, found: Mapping[str, Any]) -> Media:
    streams: list[Mapping[str, Any]] = found.get("streams", [])
    header = found.get("format", {})
    total = _milliseconds(header.get("duration"))
    video = tuple(_video(s, total) for s in streams if s.get("codec_type") == "video")
    audio = tuple(_audio(s, total) for s in streams if s.get("codec_type") == "audio")
    brand = str(header.get("tags", {}).get("major_brand", "")).strip() or None
    if not video and not audio:
        raise MediaError("media-without-streams", path=name)
    lengths = [
        ms
        for ms in (*(v.duration_ms for v in video), *(a.duration_ms for a in audio))
        if ms is not None
    ]
    container = _CONTAINERS.get(family, family)
    return Media(
        name=name,
        bytes=size,
        container="mov" if brand == "qt" else container,
        brand=brand,
        duration_ms=max(lengths, default=total),
        video=video,
        audio=audio,
        subtitles=tuple(
            SubtitleStream(
                index=int(s["index"]),
                codec=str(s.get("codec_name", "unknown")),
                language=s.get("tags", {}).get("language"),
                title=s.get("tags", {}).get("title"),
            )
            for s in streams
            if s.get("codec_type") == "subtitle"
        ),
    )


def _video(stream: Mapping[str, Any], total: int | None) -> VideoStream:
    width, height = int(stream.get("width") or 0), int(stream.get("height") or 0)
    ratio = _fraction(stream.get("sample_aspect_ratio", "1:1").replace(":", "/")) or Fraction(1)
    rotation = 0
    for side in stream.get("side_data_list", []):
        if "rotation" in side:
            rotation = round(float(side["rotation"])) % 360
    shown = (round(width * ratio), height)
    if rotation in (90, 270):
        shown = (shown[1], shown[0])
    rate = _fraction(stream.get("avg_frame_rate", "0/0"))
    return VideoStream(
        index=int(stream["index"]),
        codec=str(stream.get("codec_name", "unknown")),
        width=width,
        height=height,
        display_width=shown[0],
        display_height=shown[1],
        rotation=rotation,
        sample_aspect_ratio=float(ratio),
        frame_rate=float(rate) if rate else None,
        duration_ms=_length(stream, total),
        bit_rate=_integer(stream.get("bit_rate")),
        attached_picture=bool(stream.get("disposition", {}).get("attached_pic")),
    )


def _audio(stream: Mapping[str, Any], total: int | None) -> AudioStream:
    return AudioStream(
        index=int(stream["index"]),
        codec=str(stream.get("codec_name", "unknown")),
        channels=_integer(stream.get("channels")),
        sample_rate=_integer(stream.get("sample_rate")),
        duration_ms=_length(stream, total),
        language=stream.get("tags", {}).get("language"),
    )


def _length(stream: Mapping[str, Any], total: int | None) -> int | None:
    # Matroska keeps no duration per stream but in a tag, then none at all.
    own = _milliseconds(stream.get("duration"))
    if own is not None:
        return own
    tag = str(stream.get("tags", {}).get("DURATION", ""))
    parts = tag.split(":")
    if len(parts) == 3:
        try:
            hours, minutes, seconds = int(parts[0]), int(parts[1]), float(parts[2])
        except ValueError:
            return total
        return round(1000 * (3600 * hours + 60 * minutes + seconds))
    return total


def _milliseconds(text: Any) -> int | None:
    try:
        value = float(text)
    except (TypeError, ValueError):
        return None
    return round(1000 * value) if 0 <= value < 1e9 else None


def _integer(text: Any) -> int | None:
    try:
        return int(text)
    except (TypeError, ValueError):
        return None


def _fraction(text: str) -> Fraction | None:
    try:
        value = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
    return value if value > 0 else None
