"""Columns of a terminal: Han takes two, a mark above or below a letter none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, Literal


def columns_of(text: str) -> int:
    """How many columns of a terminal a text takes."""
    from wcwidth import width

    return width(text, control_codes="ignore")


def shorten(text: str, width: int) -> str:
    """Cut a text to that many columns, whole clusters only, with an ellipsis."""
    from wcwidth import iter_graphemes

    if columns_of(text) <= width:
        return text
    kept, used = "", 0
    for cluster in iter_graphemes(text):
        step = columns_of(cluster)
        if used + step > width - 1:
            break
        kept, used = kept + cluster, used + step
    return kept + "…"


def fitted(text: str, width: int, side: Literal["left", "right"] = "left") -> str:
    """A text in exactly that many columns: cut, or filled up with spaces."""
    cut = shorten(text, width)
    blank = " " * (width - columns_of(cut))
    return blank + cut if side == "right" else cut + blank


_NO_START: Final = "，。；：、？！）》”’…,.;:?!)]}"
_NO_END: Final = "（《“‘([{"
_WIDE: Final = r"\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’…"
_PIECES: Final = re.compile(rf"\s+|[{_WIDE}]|[^\s{_WIDE}]+")


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """A text in lines of so many columns at the most, broken between words or ideographs.

    No line begins with a mark that closes, and none ends with one that opens. A word that is
    wider than a line stays whole.

    :param indent: what each line begins with.
    """
    lines: list[str] = []
    line = ""
    for piece in _joined(_PIECES.findall(text)):
        if line and columns_of(indent + line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        if line or not piece.isspace():
            line += piece
    return [indent + one for one in [*lines, line.rstrip()] if one]


def _joined(pieces: Iterable[str]) -> Iterator[str]:
    """Pieces between which a line may be broken."""
    held = ""
    for piece in pieces:
        if held and not (piece[0] in _NO_START or held[-1] in _NO_END):
            yield held
            held = ""
        held += piece
    if held:
        yield held
