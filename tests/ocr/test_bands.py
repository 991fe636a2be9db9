"""Which rows are subtitles: by place, rhythm, length of stay and company."""

from __future__ import annotations

from itertools import pairwise

from bilingual.ocr.bands import find_bands
from bilingual.ocr.base import Reading
from bilingual.ocr.cues import ReadRow, tracks_of, untangled
from bilingual.ocr.detecting import Box
from bilingual.ocr.rows import Row

WIDTH = 960


def row(
    start: int, end: int, *, y: int = 490, width: int = 400, x: int = WIDTH // 2, h: int = 30
) -> Row:
    box = Box(left=x - width // 2, top=y - h // 2, right=x + width // 2, bottom=y + h // 2)
    return Row(start_ms=start, end_ms=end, box=box)


def subtitles(y: int = 490, n: int = 8, h: int = 30) -> list[Row]:
    return [row(3000 * i, 3000 * i + 2500, y=y, h=h, width=300 + 40 * (i % 5)) for i in range(n)]


def test_a_band_below_or_above_or_both() -> None:
    for places in ([490], [60], [60, 490], [450, 490]):
        rows = [r for y in places for r in subtitles(y)]
        bands = find_bands(rows, width=WIDTH, duration_ms=30_000)
        assert [len(b.rows) for b in bands] == [8] * len(places), places


def test_what_is_no_subtitle() -> None:
    logo = [row(0, 60_000, y=40, x=860, width=120)]
    labels = [row(4000 * i, 4000 * i + 3000, y=120 + 50 * i, x=200 + 90 * i) for i in range(6)]
    thirds = [row(15_000 * i, 15_000 * i + 4000, x=200, width=250 + 10 * i) for i in range(4)]
    card = [row(50_000, 56_000, y=270 + 40 * i) for i in range(6)]
    short_cards = [
        row(4000 * n, 4000 * n + 4000, y=y) for n in range(5) for y in (270, 324, 378, 486)
    ]
    place_names = [row(20_000 * i, 20_000 * i + 3000) for i in range(4)]
    for rows in (logo, labels, thirds, card, short_cards, place_names, []):
        assert find_bands(rows, width=WIDTH, duration_ms=60_000) == ()


def test_subtitles_are_distinguished_from_other_rows() -> None:
    own = subtitles()
    rows = [
        *own,
        row(0, 60_000, y=40, x=860),
        row(2000, 5000, y=300, x=300),
        row(4000, 7000, x=150, width=200),
    ]
    (band,) = find_bands(rows, width=WIDTH, duration_ms=30_000)
    assert list(band.rows) == own


def test_a_row_found_in_part_stays_in_its_band() -> None:
    part = row(30_000, 32_000, x=560, width=300)
    (band,) = find_bands([*subtitles(), part], width=WIDTH, duration_ms=33_000)
    assert part in band.rows


def test_neighbours_in_time_do_not_overlap() -> None:
    bands = find_bands([*subtitles(), row(23_400, 26_000)], width=WIDTH, duration_ms=30_000)
    rows = untangled(bands)[0].rows
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(rows))


def test_rows_that_stand_together_are_one_cue() -> None:
    def read(r: Row, text: str, confidence: float = 0.99) -> ReadRow:
        reading = Reading(text=text, confidence=confidence)
        return ReadRow(row=r, reading=reading, language="zh", readable=confidence > 0.9)

    rows = [
        read(row(0, 2000, y=490), "第二行"),
        read(row(40, 2000, y=455), "第一行"),
        read(row(2000, 4000), "另一条", 0.3),
    ]
    track = tracks_of(rows)["zh"]
    assert [c.text for c in track.cues] == ["第一行\n第二行", "另一条"]
    assert [c.readable for c in track.cues] == [True, False]
    assert track.source == "burned-in"
    assert track.cues[1].confidence == 0.3


def test_lines_from_a_common_left_edge_are_subtitles() -> None:
    widths = [250, 420, 300, 360, 280, 400, 330, 390]
    own = [row(3000 * n, 3000 * n + 2500, x=80 + w // 2, width=w) for n, w in enumerate(widths)]
    (band,) = find_bands(own, width=WIDTH, duration_ms=30_000)
    assert list(band.rows) == own
    # A caption of one width in the same corner is none.
    caption = [row(3000 * n, 3000 * n + 2500, x=205, width=250) for n in range(8)]
    assert find_bands(caption, width=WIDTH, duration_ms=30_000) == ()


def test_two_long_lines_are_subtitles_where_they_fill_the_film() -> None:
    two = [row(0, 5000), row(6000, 11_000, width=500)]
    (band,) = find_bands(two, width=WIDTH, duration_ms=20_000)
    assert list(band.rows) == two
    assert find_bands(two, width=WIDTH, duration_ms=60_000) == ()


def test_a_few_second_lines_are_a_band_beside_the_first() -> None:
    """In another language now and then, above what is always there."""
    own = subtitles(490)
    second = [row(own[n].start_ms, own[n].end_ms, y=450, width=350) for n in (1, 5)]
    first, other = find_bands([*own, *second], width=WIDTH, duration_ms=30_000)
    assert sorted((len(first.rows), len(other.rows))) == [2, 8]
    assert [r for r in (*first.rows, *other.rows) if r in second] == second
