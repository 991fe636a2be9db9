"""Films that show a title, read from their picture, against the title on the form."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Final

import bilingual
from bilingual.config import Config
from bilingual.media.probe import probe
from bilingual.model import Form, OpeningLine
from bilingual.ocr.opening import read_opening
from tests.bench.rules_run import Bench, Measured, keep
from tests.bench.rules_works import Tally
from tests.burned_videos import Scene, Text, draw
from tests.support import examined

TITLES: Final = (
    "认识太阳", "月球的秘密", "青藏高原上的水", "牦牛为什么不怕冷", "光从哪里来", "地震来了怎么办"
)  # fmt: skip
_SERIES: Final = "高原科普课堂"


def film_with(path: Path, lines: list[tuple[str, float, float]], seed: int) -> None:
    """A film whose picture shows lines of text: what, the size and where, as shares of its height."""
    from importlib.resources import files

    font = str(files(bilingual).joinpath("render/fonts/NotoSansSC-Regular.ttf"))
    texts = [
        Text(start_ms=500, end_ms=4500, text=text, font=font, size=size, y=y)
        for text, size, y in lines
    ]
    draw(Scene(texts=texts, duration_ms=4600, frames=10, seed=seed, background="still"), path)


def opening_of(path: Path) -> tuple[OpeningLine, ...]:
    """What is read in a film's opening."""
    config = Config.load()
    return read_opening(path, probe(path, config.media), config)


def is_reported(opening: tuple[OpeningLine, ...], title: str) -> bool:
    """Whether a film with this opening is said to have another title than this."""
    report = examined(form=Form(title=title), opening=opening)
    return any(finding.rule == "title-mismatch" for finding in report.findings)


def measure_titles(bench: Bench, measured: Measured) -> None:
    """Titles that differ, and titles that agree, alone and beside a series' name."""
    path, chance = bench.scratch / "title.mp4", random.Random(bench.seed)
    planted = {"another title": Tally(), "another title under a series' name": Tally()}
    near = Tally()
    right = {"the form's title": Tally(), "the form's title under a series' name": Tally()}
    for seed, title in enumerate(TITLES):
        other = chance.choice([t for t in TITLES if t != title])
        under = seed % 2 == 1
        lines = [(title, 0.11, 0.5)] + ([(_SERIES, 0.07, 0.2)] if under else [])
        film_with(path, lines, seed)
        opening = opening_of(path)
        suffix = " under a series' name" if under else ""
        planted[f"another title{suffix}"].add(is_reported(opening, other), title)
        right[f"the form's title{suffix}"].add(is_reported(opening, title), title)
        near.add(is_reported(opening, f"{title[:-1]}云"), title)
    for name, tally in planted.items():
        keep(bench, measured.planted, "title-mismatch", name, tally)
    keep(bench, measured.planted, "title-mismatch", "one character of the title another", near)
    for name, tally in right.items():
        keep(bench, measured.right, "title-mismatch", name, tally, right=True)
