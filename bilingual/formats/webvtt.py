"""WebVTT: the W3C parser's steps for what is a cue, webvtt-py as second reading.

https://www.w3.org/TR/webvtt1/#webvtt-parser — step by step, so that a file
shows here what a browser shows. What the standard passes over in silence
becomes a problem.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Final

from bilingual.errors import FormatError
from bilingual.formats.base import (
    ARROW,
    FRAME,
    TEXT,
    Entry,
    Format,
    Sheet,
    Writer,
    arrow_clock,
)
from bilingual.formats.second import Block, Reading, confirm
from bilingual.formats.timing import Timing, Unreadable, vtt_timing
from bilingual.model import Cue, Problem

_SIGNATURE: Final = re.compile(r"WEBVTT(?:[ \t].*)?", re.DOTALL)
_COMMENT: Final = re.compile(r"NOTE(?:[ \t].*)?", re.DOTALL)
_SPACE: Final = " \t\f\r\n"
_METADATA: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}\s*[:=].*", re.DOTALL)
_KNOWN_BLOCK: Final = re.compile(r"^(?:NOTE|STYLE|REGION)", re.MULTILINE)
_LONG_STRETCH: Final = 64
_TIMESTAMP_MAP: Final = "X-TIMESTAMP-MAP"
_LOCAL: Final = re.compile(r"LOCAL:(?:([0-9]{1,9}):)?([0-9]{2}):([0-9]{2})\.([0-9]{3})")
_MPEGTS: Final = re.compile(r"MPEGTS:([0-9]{1,12})")

_VTT_TAG: Final = re.compile(r"<([^>]*)(>|\Z)")
_VTT_NAME: Final = re.compile(r"/?([^\s./]*)")
_VTT_KNOWN: Final = frozenset({"c", "i", "b", "u", "ruby", "rt", "v", "lang"})
_VTT_TIME: Final = re.compile(r"[0-9]")
_REFERENCE: Final = re.compile(
    r"&(?:#(?:([0-9]+)|[xX]([0-9a-fA-F]+));?|[A-Za-z][A-Za-z0-9]{0,31};?)"
)

_PERCENT = r"(?:100(?:\.0+)?|[0-9]{1,2}(?:\.[0-9]+)?)%"
_SETTINGS: Final = {
    "vertical": re.compile(r"rl|lr"),
    "line": re.compile(rf"(?:-?[0-9]+|{_PERCENT})(?:,(?:start|center|end))?"),
    "position": re.compile(rf"{_PERCENT}(?:,(?:line-left|center|line-right))?"),
    "size": re.compile(_PERCENT),
    "align": re.compile(r"start|center|end|left|right"),
    "region": re.compile(r".+"),
}


def read(sheet: Sheet) -> None:
    """Fill the sheet with the cues of a WebVTT file.

    :raises FormatError: ``vtt-signature``: the first line is not WEBVTT.
    """
    lines = sheet.lines
    if not lines or not _SIGNATURE.fullmatch(lines[0]):
        raise FormatError("vtt-signature", path=sheet.name)
    if ARROW in lines[0]:  # times behind the signature, that no text belongs to
        sheet.reject(0, 1, "text-outside-cue")
    else:
        sheet.mark(0, 1, FRAME)
    at = 1
    if at < len(lines) and lines[at]:
        at = _header(sheet, at)
    blocks: list[Block] = []
    seen_cue = False
    loose: int | None = None  # where blocks began that are nothing we know
    total = len(lines)
    arrows = [at for at, line in enumerate(lines) if ARROW in line]
    arrows.reverse()
    while at < total:
        if not lines[at]:
            at += 1
            continue
        start = at
        at, barren = _skipped(lines, at, arrows)
        if at > start:
            loose = start if loose is None and barren else loose
            continue
        at, block, known = _block(sheet, at, seen_cue)
        if known:
            if loose is not None:
                sheet.reject(loose, start, "text-outside-cue")
            loose = None
        elif loose is None:
            loose = start
        seen_cue = seen_cue or block is not None
        if block is not None and block.lines:
            blocks.append(block)
    if loose is not None:
        sheet.reject(loose, total, "text-outside-cue")
    confirm(sheet, blocks, "webvtt-py", _webvtt)


def _skipped(lines: Sequence[str], start: int, arrows: list[int]) -> tuple[int, bool]:
    """Past a long stretch without an arrow or any block that the standard knows.

    Where it ends (``start`` if it is none), and whether there is text in it.
    ``arrows`` are the lines with one, last first; those behind are taken off.
    """
    while arrows and arrows[-1] < start:
        arrows.pop()
    end = arrows[-1] if arrows else len(lines)
    if end - start < _LONG_STRETCH:
        return start, False
    while end > start and (end == len(lines) or lines[end]):
        end -= 1
    text = "\n".join(lines[start:end])
    if end == start or _KNOWN_BLOCK.search(text):
        return start, False
    return end, text.strip() != ""


def _header(sheet: Sheet, start: int) -> int:
    """The lines under the signature: no cue by the standard, mostly metadata."""
    lines, at = sheet.lines, start
    prose: int | None = None
    while at < len(lines) and lines[at] and ARROW not in lines[at]:
        line = lines[at]
        sheet.mark(at, at + 1, FRAME)
        if line.startswith(_TIMESTAMP_MAP):
            _timestamp_map(sheet, at)
        elif prose is None and not _METADATA.fullmatch(line):
            prose = at
        at += 1
    if prose is not None:
        sheet.reject(prose, at, "text-in-header")
    return at


def _timestamp_map(sheet: Sheet, at: int) -> None:
    line = sheet.lines[at]
    local, mpegts = _LOCAL.search(line), _MPEGTS.search(line)
    if local is None or mpegts is None:
        sheet.problem(at, "timestamp-map-unreadable", text=line)
        return
    hours, minutes, seconds, thousandths = (int(part or 0) for part in local.groups())
    local_ms = ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths
    sheet.problem(at, "timestamp-map", text=line, offset_ms=int(mpegts.group(1)) // 90 - local_ms)


def _block(sheet: Sheet, start: int, seen_cue: bool) -> tuple[int, Block | None, bool]:
    """Collect a WebVTT block from line ``start``: where the next begins, its cue if
    it is one, and whether it is anything that the standard knows.
    """
    lines, total = sheet.lines, len(sheet.lines)
    timing: Timing | Unreadable | None = None
    timed_at = start
    at = start
    while at < total:
        line = lines[at]
        if not line:
            break
        if ARROW in line:
            # Only the first line of a block, or the second after none, can be one.
            if at - start > 1 or timing is not None:
                break
            timing, timed_at = vtt_timing(line), at
        at += 1
    end = at
    if isinstance(timing, Timing):
        if not (sheet.bounded and sheet.beyond(timing.start_ms, timing.end_ms)):
            return end, _cue(sheet, start, timed_at, end, timing), True
        timing = Unreadable("time-beyond-limit")
    if isinstance(timing, Unreadable):
        hours = {"hours": sheet.hours} if timing.code == "time-beyond-limit" else {}
        sheet.reject(start, end, timing.code, timed_at, **hours)
    elif _COMMENT.fullmatch(lines[start]):
        sheet.mark(start, end, FRAME)
    elif _named(lines[start], "STYLE") or _named(lines[start], "REGION"):
        sheet.mark(start, end, FRAME)
        if seen_cue:
            sheet.problem(start, "vtt-block-late", text=lines[start].strip())
    elif any(line.strip() for line in lines[start:end]):
        return end, None, False
    return end, None, True


def _named(line: str, word: str) -> bool:
    return line.startswith(word) and not line[len(word) :].strip(_SPACE)


def _cue(sheet: Sheet, start: int, timed_at: int, end: int, timing: Timing) -> Block:
    lines = sheet.lines
    sheet.mark(start, timed_at + 1, FRAME)
    sheet.mark(timed_at + 1, end, TEXT)
    for code in timing.repairs:
        sheet.problem(timed_at, code, text=lines[timed_at])
    if end < len(lines) and lines[end]:
        sheet.problem(end, "blank-line-missing", text=lines[end])
    text = "\n".join(lines[timed_at + 1 : end])
    plain = text
    if "<" in text or "&" in text:
        plain, known, unknown, swallowed = _tokens(text)
        sheet.saw(known)
        if swallowed is not None:
            sheet.problem(timed_at, "tag-unclosed", text=swallowed)
        elif unknown:
            sheet.problem(timed_at, "tag-unknown", text=" ".join(unknown))
    if timing.settings:
        _settings(sheet, timed_at, timing.settings)
    if timing.end_ms < timing.start_ms:
        sheet.problem(timed_at, "time-reversed", text=lines[timed_at])
    if sheet.beyond(timing.start_ms, timing.end_ms):
        sheet.problem(timed_at, "time-beyond-limit", text=lines[timed_at], hours=sheet.hours)
    cue = Cue(
        index=len(sheet.cues),
        start_ms=timing.start_ms,
        end_ms=timing.end_ms,
        text=text,
        plain_text=None if plain == text else plain,
        line=timed_at + 1,
        identifier=lines[start] if timed_at > start else None,
        settings=timing.settings,
    )
    sheet.add(cue)
    # webvtt-py takes NOTE, STYLE and REGION for blocks of theirs wherever they are.
    odd = cue.identifier is not None and cue.identifier.startswith(("NOTE", "STYLE", "REGION"))
    sound = not timing.repairs and not odd and text.strip() != ""
    return Block(cue, tuple(lines[start:end]) if sound else ())


def _settings(sheet: Sheet, at: int, settings: str) -> None:
    ignored = []
    for word in settings.split():
        name, colon, value = word.partition(":")
        known = _SETTINGS.get(name)
        if not colon or known is None or not known.fullmatch(value):
            ignored.append(word)
    if ignored:
        sheet.problem(at, "setting-ignored", text=" ".join(ignored))


def claims(first: Sequence[str], suffix: str) -> int:
    """A signature is proof; the name alone is a claim that reading will test."""
    if first and _SIGNATURE.fullmatch(first[0]):
        return 9
    if suffix in (".vtt", ".webvtt"):
        return 5
    word = next((line.strip(_SPACE + "\ufeff") for line in first if line.strip(_SPACE)), "")
    return 4 if word.startswith("WEBVTT") else 0


def _webvtt(text: str) -> list[Reading]:
    from webvtt import WebVTT

    captions = WebVTT.from_string("WEBVTT\n\n" + text)
    return [
        (
            _clock_ms(caption.start),
            _clock_ms(caption.end),
            "\n".join(line.rstrip() for line in caption.raw_text.split("\n")),
        )
        for caption in captions.captions
    ]


def _clock_ms(clock: str) -> int:
    whole, _, fraction = clock.rpartition(".")
    total = 0
    for part in whole.split(":"):
        total = total * 60 + int(part)
    return total * 1000 + int(fraction)


def _plain(text: str) -> str:
    """What a viewer of WebVTT sees, ruby text included."""
    return _tokens(text)[0] if "<" in text or "&" in text else text


def _tokens(text: str) -> tuple[str, list[str], list[str], str | None]:
    """Plain text, known tags, unknown tags, and a tail that an open tag swallowed."""
    parts: list[str] = []
    known: list[str] = []
    unknown: list[str] = []
    swallowed: str | None = None
    end = 0
    for tag in _VTT_TAG.finditer(text):
        parts.append(_decoded(text[end : tag.start()]))
        end = tag.end()
        inside = tag.group(1)
        found = _VTT_NAME.match(inside)
        name = found.group(1) if found else ""
        if name in _VTT_KNOWN:
            if not inside.startswith("/"):
                known.append(name)
        elif not _VTT_TIME.match(name) and inside:
            unknown.append(tag.group())
        if not tag.group(2):
            swallowed = tag.group()
    parts.append(_decoded(text[end:]))
    return "".join(parts), known, unknown, swallowed


def _decoded(text: str) -> str:
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(reference: re.Match[str]) -> str:
    """A character reference as HTML reads it in text."""
    digits, base = (reference.group(1), 10) if reference.group(1) else (reference.group(2), 16)
    if not digits:
        return html.unescape(reference.group())
    # int() refuses thousands of digits; leading zeros are no size.
    digits = digits.lstrip("0") or "0"
    number = int(digits, base) if len(digits) < 9 else 0x110000
    if 0x80 <= number <= 0x9F or number in (0, 0x0D) or not _is_scalar(number):
        return html.unescape(f"&#{min(number, 0x110000)};")
    # html.unescape() drops control characters and noncharacters; HTML does not.
    return chr(number)


def _is_scalar(number: int) -> bool:
    return number < 0xD800 or 0xE000 <= number <= 0x10FFFF


def _prepare(text: str) -> tuple[str, tuple[Problem, ...]]:
    """NUL becomes U+FFFD, as the standard has it."""
    times = text.count("\0")
    if not times:
        return text, ()
    note = Problem(line=None, code="nul-replaced", params={"times": times})
    return text.replace("\0", "\ufffd"), (note,)


def _clock(ms: int) -> str:
    return arrow_clock(ms, ".")


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _settle(text: str) -> str:
    """No line of a payload may be empty: the cue would end there."""
    return "\n".join(line or " " for line in text.split("\n"))


def _compose(entries: Sequence[Entry]) -> str:
    parts = ["WEBVTT\n"]
    for entry in entries:
        settings = f" {entry.settings}" if entry.settings else ""
        lines = [f"{_clock(entry.start_ms)} --> {_clock(entry.end_ms)}{settings}"]
        if entry.identifier:
            lines.insert(0, entry.identifier)
        if entry.text:
            lines.append(entry.text)
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


FORMAT = Format(
    name="vtt",
    claims=claims,
    read=read,
    plain=_plain,
    references=True,
    suffixes=(".vtt", ".webvtt"),
    codecs=frozenset({"webvtt"}),
    muxer="webvtt",
    prepare=_prepare,
    grades={
        "nul-replaced": "warning",
        "setting-ignored": "info",
        "text-in-header": "info",
        "timestamp-map": "info",
        "timestamp-map-unreadable": "info",
        "vtt-block-late": "info",
    },
    writer=Writer(compose=_compose, escape=_escape, clock=_clock, settle=_settle, identifiers=True),
)
