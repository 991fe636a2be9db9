"""Runs of syllables and ideographs, which pairs of texts have them, what goes with what.

The score of two runs is G² (Dunning 1993) of their coming in the same pairs. Of the
runs that tie, the longest is the term: its parts come just as often.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import log
from typing import Final

from bilingual.model import Language
from bilingual.terms.inflection import Gram, is_whole, trimmed
from bilingual.text.units import Piece, bo_pieces, zh_pieces

LONGEST: Final = 4
"""Syllables or ideographs of the longest run."""

_CASES: Final = ("ར", "ས")
_AMBIGUOUS: Final = ("ལ", "ན", "ར", "དེ", "སུ")

Places = frozenset[int]


class Runs:
    """The runs of many texts: in which texts each is, and which each text has.

    Runs that come in fewer than ``least`` texts are left out. A Tibetan run whose
    last syllable may bear a case (མིར, མིས for མི) is counted without it too.
    """

    def __init__(self, texts: Sequence[str], language: Language, least: int = 2) -> None:
        held: defaultdict[Gram, set[int]] = defaultdict(set)
        bare: defaultdict[Gram, set[int]] = defaultdict(set)
        # What bears a case of its own is a noun, even where it ends in what could be
        # a case: སའི་གོ་ལའི, སའི་གོ་ལར.
        self.nouns: set[Gram] = set()
        for number, text in enumerate(texts):
            for gram, last in _grams(_pieces(text, language)):
                held[gram].add(number)
                if language == "zh":
                    continue
                if last.end - last.start > len(last.text) and gram[-1] in _AMBIGUOUS:
                    self.nouns.add(gram)
                if len(gram[-1]) > 1 and gram[-1][-1] in _CASES:
                    bare[(*gram[:-1], gram[-1][:-1])].add(number)
                    if gram[-1] == "ལར":
                        self.nouns.add((*gram[:-1], "ལ"))
        for gram, own in bare.items():
            # Most final letters are the word's own: it shows nowhere without them.
            if gram in held or not any(
                own == held.get((*gram[:-1], gram[-1] + case)) for case in _CASES
            ):
                held[gram] |= own
        self.places: dict[Gram, Places] = {
            g: frozenset(n) for g, n in held.items() if len(n) >= least
        }
        self.of_text: list[list[Gram]] = [[] for _ in texts]
        for gram, places in self.places.items():
            for number in places:
                self.of_text[number].append(gram)
        self.total = len(texts)

    def is_whole(self, gram: Gram) -> bool:
        """Whether a Tibetan run may be a term: no particle at either end."""
        return is_whole(gram[:-1] if len(gram) > 1 and gram in self.nouns else gram)

    def trimmed(self, gram: Gram) -> Gram:
        """A Tibetan run without the particles around it."""
        return gram if gram in self.nouns else trimmed(gram)

    def shared(self, texts: Iterable[int]) -> dict[Gram, int]:
        """The runs of some texts, and how many of those have each."""
        counts: dict[Gram, int] = {}
        for number in texts:
            for gram in self.of_text[number]:
                counts[gram] = counts.get(gram, 0) + 1
        return counts

    def joined(self, gram: Gram) -> bool:
        """Whether it is but a part: a longer run comes in all of its texts."""
        places = self.places[gram]
        first = next(iter(places))
        return any(
            len(other) > len(gram) and _within(gram, other) and self.places[other] == places
            for other in self.of_text[first]
        )


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


def written(gram: Gram, texts: Iterable[str], language: Language) -> str:
    """A run as the first text that has it writes it."""
    for text in texts:
        pieces = _pieces(text, language)
        for k in range(len(pieces) - len(gram) + 1):
            own = tuple(p.text for p in pieces[k : k + len(gram)])
            if own == gram:
                last = pieces[k + len(gram) - 1]
                # Without the case that is written onto the last syllable.
                return text[pieces[k].start : last.start] + last.text
    return ("\u0f0b" if language == "bo" else "").join(gram)


def _pieces(text: str, language: Language) -> tuple[Piece, ...]:
    return bo_pieces(text) if language == "bo" else zh_pieces(text)


def _grams(pieces: tuple[Piece, ...]) -> Iterator[tuple[Gram, Piece]]:
    """Runs, each with its last piece."""
    for first in range(len(pieces)):
        for stop in range(first + 1, min(first + LONGEST, len(pieces)) + 1):
            if stop > first + 1 and not pieces[stop - 1].joined:
                break
            yield tuple(p.text for p in pieces[first:stop]), pieces[stop - 1]


def _within(part: Gram, whole: Gram) -> bool:
    return any(part == whole[k : k + len(part)] for k in range(len(whole) - len(part) + 1))
