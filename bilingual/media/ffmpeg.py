"""The one door to ffmpeg: limits, and no network.

Arguments are built with ffmpeg-python and run by ``bilingual.media.process``. An
input is a descriptor that we opened ourselves, read through ffmpeg's ``fd:``
protocol, which is the only one on the whitelist: whatever a file asks for, no other is
opened and no connection is made. Demuxers and decoders are allow-listed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from bilingual.budget import threads
from bilingual.config import MediaLimits
from bilingual.errors import MediaError
from bilingual.media.binaries import ffmpeg_binaries
from bilingual.media.process import Bounds, run
from bilingual.media.sources import Source, opened

AUDIO_CODECS: Final = (
    "aac,aac_latm,mp3,mp3float,mp2,mp2float,ac3,eac3,flac,alac,opus,libopus,vorbis,"
    "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_u8,pcm_alaw,pcm_mulaw"
)
VIDEO_CODECS: Final = "h264,hevc,mpeg4,mpeg2video,vp8,vp9,libdav1d,av1,prores,dnxhd,mjpeg,png"
SUBTITLE_CODECS: Final = "mov_text,subrip,srt,webvtt,ass,ssa,text"
# Captions that are no text, or not by themselves: a file that has them is read, they are not.
_OTHER_CODECS: Final = "dvdsub,dvbsub,pgssub,cc_dec"
ALL_CODECS: Final = f"{AUDIO_CODECS},{VIDEO_CODECS},{SUBTITLE_CODECS},{_OTHER_CODECS}"

_BY_STREAM: Final = frozenset({"mpegts"})
_A_GLANCE_S: Final = 1


def bounds_of(limits: MediaLimits, **changes: Any) -> Bounds:
    """The bounds that settings ask for; it may write no file."""
    known = {
        "timeout_s": limits.timeout_s,
        "memory_bytes": limits.max_memory_bytes,
        "file_bytes": 0,
    }
    return Bounds(**(known | changes))


def ffmpeg_command(
    source: Source,
    limits: MediaLimits,
    streams: Sequence[str],
    output: dict[str, Any],
    *,
    target: str = "pipe:1",
    level: str = "error",
    before: dict[str, Any] | None = None,
) -> list[str]:
    """An ffmpeg command that reads an opened source and writes one output.

    :param streams: which streams, as ffmpeg names them: an index or ``a:0``.
    :param output: options of the output, by name; ``before``: of the input.
    :param level: how much ffmpeg writes to stderr (``error``, ``info`` …).

    What comes out is on the film's clock (:class:`bilingual.model.Media`).
    """
    import ffmpeg

    binaries = ffmpeg_binaries(limits.ffmpeg)
    os.lseek(source.descriptor, 0, os.SEEK_SET)
    options = source.options(limits, ALL_CODECS, has_fd=binaries.has_fd)
    given = {"threads": threads(2)} | (before or {})
    stream = ffmpeg.input(source.url(has_fd=binaries.has_fd), **options, **given)
    # Chapters and tags by the hundred thousand would be copied to every output.
    plain = {"map_chapters": -1, "map_metadata": -1}
    made = ffmpeg.output(*(stream[name] for name in streams), target, **(plain | output))
    if source.family in _BY_STREAM:
        # Of these ffmpeg counts time from the first stream that is used, and joins parts
        # whose clocks begin anew by the streams that are used: so all are, undecoded.
        beside = plain | {"c": "copy", "f": "null"}
        if {"t", "frames:v"} & output.keys():
            beside["t"] = output.get("t", _A_GLANCE_S)
        made = ffmpeg.merge_outputs(made, ffmpeg.output(stream["v?"], stream["a?"], "-", **beside))
    stream = made.global_args("-nostdin", "-hide_banner", "-v", level)
    compiled: list[str] = stream.compile(cmd=str(binaries.ffmpeg))
    return compiled


def probe_arguments(source: Source, limits: MediaLimits) -> list[str]:
    """What comes last in an ffprobe command: the options of an opened source, and itself."""
    import ffmpeg

    binaries = ffmpeg_binaries(limits.ffmpeg)
    options = source.options(limits, ALL_CODECS, has_fd=binaries.has_fd)
    # ffmpeg-python builds no command for ffprobe without running it; what
    # comes before the input's name is the same for both programs.
    url = source.url(has_fd=binaries.has_fd)
    arguments: list[str] = ffmpeg.get_args(ffmpeg.input(url, **options).output("-"))
    return arguments[: arguments.index("-i") + 2]


def encode(
    stream: Any,
    *,
    limits: MediaLimits | None = None,
    timeout_s: float = 900,
    file_bytes: int = 1024**3,
    stdin: bytes | Iterable[bytes] | None = None,
) -> None:
    """Make a file from things of our own: samples, proxies, stills.

    Not for what was submitted: the inputs are read as ffmpeg sees fit.

    :param stream: an ffmpeg-python output node, e.g. ``ffmpeg.input("pipe:0",
        f="rawvideo", …).output("out.mp4", …)``; it overwrites its target.
    :param stdin: what its ``pipe:0`` reads, whole or block by block.
    :raises MediaError: ``media-not-made``, ``media-timeout``.
    """
    limits = limits or MediaLimits()
    stream = stream.global_args("-nostdin", "-hide_banner", "-v", "error", "-y")
    command = stream.compile(cmd=str(ffmpeg_binaries(limits.ffmpeg).ffmpeg))
    bounds = Bounds(timeout_s=timeout_s, memory_bytes=4 * 1024**3, file_bytes=file_bytes)
    done = run(command, bounds=bounds, stdin=stdin)
    if done.status != 0:
        raise MediaError("media-not-made", detail=done.complaint[-300:])


def extract_subtitle(
    path: Path, stream_index: int, codec: str, limits: MediaLimits, *, muxer: str | None = "srt"
) -> bytes:
    """A text subtitle stream as a file of its own.

    :param muxer: how ffmpeg calls the form of the file (``srt``, ``webvtt``, ``ass``).
    :raises MediaError: ``subtitle-codec`` where it is no text, or it cannot be read.
    """
    if codec not in SUBTITLE_CODECS.split(",") or muxer is None:
        raise MediaError("subtitle-codec", path=path.name, codec=codec)
    with opened(path, limits) as source:
        command = ffmpeg_command(source, limits, [str(stream_index)], {"f": muxer})
        done = run(command, bounds=bounds_of(limits), descriptors=[source.descriptor])
    if done.status != 0:
        raise MediaError("subtitle-unreadable", path=path.name, detail=done.complaint[-300:])
    return done.stdout
