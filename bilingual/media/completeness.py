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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from bilingual.config import MediaLimits
from bilingual.media.audio import Sound, read_sound
from bilingual.media.faults import UNJUDGED, walk_of
from bilingual.media.ffmpeg import bounds_of, ffmpeg_command
from bilingual.media.packets import Packets, read_packets
from bilingual.media.process import Done, run
from bilingual.media.repeats import LONGEST_FRAME_S, Material, material
from bilingual.media.sources import Source, opened
from bilingual.model import AudioStream, Hole, Media, VideoStream

TOLERANCE_MS: Final = 1000
"""Streams may end this far short of what is announced and be whole."""

_COUNT_RATE: Final = 8000  # Hz; only counted, so a low rate will do
_FRAMES: Final = re.compile(rb"^frame=\s*(\d+)", re.MULTILINE)
_DAMAGE: Final = re.compile(r"(?i)error while decoding|concealing|corrupt|invalid data|invalid nal")
_NO_DECODER: Final = re.compile(
    r"(?i)doesn't support hardware accelerated|decoder not found|no decoder|decoder \(codec"
    r"|not on whitelist"
)
_HOLE_MS: Final = 300  # sound that is away for less is a click, and not reported by itself
_MANY_MS: Final = 1000  # unless it is often
_FROZEN_MS: Final = 1000
_FEW: Final = 3
_SELDOM: Final = 500  # so many pictures for one that stays longer

_PIXELS: Final = 3_000_000_000
"""How much of the picture is decoded at most, unless all of it is asked for:
1,400 key frames of 1080p, a few seconds of work. A video of minutes has a few
hundred; one of key frames alone may have many thousands."""

_SLOW: Final = 5.0  # frames a second
_MAY_BE_HELD_MS: Final = 500 * LONGEST_FRAME_S


def check(
    path: Path,
    media: Media,
    limits: MediaLimits,
    sound: Sound | None = None,
    *,
    decode_sound: bool = True,
) -> Media:
    """The media with what only reading all of it shows: whether it is whole, holes, loudness.

    ``complete_reason`` is one of the codes of ``bilingual.media.faults``.

    :param sound: the sound stream that is listened to, where it was decoded before.
    :param decode_sound: whether to decode the media's own choice where it was not; the
        sound is not judged otherwise.
    :raises MediaError: a limit was hit, or the file is gone.
    """
    if media.complete is False or media.complete_reason:  # the probe could not get in
        return media
    stream = media.sound if sound is None else media.sound_stream(sound.stream)
    if stream is not None and decode_sound:
        sound = sound or read_sound(path, limits, stream, sample_rate=_COUNT_RATE)
    picture = media.picture
    own, seen = None, None
    with opened(path, limits) as source:
        structure = walk_of(source)
        indices = [s.index for s in (picture, stream) if s is not None]
        packets = read_packets(source, limits, indices) if indices else []
        if picture is not None:
            own = _own_material(source, limits, picture, packets[0])
            seen = _look(source, limits, picture, packets[0])
    heard = None
    if stream is not None and sound is not None:
        heard = _Heard(stream, packets[-1], sound)
    found = [_empty(media, packets, heard), *_reasons(media, seen, heard)]
    found.insert(len(found) if structure.fault in UNJUDGED else 0, structure.fault)
    reason = next((code for code in found if code), None)
    if reason is None and structure.fragmented and not structure.end_mark:
        reason = "fragments-unannounced"
    if own is not None:
        media = replace(media, repeated_ms=own.repeated_ms, held_ms=own.held_ms)
    media = _sounding(media, sound)
    return replace(
        media,
        duration_ms=_measured(media, packets),
        decoded_ms=_decoded_length(seen, heard),
        complete=None if reason in UNJUDGED else reason is None,
        complete_reason=reason,
        holes=(*_picture_holes(seen), *_sound_holes(heard)),
        examined=_examined(packets, seen, heard),
        video=_timed(media.video, seen),
        audio=_heard_as(media.audio, heard),
    )


def _own_material(
    source: Source, limits: MediaLimits, picture: VideoStream, packets: Packets
) -> Material | None:
    """What of a picture is shown again or held; read anew only where its packets may show that."""
    if not packets.alike and packets.longest_ms < _MAY_BE_HELD_MS:
        return Material(repeated_ms=0, held_ms=0)
    return material(source, limits, picture)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picture:
    """What packets and frames of a picture show: its fault, if any.

    ``how`` names which frames were decoded, "" for none.
    """

    stream: VideoStream
    packets: Packets
    fault: str | None
    how: str

    @property
    def decodes(self) -> bool:
        return self.fault != "picture-undecodable"


@dataclass(frozen=True, slots=True)
class _Heard:
    """A sound stream: its packets, and what was decoded of them."""

    stream: AudioStream
    packets: Packets
    sound: Sound

    @property
    def decodes(self) -> bool:
        return self.sound.decoded_ms > 0


def _sounding(media: Media, sound: Sound | None) -> Media:
    """The media with how loud the sound is, stream and channels."""
    if sound is None:
        return media
    return replace(
        media,
        mean_volume_db=sound.mean_db,
        max_volume_db=sound.max_db,
        channels=sound.channels,
        audio_stream=sound.stream,
    )


def _decoded_length(seen: _Picture | None, heard: _Heard | None) -> int | None:
    """The longer of picture and sound, of what can be decoded; ``None`` where nothing can."""
    lengths = []
    if seen is not None and seen.decodes and seen.packets.span_ms is not None:
        lengths.append(seen.packets.span_ms)
    if heard is not None and heard.decodes:
        lengths.append(heard.sound.decoded_ms)
    return max(lengths, default=None)


def _timed(streams: Sequence[VideoStream], seen: _Picture | None) -> tuple[VideoStream, ...]:
    """The picture streams; of the one that was read, when it begins and ends."""
    if seen is None or seen.packets.end_ms is None:
        return tuple(streams)
    at = seen.packets
    timed = replace(seen.stream, start_ms=at.first_ms, end_ms=at.end_ms)
    return tuple(timed if stream is seen.stream else stream for stream in streams)


def _heard_as(streams: Sequence[AudioStream], heard: _Heard | None) -> tuple[AudioStream, ...]:
    """The sound streams; of the one that was decoded, how far and when."""
    if heard is None:
        return tuple(streams)
    at, decoded = heard.packets, heard.sound.decoded_ms
    start = heard.stream.start_ms if at.first_ms is None else max(0, at.first_ms)
    known = replace(
        heard.stream, decodes=decoded > 0, decoded_ms=decoded, start_ms=start, end_ms=at.end_ms
    )
    return tuple(known if stream is heard.stream else stream for stream in streams)


def _look(source: Source, limits: MediaLimits, picture: VideoStream, packets: Packets) -> _Picture:
    fault, how = _decoded_picture(source, limits, picture, packets)
    return _Picture(stream=picture, packets=packets, fault=fault, how=how or "")


def _reasons(media: Media, seen: _Picture | None, heard: _Heard | None) -> list[str | None]:
    """What is wrong with the streams, by picture and sound; the plainest first."""
    found: list[str | None] = []
    if seen is not None:
        found += [_short(seen.stream, seen.packets, "packets-short"), seen.fault]
    if heard is not None:
        found += [_short(heard.stream, heard.packets, "audio-short"), _damaged_sound(heard)]
    found.append(_short_of_the_whole(media, seen, heard))
    if seen is not None and heard is not None and heard.decodes:
        found.append(_stretched(seen.packets, heard))
    return found


def _examined(
    packets: list[Packets], seen: _Picture | None, heard: _Heard | None
) -> tuple[str, ...]:
    """What was looked at, from the cheapest to the dearest."""
    how = seen.how if seen is not None else ""
    looks = ("boxes", "packets" if packets else "", how, "sound" if heard is not None else "")
    return tuple(look for look in looks if look)


def _measured(media: Media, packets: list[Packets]) -> int | None:
    """The length; by the packets where the file gives none or too little."""
    found = packets[0].span_ms if packets else None  # the picture's, where there is one
    announced = media.duration_ms
    if media.picture is not None:
        announced = media.picture.duration_ms
    if found is None or (announced is not None and announced >= found - TOLERANCE_MS):
        return announced if announced is not None else media.duration_ms
    return found


def _empty(media: Media, packets: list[Packets], heard: _Heard | None) -> str | None:
    """Zeros where coded data should be. Uncoded sound may well be silent."""
    coded = packets
    if heard is not None and heard.stream.codec.startswith("pcm_"):
        coded = packets[: int(media.picture is not None)]
    return "payload-empty" if any(p.zeros > max(4, p.count // 100) for p in coded) else None


def _short(stream: VideoStream | AudioStream, packets: Packets, code: str) -> str | None:
    """Less than the file announces for this stream, by the times of its packets."""
    announced, found = stream.duration_ms, packets.span_ms
    if announced is not None and (found is None or found < announced - TOLERANCE_MS):
        return code
    return None


def _short_of_the_whole(media: Media, seen: _Picture | None, heard: _Heard | None) -> str | None:
    """Less than the file announces for all streams together, where it does for no single one."""
    streams: tuple[VideoStream | AudioStream, ...] = (*media.video, *media.audio)
    if any(s.duration_ms is not None for s in streams):
        return None
    ends = [s.packets.end_ms for s in (seen, heard) if s is not None and s.packets.end_ms]
    if not ends or media.announced_ms is None or max(ends) >= media.announced_ms - TOLERANCE_MS:
        return None
    return "packets-short" if seen is not None else "audio-short"


def _damaged_sound(heard: _Heard) -> str | None:
    """Packets that do not decode, or hold less time than they take.

    Where none decodes at all and ffmpeg says why, the codec is not known here, and nothing
    is wrong with them. Without a word there is no sound in them.
    """
    if not heard.decodes:
        return None if heard.sound.refused or not heard.packets.count else "audio-short"
    if heard.sound.damaged:
        return "audio-damaged"
    span = heard.packets.span_ms
    short = span is not None and (
        heard.sound.decoded_ms < span - heard.packets.missing_ms - TOLERANCE_MS
    )
    return "audio-short" if short else None


def _stretched(packets: Packets, heard: _Heard) -> str | None:
    """A few frames stretched over minutes, beside sound that ends early."""
    span = packets.span_ms
    if not span or span < heard.sound.decoded_ms * 1.25 + TOLERANCE_MS:
        return None
    return "timestamps-stretched" if 1000 * packets.count / span < _SLOW else None


def _sound_holes(heard: _Heard | None) -> Iterator[Hole]:
    """Stretches without sound data; many short ones are one that is shaky."""
    if heard is None or not heard.decodes:
        return
    small = []
    for start, end in heard.packets.gaps:
        if end - start >= _HOLE_MS:
            yield Hole(kind="sound", start_ms=start, end_ms=end, missing_ms=end - start)
        else:
            small.append((start, end))
    missing = sum(end - start for start, end in small)
    if missing >= _MANY_MS:
        yield Hole(
            kind="sound",
            start_ms=small[0][0],
            end_ms=small[-1][1],
            missing_ms=missing,
            count=len(small),
        )


def _picture_holes(seen: _Picture | None) -> Iterator[Hole]:
    """Stretches without pictures where they otherwise come evenly.

    A recording of a screen, or a show of stills, holds pictures for seconds on purpose.
    """
    if seen is None or seen.packets.uneven > max(_FEW, seen.packets.count // _SELDOM):
        return
    for start, end in seen.packets.gaps:
        if end - start >= _FROZEN_MS:
            yield Hole(kind="picture", start_ms=start, end_ms=end, missing_ms=end - start)


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
