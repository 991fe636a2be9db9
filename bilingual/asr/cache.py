"""What was heard in a piece of sound, kept so that no piece is recognised twice.

One file a piece and question, named by a hash over the sound itself, the
model's hash, the engine's version and the settings that matter. A run that was
stopped goes on where it stood.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from bilingual.config import Asr
from bilingual.files import write_through_draft
from bilingual.weights import cache_folder

if TYPE_CHECKING:
    from bilingual.asr.base import Audio, Engine, Weights

_FORMAT = 1
_SETTINGS = ("beam_size", "prompt")
"""The settings that change what a recogniser says (the guards come later)."""

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Cache:
    """Answers of one engine with one model under one set of settings."""

    def __init__(self, engine: Engine, weights: Weights, settings: Asr) -> None:
        self._folder = cache_folder() / "transcripts" if settings.cache else None
        facts = [_FORMAT, engine.name, engine.fingerprint(settings), weights.sha256]
        facts += [getattr(settings, name) for name in _SETTINGS]
        self._base = msgspec.json.encode(facts)

    def _file(self, question: str, audio: Audio) -> Path | None:
        if self._folder is None:
            return None
        digest = hashlib.sha256(self._base + b"\0" + question.encode() + b"\0")
        digest.update(audio.tobytes())
        name = digest.hexdigest()
        return self._folder / name[:2] / f"{name}.json"

    def get(self, question: str, audio: Audio, kind: type[T]) -> T | None:
        """The answer from before; ``None`` where there is none that can be read."""
        file = self._file(question, audio)
        if file is None:
            return None
        try:
            return msgspec.json.decode(file.read_bytes(), type=kind)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError) as error:
            _log.warning("transcript cache: %s: %s", file, error)
            return None

    def put(self, question: str, audio: Audio, answer: Any) -> None:
        """Keep an answer. A cache that cannot be written is logged and left be."""
        file = self._file(question, audio)
        if file is None:
            return
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_through_draft(file, msgspec.json.encode(answer), keep=False)
        except OSError as error:
            _log.warning("transcript cache: %s: %s", file, error)
