"""The grammar of a timing line, strictly; and what can be repaired with certainty.

WebVTT: the W3C parser's own steps (section 6.3, «collect WebVTT cue timings and
settings», «collect a WebVTT timestamp»), as one anchored expression each.
SubRip has no standard: strict is ``HH:MM:SS,mmm --> HH:MM:SS,mmm``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_HOUR_DIGITS: Final = 9
"""More would leave the integers that JSON readers hold exactly (2**53)."""

_SPACE = r"[ \t\f]*"
_VTT_CLOCK = r"(?:([0-9]+):)?([0-9]{2}):([0-9]{2})\.([0-9]{3})"
_VTT: Final = re.compile(
    rf"{_SPACE}{_VTT_CLOCK}{_SPACE}-->{_SPACE}{_VTT_CLOCK}(?![0-9])(.*)", re.DOTALL
)
_VTT_STRICT: Final = re.compile(
    r"(?:[0-9]{2,}:)?[0-9]{2}:[0-9]{2}\.[0-9]{3}[ \t]+-->[ \t]+"
    r"(?:[0-9]{2,}:)?[0-9]{2}:[0-9]{2}\.[0-9]{3}(?:[ \t].*)?",
    re.DOTALL,
)

_SRT_STRICT: Final = re.compile(
    r"([0-9]{2,3}):([0-5][0-9]):([0-5][0-9]),([0-9]{3}) --> "
    r"([0-9]{2,3}):([0-5][0-9]):([0-5][0-9]),([0-9]{3})"
    r"((?: +[XY][12]: ?[0-9]+)*)[ \t]*"
)
_LOOSE_CLOCK = (
    r"(?:([0-9]+)\s*:\s*)?([0-9]{1,2})\s*:\s*([0-9]{1,2})(?:\s*([,.:])\s*([0-9]{1,9})(?![0-9]))?"
)
_ARROWS = r"(?:-{1,4}\s?>|[—–]{1,2}-?>|[→⟶]|=>)"
_LOOSE: Final = re.compile(
    rf"\s*{_LOOSE_CLOCK}(?![0-9:])\s*{_ARROWS}\s*{_LOOSE_CLOCK}(?![0-9:,.])(.*)", re.DOTALL
)
_COORDINATES: Final = re.compile(r"(?:\s*[XYxy][12]:\s?[0-9]+)+\s*")
_VTT_SETTINGS: Final = re.compile(
    r"\s+(?:(?:line|position|size|align|vertical|region):\S+\s*)+", re.ASCII
)
_NEGATIVE: Final = re.compile(r"(?:^\s*|-->\s*)[-−]\s*[0-9]+\s*:")
# 00:00:06:12, or with drop frames 00:00:06;12.
_FRAMES: Final = re.compile(
    r"(?:^|[^0-9])[0-9]{1,2}[:：][0-9]{2}[:：][0-9]{2}[:;][0-9]{2}(?![0-9]).*"
    r"[^0-9][0-9]{1,2}[:：][0-9]{2}[:：][0-9]{2}[:;][0-9]{2}(?![0-9])"
)
_CLOCKISH: Final = re.compile(r"[0-9]\s?[:.,;]\s?[0-9]")
_WIDE: Final = str.maketrans(
    {
        **{chr(0xFF10 + n): str(n) for n in range(10)},
        **{chr(0x0F20 + n): str(n) for n in range(10)},
        "：": ":",
        "﹕": ":",
        "，": ",",
        "．": ".",
        "。": ".",
        "－": "-",
        "＞": ">",
        "〉": ">",
        "\u3000": " ",
        "\u00a0": " ",
    }
)
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


@dataclass(frozen=True, slots=True)
class Timing:
    """A timing line that could be read: milliseconds, what follows, what was repaired.

    ``repairs`` holds codes; empty where the line is to the letter. ``settings``
    is ``None`` where nothing follows the times. ``bare``: neither hours nor
    milliseconds are there, so that it may be a time of day in the text.
    """

    start_ms: int
    end_ms: int
    settings: str | None = None
    repairs: tuple[str, ...] = ()
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line with an arrow that gives no times, and the reason code."""

    code: str


def vtt_timing(line: str) -> Timing | Unreadable:
    """A WebVTT timing line, as the W3C parser reads it: nothing is repaired."""
    found = _VTT.match(line)
    if found is None:
        return Unreadable(_why(line))
    h1, m1, s1, f1, h2, m2, s2, f2, rest = found.groups()
    if m1 > "59" or s1 > "59" or m2 > "59" or s2 > "59":
        return Unreadable("time-overflow")
    if len(h1 or "") > MAX_HOUR_DIGITS or len(h2 or "") > MAX_HOUR_DIGITS:
        return Unreadable("time-overflow")
    repairs = () if _VTT_STRICT.fullmatch(line) else ("timing-spacing",)
    return Timing(_ms(h1, m1, s1, f1), _ms(h2, m2, s2, f2), rest.strip(" \t\f") or None, repairs)


def srt_timing(line: str) -> Timing | Unreadable:
    """A SubRip timing line. Repaired where only one reading is possible."""
    found = _SRT_STRICT.fullmatch(line)
    if found is not None:
        h1, m1, s1, f1, h2, m2, s2, f2, rest = found.groups()
        return Timing(_ms(h1, m1, s1, f1), _ms(h2, m2, s2, f2), rest.strip() or None)
    return _repaired(line)


@dataclass(frozen=True, slots=True)
class _Clock:
    """One of a line's two times as it is written; ``point`` is before the fraction."""

    hours: str | None
    minutes: str
    seconds: str
    point: str | None
    fraction: str | None

    @property
    def overflows(self) -> bool:
        """Whether a field is larger than a clock's."""
        long = len(self.hours or "") > MAX_HOUR_DIGITS
        return long or int(self.minutes) > 59 or int(self.seconds) > 59

    @property
    def ambiguous(self) -> bool:
        """Whether its fraction may be something else: another unit, or the seconds."""
        if self.fraction is None:
            return False
        if self.point == ":" and (len(self.fraction) != 3 or self.hours is None):
            return True
        return len(self.fraction) not in (1, 2, 3, 6, 9)

    @property
    def bare(self) -> bool:
        """Whether it may be a time of day: neither hours nor a fraction."""
        return self.hours is None and self.fraction is None

    @property
    def ms(self) -> int:
        """Milliseconds."""
        return _ms(self.hours, self.minutes, self.seconds, self.fraction)

    def repairs(self) -> Iterator[str]:
        """What is not to the letter, as codes."""
        if self.hours is None:
            yield "timing-hours-missing"
        if self.fraction is None:
            yield "timing-fraction-missing"
        elif len(self.fraction) != 3:
            yield "timing-fraction-length"
        if self.point in (".", ":"):
            yield "timing-separator"
        if any(len(part) < 2 for part in (self.hours or "00", self.minutes, self.seconds)):
            yield "timing-short-field"


def _repaired(line: str) -> Timing | Unreadable:
    visible = _narrowed(line)
    found = _LOOSE.fullmatch(visible)
    if found is None:
        return Unreadable(_why(visible))
    clocks = (_Clock(*found.groups()[:5]), _Clock(*found.groups()[5:10]))
    rest = found.group(11)
    if "-->" in rest or (rest and not rest[0].isspace()):
        return Unreadable("timing-unreadable")
    if any(clock.overflows for clock in clocks):
        return Unreadable("time-overflow")
    if any(clock.ambiguous for clock in clocks):
        return Unreadable(_why(visible))
    times = found.start(11)
    # As written: wide characters are narrowed one to one, for the times alone.
    written = _INVISIBLE.sub("", line)[times:]
    settings = written.strip() or None
    repairs = list(_line_repairs(line, visible, times))
    for clock in clocks:
        repairs += clock.repairs()
    if settings and not _is_settings(rest):
        repairs.append("text-on-timing-line")
    return Timing(
        clocks[0].ms,
        clocks[1].ms,
        settings,
        tuple(dict.fromkeys(repairs)) or ("timing-spacing",),
        bare=any(clock.bare for clock in clocks),
    )


def _line_repairs(line: str, visible: str, times: int) -> Iterator[str]:
    """What of the line as a whole is not to the letter, up to where the times end."""
    if visible[:times] != line[:times]:
        yield "timing-characters"
    if re.search(_ARROWS, visible) and "-->" not in visible.replace("--->", "x"):
        yield "timing-arrow"


def _is_settings(rest: str) -> bool:
    """Whether what follows the times are coordinates, or settings of WebVTT."""
    return bool(_COORDINATES.fullmatch(rest) or _VTT_SETTINGS.fullmatch(rest.rstrip() + " "))


def looks_timed(line: str) -> bool:
    """Whether a line with an arrow was meant to give times, readable or not."""
    return _CLOCKISH.search(_narrowed(line)) is not None


def maybe_timing(line: str) -> bool:
    """A cheap look: could this line be a timing line at all?"""
    if "-->" in line:
        return True
    if not any(mark in line for mark in (">", "→", "⟶", "＞", "〉")):
        return False
    visible = _narrowed(line)
    return _LOOSE.fullmatch(visible) is not None


def _narrowed(line: str) -> str:
    return _INVISIBLE.sub("", line if line.isascii() else line.translate(_WIDE))


def _why(line: str) -> str:
    if _NEGATIVE.search(line):
        return "time-negative"
    return "timing-frames" if _FRAMES.search(line) else "timing-unreadable"


def _ms(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> int:
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    # A written fraction is a decimal one: ,5 is half a second.
    return whole * 1000 + int((fraction or "0").ljust(3, "0")[:3])
