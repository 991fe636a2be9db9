"""The glossary: Chinese terms, their standard Tibetan, and what else is accepted.

A tab-separated file with the columns ``zh``, ``bo``, ``variants`` (separated by
``;``), ``field`` and ``attested`` (the openly licensed sources that hold the pair,
separated by ``;``; empty where none does).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from bilingual.errors import ModelError
from bilingual.resources import model_file
from bilingual.text.units import TSHEG, bo_syllables, zh_pieces

FILE: Final = "glossary-zh-bo.tsv"
COLUMNS: Final = ("zh", "bo", "variants", "field", "attested")

EVERYDAY: Final = "general"
"""The field of everyday words: they are evidence, and no terms to be kept to."""

# Endings of nouns that come and go: རིག་པ and རིག, སྨན་པ and སྨན.
_ENDINGS: Final = frozenset(("པ", "བ", "མ", "པོ", "བོ", "མོ"))

_CASES: Final = ("ར", "ས")
# Syllables of a form that are looked at.
_LONGEST_FORM: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise:
    """By what a term's characters are no such term: what is before them, or behind.

    ``unless``: what has to end right before them. ``behind`` counts only where none of
    ``then`` follows it.
    """

    before: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    behind: str = ""
    then: tuple[str, ...] = ()

    def applies(self, text: str, start: int, end: int) -> bool:
        """Whether the characters from ``start`` to ``end`` are no such term there."""
        ahead = text[:start].rstrip()
        if ahead.endswith(self.before) or (self.unless and not ahead.endswith(self.unless)):
            return True
        goes_on = bool(self.behind) and text.startswith(self.behind, end)
        return goes_on and not text.startswith(self.then, end + len(self.behind))


_HAN_DIGITS: Final = tuple("一二三四五六七八九两几数十百")
_NUMERALS: Final = (*_HAN_DIGITS, *"零〇千万亿多余半", *"0123456789０１２３４５６７８９")
# 中国家庭 is a family, 发展中国家 are countries.
_NO_COUNTRY: Final = tuple("庭具族电乐喻里")
OTHERWISE: Final = {
    # 五千米 are metres, of which there are five thousand.
    "千米": Otherwise(before=_HAN_DIGITS),
    "千克": Otherwise(before=_HAN_DIGITS),
    "千瓦": Otherwise(before=_HAN_DIGITS),
    # 海里的贝壳 are in the sea.
    "海里": Otherwise(unless=_NUMERALS),
    "分子": Otherwise(
        before=(
            "盗猎",
            "犯罪",
            "恐怖",
            "不法",
            "积极",
            "骨干",
            "敌对",
            "叛乱",
            "极端",
            "分裂",
            "坏",
        )
    ),
    "中国": Otherwise(behind="家", then=_NO_COUNTRY),
    # 大陆法国家 are countries too.
    "法国": Otherwise(behind="家", then=_NO_COUNTRY),
    # 调和平均 and 气温和平均: the mean.
    "和平": Otherwise(behind="均"),
    # A spreadsheet has no electrons.
    "电子": Otherwise(behind="表格"),
    # 风火山 is a name.
    "火山": Otherwise(before=("风",)),
}
"""Terms whose characters may be of other words."""


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
        self._by_zh = {term.zh: term for term in self.terms}
        self._longest = max((len(zh) for zh in self._by_zh), default=0)
        self._stems: dict[str, tuple[str, ...]] = {}
        by_form: dict[str, set[str]] = {}
        for term in self.terms:
            stems = []
            for form in term.bo:
                syllables = bo_syllables(form)
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
        return zh in self._by_zh

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
        """The terms of a Chinese text from left to right; none overlap."""
        pieces = zh_pieces(text)
        first = 0
        while first < len(pieces):
            for size in range(min(self._longest, len(pieces) - first), 0, -1):
                own = pieces[first : first + size]
                term = self._by_zh.get("".join(p.text for p in own))
                if term is None or not all(p.joined for p in own[1:]):
                    continue
                otherwise = OTHERWISE.get(term.zh)
                if otherwise is None or not otherwise.applies(text, own[0].start, own[-1].end):
                    yield Use(term=term, start=own[0].start, end=own[-1].end)
                    first += size - 1
                    break
            first += 1


class Forms:
    """The runs of syllables of a Tibetan text, to look terms up in."""

    def __init__(self, text: str) -> None:
        syllables = bo_syllables(text)
        runs: dict[str, tuple[int, int]] = {}
        for first in range(len(syllables)):
            head = ""
            for stop in range(first + 1, min(len(syllables), first + _LONGEST_FORM) + 1):
                last = syllables[stop - 1]
                run = head + last
                runs.setdefault(run, (first, stop))
                # The last syllable may bear a case ending: མིར, མིས for མི, མཁར for མཁའ.
                if len(last) > 1 and last[-1] in _CASES:
                    runs.setdefault(run[:-1], (first, stop))
                    runs.setdefault(f"{run[:-1]}འ", (first, stop))
                head = run + TSHEG
        self.runs = runs
        self.size = len(syllables)

    def has_any(self, stems: Iterable[str]) -> bool:
        """Whether the text has one of some forms, given as ``stem_of`` makes them."""
        return any(stem in self.runs for stem in stems)


def form_in(term: Term, bo_text: str) -> str | None:
    """Which of a term's Tibetan forms a text has; ``None`` where it has none."""
    forms = _forms_of(bo_text)
    return next((form for form in term.bo if stem_of(form) in forms.runs), None)


@lru_cache(maxsize=16)
def _forms_of(bo_text: str) -> Forms:
    """The forms of a text; term after term is looked up in the same one."""
    return Forms(bo_text)


@lru_cache(maxsize=65_536)
def stem_of(form: str) -> str:
    """A Tibetan form as it is looked up: syllables for comparison, no nominal ending."""
    return _stem(bo_syllables(form))


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
