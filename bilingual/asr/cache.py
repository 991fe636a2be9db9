"""What was heard in a piece of sound, kept so that no piece is recognised twice.

One file a piece and question, named by a hash over the sound itself, the
model's hash, the engine's version and the settings that matter. A run that was
stopped goes on where it stood.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from bilingual.config import Asr
from bilingual.weights.kept import Place, answer_place, keep_answer, read_answer

if TYPE_CHECKING:
    from bilingual.asr.base import Audio, Engine, Weights

_FORMAT = 1
_SETTINGS = ("beam_size", "prompt")
"""The settings that change what a recogniser says (the guards come later)."""

T = TypeVar("T")


class Cache:
    """Answers of one engine with one model under one set of settings."""

    def __init__(self, engine: Engine, weights: Weights, settings: Asr) -> None:
        self._enabled = settings.cache
        facts = [_FORMAT, engine.name, engine.fingerprint(settings), weights.sha256]
        facts += [getattr(settings, name) for name in _SETTINGS]
        self._base = msgspec.json.encode(facts)

    def _place(self, question: str, audio: Audio) -> Place | None:
        if not self._enabled:
            return None
        digest = hashlib.sha256(self._base + b"\0" + question.encode() + b"\0")
        digest.update(audio.tobytes())
        return answer_place("transcripts", digest.hexdigest())

    def get(self, question: str, audio: Audio, kind: type[T]) -> T | None:
        """The answer from before; ``None`` where there is none that can be read."""
        return read_answer(self._place(question, audio), kind)

    def put(self, question: str, audio: Audio, answer: Any) -> None:
        """Keep an answer. A cache that cannot be written is logged and left be."""
        keep_answer(self._place(question, audio), answer)
