"""Pieces of text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A piece of text. ``start`` and ``end`` are code point offsets into it.

    ``kind`` is one of ``word``, ``syllable``, ``particle``, ``number``,
    ``latin``, ``han``, ``punctuation``, ``space``, ``symbol``, ``other``.
    """

    text: str
    start: int
    end: int
    kind: str
    pos: str | None = None
    lemma: str | None = None
