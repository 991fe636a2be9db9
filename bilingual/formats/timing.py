"""The grammar of a timing line, strictly; and what can be mended with certainty."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

ARROW: Final = "-->"

_CLOCK = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:([,.])(\d{1,3}))?"
_LINE: Final = re.compile(rf"^[ \t]*{_CLOCK}[ \t]*-->[ \t]*{_CLOCK}(?:[ \t]+(\S.*))?[ \t]*$", re.ASCII)
_STRICT: Final = {
    "srt": re.compile(r"^\d{2,}:[0-5]\d:[0-5]\d,\d{3} --> \d{2,}:[0-5]\d:[0-5]\d,\d{3}$", re.ASCII),
    "vtt": re.compile(
        r"^[ \t]*(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}[ \t]*-->[ \t]*(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}"
        r"(?:[ \t]+\S.*)?[ \t]*$",
        re.ASCII,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """A timing line: milliseconds, settings behind it, whether it is to the letter."""

    start_ms: int
    end_ms: int
    settings: str | None
    strict: bool


def read_timing(line: str, form: str) -> Timing | None:
    """What a line with an arrow says; ``None`` where more than one reading is possible."""
    found = _LINE.match(line)
    if found is None:
        return None
    start = _milliseconds(found.group(1), found.group(2), found.group(3), found.group(5))
    end = _milliseconds(found.group(6), found.group(7), found.group(8), found.group(10))
    if start is None or end is None:
        return None
    strict = _STRICT[form].match(line.rstrip() if form == "srt" else line) is not None
    return Timing(start_ms=start, end_ms=end, settings=found.group(11), strict=strict)


def _milliseconds(
    hours: str | None, minutes: str, seconds: str, fraction: str | None
) -> int | None:
    if int(minutes) > 59 or int(seconds) > 59:
        return None
    thousandths = int((fraction or "0").ljust(3, "0"))
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + thousandths
