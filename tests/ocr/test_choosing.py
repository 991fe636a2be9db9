"""Which moments are read: where a row has another shape than the files would give it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bilingual.ocr.bands import Band
from bilingual.ocr.choosing import LOOKED_AT, Moment, chosen, looked_at, spread
from bilingual.ocr.detecting import Box
from bilingual.ocr.rows import Row

LETTERS = [(20, 9), (31, 12), (12, 8), (25, 10), (18, 11), (40, 15), (22, 9), (28, 13)] * 5
MOMENTS = [
    Moment(at_ms=1000 + 3000 * n, letters={"bo": bo, "zh": zh})
    for n, (bo, zh) in enumerate(LETTERS)
]


def row(at_ms: int, width: float, top: int) -> Row:
    left = round(480 - width / 2)
    box = Box(left=left, top=top, right=left + round(width), bottom=top + 30)
    return Row(start_ms=at_ms - 40, end_ms=at_ms + 40, box=box)


def bands(bo: dict[int, float | None], zh: dict[int, float | None]) -> list[Band]:
    """Tibetan over Chinese; other widths than the text gives at some moments, or no row."""
    made = []
    for side, each, top, changed in (("bo", 18.0, 430, bo), ("zh", 40.0, 480, zh)):
        rows = []
        for number, moment in enumerate(MOMENTS):
            usual = each * moment.letters[side] * (1 + 0.06 * (number % 3 - 1))  # type: ignore[index]
            width = changed.get(number, usual)
            if width is not None:
                rows.append(row(moment.at_ms, width, top))
        made.append(Band.of(rows))
    return made


def test_a_missing_row_and_one_of_another_length_are_read() -> None:
    seen = bands({7: None, 19: 250.0}, {33: 150.0})
    times = chosen(MOMENTS, seen, 6)
    assert len(times) == 6
    assert {MOMENTS[n].at_ms for n in (7, 19, 33)} <= set(times)


def test_the_other_language_is_read() -> None:
    above, below = bands({}, {})
    chinese = {id(row) for row in below.rows} | {id(above.rows[17])}
    times = chosen(MOMENTS, [above, below], 1, lambda row: id(row) in chinese)
    assert times == [MOMENTS[17].at_ms]
    # Where all rows seem to be of the other language, that is how they look.
    assert len(chosen(MOMENTS, [above, below], 5, lambda row: False)) == 5


@pytest.mark.parametrize("most", [3, 10, 39, 40, 60])
def test_what_is_wanted_is_read_and_the_rest_is_spread(most: int) -> None:
    wanted = [
        Moment(at_ms=m.at_ms, wanted=n in (0, 5, 6), letters=m.letters)
        for n, m in enumerate(MOMENTS)
    ]
    for seen in ([], bands({}, {})):
        times = chosen(wanted, seen, most)
        assert len(times) == min(most, len(MOMENTS))
        assert times == sorted(set(times))
        assert {MOMENTS[n].at_ms for n in (0, 5, 6)} <= set(times)


def test_a_second_line_that_few_cues_have_is_not_missed_elsewhere() -> None:
    second = Band.of([row(MOMENTS[n].at_ms, 200, 520) for n in range(0, 40, 8)])
    first = bands({11: None}, {})
    assert MOMENTS[11].at_ms in chosen(MOMENTS, [*first, second], 1)


def test_many_moments_are_looked_at_here_and_there() -> None:
    many = [Moment(at_ms=100 * n, wanted=n == 777) for n in range(2000)]
    found = looked_at(many, 30)
    assert len(found) == LOOKED_AT * 30
    assert found == sorted(found, key=lambda m: m.at_ms)
    assert any(m.wanted for m in found)
    gaps = [b.at_ms - a.at_ms for a, b in pairwise(found)]
    assert max(gaps) < 4000
    assert spread(many, 5000) == many
