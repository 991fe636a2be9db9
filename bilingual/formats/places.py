"""From the text of a cue back to the file: where its characters are in what the file has.

What is read of a payload has no tags, and a character for each reference (``&nbsp;``) and
each code of a space or a line break. Here a payload is taken apart at its markup, and each
piece is read by its format; where the pieces do not add up to the text that was read, there
is no way back.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from bilingual.formats.registry import formats
from bilingual.hidden import Seen, decoded, seen
from bilingual.model import Cue
from bilingual.tsheg import TSHEG

Spans = tuple[tuple[int, int], ...]

_MARKUP: Final = re.compile(
    r"<[^<>]{1,500}>|\{[^{}]{0,2000}\}|\\[Nnh]|&#?[A-Za-z0-9]{1,32};?", re.DOTALL
)


def written(cue: Cue, form: str | None) -> tuple[str, Spans | None]:
    """The plain text of a cue, and where each of its characters is in ``Cue.text``.

    ``None`` where the two are the same. Where there is no way back, the text is ``Cue.text``.

    :param form: the track's format (``Track.format``).
    :returns: half-open spans of code points; one that a reference is written with is as long
        as that, and no markup is in any.
    """
    if cue.plain == cue.text or form not in formats():
        return cue.text, None
    spans = _spans(cue.text, cue.plain, form)
    return (cue.text, None) if spans is None else (cue.plain, spans)


def judged(cue: Cue, form: str | None) -> Seen:
    """The text of a cue that is judged (``Cue.compared``), by its places in ``Cue.text``.

    Where there is no way back, it is made of ``Cue.text``, markup included. A tsheg that is
    written as a reference is in place of one, unless references are part of the format.
    """
    text, spans = written(cue, form)
    if spans is None:
        return seen(text)
    found = seen(text).moved(spans)
    if form is None or formats()[form].references:
        return found
    coded = {
        begin
        for char, begin, end in zip(found.text, found.at or (), found.ends or (), strict=True)
        if char == TSHEG and end > begin + 1 and cue.text[begin] == "&"
    }
    tshegs = tuple(sorted({*found.for_tsheg, *coded}))
    return Seen(found.text, found.at, tshegs, found.ends)


def is_bare(cue: Cue, start: int, end: int) -> bool:
    """Whether a stretch of ``Cue.text`` has no markup that an edit of it would remove."""
    return not any(mark in cue.text[start:end] for mark in "<>{}&\\")


@lru_cache(maxsize=4096)
def _spans(text: str, plain: str, form: str) -> Spans | None:
    """Where each character of a plain text is in a payload; ``None`` where that is not clear."""
    read = formats()[form].plain
    coded = [
        (token.start(), token.end(), meant)
        for token in _MARKUP.finditer(text)
        if (meant := read(token.group())) != token.group()
    ]
    whole, spans = decoded(text, coded)
    return tuple(spans) if whole == plain else None
