"""Text to cues behind a gate: every line is a cue's, a problem's, or of no account."""

from __future__ import annotations

import html
import re
from typing import Final

from bilingual.config import ReadingLimits
from bilingual.errors import FormatError
from bilingual.formats.encoding import decode
from bilingual.formats.timing import ARROW, Timing, read_timing
from bilingual.model import Cue, Problem, Track
from bilingual.text.script import language_of

_BREAK: Final = re.compile(r"\r\n|\r|\n")
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,200}>|<\d[\d:.]{0,20}>|\{\\[^{}]{0,200}\}")
_INDEX: Final = re.compile(r"^\s*\d{1,9}\s*$", re.ASCII)
_VTT_HEADER: Final = re.compile(r"^\ufeff?WEBVTT(?:[ \t].*)?$")
_VTT_BLOCK: Final = re.compile(r"^(?:NOTE|STYLE|REGION)(?:[ \t].*)?$")


def read_tracks(
    data: bytes, *, name: str, limits: ReadingLimits | None = None
) -> tuple[Track, ...]:
    """The track of a subtitle file's bytes.

    :raises FormatError: ``not-a-subtitle`` or ``encoding-unknown``, or a limit.
    """
    bounds = limits or ReadingLimits()
    decoded = decode(data, name)
    lines = _BREAK.split(decoded.text.removeprefix("\ufeff"))
    longest = max(map(len, lines))
    if longest > bounds.max_line_characters:
        raise FormatError("line-too-long", path=name, length=longest)
    is_vtt = _VTT_HEADER.match(lines[0]) is not None
    if not is_vtt and not any(ARROW in line for line in lines):
        raise FormatError("not-a-subtitle", path=name)
    problems: list[Problem] = []
    if decoded.assumed:
        params = {"encoding": decoded.encoding}
        problems.append(Problem(line=None, code="encoding-assumed", params=params))
    cues = _Reader(lines, "vtt" if is_vtt else "srt", bounds, problems).cues()
    problems.sort(key=lambda p: p.line or 0)
    return (
        Track(
            cues=cues,
            problems=tuple(problems),
            language=language_of("\n".join(c.plain for c in cues)),
            name=name,
            encoding=decoded.encoding,
            format="vtt" if is_vtt else "srt",
        ),
    )


class _Reader:
    """Walks the lines once; positions are 0-based here, 1-based in problems."""

    def __init__(
        self, lines: list[str], form: str, limits: ReadingLimits, problems: list[Problem]
    ) -> None:
        self.lines, self.form, self.limits, self.problems = lines, form, limits, problems

    def cues(self) -> tuple[Cue, ...]:
        heads = self._heads()
        cues: list[Cue] = []
        first = heads[0][0] if heads else len(self.lines)
        self._outside(1 if self.form == "vtt" else 0, self._block_start(first))
        for number, (at, timing) in enumerate(heads):
            following = heads[number + 1][0] if number + 1 < len(heads) else len(self.lines)
            cues.append(self._cue(len(cues), at, timing, self._block_start(following)))
            if len(cues) > self.limits.max_cues:
                raise FormatError("too-many-cues", limit=self.limits.max_cues)
        return tuple(cues)

    def _heads(self) -> list[tuple[int, Timing]]:
        heads = []
        for at, line in enumerate(self.lines):
            if ARROW not in line:
                continue
            timing = read_timing(line, self.form)
            if timing is None or max(timing.start_ms, timing.end_ms) > self.limits.max_time_ms:
                self._problem(at, "timing-unreadable", text=line)
                continue
            if not timing.strict:
                self._problem(at, "timing-repaired", text=line)
            heads.append((at, timing))
        return heads

    def _block_start(self, timing_line: int) -> int:
        """Where the block of a timing line begins: its identifier, if it has one."""
        if timing_line >= len(self.lines) or timing_line == 0:
            return timing_line
        before = self.lines[timing_line - 1]
        if self.form == "srt":
            return timing_line - 1 if _INDEX.match(before) else timing_line
        alone = timing_line < 2 or not self.lines[timing_line - 2].strip()
        return timing_line - 1 if before.strip() and alone else timing_line

    def _cue(self, index: int, at: int, timing: Timing, end: int) -> Cue:
        body = self.lines[at + 1 : end]
        if self.form == "vtt":
            stop = next((n for n, line in enumerate(body) if not line), len(body))
            self._outside(at + 1 + stop, end)
            body = body[:stop]
        while body and not body[-1].strip():
            body.pop()
        if any(not line.strip() for line in body):
            self._problem(at, "blank-line-in-cue")
        if timing.end_ms < timing.start_ms:
            self._problem(at, "time-reversed")
        text = "\n".join(body)
        plain = _plain(text)
        identifier = self.lines[at - 1].strip() if self._block_start(at) < at else None
        return Cue(
            index=index,
            start_ms=timing.start_ms,
            end_ms=timing.end_ms,
            text=text,
            plain_text=None if plain == text else plain,
            line=at + 1,
            identifier=identifier,
            settings=timing.settings,
        )

    def _outside(self, start: int, end: int) -> None:
        """Lines that belong to no cue: blocks that WebVTT knows, else a problem."""
        known = False
        for at in range(start, end):
            line = self.lines[at]
            if not line.strip():
                known = False
            elif self.form == "vtt" and _VTT_BLOCK.match(line):
                known = True
            elif self.form == "vtt" and at < 20 and ":" in line and "=" in line:
                continue
            elif not known and ARROW not in line:
                self._problem(at, "text-outside-cue", text=line)

    def _problem(self, at: int, code: str, **params: str) -> None:
        self.problems.append(Problem(line=at + 1, code=code, params=params))


def _plain(text: str) -> str:
    """The text without tags, its entities decoded."""
    return html.unescape(_TAG.sub("", text)) if re.search(r"[<{&]", text) else text
