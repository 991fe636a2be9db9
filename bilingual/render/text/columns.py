"""Columns of a terminal: Han takes two, a mark above or below a letter none."""

from __future__ import annotations

from typing import Literal


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
