"""Advanced SubStation Alpha and SubStation Alpha: the dialogue lines as cues."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bilingual.formats.base import FRAME, TEXT, Format, Sheet
from bilingual.model import Cue

_SECTION: Final = re.compile(r"\s*\[([^\]]*)\]\s*")
_CLOCK: Final = re.compile(r"\s*([0-9]{1,9}):([0-9]{1,2}):([0-9]{1,2})[.,:]([0-9]{2,3})\s*")
_FIELDS: Final = (
    "layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text",
)  # fmt: skip
_SILENT: Final = frozenset({"comment", "picture", "sound", "movie", "command"})
# Their lines are files in a code of letters.
_ENCODED: Final = frozenset({"fonts", "graphics", "aegisub extradata"})
_EVENT_CLOCK: Final = re.compile(r"[0-9]:[0-9]{2}:[0-9]{2}[.,:][0-9]{2}")
_ASS_BLOCK: Final = re.compile(r"\{([^}]*)\}")
_DRAWING: Final = re.compile(r"\\p([0-9]+)")
_OVERRIDE: Final = re.compile(r"\\([a-zA-Z]{1,12})")


def read(sheet: Sheet) -> None:
    """Fill the sheet with the dialogue lines of the events section, in file order."""
    section = ""
    fields: tuple[str, ...] = _FIELDS
    for at, line in enumerate(sheet.lines):
        bare = line.lstrip("\ufeff")  # of files that were joined
        if not bare.strip():
            sheet.mark(at, at + 1, FRAME)
            continue
        found = _SECTION.fullmatch(bare)
        if found is not None:
            section = found.group(1).strip().lower()
            sheet.mark(at, at + 1, FRAME)
            continue
        key, _, value = bare.partition(":")
        key = key.strip().lower()
        if key == "format" and section == "events":
            named = tuple(name.strip().lower() for name in value.split(","))
            sheet.mark(at, at + 1, FRAME)
            if not {"start", "end", "text"} <= set(named) or named[-1] != "text":
                sheet.problem(at, "ass-format-line", text=line)
            else:
                fields = named
        elif key == "dialogue":
            _dialogue(sheet, at, value, fields)
        elif key in _SILENT or _framing(line, section):
            sheet.mark(at, at + 1, FRAME)
        else:
            sheet.reject(at, at + 1, "text-outside-cue")


def _framing(line: str, section: str) -> bool:
    """A comment, or what a section other than the events holds.

    A line with two times there, an arrow or the keyword is an event that lost its
    section, its keyword's colon or its form.
    """
    if line.lstrip().startswith((";", "!:")) or section in _ENCODED:
        return True
    if line.lstrip().lower().startswith("dialogue") or "-->" in line:
        return False
    return section != "events" and ":" in line and len(_EVENT_CLOCK.findall(line)) < 2


def _dialogue(sheet: Sheet, at: int, value: str, fields: tuple[str, ...]) -> None:
    parts = value.split(",", len(fields) - 1)
    if len(parts) < len(fields):
        sheet.reject(at, at + 1, "ass-dialogue-short")
        return
    row = dict(zip(fields, parts, strict=True))
    start, end = _clock_ms(row["start"]), _clock_ms(row["end"])
    if start is None or end is None:
        negative = "-" in row["start"] + row["end"]
        sheet.reject(at, at + 1, "time-negative" if negative else "timing-unreadable")
        return
    if sheet.beyond(start, end):
        if sheet.bounded:
            sheet.reject(at, at + 1, "time-beyond-limit", hours=sheet.hours)
            return
        sheet.problem(at, "time-beyond-limit", text=sheet.lines[at], hours=sheet.hours)
    sheet.mark(at, at + 1, TEXT)
    text = row["text"]
    plain = _plain(text)
    if "{" in text:
        sheet.saw([f"\\{name}" for name in _OVERRIDE.findall(" ".join(_blocks(text)))])
    if end < start:
        sheet.problem(at, "time-reversed", text=sheet.lines[at])
    other = [part.strip() for name, part in row.items() if name not in ("start", "end", "text")]
    sheet.add(
        Cue(
            index=len(sheet.cues),
            start_ms=start,
            end_ms=end,
            text=text,
            plain_text=None if plain == text else plain,
            line=at + 1,
            settings=",".join(other) or None,
            style=row.get("style", "").strip().lstrip("*") or None,
        )
    )


def _blocks(text: str) -> list[str]:
    return [block.group(1) for block in _overrides(text)]


def _clock_ms(clock: str) -> int | None:
    found = _CLOCK.fullmatch(clock)
    if found is None:
        return None
    hours, minutes, seconds, fraction = found.groups()
    if int(minutes) > 59 or int(seconds) > 59:
        return None
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1000 + int(fraction.ljust(3, "0"))


def claims(first: Sequence[str], suffix: str) -> int:
    """By its sections, else by name."""
    for line in first:
        found = _SECTION.fullmatch(line.lstrip("\ufeff"))
        if found is not None:
            name = found.group(1).strip().lower()
            return 8 if name in ("script info", "v4+ styles", "v4 styles", "events") else 0
        if line.strip() and not line.lstrip("\ufeff ").startswith((";", "!")):
            break
    return 3 if suffix in (".ass", ".ssa") else 0


def _overrides(text: str) -> Iterator[re.Match[str]]:
    """Override blocks. Behind the last brace there is none: not looked for at each opening one."""
    return _ASS_BLOCK.finditer(text, 0, text.rfind("}") + 1)


def _plain(text: str) -> str:
    r"""Text of a dialogue line: overrides and drawings gone, ``\N`` a line break."""
    parts: list[str] = []
    drawing = False
    end = 0
    for block in _overrides(text):
        if not drawing:
            parts.append(text[end : block.start()])
        end = block.end()
        for scale in _DRAWING.findall(block.group(1)):
            drawing = scale.strip("0") != ""
    if not drawing:
        parts.append(text[end:])
    plain = "".join(parts).replace("\\N", "\n").replace("\\n", "\n")
    return plain.replace("\\h", " ")


FORMAT = Format(
    name="ass",
    claims=claims,
    read=read,
    plain=_plain,
    suffixes=(".ass", ".ssa"),
    cue_mark="Dialogue:",
    codecs=frozenset({"ass", "ssa"}),
    muxer="ass",
    grades={"ass-dialogue-short": "error", "ass-format-line": "warning"},
    html_tags=False,
    places=True,
)
