"""Which rows of text are subtitles: recognized by place, company, length of stay and number.

Subtitles come again and again at one height, on one middle (or from one left
edge), one after the other, in letters of one size. Logos stay, labels and signs
may be anywhere, titles and credits fill the picture, tickers move.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from bilingual.ocr.rows import Row

LONGEST_MS: Final = 12_000
"""A row shown longer is no subtitle."""

LOWEST: Final = 0.70
"""A band's middle lies lower than this share of the height,"""

HIGHEST: Final = 0.22
"""or higher than this."""

_SAME_ROW: Final = 0.45  # of a row's height: how far middles of one band may lie apart
_SAME_SIZE: Final = 1.5
_TALLER: Final = 2.2
_CENTRED: Final = 0.025  # of the picture's width: how far from the band's middle
_MIDDLE: Final = 0.10  # how far the band's middle may be from the picture's
_SHARE: Final = 0.7
_FEWEST: Final = 3
_FEWEST_LEFT: Final = 8
_GAP_MS: Final = 7000  # the next one usually follows within
_CARD_ROWS: Final = 5
_CARD_ROWS_ELSEWHERE: Final = 2  # of those, where no subtitles are


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A strip of the picture in which subtitles come and go.

    ``top`` and ``bottom`` are the rows' medians in pixels of a picture
    ``picture_height`` high; ``rows`` in the order of time.
    """

    top: float
    bottom: float
    rows: tuple[Row, ...]

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Band:
        """The strip that rows are in, which come in any order."""
        return cls(
            top=median(r.box.top for r in rows),
            bottom=median(r.box.bottom for r in rows),
            rows=tuple(sorted(rows, key=lambda r: r.start_ms)),
        )


def find_bands(rows: Sequence[Row], *, width: float, duration_ms: int) -> tuple[Band, ...]:
    """The bands of a video, from top to bottom; none where it has no subtitles.

    :param width: of the picture, in the rows' pixels.
    """
    passing = [row for row in rows if row.end_ms - row.start_ms <= LONGEST_MS]
    cards = {id(row) for row in passing if _on_card(row, passing)}
    placed = [row for row in passing if id(row) not in cards and _placed(row)]
    on_cards = [row for row in passing if id(row) in cards and _placed(row)]
    bands = []
    for group in _groups(placed):
        chosen = _regular(group, width)
        if chosen and _steady(chosen, duration_ms):
            chosen += _tall(placed, chosen, width)
            # The last subtitle may be over the credits' card.
            chosen += [row for row in on_cards if _fits(row, chosen, width)]
            bands.append(Band.of(chosen))
    bands += _companions(bands, placed, width)
    return tuple(sorted(bands, key=lambda band: band.top))


def bands_of_moments(rows: Sequence[Row], *, width: float) -> tuple[Band, ...]:
    """As :func:`find_bands`, of rows that were seen at some moments only.

    How they follow each other is not known: place, size and number alone count.
    """
    placed = [row for row in rows if _placed(row)]
    bands = []
    for group in _groups(placed):
        chosen = _regular(group, width)
        if len(chosen) >= _FEWEST:
            bands.append(Band.of(chosen + _tall(placed, chosen, width)))
    bands += _companions(bands, placed, width)
    return tuple(sorted(bands, key=lambda band: band.top))


def middle(row: Row) -> float:
    """How far down the row's middle is, in pixels."""
    return (row.box.top + row.box.bottom) / 2


def across(row: Row) -> float:
    """How far right the row's middle is, in pixels."""
    return (row.box.left + row.box.right) / 2


def together_ms(a: Row, b: Row) -> int:
    """How long both are shown, in ms."""
    return max(0, min(a.end_ms, b.end_ms) - max(a.start_ms, b.start_ms))


def _placed(row: Row) -> bool:
    share = middle(row) / row.picture_height
    return share >= LOWEST or share <= HIGHEST


def _on_card(row: Row, rows: Sequence[Row]) -> bool:
    """Whether it is in a column of rows: a title, credits, a table."""
    stay = max(1, row.end_ms - row.start_ms)
    company = [r for r in rows if r is not row and together_ms(row, r) > 0.6 * stay]
    same_time = [r for r in company if abs(r.start_ms - row.start_ms) < 400]
    near = [r for r in same_time if abs(across(r) - across(row)) < r.box.width]
    elsewhere = sum(not _placed(r) for r in near)
    return len(near) + 1 >= _CARD_ROWS or elsewhere >= _CARD_ROWS_ELSEWHERE


def _groups(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows of one height in the picture, the fullest groups first."""
    rest = list(rows)
    groups = []
    while rest:
        best: list[Row] = []
        for seed in rest:
            near = [r for r in rest if _alike(seed, r)]
            if len(near) > len(best):
                best = near
        groups.append(sorted(best, key=lambda r: r.start_ms))
        chosen = {id(r) for r in best}
        rest = [r for r in rest if id(r) not in chosen]
    return groups


def _alike(a: Row, b: Row) -> bool:
    small, big = sorted((a.box.height, b.box.height))
    return abs(middle(a) - middle(b)) < _SAME_ROW * big and big < _SAME_SIZE * small


def _fits(row: Row, rows: Sequence[Row], width: float) -> bool:
    """Whether a row is just where a band's are, in letters of their size."""
    height = median(r.box.height for r in rows)
    return (
        abs(middle(row) - median(middle(r) for r in rows)) < 0.15 * height
        and is_centred(row, rows, width)
        and 0.75 * height < row.box.height < 1.35 * height
    )


def _regular(rows: Sequence[Row], width: float) -> list[Row]:
    """Those on the group's common middle, or from its common left edge."""
    centre = median(across(r) for r in rows)
    if abs(centre - width / 2) < _MIDDLE * width:
        centred = [r for r in rows if abs(across(r) - centre) < _CENTRED * width]
        if len(centred) >= max(2, _SHARE * len(rows)):
            return [r for r in rows if r in centred or _in_part(r, centred, centre)]
    edge = median(r.box.left for r in rows)
    flush = [r for r in rows if abs(r.box.left - edge) < _CENTRED * width]
    if len(flush) >= max(_FEWEST_LEFT, _SHARE * len(rows)) and _widths_differ(flush):
        return flush
    return []


def _in_part(row: Row, rows: Sequence[Row], centre: float) -> bool:
    """Whether it may be a subtitle that was found in part: it reaches over the middle,
    or is where others are at a time when none of them is there.
    """
    if row.box.left < centre < row.box.right:
        return True
    height = median(r.box.height for r in rows)
    placed = abs(middle(row) - median(middle(r) for r in rows)) < 0.2 * height
    widest = max(r.box.width for r in rows)
    within = max(row.box.right - centre, centre - row.box.left) < widest / 2
    alone = not any(together_ms(row, r) for r in rows)
    return placed and within and alone and row.box.height > 0.7 * height


def _tall(placed: Sequence[Row], rows: Sequence[Row], width: float) -> list[Row]:
    """Rows around which the detector drew too high a box, at times when none other is there."""
    top, bottom = median(r.box.top for r in rows), median(r.box.bottom for r in rows)
    own, slack = {id(r) for r in rows}, 0.2 * (bottom - top)
    return [
        r
        for r in placed
        if id(r) not in own
        and r.box.top <= top + slack
        and r.box.bottom >= bottom - slack
        and r.box.height < _TALLER * (bottom - top)
        and is_centred(r, rows, width)
        and not any(together_ms(r, other) for other in rows)
    ]


def is_centred(row: Row, rows: Sequence[Row], width: float) -> bool:
    """Whether its middle is the others', right across."""
    return abs(across(row) - median(across(r) for r in rows)) < _CENTRED * width


def _widths_differ(rows: Sequence[Row]) -> bool:
    widths = sorted(r.box.width for r in rows)
    return widths[-1] > 1.3 * widths[0]


def _steady(rows: Sequence[Row], duration_ms: int) -> bool:
    """Whether they are enough, and follow each other closely enough, to be subtitles."""
    shown = sum(r.end_ms - r.start_ms for r in rows)
    if len(rows) >= _FEWEST:
        return median(b.start_ms - a.end_ms for a, b in pairwise(rows)) <= _GAP_MS
    return len(rows) == 2 and shown >= 0.4 * duration_ms


def _companions(bands: Sequence[Band], placed: Sequence[Row], width: float) -> list[Band]:
    """Rows just above or below a band's own, at the same time: second lines."""
    taken = {id(row) for band in bands for row in band.rows}
    more = []
    for band in bands:
        height = band.bottom - band.top
        centre = median(across(r) for r in band.rows)
        found = []
        for row in placed:
            if id(row) in taken or abs(across(row) - centre) > _CENTRED * width:
                continue
            distance = abs(middle(row) - (band.top + band.bottom) / 2)
            beside = 0.5 * height < distance < 1.8 * height
            sized = height / _SAME_SIZE < row.box.height < height * _SAME_SIZE
            partners = (
                r for r in band.rows if together_ms(r, row) > 0.7 * (row.end_ms - row.start_ms)
            )
            if beside and sized and any(partners):
                found.append(row)
                taken.add(id(row))
        if found:
            more.append(Band.of(found))
    return more
