"""What is measured of each bead, as named numbers a model can weigh.

Each belongs to a group that a reader can make sense of; ``GROUPS`` says to which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bilingual.config.thresholds import LENGTH_RATIO, LENGTH_SPREAD
from bilingual.text.length import count_units
from bilingual.text.numbers import compare_numbers, confidence
from bilingual.text.script import count_scripts
from bilingual.text.spelling import misspellings
from bilingual.text.units import bo_pieces
from bilingual.translation.glossary import Glossary
from bilingual.translation.lexicon import Lexicon
from bilingual.translation.marks import ends_open, questions
from bilingual.translation.matching import (
    HALVES,
    INDEPENDENT,
    PARTS,
    Matching,
    match,
    standard_scores,
)
from bilingual.translation.negation import may_be_denied, negations
from bilingual.translation.term_fit import TermFit, fit_terms

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "words": ("fit", "fit_total", "fit_hope", "fit_gap"),
    "fellows": ("fit_standing", "fit_rank", "fit_elsewhere", "swap"),
    "parts": (
        "zh_first",
        "zh_second",
        "bo_first",
        "bo_second",
        "zh_first_standing",
        "zh_second_standing",
        "bo_first_standing",
        "bo_second_standing",
        "zh_tail",
        "bo_tail",
        "zh_head",
        "bo_head",
    ),
    "terms": (
        "terms_zh",
        "terms_bo",
        "terms_zh_first",
        "terms_zh_second",
        "terms_bo_first",
        "terms_bo_second",
        "terms_elsewhere",
    ),
    "echo": ("echo", "echo_first", "echo_second"),
    "length": ("short", "long", "very_short", "very_long"),
    "numbers": ("number_clash", "numbers_shared", "numbers_left"),
    "negation": ("negation_zh", "negation_bo"),
    "question": ("question_zh", "question_bo"),
    "ending": ("open_end", "ending", "ending_standing"),
    "script": ("han",),
}
NAMES: Final = tuple(name for names in GROUPS.values() for name in names)

MIN_FELLOWS: Final = 6
"""Beads from which on one is compared with the others."""

# How many beads the usual ratio of lengths counts for, where a work is short.
_PRIOR: Final = 10
# Nats a unit; texts that say nothing fit equally, but for the order in which a processor adds up.
_EQUAL: Final = 1e-4

Features = dict[str, float]


def measure(
    bo_texts: Sequence[str],
    zh_texts: Sequence[str],
    lexicon: Lexicon,
    glossary: Glossary,
) -> list[Features]:
    """The features of beads in order, each sequence of their number.

    Beside those of ``NAMES``: ``units``, the Chinese ones, ``misnumbered`` and
    ``misspelt``, how surely (0..1) a number is another one or a syllable cannot exist,
    ``beside``, how much better (nats) one of its texts fits a neighbour's other side than
    the neighbour's own does (0 and less: not better, or not at all),
    and ``zh_tail_at`` and ``bo_tail_at``, the first ideograph or syllable of the end
    that speaks most against the pair (-1 where none does).

    ``glossary`` holds the terms that are tried.
    """
    if not bo_texts:
        return []
    tables = match(bo_texts, zh_texts, lexicon)
    terms = fit_terms(bo_texts, zh_texts, glossary)
    term_totals = terms.total()
    endings = [lexicon.ending(text) for text in bo_texts]
    bo_units = np.array([count_units(t, glosses=False) for t in bo_texts], dtype=np.float64)
    zh_units = np.array([count_units(t, glosses=False) for t in zh_texts], dtype=np.float64)
    lengths = _lengths(bo_units, zh_units)
    pairwise, totals = tables.pairwise(), tables.totals()
    standings = _standings(tables, pairwise)
    out = []
    for row, (bo, zh) in enumerate(zip(bo_texts, zh_texts, strict=True)):
        out.append(
            {
                **_lexical(row, tables, pairwise, totals),
                **_swap(row, totals, lengths),
                "beside": _beside(row, totals),
                **_parts(row, tables),
                **{name: values[row] for name, values in standings.items()},
                **_terms(row, terms, term_totals),
                **_length(row, lengths, zh_units[row]),
                **_facts(bo, zh),
                **_ending(row, endings),
                "units": float(zh_units[row]),
                "misspelt": max((m.confidence for m in misspellings(bo)), default=0.0),
            }
        )
    return out


def _clip(value: float, low: float, high: float) -> float:
    return float(min(high, max(low, value)))


def _lexical(
    row: int, tables: Matching, pairwise: NDArray[np.float32], totals: NDArray[np.float32]
) -> Features:
    own = float(pairwise[row, row])
    hope = 0.3 * float(tables.hope_forth[row] + tables.hope_back[row])
    total = float(totals[row, row])
    found = {
        "fit": _clip(own, -0.7, 3),
        "fit_total": _clip(total, -6, 15),
        "fit_hope": _clip(hope, 0, 60),
        "fit_gap": _clip((total + 2) / (hope + 4), -1, 1),
    }
    if len(pairwise) < MIN_FELLOWS:
        return found
    across, down = np.delete(pairwise[row], row), np.delete(pairwise[:, row], row)
    over = own + _EQUAL
    return found | {
        "fit_rank": float((across > over).mean() + (down > over).mean()) / 2,
        "fit_elsewhere": _clip(max(across.max(), down.max()) - own, -1, 1),
    }


def _standings(tables: Matching, pairwise: NDArray[np.float32]) -> dict[str, list[float]]:
    """Those features that say where a bead's own entry of a table is among the others."""
    if len(pairwise) < MIN_FELLOWS:
        return {}
    found = {"fit_standing": _both_ways(pairwise, 0.05, 8)}
    for part in HALVES:
        for side, table in (("zh", tables.forth[part]), ("bo", tables.back[part])):
            stands = standard_scores(table, floor=0.3).tolist()
            found[f"{side}_{part}_standing"] = [_clip(own, -2, 8) for own in stands]
    for part, name in zip(PARTS, GROUPS["echo"], strict=True):
        found[name] = _both_ways(tables.echo[part], 0.02, 6)
    return found


def _both_ways(table: NDArray[np.float32], floor: float, high: float) -> list[float]:
    """The mean of each bead's standing in its row and in its column, at most ``high``."""
    across = standard_scores(table, floor=floor).tolist()
    down = standard_scores(table.T, floor=floor).tolist()
    return [_clip((a + d) / 2, -2, high) for a, d in zip(across, down, strict=True)]


def _parts(row: int, tables: Matching) -> Features:
    found: Features = {}
    for side, gains in (("zh", tables.zh_gains[row]), ("bo", tables.bo_gains[row])):
        tail, begins = gains.poorest_tail()
        found[f"{side}_tail"] = _clip(INDEPENDENT * tail, 0, 8)
        found[f"{side}_tail_at"] = float(begins)
        found[f"{side}_head"] = _clip(INDEPENDENT * gains.poorest_head(), 0, 8)
    for part in HALVES:
        for side, table, sizes in (
            ("zh", tables.forth[part], tables.zh_sizes[part]),
            ("bo", tables.back[part], tables.bo_sizes[part]),
        ):
            found[f"{side}_{part}"] = _clip(table[row, row] / max(1.0, sizes[row]), -0.7, 2)
    return found


def _terms(row: int, terms: TermFit, totals: NDArray[np.float32]) -> Features:
    found = {
        "terms_zh": _clip(terms.forth["whole"][row, row], -6, 12),
        "terms_bo": _clip(terms.back["whole"][row, row], -6, 12),
    }
    for part in HALVES:
        found[f"terms_zh_{part}"] = _clip(terms.forth[part][row, row], -4, 6)
        found[f"terms_bo_{part}"] = _clip(terms.back[part][row, row], -4, 6)
    if len(totals) >= MIN_FELLOWS:
        others = max(np.delete(totals[row], row).max(), np.delete(totals[:, row], row).max())
        found["terms_elsewhere"] = _clip(float(others) - float(totals[row, row]), -8, 8)
    return found


def _ending(row: int, endings: Sequence[float]) -> Features:
    found = {"ending": _clip(endings[row], -4, 4)}
    if len(endings) >= MIN_FELLOWS:
        # Titles and lists end in nouns: what counts is how the work's lines end.
        others = median([*endings[:row], *endings[row + 1 :]])
        found["ending_standing"] = _clip(endings[row] - others, -5, 2)
    return found


class _Lengths:
    """Tibetan units over Chinese ones: each bead's, the work's, how they scatter."""

    def __init__(self, bo: NDArray[np.float64], zh: NDArray[np.float64]):
        self.bo, self.zh = bo, zh
        self.ratios = np.log((bo + 1) / (zh + 1))
        known = self.ratios[zh >= 4]
        weight = min(len(known), 40)
        median = float(np.median(known)) if weight else 0.0
        self.median = (median * weight + LENGTH_RATIO * _PRIOR) / (weight + _PRIOR)
        scatter = 1.48 * float(np.median(np.abs(known - self.median))) if weight else 0.0
        scatter = (scatter * weight + LENGTH_SPREAD * _PRIOR) / (weight + _PRIOR)
        self.spread = max(0.12, scatter)

    def misfit(self, bo: int, zh: int) -> float:
        """Squared distance of a pair's ratio from the work's, in its spread."""
        ratio = np.log((self.bo[bo] + 1) / (self.zh[zh] + 1))
        return float(((ratio - self.median) / self.spread) ** 2)


def _lengths(bo: NDArray[np.float64], zh: NDArray[np.float64]) -> _Lengths:
    return _Lengths(bo, zh)


def _length(row: int, lengths: _Lengths, units: float) -> Features:
    away = (lengths.ratios[row] - lengths.median) / lengths.spread
    # The ratio of short texts scatters more.
    away *= float(np.sqrt(min(1.0, units / 12)))
    short, long = _clip(-away, 0, 6), _clip(away, 0, 6)
    return {"short": short, "long": long, "very_short": short**2 / 4, "very_long": long**2 / 4}


def _swap(row: int, totals: NDArray[np.float32], lengths: _Lengths) -> Features:
    """What would be won by changing places with the better of the neighbours."""
    gains = []
    for other in (row - 1, row + 1):
        if 0 <= other < len(totals):
            words = totals[row, other] + totals[other, row] - totals[row, row]
            words -= totals[other, other]
            fit = lengths.misfit(row, row) + lengths.misfit(other, other)
            fit -= lengths.misfit(row, other) + lengths.misfit(other, row)
            gains.append(float(words) + 0.25 * fit)
    return {"swap": _clip(max(gains, default=-3.0), -8, 8)}


def _beside(row: int, totals: NDArray[np.float32]) -> float:
    """How much better one of the texts fits a neighbour's other side than the neighbour's own."""
    return max(
        (
            float(max(totals[row, k], totals[k, row]) - max(0.0, totals[k, k]))
            for k in (row - 1, row + 1)
            if 0 <= k < len(totals)
        ),
        default=0.0,
    )


def _facts(bo: str, zh: str) -> Features:
    numbers = compare_numbers(bo, zh)
    bo_not, zh_not = bool(negations(bo, "bo")), bool(negations(zh, "zh"))
    bo_asks, zh_asks = bool(questions(bo, "bo")), bool(questions(zh, "zh"))
    han = count_scripts(bo).han
    return {
        "number_clash": _clip(numbers.weight, 0, 5),
        "misnumbered": confidence(numbers.weight),
        "numbers_shared": float(min(3, len(numbers.matches))),
        "numbers_left": float(min(3, len(numbers.unmatched_zh))),
        "negation_zh": float(zh_not and not bo_not),
        "negation_bo": float(bo_not and not zh_not and not may_be_denied(zh)),
        "question_zh": float(zh_asks and not bo_asks),
        "question_bo": float(bo_asks and not zh_asks),
        "open_end": float(ends_open(bo)),
        "han": han / max(1, han + len(bo_pieces(bo))),
    }
