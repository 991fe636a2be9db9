"""The way through: frames, rows, bands, readings, tracks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from bilingual.budget import current, threads
from bilingual.config import Config
from bilingual.errors import DependencyError
from bilingual.files import confirm, fingerprint, held, held_hash
from bilingual.model import LANGUAGES, Language, Media, Reason, Track
from bilingual.ocr import cache
from bilingual.ocr.bands import HIGHEST, LOWEST, Band, across, find_bands, is_centred, together_ms
from bilingual.ocr.base import Reader, ReaderKind, Reading
from bilingual.ocr.cues import (
    ReadRow,
    language_of_band,
    looks_chinese,
    looks_tibetan,
    tracks_of,
    untangled,
)
from bilingual.ocr.detecting import text_boxes
from bilingual.ocr.engine import require, running
from bilingual.ocr.frames import key_frames, luma_frames, picture_of, shape_of
from bilingual.ocr.presence import strokes
from bilingual.ocr.registry import reader_for, reader_kinds
from bilingual.ocr.rows import DETECT_HEIGHT, LOOK_HEIGHT, Row, boxes_in, counted, follow
from bilingual.progress import Callback
from bilingual.text.script import count_scripts

if TYPE_CHECKING:
    from bilingual.ocr.frames import Luma

STAGE: Final = "burned-in"

_MOST_KEYS: Final = 400
_LOOKS: Final = 24
_FEW_KEYS: Final = 10
_ENOUGH_KEYS: Final = 2
_ROOM: Final = 0.06  # of the picture's height: half a row
_STRIP_HEIGHT: Final = 48
_TALL: Final = 1.35
_GOES_ON: Final = 0.12
_LOST: Final = 2
"""A band of which this many rows are no known script is reported as unread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnedInText:
    """The tracks in a picture, by language, and why one that is there has no text.

    ``missing`` gives the reason for a language whose rows were found and could not be
    read because there is no reader. ``readers`` names the
    readers used and their versions.
    """

    tracks: Mapping[Language, Track] = field(default_factory=dict)
    missing: Mapping[Language, Reason] = field(default_factory=dict)
    readers: Mapping[str, str] = field(default_factory=dict)


def unavailable() -> Reason | None:
    """Why no text can be found in pictures here; ``None`` where it can."""
    try:
        require()
    except DependencyError as error:
        return Reason(code=error.code, params=error.params)
    return None


def read_burned_in(
    path: Path,
    media: Media,
    config: Config,
    progress: Callback | None = None,
) -> BurnedInText:
    """The subtitles in a video's picture.

    No tracks where it has none, or no picture. A cue whose text cannot be relied
    on has ``readable`` false; its text is the best guess, or ``〓``.

    :param media: the file as probed.
    :param progress: called with the stage ``burned-in`` and seconds looked at.
    :raises DependencyError: ``ocr-missing``: the extra ``ocr`` is not installed.
    :raises MediaError: a limit was hit, or a program that reads the picture ended early.
    :raises InputError: ``file-changed``: the file was written to or replaced meanwhile.
    """
    require()
    with held(path), running(threads(config.burned_in.threads)):
        return _read_held(path, media, config, progress)


def _read_held(path: Path, media: Media, config: Config, progress: Callback | None) -> BurnedInText:
    report = progress or (lambda stage, done, total: None)
    settings = config.burned_in
    kinds = kinds_of(config)
    versions = versions_of(kinds, config)
    sha256 = hash_of(path)
    place = cache.place_for(sha256, sorted(versions.values()), settings)
    kept = cache.get(place)
    if kept is not None:
        return unpacked(kept, path.name)
    if settings.mode == "auto":
        glance = cache.place_for(sha256, sorted(versions.values()), settings, "glance")
        if cache.get(glance) is not None:
            return BurnedInText()
        if not worth_reading(path, media, config):
            confirm(path)
            cache.put(glance, packed(BurnedInText()))
            return BurnedInText()
    rows, width = rows_in(path, media, config, report)
    duration = media.duration_ms or (rows[-1].end_ms if rows else 0)
    bands = untangled(find_bands(rows, width=width, duration_ms=duration))
    read, missing = read_bands(bands, kinds, config, width)
    found = BurnedInText(tracks=tracks_of(read, path.name), missing=missing, readers=versions)
    confirm(path)  # before it is kept under the file's hash
    cache.put(place, packed(found))
    if media.duration_ms:
        report(STAGE, media.duration_ms / 1000, media.duration_ms / 1000)
    return found


def hash_of(path: Path) -> str:
    """The SHA-256 of a held video, taken now where it was not taken when it was opened."""
    return held_hash(path) or fingerprint(path, "video", lambda done, total: None).sha256


def versions_of(kinds: Mapping[Language, ReaderKind], config: Config) -> dict[str, str]:
    """By name, under which version and settings each reader works."""
    return {kind.name: kind.fingerprint(config.burned_in) for kind in kinds.values()}


def worth_reading(path: Path, media: Media, config: Config) -> bool:
    """Whether a glance at the key frames shows text where subtitles are.

    True where there are too few of them to judge. Subtitles are on the screen half
    of the time, so that of a dozen pictures several have some.
    """
    frames = list(key_frames(path, media, config.media, height=DETECT_HEIGHT, most=_MOST_KEYS))
    # Without the first and the last: a title, the credits.
    inner = frames[1:-1]
    looked = inner[:: max(1, len(inner) // _LOOKS)]
    if len(looked) < _FEW_KEYS:
        return True
    seen = 0
    for frame in looked:
        seen += _has_text(frame)
        if seen >= _ENOUGH_KEYS:
            return True
    return False


def _has_text(frame: Luma) -> bool:
    """Whether there is text where subtitles are: below, or else above."""
    height = frame.shape[0]
    low, high = round(height * (LOWEST - _ROOM)), round(height * (HIGHEST + _ROOM))
    below = boxes_in(frame, text_boxes, low, height, DETECT_HEIGHT)
    if any(box.top + box.bottom > 2 * LOWEST * height for box in below):
        return True
    above = boxes_in(frame, text_boxes, 0, high, DETECT_HEIGHT)
    return any(box.top + box.bottom < 2 * HIGHEST * height for box in above)


def rows_in(path: Path, media: Media, config: Config, report: Callback) -> tuple[list[Row], float]:
    """Every row of text that stays in place in a video, and the picture's width in
    their pixels; none without a picture.
    """
    stream = picture_of(media)
    if stream is None:
        return [], 0.0
    height, width = shape_of(stream)
    settings = config.burned_in
    total = media.duration_ms / 1000 if media.duration_ms else None
    frames = luma_frames(path, media, config.media, per_second=settings.frames_per_second)
    rows = follow(
        counted(frames, lambda done: report(STAGE, done, total)),
        text_boxes,
        per_second=settings.frames_per_second,
        every=settings.look_every,
    )
    return rows, width * min(1.0, LOOK_HEIGHT / min(height, width))


def kinds_of(config: Config) -> dict[Language, ReaderKind]:
    """The reader of each language that can work here."""
    found: dict[Language, ReaderKind] = {}
    for language in LANGUAGES:
        try:
            found[language] = reader_for(language, config.burned_in)
        except DependencyError:
            continue
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Readings:
    """What each language's reader made of the rows, by the row's identity.

    ``tibetan`` has only the rows that are no Chinese. ``confirmed`` are those that say
    what somebody else says they do, and in which language.
    """

    chinese: Mapping[int, Reading]
    tibetan: Mapping[int, Reading]
    confirmed: Mapping[int, Language]
    kinds: Mapping[Language, ReaderKind]
    bands: Sequence[Band]
    width: float

    def of(self, row: Row, language: Language) -> Reading:
        """The reading in one language, an empty one where there is none."""
        readings = self.chinese if language == "zh" else self.tibetan
        return readings.get(id(row), Reading())

    def language(self, row: Row) -> Language | None:
        """The language that the row's own characters are of."""
        if id(row) in self.confirmed:
            return self.confirmed[id(row)]
        if looks_chinese(self.of(row, "zh")):
            return "zh"
        return "bo" if looks_tibetan(self.of(row, "bo")) else None

    def trusted(self, row: Row, language: Language) -> bool:
        """Whether the row's reading in that language can be relied on."""
        kind = self.kinds.get(language)
        return self.confirmed.get(id(row)) == language or (
            kind is not None and self.of(row, language).confidence >= kind.trusted
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """The views of rows, cut to their text, and what costs little of reading them, by identity.

    ``chinese`` is the first view read as such, empty for rows that are known to be Tibetan;
    ``confirmed`` are rows that need no further reading, and their languages.
    """

    views: Mapping[int, list[Luma]]
    chinese: Mapping[int, Reading]
    tibetan: Mapping[int, Reading] = field(default_factory=dict)
    confirmed: Mapping[int, Language] = field(default_factory=dict)

    def shows_chinese(self, row: Row) -> bool:
        """Whether that alone shows that it is Chinese."""
        return looks_chinese(self.chinese[id(row)])


def glance_at(
    bands: Sequence[Band], kinds: Mapping[Language, ReaderKind], config: Config
) -> Glance:
    """What costs little of reading the rows of bands."""
    views = views_of(bands)
    rows = [row for band in bands for row in band.rows]
    return Glance(views=views, chinese=first_read(kinds, rows, views, config))


def views_of(bands: Sequence[Band]) -> dict[int, list[Luma]]:
    """The views of each row, cut to its text, by the row's identity."""
    return {id(row): _texts(row, band) for band in bands for row in band.rows}


def first_read(
    kinds: Mapping[Language, ReaderKind],
    rows: Sequence[Row],
    views: Mapping[int, list[Luma]],
    config: Config,
) -> dict[int, Reading]:
    """The first view of each row, read as Chinese, by the row's identity."""
    first = {key: pictures[:1] for key, pictures in views.items()}
    return _asked(kinds.get("zh"), rows, first, config)


def read_bands(
    bands: Sequence[Band],
    kinds: Mapping[Language, ReaderKind],
    config: Config,
    width: float,
    glance: Glance | None = None,
) -> tuple[list[ReadRow], dict[Language, Reason]]:
    """Every row of the bands, read; and what could not be for want of a reader.

    :param glance: at these rows, and others, where there was one.
    """
    rows = [row for band in bands for row in band.rows]
    glance = glance or glance_at(bands, kinds, config)
    views = glance.views
    asked = [row for row in rows if id(row) not in glance.confirmed]
    chinese = _chinese(kinds.get("zh"), asked, glance, config)
    others = [row for row in asked if not looks_chinese(chinese[id(row)])]
    readings = _Readings(
        chinese=chinese,
        tibetan={**glance.tibetan, **_asked(kinds.get("bo"), others, views, config)},
        confirmed=glance.confirmed,
        kinds=kinds,
        bands=bands,
        width=width,
    )
    result: list[ReadRow] = []
    lost = 0
    for band in bands:
        usual = language_of_band([readings.language(row) for row in band.rows])
        for row in band.rows:
            if _is_shape(row, band, readings):
                continue
            read = _read_row(row, band, usual, readings)
            lost += read is None
            result += [read] if read is not None else []
    return result, _without_reader(kinds, lost, config)


def _is_shape(row: Row, band: Band, readings: _Readings) -> bool:
    """Whether a row is a shape in the picture, not a text that no reader knows."""
    if readings.language(row) is not None or "bo" not in readings.kinds:
        return False
    if readings.of(row, "bo").text:
        return False
    at_the_edge = row.box.bottom >= row.picture_height
    return at_the_edge or not is_centred(row, band.rows, readings.width)


def _read_row(row: Row, band: Band, usual: Language | None, readings: _Readings) -> ReadRow | None:
    """A row in its own language, or in its band's; ``None`` where neither is known."""
    own = readings.language(row)
    if own == "zh" and usual == "bo" and _beside(row, band, readings):
        # Chinese in the Tibetan's place, under or over the Chinese: left as it was.
        reading = readings.of(row, "zh")
        sure = readings.trusted(row, "zh")
        return ReadRow(row=row, reading=reading, language="bo", readable=sure)
    language = own or usual
    if language is None:
        return None
    reading = readings.of(row, language)
    sure = own is not None and readings.trusted(row, language)
    return ReadRow(row=row, reading=reading, language=language, readable=sure)


def _without_reader(
    kinds: Mapping[Language, ReaderKind], lost: int, config: Config
) -> dict[Language, Reason]:
    """Why rows of no known script are not read, where there are enough of them."""
    if "bo" in kinds or lost < _LOST:
        return {}
    first = next(kind for kind in reader_kinds() if kind.language == "bo")
    reason = first.missing(config.burned_in)
    return {} if reason is None else {"bo": reason}


def _beside(row: Row, band: Band, readings: _Readings) -> bool:
    """Whether another band shows Chinese for most of the time that a row is shown."""
    return any(
        looks_chinese(readings.of(other, "zh"))
        and together_ms(row, other) > 0.6 * (row.end_ms - row.start_ms)
        for own in readings.bands
        if own is not band
        for other in own.rows
    )


def _chinese(
    kind: ReaderKind | None, rows: Sequence[Row], glance: Glance, config: Config
) -> dict[int, Reading]:
    """As :func:`_asked`; further views only of rows in which the first shows some Chinese."""
    found = dict(glance.chinese)
    if kind is not None:
        unsure = [
            row
            for row in rows
            if found[id(row)].confidence < kind.trusted and count_scripts(found[id(row)].text).han
        ]
        found |= _asked(kind, unsure, glance.views, config)
    return found


def _asked(
    kind: ReaderKind | None, rows: Sequence[Row], views: Mapping[int, list[Luma]], config: Config
) -> dict[int, Reading]:
    """A reading for each row, by the row's identity; empty ones without a reader."""
    if kind is None:
        return {id(row): Reading() for row in rows}
    if not rows:
        return {}
    reader: Reader = kind.load(config.burned_in)
    readings = reader.read([views[id(row)] for row in rows])
    return {id(row): reading for row, reading in zip(rows, readings, strict=True)}


def _texts(row: Row, band: Band) -> list[Luma]:
    """The views of a row, cut to its text from end to end, and to the band where it is tall.

    The detector, which first saw a small picture, looks again at the strip; and
    where the text still lies to one side of the band's middle, the same is taken
    on the other.
    """
    current().check()
    strips = [_decoded(view) for view in row.views]
    if not strips:
        return []
    factor = strips[0].shape[0] / row.box.height
    box = row.box.scaled(factor)
    if row.box.height > _TALL * (band.bottom - band.top):
        top, bottom = (round((y - row.box.top) * factor) for y in (band.top, band.bottom))
        strips = [strip[max(0, top) : max(1, bottom)] for strip in strips]
    height = strips[0].shape[0]
    centre = median(across(r) for r in band.rows)
    left, right = box.left, box.right
    if _goes_on(strips[0], left, right):
        left, right = _extent(strips[0], left, right)
    middle = centre * factor
    reach = max(middle - left, right - middle)
    if abs(right + left - 2 * middle) > height and left < middle < right:
        left, right = round(middle - reach), round(middle + reach)
    pad = round(0.1 * height)
    left, right = max(0, left - pad), min(strips[0].shape[1], right + pad)
    return [strip[:, left:right] for strip in strips]


def _goes_on(strip: Luma, left: int, right: int) -> bool:
    """Whether there are strokes beside the box as well, as if the text were longer."""
    height, width = strip.shape
    thin = strokes(strip.astype("float32"))
    inside = thin[:, left:right].mean()
    beside = (thin[:, max(0, left - height) : left], thin[:, right : min(width, right + height)])
    return any(part.size and part.mean() > _GOES_ON * inside for part in beside)


def _extent(strip: Luma, left: int, right: int) -> tuple[int, int]:
    """From where to where the detector sees text in a strip; at least the box it saw first."""
    height = strip.shape[0]
    small = min(1.0, _STRIP_HEIGHT / height)
    for found in text_boxes(_shrunk(strip, small), height):
        if found.height > 0.4 * small * height and found.width > found.height:
            left = min(left, round(found.left / small))
            right = max(right, round(found.right / small))
    return left, right


def _shrunk(picture: Luma, factor: float) -> Luma:
    import cv2

    return cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def _decoded(view: bytes) -> Luma:
    import cv2
    import numpy as np

    return cv2.imdecode(np.frombuffer(view, np.uint8), cv2.IMREAD_GRAYSCALE)  # type: ignore[return-value]


def packed(found: BurnedInText) -> cache.Kept:
    """What was found, as it is kept."""
    return cache.Kept(
        cues={language: list(track.cues) for language, track in found.tracks.items()},
        missing={str(side): reason for side, reason in found.missing.items()},
        readers=dict(found.readers),
    )


def unpacked(kept: cache.Kept, name: str) -> BurnedInText:
    """What was found before, from what was kept of it."""
    tracks: dict[Language, Track] = {}
    missing: dict[Language, Reason] = {}
    for language in LANGUAGES:
        if language in kept.cues:
            tracks[language] = Track(
                cues=tuple(kept.cues[language]), language=language, source="burned-in", name=name
            )
        if language in kept.missing:
            missing[language] = kept.missing[language]
    return BurnedInText(tracks=tracks, missing=missing, readers=kept.readers)
