"""The rows of a cue: its text cut where a line ends, and where one language ends in a line.

Each row knows where it is in the cue's raw text, so that a part of a cue can be written
back to where it came from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Literal

from bilingual.model import LANGUAGES, Cue, Language, Problem, Track
from bilingual.text.length import count_units
from bilingual.text.script import count_scripts, is_han, is_tibetan_letter, language_of

RowKind = Language | Literal["other"] | None
"""``other``: words of a third language; ``None``: numbers, marks, names, or nothing."""

# What breaks a line in a payload: SubRip's, ASS's, then the line end alone. The one
# that gives the same lines as the plain text is the format's.
_BREAKS: Final = (
    re.compile(r"\n|\\N|<[bB][rR]\s*/?>"),
    re.compile(r"\n|\\[Nn]"),
    re.compile(r"\n"),
)
_OPEN: Final = r"(（「『《〈\[【〔{｛"
_CLOSE: Final = r")）」』》〉\]】〕}｝"
_ANY: Final = _OPEN + _CLOSE
_BRACKETED: Final = re.compile(f"[{_OPEN}][^{_ANY}]*[{_CLOSE}]")
# Only from where a run of spaces begins: else a long run takes the square of its length.
_SEPARATOR: Final = re.compile(
    r"(?<!\s)(?:\s+(?:[·~～]|[-–—]{1,2})\s+|\s*(?://|[/／|｜‖¦•→⇒=＝\t])\s*)"
)
# A line whose one language is in brackets, before or after the other.
_WHOLE_LINE: Final = (
    re.compile(rf"(?P<outer>[^{_ANY}]+)[{_OPEN}](?P<inner>[^{_ANY}]+)[{_CLOSE}]\W*"),
    re.compile(rf"[^\w{_ANY}]*[{_OPEN}](?P<inner>[^{_ANY}]+)[{_CLOSE}](?P<outer>[^{_ANY}]+)"),
)
# Least mean length of what is in brackets where it is a line's translation (what is
# shorter is the original of a word), fewest of them, and least share of all in brackets.
_SENTENCE: Final = 4.0
_LEAST: Final = 2
_MOSTLY: Final = 0.75
SIZE: Final = 0.34
"""Least ratio of the lengths of two texts that can be each other's translation."""
_SPACE: Final = re.compile(r"[ \u3000\u00a0]+")
_CLOSING: Final = frozenset("，。！？；：、…”’」』》〉】）,.!?;:%)]\"'་༌།༎༏༐༑༔༴༼༽")
_TAG_STARTS: Final = frozenset("<{\\&")
# «藏：», or who speaks: what a line is called, in whatever language.
_LABEL: Final = re.compile(r"\W*\w{1,4}\s*[:：]")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_OTHER_WORDS: Final = 2
_OTHER_LETTERS: Final = 6
_MIXED: Final = (6, 3)
"""From how many letters of Tibetan and of Chinese on a line is said to have both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A piece of a cue on one line and in one language.

    ``start`` and ``end`` are code points of the cue's raw text, ``None`` where raw and
    plain text do not match up. ``inline``: it shares its line with another row.
    """

    plain: str
    kind: RowKind
    start: int | None
    end: int | None
    inline: bool = False


def rows_of(cue: Cue, plain_of: Callable[[str], str], *, brackets: bool = False) -> tuple[Row, ...]:
    """The rows of a cue, in order.

    :param plain_of: the text for comparison of a raw payload, as the cue's format has it.
    :param brackets: whether the file has a whole line's translation in brackets beside it.
    """
    rows: list[Row] = []
    for line in _lines(cue, plain_of):
        pair = bracketed_pair(line.plain) if brackets else None
        if pair is None:
            rows += _inline(line, cue.text, plain_of)
        else:
            rows += _in_brackets(line, pair, cue.text, plain_of)
    return tuple(rows)


Cut = tuple[Language, int, int]
"""A language, and where its part of a line begins and ends."""


def bracketed_pair(line: str) -> tuple[Cut, Cut] | None:
    """Both languages of a line that has one of them in brackets, in order, else ``None``.

    The brackets, and the marks outside of them, are in neither.
    """
    for form in _WHOLE_LINE:
        found = form.fullmatch(line)
        if found is None:
            continue
        cuts: list[Cut] = []
        for part in ("outer", "inner"):
            text = found[part]
            side = language_of(text)
            mixed = any(map(is_tibetan_letter, text)) and any(map(is_han, text))
            if side is None or mixed or _LABEL.fullmatch(text.strip()):
                break
            start = found.start(part) + len(text) - len(text.lstrip())
            cuts.append((side, start, start + len(text.strip())))
        if len({side for side, _, _ in cuts}) == len(LANGUAGES):
            one, two = sorted(cuts, key=lambda cut: cut[1])
            return one, two
    return None


def has_bracketed(line: str) -> bool:
    """Whether a line in one language has words of the other in brackets."""
    whole = language_of(line)
    inner = {language_of(found) for found in _BRACKETED.findall(line)}
    outer = language_of(_BRACKETED.sub(" ", line))
    return whole is not None and outer is not None and bool(inner - {None, outer})


def alike(one: str, two: str) -> bool:
    """Whether the lengths are those of a text and its translation, not of a name in it."""
    less, more = sorted((count_units(one), count_units(two)))
    return less >= SIZE * more


def pairs_in_brackets(lines: Iterable[str]) -> bool:
    """Whether lines have their translation in brackets beside them, not one word's original."""
    sizes: list[int] = []
    bracketed = 0
    for line in filter(has_bracketed, lines):
        bracketed += 1
        pair = bracketed_pair(line)
        parts = [line[start:end] for _, start, end in pair or ()]
        if parts and alike(*parts):
            sizes.append(min(map(count_units, parts)))
    enough = len(sizes) >= max(_LEAST, _MOSTLY * bracketed)
    return enough and sum(sizes) >= _SENTENCE * len(sizes)


def _in_brackets(
    row: Row, pair: tuple[Cut, Cut], text: str, plain_of: Callable[[str], str]
) -> Iterator[Row]:
    for side, start, end in pair:
        place = _raw_place(row, text, start, end, plain_of)
        yield Row(plain=row.plain[start:end], kind=side, start=place[0], end=place[1], inline=True)


def _raw_place(
    row: Row, text: str, start: int, end: int, plain_of: Callable[[str], str]
) -> tuple[int | None, int | None]:
    """A piece of a row in the cue's raw text, with the tags within it."""
    if row.start is None or row.end is None:
        return None, None
    raw, piece = text[row.start : row.end], row.plain[start:end]
    if raw == row.plain:
        return row.start + start, row.start + end
    # The last place for its start and the first for its end: tags around are not its own.
    starts = [at for at in range(start, len(raw)) if len(plain_of(raw[:at])) == start]
    for begin in reversed(starts):
        for until in range(begin + len(piece), len(raw) + 1):
            if plain_of(raw[begin:until]) == piece:
                return row.start + begin, row.start + until
    return None, None


def _lines(cue: Cue, plain_of: Callable[[str], str]) -> Iterator[Row]:
    plain = cue.plain.split("\n")
    for breaks in _BREAKS:
        places = [found.span() for found in breaks.finditer(cue.text)]
        starts = [0, *(end for _, end in places)]
        ends = [*(start for start, _ in places), len(cue.text)]
        if len(starts) != len(plain):
            continue
        if (
            cue.plain_text is None
            or [plain_of(cue.text[a:b]) for a, b in zip(starts, ends, strict=True)] == plain
        ):
            for text, start, end in zip(plain, starts, ends, strict=True):
                yield Row(plain=text, kind=row_kind(text), start=start, end=end)
            return
    for text in plain:
        yield Row(plain=text, kind=row_kind(text), start=None, end=None)


def row_kind(text: str) -> RowKind:
    """The language of a line; ``other`` where it is words of a third one."""
    side = language_of(text)
    if side is not None:
        return side
    if len(_WORD.findall(text)) < _OTHER_WORDS:
        return None
    counts = count_scripts(text)
    return "other" if counts.letters >= _OTHER_LETTERS else None


def _inline(row: Row, text: str, plain_of: Callable[[str], str]) -> Iterator[Row]:
    """The two languages of a line, one after the other; the line where it has one."""
    last = _last_of_first(row.plain) if row.kind in LANGUAGES else None
    if last is None:
        yield row
        return
    end, start = _joint(row.plain, *last)
    if _LABEL.fullmatch(row.plain[:end].strip()):
        yield replace(row, kind=language_of(row.plain[start:]))
        return
    pieces = (row.plain[:end], row.plain[start:])
    kinds: tuple[Language, Language] = ("zh", "bo") if is_han(row.plain[last[0]]) else ("bo", "zh")
    places = _raw_places(row, text, pieces, plain_of)
    for piece, kind, (begin, until) in zip(pieces, kinds, places, strict=True):
        yield Row(plain=piece, kind=kind, start=begin, end=until, inline=True)


def _last_of_first(line: str) -> tuple[int, int] | None:
    """The last letter of a line's first language and the first of its second.

    ``None`` where it has one only.

    What is in brackets is an original given beside a word, and a language that comes
    twice is a quotation in the other.
    """
    if not any(map(is_tibetan_letter, line)) or not any(map(is_han, line)):
        return None
    masked = _BRACKETED.sub(lambda found: " " * len(found.group()), line)
    letters = [at for at, char in enumerate(masked) if is_tibetan_letter(char) or is_han(char)]
    joints = [(a, b) for a, b in pairwise(letters) if is_han(masked[a]) != is_han(masked[b])]
    return joints[0] if len(joints) == 1 else None


def _joint(line: str, last: int, start: int) -> tuple[int, int]:
    """Where to cut between the last letter of one language and the first of the other."""
    end = last + 1
    # A bracketed original right behind the first language is its own.
    bracketed = _BRACKETED.match(line, end)
    while bracketed is not None and bracketed.end() <= start:
        end = bracketed.end()
        bracketed = _BRACKETED.match(line, end)
    between = line[end:start]
    named = _SEPARATOR.search(between)
    if named is not None:
        return end + named.start(), end + named.end()
    closing = end
    while closing < start and line[closing] in _CLOSING:
        closing += 1
    spaces = list(_SPACE.finditer(line, closing, start))
    if not spaces:
        cut = closing if closing > end else start
        return cut, cut
    chosen = spaces[-1]
    if closing > end and spaces[0].start() == closing:
        chosen = spaces[0]
    elif len(spaces) > 1:
        # «NASA» or a number between the two: the language that does not have it yet.
        token = line[spaces[0].end() : spaces[-1].start()]
        chosen = spaces[0] if token in line[:end] else spaces[-1]
    return chosen.start(), chosen.end()


def _raw_places(
    row: Row, text: str, pieces: Sequence[str], plain_of: Callable[[str], str]
) -> list[tuple[int | None, int | None]]:
    """The pieces of a row in the cue's raw text; tags between go with the second."""
    if row.start is None or row.end is None:
        return [(None, None), (None, None)]
    first, second = pieces
    raw = text[row.start : row.end]
    if raw == row.plain:
        cut = row.end - len(second)
        return [(row.start, row.start + len(first)), (cut, row.end)]
    for at in range(len(first), len(raw) + 1):
        if raw[at : at + 1] not in (second[:1], *_TAG_STARTS):
            continue
        if plain_of(raw[at:]) != second or not plain_of(raw[:at]).startswith(first):
            continue
        end = at
        while end > 0 and plain_of(raw[:end]) != first:
            end -= 1
        if end:
            return [(row.start, row.start + end), (row.start + at, row.end)]
    return [(None, None), (None, None)]


def mixed_lines(track: Track, lines: Sequence[Sequence[Row]]) -> list[Problem]:
    """Lines with a good deal of both scripts in them; they went to one side whole."""
    found = []
    for cue, rows in zip(track.cues, lines, strict=True):
        for row in rows:
            if row.kind not in LANGUAGES:
                continue
            counts = count_scripts(row.plain)
            if counts.tibetan >= _MIXED[0] and counts.han >= _MIXED[1]:
                raw = row.plain if row.start is None else cue.text[row.start : row.end]
                found.append(
                    Problem(line=cue.line, code="line-mixed-scripts", params={"text": raw})
                )
    return found
