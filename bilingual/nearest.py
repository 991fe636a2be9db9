"""The name that somebody meant who mistyped one."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from typing import Final

_ALIKE: Final = 0.62  # of 1, as difflib measures it; below are other words
_BESIDE: Final = 0.2  # how much less alike than the best is still worth saying
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−_", "-"))


def nearest(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known names that are most like a word, best first; none where none is.

    Case, full-width letters and the kind of dash make no difference, and a word that a
    name begins with, or that begins with a name, is like it.

    :param most: how many at the most.
    """
    plain = {_plain(name): name for name in known}
    meant = _plain(word)
    if not meant.strip("-"):
        return []
    if meant in plain:
        return [plain[meant]]
    found = difflib.get_close_matches(meant, plain, n=most, cutoff=_ALIKE)
    if found:
        least = _likeness(meant, found[0]) - _BESIDE
        found = [name for name in found if _likeness(meant, name) >= least]
    bare = meant.lstrip("-")
    found += [
        name
        for name in plain
        if name not in found and len(bare) > 1 and _akin(bare, name.lstrip("-"))
    ]
    return [plain[name] for name in found[:most]]


def _likeness(meant: str, name: str) -> float:
    """How much alike two names are, 0 to 1, in the order that difflib takes them."""
    return difflib.SequenceMatcher(None, name, meant).ratio()


def _akin(meant: str, name: str) -> bool:
    """Whether one begins with the other, or has its letters in another order."""
    begun = len(meant) > 2 and (name.startswith(meant) or meant.startswith(f"{name}-"))
    return begun or sorted(meant) == sorted(name)


def _plain(word: str) -> str:
    folded = unicodedata.normalize("NFKC", word).translate(_DASHES).casefold().strip()
    # A word processor makes one long dash of two hyphens.
    return f"--{folded.lstrip('-')}" if folded.startswith("-") else folded
