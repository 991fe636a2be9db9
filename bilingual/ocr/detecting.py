"""Where there is text in a picture, by RapidOCR's detector.

It was trained on Chinese and English, and frames Tibetan lines as well: it looks
for strokes in rows, whatever is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bilingual.ocr.engine import running

if TYPE_CHECKING:
    from bilingual.ocr.frames import Luma


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


def text_boxes(picture: Luma, tallest: float) -> list[Box]:
    """Boxes around rows of text, from top to bottom; empty where there are none.

    :param tallest: rows are less high than this, in pixels.

    :raises DependencyError: the extra is not installed.
    :raises MediaError: the detector ended early, or hit a bound.
    """
    with running(1) as engine:
        found = engine.boxes(picture)
    height, width = picture.shape
    boxes = []
    for left, top, right, bottom in found:
        box = Box(
            left=max(0, left),
            top=max(0, top),
            right=min(width, right),
            bottom=min(height, bottom),
        )
        # Rows only: no upright columns, no shapes that fill the picture.
        if box.width > box.height * 1.2 and box.height < tallest:
            boxes.append(box)
    return boxes
