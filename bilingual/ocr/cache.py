"""What was read in a video's picture, kept so that it is read once.

One file a video, named by a hash over the video's own hash, the readers'
versions and the settings that matter.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

import msgspec

from bilingual.config import BurnedIn
from bilingual.model import Cue, Reason
from bilingual.weights.kept import Place, answer_place, keep_answer, read_answer

_FORMAT: Final = 8
"""Raised whenever the same video would be read otherwise."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The cues by language, why a language has none, and which moments of a sample were read."""

    cues: dict[str, list[Cue]]
    missing: dict[str, Reason]
    readers: dict[str, str]
    moments_ms: list[int] = []


def place_for(
    sha256: str, versions: list[str], settings: BurnedIn, part: str = "whole"
) -> Place | None:
    """Where the answer for a video lies; ``None`` where none is to be kept.

    :param part: what was looked at: the ``whole`` picture, whoever asked for it; a
        ``glance`` at it; or the moments of a sample.
    """
    if not settings.cache:
        return None
    facts = [_FORMAT, sha256, versions, settings.frames_per_second, settings.look_every, part]
    name = hashlib.sha256(msgspec.json.encode(facts)).hexdigest()
    return answer_place("burned-in", name)


def get(place: Place | None) -> Kept | None:
    """The answer from before; ``None`` where there is none that can be read."""
    return read_answer(place, Kept)


def put(place: Place | None, answer: Any) -> None:
    """Keep an answer. A cache that cannot be written is logged and left be."""
    keep_answer(place, answer)
