"""Whether a file holds all that it announces.

ffprobe reads the index and believes it: it finds nothing wrong with a file that
was cut in half. Here the boxes and sample tables are walked, every packet of the
first picture and sound stream is read (the picture's also for what is shown again,
see ``bilingual.media.repeats``), the sound is decoded to its end and
counted, and so are the key frames of the picture (all frames where the settings
ask for it, or where the key frames raise a doubt).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from bilingual.config import MediaLimits
from bilingual.media.faults import walk_of
from bilingual.media.ffmpeg import bounds_of, ffmpeg_command
from bilingual.media.packets import Packets, read_packets
from bilingual.media.process import Done, run
from bilingual.media.repeats import material
from bilingual.media.sources import Source, opened
from bilingual.model import AudioStream, Media, VideoStream

TOLERANCE_MS: Final = 1000
"""Streams may end this far short of what is announced and be whole."""

_COUNT_RATE: Final = 8000  # Hz; only counted, so a low rate will do
_FRAMES: Final = re.compile(rb"^frame=\s*(\d+)", re.MULTILINE)
_VOLUME: Final = re.compile(r"(mean|max)_volume: (-?\d+(?:\.\d+)?|-inf) dB")
_DAMAGE: Final = re.compile(r"(?i)error while decoding|concealing|corrupt|invalid data|invalid nal")
_NO_DECODER: Final = re.compile(
    r"(?i)doesn't support hardware accelerated|decoder not found|no decoder"
)
_SILENCE_DB: Final = -91.0  # the floor of 16-bit sound, as ffmpeg gives it

_PIXELS: Final = 3_000_000_000
"""How much of the picture is decoded at most, unless all of it is asked for:
1,400 key frames of 1080p, a few seconds of work. A video of minutes has a few
hundred; one of key frames alone may have many thousands."""

_SLOW: Final = 5.0  # frames a second


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sound:
    decoded_ms: int
    mean_db: float | None
    max_db: float | None
    damaged: bool


def check(path: Path, media: Media, limits: MediaLimits) -> Media:
    """The media with ``complete``, ``decoded_ms``, ``examined`` and the volume filled in.

    ``complete_reason`` is one of the codes of ``bilingual.media.faults``;
    ``decoded_ms`` how long the sound is by its decoded samples, or the picture
    by its packets where that is longer and its frames decode.

    :raises MediaError: a limit was hit, or the file is gone.
    """
    if media.complete is False:  # the probe could not get in
        return media
    picture = media.picture
    sound = media.audio[0] if media.audio else None
    with opened(path, limits) as source:
        structure = walk_of(source)
        indices = [stream.index for stream in (picture, sound) if stream is not None]
        packets = read_packets(source, limits, indices) if indices else []
        own = material(source, limits, picture) if picture is not None else None
        seen = _look(source, limits, picture, packets[0]) if picture is not None else None
        heard = _decoded_sound(source, limits, sound) if sound is not None else None
    found = [structure.fault, _empty(media, picture is not None, packets)]
    found += _reasons(sound, packets, seen, heard)
    reason = next((code for code in found if code), None)
    complete: bool | None = reason is None
    if complete and structure.fragmented and not structure.end_mark:
        complete, reason = None, "fragments-unannounced"
    lengths = (seen.decoded_ms if seen else None, heard.decoded_ms if heard else None)
    return replace(
        media,
        duration_ms=_measured(media.duration_ms, packets),
        decoded_ms=max((ms for ms in lengths if ms is not None), default=None),
        complete=complete,
        complete_reason=reason,
        mean_volume_db=heard.mean_db if heard else None,
        max_volume_db=heard.max_db if heard else None,
        repeated_ms=own.repeated_ms if own else 0,
        held_ms=own.held_ms if own else 0,
        examined=_examined(packets, seen, heard),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picture:
    """What packets and frames of a picture show: faults, if any, and its length.

    ``how`` names which frames were decoded, "" for none.
    """

    short: str | None
    fault: str | None
    how: str
    decoded_ms: int | None


def _look(source: Source, limits: MediaLimits, picture: VideoStream, packets: Packets) -> _Picture:
    fault, how = _decoded_picture(source, limits, picture, packets)
    return _Picture(
        short=_short_picture(picture, packets),
        fault=fault,
        how=how or "",
        decoded_ms=packets.span_ms if fault != "picture-undecodable" else None,
    )


def _reasons(
    sound: AudioStream | None,
    packets: list[Packets],
    seen: _Picture | None,
    heard: _Sound | None,
) -> list[str | None]:
    """What is wrong with the streams, by picture and sound; the plainest first."""
    found: list[str | None] = []
    if seen is not None:
        found += [seen.short, seen.fault]
    if sound is not None and heard is not None:
        found.append(_short_sound(sound, packets[-1], heard))
    if seen is not None and heard is not None:
        found.append(_stretched(packets[0], heard))
    return found


def _examined(
    packets: list[Packets], seen: _Picture | None, heard: _Sound | None
) -> tuple[str, ...]:
    """What was looked at, from the cheapest to the dearest."""
    how = seen.how if seen is not None else ""
    looks = ("boxes", "packets" if packets else "", how, "sound" if heard is not None else "")
    return tuple(look for look in looks if look)


def _measured(announced: int | None, packets: list[Packets]) -> int | None:
    """The length; by the packets where the file gives none or too little."""
    found = max((p.span_ms for p in packets if p.span_ms is not None), default=None)
    if found is None or (announced is not None and announced >= found - TOLERANCE_MS):
        return announced
    return found


def _empty(media: Media, pictured: bool, packets: list[Packets]) -> str | None:
    """Zeros where coded data should be. Uncoded sound may well be silent."""
    coded = packets
    if media.audio and media.audio[0].codec.startswith("pcm_"):
        coded = packets[: int(pictured)]
    return "payload-empty" if any(p.zeros > max(4, p.count // 100) for p in coded) else None


def _short_picture(picture: VideoStream, packets: Packets) -> str | None:
    announced, found = picture.duration_ms, packets.span_ms
    if announced is not None and (found is None or found < announced - TOLERANCE_MS):
        return "packets-short"
    return None


def _short_sound(stream: AudioStream, packets: Packets, heard: _Sound) -> str | None:
    announced = stream.duration_ms if stream.duration_ms is not None else packets.span_ms
    if announced is not None and heard.decoded_ms < announced - TOLERANCE_MS:
        return "audio-short"
    return "audio-damaged" if heard.damaged else None


def _stretched(packets: Packets, heard: _Sound) -> str | None:
    """A few frames stretched over minutes, beside sound that ends early."""
    if not packets.span_ms or packets.span_ms < heard.decoded_ms * 1.25 + TOLERANCE_MS:
        return None
    return "timestamps-stretched" if 1000 * packets.count / packets.span_ms < _SLOW else None


def _decoded_picture(
    source: Source, limits: MediaLimits, picture: VideoStream, packets: Packets
) -> tuple[str | None, str | None]:
    """What is wrong with the frames, and which were decoded (``None``: this build cannot)."""
    most: int | None = None
    if limits.picture == "keyframes":
        most = max(24, _PIXELS // max(1, picture.width * picture.height))
        expected = min(packets.keys, most)
        before = {"skip_frame": "nokey", "err_detect": "explode"}
        frames, _ = _count_frames(source, limits, picture, before, most)
        # An open group of pictures starts with a frame that some decoders do
        # not count as key; a doubt is settled by decoding everything.
        if frames and frames >= 0.9 * expected:
            return None, "key-frames" if packets.keys <= most else "first-key-frames"
        most *= 3
    frames, done = _count_frames(source, limits, picture, {}, most)
    if not frames and _NO_DECODER.search(done.complaint):
        return None, None
    how = "all-frames" if most is None or packets.count <= most else "first-frames"
    if not frames:
        return "picture-undecodable", how
    expected = packets.count if most is None else min(packets.count, most)
    damaged = frames < 0.98 * expected - 8 or _DAMAGE.search(done.complaint) is not None
    return ("picture-damaged" if damaged else None), how


def _count_frames(
    source: Source,
    limits: MediaLimits,
    picture: VideoStream,
    before: dict[str, Any],
    most: int | None,
) -> tuple[int, Done]:
    """How many frames decode, up to ``most``."""
    output: dict[str, Any] = {"fps_mode": "passthrough", "f": "null", "progress": "pipe:1"}
    if most is not None:
        output["frames:v"] = most
    command = ffmpeg_command(
        source, limits, [str(picture.index)], output, target="-", before=before
    )
    done = run(command, bounds=bounds_of(limits), descriptors=[source.descriptor])
    counts = _FRAMES.findall(done.stdout)
    return (int(counts[-1]) if counts else 0), done


def _decoded_sound(source: Source, limits: MediaLimits, stream: AudioStream) -> _Sound:
    """How long a sound stream is by its decoded samples, and how loud (dBFS)."""
    command = ffmpeg_command(
        source,
        limits,
        [str(stream.index)],
        {
            "af": "volumedetect",
            "f": "s16le",
            "ac": 1,
            "ar": _COUNT_RATE,
        },
        level="info",
    )
    command.insert(1, "-nostats")
    most = int(limits.max_duration_ms / 1000 * _COUNT_RATE * 2) + (1 << 20)
    bounds = bounds_of(limits, output_bytes=most)
    done = run(command, bounds=bounds, descriptors=[source.descriptor])
    decoded_ms = round(len(done.stdout) / 2 / _COUNT_RATE * 1000)
    volumes = {
        kind: _SILENCE_DB if value == "-inf" else float(value)
        for kind, value in _VOLUME.findall(done.complaint)
    }
    return _Sound(
        decoded_ms=decoded_ms,
        mean_db=volumes.get("mean"),
        max_db=volumes.get("max"),
        damaged=bool(decoded_ms) and done.complaint.count("Error submitting packet") > 4,
    )
