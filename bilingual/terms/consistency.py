"""One term with several translations, within a work and across many, by counting.

For a Chinese run that comes in several pairs of texts, the Tibetan run that goes with
it is the one of highest G², the longest of those that tie. Where pairs are left that
lack it, and share another run of their own which comes nowhere else, the term has two
translations; and back, one Tibetan term for two Chinese ones. Cases, endings of nouns
and stems of verbs are no difference (:mod:`bilingual.terms.inflection`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bilingual.model import Language
from bilingual.terms.association import Places, Runs, g_squared, written
from bilingual.terms.inflection import NEGATIONS, Gram, akin, is_whole, same, stem
from bilingual.terms.naming import may_name
from bilingual.terms.parallel import ParallelWork
from bilingual.text.units import zh_pieces
from bilingual.translation import glossary as glossaries

__all__ = ["TermVariants", "Variants", "g_squared", "inconsistent", "inconsistent_across"]

_MIN_BEADS: Final = 4
_MIN_SHARE: Final = 2
_MIN_MAIN: Final = 3
"""Texts with the commoner of two translations that have nothing in common."""

_MIN_G2: Final = 3.84
"""Chance of 1 in 20 by the chi-squared distribution of one degree of freedom."""

_MAIN_G2: Final = 10.83
"""Chance of 1 in 1,000, for a translation that shares a syllable with the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variants:
    """A Chinese term and its translations in a work: (Tibetan, numbers of texts)."""

    zh: str
    forms: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermVariants:
    """A term, the language it is of, and its translations in several works.

    ``forms`` are (translation, places), the commoner first; a place is (number of
    the work, number of the pair in it), both from 0.
    """

    term: str
    language: Language
    forms: tuple[tuple[str, tuple[tuple[int, int], ...]], ...]


def inconsistent(bo_texts: Sequence[str], zh_texts: Sequence[str]) -> list[Variants]:
    """The terms of a work that have several translations, in order of their Chinese.

    Both sequences run along the work's beads. Fewer than four beads have none.
    """
    texts: dict[Language, Sequence[str]] = {"bo": bo_texts, "zh": zh_texts}
    return [
        Variants(zh=term, forms=forms) for term, forms in _Search(texts, _runs(texts), "zh").found()
    ]


def inconsistent_across(
    works: Sequence[ParallelWork], language: Language | None = None
) -> list[TermVariants]:
    """The terms that have several translations in one or more works, in their order.

    :param language: of the terms: ``zh`` for Chinese with several Tibetan
        translations, ``bo`` for Tibetan with several Chinese ones; both, in this
        order, unless named.
    """
    where = [(w, k) for w, work in enumerate(works) for k in range(len(work.bo))]
    texts: dict[Language, Sequence[str]] = {
        "bo": [text for work in works for text in work.bo],
        "zh": [text for work in works for text in work.zh],
    }
    runs = _runs(texts)
    sides: tuple[Language, ...] = ("zh", "bo") if language is None else (language,)
    return [
        TermVariants(
            term=term,
            language=side,
            forms=tuple((form, tuple(where[k] for k in held)) for form, held in forms),
        )
        for side in sides
        for term, forms in _Search(texts, runs, side).found()
    ]


def agreeing(work: ParallelWork) -> tuple[int, int]:
    """In how many places terms of a work have their translation, and in how many of all.

    A place counts where a term with a translation of its own (one that comes with it in
    several texts and hardly elsewhere) has that, or the second one that
    :func:`inconsistent_across` finds; what says a term in passing, or with a pronoun, does
    not. Both languages' terms count.
    """
    texts: dict[Language, Sequence[str]] = {"bo": work.bo, "zh": work.zh}
    runs = _runs(texts)
    same = others = 0
    sides: tuple[Language, ...] = ("zh", "bo")
    for side in sides:
        search = _Search(texts, runs, side)
        same += search.established()
        others += sum(len(forms[1][1]) for _, forms in search.found())
    return same, same + others


Forms = tuple[tuple[str, tuple[int, ...]], ...]


def _runs(texts: Mapping[Language, Sequence[str]]) -> dict[Language, Runs]:
    return {side: _runs_of(tuple(own), side) for side, own in texts.items()}


@lru_cache(maxsize=4)
def _runs_of(texts: tuple[str, ...], side: Language) -> Runs:
    # A work's rule and its measure ask for the same.
    return Runs(texts, side)


class _Search:
    """Terms of one language whose translations into the other differ."""

    def __init__(
        self,
        texts: Mapping[Language, Sequence[str]],
        runs: Mapping[Language, Runs],
        language: Language,
    ) -> None:
        self.language = language
        self.other: Language = "bo" if language == "zh" else "zh"
        self.texts, self.others = texts[language], texts[self.other]
        self.terms, self.answers = runs[language], runs[self.other]
        self._chinese = _Cuts(texts["zh"], runs["zh"])

    def found(self) -> list[tuple[str, Forms]]:
        """(term, forms) in the order of the terms."""
        out: list[tuple[Gram, Forms]] = []
        for gram, places in self._terms():
            forms = self._two_main(gram, places) or self._two_alike(gram, places)
            if forms:
                out.append((gram, forms))
        return [
            (written(gram, self.texts, self.language), forms)
            for gram, forms in out
            if not any(gram != g and _part(gram, g) for g, _ in out)
        ]

    def established(self) -> int:
        """In how many places terms with a translation of their own have that translation."""
        held: list[tuple[Gram, int]] = []
        for gram, places in self._terms():
            main = self._partner(places, places)
            if main is not None:
                held.append((gram, len(self._with_any_of(main, places) & places)))
        return sum(
            count for gram, count in held if not any(gram != g and _part(gram, g) for g, _ in held)
        )

    def _terms(self) -> Iterator[tuple[Gram, Places]]:
        """The runs that may be terms, with the texts that have them."""
        for gram, places in sorted(self.terms.places.items()):
            if len(gram) < 2 or len(places) < _MIN_BEADS or not self._may_be_term(gram):
                continue
            if not self.terms.joined(gram):
                yield gram, places

    def _may_be_term(self, gram: Gram) -> bool:
        """Whether a run names something: particles, verbs of any text and pronouns do not."""
        if not may_name(gram, self.language):
            return False
        return not self._chinese.cut(gram) if self.language == "zh" else self.terms.is_whole(gram)

    def _two_main(self, gram: Gram, places: Places) -> Forms | None:
        """Two translations that have nothing in common."""
        main = self._partner(places, places, shortest=2)
        if main is None:
            return None
        held = self.answers.places[main]
        if self._of_another_word(gram, held, places):
            return None
        rest = places - self._with_any_of(main, places)
        if len(rest) < _MIN_SHARE:
            return None
        # One syllable, or one ideograph, is as often a verb or half of a neighbour.
        other = self._partner(rest, places, shortest=2)
        if other is None or self._akin(other, main) or not self._own(gram, other, rest, places):
            return None
        # Of two and two by chance there are many, but hardly without a text that has neither.
        if len(held & places) < _MIN_MAIN and len(self.answers.places[other]) < len(rest):
            return None
        return self._forms(main, other, places)

    def _two_alike(self, gram: Gram, places: Places) -> Forms | None:
        """Two Tibetan translations of two syllables or more that share their first or last."""
        if self.other != "bo":
            return None
        main = self._partner(places, places, least=_MAIN_G2, shortest=2)
        if main is None:
            return None
        core = stem(main)
        rest = places - self._with_core(core, places)
        if len(rest) < _MIN_SHARE:
            return None
        other = self._partner(rest, places, least=_MAIN_G2, shortest=2)
        if other is None or not self._own(gram, other, rest, places):
            return None
        twin = stem(other)
        if len(twin) != len(core) or same(other, main):
            return None
        if not is_whole(twin) or (twin[0] != core[0] and twin[-1] != core[-1]):
            return None
        return self._forms(main, other, places)

    def _with_core(self, core: Gram, places: Places) -> Places:
        """The texts that have a translation in full, however inflected."""
        return self._texts_of(
            g for g in self.answers.shared(places) if len(stem(g)) >= len(core) and same(core, g)
        )

    def _own(self, gram: Gram, other: Gram, rest: Places, places: Places) -> bool:
        """Whether a translation is of these texts alone, and of no other word of theirs."""
        held = self.answers.places[other]
        if len(held & rest) < max(_MIN_SHARE, 0.7 * len(rest)) or held - rest:
            return False
        return not self._of_another_word(gram, held, places)

    def _of_another_word(self, gram: Gram, held: Places, places: Places) -> bool:
        """Whether of the texts with a term just those with a translation have another word too.

        Then it may be that word's: རྒྱུ་ལམ in lines of 离子通道 is of 通道.
        """
        here = set(gram)
        return any(
            len(word) >= 2
            and not here & set(word)
            and held <= self.terms.places[word]
            and not (self.terms.places[word] & places) - held
            for word in self.terms.of_text[next(iter(held))]
        )

    def _with_any_of(self, main: Gram, places: Places) -> Places:
        """The texts that share a word with the main translation, however inflected."""
        return self._texts_of(g for g in self.answers.shared(places) if self._shares(g, main))

    def _shares(self, gram: Gram, main: Gram) -> bool:
        """Whether a run has a syllable of a translation, or is that in another form.

        A single syllable that is merely alike, དགོས beside གོ of སའི་གོ་ལ, is another word.
        """
        if self.other == "zh":
            return bool(set(gram) & set(main))
        own, whole = stem(gram), stem(main)
        return bool(set(own) & set(whole)) or (len(own) == len(whole) and akin(own, whole))

    def _texts_of(self, grams: Iterable[Gram]) -> Places:
        return frozenset().union(*(self.answers.places[g] for g in grams))

    def _akin(self, one: Gram, other: Gram) -> bool:
        return akin(one, other) if self.other == "bo" else bool(set(one) & set(other))

    def _partner(
        self, own: Places, places: Places, least: float = _MIN_G2, shortest: int = 1
    ) -> Gram | None:
        """The run that goes with a term in some of its texts, and hardly elsewhere.

        ``shortest`` is what must be left of it without particles and endings.
        """
        best: tuple[float, int, Gram] | None = None
        for gram, shared in self.answers.shared(own).items():
            held = self.answers.places[gram]
            if shared < _MIN_SHARE or shared < 0.75 * len(held):
                continue
            if len(held - places) > shared // 3 or stem(gram)[0] in NEGATIONS:
                continue
            if shortest > 1 and not (
                len(self._stem(gram)) >= shortest
                and may_name(gram, self.other)
                and not (self.other == "zh" and self._chinese.cut(gram))
            ):
                continue
            score = g_squared(shared, len(held) - shared, len(own) - shared, self.answers.total)
            if score >= least and (best is None or (score, len(gram), gram) > best):
                best = (score, len(gram), gram)
        return None if best is None else best[2]

    def _stem(self, gram: Gram) -> Gram:
        return stem(gram) if self.other == "bo" else gram

    def _forms(self, main: Gram, other: Gram, places: Places) -> Forms:
        return tuple(
            (
                written(
                    self.answers.trimmed(form) if self.other == "bo" else form,
                    (self.others[k] for k in held),
                    self.other,
                ),
                tuple(held),
            )
            for form in (main, other)
            for held in [sorted(self.answers.places[form] & places)]
        )


class _Cuts:
    """Which Chinese runs are no words, since others go on over their ends: 线网 in 无线网卡."""

    def __init__(self, texts: Sequence[str], runs: Runs) -> None:
        self._texts, self._runs = texts, runs
        self._words: dict[int, tuple[tuple[int, int], ...]] = {}
        self._known: dict[Gram, bool] = {}

    def cut(self, gram: Gram) -> bool:
        """Whether words of the glossary go on over an end of a run wherever it comes."""
        if gram not in self._known:
            places = self._runs.places[gram]
            self._known[gram] = all(self._cut_in(number, "".join(gram)) for number in places)
        return self._known[gram]

    def _cut_in(self, number: int, run: str) -> bool:
        text = self._texts[number]
        if number not in self._words:
            uses = glossaries.load().uses(text)
            self._words[number] = tuple((use.start, use.end) for use in uses)
        # As the run was found, which may be written otherwise: ⼤洋 for 大洋.
        pieces = zh_pieces(text)
        plain = "".join(piece.text for piece in pieces)
        first = plain.find(run)
        while first >= 0:
            start, end = pieces[first].start, pieces[first + len(run) - 1].end
            if not any(a < start < b or a < end < b for a, b in self._words[number]):
                return False
            first = plain.find(run, first + 1)
        return True


def _part(gram: Gram, whole: Gram) -> bool:
    return len(gram) < len(whole) and any(
        gram == whole[k : k + len(gram)] for k in range(len(whole) - len(gram) + 1)
    )
