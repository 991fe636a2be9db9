"""Media files as measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bilingual.model.codec import Number, Plain, written_as


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoStream:
    """A video stream as measured. Sizes in pixels.

    ``display_width`` and ``display_height`` are after pixel aspect ratio and
    rotation: what a viewer sees. ``frame_rate`` is in frames a second.
    ``start_ms`` and ``end_ms`` are on the film's clock (see :class:`Media`), the end
    by its packets; ``duration_ms`` is what the file announces for this stream alone.
    """

    index: int
    codec: str
    width: int
    height: int
    display_width: int
    display_height: int
    rotation: int = 0
    sample_aspect_ratio: float = 1.0
    frame_rate: float | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    duration_ms: int | None = None
    bit_rate: int | None = None
    attached_picture: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioStream:
    """An audio stream as measured. ``sample_rate`` in Hz; times as of a picture.

    ``default``: players take this one unless told otherwise. ``decodes``: whether
    anything of it can be decoded (``None``: not tried), ``decoded_ms`` how much.
    """

    index: int
    codec: str
    channels: int | None = None
    sample_rate: int | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    duration_ms: int | None = None
    language: str | None = None
    title: str | None = None
    default: bool = False
    decodes: bool | None = None
    decoded_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """Where a stream has no data: from when to when, on the film's clock.

    ``count`` holes lie within, which together last ``missing_ms``.
    """

    kind: Literal["sound", "picture"]
    start_ms: int
    end_ms: int
    missing_ms: int
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFault:
    """Two channels that cancel each other, or one of them (0: left) that is silent.

    From when to when, and in which share of the time in which anything is heard.
    """

    kind: Literal["cancelling", "silent"]
    channel: int | None = None
    start_ms: int
    end_ms: int
    share: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtitleStream:
    """A subtitle stream within a container. ``language`` as tagged (BCP 47/639-2)."""

    index: int
    codec: str
    language: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A media file as measured, not as its name or header claims.

    All times are on the film's clock, which shows 0 where the first picture or
    sound begins: a player's. ``first_ms`` is what the file's own timestamps show
    there. ``duration_ms`` is the picture's length (the longest sound's where there
    is no picture), ``announced_ms`` what the file says of the whole. ``container`` is
    the demuxer's short name (``mp4``, ``matroska`` …), ``brand`` the ISO base
    media file's major brand. ``decoded_ms`` is how much of it really decodes,
    ``complete`` whether the file holds all that it announces (``None``: not
    judged), ``complete_reason`` a code that says why not. ``examined`` names
    what was looked at: ``boxes``, ``packets``, ``key-frames`` or ``all-frames``
    (``first-…`` where only the first of very many), ``sound``.
    ``audio_stream`` is the index of the sound stream that was listened to;
    ``mean_volume_db`` and ``max_volume_db`` are its dBFS, ``channels`` what is wrong
    between its channels. ``holes`` are of the picture and of this stream.
    ``repeated_ms`` of the picture's length are material shown again (an edit list,
    copied packets), ``held_ms`` single frames held beyond ten seconds each; neither
    is in a report where it is 0.
    """

    name: str
    bytes: int
    container: str
    brand: str | None = None
    first_ms: int | None = None
    duration_ms: int | None
    announced_ms: int | None = None
    decoded_ms: int | None = None
    complete: bool | None = None
    complete_reason: str | None = None
    examined: tuple[str, ...] = ()
    mean_volume_db: Number | None = None
    max_volume_db: Number | None = None
    repeated_ms: int = 0
    held_ms: int = 0
    holes: tuple[Hole, ...] = ()
    channels: tuple[ChannelFault, ...] = ()
    audio_stream: int | None = None
    video: tuple[VideoStream, ...] = ()
    audio: tuple[AudioStream, ...] = ()
    subtitles: tuple[SubtitleStream, ...] = ()

    @property
    def picture(self) -> VideoStream | None:
        """The first video stream that is no cover picture."""
        return next((v for v in self.video if not v.attached_picture), None)

    @property
    def sound(self) -> AudioStream | None:
        """The sound stream that is listened to, or a player would: the first default one."""
        chosen = None if self.audio_stream is None else self.sound_stream(self.audio_stream)
        default = next((a for a in self.audio if a.default), None)
        return chosen or default or next(iter(self.audio), None)

    def sound_stream(self, index: int) -> AudioStream | None:
        """The sound stream with that index in the file."""
        return next((a for a in self.audio if a.index == index), None)


_NEW_OF_STREAM = ("start_ms", "end_ms", "title", "default", "decodes", "decoded_ms")
_NEW_OF_MEDIA = ("first_ms", "announced_ms", "holes", "channels", "audio_stream")


def _without_unsaid(plain: Plain, names: tuple[str, ...]) -> Plain:
    """Without those of the named keys that say nothing: reports before them had none."""
    return {
        k: v
        for k, v in plain.items()
        if k not in names or not (v is None or v == [] or (k == "default" and not v))
    }


@written_as(VideoStream)
def _video_stream(_: VideoStream, plain: Plain) -> Plain:
    return _without_unsaid(plain, _NEW_OF_STREAM)


@written_as(AudioStream)
def _audio_stream(_: AudioStream, plain: Plain) -> Plain:
    return _without_unsaid(plain, _NEW_OF_STREAM)


@written_as(Media)
def _media(media: Media, plain: Plain) -> Plain:
    plain = _without_unsaid(plain, _NEW_OF_MEDIA)
    return {k: v for k, v in plain.items() if v or k not in ("repeated_ms", "held_ms")}
