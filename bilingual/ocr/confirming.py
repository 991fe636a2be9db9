"""Rows of which a quick reading says what the files say: they need no thorough one.

A reader does not come upon the words of a file by chance: where its first reading of a row
agrees with what the file shows then, or at another of the moments, the row says that. What
agrees with nothing is read as if no file were there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from bilingual.config import Config
from bilingual.model import Language
from bilingual.ocr.bands import Band
from bilingual.ocr.base import QuickReader, ReaderKind, Reading
from bilingual.ocr.choosing import Moment
from bilingual.ocr.cues import looks_chinese
from bilingual.ocr.recognise import Glance, first_read, views_of
from bilingual.ocr.rows import Row
from bilingual.text.misread import bare, may_be_same, same_digits

if TYPE_CHECKING:
    from bilingual.ocr.frames import Luma

_FIRST: Final = 3  # rows that show what language a band is in
_LEAST: Final = 2  # letters without which a text shows nothing
_LONG_ENOUGH: Final = 4  # the same for one that may be shown at any time


def glance_beside(
    bands: Sequence[Band],
    moments: Sequence[Moment],
    kinds: Mapping[Language, ReaderKind],
    config: Config,
) -> Glance:
    """A glance at rows that were seen at moments, and which of them say what the files say."""
    views = views_of(bands)
    chinese: dict[int, Reading] = {}
    tibetan: dict[int, Reading] = {}
    first = [row for band in bands for row in _spread(band.rows)]
    chinese |= first_read(kinds, first, views, config)
    other = [band for band in bands if _is_tibetan(band, chinese)]
    asked = [row for band in other for row in band.rows if not _known(row, chinese)]
    for row, reading in zip(asked, _quick(kinds, asked, views, config), strict=True):
        if _says_what_is_written(row, reading, moments, "bo"):
            tibetan[id(row)] = reading
            chinese.setdefault(id(row), Reading())
    rest = [row for band in bands for row in band.rows if id(row) not in chinese]
    chinese |= first_read(kinds, rest, views, config)
    confirmed: dict[int, Language] = dict.fromkeys(tibetan, "bo")
    for band in bands:
        for row in band.rows:
            reading = chinese[id(row)]
            if _known(row, chinese) and _says_what_is_written(row, reading, moments, "zh"):
                confirmed[id(row)] = "zh"
    return Glance(views=views, chinese=chinese, tibetan=tibetan, confirmed=confirmed)


def confirmed_times(
    bands: Sequence[Band], moments: Sequence[Moment], glance: Glance
) -> frozenset[int]:
    """The moments (ms) at which the picture shows what the files do, and nothing else.

    A language that no band is in is not looked for.
    """
    rows: dict[int, list[Row]] = defaultdict(list)
    for band in bands:
        for row in band.rows:
            rows[moment_of(row, moments).at_ms].append(row)
    found: set[Language] = set(glance.confirmed.values())
    if not found:
        return frozenset()
    return frozenset(m.at_ms for m in moments if _is_confirmed(m, rows, glance, found))


def _is_confirmed(
    moment: Moment, rows: Mapping[int, Sequence[Row]], glance: Glance, found: Iterable[Language]
) -> bool:
    seen = rows.get(moment.at_ms, ())
    if not all(id(row) in glance.confirmed for row in seen):
        return False
    for side in found:
        own = [row for row in seen if glance.confirmed[id(row)] == side]
        own.sort(key=lambda row: (row.box.top, row.box.left))
        readings = glance.chinese if side == "zh" else glance.tibetan
        said = "".join(readings[id(row)].text for row in own)
        written = bare(moment.texts.get(side, ""))
        if (said or written) and not _same(bare(said), written):
            return False
    return True


def agrees(reading: str, written: str) -> bool:
    """Whether a reading says what is written, or one line of it."""
    said = bare(reading)
    return len(said) >= _LEAST and any(
        _same(said, bare(text)) for text in (written, *written.split("\n"))
    )


def moment_of(row: Row, moments: Iterable[Moment]) -> Moment:
    """Which of the moments a row was seen at."""
    return min(moments, key=lambda m: abs(2 * m.at_ms - row.start_ms - row.end_ms))


def _same(said: str, written: str) -> bool:
    return same_digits(said, written) and may_be_same(said, written)


def _says_what_is_written(
    row: Row, reading: Reading, moments: Sequence[Moment], side: Language
) -> bool:
    """Whether a reading agrees with the files at the row's moment, or at another."""
    if agrees(reading.text, moment_of(row, moments).texts.get(side, "")):
        return True
    said = bare(reading.text)
    return len(said) >= _LONG_ENOUGH and any(
        _same(said, bare(moment.texts.get(side, ""))) for moment in moments
    )


def _known(row: Row, chinese: Mapping[int, Reading]) -> bool:
    return id(row) in chinese and looks_chinese(chinese[id(row)])


def _spread(rows: Sequence[Row]) -> list[Row]:
    step = max(1, len(rows) // _FIRST)
    return list(rows[step // 2 :: step][:_FIRST])


def _is_tibetan(band: Band, chinese: Mapping[int, Reading]) -> bool:
    """Whether fewer than half of a band's first rows are Chinese."""
    read = [row for row in band.rows if id(row) in chinese]
    return 2 * sum(_known(row, chinese) for row in read) < len(read)


def _quick(
    kinds: Mapping[Language, ReaderKind],
    rows: Sequence[Row],
    views: Mapping[int, list[Luma]],
    config: Config,
) -> list[Reading]:
    """A quick reading of each row as Tibetan; empty ones where the reader has none."""
    kind = kinds.get("bo")
    reader = kind.load(config.burned_in) if kind is not None and rows else None
    if not isinstance(reader, QuickReader):
        return [Reading()] * len(rows)
    return reader.glance([views[id(row)] for row in rows])
