"""The picture's brightness, frame by frame, through the one door to ffmpeg."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bilingual.config import MediaLimits
from bilingual.errors import MediaError
from bilingual.media.ffmpeg import bounds_of, ffmpeg_command
from bilingual.media.process import Process
from bilingual.media.sources import opened
from bilingual.model import Media, VideoStream

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Luma = NDArray[np.uint8]

_AROUND: Final = 3

MAX_HEIGHT: Final = 1080
"""Pictures larger than this (the smaller side) are halved in ffmpeg until they fit:
letters do not need more."""

MOST_RATIO: Final = 4.0
"""How many times one side of a picture may be as long as the other, to be looked at.

The widest films have 2.8. What a file says of its pixels' shape is a pair of numbers: a
pixel 65,535 times as wide as high would make pictures of gigabytes."""


def picture_of(media: Media) -> VideoStream | None:
    """The stream that is watched: the first that is no cover; ``None`` without one."""
    return next((v for v in media.video if not v.attached_picture and v.display_height), None)


def shape_of(stream: VideoStream) -> tuple[int, int]:
    """Height and width, in pixels, that :func:`luma_frames` gives frames of a stream.

    :raises MediaError: ``media-shape``: no film has such a shape.
    """
    _believed(stream)
    height, width = stream.display_height, stream.display_width
    scale = 1.0
    small, large = sorted((height, width))
    while small * scale > MAX_HEIGHT or large * scale > 2 * MAX_HEIGHT:
        scale /= 2
    return max(2, round(height * scale / 2) * 2), max(2, round(width * scale / 2) * 2)


def _believed(stream: VideoStream) -> None:
    height, width = stream.display_height, stream.display_width
    if not 0 < max(height, width) <= MOST_RATIO * min(height, width):
        raise MediaError("media-shape", width=width, height=height)


def luma_frames(
    path: Path, media: Media, limits: MediaLimits, *, per_second: float
) -> Iterator[tuple[int, Luma]]:
    """Times in ms and brightness, shape (height, width), uint8, as a viewer sees it.

    Evenly spaced, ``per_second`` of them, from the first frame on; one frame is
    held at a time. A stream that breaks off ends the frames early.

    :raises MediaError: ``media-no-video``, ``media-shape``, ``media-picture-undecodable``,
        or a limit was hit.
    """
    stream = picture_of(media)
    if stream is None:
        raise MediaError("media-no-video", path=path.name)
    shape = shape_of(stream)
    filters = _evenly(stream, shape, per_second)
    most = int(limits.max_duration_ms / 1000 * per_second) + 1
    pictures = _pictures(path, stream, limits, shape, filters, most, None)
    for number, frame in enumerate(pictures):
        yield round(number * 1000 / per_second), frame


def moments_of(
    path: Path,
    media: Media,
    limits: MediaLimits,
    moments_ms: Sequence[int],
    *,
    per_second: float,
    exact: bool = True,
) -> Iterator[tuple[int, list[Luma]]]:
    """Each moment (ms) with a frame before it, its own and one after it.

    The film is decoded once, up to the last moment; frames as :func:`luma_frames` gives
    them. A moment of which a frame is missing is left out.

    :param exact: otherwise frames that no other one refers to may be left out, and the one
        before stands in: half the work, and up to a third of a second too early.

    :raises MediaError: ``media-no-video``, ``media-picture-undecodable``, or a limit was hit.
    """
    stream = picture_of(media)
    if stream is None:
        raise MediaError("media-no-video", path=path.name)
    owners: dict[int, list[int]] = {}
    for at_ms in moments_ms:
        own = max(1, round(at_ms * per_second / 1000))
        for number in (own - 1, own, own + 1):
            owners.setdefault(number, []).append(at_ms)
    wanted = sorted(owners)
    shape = shape_of(stream)
    filters = _evenly(stream, shape, per_second)
    chosen = [f"eq(n\\,{number})" for number in wanted]
    filters.insert(1, f"select={_any_of(chosen)}")
    held: dict[int, list[Luma]] = {}
    # By one thread: more of them take a third more time of the processor for the same.
    before: dict[str, str | int] = {"threads": 1}
    if not exact:
        before["skip_frame"] = "noref"
    pictures = _pictures(path, stream, limits, shape, filters, len(wanted), before)
    for number, frame in zip(wanted, pictures, strict=False):
        for at_ms in owners[number]:
            frames = held.setdefault(at_ms, [])
            frames.append(frame)
            if len(frames) == _AROUND:
                yield at_ms, held.pop(at_ms)


def _any_of(terms: Sequence[str]) -> str:
    """A sum of terms, in brackets by halves: ffmpeg follows no more than a hundred in a row."""
    if len(terms) < 2:
        return terms[0] if terms else "0"
    middle = len(terms) // 2
    return f"({_any_of(terms[:middle])}+{_any_of(terms[middle:])})"


def _evenly(stream: VideoStream, shape: tuple[int, int], per_second: float) -> list[str]:
    """Filters for frames at even distances, as a viewer sees them, brightness alone."""
    filters = [f"fps={per_second}:start_time=0"]
    if shape != (stream.height, stream.width) or stream.rotation:
        filters.append(f"scale={shape[1]}:{shape[0]}:flags=area")
    return [*filters, "format=gray"]


def key_frames(
    path: Path,
    media: Media,
    limits: MediaLimits,
    *,
    height: int,
    width: int | None = None,
    most: int,
) -> Iterator[Luma]:
    """The pictures that decode by themselves, so high, the first ``most`` of them.

    A glance at a whole video for a tenth of what decoding all of it takes. Without ``width``
    they keep their shape.

    :raises MediaError: ``media-shape``, ``media-picture-undecodable``, or a limit was hit.
    """
    stream = picture_of(media)
    if stream is None:
        return
    _believed(stream)
    if width is None:
        width = max(2, round(height * stream.display_width / stream.display_height / 2) * 2)
    filters = [f"scale={width}:{height}:flags=area", "format=gray"]
    before: dict[str, str | int] = {"skip_frame": "nokey"}
    yield from _pictures(path, stream, limits, (height, width), filters, most, before)


def _pictures(
    path: Path,
    stream: VideoStream,
    limits: MediaLimits,
    shape: tuple[int, int],
    filters: list[str],
    most: int,
    before: dict[str, str | int] | None,
) -> Iterator[Luma]:
    """Frames of a shape as ffmpeg's filters make them, one at a time."""
    import numpy as np

    size = shape[0] * shape[1]
    output = {"vf": ",".join(filters), "f": "rawvideo", "t": limits.max_duration_ms / 1000}
    if before is not None:
        output |= {"fps_mode": "passthrough", "frames:v": most}
    with opened(path, limits) as source:
        command = ffmpeg_command(source, limits, [str(stream.index)], output, before=before)
        bounds = bounds_of(limits, output_bytes=size * (most + 1))
        with Process(command, bounds=bounds, descriptors=[source.descriptor]) as process:
            frame, filled, count = np.empty(size, np.uint8), 0, 0
            for block in process.blocks():
                rest = np.frombuffer(block, np.uint8)
                while len(rest):
                    part = rest[: size - filled]
                    frame[filled : filled + len(part)] = part
                    filled, rest = filled + len(part), rest[len(part) :]
                    if filled == size:
                        yield frame.reshape(shape)
                        frame, filled, count = np.empty(size, np.uint8), 0, count + 1
            if process.finish() and not count:
                detail = process.complaint[-300:]
                raise MediaError("media-picture-undecodable", path=path.name, detail=detail)
