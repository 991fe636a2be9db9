"""The picture read at some moments: what is written in it when the files have a cue.

The film is decoded once, and of it only a few frames around each moment are kept. Rows
are found at more moments than are read, and each is glanced at: where that says what the
files say (:mod:`bilingual.ocr.confirming`) it is known what is there; of the others some
are read (:mod:`bilingual.ocr.choosing`). What was not read is not known: whoever uses this
says how many moments were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from bilingual.budget import threads
from bilingual.config import Config
from bilingual.files import confirm, held
from bilingual.model import Media
from bilingual.ocr import cache
from bilingual.ocr.bands import Band, bands_of_moments
from bilingual.ocr.choosing import Moment, chosen, looked_at
from bilingual.ocr.confirming import confirmed_times, glance_beside
from bilingual.ocr.cues import tracks_of
from bilingual.ocr.detecting import Box, text_boxes
from bilingual.ocr.engine import require, running
from bilingual.ocr.frames import moments_of
from bilingual.ocr.recognise import (
    STAGE,
    BurnedInText,
    hash_of,
    kinds_of,
    packed,
    read_bands,
    unpacked,
    versions_of,
    worth_reading,
)
from bilingual.ocr.rows import Row, found_in, mean_of, rows_of_moment, sized
from bilingual.progress import Callback

if TYPE_CHECKING:
    from bilingual.ocr.frames import Luma

SEEN_MS: Final = 40
"""A cue of a sample lasts from so long before its moment to as long after it."""

_FIRST_ABOVE: Final = 4  # moments at which subtitles above are looked for
_ROOM_MS: Final = 450  # so long a frame is right that is up to a third of a second early
_INSIDE: Final = 0.8
_LEVEL: Final = 0.6  # of the lower one's height two boxes have in common in one line,
_NEAR: Final = 0.8  # and of the higher one's they are apart at most


def read_sample(
    path: Path,
    media: Media,
    config: Config,
    moments: Sequence[Moment],
    *,
    most: int,
    progress: Callback | None = None,
) -> tuple[BurnedInText, tuple[int, ...]]:
    """The subtitles in a video's picture at some moments, and which those are (ms).

    A cue of these tracks says what is written at its moment, and nothing of when it
    begins or ends: it lasts from ``SEEN_MS`` before to as long after. No tracks where a
    glance, or these moments, show no subtitles.

    :param media: the file as probed.
    :param moments: when to look, in any order.
    :param most: so many of them are read thoroughly, besides those at which a first reading
        agrees with the files.
    :param progress: called with the stage ``burned-in`` and seconds looked at.
    :raises DependencyError: ``ocr-missing``: the extra ``ocr`` is not installed.
    :raises MediaError: a limit was hit, or a program that reads the picture ended early.
    :raises InputError: ``file-changed``: the file was written to or replaced meanwhile.
    """
    require()
    with held(path), running(threads(config.burned_in.threads)):
        return _read_held(path, media, config, looked_at(moments, most), most, progress)


def _read_held(
    path: Path,
    media: Media,
    config: Config,
    moments: Sequence[Moment],
    most: int,
    progress: Callback | None,
) -> tuple[BurnedInText, tuple[int, ...]]:
    report = progress or (lambda stage, done, total: None)
    kinds = kinds_of(config)
    versions = versions_of(kinds, config)
    part = f"{most} moments, exact {_exact(moments)}: {' '.join(map(_named, moments))}"
    place = cache.place_for(hash_of(path), sorted(versions.values()), config.burned_in, part)
    kept = cache.get(place)
    if kept is not None:
        return unpacked(kept, path.name), tuple(kept.moments_ms)
    found = BurnedInText()
    times = chosen(moments, (), most)
    if moments and worth_reading(path, media, config):
        total = media.duration_ms / 1000 if media.duration_ms else None
        rows, width = _rows(_counted(path, media, config, moments, report, total))
        bands = bands_of_moments(rows, width=width)
        glance = glance_beside(bands, moments, kinds, config)
        known = confirmed_times(bands, moments, glance)
        further = chosen(moments, bands, most, glance.shows_chinese, known=known)
        times = sorted({*known, *further})
        read, missing = read_bands(_only(bands, times), kinds, config, width, glance)
        found = BurnedInText(tracks=tracks_of(read, path.name), missing=missing, readers=versions)
    confirm(path)  # before it is kept under the file's hash
    cache.put(place, msgspec.structs.replace(packed(found), moments_ms=times))
    return found, tuple(times)


def _exact(moments: Sequence[Moment]) -> bool:
    """Whether what is shown changes so near to a moment that every frame counts."""
    return any(moment.around_ms < _ROOM_MS for moment in moments)


def _named(moment: Moment) -> str:
    lengths = " ".join(f"{side}{length:g}" for side, length in sorted(moment.letters.items()))
    texts = "\0".join(f"{side}{text}" for side, text in sorted(moment.texts.items()))
    digest = hashlib.sha256(texts.encode()).hexdigest()
    return f"{moment.at_ms}{'!' if moment.wanted else ''} {lengths} {digest}"


def _only(bands: Sequence[Band], times: Sequence[int]) -> list[Band]:
    """The bands with the rows of these moments."""
    found = []
    for band in bands:
        rows = [r for r in band.rows if any(r.start_ms <= at <= r.end_ms for at in times)]
        if rows:
            found.append(replace(band, rows=tuple(rows)))
    return found


def _counted(
    path: Path,
    media: Media,
    config: Config,
    moments: Sequence[Moment],
    report: Callback,
    total: float | None,
) -> Iterator[tuple[int, list[Luma]]]:
    per_second = config.burned_in.frames_per_second
    times = [moment.at_ms for moment in moments]
    exact = _exact(moments)
    found = moments_of(path, media, config.media, times, per_second=per_second, exact=exact)
    for at_ms, frames in found:
        report(STAGE, at_ms / 1000, total)
        yield at_ms, frames


def _rows(moments: Iterator[tuple[int, list[Luma]]]) -> tuple[list[Row], float]:
    """The rows of text at each moment, and the width of the pictures they are found in."""
    rows: list[Row] = []
    width, above, looked = 0.0, False, 0
    for at_ms, frames in moments:
        small = [sized(frame) for frame in frames]
        picture = mean_of(small)
        width = float(picture.shape[1])
        boxes, high = found_in(picture, text_boxes, above=above or looked < _FIRST_ABOVE)
        above, looked = above or high, looked + 1
        rows += [
            replace(row, start_ms=max(0, at_ms - SEEN_MS), end_ms=at_ms + SEEN_MS)
            for row in rows_of_moment(_joined(_apart(boxes)), frames, small)
        ]
    return rows, width


def _apart(boxes: Sequence[Box]) -> list[Box]:
    """Without boxes that lie in another."""
    return [
        box for box in boxes if not any(other is not box and _within(box, other) for other in boxes)
    ]


def _joined(boxes: Sequence[Box]) -> list[Box]:
    """Boxes that follow each other in one line are one: letters far apart look like two texts."""
    found: list[Box] = []
    for box in sorted(boxes, key=lambda box: box.left):
        for number, other in enumerate(found):
            if _goes_on(other, box):
                found[number] = other.union(box)
                break
        else:
            found.append(box)
    return found


def _goes_on(box: Box, right: Box) -> bool:
    low, high = sorted((box.height, right.height))
    common = min(box.bottom, right.bottom) - max(box.top, right.top)
    return common > _LEVEL * low and right.left - box.right < _NEAR * high


def _within(box: Box, other: Box) -> bool:
    return other.area > box.area and other.common(box) > _INSIDE * box.area
