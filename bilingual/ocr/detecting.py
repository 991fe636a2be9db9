"""Where there is text in a picture, by RapidOCR's detector.

It was trained on Chinese and English, and frames Tibetan lines as well: it looks
for strokes in rows, whatever is written.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from bilingual.errors import DependencyError

if TYPE_CHECKING:
    from bilingual.ocr.frames import Luma

PACKAGE: Final = "rapidocr"
EXTRA: Final = "ocr"

_LONG: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box in pixels, ``right`` and ``bottom`` outside of it."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.bottom - self.top

    @property
    def area(self) -> int:
        """Pixels in it."""
        return max(0, self.width) * max(0, self.height)

    def common(self, other: Box) -> int:
        """Pixels that both hold."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0, across) * max(0, down)

    def union(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(
            left=min(self.left, other.left),
            top=min(self.top, other.top),
            right=max(self.right, other.right),
            bottom=max(self.bottom, other.bottom),
        )

    def scaled(self, factor: float) -> Box:
        """The same place in a picture of another size."""
        return Box(
            left=round(self.left * factor),
            top=round(self.top * factor),
            right=round(self.right * factor),
            bottom=round(self.bottom * factor),
        )


def installed() -> bool:
    """Whether the detector can be imported. Does not import it."""
    return all(importlib.util.find_spec(name) for name in (PACKAGE, "cv2"))


def require() -> None:
    """Raise where text cannot be found for want of a package.

    :raises DependencyError: ``ocr-missing``, with the command that installs it.
    """
    if not installed():
        raise DependencyError("ocr-missing", command=f"pip install 'bilingual-subtitles[{EXTRA}]'")


@cache
def rapid() -> Any:
    """RapidOCR with the models of its own wheel, loaded once.

    One thread a picture: two take half of the time at most and twice the processor's,
    which others want meanwhile (the decoder, a second picture).
    """
    require()
    from bilingual.weights.onnx import onnxruntime

    onnxruntime()  # before RapidOCR starts it
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,
            # Lower than its own (0.5): Tibetan is less like what it was trained on, and
            # what is no text does not stay, come again and read like text.
            "Det.box_thresh": 0.38,
            "Det.limit_side_len": 32,  # pictures come in the size they are to be looked at
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def text_boxes(picture: Luma, tallest: float) -> list[Box]:
    """Boxes around rows of text, from top to bottom; empty where there are none.

    :param tallest: rows are less high than this, in pixels.

    :raises DependencyError: the extra is not installed.
    """
    import cv2

    engine, colours = rapid(), cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)
    if engine.text_det is None or picture.shape[1] > _LONG * picture.shape[0]:
        # As a whole it loads the detector, and puts a long strip on a larger ground.
        found = engine(colours, use_det=True, use_cls=False, use_rec=False)
    else:  # the detector by itself: as a whole it also cuts out every box
        found = engine.text_det(colours)
    if found.boxes is None:
        return []
    height, width = picture.shape
    boxes = []
    for corners in found.boxes:
        xs, ys = corners[:, 0], corners[:, 1]
        box = Box(
            left=max(0, int(xs.min())),
            top=max(0, int(ys.min())),
            right=min(width, int(xs.max()) + 1),
            bottom=min(height, int(ys.max()) + 1),
        )
        # Rows only: no upright columns, no shapes that fill the picture.
        if box.width > box.height * 1.2 and box.height < tallest:
            boxes.append(box)
    return boxes
