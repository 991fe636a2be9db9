"""Rows of which the first reading says what the files say are not read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from bilingual.config import Config
from bilingual.model import Language
from bilingual.ocr import confirming
from bilingual.ocr.bands import Band
from bilingual.ocr.base import ReaderKind, Reading
from bilingual.ocr.choosing import Moment, chosen
from bilingual.ocr.confirming import agrees, confirmed_times, glance_beside
from bilingual.ocr.detecting import Box
from bilingual.ocr.recognise import read_bands
from bilingual.ocr.rows import Row

CONFIG = Config.load()
BO = (
    "ཉི་མ་ཉིན་རེར་ཤར་ཕྱོགས་ནས་འཆར།",
    "དགོང་མོར་ནུབ་ཕྱོགས་སུ་ནུབ།",
    "ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།",
    "སའི་གོ་ལ་ནི་གཡོ་སྐར་ཞིག་ཡིན།",
    "ཉི་མའི་ཚངས་ཐིག་ནི་སའི་གོ་ལའི་ལྡབ་༡༠༩ཡིན།",
    "ཉི་མ་མེད་ན་ཚེ་སྲོག་ཀྱང་མེད།",
)
ZH = (
    "太阳每天从东方升起。",
    "傍晚从西方落下。",
    "太阳是一颗恒星。",
    "地球是一颗行星。",
    "太阳的直径是地球的109倍。",
    "没有太阳，就没有生命。",
)
MOMENTS = [
    Moment(at_ms=1000 + 3000 * n, texts={"bo": bo, "zh": zh})
    for n, (bo, zh) in enumerate(zip(BO, ZH, strict=True))
]
OTHER = "སློབ་གྲྭའི་དགེ་རྒན་གྱིས་སློབ་མ་ཚོར་སྐད་ཡིག་བསླབས།"


@dataclass
class Slow:
    """Reads a picture of one pixel, the number of a row; keeps what it was asked for."""

    texts: dict[int, str]
    language: Language
    quick: list[int] = field(default_factory=list)
    thorough: list[int] = field(default_factory=list)

    def read(self, rows: Sequence[Sequence[Any]]) -> list[Reading]:
        self.thorough += [int(views[0][0, 0]) for views in rows]
        return [self._reading(views) for views in rows]

    def _reading(self, views: Sequence[Any]) -> Reading:
        text = self.texts[int(views[0][0, 0])]
        tibetan = "\u0f40" <= text[0] <= "\u0fff"
        if tibetan == (self.language == "bo"):
            return Reading(text=text, confidence=0.99)
        return Reading(text="1l1", confidence=0.1)

    def kind(self) -> ReaderKind:
        return ReaderKind(
            name=self.language,
            language=self.language,
            rank=0,
            trusted=0.97,
            missing=lambda settings: None,
            load=lambda settings: self,
            fingerprint=lambda settings: "",
        )


class Quick(Slow):
    """The same, with a quick way."""

    def glance(self, rows: Sequence[Sequence[Any]]) -> list[Reading]:
        self.quick += [int(views[0][0, 0]) for views in rows]
        return [self._reading(views) for views in rows]


@dataclass
class Picture:
    """Tibetan over Chinese, and the readers that see them."""

    bands: list[Band]
    bo: Slow
    zh: Slow

    @property
    def kinds(self) -> dict[Language, ReaderKind]:
        return {"bo": self.bo.kind(), "zh": self.zh.kind()}


def picture(
    monkeypatch: pytest.MonkeyPatch,
    bo: Sequence[str | None],
    zh: Sequence[str | None],
    reader: type[Slow] = Quick,
) -> Picture:
    texts: dict[int, str] = {}
    numbers: dict[int, int] = {}
    bands = []
    for top, side in ((430, bo), (480, zh)):
        rows = []
        for moment, text in zip(MOMENTS, side, strict=True):
            if text is not None:
                box = Box(left=300, top=top, right=660, bottom=top + 30)
                row = Row(start_ms=moment.at_ms - 40, end_ms=moment.at_ms + 40, box=box)
                numbers[id(row)] = len(texts)
                texts[len(texts)] = text
                rows.append(row)
        bands.append(Band.of(rows))
    views = {key: [np.full((1, 1), number, np.uint8)] for key, number in numbers.items()}
    monkeypatch.setattr(confirming, "views_of", lambda bands: views)
    return Picture(bands, reader(texts, "bo"), reader(texts, "zh"))


def test_what_agrees_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = picture(monkeypatch, BO, ZH)
    glance = glance_beside(seen.bands, MOMENTS, seen.kinds, CONFIG)
    assert confirmed_times(seen.bands, MOMENTS, glance) == {m.at_ms for m in MOMENTS}
    before = len(seen.zh.thorough)
    read, _ = read_bands(seen.bands, seen.kinds, CONFIG, 960.0, glance)
    assert (seen.bo.thorough, len(seen.zh.thorough)) == ([], before)
    assert len(seen.bo.quick) == len(BO)
    assert [r.reading.text for r in read] == [*BO, *ZH]
    assert all(r.readable for r in read)
    # Of Tibetan only the first rows were shown to the Chinese reader.
    assert before < len(BO) + len(ZH)


def test_what_differs_is_read_thoroughly(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = [*BO]
    changed[4] = BO[4].replace("༡༠༩", "༡༩༠")  # two digits: less than a reader may err in letters
    changed[1] = OTHER
    changed[3] = ZH[3]  # left in Chinese
    seen = picture(monkeypatch, changed, ZH)
    glance = glance_beside(seen.bands, MOMENTS, seen.kinds, CONFIG)
    known = confirmed_times(seen.bands, MOMENTS, glance)
    assert known == {MOMENTS[n].at_ms for n in (0, 2, 5)}
    assert chosen(MOMENTS, seen.bands, 2, known=known) != sorted(known)
    assert not set(chosen(MOMENTS, seen.bands, 2, known=known)) & known
    read, _ = read_bands(seen.bands, seen.kinds, CONFIG, 960.0, glance)
    assert sorted(seen.bo.thorough) == [1, 4]
    assert [r.reading.text for r in read] == [*changed, *ZH]


def test_what_is_shown_at_another_time_is_read_once_and_its_moment_is_not_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = picture(monkeypatch, [BO[0], BO[0], *BO[2:]], ZH)
    glance = glance_beside(seen.bands, MOMENTS, seen.kinds, CONFIG)
    assert MOMENTS[1].at_ms not in confirmed_times(seen.bands, MOMENTS, glance)
    read_bands(seen.bands, seen.kinds, CONFIG, 960.0, glance)
    assert seen.bo.thorough == []


def test_a_row_that_is_missing_is_not_known_and_a_language_never_shown_is_not_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = picture(monkeypatch, [*BO[:5], None], ZH)
    glance = glance_beside(seen.bands, MOMENTS, seen.kinds, CONFIG)
    known = confirmed_times(seen.bands, MOMENTS, glance)
    assert known == {m.at_ms for m in MOMENTS[:5]}
    only = [seen.bands[1]]
    glance = glance_beside(only, MOMENTS, seen.kinds, CONFIG)
    assert confirmed_times(only, MOMENTS, glance) == {m.at_ms for m in MOMENTS}
    assert confirmed_times([], MOMENTS, glance_beside([], MOMENTS, seen.kinds, CONFIG)) == set()


def test_a_reader_without_a_quick_way_reads_all(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = picture(monkeypatch, BO, ZH, Slow)
    glance = glance_beside(seen.bands, MOMENTS, seen.kinds, CONFIG)
    read, _ = read_bands(seen.bands, seen.kinds, CONFIG, 960.0, glance)
    assert sorted(seen.bo.thorough) == list(range(len(BO)))
    assert [r.reading.text for r in read] == [*BO, *ZH]


@pytest.mark.parametrize(
    ("reading", "written", "same"),
    [
        (BO[0].rstrip("།"), BO[0], True),
        (BO[0].replace("ཕ", "པ"), BO[0], True),  # letters that are taken for each other
        ("ཉི་མ་ཉིན་རེར།", "ཉི་མ་ཉིན་རེར།\nཤར་ཕྱོགས་ནས་འཆར།", True),
        (OTHER, BO[0], False),
        ("༡༩༠", "༡༠༩", False),
        ("", "", False),
        ("།", BO[0], False),
        ("太阳", "", False),
    ],
)
def test_agreeing(reading: str, written: str, same: bool) -> None:
    assert agrees(reading, written) is same
