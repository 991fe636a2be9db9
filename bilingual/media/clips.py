"""Short, small pieces of a video, to be played where a finding stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bilingual.config import MediaLimits
from bilingual.errors import MediaError
from bilingual.media.runner import bounds_of, ffmpeg_command, run
from bilingual.media.sources import opened
from bilingual.model import Media

LONGEST_MS: Final = 12_000
_OUTPUT_BYTES: Final = 4 * 1024**2


def clips(
    path: Path,
    media: Media,
    limits: MediaLimits,
    spans_ms: Sequence[tuple[int, int]],
    *,
    width: int = 426,
) -> dict[tuple[int, int], bytes]:
    """MP4 pieces (H.264, AAC) of some spans, ``width`` pixels wide, by their span.

    A span is cut to 12 seconds; one at which nothing can be cut is left out, and
    so are all without a video stream. Some 30 kB a second.

    :raises MediaError: the file is gone, or a limit was hit.
    """
    picture = next((v for v in media.video if not v.attached_picture), None)
    if picture is None or not picture.display_width:
        return {}
    ratio = min(4.0, max(0.25, picture.display_height / picture.display_width))
    height = max(2, round(width * ratio / 2) * 2)
    streams = [str(picture.index), *(["a:0"] if media.audio else [])]
    found = {}
    with opened(path, limits) as source:
        for start, end in spans_ms:
            seconds = min(LONGEST_MS, max(500, end - start)) / 1000
            command = ffmpeg_command(
                source,
                limits,
                streams,
                {
                    "t": seconds,
                    "vf": f"scale={width}:{height},setsar=1,fps=15",
                    "c:v": "libx264",
                    "preset": "veryfast",
                    "crf": 30,
                    "pix_fmt": "yuv420p",
                    "c:a": "aac",
                    "ac": 1,
                    "b:a": "48k",
                    "f": "mp4",
                    # A pipe cannot be gone back in: the index stands in pieces.
                    "movflags": "+frag_keyframe+empty_moov+default_base_moof",
                    "map_metadata": -1,
                },
                before={"ss": max(0, start) / 1000},
            )
            bounds = bounds_of(
                limits, timeout_s=min(60.0, limits.timeout_s), output_bytes=_OUTPUT_BYTES
            )
            try:
                done = run(command, bounds=bounds, descriptors=[source.descriptor])
            except MediaError as error:
                if error.code != "media-output-limit":
                    raise
                continue
            # Past the end there is an index and nothing for it to point at.
            if done.stdout[4:8] == b"ftyp" and b"moof" in done.stdout:
                found[start, end] = done.stdout
    return found
