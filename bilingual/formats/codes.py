"""How bad each problem is that reading a track notes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from bilingual.formats.base import Grade
from bilingual.formats.registry import formats

_COMMON: Final[dict[str, Grade]] = {
    "arrow-in-text": "warning",
    "blank-line-after-index": "warning",
    "blank-line-before-text": "warning",
    "blank-line-in-cue": "warning",
    "blank-line-missing": "warning",
    "drawing": "info",
    "encoding-assumed": "warning",
    "file-cut": "error",
    "index-irregular": "info",
    "index-missing": "warning",
    "index-not-a-number": "warning",
    "index-repeated": "warning",
    "language-by-script": "info",
    "language-by-tag": "info",
    "language-tag-differs": "warning",
    "layered-copy": "info",
    "line-breaks-doubled": "warning",
    "line-mixed-scripts": "warning",
    "line-unaccounted": "error",
    "mark-repeated": "warning",
    "second-reading-differs": "info",
    "second-reading-partial": "info",
    "split-by-script": "info",
    "stream-unreadable": "error",
    "tag-unclosed": "warning",
    "tag-unknown": "info",
    "tags-seen": "info",
    "text-on-timing-line": "warning",
    "text-outside-cue": "error",
    "third-language": "info",
    "time-beyond-limit": "error",
    "time-negative": "error",
    "time-overflow": "error",
    "time-reversed": "error",
    "timing-arrow": "warning",
    "timing-characters": "warning",
    "timing-fraction-length": "warning",
    "timing-fraction-missing": "warning",
    "timing-frames": "error",
    "timing-hours-missing": "warning",
    "timing-missing": "error",
    "timing-separator": "warning",
    "timing-short-field": "warning",
    "timing-spacing": "info",
    "timing-unreadable": "error",
}


@cache
def grades() -> Mapping[str, Grade]:
    """The grade of every problem that is known, by its code, in the order of codes."""
    known = dict(_COMMON)
    for form in formats().values():
        known |= form.grades
    return dict(sorted(known.items()))


def grade(code: str) -> Grade:
    """How bad a problem is; one without a grade is a warning."""
    return grades().get(code, "warning")
