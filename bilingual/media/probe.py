"""What a media file holds, as ffprobe measures it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import msgspec

from bilingual.config import MediaLimits
from bilingual.errors import MediaError
from bilingual.media.binaries import ffmpeg_binaries
from bilingual.media.faults import TRUNCATED, fault_of
from bilingual.media.ffmpeg import bounds_of, ffmpeg_command, probe_arguments
from bilingual.media.process import Bounds, Done, run
from bilingual.media.sources import Source, opened
from bilingual.model import AudioStream, Media, SubtitleStream, VideoStream

_SHOWN: Final = ":".join(
    (
        "format=start_time,duration",
        "format_tags=major_brand",
        "stream=index,codec_type,codec_name,width,height,sample_aspect_ratio",
        "stream=avg_frame_rate,start_time,duration,bit_rate,channels,sample_rate",
        "stream_tags=language,title,DURATION",
        "stream_disposition=attached_pic,default",
        "stream_side_data=rotation",
    )
)
_REFUSED: Final = re.compile(r"Codec \((\w+)\) not on whitelist")
_TOO_MANY: Final = re.compile("Number of (?:streams|tracks) exceeds max_streams")
_TOO_LARGE: Final = re.compile("exceeds specified max pixel count")
_HEADINGS: Final = {
    "media_type": "codec_type",
    "codec_id": "codec_name",
    "sample_rate": "sample_rate",
}
_HEADING: Final = re.compile(
    r"^#(media_type|codec_id|dimensions|sar|sample_rate) (\d+): (\S+)", re.MULTILINE
)
_MAPPED: Final = re.compile(r"Stream #0:(\d+) -> #0:(\d+) \(copy\)")
_DEFAULT: Final = re.compile(r"^ *Stream #0:(\d+)\b[^\n]*\(default\)", re.MULTILINE)
_LENGTH: Final = re.compile(r"Duration: ([\d:.]+), start: (-?[\d.]+)")
_OUTPUT_BYTES: Final = 4 * 1024**2
_TITLE_CHARACTERS: Final = 200
_TIMEOUT_S: Final = 60.0
_CPU_S: Final = 5
"""Processor time for the header; one of an hour's film takes a tenth of a second. Tags by
the ten thousand take libavformat a time that grows with their square, in every container."""


def probe(path: Path, limits: MediaLimits) -> Media:
    """The streams of a file and how long they last.

    The length is that of the picture, not what the file's header gives for the whole;
    of the longest sound where there is no picture. A file that was cut off so early that
    nothing in it can be read comes back without streams, ``complete`` false.

    :raises MediaError: it is no media file, its container is not opened
        (``media-container-unread``), it has more streams than the settings allow
        (``media-streams``), or its picture more pixels (``media-pixels``), or ffprobe was
        stopped by a limit.
    """
    with opened(path, limits) as source:
        done = _ffprobe(source, limits)
        found = _answer(done)
        many = len(found.get("streams", ())) > limits.max_streams
        if many or _TOO_MANY.search(done.complaint):  # some of them would be taken for all
            raise MediaError("media-streams", path=source.name, limit=limits.max_streams)
        if _TOO_LARGE.search(done.complaint):
            raise MediaError("media-pixels", path=source.name, limit=limits.max_pixels)
        if done.status == 0:
            media = _media(source, found)
            if media.video or media.audio:
                return media
        refused = _REFUSED.search(done.complaint)
        if refused is not None:
            media = _media(source, _listed(source, limits))
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
        if refused is not None:
            raise MediaError("media-codec", path=source.name, codec=refused[1])
        raise MediaError("media-unprobed", path=source.name, detail=done.complaint[-300:])


def named_only(path: Path, container: str) -> Media:
    """A file whose container is known and not opened: its name and size."""
    return Media(
        name=path.name,
        bytes=path.stat().st_size,
        container=container,
        duration_ms=None,
        complete_reason="container-unread",
    )


def _answer(done: Done) -> dict[str, Any]:
    """What ffprobe answered; empty where it is no answer."""
    try:
        found = json.loads(done.stdout.decode("utf-8", "replace"))
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _ffprobe(source: Source, limits: MediaLimits) -> Done:
    """What ffprobe answers; of one stream more than is allowed, so that it shows."""
    binaries = ffmpeg_binaries(limits.ffmpeg)
    one_more = msgspec.structs.replace(limits, max_streams=limits.max_streams + 1)
    arguments = probe_arguments(source, one_more)
    show = ["-v", "error", "-hide_banner", "-show_entries", _SHOWN, "-of", "json"]
    os.lseek(source.descriptor, 0, os.SEEK_SET)
    return run(
        [str(binaries.ffprobe), *show, *arguments],
        bounds=_bounds(limits),
        descriptors=[source.descriptor],
    )


def _bounds(limits: MediaLimits) -> Bounds:
    timeout_s = min(_TIMEOUT_S, limits.timeout_s)
    return bounds_of(limits, timeout_s=timeout_s, output_bytes=_OUTPUT_BYTES, cpu_s=_CPU_S)


def _listed(source: Source, limits: MediaLimits) -> dict[str, Any]:
    """The streams of a file in the form of ffprobe's answer, with a codec we do not decode.

    ffprobe opens every decoder or gives up; copying packets opens none.
    """
    output = {"c": "copy", "t": 1, "f": "framecrc"}
    command = ffmpeg_command(source, limits, ["v?", "a?"], output, level="info")
    command.insert(1, "-nostats")
    done = run(command, bounds=_bounds(limits), descriptors=[source.descriptor])
    said, _, mapped = done.complaint.partition("Stream mapping:")
    indices = {int(here): int(there) for there, here in _MAPPED.findall(mapped)}
    streams: dict[int, dict[str, Any]] = {}
    for name, number, value in _HEADING.findall(done.stdout.decode("utf-8", "replace")):
        index = indices.get(int(number))
        if index is None:
            continue
        stream = streams.setdefault(index, {"index": index, "disposition": {}})
        if name == "dimensions":
            stream["width"], _, stream["height"] = value.partition("x")
        elif name == "sar":
            stream["sample_aspect_ratio"] = value.replace("/", ":")
        else:
            stream[_HEADINGS[name]] = value
    for number in _DEFAULT.findall(said):
        if int(number) in streams:
            streams[int(number)]["disposition"]["default"] = 1
    length = _LENGTH.search(said)
    header = {} if length is None else {"duration": _clock(length[1]), "start_time": length[2]}
    return {"streams": [streams[number] for number in sorted(streams)], "format": header}


def _media(source: Source, found: Mapping[str, Any]) -> Media:
    streams: list[Mapping[str, Any]] = found.get("streams", [])
    header = found.get("format", {})
    first = _moment(header.get("start_time")) or 0
    total = _announced(source.family, _milliseconds(header.get("duration")), first)
    video = tuple(_video(source.family, s, first) for s in streams if _is(s, "video"))
    audio = tuple(_audio(source.family, s, first) for s in streams if _is(s, "audio"))
    brand = str(header.get("tags", {}).get("major_brand", "")).strip()[:4] or None
    pictures = [v for v in video if not v.attached_picture][:1]
    lengths = [s.duration_ms for s in pictures or audio if s.duration_ms is not None]
    return Media(
        name=source.name,
        bytes=source.bytes,
        container=_container(source.family, brand),
        brand=brand,
        first_ms=first,
        duration_ms=max(lengths, default=total),
        announced_ms=total,
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
            if _is(s, "subtitle")
        ),
    )


def _is(stream: Mapping[str, Any], kind: str) -> bool:
    return bool(stream.get("codec_type") == kind)


def _announced(family: str, own: int | None, first: int) -> int | None:
    """A length that a file announces. Matroska's is the time at which it ends."""
    if own is None or family != "matroska":
        return own
    return max(0, own - max(0, first))


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


def _video(family: str, stream: Mapping[str, Any], first: int) -> VideoStream:
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
        start_ms=_begin(stream, first),
        duration_ms=_length(family, stream),
        bit_rate=_integer(stream.get("bit_rate")),
        attached_picture=bool(stream.get("disposition", {}).get("attached_pic")),
    )


def _audio(family: str, stream: Mapping[str, Any], first: int) -> AudioStream:
    return AudioStream(
        index=int(stream["index"]),
        codec=str(stream.get("codec_name", "unknown")),
        channels=_integer(stream.get("channels")),
        sample_rate=_integer(stream.get("sample_rate")),
        start_ms=_begin(stream, first),
        duration_ms=_length(family, stream),
        language=_tag(stream, "language"),
        title=_tag(stream, "title"),
        default=bool(stream.get("disposition", {}).get("default")),
    )


def _begin(stream: Mapping[str, Any], first: int) -> int | None:
    """When a stream begins on the film's clock."""
    own = _moment(stream.get("start_time"))
    return None if own is None else own - first


def _length(family: str, stream: Mapping[str, Any]) -> int | None:
    """How long the file says that one stream lasts; ``None``: it does not."""
    own = _milliseconds(stream.get("duration"))
    if own is not None:
        return own
    # Matroska keeps no duration per stream but in a tag.
    tagged = _milliseconds(_clock(str(stream.get("tags", {}).get("DURATION", ""))))
    return _announced(family, tagged, _moment(stream.get("start_time")) or 0)


def _clock(text: str) -> float | None:
    """Seconds of ``hours:minutes:seconds``."""
    try:
        hours, minutes, seconds = text.split(":")
        return 3600 * int(hours) + 60 * int(minutes) + float(seconds)
    except ValueError:
        return None


def _moment(text: Any) -> int | None:
    """Milliseconds of a time, which may lie before 0."""
    try:
        value = float(text)
    except (TypeError, ValueError):
        return None
    return round(1000 * value) if abs(value) < 1e9 else None


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
