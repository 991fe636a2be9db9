"""The sample's words and when they are spoken."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from bilingual.model import Cue, Language, Span, Track

ASSETS: Final = resources.files("bilingual.sample") / "assets"

HOLD_MS: Final = 200
"""Subtitles stay this long after the sentence has been spoken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence in both languages and the span in which it is heard."""

    zh: str
    bo: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The narration. ``duration_ms`` is that of the sound, silences included."""

    sentences: tuple[Sentence, ...]
    lead_in_ms: int
    lead_out_ms: int

    @property
    def duration_ms(self) -> int:
        """From the first picture to the last."""
        return self.sentences[-1].span.end_ms + self.lead_out_ms

    def track(self, language: Language) -> Track:
        """The sentences as a subtitle track."""
        return Track(
            cues=tuple(
                Cue(
                    index=index,
                    start_ms=sentence.span.start_ms,
                    end_ms=sentence.span.end_ms + HOLD_MS,
                    text=sentence.zh if language == "zh" else sentence.bo,
                )
                for index, sentence in enumerate(self.sentences)
            ),
            language=language,
        )


@cache
def script() -> Script:
    """The script with the times of the recorded narration.

    :raises ValueError: the recording and the script do not belong together.
    """
    text = resources.files("bilingual.sample").joinpath("script.toml").read_text("utf-8")
    words = tomllib.loads(text)
    times = json.loads(ASSETS.joinpath("timing.json").read_text("utf-8"))
    sentences = tuple(
        Sentence(zh=cue["zh"], bo=cue["bo"], span=Span(start_ms=start, end_ms=end))
        for cue, (start, end) in zip(words["cues"], times, strict=True)
    )
    return Script(
        sentences=sentences,
        lead_in_ms=words["lead_in_ms"],
        lead_out_ms=words["lead_out_ms"],
    )
