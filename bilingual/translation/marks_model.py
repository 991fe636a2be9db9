"""A word that turns a sentence, and where it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A word that turns a sentence. Offsets in code points into the text.

    ``sure`` is false where the same letters often are another word.
    """

    text: str
    start: int
    end: int
    sure: bool = True
