"""Short, small pieces of a video, to be played beside a finding."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bilingual.config import MediaLimits
from bilingual.media.audio import FILLED
from bilingual.media.pieces import even_height, piece
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
    picture = media.picture
    if picture is None or not picture.display_width:
        return {}
    height = even_height(picture, width)
    heard = media.sound
    streams = [str(s.index) for s in (picture, heard) if s is not None]
    sound = {"af": _mono(media)} if heard is not None else {}
    found = {}
    with opened(path, limits) as source:
        for start, end in spans_ms:
            seconds = min(LONGEST_MS, max(500, end - start)) / 1000
            clip = piece(
                source,
                limits,
                streams,
                {
                    "t": seconds,
                    "vf": f"scale={width}:{height},setsar=1,fps=15",
                    "c:v": "libx264",
                    "preset": "veryfast",
                    "crf": 30,
                    # Frames out of order would be late by two, without an edit list.
                    "bf": 0,
                    "pix_fmt": "yuv420p",
                    "c:a": "aac",
                    "ac": 1,
                    **sound,
                    "b:a": "48k",
                    "f": "mp4",
                    # A pipe cannot be gone back in: the index comes in pieces.
                    "movflags": "+frag_keyframe+empty_moov+default_base_moof",
                    "map_metadata": -1,
                },
                at_ms=start,
                most_bytes=_OUTPUT_BYTES,
            )
            # Past the end there is an index and nothing for it to point at.
            if clip[4:8] == b"ftyp" and b"moof" in clip:
                found[start, end] = clip
    return found


def _mono(media: Media) -> str:
    """The filters of the sound: in its place, and one channel where two would cancel."""
    opposed = any(fault.kind == "cancelling" for fault in media.channels)
    return f"{FILLED},pan=mono|c0=c0" if opposed else FILLED
