"""What was read in a video's picture, kept so that it is read once.

One file a video, named by a hash over the video's own hash, the readers'
versions and the settings that matter.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Any, Final

import msgspec

from bilingual.config import BurnedIn
from bilingual.files import write_through_draft
from bilingual.model import Cue, Reason
from bilingual.weights import cache_folder

_FORMAT: Final = 6
"""Raised whenever the same video would be read otherwise."""

_log = logging.getLogger(__name__)


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The cues by language, and why a language has none."""

    cues: dict[str, list[Cue]]
    missing: dict[str, Reason]
    readers: dict[str, str]


def file_for(sha256: str, versions: list[str], settings: BurnedIn) -> Path | None:
    """Where the answer for a video lies; ``None`` where none is to be kept."""
    if not settings.cache:
        return None
    facts = [_FORMAT, sha256, versions, settings.frames_per_second, settings.look_every]
    facts.append(settings.mode == "auto")  # then a glance may have been enough
    name = hashlib.sha256(msgspec.json.encode(facts)).hexdigest()
    return cache_folder() / "burned-in" / name[:2] / f"{name}.json"


def get(file: Path | None) -> Kept | None:
    """The answer from before; ``None`` where there is none that can be read."""
    if file is None:
        return None
    try:
        return msgspec.json.decode(file.read_bytes(), type=Kept)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        _log.warning("cache of burned-in subtitles: %s: %s", file, error)
        return None


def put(file: Path | None, answer: Any) -> None:
    """Keep an answer. A cache that cannot be written is logged and left be."""
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_through_draft(file, msgspec.json.encode(answer), keep=False)
    except OSError as error:
        _log.warning("cache of burned-in subtitles: %s: %s", file, error)
