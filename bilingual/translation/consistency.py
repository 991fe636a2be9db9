"""One Chinese term with several Tibetan ones within a work, found by counting.

For a Chinese run that comes in several beads, the Tibetan run that goes with it
is the one of highest G² (Dunning 1993), the longest of those that tie. Where beads
are left that lack it, and share another run of their own which comes nowhere else,
the term has two translations. Endings that come and go are no difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from bilingual.translation.units import Piece, bo_pieces, zh_pieces

_MIN_BEADS: Final = 4
_MIN_SHARE: Final = 2
_MIN_G2: Final = 3.84
"""Chance of 1 in 20 by the chi-squared distribution of one degree of freedom."""

_LONGEST_ZH: Final = 4
_LONGEST_BO: Final = 4
_ENDINGS: Final = frozenset(("པ", "བ", "མ", "པོ", "བོ", "མོ"))

Gram = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variants:
    """A Chinese term and its translations in a work: (Tibetan, numbers of texts)."""

    zh: str
    forms: tuple[tuple[str, tuple[int, ...]], ...]


def inconsistent(bo_texts: Sequence[str], zh_texts: Sequence[str]) -> list[Variants]:
    """The terms of a work that have several translations, in order of their Chinese.

    Both sequences run along the work's beads. Fewer than four beads have none.
    """
    zh = _places([_zh_grams(t) for t in zh_texts])
    bo = _places([_bo_grams(t) for t in bo_texts])
    found: list[Variants] = []
    for gram, beads in sorted(zh.items()):
        if len(gram) < 2 or len(beads) < _MIN_BEADS or _within_longer(gram, beads, zh):
            continue
        variants = _variants(gram, beads, zh, bo, bo_texts)
        if variants is not None:
            found.append(variants)
    return [v for v in found if not any(v.zh != w.zh and v.zh in w.zh for w in found)]


def _variants(
    gram: Gram,
    beads: frozenset[int],
    zh: dict[Gram, frozenset[int]],
    bo: dict[Gram, frozenset[int]],
    bo_texts: Sequence[str],
) -> Variants | None:
    total = len(bo_texts)
    main = _partner(beads, beads, bo, total)
    if main is None:
        return None
    stems = {_stem(g) for g, held in bo.items() if held & beads and _akin(g, main)}
    rest = beads - frozenset().union(*(bo[g] for g in bo if _stem(g) in stems))
    if len(rest) < _MIN_SHARE:
        return None
    other = _partner(rest, beads, bo, total)
    if other is None or len(bo[other] & rest) < max(_MIN_SHARE, 0.7 * len(rest)):
        return None
    if bo[other] - rest or _akin(other, main) or _explained(gram, bo[other], beads, zh):
        return None
    return Variants(
        zh="".join(gram),
        forms=tuple(
            (_written(form, bo_texts), tuple(sorted(bo[form] & beads))) for form in (main, other)
        ),
    )


def _partner(
    own: frozenset[int], beads: frozenset[int], bo: dict[Gram, frozenset[int]], total: int
) -> Gram | None:
    """The run that goes with a term in some of its beads, and hardly elsewhere."""
    best: tuple[float, int, Gram] | None = None
    for gram, held in bo.items():
        shared = len(held & own)
        if shared < _MIN_SHARE or shared < 0.75 * len(held) or len(held - beads) > shared // 3:
            continue
        score = g_squared(shared, len(held) - shared, len(own) - shared, total)
        if score >= _MIN_G2 and (best is None or (score, len(gram), gram) > best):
            best = (score, len(gram), gram)
    return None if best is None else best[2]


def g_squared(both: int, bo_only: int, zh_only: int, total: int) -> float:
    """Dunning's log-likelihood ratio of two things that come in the same texts."""
    neither = total - both - bo_only - zh_only
    rows = (both + bo_only, zh_only + neither)
    columns = (both + zh_only, bo_only + neither)
    score = 0.0
    for count, row, column in (
        (both, rows[0], columns[0]),
        (bo_only, rows[0], columns[1]),
        (zh_only, rows[1], columns[0]),
        (neither, rows[1], columns[1]),
    ):
        if count > 0:
            score += 2 * count * log(count * total / (row * column))
    return score


def _akin(one: Gram, other: Gram) -> bool:
    """Whether two runs share a syllable, endings aside: no other word then."""
    return bool(set(_stem(one)) & set(_stem(other)))


def _explained(
    gram: Gram, held: frozenset[int], beads: frozenset[int], zh: dict[Gram, frozenset[int]]
) -> bool:
    """Whether other Chinese words come just where the other translation does."""
    here = set(gram)
    return any(
        held <= places and not (places & beads) - held
        for other, places in zh.items()
        if len(other) >= 2 and not here & set(other)
    )


def _within_longer(gram: Gram, beads: frozenset[int], zh: dict[Gram, frozenset[int]]) -> bool:
    text = "".join(gram)
    return any(
        len(other) > len(gram) and places == beads and text in "".join(other)
        for other, places in zh.items()
    )


def _stem(gram: Gram) -> Gram:
    return gram[:-1] if len(gram) > 1 and gram[-1] in _ENDINGS else gram


def _places(texts: Sequence[set[Gram]]) -> dict[Gram, frozenset[int]]:
    """In which texts each run is, of those in two or more."""
    held: defaultdict[Gram, set[int]] = defaultdict(set)
    for number, grams in enumerate(texts):
        for gram in grams:
            held[gram].add(number)
    return {g: frozenset(n) for g, n in held.items() if len(n) >= _MIN_SHARE}


def _zh_grams(text: str) -> set[Gram]:
    return set(_grams(zh_pieces(text), _LONGEST_ZH))


def _written(gram: Gram, texts: Sequence[str]) -> str:
    """A run as the first text that has it writes it."""
    for text in texts:
        pieces = bo_pieces(text)
        for k in range(len(pieces) - len(gram) + 1):
            if tuple(p.text for p in pieces[k : k + len(gram)]) == gram:
                return text[pieces[k].start : pieces[k + len(gram) - 1].end]
    return "\u0f0b".join(gram)


def _bo_grams(text: str) -> set[Gram]:
    return set(_grams(bo_pieces(text), _LONGEST_BO))


def _grams(pieces: tuple[Piece, ...], longest: int) -> Iterator[Gram]:
    for first in range(len(pieces)):
        for stop in range(first + 1, min(first + longest, len(pieces)) + 1):
            if stop > first + 1 and not pieces[stop - 1].joined:
                break
            yield tuple(p.text for p in pieces[first:stop])
