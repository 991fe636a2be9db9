"""Rows of text that stay in place for a while, and from when to when.

A detector looks at a frame now and then; between its looks every frame is held
against what it found, so that a row's beginning and end are known to a frame.
Frames are held for a few seconds only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from bilingual.ocr.changes import STEADY, Changes
from bilingual.ocr.detecting import Box
from bilingual.ocr.presence import Template, cut, template

if TYPE_CHECKING:
    from bilingual.ocr.frames import Luma

LOOK_HEIGHT: Final = 540
"""Rows are followed in pictures of this height (or width, where that is less)."""

DETECT_HEIGHT: Final = 360
"""The detector looks at whole pictures of this height (or width)."""

BAND_HEIGHT: Final = 480
"""It looks at the parts where subtitles are as if the whole had this height."""

PRESENT: Final = 0.55
"""Likeness from which a row counts as there."""

TALLEST: Final = 0.16
"""Share of the picture's height from which a box is no row of subtitles."""

_WHOLE_EVERY: Final = 5
_LOWER: Final = 0.62  # subtitles below lie lower than this share of the height,
_UPPER: Final = 0.26  # and subtitles above higher than this
_HELD_S: Final = 3.2
_GROWTH: Final = 0.2  # how much stronger a fade makes a text, at least
_CLEAR: Final = 0.7  # likeness from which what differs is the picture behind
_MAYBE: Final = 0.35  # likeness to a single picture, with what moves behind the text
_PLAIN: Final = 0.8  # strength from which a row is not fading any more
_VIEWS: Final = 3
_STIR: Final = 30  # how much (0..255) brightness changes where another text comes,
_STIRRED: Final = 12  # and in how many pixels at least
_WIDER: Final = 1.15
_SAME_PLACE: Final = 0.5
_LONGEST_S: Final = 20.0  # what is shown longer is no subtitle: nothing more is kept of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of text that stayed in place, times in ms.

    ``box`` is in pixels of a picture ``picture_height`` high, the video's own or made
    smaller as by ``sized``. ``views`` are PNG
    pictures in full size of the strip it is in, right across: its mean over time,
    its darkest, then single frames. ``looks`` is how often it was seen.
    """

    start_ms: int
    end_ms: int
    box: Box
    views: tuple[bytes, ...] = ()
    looks: int = 1
    picture_height: int = LOOK_HEIGHT


@dataclass(slots=True, kw_only=True)
class _Shown:
    """A row that is there now."""

    box: Box
    template: Template
    start_ms: int
    last_ms: int
    looks: int = 1
    total: Any = None
    darkest: Any = None
    count: int = 0
    singles: list[bytes] = field(default_factory=list)


@dataclass(slots=True)
class _Held:
    """A frame that is still at hand: small for following, and in full for reading."""

    at_ms: int
    small: Luma
    full: Luma | None


class Follower:
    """Turns frames into rows; feed it every frame in order, then finish.

    The detector looks where strokes have come to stay that were not there before, and
    every ``every`` frames at most where the picture never rests.
    """

    def __init__(
        self, detect: Callable[[Luma, float], list[Box]], *, per_second: float, every: int
    ) -> None:
        self._detect = detect
        self._every = every
        self._step_ms = 1000 / per_second
        self._held: deque[_Held] = deque(maxlen=max(3 * every, round(_HELD_S * per_second)))
        self._shown: list[_Shown] = []
        self._rows: list[Row] = []
        self._number = 0
        self._above = False
        self._changes = Changes()
        self._next = {"lower": STEADY, "upper": STEADY, "whole": STEADY}
        self._again = {"lower": 0, "upper": 0}
        self._empty = {"lower": 0, "upper": 0}

    def add(self, at_ms: int, frame: Luma) -> None:
        """Take the next frame."""
        small = sized(frame)
        self._held.append(_Held(at_ms, small, frame))
        if len(self._held) > 2 * self._every:
            self._held[-2 * self._every - 1].full = None
        self._number += 1
        self._changes.add(small)
        self._watch()
        if len(self._held) >= STEADY:
            self._look()

    def finish(self) -> list[Row]:
        """The rows, in the order they began."""
        if self._held:
            end = self._held[-1].at_ms
            for row in self._shown:
                self._close(row, min(end + round(self._step_ms), self._end_of(row)))
            self._shown = []
        return sorted(self._rows, key=lambda row: (row.start_ms, row.box.top))

    def _watch(self) -> None:
        """Whether the rows that were there are there still."""
        now = self._held[-1]
        stay: list[_Shown] = []
        for row in self._shown:
            due = self._number % self._every == 0
            if not due and len(self._held) > 1 and _alike(now.small, self._held[-2].small, row.box):
                stay.append(row)
                continue
            likeness, strength = row.template.seen(now.small)
            if likeness >= PRESENT:
                row.last_ms, row.looks = now.at_ms, row.looks + 1
                if likeness > _CLEAR:
                    row.template = row.template.settled(now.small)
                if strength > _PLAIN and due:
                    self._keep(row, now)
                stay.append(row)
            else:
                self._close(row, self._end_of(row))
                self._changes.gone(row.box)
        self._shown = stay

    def _look(self) -> None:
        """Look for text where there may be some that is new."""
        height = self._held[-1].small.shape[0]
        lower, upper = round(height * _LOWER), round(height * _UPPER)
        self._look_in("lower", lower, height)
        if self._above:
            self._look_in("upper", 0, upper)
        if self._number >= self._next["whole"] and self._changes.new_in(
            upper if self._above else 0, lower
        ):
            self._next["whole"] = self._number + _WHOLE_EVERY * self._every
            self._changes.looked(upper if self._above else 0, lower)
            picture = self._stillness(STEADY)
            boxes = boxes_in(picture, self._detect, 0, height, DETECT_HEIGHT)
            self._above = self._above or any(_is_above(box, picture) for box in boxes)
            self._take(boxes, picture, STEADY)

    def _look_in(self, zone: str, top: int, bottom: int) -> None:
        if self._number < self._next[zone]:
            return
        again = bool(self._again[zone]) and self._number >= self._again[zone]
        if not again and not self._changes.new_in(top, bottom):
            return
        # What is new, sharp as in three frames; then once more as it is in the mean of
        # several, in which a picture that moves behind a text is blurred.
        frames = min(len(self._held), self._every + 1) if again else STEADY
        self._changes.looked(top, bottom)
        picture = self._stillness(frames)
        boxes = boxes_in(picture, self._detect, top, bottom, BAND_HEIGHT)
        found = self._take(boxes, picture, frames)
        self._empty[zone] = 0 if found else self._empty[zone] + 1
        self._next[zone] = self._number + STEADY + min(self._empty[zone], self._every)
        self._again[zone] = 0 if found or again else self._number + STEADY

    def _take(self, boxes: Sequence[Box], picture: Luma, frames: int) -> int:
        """Follow the rows of text in these boxes that are not followed yet; how many."""
        before = len(self._shown) + len(self._rows)
        for box in (_padded(box, picture) for box in boxes):
            if not self._known(box):
                self._confirm(box, picture, frames)
        return len(self._shown) + len(self._rows) - before

    def _stillness(self, count: int) -> Luma:
        return mean_of([held.small for held in list(self._held)[-count:]])

    def _known(self, box: Box) -> bool:
        # A row that was found in part only is found anew.
        return any(
            _same_place(row.box, box) and box.width <= row.box.width * _WIDER for row in self._shown
        )

    def _confirm(self, box: Box, picture: Luma, count: int) -> None:
        """A box is a row if its text is there in each of the last frames.

        :param picture: the one it was found in.
        """
        parts = [row for row in self._shown if _same_place(row.box, box)]
        if any(box.width <= row.box.width * _WIDER for row in parts):
            return
        frames = list(self._held)
        since, now = frames[-count:], frames[-1]
        found = template(box, [cut(picture, box)])
        if found is None or found.seen(now.small)[0] < _MAYBE:
            return
        if not _stays(box, [held.small for held in since]):
            return
        # Learnt from all of them: what moves behind the text is not taken for strokes.
        learnt = template(box, [cut(held.small, box) for held in since])
        if learnt is None or min(learnt.seen(h.small)[0] for h in (since[0], now)) < PRESENT:
            return
        row = _Shown(box=box, template=learnt, start_ms=now.at_ms, last_ms=now.at_ms, looks=2)
        row.start_ms = self._start_of(row, len(frames) - count)
        for part in parts:
            # Its part was shown from then on, which may be longer ago than frames are held.
            row.start_ms, row.looks = min(row.start_ms, part.start_ms), row.looks + part.looks
            self._shown.remove(part)
        for held in since if count <= STEADY else (since[0], now):
            self._keep(row, held)
        self._shown.append(row)

    def _start_of(self, row: _Shown, index: int) -> int:
        """When it began, looking backwards from a frame in which it is shown."""
        frames = list(self._held)
        first = index
        while first > 0 and row.template.seen(frames[first - 1].small)[0] >= PRESENT:
            first -= 1
        after = [row.template.seen(h.small)[1] for h in frames[first : first + self._every * 2]]
        return round(frames[first].at_ms - self._step_ms / 2 - self._fading(after))

    def _end_of(self, row: _Shown) -> int:
        """When it ended: behind the last frame in which it is shown."""
        frames = [held for held in self._held if held.at_ms >= row.last_ms]
        last = 0
        while last + 1 < len(frames) and row.template.seen(frames[last + 1].small)[0] >= PRESENT:
            last += 1
        every = list(self._held)
        at = len(every) - len(frames) + last
        before = [
            row.template.seen(h.small)[1] for h in every[max(0, at - 2 * self._every) : at + 1]
        ]
        return round(frames[last].at_ms + self._step_ms / 2 + self._fading(before[::-1]))

    def _fading(self, strengths: list[float]) -> float:
        """How long before the first of these the text was there unseen, in ms.

        Strength grows evenly through a fade: where it is at the edge and how
        fast it grows show where it was nothing.
        """
        edge = strengths[0]
        if edge > _PLAIN:
            return 0.0
        for frames, strength in enumerate(strengths):
            if strength > _PLAIN and frames >= 2:
                if strength - edge < _GROWTH:
                    return 0.0  # the picture behind it moved, no more
                slope = (strength - edge) / frames
                return min(6.0, max(0.0, edge / slope - 1)) * self._step_ms
        return 0.0

    def _keep(self, row: _Shown, held: _Held) -> None:
        """Add what is seen of it to what will be read."""
        if held.full is None or held.at_ms - row.start_ms > _LONGEST_S * 1000:
            return
        import numpy as np

        factor = held.full.shape[0] / held.small.shape[0]
        # Right across: which part of it is text will be known when all rows are.
        strip = replace(row.box, left=0, right=held.small.shape[1])
        crop = cut(held.full, strip.scaled(factor))
        if row.total is None:
            row.total = np.zeros(crop.shape, np.float32)
            row.darkest = crop.copy()
        row.total += crop
        row.count += 1
        np.minimum(row.darkest, crop, out=row.darkest)
        if len(row.singles) < _VIEWS:
            row.singles.append(_png(crop))

    def _close(self, row: _Shown, end_ms: int) -> None:
        import numpy as np

        views: tuple[bytes, ...] = ()
        if row.count:
            mean = np.rint(row.total / row.count).astype(np.uint8)
            views = (_png(mean), _png(row.darkest))
        self._rows.append(
            Row(
                start_ms=max(0, row.start_ms),
                end_ms=end_ms,
                box=row.box,
                views=(*views, *row.singles),
                looks=row.looks,
                picture_height=self._held[-1].small.shape[0],
            )
        )


def follow(
    frames: Iterable[tuple[int, Luma]],
    detect: Callable[[Luma, float], list[Box]],
    *,
    per_second: float,
    every: int,
) -> list[Row]:
    """Every row of text that stays in place in a run of frames."""
    follower = Follower(detect, per_second=per_second, every=every)
    for at_ms, frame in frames:
        follower.add(at_ms, frame)
    return follower.finish()


def mean_of(frames: Sequence[Luma]) -> Luma:
    """The mean of some frames: a picture that moves blurs, text does not."""
    import cv2
    import numpy as np

    total = np.zeros(frames[0].shape, np.float32)
    for frame in frames:
        cv2.accumulate(frame, total)
    return np.rint(total / len(frames)).astype(np.uint8)


def boxes_in(
    frame: Luma, detect: Callable[[Luma, float], list[Box]], top: int, bottom: int, height: int
) -> list[Box]:
    """What the detector finds between two heights of a frame.

    :param height: it is shown them as if the whole frame were so high (or wide).
    """
    picture = _shrunk(frame[top:bottom], min(1.0, height / min(frame.shape)))
    factor = (bottom - top) / picture.shape[0]
    found = [box.scaled(factor) for box in detect(picture, frame.shape[0] * TALLEST / factor)]
    return [replace(box, top=box.top + top, bottom=box.bottom + top) for box in found]


def found_in(
    frame: Luma, detect: Callable[[Luma, float], list[Box]], *, above: bool
) -> tuple[list[Box], bool]:
    """Boxes of text where subtitles are in a frame, and whether there are some above.

    :param above: look in its upper part as well as in its lower one.
    """
    height = frame.shape[0]
    boxes = boxes_in(frame, detect, round(height * _LOWER), height, BAND_HEIGHT)
    high: list[Box] = []
    if above:
        high = boxes_in(frame, detect, 0, round(height * _UPPER), BAND_HEIGHT)
    padded = [_padded(box, frame) for box in (*boxes, *high)]
    return padded, any(_is_above(box, frame) for box in high)


def rows_of_moment(boxes: Sequence[Box], full: Sequence[Luma], small: Sequence[Luma]) -> list[Row]:
    """Rows of text that are the same in each of some frames; times are not set.

    :param full: the frames as they are, ``small`` as boxes are found in them.
    """
    rows = []
    for box in boxes:
        if len(small) > 1 and not _stays(box, small):
            continue
        factor = full[0].shape[0] / small[0].shape[0]
        strip = replace(box, left=0, right=small[0].shape[1]).scaled(factor)
        crops = [cut(frame, strip) for frame in full]
        views = (mean_of(crops), darkest_of(crops))
        rows.append(
            Row(
                start_ms=0,
                end_ms=0,
                box=box,
                views=tuple(_png(view) for view in views),
                looks=len(small),
                picture_height=small[0].shape[0],
            )
        )
    return rows


def darkest_of(crops: Sequence[Luma]) -> Luma:
    """Each pixel as dark as it gets: bright text stays, what passes behind it does not."""
    import numpy as np

    darkest: Luma = np.minimum.reduce(list(crops))
    return darkest


def _png(picture: Any) -> bytes:
    """Without loss, and fast: it is kept for a minute."""
    import cv2

    return cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()


def counted(
    frames: Iterator[tuple[int, Luma]], progress: Callable[[float], object]
) -> Iterator[tuple[int, Luma]]:
    """The frames, telling how far they are in seconds."""
    for at_ms, frame in frames:
        if at_ms % 1000 < 80:
            progress(at_ms / 1000)
        yield at_ms, frame


def sized(picture: Luma) -> Luma:
    """As rows are followed in it: its smaller side no more than ``LOOK_HEIGHT``."""
    return _shrunk(picture, LOOK_HEIGHT / min(picture.shape))


def _shrunk(picture: Luma, factor: float) -> Luma:
    import cv2

    if factor >= 1:
        return picture
    height, width = (max(1, round(size * factor)) for size in picture.shape)
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def _alike(a: Luma, b: Luma, box: Box) -> bool:
    """Whether two frames are the same in a box, as good as."""
    import cv2

    return int((cv2.absdiff(cut(a, box), cut(b, box)) > _STIR).sum()) < _STIRRED


def _stays(box: Box, frames: Sequence[Luma]) -> bool:
    """Whether the first and the last frame show what is learnt from the others."""
    for others, one in ((frames[1:], frames[0]), (frames[:-1], frames[-1])):
        learnt = template(box, [cut(frame, box) for frame in others])
        if learnt is None or learnt.seen(one)[0] < PRESENT:
            return False
    return True


def _same_place(a: Box, b: Box) -> bool:
    """Whether two boxes are around one row; a tall one may reach into the next."""
    apart = abs((a.top + a.bottom) - (b.top + b.bottom)) / 2
    return a.common(b) > _SAME_PLACE * min(a.area, b.area) and apart < 0.6 * min(a.height, b.height)


def _is_above(box: Box, picture: Luma) -> bool:
    """Whether it is where subtitles above would be: high up and in the middle."""
    height, width = picture.shape
    high = box.bottom < height * _UPPER
    return bool(high and abs(box.left + box.right - width) < width * 0.08)


def _padded(box: Box, picture: Luma) -> Box:
    """A little room around, for what is above and below the row."""
    pad = max(2, round(box.height * 0.12))
    height, width = picture.shape
    return Box(
        left=max(0, box.left - pad),
        top=max(0, box.top - pad),
        right=min(width, box.right + pad),
        bottom=min(height, box.bottom + pad),
    )
