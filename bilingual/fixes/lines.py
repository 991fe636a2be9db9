"""A text as lines that keep their ends, and the difference between two texts."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

_LINES: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


def split_lines(text: str) -> list[str]:
    """The lines with their ends; joined they are the text."""
    return [line for line in _LINES.findall(text) if line]


def bare(line: str) -> str:
    """A line without its end."""
    return line.rstrip("\r\n")


def ending(lines: Sequence[str], at: int) -> str:
    """The end of a line; empty for a last one without."""
    return lines[at][len(bare(lines[at])) :]


def unified(before: str, after: str, name: str) -> str:
    """A unified diff of two texts, three lines of context; empty where they are one."""
    old = [bare(line) for line in split_lines(before)]
    new = [bare(line) for line in split_lines(after)]
    lines: Iterable[str]
    if len(old) + len(new) > _MOST_COMPARED and len(old) == len(new):
        lines = _line_by_line(old, new, name)
    else:
        lines = difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", lineterm="")
    return "".join(line + "\n" for line in lines)


_MOST_COMPARED: Final = 4000
"""Lines up to which difflib looks for what has moved."""

_CONTEXT: Final = 3


def _line_by_line(old: Sequence[str], new: Sequence[str], name: str) -> Iterator[str]:
    """A unified diff of texts of as many lines, each compared with the one in its place.

    difflib looks for lines that have moved, in time quadratic in their number.
    """
    hunks: list[list[int]] = []
    for k in (k for k, (a, b) in enumerate(zip(old, new, strict=True)) if a != b):
        if hunks and k - hunks[-1][-1] <= 2 * _CONTEXT:
            hunks[-1].append(k)
        else:
            hunks.append([k])
    if hunks:
        yield from (f"--- a/{name}", f"+++ b/{name}")
    for hunk in hunks:
        first, last = max(0, hunk[0] - _CONTEXT), min(len(old), hunk[-1] + _CONTEXT + 1)
        span = f"{first + 1},{last - first}"
        yield f"@@ -{span} +{span} @@"
        removed: list[str] = []
        added: list[str] = []
        for k in range(first, last):
            if old[k] != new[k]:
                removed.append(f"-{old[k]}")
                added.append(f"+{new[k]}")
                continue
            yield from (*removed, *added, f" {old[k]}")
            removed, added = [], []
        yield from (*removed, *added)
