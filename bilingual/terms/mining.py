"""Terms proposed from works: what Chinese and Tibetan runs come together.

For each Chinese run that is a word by its company, the Tibetan runs that go with it
best: by G², seeded by the lexicon, the longest of those that tie. Proposals are for
a person to look at; how often they are right is in ``tests/bench/terms.md``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bilingual.terms.association import Runs, g_squared, written
from bilingual.terms.inflection import Gram, akin, same, stem
from bilingual.terms.parallel import ParallelWork
from bilingual.text.units import TSHEG, zh_pieces
from bilingual.translation.lexicon import Lexicon

LEAST: Final = 3
"""Pairs in which a term comes, at the least."""

_MIN_G2: Final = 10.83
"""Chance of 1 in 1,000 by the chi-squared distribution of one degree of freedom."""

_SEED: Final = 2.0
"""What a nat of the lexicon's counts for, in nats of G² / 2."""

# Most words are of two syllables; one alone is part of many.
_LENGTHS: Final = (-3.0, 0.0, -0.5, -1.0)

# Ideographs that join and point: no term begins or ends with one.
_FUNCTION: Final = frozenset(
    "的了着是在和与及或也都就而但把被让给从向为于之其这那此该每各又再还更最很太我你他她它谁吗呢吧啊"
)
_TIED: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A Tibetan run that may be a term's translation.

    ``both`` pairs have the two, ``bo_count`` the Tibetan at all; ``g2`` is their
    association, ``seed`` (nats, 0 where it knows nothing) what the lexicon gives.
    """

    bo: str
    both: int
    bo_count: int
    g2: float
    seed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mined:
    """A Chinese term of the works, and what its Tibetan may be, the best first.

    ``places`` are (number of the work, number of the pair in it) of the pairs with
    the Chinese and the best Tibetan, or with the Chinese alone in ``without``.
    """

    zh: str
    zh_count: int
    candidates: tuple[Candidate, ...]
    places: tuple[tuple[int, int], ...]
    without: tuple[tuple[int, int], ...]


def mine(
    works: Sequence[ParallelWork],
    *,
    lexicon: Lexicon | None = None,
    least: int = LEAST,
    known: frozenset[str] = frozenset(),
    most: int = 3,
) -> tuple[Mined, ...]:
    """Propose terms from works, the best attested first.

    :param lexicon: seeds the association; ``None`` does without.
    :param least: pairs that must have the Chinese, and the two together.
    :param known: Chinese terms that are not wanted again.
    :param most: candidates for each term.
    """
    where = [(w, k) for w, work in enumerate(works) for k in range(len(work.bo))]
    bo_texts = [text for work in works for text in work.bo]
    zh_texts = [text for work in works for text in work.zh]
    if not where:
        return ()
    bo, zh = Runs(bo_texts, "bo"), Runs(zh_texts, "zh", least)
    wanted = [g for g in _words(zh, zh_texts) if "".join(g) not in known]
    scored = {g: _ranked(g, zh, bo, lexicon) for g in wanted}
    _compete(scored, zh)
    found = []
    for gram, ranked in scored.items():
        chosen = _distinct(ranked, bo, most)
        if not chosen or chosen[0].both < least:
            continue
        places = zh.places[gram]
        together = places & bo.places[chosen[0].gram]
        found.append(
            Mined(
                zh="".join(gram),
                zh_count=len(places),
                candidates=tuple(
                    Candidate(
                        bo=written(c.gram, (bo_texts[k] for k in sorted(places)), "bo"),
                        both=c.both,
                        bo_count=len(bo.places[c.gram]),
                        g2=round(c.g2, 2),
                        seed=round(c.seed, 2),
                    )
                    for c in chosen
                ),
                places=tuple(where[k] for k in sorted(together)),
                without=tuple(where[k] for k in sorted(places - together)),
            )
        )
    found.sort(key=lambda m: (-m.candidates[0].g2, m.zh))
    return tuple(found)


@dataclass(slots=True)
class _Scored:
    gram: Gram
    both: int
    g2: float
    seed: float
    score: float


def _words(zh: Runs, texts: Sequence[str]) -> list[Gram]:
    """Chinese runs that look like words: free on both sides, no loose particles."""
    left: defaultdict[Gram, set[str]] = defaultdict(set)
    right: defaultdict[Gram, set[str]] = defaultdict(set)
    for number, text in enumerate(texts):
        pieces = zh_pieces(text)
        for first in range(len(pieces)):
            for stop in range(first + 2, min(first + 5, len(pieces) + 1)):
                if not pieces[stop - 1].joined:
                    break
                gram = tuple(p.text for p in pieces[first:stop])
                if gram in zh.places:
                    # The edge of a text or a mark is company of its own each time.
                    free = first == 0 or not pieces[first].joined
                    left[gram].add(f"|{number}" if free else pieces[first - 1].text)
                    free = stop == len(pieces) or not pieces[stop].joined
                    right[gram].add(f"|{number}" if free else pieces[stop].text)
    return sorted(
        gram
        for gram in left
        if len(left[gram]) > 1
        and len(right[gram]) > 1
        and gram[0] not in _FUNCTION
        and gram[-1] not in _FUNCTION
        and not zh.joined(gram)
    )


def _ranked(gram: Gram, zh: Runs, bo: Runs, lexicon: Lexicon | None) -> list[_Scored]:
    places = zh.places[gram]
    found = []
    counts = bo.shared(places)
    seeds = _seeds(gram, counts, lexicon)
    for other, both in counts.items():
        if both < 2 or not bo.is_whole(other):
            continue
        held = len(bo.places[other])
        if both * bo.total <= held * len(places):
            continue
        g2 = g_squared(both, held - both, len(places) - both, bo.total)
        if g2 < _MIN_G2:
            continue
        seed = seeds.get(other, 0.0)
        prior = _LENGTHS[len(other) - 1]
        found.append(_Scored(other, both, g2, seed, g2 / 2 + _SEED * seed + prior))
    found.sort(key=lambda c: (-c.score, c.gram))
    return found


def _seeds(gram: Gram, others: dict[Gram, int], lexicon: Lexicon | None) -> dict[Gram, float]:
    """Nats by which the lexicon speaks for each Tibetan run, no less than 0."""
    if lexicon is None:
        return {}
    source = lexicon.zh.index.get("".join(gram))
    if source is None:
        return {}
    units = {TSHEG.join(g): g for g in others if len(g) <= 3}
    numbers = [(n, g) for u, g in units.items() if (n := lexicon.bo.index.get(u)) is not None]
    if not numbers:
        return {}
    columns = np.array([n for n, _ in numbers], dtype=np.int64)
    likely = lexicon.to_bo.dense(np.array([source], dtype=np.int64), columns)[0]
    gains = np.log(0.5 * likely / lexicon.bo.common[columns] + 0.5)
    known = {g: max(0.0, float(s)) for (_, g), s in zip(numbers, gains, strict=True)}
    # Of a longer run the lexicon knows the parts, if not the whole.
    return {
        g: max(known.get(g, 0.0), sum(known.get((s,), 0.0) for s in g) / len(g)) for g in others
    }


def _compete(scored: dict[Gram, list[_Scored]], zh: Runs) -> None:
    """A Tibetan run that goes better with another Chinese word of the line counts less."""
    best: dict[Gram, tuple[float, Gram]] = {}
    for gram, ranked in scored.items():
        for c in ranked:
            if c.gram not in best or c.score > best[c.gram][0]:
                best[c.gram] = (c.score, gram)
    for gram, ranked in scored.items():
        for c in ranked:
            score, owner = best[c.gram]
            if owner != gram and not set(owner) & set(gram):
                c.score -= score - c.score
        ranked.sort(key=lambda c: (-c.score, c.gram))


def _distinct(ranked: list[_Scored], bo: Runs, most: int) -> list[_Scored]:
    """The best, each the longest of those that tie, and none a part of another."""
    chosen: list[_Scored] = []
    left = [c for c in ranked if c.score > 0]
    while left and len(chosen) < most:
        top = left[0]
        tied = [c for c in left if top.g2 - c.g2 <= _TIED and _holds(c.gram, top.gram)]
        best = max(tied, key=lambda c: (len(stem(c.gram)), -len(c.gram), c.score, c.gram))
        chosen.append(best)
        places = bo.places[best.gram]
        left = [
            c
            for c in left
            if not same(c.gram, best.gram)
            and not (akin(c.gram, best.gram) and bo.places[c.gram] <= places)
        ]
    return chosen


def _holds(whole: Gram, part: Gram) -> bool:
    return any(part == whole[k : k + len(part)] for k in range(len(whole) - len(part) + 1))
