"""A row's letters alone: dark on white, as a reader of print wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from bilingual.ocr.frames import Luma

_STANDS_OUT: Final = 50
_MARGIN: Final = 12
_ABOVE: Final = 0.4  # of a letter's height: how far above the letters a sign's foot may be,
_BELOW: Final = 0.6  # how far below them its head,
_BESIDE: Final = 1.5  # and how far beside them the row may go on
_THICKEST: Final = 0.11
"""Half the width of the thickest stroke, as a share of the row's height."""


def letters(view: Luma, ring_share: float) -> Any | None:
    """How much (0..1) each pixel belongs to bright letters, cut to their extent.

    ``None`` where there are none. Shapes too thick, too dim, or cut off by the
    view's edge as no letter would be are left out.

    :param ring_share: which quantile of what surrounds the letters is called
        their ground: low for a dark outline, high for letters without one.
    """
    import cv2
    import numpy as np

    height, width = view.shape
    full = view.astype(np.float32)
    size = max(5, round(height * 0.22) | 1)
    top_hat = full - cv2.morphologyEx(full, cv2.MORPH_OPEN, np.ones((size, size), np.uint8))
    core = top_hat > _STANDS_OUT
    if core.sum() < 30:
        return None
    bright = float(np.percentile(full[core], 85))
    near = (core & (full > bright - 30)).astype(np.uint8)
    around = cv2.dilate(near, np.ones((7, 7), np.uint8)) > 0
    around &= cv2.dilate(near, np.ones((3, 3), np.uint8)) == 0
    ground = float(np.quantile(full[around], ring_share)) if around.any() else 0.0
    if bright - ground < 30:
        return None
    ink = (full > bright * 0.55 + ground * 0.45).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=4)
    where = labels.ravel().astype(np.intp)
    depth = np.zeros(count)
    np.maximum.at(depth, where, cv2.distanceTransform(ink, cv2.DIST_L2, 3).ravel())
    peak = np.zeros(count)
    np.maximum.at(peak, where, full.ravel())
    left, top, across, down, area = (stats[:, n] for n in range(5))
    sides = (left == 0) | (left + across == width)
    ends = (top == 0).astype(int) + (top + down == height)
    cut_off = sides | (ends > 1) | ((ends > 0) & (down < height * 0.25))
    kept = (depth <= height * _THICKEST) & (peak >= bright - 35) & ~cut_off
    kept &= area >= 4 * (height / 100) ** 2
    kept[0] = False
    kept &= _in_row(stats, kept)
    mask = kept[labels]
    if mask.sum() < 30:
        return None
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    soft = np.clip((full - ground) / (bright - ground), 0, 1)
    soft *= cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8))
    return soft[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _in_row(stats: Any, kept: Any) -> Any:
    """Which shapes are where the others are: specks above, below and beside the row are not."""
    import numpy as np

    left, top, across, down, area = (stats[:, n].astype(np.float64) for n in range(5))
    if not kept.any():
        return kept
    order = np.argsort((top + down / 2)[kept])
    share = np.cumsum(area[kept][order]) / area[kept].sum()
    middles = (top + down / 2)[kept][order]
    centre = middles[min(len(middles) - 1, int(np.searchsorted(share, 0.5)))]
    own = kept & (top < centre) & (top + down > centre)  # those that cross its middle
    if not own.any():
        return kept
    first, last = np.median(top[own]), np.median((top + down)[own])
    height = max(1.0, last - first)
    # Signs above and below letters reach further than the letters do, but begin near them.
    level = (top + down > first - _ABOVE * height) & (top < last + _BELOW * height)
    reach = _BESIDE * height
    beside = (left < (left + across)[own].max() + reach) & (left + across > left[own].min() - reach)
    return level & beside


def printed(soft: Any, height: int) -> Luma:
    """Letters as print: dark on white, that high in pixels, with a margin."""
    import cv2
    import numpy as np

    factor = height / soft.shape[0]
    how = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    sized = np.clip(cv2.resize(soft, None, fx=factor, fy=factor, interpolation=how), 0, 1)
    sized = cv2.copyMakeBorder(
        sized, _MARGIN, _MARGIN, _MARGIN, _MARGIN, cv2.BORDER_CONSTANT, value=0
    )
    return 255 - np.rint(sized * 255).astype(np.uint8)  # type: ignore[no-any-return]
