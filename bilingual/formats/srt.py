"""SubRip: pysrt behind a gate of our own.

SubRip has no standard, so the layout is read from the timing lines outward: a
block is an index, a timing line, and everything up to the next block. What
is where it should not be is a problem, and stays readable in it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

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
from bilingual.formats.timing import Timing, Unreadable, looks_timed, maybe_timing, srt_timing
from bilingual.model import Cue

_STRIPPED: Final = " \t\x00\x0b\x0c\x1a\u3000\u00a0\ufeff\u200b\u200e\u200f"
_BLANK: Final = re.compile(r"\n[^\S\n]*(?=\n)")
# A number by itself after a blank line.
_ALONE: Final = re.compile(rf"\n[^\S\n]*\n[{_STRIPPED}]*([0-9]{{1,10}})[{_STRIPPED}]*(?=\n|\Z)")
_NUMBERLIKE: Final = re.compile(r"[-#(\[]?[0-9０-９༠-༩]{1,10}(?:\.[0-9]{1,4})?[.:)\]]?")
_TIMED: Final = re.compile(r"[0-9０-９༠-༩]\s?(?:->|[－-]+[＞>]|→|[—–]+>)\s?[0-9０-９༠-༩]")
_UNSAFE_ENTITY: Final = re.compile(r"&(?=[#A-Za-z])")
_SRT_NAMES = "i|b|u|s|em|strong|font|span|c|v|lang|ruby|rt|br|p"
_SRT_TAG: Final = re.compile(rf"</?({_SRT_NAMES})(?=[\s>/.])[^<>]{{0,500}}>", re.IGNORECASE)
_OVERRIDE: Final = re.compile(r"\{\\[^{}]{0,2000}\}")
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# The number of the next block, behind the last text of a file that another was joined to.
_JOINED: Final = re.compile(r".*[^\s\ufeff]\ufeff+([0-9]{1,10})")
_JOINED_END: Final = re.compile(rf"\ufeff+[0-9]{{1,10}}[{_STRIPPED}]*\Z")
_CANDIDATE: Final = re.compile("[>→⟶＞〉]")


@dataclass(frozen=True, slots=True)
class _Head:
    """A timing line at ``at``; its block begins at ``start``.

    ``joined``: its index is at the end of the line before, which is the last cue's.
    """

    start: int
    at: int
    timing: Timing | Unreadable
    identifier: str | None
    notes: tuple[str, ...] = ()
    joined: bool = False

    @property
    def index(self) -> int | None:
        """The identifier as a number, if it is one."""
        name = self.identifier
        return int(name) if name and _number(name) else None


def read(sheet: Sheet) -> None:
    """Fill the sheet with the cues of a SubRip file."""
    lines = sheet.lines
    heads = _heads(sheet)
    first = heads[0].start if heads else len(lines)
    if any(line.strip() for line in lines[:first]):
        sheet.reject(0, first, "text-outside-cue")
    blocks: list[Block] = []
    for number, head in enumerate(heads):
        after = heads[number + 1] if number + 1 < len(heads) else None
        end = len(lines) if after is None else after.start
        timing = head.timing
        if isinstance(timing, Unreadable):
            sheet.reject(head.start, end, timing.code, head.at)
            continue
        if sheet.bounded and sheet.beyond(timing.start_ms, timing.end_ms):
            sheet.reject(head.start, end, "time-beyond-limit", head.at, hours=sheet.hours)
            continue
        block = _cue(sheet, head, timing, end, after)
        if block is not None:
            blocks.append(block)
    _numbering(sheet, heads)
    confirm(sheet, blocks, "pysrt", _pysrt)


def _heads(sheet: Sheet) -> list[_Head]:
    lines = sheet.lines
    if sheet.has("→⟶＞〉"):
        candidates = [
            at for at, line in enumerate(lines) if _CANDIDATE.search(line) and maybe_timing(line)
        ]
    else:
        candidates = [at for at, line in enumerate(lines) if ">" in line and maybe_timing(line)]
    named = _has_names(lines, candidates)
    heads: list[_Head] = []
    for at in candidates:
        head = _head(lines, at, heads[-1] if heads else None, named)
        if head is not None:
            heads.append(head)
        elif ARROW in lines[at]:
            sheet.problem(at, "arrow-in-text", text=lines[at])
    texts = _texts(lines, heads)
    for at in texts:
        sheet.problem(at, "arrow-in-text", text=lines[at])
    return [head for head in heads if head.at not in texts] if texts else heads


def _texts(lines: Sequence[str], heads: Sequence[_Head]) -> frozenset[int]:
    """The timing lines that are text of the cue above: without a number or a blank line before
    them, while the numbers go on without a gap, and by times that are not between those of
    the cues around.
    """
    found: set[int] = set()
    last: _Head | None = None
    following: list[_Head | None] = [None] * len(heads)
    for place in range(len(heads) - 2, -1, -1):
        after = heads[place + 1]
        following[place] = following[place + 1] if after.index is None else after
    for place, head in enumerate(heads):
        bare = head.identifier is None and head.at and lines[head.at - 1].strip(_STRIPPED)
        if bare and last is not None and last.index is not None:
            after_it = following[place]
            none_lost = after_it is None or after_it.index == last.index + 1
            if none_lost and not _between(head.timing, last.timing, after_it):
                found.add(head.at)
                continue
        last = head
    return frozenset(found)


def _between(one: Timing | Unreadable, last: Timing | Unreadable, after: _Head | None) -> bool:
    """Whether times begin and end behind those of the last cue, and begin before the next one.

    They may overlap both of them a little, as cues do.
    """
    if isinstance(one, Unreadable) or isinstance(last, Unreadable):
        return True
    if after is None:
        return one.start_ms >= last.start_ms
    in_time = isinstance(after.timing, Unreadable) or one.start_ms < after.timing.start_ms
    return one.start_ms > last.start_ms and one.end_ms > last.end_ms and in_time


def _has_names(lines: Sequence[str], candidates: Sequence[int]) -> bool:
    """Whether blocks begin with names in place of numbers, as in WebVTT."""
    names = numbers = 0
    for at in candidates:
        before = lines[at - 1].strip(_STRIPPED) if at else ""
        if _number(before):
            numbers += 1
        elif before and (at == 1 or not lines[at - 2].strip(_STRIPPED)):
            names += 1
    return names > numbers


def _head(lines: Sequence[str], at: int, last: _Head | None, named: bool) -> _Head | None:
    """The block that a timing line opens; ``None`` where the line is text."""
    floor = -1 if last is None else last.at
    before = lines[at - 1].strip(_STRIPPED) if at - 1 > floor else ""
    timing = _meant(lines[at], before)
    if timing is None or (last is not None and at == last.at + 1 and _is_its_text(timing, last)):
        return None
    parted = at - 2 <= floor or not lines[at - 2].strip(_STRIPPED)
    if _number(before):
        if not parted and _is_index_again(lines, at, before):
            return _Head(at - 2, at, timing, before, ("index-repeated",))
        notes = () if parted else ("blank-line-missing",)
        return _Head(at - 1, at, timing, before, notes)
    joined = _JOINED.fullmatch(before)
    if joined is not None:
        return _Head(at, at, timing, joined[1], ("blank-line-missing",), joined=True)
    if before:
        if parted and (named or last is None or _NUMBERLIKE.fullmatch(before)):
            return _Head(at - 1, at, timing, before, ("index-not-a-number",))
        return _Head(at, at, timing, None, ("blank-line-missing", "index-missing"))
    start = _index_above(lines, at, floor, last)
    if start is not None:
        return _Head(start, at, timing, lines[start].strip(_STRIPPED), ("blank-line-after-index",))
    return _Head(at, at, timing, None, ("index-missing",))


def _is_index_again(lines: Sequence[str], at: int, index: str) -> bool:
    """Whether the line above a block's index is the same one, and nothing is above that."""
    alone = at < 3 or not lines[at - 3].strip(_STRIPPED)
    return alone and lines[at - 2].strip(_STRIPPED) == index


def _meant(line: str, before: str) -> Timing | Unreadable | None:
    """The times that a line gives; ``None`` where it was not meant to be a timing line.

    :param before: the line before it in its block, without the space around it.
    """
    numbered = _number(before)
    timing = srt_timing(line)
    if isinstance(timing, Unreadable):
        opens = numbered or (not before and looks_timed(line))
        return timing if opens or timing.code == "time-overflow" or _starts_timed(line) else None
    if timing.bare and not numbered:
        # «10:30 --> 11:00» may well be spoken text.
        return None if before else Unreadable("timing-unreadable")
    return timing


def _is_its_text(timing: Timing | Unreadable, last: _Head) -> bool:
    """Whether a line right below a timing line is the text of that cue.

    It is, though it looks like times, unless it is a timing line as good as the other.
    """
    if isinstance(timing, Unreadable):
        return True
    return isinstance(last.timing, Timing) and bool(timing.repairs) and not last.timing.repairs


def _index_above(lines: Sequence[str], at: int, floor: int, last: _Head | None) -> int | None:
    """An index that blank lines part from its timing line, if it is the one expected."""
    above = at - 1
    while above > floor and not lines[above].strip(_STRIPPED):
        above -= 1
        if at - above > 4:
            return None
    if above <= floor or not _number(lines[above].strip(_STRIPPED)):
        return None
    alone = above - 1 <= floor or not lines[above - 1].strip(_STRIPPED)
    expected = None if last is None or last.index is None else last.index + 1
    found = int(lines[above].strip(_STRIPPED))
    return above if alone and (last is None or found == expected) else None


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10


def _starts_timed(line: str) -> bool:
    head, _, tail = line.partition(ARROW)
    spoken = sum(char.isalpha() for char in head)
    return spoken <= 1 and looks_timed(head) and looks_timed(tail) and len(line) < 80


def _cue(sheet: Sheet, head: _Head, timing: Timing, end: int, after: _Head | None) -> Block | None:
    lines, at = sheet.lines, head.at
    sheet.mark(head.start, at + 1, FRAME)
    _head_notes(sheet, head, timing)
    first, end = _payload(sheet, head, end, None if after is None else after.index)
    text = "\n".join(lines[first:end])
    joined = after is not None and after.joined
    if joined:
        text = _JOINED_END.sub("", text)
    parted = _BLANK.search(text)
    if parted is not None:
        rest = text[parted.end() :].strip("\n")
        at_line = first + text.count("\n", 0, parted.start()) + 1
        sheet.problem(at_line, "blank-line-in-cue", text=rest)
    plain = text
    if any(mark in text for mark in "<{&\\"):
        plain, tags = _tokens(text)
        sheet.saw(tags)
    _time_problems(sheet, at, timing)
    sheet.add(
        Cue(
            index=len(sheet.cues),
            start_ms=timing.start_ms,
            end_ms=timing.end_ms,
            text=text,
            plain_text=None if plain == text else plain,
            line=at + 1,
            identifier=head.identifier,
            settings=timing.settings,
        )
    )
    clean = not (timing.repairs or head.notes or joined)
    whole = clean and parted is None and first == at + 1
    return Block(sheet.cues[-1], tuple(lines[head.start : end])) if whole and text else None


def _head_notes(sheet: Sheet, head: _Head, timing: Timing) -> None:
    """The problems of a block's index and timing line."""
    lines, at = sheet.lines, head.at
    for above in range(head.start, at):
        if lines[above].strip() != (head.identifier or "") and lines[above].strip():
            sheet.problem(above, "timing-characters", text=lines[above])
    for code in (*timing.repairs, *head.notes):
        of_index = code in head.notes and head.identifier and code != "blank-line-missing"
        # An index behind the last text is in no other line that is kept.
        index = f"{head.identifier}\n" if head.joined and code == "blank-line-missing" else ""
        sheet.problem(at, code, text=head.identifier if of_index else index + lines[at])


def _payload(sheet: Sheet, head: _Head, end: int, following: int | None) -> tuple[int, int]:
    """Where a cue's text begins and ends, marked as text; blank lines around it are not."""
    lines, start = sheet.lines, head.at + 1
    end = _trimmed(lines, start, end)
    if _BLANK.search("\n" + "\n".join(lines[start:end])):
        end = _trimmed(lines, start, _before_untimed(sheet, head, start, end, following))
    first = start
    while first < end and not lines[first].strip():
        first += 1
    if start < first < end:
        sheet.problem(start, "blank-line-before-text")
    sheet.mark(first, end, TEXT)
    return first, end


def _trimmed(lines: Sequence[str], start: int, end: int) -> int:
    while start < end and not lines[end - 1].strip():
        end -= 1
    return end


def _before_untimed(sheet: Sheet, head: _Head, start: int, end: int, following: int | None) -> int:
    """Where blocks begin that have the next index and no timing line; else ``end``.

    From there on, nothing is this cue's: one problem keeps it all.
    """
    if head.index is None or head.index + 1 == following:
        return end
    text = "\n".join(sheet.lines[start:end])
    for found in _ALONE.finditer("\n" + text):
        if int(found.group(1)) == head.index + 1:
            cut = start + text.count("\n", 0, found.start(1) - 1)
            sheet.reject(cut, end, "timing-missing")
            return cut
    return end


def _time_problems(sheet: Sheet, at: int, timing: Timing) -> None:
    if timing.end_ms < timing.start_ms:
        sheet.problem(at, "time-reversed", text=sheet.lines[at])
    if sheet.beyond(timing.start_ms, timing.end_ms):
        sheet.problem(at, "time-beyond-limit", text=sheet.lines[at], hours=sheet.hours)


def _numbering(sheet: Sheet, heads: Sequence[_Head]) -> None:
    """One note where the numbers do not go up by one; cues may have been cut out."""
    last: int | None = None
    jumps = [
        (head.at, head.index, before)
        for head in heads
        if head.index is not None
        and (before := last, last := head.index)[0] is not None
        and head.index != before + 1  # type: ignore[operator]
    ]
    if jumps:
        at, index, before = jumps[0]
        sheet.problem(at, "index-irregular", index=index, before=before, times=len(jumps))


def claims(first: Sequence[str], suffix: str) -> int:
    """Any file with an arrow may be SubRip; the others are surer of theirs."""
    return 2 if suffix == ".srt" else 1


def _pysrt(text: str) -> list[Reading]:
    import pysrt

    items = pysrt.from_string(text, error_handling=pysrt.ERROR_RAISE)
    return [(item.start.ordinal, item.end.ordinal, item.text) for item in items]


def _plain(text: str) -> str:
    """The text without the tags and overrides that players of SubRip know."""
    return _tokens(text)[0] if any(mark in text for mark in "<{&\\") else text


def _tokens(text: str) -> tuple[str, list[str]]:
    r"""Plain text and the tags met; ``\N`` and ``<br>`` break lines."""
    tags: list[str] = []

    def drop(tag: re.Match[str]) -> str:
        name = tag.group(1).lower()
        if not tag.group().startswith("</"):
            tags.append(name)
        return "\n" if name == "br" else ""

    def override(tag: re.Match[str]) -> str:
        tags.append("{\\}")
        return ""

    plain = _SRT_TAG.sub(drop, text)
    plain = _OVERRIDE.sub(override, plain)
    plain = plain.replace("\\N", "\n").replace("\\h", " ")
    return _ENTITY.sub(lambda m: html.unescape(m.group()), plain), tags


def _hopeless(text: str) -> bool:
    """Whether nothing in it looks like a timing line with a damaged arrow either."""
    return not _TIMED.search(text)


def _clock(ms: int) -> str:
    return arrow_clock(ms, ",")


def _escape(text: str) -> str:
    """What SubRip players would take for markup is escaped, and nothing else."""
    if _plain(text) == text:
        return text
    return _UNSAFE_ENTITY.sub("&amp;", text).replace("<", "&lt;").replace("\\", "&#92;")


def _compose(entries: Sequence[Entry]) -> str:
    """Cues numbered from 1; an empty track is an empty text."""
    parts = []
    for entry in entries:
        coordinates = f" {entry.settings}" if entry.settings else ""
        times = f"{_clock(entry.start_ms)} --> {_clock(entry.end_ms)}{coordinates}"
        parts.append(f"{entry.number}\n{times}\n" + (f"{entry.text}\n" if entry.text else ""))
    return "\n".join(parts)


FORMAT = Format(
    name="srt",
    claims=claims,
    read=read,
    plain=_plain,
    suffixes=(".srt",),
    codecs=frozenset({"mov_text", "subrip", "srt", "text"}),
    muxer="srt",
    hopeless=_hopeless,
    writer=Writer(compose=_compose, escape=_escape, clock=_clock),
    rewrites=True,
)
