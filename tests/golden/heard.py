"""What the recogniser heard in the samples' narration, kept in ``heard.jsonl``.

A recogniser adds up its numbers in another order on each kind of processor, and now and then
hears another word. The goldens are about what the library makes of what was heard, so in their
cases each sound gets the answer that was recorded for it; how well the recogniser hears is
measured by ``tests/asr`` and the benches. ``python -m tests.golden.regenerate --record`` asks the
recogniser anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from bilingual.asr.vad import SAMPLE_RATE
from bilingual.model import Segment

if TYPE_CHECKING:
    from bilingual.asr.base import Audio

KEPT: Final = Path(__file__).with_name("heard.jsonl")
RECORDING: Final = "BILINGUAL_GOLDEN_RECORDING"
"""The environment variable that names the file which a run writes answers to."""

_FRAME: Final = SAMPLE_RATE // 2
# Sounds are known by their loudness: decoders and cuts differ by a little, sentences by much.
_NEAR_S: Final = 0.25
_NEAR_DB: Final = 3.0
_QUIET_DB: Final = -60.0


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """A sound and the answers to it: its length, and its loudness in dB each half second."""

    seconds: float
    loudness: list[int]
    scores: dict[str, float] | None = None
    segments: list[Segment] | None = None


def _known_by(sound: Audio) -> tuple[float, list[int]]:
    levels = [
        np.sqrt(np.mean(np.square(sound[at : at + _FRAME], dtype=np.float64)))
        for at in range(0, len(sound), _FRAME)
    ]
    loud = [max(_QUIET_DB, 20 * float(np.log10(level + 1e-9))) for level in levels]
    return round(len(sound) / SAMPLE_RATE, 2), [round(level) for level in loud]


def _distance(one: Heard, seconds: float, loudness: Sequence[int]) -> float | None:
    """How unlike two sounds are, in dB; ``None``: one is longer than the other."""
    if abs(one.seconds - seconds) > _NEAR_S:
        return None
    both = list(zip(one.loudness, loudness, strict=False))
    return sum(abs(a - b) for a, b in both) / max(1, len(both))


def answer(kept: Sequence[Heard], sound: Audio, asked: str) -> Any:
    """What was recorded for a sound: its ``scores`` or its ``segments``.

    :raises LookupError: nothing was recorded for a sound like this.
    """
    seconds, loudness = _known_by(sound)
    near = [
        (away, n)
        for n, one in enumerate(kept)
        if getattr(one, asked) is not None
        and (away := _distance(one, seconds, loudness)) is not None
    ]
    away, best = min(near, default=(_NEAR_DB, -1))
    if away >= _NEAR_DB:
        raise LookupError(
            f"no {asked} recorded for a sound of {seconds} s ({away:.1f} dB from the nearest): "
            "python -m tests.golden.regenerate --record"
        )
    return getattr(kept[best], asked)


@contextmanager
def replayed() -> Iterator[None]:
    """Answer from what was recorded; where a run records, ask the recogniser and write it down."""
    from bilingual.asr.engines.faster_whisper import FasterWhisper

    scores, segments = FasterWhisper.language_scores, FasterWhisper.recognise_all
    goes_to = os.environ.get(RECORDING)
    made: list[Heard] = []

    def language_scores(self: FasterWhisper, audio: Audio) -> Mapping[str, float]:
        if not goes_to:
            found: dict[str, float] = answer(_kept(), audio, "scores")
            return found
        asked = dict(scores(self, audio))
        seconds, loudness = _known_by(audio)
        made.append(Heard(seconds=seconds, loudness=loudness, scores=asked))
        return asked

    def recognise_all(
        self: FasterWhisper, sounds: Sequence[Audio], language: str
    ) -> tuple[tuple[Segment, ...], ...]:
        if not goes_to:
            return tuple(tuple(answer(_kept(), sound, "segments")) for sound in sounds)
        asked = segments(self, sounds, language)
        for sound, one in zip(sounds, asked, strict=True):
            seconds, loudness = _known_by(sound)
            made.append(Heard(seconds=seconds, loudness=loudness, segments=list(one)))
        return asked

    FasterWhisper.language_scores = language_scores  # type: ignore[method-assign]
    FasterWhisper.recognise_all = recognise_all  # type: ignore[method-assign]
    try:
        yield
    finally:
        FasterWhisper.language_scores = scores  # type: ignore[method-assign]
        FasterWhisper.recognise_all = segments  # type: ignore[method-assign]
        if goes_to and made:
            keep(Path(goes_to), made)


def keep(path: Path, made: Sequence[Heard]) -> None:
    """Write answers down, a line a sound, after those that are there."""
    before = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    lines = [json.dumps(msgspec.to_builtins(one), ensure_ascii=False) for one in made]
    path.write_text("\n".join(dict.fromkeys([*before, *lines])) + "\n", encoding="utf-8")


def _kept() -> list[Heard]:
    return read(KEPT)


def read(path: Path) -> list[Heard]:
    """The answers that were written down."""
    return [
        msgspec.json.decode(line, type=Heard)
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
