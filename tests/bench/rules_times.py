"""Faults of files, times and lines, planted without a look at how the rules find them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import Final

from bilingual.model import Language
from tests.bench.rules_works import HAN, SYLLABLE, Case, Line, Plant, Work

TSHEG: Final = "\u0f0b"
SHAD: Final = "\u0f0d"
_ZH_A_LINE: Final = 16
_BO_A_LINE: Final = 16
_ZH_A_SECOND: Final = 9.0
_BO_A_SECOND: Final = 8.5
"""Of the guides, as the rules' pages state them."""

Change = Callable[[Line, Line, Line], Sequence[Line]]
"""Alters a cue (the second), the one before it or the one after."""


def _near(change: Change) -> Plant:
    def plant(work: Work, side: Language, k: int, _: random.Random) -> Sequence[Line]:
        lines = work.lines(side)
        return change(lines[k - 1], lines[k], lines[k + 1])

    return plant


def written(make: Callable[[str], str | None]) -> Plant:
    """A fault of a cue's text alone: the text as it is then, nothing where it has no place."""

    def plant(work: Work, side: Language, k: int, _: random.Random) -> Sequence[Line] | None:
        line = work.lines(side)[k]
        text = make(line.text)
        if text is None:
            return None
        line.text = text
        return [line]

    return plant


def _set(line: Line, *, start: int | None = None, end: int | None = None) -> list[Line]:
    line.start = line.start if start is None else start
    line.end = line.end if end is None else end
    return [line]


def _overlapping(ms: int) -> Case:
    def change(_: Line, me: Line, after: Line) -> list[Line]:
        me.end = after.start + ms
        return [me, after]

    return Case(rule="cue-overlap", name=f"ends {ms:,} ms into the next cue", plant=_near(change))


def _within(_: Line, me: Line, after: Line) -> list[Line]:
    after.start, after.end = me.start + 300, me.end - 300
    return [me, after]


def _together(_: Line, me: Line, after: Line) -> list[Line]:
    after.start, after.end = me.start, me.end
    return [me, after]


def _lasting(ms: int, *, right: bool = False) -> Case:
    rule = "cue-too-short" if ms < 1000 else "cue-too-long"
    name = (
        f"{ms:,} ms long"
        if ms > 0
        else f"{-ms:,} ms: ends {'at' if not ms else 'before'} its start"
    )
    return Case(
        rule=rule,
        name=name,
        plant=_near(lambda _, me, after: _set(me, end=me.start + ms)),
        right=right,
    )


def _apart(ms: int, *, right: bool = False) -> Case:
    def change(_: Line, me: Line, after: Line) -> list[Line]:
        me.end = after.start - ms
        return [me, after]

    return Case(
        rule="cue-gap", name=f"{ms} ms before the next cue", plant=_near(change), right=right
    )


def _exchanged(work: Work, side: Language, k: int, _: random.Random) -> Sequence[Line]:
    lines = work.lines(side)
    lines[k], lines[k + 1] = lines[k + 1], lines[k]
    return lines[k : k + 2]


def _lower(work: Work, side: Language, k: int, _: random.Random) -> Sequence[Line]:
    lines = work.lines(side)
    me = lines.pop(k)
    lines.insert(k + 3, me)
    return [me]


def _again(gap_ms: int, change: Callable[[str], str] = str, times: int = 1) -> Plant:
    """The cue once more behind itself, at the beginning of the time it had."""

    def plant(work: Work, side: Language, k: int, _: random.Random) -> Sequence[Line] | None:
        lines = work.lines(side)
        me, after = lines[k], lines[k + 1]
        count = len(HAN.findall(me.text)) if side == "zh" else len(SYLLABLE.findall(me.text))
        if count < 4:
            return None
        room = (after.start - me.start) // (times + 1)
        me.end = me.start + room - 100 - gap_ms if gap_ms < room - 400 else me.start + 300
        new, at = [], me.end + gap_ms
        for n in range(times):
            new.append(Line(at, max(at + 300, me.start + (n + 2) * room - 100), change(me.text)))
            at = new[-1].end + gap_ms
        lines[k + 1 : k + 1] = new
        return [me, *new]

    return plant


def _growing(work: Work, side: Language, k: int, _: random.Random) -> Sequence[Line] | None:
    lines = work.lines(side)
    me = lines[k]
    parts = re.split(f"(?<={TSHEG})", me.text) if side == "bo" else list(me.text)
    if len(parts) < 9:
        return None
    step = (me.end - me.start) // 3
    new = []
    for n in (1, 2, 3):
        text = "".join(parts[: len(parts) * n // 3])
        new.append(Line(me.start + (n - 1) * step, me.start + n * step - 20, text))
    lines[k : k + 1] = new
    return new


def _rolling(work: Work, side: Language, _k: int, _: random.Random) -> Sequence[Line]:
    lines = work.lines(side)
    texts = [line.text for line in lines]
    for number in range(1, len(lines)):
        lines[number].text = f"{texts[number - 1]}\n{texts[number]}"
    return lines


def _joined(size: int, lead_ms: int) -> Plant:
    """From some cue near the end on, the times begin again."""

    def plant(work: Work, side: Language, _k: int, _: random.Random) -> Sequence[Line]:
        lines = work.lines(side)
        first = lines[-size].start - lead_ms
        for line in lines[-size:]:
            line.start, line.end = line.start - first, line.end - first
        return lines

    return plant


def _speed(factor: float, *, right: bool = False) -> Case:
    def plant(work: Work, side: Language, k: int, _: random.Random) -> Sequence[Line] | None:
        line = work.lines(side)[k]
        if re.search("[A-Za-z0-9\u0f20-\u0f29]", line.text):
            return None
        found = HAN.findall(line.text) if side == "zh" else SYLLABLE.findall(line.text)
        # Marks may count for something: to be right, they are counted whole.
        count = len(line.text) if right and side == "zh" else len(found)
        most = _ZH_A_SECOND if side == "zh" else _BO_A_SECOND
        length = round(1000 * count / (most * factor))
        if length < 300:
            return None
        line.end = line.start + length
        return [line]

    name = f"{abs(factor - 1):.0%} {'above' if factor > 1 else 'below'} the guide's speed"
    return Case(rule="reading-speed", name=name, plant=plant, right=right)


def _length(factor: float, *, right: bool = False) -> Case:
    def plant(work: Work, side: Language, k: int, _: random.Random) -> Sequence[Line] | None:
        lines = work.lines(side)
        whole = " ".join(line.text for line in lines[k:]) if side == "bo" else ""
        if side == "zh":
            units = HAN.findall("".join(line.text for line in lines[k:]))
            wanted = max(1, round(_ZH_A_LINE * factor)) + (factor == 1 and not right)
            text = "".join(units[:wanted])
        else:
            units = SYLLABLE.findall(whole)
            wanted = max(1, round(_BO_A_LINE * factor)) + (factor == 1 and not right)
            text = TSHEG.join(units[:wanted]) + SHAD
        if len(units) < wanted:
            return None
        lines[k].text = text
        return [lines[k]]

    over = "exactly the guide's length" if right else "one over the guide's length"
    return Case(
        rule="line-length",
        name=over if factor == 1 else f"{factor:g} × the guide's length",
        plant=plant,
        right=right,
    )


def _in_lines(count: int, break_: str = "\n") -> Plant:
    def make(text: str) -> str | None:
        parts = re.split(f"(?<={TSHEG})", text) if TSHEG in text else list(text)
        if len(parts) < 2 * count:
            return None
        size = -(-len(parts) // count)
        return break_.join("".join(parts[n : n + size]) for n in range(0, len(parts), size))

    return written(make)


def _in_syllable(text: str) -> str | None:
    for found in list(SYLLABLE.finditer(text))[2:]:
        # Before a letter that is no sign on another one.
        cut = re.search("(?<=[\u0f40-\u0fbc])[\u0f40-\u0f6c]", found.group())
        if cut and len(found.group()) > 3:
            at = found.start() + cut.start()
            return f"{text[:at]}\n{text[at:]}"
    return None


def _before_shad(text: str) -> str | None:
    at = text.rfind(SHAD)
    return f"{text[:at].rstrip()}\n{text[at:]}" if at > 8 else None


def words_broken(words: Sequence[str]) -> Plant:
    """A line's break within one of these words."""
    within = sorted((w for w in words if w.count(TSHEG) == 1), key=len, reverse=True)

    def make(text: str) -> str | None:
        for word in within:
            at = text.find(f"{TSHEG}{word}{TSHEG}")
            if at > 0:
                cut = at + 1 + word.index(TSHEG) + 1
                return f"{text[:cut]}\n{text[cut:]}"
        return None

    return written(make)


def _after_tsheg(text: str) -> str | None:
    """Right: a break behind a particle, where no word goes on."""
    found = re.search(f"{TSHEG}(?:དང|ནས|ལས|གིས|ཀྱིས|གྱིས){TSHEG}(?=[\u0f40-\u0fbc])", text)
    return f"{text[: found.end()]}\n{text[found.end() :]}" if found else None


_REPEATS: Final = (
    ("once more after 100 ms", _again(100)),
    ("once more after 900 ms", _again(900)),
    ("twice more", _again(100, times=2)),
    ("once more with a space at its end", _again(100, lambda text: text + " ")),
    ("once more in italics", _again(100, lambda text: f"<i>{text}</i>")),
    ("once more with another mark at its end", _again(100, lambda t: t.rstrip("。，།？ ") + "！")),
)

TIMES: Final[tuple[Case, ...]] = (
    Case(rule="cue-order", name="two neighbours exchanged", plant=_exchanged),
    Case(rule="cue-order", name="three places too low in the file", plant=_lower),
    Case(
        rule="cue-order",
        name="start typed 100 ms before the cue above",
        plant=_near(lambda before, me, _: _set(me, start=before.start - 100)),
    ),
    *(_overlapping(ms) for ms in (1, 40, 200, 600, 2000)),
    Case(rule="cue-overlap", name="within the cue above", plant=_near(_within)),
    Case(rule="cue-overlap", name="at the time of the cue above", plant=_near(_together)),
    Case(
        rule="cue-overlap",
        name="ends as the next cue begins",
        plant=_near(lambda _, me, after: _set(me, end=after.start)),
        right=True,
    ),
    *(_lasting(ms) for ms in (832, 500, 100, 0, -500)),
    _lasting(833, right=True),
    *(_lasting(ms) for ms in (7001, 9000, 30_000)),
    _lasting(7000, right=True),
    *(_apart(ms) for ms in (1, 40, 79)),
    _apart(0, right=True),
    _apart(80, right=True),
    *(Case(rule="repeated-cue", name=name, plant=plant) for name, plant in _REPEATS),
    Case(rule="repeated-cue", name="grows in three steps", plant=_growing),
    Case(rule="repeated-cue", name="rolling captions", plant=_rolling, whole=True),
    Case(rule="repeated-cue", name="once more after 3 s", plant=_again(3000), right=True),
    *(
        Case(
            rule="parts-joined",
            name=f"last {size} of 40 cues from {lead / 1000:g} s on",
            plant=_joined(size, lead),
            whole=True,
        )
        for size, lead in ((20, 0), (10, 1000), (3, 1000), (2, 1000))
    ),
    *(_speed(factor) for factor in (1.1, 1.5, 2.5)),
    _speed(0.9, right=True),
    *(_length(factor) for factor in (1, 1.5, 3)),
    _length(1, right=True),
    *(
        Case(rule="line-count", name=f"{count} lines", plant=_in_lines(count)) for count in (3, 4, 5)
    ),
    Case(rule="line-count", name="2 lines", plant=_in_lines(2), right=True),
    Case(rule="line-break", name="within a syllable", plant=written(_in_syllable), on="bo"),
    Case(rule="line-break", name="before a shad", plant=written(_before_shad), on="bo"),
    Case(rule="line-break", name="behind a particle", plant=written(_after_tsheg), on="bo", right=True),
)  # fmt: skip

_EMPTY: Final = {
    "no text at all": "", "a space": " ", "an ideographic space": "\u3000", "a no-break space": "\u00a0",
    "a zero-width space": "\u200b", "tags alone": "<i></i>", "a position alone": r"{\an8}",
    "tags around a space": "<b> </b>", "a blank Braille pattern": "\u2800", "a Hangul filler": "\u3164",
}  # fmt: skip
_HIDDEN: Final = {
    "U+202E, right to left": "\u202e", "U+200B, zero-width space": "\u200b", "U+FEFF, byte order mark": "\ufeff",
    "U+00AD, soft hyphen": "\u00ad", "U+E001, private use": "\ue001", "U+FFFD, replacement": "\ufffd",
    "U+0007, bell": "\x07", "U+2028, line separator": "\u2028", "U+2060, word joiner": "\u2060",
    "U+200E, left to right": "\u200e", "U+2066, isolate": "\u2066", "U+E0041, tag": "\U000e0041",
    "U+FE0F, form of a letter": "\ufe0f", "U+3164, Hangul filler": "\u3164",
}  # fmt: skip


def _with_hidden(char: str) -> Plant:
    def plant(work: Work, side: Language, k: int, rnd: random.Random) -> Sequence[Line]:
        line = work.lines(side)[k]
        at = rnd.choice((0, len(line.text) // 2, len(line.text)))
        line.text = line.text[:at] + char + line.text[at:]
        return [line]

    return plant


TEXTS: Final[tuple[Case, ...]] = (
    *(
        Case(rule="empty-cue", name=name, plant=written(lambda _, text=text: text))  # type: ignore[misc]
        for name, text in _EMPTY.items()
    ),
    Case(rule="empty-cue", name="one word", plant=written(lambda text: text[:2]), right=True),
    Case(rule="empty-cue", name="an ellipsis alone", plant=written(lambda _: "……"), right=True),
    *(
        Case(rule="hidden-character", name=name, plant=_with_hidden(char))
        for name, char in _HIDDEN.items()
    ),
    Case(
        rule="hidden-character",
        name="joiners within an emoji",
        plant=written(lambda text: f"👩\u200d🔬{text}"),
        right=True,
    ),
    Case(
        rule="hidden-character",
        name="an ideographic space",
        plant=written(lambda text: f"{text[:4]}\u3000{text[4:]}"),
        on="zh",
        right=True,
    ),
)
