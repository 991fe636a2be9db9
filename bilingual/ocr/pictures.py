"""What a viewer sees where a cue is shown: crops for a human eye."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bilingual.config import MediaLimits
from bilingual.media.probe import probe
from bilingual.media.stills import stills
from bilingual.model import Cue, Media

BELOW: Final = (0.6, 1.0)
"""The part of the picture, in shares of its height, where most subtitles are."""

_AROUND: Final = 0.03


def cue_pictures(
    path: Path,
    cues: Sequence[Cue],
    limits: MediaLimits,
    *,
    media: Media | None = None,
    strip: tuple[float, float] | None = None,
    width: int = 960,
) -> dict[int, bytes]:
    """JPEG pictures of cues by their index, each taken in the cue's middle.

    A cue at whose time nothing decodes is left out.

    :param cues: of a track, whatever its source; their times are the video's.
    :param media: the file as probed, where it is known.
    :param strip: which part of the picture: from one share of its height to another.
        Unless given, where the cue is known to be, or else the lower part.
    :raises MediaError: the file cannot be read, or a limit was hit.
    """
    if not cues:
        return {}
    media = media or probe(path, limits)
    wanted: dict[tuple[float, float], dict[int, list[int]]] = {}
    for cue in cues:
        middles = wanted.setdefault(strip or _strip(cue), {})
        middles.setdefault((cue.start_ms + cue.end_ms) // 2, []).append(cue.index)
    found = {}
    for place, middles in wanted.items():
        for still in stills(path, media, limits, sorted(middles), width=width, strip=place):
            found.update(dict.fromkeys(middles[still.at_ms], still.jpeg))
    return found


def _strip(cue: Cue) -> tuple[float, float]:
    if cue.rows is None:
        return BELOW
    top, bottom = cue.rows
    return max(0.0, top - _AROUND), min(1.0, bottom + _AROUND)
