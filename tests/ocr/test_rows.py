"""Rows are followed through plates, moving pictures and changes without a gap."""

from __future__ import annotations

from typing import Any

import pytest

from bilingual.ocr.cues import _once
from bilingual.ocr.detecting import Box
from bilingual.ocr.rows import Row, follow, sized
from tests.ocr.drawn import CHINESE, word

np = pytest.importorskip("numpy")
pytest.importorskip("cv2", reason="needs the extra ocr")

PLACE = Box(left=374, top=474, right=586, bottom=516)


def frames(texts: list[str], background: Any) -> list[tuple[int, Any]]:
    """Twenty frames a text (80 ms each), in white at one place; an empty one is none."""
    result = []
    for number, text in enumerate(t for t in texts for _ in range(20)):
        frame = background(number).copy()
        if text:
            ink = word(text, CHINESE, 34)
            top, left = 495 - ink.shape[0] // 2, 480 - ink.shape[1] // 2
            part = frame[top : top + ink.shape[0], left : left + ink.shape[1]]
            np.copyto(part, ink, where=ink > part)
        result.append((number * 80, frame))
    return result


def detect(picture: Any, tallest: float) -> list[Box]:
    """One that always says the same place, in the part it is shown."""
    whole = picture.shape[1] / 960
    top = 0 if picture.shape[0] > 0.5 * picture.shape[1] else round(540 * whole) - picture.shape[0]
    scaled = PLACE.scaled(whole)
    return [
        Box(left=scaled.left, right=scaled.right, top=scaled.top - top, bottom=scaled.bottom - top)
    ]


def plate(number: int) -> Any:
    frame = np.full((540, 960), 235, np.uint8)
    frame[472:518, 340:620] = 60
    return frame


def moving(number: int) -> Any:
    rng = np.random.default_rng(3)
    wide = np.kron(rng.integers(0, 150, (90, 400)), np.ones((6, 6))).astype(np.uint8)
    frame = wide[:, 7 * number : 7 * number + 960].copy()
    frame[474:516, 366:594] //= 3  # the shade around the letters
    return frame


@pytest.mark.parametrize("background", [plate, moving])
def test_a_change_without_a_gap_ends_one_and_begins_another(background: Any) -> None:
    rows = follow(
        frames(["", "政治职能", "樱桃谷鸭", ""], background), detect, per_second=12.5, every=5
    )
    texts = [r for r in rows if 1400 < r.start_ms < 3400 and r.end_ms - r.start_ms > 1000]
    assert len(texts) == 2, rows
    first, second = texts
    assert abs(first.start_ms - 1600) <= 80
    assert abs(first.end_ms - 3200) <= 80
    assert abs(second.start_ms - 3200) <= 80
    assert abs(second.end_ms - 4800) <= 80


def test_one_letter_of_several_is_a_change() -> None:
    rows = follow(
        frames(["", "第三步是什么", "第八步是什么", ""], moving), detect, per_second=12.5, every=5
    )
    assert len([r for r in rows if 1400 < r.start_ms < 3400]) == 2, rows


def test_upright_pictures_keep_their_breadth() -> None:
    assert sized(np.zeros((1920, 1080), np.uint8)).shape == (960, 540)
    assert sized(np.zeros((1080, 1920), np.uint8)).shape == (540, 960)
    assert sized(np.zeros((360, 640), np.uint8)).shape == (360, 640)


def test_a_row_followed_twice_is_one() -> None:
    part = Box(left=400, top=472, right=500, bottom=518)
    whole = Row(start_ms=1000, end_ms=2600, box=PLACE, views=(b"whole",))
    (one,) = _once([whole, Row(start_ms=1200, end_ms=3000, box=part)])
    assert (one.start_ms, one.end_ms, one.views) == (1000, 3000, (b"whole",))
    other = Row(start_ms=2600, end_ms=3000, box=PLACE)
    assert _once([whole, other]) == [whole, other]
