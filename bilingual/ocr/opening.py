"""The text that the picture shows near the beginning: where a film writes its title."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bilingual.config import Config
from bilingual.files import held
from bilingual.model import Media, OpeningLine
from bilingual.ocr.detecting import text_boxes
from bilingual.ocr.engine import require, running
from bilingual.ocr.frames import moments_of
from bilingual.ocr.rows import mean_of, sized

MOMENTS_MS: Final = (1_000, 2_500, 4_000, 6_000, 8_000, 11_000, 15_000, 20_000)
"""When to look: openings of films of a few minutes seldom take longer."""

_TALLEST: Final = 0.4  # of the picture's height; titles are larger than subtitles
_MOST_LINES: Final = 12  # a moment


def read_opening(path: Path, media: Media, config: Config) -> tuple[OpeningLine, ...]:
    """The lines of text in the picture at some moments of the first twenty seconds.

    Chinese is read, and what is written in Latin letters; Tibetan is not.

    :param media: the file as probed.
    :raises DependencyError: ``ocr-missing``: the extra ``ocr`` is not installed.
    :raises MediaError: a limit was hit, or a program that reads the picture ended early.
    """
    require()
    moments = [at for at in MOMENTS_MS if at < (media.duration_ms or 0)]
    if not moments:
        return ()
    with held(path), running(1):
        return tuple(_lines(path, media, config, moments))


def _lines(path: Path, media: Media, config: Config, moments: list[int]) -> Iterator[OpeningLine]:
    per_second = config.burned_in.frames_per_second
    for at_ms, frames in moments_of(path, media, config.media, moments, per_second=per_second):
        full = frames[1]
        small = mean_of([sized(frame) for frame in frames])
        height = small.shape[0]
        factor = full.shape[0] / height
        for box in text_boxes(small, _TALLEST * height)[:_MOST_LINES]:
            whole = box.scaled(factor)
            crop = full[whole.top : whole.bottom, whole.left : whole.right]
            with running(1) as engine:
                text, score = engine.text(crop)
            if text.strip():
                yield OpeningLine(
                    text=text.strip(),
                    at_ms=at_ms,
                    height=round(box.height / height, 4),
                    middle=round((box.top + box.bottom) / 2 / height, 4),
                    confidence=round(min(1.0, score), 4),
                )
