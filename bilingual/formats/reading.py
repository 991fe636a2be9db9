"""The gate: limits first, then the format's reader, then every line is accounted for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

from bilingual.config import ReadingLimits
from bilingual.errors import FormatError, InputError
from bilingual.formats.base import ARROW, NOTHING, TEXT, UNREAD, Format, Sheet
from bilingual.formats.bilingual_split import split
from bilingual.formats.encoding import decode
from bilingual.formats.foreign import known_by_sight, refuse_binary
from bilingual.formats.layers import without_copies
from bilingual.formats.registry import formats
from bilingual.model import Cue, Problem, Track, TrackSource
from bilingual.text.script import language_of

_HEAD_LINES: Final = 40
_TIMING: Final = re.compile(r"\d\s*-->\s*\d|^Dialogue:")
_UNMARKED: Final = re.compile(b"%c+" % NOTHING)
_MARKED: Final = re.compile(b"%c+" % TEXT)
_BINARIES: Final = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"SQLite format",
    b"\x7fELF",
    b"MZ\x90",
)


def read_tracks(
    data: bytes,
    *,
    name: str,
    limits: ReadingLimits | None = None,
    encoding: str | None = None,
    form: str | None = None,
    source: TrackSource = "sidecar",
) -> tuple[Track, ...]:
    """The tracks in a subtitle file's bytes: one, or two where each cue has both languages.

    ``name`` is for messages; its suffix helps to detect the format where the
    content does not. ``form`` forces one by its
    name, ``encoding`` a codec.

    :raises InputError: ``file-empty``.
    :raises FormatError: it is no subtitle file, its encoding cannot be determined, or
        a limit is passed.
    """
    return split(
        read_track(data, name=name, limits=limits, encoding=encoding, form=form, source=source)
    )


def read_track(
    data: bytes,
    *,
    name: str,
    limits: ReadingLimits | None = None,
    encoding: str | None = None,
    form: str | None = None,
    source: TrackSource = "sidecar",
) -> Track:
    """The bytes as one track, both languages together where a file has both.

    Where ``limits`` are given, a cue beyond their time is rejected; without, it
    stays, for WebVTT knows no bound, and a problem reports that it lies beyond a
    day. The other bounds hold in either case.

    :raises InputError, FormatError: as ``read_tracks``.
    """
    bounds = limits or ReadingLimits()
    refuse_size(len(data), name, bounds)
    if not data.strip(b"\xef\xbb\xbf\xfe\xff \t\r\n\0"):
        raise InputError("file-empty", path=name)
    refuse_binary(data, name)
    if data.startswith(_BINARIES):
        raise FormatError("not-a-subtitle", path=name)
    decoded = decode(data, name, encoding)
    first: list[Problem] = []
    if decoded.assumed:
        first.append(_file_problem("encoding-assumed", encoding=decoded.encoding))
    if decoded.marks > 1:
        first.append(_file_problem("mark-repeated", times=decoded.marks))
    if decoded.cut:
        first.append(_file_problem("file-cut"))
    text, doubled = _lined(decoded.text)
    if doubled:
        first.append(_file_problem("line-breaks-doubled"))
    suffix = PurePath(name).suffix.lower()
    head = text.split("\n", _HEAD_LINES)[:_HEAD_LINES]
    chosen = formats()[form] if form else _format(head, suffix, name)
    text, prepared = chosen.prepare(text)
    first += prepared
    sheet = Sheet(
        lines=_limited(text, name, chosen, bounds),
        name=name,
        limits=bounds,
        bounded=limits is not None,
    )
    chosen.read(sheet)
    _refuse_long_texts(sheet)
    first += audit(sheet, chosen)
    if sheet.tags:
        names = sorted(sheet.tags)
        first.append(
            _file_problem("tags-seen", tags=names, counts=dict(sorted(sheet.tags.items())))
        )
    cues: Sequence[Cue] = sheet.cues
    if chosen.places:
        cues, copies = without_copies(sheet.cues, sheet.lines)
        first += copies
    problems = sorted([*first, *sheet.problems], key=lambda p: p.line or 0)
    return Track(
        cues=tuple(cues),
        problems=tuple(problems),
        language=language_of("\n".join(cue.plain for cue in cues)),
        source=source,
        name=name,
        encoding=decoded.encoding,
        format=chosen.name,
    )


def audit(sheet: Sheet, form: Format) -> list[Problem]:
    """Count again, apart from the reader: what is not accounted for is a problem.

    Every line that is not blank has a role; every arrow is a cue's timing line
    or in a problem; the lines marked as text are, one by one and in order, the
    lines of the cues. Where a format has no arrows, there is one line of text for each cue.
    """
    lines, roles = sheet.lines, sheet.roles
    lost: list[int] = []
    for run in _UNMARKED.finditer(roles):
        start, end = run.span()
        if "".join(lines[start:end]).strip():
            lost += [at for at in range(start, end) if lines[at].strip()]
    if form.cue_mark == ARROW:
        explained = {cue.line for cue in sheet.cues} | {p.line for p in sheet.problems}
        arrows = [at for at, line in enumerate(lines) if ARROW in line]
        lost += [at for at in arrows if roles[at] != UNREAD and at + 1 not in explained]
        marked = ["\n".join(lines[slice(*run.span())]) for run in _MARKED.finditer(roles)]
        held = [cue.text for cue in sheet.cues if cue.text]
        if marked != held:
            lost.append(_first_difference(marked, held, sheet))
    elif roles.count(TEXT) != len(sheet.cues):
        lost += _without_cue(sheet)
    return [
        Problem(line=at + 1, code="line-unaccounted", params={"text": lines[at]})
        for at in sorted(set(lost))
    ]


def _without_cue(sheet: Sheet) -> list[int]:
    """The lines marked as text that begin no cue; else the cues that no such line is for."""
    texts = [at for at, role in enumerate(sheet.roles) if role == TEXT]
    begun: set[int] = set()
    alone: list[int] = []
    next_text = 0
    for line in sorted((cue.line or 1) - 1 for cue in sheet.cues):
        while next_text < len(texts) and texts[next_text] < line:
            next_text += 1
        if next_text < len(texts):
            begun.add(texts[next_text])
            next_text += 1
        else:
            alone.append(min(line, len(sheet.lines) - 1))
    return [at for at in texts if at not in begun] or alone


def _first_difference(marked: Sequence[str], held: Sequence[str], sheet: Sheet) -> int:
    same = 0
    for one, other in zip(marked, held, strict=False):
        if one != other:
            break
        same += 1
    starts = [run.start() for run in _MARKED.finditer(sheet.roles)]
    return starts[min(same, len(starts) - 1)] if starts else 0


def _format(head: Sequence[str], suffix: str, name: str) -> Format:
    """The format of a file by its first lines.

    :raises FormatError: ``subtitle-format``: it is in one that neither we nor a plug-in read.
    """
    seen = None if any(_TIMING.search(line) for line in head) else known_by_sight(head)
    if seen is None:
        return _surest(head, suffix) or formats()["srt"]
    added = _surest(head, suffix, added=True)
    if added is None:
        raise FormatError("subtitle-format", path=name, format=seen)
    return added


def _surest(head: Sequence[str], suffix: str, *, added: bool = False) -> Format | None:
    """The format that is surest that a file is its own.

    :param head: the first lines of the file.
    :param suffix: of its name, in lower case and with its dot.
    :param added: ask only the formats of other distributions.
    :return: ``None`` where none claims it.
    """
    known = formats()
    asked = [known[name] for name in known.origins] if added else list(known.values())
    claims = [form.claims(head, suffix) for form in asked]
    most = max(claims, default=0)
    return asked[claims.index(most)] if most > 0 else None


def _lined(text: str) -> tuple[str, bool]:
    r"""Line breaks as ``\n``: CR, LF and CRLF are breaks and nothing else is.

    A file whose breaks are all CR CR LF went through a bad conversion twice:
    each pair is one break.
    """
    doubled = text.count("\r\r\n")
    if doubled and doubled == text.count("\n") and doubled * 2 == text.count("\r"):
        return text.replace("\r\r\n", "\n"), True
    return text.replace("\r\n", "\n").replace("\r", "\n"), False


def _limited(text: str, name: str, form: Format, bounds: ReadingLimits) -> list[str]:
    """The lines, within the limits and of a file that may hold cues."""
    marks = text.count(form.cue_mark)
    if marks > bounds.max_cues:
        raise FormatError("too-many-cues", path=name, limit=bounds.max_cues)
    lines = text.split("\n")
    longest = max(range(len(lines)), key=lambda at: len(lines[at]))
    if len(lines[longest]) > bounds.max_line_characters:
        raise FormatError(
            "line-too-long",
            path=name,
            line=longest + 1,
            characters=len(lines[longest]),
            limit=bounds.max_line_characters,
        )
    if not marks and form.hopeless(text):
        raise FormatError("not-a-subtitle", path=name)
    return lines


def _refuse_long_texts(sheet: Sheet) -> None:
    """See that no cue's text, and not all of it together, is longer than the settings allow.

    :raises FormatError: ``cue-too-long`` or ``text-too-long``.
    """
    bounds = sheet.limits
    for cue in sheet.cues:
        for text, most in (
            (cue.plain, bounds.max_cue_characters),
            (cue.text, max(bounds.max_cue_characters, bounds.max_line_characters)),
        ):
            if len(text) > most:
                raise FormatError(
                    "cue-too-long",
                    path=sheet.name,
                    cue=cue.index + 1,
                    line=cue.line or "?",
                    characters=len(text),
                    limit=most,
                )
    total = sum(len(cue.plain) for cue in sheet.cues)
    if total > bounds.max_text_characters:
        raise FormatError(
            "text-too-long", path=sheet.name, characters=total, limit=bounds.max_text_characters
        )


def _file_problem(code: str, **params: object) -> Problem:
    return Problem(line=None, code=code, params=params)


def refuse_size(size: int, name: str, limits: ReadingLimits) -> None:
    """See that a subtitle file has no more bytes than the settings allow.

    :raises FormatError: ``subtitle-too-large``.
    """
    if size > limits.max_bytes:
        raise FormatError(
            "subtitle-too-large", path=name, megabytes=_mb(size), limit=_mb(limits.max_bytes)
        )


def _mb(size: int) -> float:
    return round(size / 1024**2, 1)
