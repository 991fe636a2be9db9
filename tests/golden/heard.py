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


def of_sound(
    sound: Audio,
    *,
    scores: dict[str, float] | None = None,
    segments: Sequence[Segment] | None = None,
) -> Heard:
    """A sound with the answers that it got."""
    levels = [
        np.sqrt(np.mean(np.square(sound[at : at + _FRAME], dtype=np.float64)))
        for at in range(0, len(sound), _FRAME)
    ]
    loud = [max(_QUIET_DB, 20 * float(np.log10(level + 1e-9))) for level in levels]
    return Heard(
        seconds=round(len(sound) / SAMPLE_RATE, 2),
        loudness=[round(level) for level in loud],
        scores=scores,
        segments=None if segments is None else list(segments),
    )


def _distance(one: Heard, other: Heard) -> float | None:
    """How unlike two sounds are, in dB; ``None``: one is longer than the other."""
    if abs(one.seconds - other.seconds) > _NEAR_S:
        return None
    both = list(zip(one.loudness, other.loudness, strict=False))
    return sum(abs(a - b) for a, b in both) / max(1, len(both))


def answer(kept: Sequence[Heard], sound: Audio, asked: str) -> Any:
    """What was recorded for a sound: its ``scores`` or its ``segments``.

    :raises LookupError: nothing was recorded for a sound like this.
    """
    wanted = of_sound(sound)
    near = [
        (away, n)
        for n, one in enumerate(kept)
        if getattr(one, asked) is not None and (away := _distance(one, wanted)) is not None
    ]
    away, best = min(near, default=(_NEAR_DB, -1))
    if away >= _NEAR_DB:
        raise LookupError(
            f"no {asked} recorded for a sound of {wanted.seconds} s ({away:.1f} dB from the nearest): "
            "python -m tests.golden.regenerate --record"
        )
    return getattr(kept[best], asked)


@contextmanager
def replayed() -> Iterator[None]:
    """Answer from what was recorded; where a run records, ask the recogniser and write it down."""
    from bilingual.asr.engines.faster_whisper import FasterWhisper

    scores, segments = FasterWhisper.language_scores, FasterWhisper.recognise_all
    goes_to = os.environ.get(RECORDING)
    kept = [] if goes_to else read(KEPT)
    made: list[Heard] = []

    def language_scores(self: FasterWhisper, audio: Audio) -> Mapping[str, float]:
        if not goes_to:
            found: dict[str, float] = answer(kept, audio, "scores")
            return found
        asked = dict(scores(self, audio))
        made.append(of_sound(audio, scores=asked))
        return asked

    def recognise_all(
        self: FasterWhisper, sounds: Sequence[Audio], language: str
    ) -> tuple[tuple[Segment, ...], ...]:
        if not goes_to:
            return tuple(tuple(answer(kept, sound, "segments")) for sound in sounds)
        asked = segments(self, sounds, language)
        for sound, one in zip(sounds, asked, strict=True):
            made.append(of_sound(sound, segments=one))
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


def read(path: Path) -> list[Heard]:
    """The answers that were written down."""
    return [
        msgspec.json.decode(line, type=Heard)
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
