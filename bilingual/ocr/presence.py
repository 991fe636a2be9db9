"""Whether a row of text is in a frame: its strokes are compared with a template.

Only strokes and their surrounding are compared, piece by piece along the row, so
that a picture moving behind the text does not matter and a text that changes in
part is noticed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from bilingual.ocr.detecting import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bilingual.ocr.frames import Luma

    Real = NDArray[np.float32]
    Mask = NDArray[np.bool_]

STROKE: Final = 28
"""How much (0..255) strokes stand out from what is around them, at least."""

SWING: Final = 30
"""A pixel whose brightness varies (standard deviation) more is no text's."""

_MIN_PIXELS: Final = 40
_WEAKEST: Final = 0.25  # how much less alike the weakest piece may be
_WEAKEST_CLEAR: Final = 0.12  # the same where the rest is as it was
_CLEAR: Final = 0.95
_PIECE: Final = 0.8  # of a row's height (with its margins): a letter or two
_NEAR: Final = 0.3  # of a row's height: what is called near a pixel
_OTHER: Final = 45  # a pixel so much (0..255) brighter or darker than learnt is the picture's
_LEFT: Final = 0.5  # a piece keeps at least this share of its pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What a row of text looks like. ``pieces`` are slices of columns with strokes.

    ``relief`` is how much a pixel of the mask differs from those of the mask near
    it: so that a plate behind the letters, or how bright it is around them, does
    not make another text look the same.
    """

    box: Box
    mean: Real
    mask: Mask
    pieces: tuple[tuple[int, int], ...]
    weight: Real
    relief: Real

    def seen(self, frame: Luma) -> tuple[float, float]:
        """Likeness (-1..1) of the frame there, and how strong the text is (1: as ever).

        The likeness is that of the row's weaker pieces, the strength their median.
        """
        import numpy as np

        crop = _relief(cut(frame, self.box).astype(np.float32), self.mask, self.weight)
        if not self.pieces:
            return 0.0, 0.0
        columns = np.stack(
            [
                np.einsum("ij,ij->j", *pair)
                for pair in ((crop, crop), (crop, self.relief), (self.relief, self.relief))
            ]
        )
        sums = np.concatenate([np.zeros((3, 1)), np.cumsum(columns, axis=1, dtype=np.float64)], 1)
        left, right = np.array(self.pieces).T
        own, together, power = sums[:, right] - sums[:, left]
        likeness = together / np.sqrt(np.maximum(own, 0) * power + 1e-6)
        strength = together / (power + 1e-6)
        # One piece that is wholly other is another text: 3 个 is not 4 个.
        spared = _WEAKEST_CLEAR if np.median(likeness) > _CLEAR else _WEAKEST
        alike = min(float(np.quantile(likeness, 0.25)), float(likeness.min()) + spared)
        return alike, float(np.median(strength))

    def settled(self, frame: Luma) -> Template:
        """Without pixels that are not as they were: those were the picture's behind it.

        :param frame: one in which the text is shown.
        """
        import numpy as np

        crop = cut(frame, self.box).astype(np.float32)
        as_they_were = np.abs(crop - self.mean) < _OTHER
        mask = self.mask.copy()
        for left, right in self.pieces:
            kept = mask[:, left:right] & as_they_were[:, left:right]
            if kept.sum() >= max(_MIN_PIXELS, _LEFT * mask[:, left:right].sum()):
                mask[:, left:right] = kept
        return (
            self if mask.sum() == self.mask.sum() else _made(self.box, self.mean, mask, self.pieces)
        )


def _made(box: Box, mean: Real, mask: Mask, pieces: tuple[tuple[int, int], ...]) -> Template:
    import cv2
    import numpy as np

    size = _near(box.height)
    weight = cv2.blur(mask.astype(np.float32), (size, size)) + 1e-6
    return Template(
        box=box,
        mean=mean,
        mask=mask,
        pieces=pieces,
        weight=weight,
        relief=_relief(mean, mask, weight),
    )


def _near(height: int) -> int:
    return max(5, round(height * _NEAR) | 1)


def _relief(crop: Real, mask: Mask, weight: Real) -> Real:
    """The mask's pixels less the mean of the mask's pixels near them; 0 elsewhere."""
    import cv2

    size = _near(crop.shape[0])
    inside = crop * mask
    return (inside - cv2.blur(inside, (size, size)) / weight) * mask


def cut(frame: Luma, box: Box) -> Luma:
    """The part of a frame that lies in a box."""
    return frame[box.top : box.bottom, box.left : box.right]


def template(box: Box, crops: list[Luma]) -> Template | None:
    """A template from several views of the same text; ``None`` where there are no strokes."""
    import numpy as np

    stack = np.stack(crops).astype(np.float32)
    mean = stack.mean(axis=0)
    mask = strokes(mean)
    if len(crops) > 1:
        mask &= stack.std(axis=0) < SWING
    step = max(8, round(box.height * _PIECE))
    count = max(1, round(box.width / step))
    edges = np.linspace(0, box.width, count + 1).astype(int)
    pieces = tuple(
        (int(a), int(b)) for a, b in pairwise(edges) if mask[:, a:b].sum() >= _MIN_PIXELS
    )
    if not pieces:
        return None
    return _made(box, mean, mask, pieces)


def strokes(crop: Any) -> Any:
    """Pixels of strokes and of their rims: thin things that stand out either way."""
    import cv2
    import numpy as np

    size = max(5, round(crop.shape[0] * 0.25) | 1)
    # As if the edges went on outside: what a plate leaves of the picture is no stroke.
    pad = size
    wide = cv2.copyMakeBorder(crop, pad, pad, pad, pad, cv2.BORDER_REPLICATE)
    kernel = np.ones((size, size), np.uint8)
    bright = wide - cv2.morphologyEx(wide, cv2.MORPH_OPEN, kernel)
    dark = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, kernel) - wide
    bright, dark = (part[pad:-pad, pad:-pad] for part in (bright, dark))
    mask = ((bright > STROKE) | (dark > STROKE)).astype(np.uint8)
    return cv2.dilate(mask, np.ones((3, 3), np.uint8)).astype(bool)
