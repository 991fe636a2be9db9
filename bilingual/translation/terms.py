"""The glossary: Chinese terms, their standard Tibetan, and what else is accepted.

A tab-separated file with the columns ``zh``, ``bo``, ``variants`` (separated by
``;``), ``field`` and ``attested`` (the openly licensed sources that hold the pair,
separated by ``;``; empty where none does).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from bilingual.errors import ModelError
from bilingual.resources import model_file
from bilingual.translation.units import bo_pieces, zh_pieces

FILE: Final = "glossary-zh-bo.tsv"
COLUMNS: Final = ("zh", "bo", "variants", "field", "attested")

# Endings of nouns that come and go: རིག་པ and རིག, སྨན་པ and སྨན.
_ENDINGS: Final = frozenset(("པ", "བ", "མ", "པོ", "བོ", "མོ"))

Syllables = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A Chinese term and its Tibetan: the standard one first, then what is accepted."""

    zh: str
    bo: tuple[str, ...]
    field: str
    attested: tuple[str, ...] = ()


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
        self._by_zh = {term.zh: term for term in self.terms}
        self._longest = max((len(zh) for zh in self._by_zh), default=0)

    def __len__(self) -> int:
        return len(self.terms)

    def uses(self, text: str) -> Iterator[Use]:
        """The terms of a Chinese text from left to right; none overlap."""
        pieces = zh_pieces(text)
        first = 0
        while first < len(pieces):
            for size in range(min(self._longest, len(pieces) - first), 0, -1):
                own = pieces[first : first + size]
                term = self._by_zh.get("".join(p.text for p in own))
                if term is not None and all(p.joined for p in own[1:]):
                    yield Use(term=term, start=own[0].start, end=own[-1].end)
                    first += size - 1
                    break
            first += 1


def said(term: Term, bo_text: str) -> str | None:
    """Which of a term's Tibetan forms a text has; ``None`` where it has none."""
    syllables = tuple(p.text for p in bo_pieces(bo_text))
    for form in term.bo:
        stem = _stem(tuple(p.text for p in bo_pieces(form)))
        if any(_begins(syllables, k, stem) for k in range(len(syllables) - len(stem) + 1)):
            return form
    return None


def _stem(form: Syllables) -> Syllables:
    return form[:-1] if len(form) > 1 and form[-1] in _ENDINGS else form


def _begins(syllables: Syllables, at: int, stem: Syllables) -> bool:
    """The last syllable of the stem may bear a case ending: མིར, མིས for མི."""
    if syllables[at : at + len(stem) - 1] != stem[:-1]:
        return False
    last = syllables[at + len(stem) - 1]
    return last == stem[-1] or last in (stem[-1] + "ར", stem[-1] + "ས")


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
