"""The second reading: pysrt and webvtt-py parse each sound block as well.

Both libraries are good at sound blocks and lose text in others, in silence. So
they get the blocks that our grammar finds sound, as they are in the file, and
must come to the same times and text. Where they do not, ours is kept and a
problem reports it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bilingual.formats.base import Sheet
from bilingual.model import Cue

MAX_BLOCKS: Final = 10_000
"""A second reading of more would take longer than the whole first one may."""

# str.splitlines() breaks lines here; subtitle files do not.
_FALSE_BREAKS: Final = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029\0]")

Reading = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Block:
    """A sound block: our cue, and its lines from the index on."""

    cue: Cue
    lines: tuple[str, ...]


def confirm(
    sheet: Sheet,
    blocks: Sequence[Block],
    peer: str,
    parse: Callable[[str], list[Reading]],
) -> None:
    """Let another parser read sound blocks, and note where it reads otherwise."""
    fit = [b for b in blocks if _FALSE_BREAKS.search(b.cue.text) is None]
    if len(fit) > MAX_BLOCKS:
        sheet.problem(None, "second-reading-partial", parser=peer, cues=MAX_BLOCKS)
        fit = fit[:MAX_BLOCKS]
    if not fit:
        return
    ours = [_ours(block.cue) for block in fit]
    theirs = _attempt(parse, fit)
    if theirs == ours:
        return
    if theirs is None or len(theirs) != len(ours):
        # One of them threw the count off: ask block by block.
        theirs = []
        for block in fit:
            alone = _attempt(parse, [block])
            theirs.append(alone[0] if alone and len(alone) == 1 else (-1, -1, ""))
    for block, mine, other in zip(fit, ours, theirs, strict=True):
        if mine != other:
            line = block.cue.line
            at = None if line is None else line - 1
            sheet.problem(at, "second-reading-differs", parser=peer, text=other[2])


def _attempt(
    parse: Callable[[str], list[Reading]], blocks: Sequence[Block]
) -> list[Reading] | None:
    text = "\n\n".join("\n".join(block.lines) for block in blocks) + "\n"
    try:
        return parse(text)
    except Exception:  # whatever a parser trips over, our reading is kept
        return None


def _ours(cue: Cue) -> Reading:
    return cue.start_ms, cue.end_ms, "\n".join(line.rstrip() for line in cue.text.split("\n"))
