"""When thin strokes have come to stay somewhere in the picture: then it is worth looking for text.

A detector takes a tenth of a second, a film has thousands of frames, and between two
subtitles nothing that could be one comes or goes. What moves is left out: the strokes of
a subtitle are the same in three frames that follow each other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from bilingual.ocr.detecting import Box
from bilingual.ocr.presence import STROKE

if TYPE_CHECKING:
    from bilingual.ocr.frames import Luma

STEADY: Final = 3
"""In so many frames that follow each other strokes are the same before they count."""

_THICKEST: Final = 9  # pixels: what is thicker is no stroke of a subtitle
_SWING: Final = 24  # how much (0..255) a pixel that stays as it is may vary
_SAME: Final = 10  # the same between two frames of a still picture
_WINDOW: Final = 24  # rows of pixels that are counted together: a small row of text
_ENOUGH: Final = 120  # pixels: two small letters have more


class Changes:
    """Where strokes stand that were not there before, frame by frame."""

    def __init__(self) -> None:
        self._frames: deque[Luma] = deque(maxlen=STEADY)
        self._strokes: deque[Any] = deque(maxlen=STEADY)
        self._unchanged = 0
        self._steady: Any = None
        self._seen: Any = None
        self._moved = 0

    def add(self, frame: Luma) -> None:
        """Take the next frame, in the size in which rows are followed."""
        import cv2
        import numpy as np

        if self._seen is None:
            self._seen = np.zeros(frame.shape, np.uint8)
            self._steady = np.zeros(frame.shape, np.uint8)
        last = self._frames[-1] if self._frames else None
        still = last is not None and float(cv2.absdiff(frame, last).max()) <= _SAME
        self._frames.append(frame)
        self._strokes.append(self._strokes[-1] if still else _strokes(frame))
        self._unchanged = self._unchanged + 1 if still else 0
        self._moved += not still
        if len(self._frames) == STEADY and self._unchanged < STEADY:
            self._steady = _steady(tuple(self._frames), tuple(self._strokes))

    def moved(self) -> bool:
        """Whether anything has changed since this was asked last."""
        moved, self._moved = self._moved, 0
        return moved > 0

    def new_in(self, top: int, bottom: int) -> bool:
        """Whether there are new strokes, enough for a row of text, between two heights."""
        import cv2
        import numpy as np

        fresh = cv2.bitwise_and(self._steady[top:bottom], cv2.bitwise_not(self._seen[top:bottom]))
        rows = np.count_nonzero(fresh, axis=1)
        if not rows.any():
            return False
        window = np.convolve(rows, np.ones(min(_WINDOW, len(rows)), rows.dtype))
        return bool(window.max() >= _ENOUGH)

    def looked(self, top: int, bottom: int) -> None:
        """What is there now is known from here on."""
        import cv2
        import numpy as np

        known = cv2.dilate(self._steady[top:bottom], np.ones((3, 3), np.uint8))
        self._seen[top:bottom] = cv2.bitwise_or(self._seen[top:bottom], known)

    def gone(self, box: Box) -> None:
        """What stood in a box is there no more: the next text there is a new one."""
        place = slice(box.top, box.bottom), slice(box.left, box.right)
        for number in range(len(self._strokes) - 1):
            # Not what it has in common with the next one, which begins with this frame.
            self._strokes[number] = self._strokes[number].copy()
            self._strokes[number][place] = 0
        self._steady[place] = self._seen[place] = 0
        self._unchanged = 0


def _strokes(frame: Luma) -> Any:
    """Where a frame has thin strokes, brighter or darker than what is around them (255, else 0)."""
    import cv2
    import numpy as np

    kernel = np.ones((_THICKEST, _THICKEST), np.uint8)
    bright = cv2.subtract(frame, cv2.morphologyEx(frame, cv2.MORPH_OPEN, kernel))
    dark = cv2.subtract(cv2.morphologyEx(frame, cv2.MORPH_CLOSE, kernel), frame)
    return cv2.threshold(cv2.max(bright, dark), STROKE, 255, cv2.THRESH_BINARY)[1]


def _steady(frames: Sequence[Luma], strokes: Sequence[Any]) -> Any:
    """Strokes that are there, and the same, in each of the frames (255, else 0)."""
    import cv2

    high: Any = frames[0]
    low: Any = frames[0]
    found = strokes[0]
    for frame, own in zip(frames[1:], strokes[1:], strict=True):
        high, low = cv2.max(high, frame), cv2.min(low, frame)
        found = cv2.bitwise_and(found, own)
    stays = cv2.threshold(cv2.subtract(high, low), _SWING, 255, cv2.THRESH_BINARY_INV)[1]
    return cv2.bitwise_and(found, stays)
