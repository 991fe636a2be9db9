"""The grammar of a timing line, strictly; and what can be mended with certainty.

WebVTT: the W3C parser's own steps (section 6.3, «collect WebVTT cue timings and
settings», «collect a WebVTT timestamp»), as one anchored expression each.
SubRip has no standard: strict is ``HH:MM:SS,mmm --> HH:MM:SS,mmm``.
"""

from __future__ import annotations

import re
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
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Timing:
    """A timing line that could be read: milliseconds, what follows, what was mended.

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
    """A line with an arrow that gives no times, and the code that says why."""

    code: str


def vtt_timing(line: str) -> Timing | Unreadable:
    """A WebVTT timing line, as the W3C parser reads it: nothing is mended."""
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
    """A SubRip timing line. Mended where only one reading is possible."""
    found = _SRT_STRICT.fullmatch(line)
    if found is not None:
        h1, m1, s1, f1, h2, m2, s2, f2, rest = found.groups()
        return Timing(_ms(h1, m1, s1, f1), _ms(h2, m2, s2, f2), rest.strip() or None)
    return _mended(line)


def _mended(line: str) -> Timing | Unreadable:
    visible = _narrowed(line)
    found = _LOOSE.fullmatch(visible)
    if found is None:
        return Unreadable(_why(visible))
    h1, m1, s1, p1, f1, h2, m2, s2, p2, f2, rest = found.groups()
    if "-->" in rest or (rest and not rest[0].isspace()):
        return Unreadable("timing-unreadable")
    if max(len(h1 or ""), len(h2 or "")) > MAX_HOUR_DIGITS or any(
        int(part) > 59 for part in (m1, s1, m2, s2)
    ):
        return Unreadable("time-overflow")
    repairs: dict[str, None] = {}
    times = found.start(11)
    if visible[:times] != line[:times]:
        repairs["timing-characters"] = None
    if re.search(_ARROWS, visible) and "-->" not in visible.replace("--->", "x"):
        repairs["timing-arrow"] = None
    for hours, minutes, seconds, point, fraction in ((h1, m1, s1, p1, f1), (h2, m2, s2, p2, f2)):
        if fraction is not None and (
            len(fraction) not in (1, 2, 3, 6, 9)
            or (point == ":" and (len(fraction) != 3 or hours is None))
        ):
            return Unreadable("timing-unreadable")
        if hours is None:
            repairs["timing-hours-missing"] = None
        if fraction is None:
            repairs["timing-fraction-missing"] = None
        elif len(fraction) != 3:
            repairs["timing-fraction-length"] = None
        if point in (".", ":"):
            repairs["timing-separator"] = None
        if any(len(part) < 2 for part in (hours or "00", minutes, seconds)):
            repairs["timing-short-field"] = None
    # As written: wide characters are narrowed one to one, for the times alone.
    written = (line if line.isascii() else _INVISIBLE.sub("", line))[times:]
    settings = written.strip() or None
    if (
        settings
        and not _COORDINATES.fullmatch(rest)
        and not _VTT_SETTINGS.fullmatch(rest.rstrip() + " ")
    ):
        repairs["text-on-timing-line"] = None
    return Timing(
        _ms(h1, m1, s1, f1),
        _ms(h2, m2, s2, f2),
        settings,
        tuple(repairs) or ("timing-spacing",),
        bare=(h1 is None and f1 is None) or (h2 is None and f2 is None),
    )


def looks_timed(line: str) -> bool:
    """Whether a line with an arrow was meant to say times, readable or not."""
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
    return line if line.isascii() else _INVISIBLE.sub("", line.translate(_WIDE))


def _why(line: str) -> str:
    return "time-negative" if _NEGATIVE.search(line) else "timing-unreadable"


def _ms(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> int:
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    # A written fraction is a decimal one: ,5 is half a second.
    return whole * 1000 + int((fraction or "0").ljust(3, "0")[:3])
