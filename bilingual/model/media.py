"""Media files as measured."""

from __future__ import annotations

from dataclasses import dataclass

from bilingual.model.codec import Number, Plain, written_as


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoStream:
    """A video stream as measured. Sizes in pixels.

    ``display_width`` and ``display_height`` are after pixel aspect ratio and
    rotation: what a viewer sees. ``frame_rate`` is in frames a second.
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
    duration_ms: int | None = None
    bit_rate: int | None = None
    attached_picture: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioStream:
    """An audio stream as measured. ``sample_rate`` in Hz."""

    index: int
    codec: str
    channels: int | None = None
    sample_rate: int | None = None
    duration_ms: int | None = None
    language: str | None = None


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

    ``duration_ms`` is of the longest audio or video stream. ``container`` is
    the demuxer's short name (``mp4``, ``matroska`` …), ``brand`` the ISO base
    media file's major brand. ``decoded_ms`` is how much of it really decodes,
    ``complete`` whether the file holds all that it announces (``None``: not
    judged), ``complete_reason`` a code that says why not. ``examined`` names
    what was looked at: ``boxes``, ``packets``, ``key-frames`` or ``all-frames``
    (``first-…`` where only the first of very many), ``sound``.
    ``mean_volume_db`` and ``max_volume_db`` are dBFS of the first audio stream.
    ``repeated_ms`` of the picture's length are material shown again (an edit list,
    copied packets), ``held_ms`` single frames held beyond ten seconds each; neither
    is in a report where it is 0.
    """

    name: str
    bytes: int
    container: str
    brand: str | None = None
    duration_ms: int | None
    decoded_ms: int | None = None
    complete: bool | None = None
    complete_reason: str | None = None
    examined: tuple[str, ...] = ()
    mean_volume_db: Number | None = None
    max_volume_db: Number | None = None
    repeated_ms: int = 0
    held_ms: int = 0
    video: tuple[VideoStream, ...] = ()
    audio: tuple[AudioStream, ...] = ()
    subtitles: tuple[SubtitleStream, ...] = ()

    @property
    def picture(self) -> VideoStream | None:
        """The first video stream that is no cover picture."""
        return next((v for v in self.video if not v.attached_picture), None)


@written_as(Media)
def _media(media: Media, plain: Plain) -> Plain:
    return {k: v for k, v in plain.items() if v or k not in ("repeated_ms", "held_ms")}
