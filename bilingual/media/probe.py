"""What a media file holds, as ffprobe measures it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from bilingual.config import MediaLimits
from bilingual.errors import MediaError
from bilingual.media.binaries import ffmpeg_binaries
from bilingual.media.faults import TRUNCATED, fault_of
from bilingual.media.ffmpeg import bounds_of, probe_arguments
from bilingual.media.process import Done, run
from bilingual.media.sources import Source, opened
from bilingual.model import AudioStream, Media, SubtitleStream, VideoStream

_SHOWN: Final = ":".join(
    (
        "format=duration",
        "format_tags=major_brand",
        "stream=index,codec_type,codec_name,width,height,sample_aspect_ratio",
        "stream=avg_frame_rate,duration,bit_rate,channels,sample_rate",
        "stream_tags=language,title,DURATION",
        "stream_disposition=attached_pic",
        "stream_side_data=rotation",
    )
)
_REFUSED: Final = re.compile(r"Codec \((\w+)\) not on whitelist")
_OUTPUT_BYTES: Final = 4 * 1024**2
_TITLE_CHARACTERS: Final = 200


def probe(path: Path, limits: MediaLimits) -> Media:
    """The streams of a file and how long they last.

    The length is that of the longest sound or picture stream, not what the
    file's header gives for the whole. A file that was cut off so early that
    nothing in it can be read comes back without streams, ``complete`` false.

    :raises MediaError: it is no media file, or ffprobe was stopped by a limit.
    """
    with opened(path, limits) as source:
        done = _ffprobe(source, limits)
        if done.status == 0:
            try:
                found = json.loads(done.stdout.decode("utf-8", "replace"))
            except json.JSONDecodeError:
                found = {}
            media = _media(source, found if isinstance(found, dict) else {})
            if media.video or media.audio:
                return media
        fault = fault_of(source)
        if fault in TRUNCATED:
            return Media(
                name=source.name,
                bytes=source.bytes,
                container="mp4" if source.family == "mov" else source.family,
                duration_ms=None,
                complete=False,
                complete_reason=fault,
                examined=("boxes",),
            )
        if done.status == 0:
            raise MediaError("media-without-streams", path=source.name)
        refused = _REFUSED.search(done.complaint)
        if refused is not None:
            raise MediaError("media-codec", path=source.name, codec=refused[1])
        raise MediaError("media-unprobed", path=source.name, detail=done.complaint[-300:])


def _ffprobe(source: Source, limits: MediaLimits) -> Done:
    binaries = ffmpeg_binaries(limits.ffmpeg)
    arguments = probe_arguments(source, limits)
    show = ["-v", "error", "-hide_banner", "-show_entries", _SHOWN, "-of", "json"]
    os.lseek(source.descriptor, 0, os.SEEK_SET)
    return run(
        [str(binaries.ffprobe), *show, *arguments],
        bounds=bounds_of(limits, timeout_s=min(60.0, limits.timeout_s), output_bytes=_OUTPUT_BYTES),
        descriptors=[source.descriptor],
    )


def _media(source: Source, found: Mapping[str, Any]) -> Media:
    streams: list[Mapping[str, Any]] = found.get("streams", [])
    header = found.get("format", {})
    total = _milliseconds(header.get("duration"))
    video = tuple(_video(s, total) for s in streams if s.get("codec_type") == "video")
    audio = tuple(_audio(s, total) for s in streams if s.get("codec_type") == "audio")
    brand = str(header.get("tags", {}).get("major_brand", "")).strip()[:4] or None
    lengths = [
        ms
        for ms in (
            *(v.duration_ms for v in video if not v.attached_picture),
            *(a.duration_ms for a in audio),
        )
        if ms is not None
    ]
    return Media(
        name=source.name,
        bytes=source.bytes,
        container=_container(source.family, brand),
        brand=brand,
        duration_ms=max(lengths, default=total),
        video=video,
        audio=audio,
        subtitles=tuple(
            SubtitleStream(
                index=int(s["index"]),
                codec=str(s.get("codec_name", "unknown")),
                language=_tag(s, "language"),
                title=_tag(s, "title"),
            )
            for s in streams
            if s.get("codec_type") == "subtitle"
        ),
    )


def _container(family: str, brand: str | None) -> str:
    """The container's short name; ISO base media files by their major brand."""
    if family != "mov":
        return family
    if brand is None or brand == "qt":  # QuickTime files before 2000 had no brand
        return "mov"
    if brand.startswith(("3g", "3G")):
        return "3gp"
    return "m4a" if brand in ("M4A", "M4B", "M4P") else "mp4"


def _tag(stream: Mapping[str, Any], name: str) -> str | None:
    value = stream.get("tags", {}).get(name)
    return None if value is None else str(value)[:_TITLE_CHARACTERS]


def _video(stream: Mapping[str, Any], total: int | None) -> VideoStream:
    width, height = int(stream.get("width") or 0), int(stream.get("height") or 0)
    ratio = _fraction(stream.get("sample_aspect_ratio", "1:1").replace(":", "/")) or Fraction(1)
    rotation = 0
    for side in stream.get("side_data_list", []):
        if "rotation" in side:
            rotation = (_integer(side["rotation"]) or 0) % 360
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
        language=_tag(stream, "language"),
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
    except (TypeError, ValueError, OverflowError):
        return None


def _fraction(text: str) -> Fraction | None:
    try:
        value = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
    return value if value > 0 else None
