"""A text as lines that keep their ends, and the difference between two texts."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
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
    lines = difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", lineterm="")
    return "".join(line + "\n" for line in lines)
