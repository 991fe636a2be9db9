"""Fixing: what is safe is made in a new file, and nothing else is touched."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bilingual.checks.engine import rules
from bilingual.config import Config
from bilingual.errors import FormatError
from bilingual.fixing import Fixed, FixedTrack, fix_tracks
from bilingual.fixing.draft import split_lines
from bilingual.formats.reading import read_track
from bilingual.model import Language, Track
from bilingual.result import Report
from bilingual.verification import Work, examine
from tests.support import track as made_track

CONFIG = Config.load()

ZH = (
    "太阳是一颗恒星。",
    "地球是一颗行星。",
    "月亮绕着地球转。",
    "水在零度结成冰。",
    "植物需要阳光和水。",
)
BO = (
    "ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།",
    "སའི་གོ་ལ་ནི་གཡོ་སྐར་ཞིག་ཡིན།",
    "ཟླ་བ་སའི་གོ་ལའི་མཐའ་ལ་འཁོར།",
    "ཆུ་ཀླད་ཀོར་དུའུ་ལ་འཁྱགས་པར་འགྱུར།",
    "རྩི་ཤིང་ལ་ཉི་འོད་དང་ཆུ་དགོས།",
)


def stamp(ms: int, point: str = ",") -> str:
    return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"


def srt(texts: Any, times: Any = None, end: str = "\n") -> str:
    blocks = []
    for n, text in enumerate(texts):
        a, b = times[n] if times else (3000 * n + 1000, 3000 * n + 3500)
        blocks.append(f"{n + 1}\n{stamp(a)} --> {stamp(b)}\n{text}\n")
    return "\n".join(blocks).replace("\n", end)


def read(data: bytes, side: Language, name: str | None = None) -> Track:
    return read_track(data, name=name or f"{side}.srt", limits=CONFIG.reading)


def report_on(files: dict[Language, bytes], config: Config = CONFIG, **names: str) -> Report:
    artifacts = {side: read(data, side, names.get(side)) for side, data in files.items()}
    return examine(Work(config=config, artifacts=dict(artifacts)))


def fixed(files: dict[Language, bytes], *, unsafe: bool = False, **names: str) -> Fixed:
    return fix_tracks(report_on(files, **names), files=files, config=CONFIG, unsafe=unsafe)


def only(done: Fixed, side: Language = "bo") -> FixedTrack:
    return next(t for t in done.tracks if t.side == side)


def fixed_bo(texts: Any, times: Any = None) -> FixedTrack:
    return only(fixed({"bo": srt(texts, times).encode()}))


def texts_of(track: FixedTrack) -> list[str]:
    return [c.text for c in track.track.cues]


def test_a_sound_file_stays_as_it_is() -> None:
    files: dict[Language, bytes] = {"bo": srt(BO).encode(), "zh": srt(ZH).encode()}
    done = fixed(files)
    assert [t.changed for t in done.tracks] == [False, False]
    assert [t.diff() for t in done.tracks] == ["", ""]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("ཉི་མ་་ནི་བརྟན་སྐར་ཞིག་ཡིན།", BO[0]),  # tsheg twice
        ("ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན་།", BO[0]),  # tsheg before shad
        ("ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན་་་།", BO[0]),  # both: one fix brings the other
        ("ཐག་རིང།", "ཐག་རིང་།"),
        ("ཉི་མ\u0f0cནི་བརྟན་སྐར་ཞིག་ཡིན།", BO[0]),
        ("ཉི་མ་ནི་བརྟན་\u200bསྐར་ཞིག་ཡིན།\ufeff", BO[0]),  # hidden
        ("ཉི་མ་ནི་བརྟན\nསྐར་ཞིག་ཡིན།", "ཉི་མ་ནི་བརྟན་སྐར་\nཞིག་ཡིན།"),
        ("ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན\n། ཟླ་བ་ཡོད།", "ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།\nཟླ་བ་ཡོད།"),
    ],
)
def test_safe_fixes_of_tibetan(wrong: str, right: str) -> None:
    got = texts_of(fixed_bo((wrong, *BO[1:])))
    # Where exactly a line breaks is up to the word list.
    assert got[0].replace("\n", "") == right.replace("\n", "")
    assert got[0].count("\n") == right.count("\n")
    assert all(line.endswith(("་", "།")) for line in got[0].split("\n"))
    assert got[1:] == list(BO[1:])
