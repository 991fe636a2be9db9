"""How grave each problem is: ``error``, text or times were lost to us or to a
viewer; ``warning``, mended by us, but another program may stumble; ``info``, a fact.
"""

from __future__ import annotations

from typing import Final, Literal

Grade = Literal["error", "warning", "info"]

GRADES: Final[dict[str, Grade]] = {
    "arrow-in-text": "warning",
    "ass-dialogue-short": "error",
    "ass-format-line": "warning",
    "blank-line-after-index": "warning",
    "blank-line-before-text": "warning",
    "blank-line-in-cue": "warning",
    "blank-line-missing": "warning",
    "encoding-assumed": "warning",
    "index-irregular": "info",
    "index-missing": "warning",
    "index-not-a-number": "warning",
    "language-by-script": "info",
    "language-by-tag": "info",
    "language-tag-differs": "warning",
    "line-breaks-doubled": "warning",
    "line-mixed-scripts": "warning",
    "line-unaccounted": "error",
    "nul-replaced": "warning",
    "second-reading-differs": "info",
    "second-reading-partial": "info",
    "setting-ignored": "info",
    "split-by-script": "info",
    "stream-unreadable": "error",
    "tag-unclosed": "warning",
    "tag-unknown": "info",
    "tags-seen": "info",
    "text-in-header": "info",
    "text-on-timing-line": "warning",
    "text-outside-cue": "error",
    "time-beyond-limit": "error",
    "time-negative": "error",
    "time-overflow": "error",
    "time-reversed": "error",
    "timestamp-map": "info",
    "timestamp-map-unreadable": "info",
    "timing-arrow": "warning",
    "timing-characters": "warning",
    "timing-fraction-length": "warning",
    "timing-fraction-missing": "warning",
    "timing-hours-missing": "warning",
    "timing-missing": "error",
    "timing-separator": "warning",
    "timing-short-field": "warning",
    "timing-spacing": "info",
    "timing-unreadable": "error",
    "vtt-block-late": "info",
}


def grade(code: str) -> Grade:
    """How grave a problem is; one that nobody graded is a warning."""
    return GRADES.get(code, "warning")
