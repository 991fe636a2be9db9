"""The glossary: Chinese terms, their standard Tibetan, and what else is accepted.

A tab-separated file with the columns ``zh``, ``bo``, ``variants`` (separated by
``;``), ``field`` and ``attested`` (the openly licensed sources that hold the pair,
separated by ``;``; empty where none does).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from rapidfuzz.distance import Indel

from bilingual.errors import ModelError
from bilingual.resources import model_file
from bilingual.text.chinese import with_simplified
from bilingual.text.units import TSHEG, bo_syllables, sound_of, zh_pieces
from bilingual.translation.other_words import OTHERWISE

FILE: Final = "glossary-zh-bo.tsv"
COLUMNS: Final = ("zh", "bo", "variants", "field", "attested")

EVERYDAY: Final = "general"
"""The field of everyday words: they are evidence, and no terms to be kept to."""

PLACES: Final = "places"
"""The field of names of places."""

# Letters of a rough sound (:func:`bilingual.text.units.sound_of`) from which on names that have
# the same are one, and names that are so much alike. Of 102,000 pairs of different places 94 are
# taken for one another so, and half of the listed spellings are found by the others of their place.
_SAME_SOUNDS: Final = 4
_LIKE_SOUNDS: Final = 6
_LIKENESS: Final = 0.86

# Endings of nouns that come and go: རིག་པ and རིག, སྨན་པ and སྨན.
_ENDINGS: Final = frozenset(("པ", "བ", "མ", "པོ", "བོ", "མོ"))

_CASES: Final = ("ར", "ས")
# Spellings of one syllable of terms: དྲ་བ and དྲྭ་བ, a net.
_SPELLINGS: Final = {"དྲྭ": "དྲ"}
# Syllables of a form that are looked at.
_LONGEST_FORM: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A Chinese term and its Tibetan: the standard one first, then what is accepted."""

    zh: str
    bo: tuple[str, ...]
    field: str
    attested: tuple[str, ...] = ()

    @property
    def binding(self) -> bool:
        """Whether a text that puts it otherwise is worth a finding.

        Entries that are not attested are not, and everyday words can be put in many ways.
        """
        return bool(self.attested) and self.field != EVERYDAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A term in a Chinese text. ``start`` and ``end`` are code point offsets."""

    term: Term
    start: int
    end: int


class Glossary:
    """Terms by their Chinese, found longest first."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = tuple(terms)
        self._by_zh = {with_simplified(term.zh): term for term in self.terms}
        as_written = {term.zh: term for term in self.terms}
        # Of two that differ in script alone each is found as it is written.
        self._as_written = as_written if len(as_written) > len(self._by_zh) else {}
        sizes: dict[str, set[int]] = {}
        for zh in self._by_zh:
            sizes.setdefault(zh[:1], set()).add(len(zh))
        self._sizes = {first: sorted(own, reverse=True) for first, own in sizes.items()}
        """How long the terms are that begin with a character, longest first."""
        self._stems: dict[str, tuple[str, ...]] = {}
        by_form: dict[str, set[str]] = {}
        for term in self.terms:
            stems = []
            for form in term.bo:
                syllables = _syllables(form)
                stem = _stem(syllables)
                stems.append(stem)
                # A lone syllable is part of too many words to stand for one.
                for key in {TSHEG.join(syllables), stem}:
                    if TSHEG in key:
                        by_form.setdefault(key, set()).add(term.zh)
            self._stems[term.zh] = tuple(stems)
        self._by_form = {form: tuple(sorted(zh)) for form, zh in by_form.items()}

    def __len__(self) -> int:
        return len(self.terms)

    def has(self, zh: str) -> bool:
        """Whether it has a term of this Chinese."""
        return with_simplified(zh) in self._by_zh

    def stems_of(self, zh: str) -> tuple[str, ...]:
        """The stems (:func:`stem_of`) of a term's Tibetan forms."""
        return self._stems[zh]

    def zh_of(self, form: str) -> tuple[str, ...]:
        """The Chinese terms that a Tibetan form stands for."""
        return self._by_form[form]

    def uses_in_tibetan(self, forms: Forms) -> list[tuple[str, int, int]]:
        """Forms that a Tibetan text has: (form, first syllable, one after the last).

        Longer ones first; none lies within one that was found before it.
        """
        found = [(k, run) for run, k in forms.runs.items() if run in self._by_form]
        found.sort(key=lambda f: (f[0][0] - f[0][1], f[0][0]))
        out: list[tuple[str, int, int]] = []
        for (first, stop), run in found:
            if not any(a <= first and stop <= b for _, a, b in out):
                out.append((run, first, stop))
        return out

    def uses(self, text: str) -> Iterator[Use]:
        """The terms of a Chinese text, Simplified or not, from left to right; none overlap."""
        written, text = text, with_simplified(text)
        pieces = zh_pieces(text)
        plain = "".join(p.text for p in pieces)
        first = 0
        while first < len(pieces):
            for size in self._sizes.get(plain[first], ()):
                own = pieces[first : first + size]
                key = plain[first : first + size]
                term = self._as_written.get(written[own[0].start : own[-1].end])
                term = term or self._by_zh.get(key)
                if term is None or not all(p.joined for p in own[1:]):
                    continue
                otherwise = OTHERWISE.get(key)
                if otherwise is None or not otherwise.applies(text, own[0].start, own[-1].end):
                    yield Use(term=term, start=own[0].start, end=own[-1].end)
                    first += len(own) - 1
                    break
            first += 1


class Forms:
    """The runs of syllables of a Tibetan text, to look terms up in."""

    def __init__(self, text: str) -> None:
        syllables = _syllables(text)
        # The last syllable may bear a case ending: མིར, མིས for མི, མཁར for མཁའ.
        cased = [len(syllable) > 1 and syllable[-1] in _CASES for syllable in syllables]
        runs: dict[str, tuple[int, int]] = {}
        add = runs.setdefault
        for first in range(len(syllables)):
            run = ""
            for at in range(first, min(len(syllables), first + _LONGEST_FORM)):
                run = f"{run}{TSHEG}{syllables[at]}" if run else syllables[at]
                place = first, at + 1
                add(run, place)
                if cased[at]:
                    bare = run[:-1]
                    add(bare, place)
                    add(f"{bare}འ", place)
        self.runs = runs
        self.size = len(syllables)

    def has_any(self, stems: Iterable[str]) -> bool:
        """Whether the text has one of some forms, given as ``stem_of`` makes them."""
        return any(stem in self.runs for stem in stems)


def form_in(term: Term, bo_text: str) -> str | None:
    """Which of a term's Tibetan forms a text has; ``None`` where it has none."""
    forms = _forms_of(bo_text)
    return next((form for form in term.bo if stem_of(form) in forms.runs), None)


def answered(term: Term, bo_text: str) -> bool:
    """Whether a text has a term in one of its forms, or a name as somebody else hears it.

    Names of places are written by ear, and hardly twice the same: སི་པེན and སེ་ཕེན.
    """
    if form_in(term, bo_text) is not None:
        return True
    return term.field == PLACES and any(_heard(form, bo_text) for form in term.bo)


def _heard(form: str, bo_text: str) -> bool:
    """Whether some syllables of a text sound like a name, cut into as many or into fewer."""
    own, syllables = bo_syllables(form), bo_syllables(bo_text)
    name, size = _sound(own), len(own)
    runs = (
        syllables[first : first + length]
        for length in range(max(1, size - 2), size + 2)
        for first in range(len(syllables) - length + 1)
    )
    return any(_alike(name, _sound(heard)) for run in runs for heard in _with_and_without_case(run))


def _with_and_without_case(run: list[str]) -> tuple[list[str], ...]:
    """A run, and it without the case that may be joined to its last syllable: ཡས for ཡ."""
    last = run[-1]
    return (run, [*run[:-1], last[:-1]]) if len(last) > 1 and last[-1] in _CASES else (run,)


def _sound(syllables: Sequence[str]) -> str:
    return "".join(sound_of(syllable)[1:] for syllable in syllables)


def _alike(name: str, other: str) -> bool:
    """Whether two names sound alike: the same letters, or nearly so where there are many."""
    if name == other:
        return len(name) >= _SAME_SOUNDS
    if name[:1] != other[:1] or len(name) < _LIKE_SOUNDS:
        return False
    return Indel.normalized_similarity(name, other) >= _LIKENESS


@lru_cache(maxsize=16)
def _forms_of(bo_text: str) -> Forms:
    """The forms of a text; term after term is looked up in the same one."""
    return Forms(bo_text)


@lru_cache(maxsize=65_536)
def stem_of(form: str) -> str:
    """A Tibetan form as it is looked up: syllables for comparison, no nominal ending."""
    return _stem(_syllables(form))


def _syllables(text: str) -> list[str]:
    """The syllables of a text, in one spelling."""
    return [_SPELLINGS.get(syllable, syllable) for syllable in bo_syllables(text)]


def _stem(syllables: list[str]) -> str:
    if len(syllables) > 1 and syllables[-1] in _ENDINGS:
        syllables = syllables[:-1]
    return TSHEG.join(syllables[:_LONGEST_FORM])


def read(path: Path) -> Glossary:
    """A glossary from a file.

    :raises ModelError: it cannot be read, or a line of it is none.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError("glossary-unreadable", path=str(path), detail=str(error)) from error
    terms = []
    for line, row in enumerate(rows, 2):
        if any(row.get(name) is None for name in COLUMNS) or not (row["zh"] and row["bo"]):
            raise ModelError("glossary-line", path=str(path), line=line)
        terms.append(
            Term(
                zh=row["zh"],
                bo=(row["bo"], *filter(None, row["variants"].split(";"))),
                field=row["field"],
                attested=tuple(filter(None, row["attested"].split(";"))),
            )
        )
    return Glossary(terms)


@cache
def load() -> Glossary:
    """The glossary that comes with the library; read once."""
    return read(model_file(FILE))
