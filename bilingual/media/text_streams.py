"""How much a stream of subtitles holds, before any of it is decoded."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bilingual.config import MediaLimits
from bilingual.errors import MediaError
from bilingual.media.ffmpeg import bounds_of, ffmpeg_command
from bilingual.media.process import Process
from bilingual.media.sources import opened

_LINE_BYTES: Final = 256
_SIZE: Final = 4  # which field of a line of framecrc it is


def measured(
    path: Path, index: int, limits: MediaLimits, *, most: int, most_bytes: int
) -> tuple[int, int]:
    """How many packets a stream has, and how many bytes they hold; counted without decoding.

    :param most: of packets: beyond them, or beyond ``most_bytes``, nothing more is read.
    :raises MediaError: a limit was hit, or the file cannot be read.
    """
    count = size = 0
    with opened(path, limits) as source:
        command = ffmpeg_command(source, limits, [str(index)], {"c": "copy", "f": "framecrc"})
        bounds = bounds_of(limits, output_bytes=_LINE_BYTES * (most + 100))
        with Process(command, bounds=bounds, descriptors=[source.descriptor]) as process:
            for line in process.lines():
                fields = line.split(b",")
                if len(fields) > _SIZE and not line.startswith(b"#"):
                    count += 1
                    size += int(fields[_SIZE])
                if count > most or size > most_bytes:
                    return count, size
            if process.finish() != 0 and not count:
                raise MediaError("subtitle-unreadable", path=path.name, detail=process.complaint)
    return count, size
