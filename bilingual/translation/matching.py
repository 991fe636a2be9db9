"""How well the texts of a work's beads fit each other, and all the others.

A bead is judged beside its fellows: a translation fits its own Chinese far better
than that of other beads. Two sorts of evidence are laid out as tables over all
pairs of beads: what the lexicon knows, and what the work itself shows (echo): where
two Chinese cues share words, their translations ought to share words too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from bilingual.text.units import bo_pieces, bo_runs, zh_pieces, zh_runs
from bilingual.translation.lexicon import EXPLAINED, Floats, Lexicon, Numbers, Table, Units

Part = Literal["whole", "first", "second"]
HALVES: Final[tuple[Part, ...]] = ("first", "second")
PARTS: Final[tuple[Part, ...]] = ("whole", *HALVES)

Runs = Callable[[str], list[tuple[str, int, int]]]

# A text of few words must not look like another for one word they share.
_LEAST_NORM: Final = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """Tables over all pairs of beads, by part of the judged text.

    ``forth[part][i, k]`` are nats for that part of bead i's Chinese, given the
    Tibetan of bead k; ``back`` for its Tibetan, given the Chinese of bead k.
    ``zh_sizes`` and ``bo_sizes`` are how many known units those parts have,
    ``hope_forth`` and ``hope_back`` what the best answers would bring.
    ``echo[part][i, k]`` is how alike part of bead i's Chinese and of bead k's
    Tibetan are to the other beads. ``zh_gains`` and ``bo_gains`` hold the nats of
    each bead's known runs, given its own other side.
    """

    forth: dict[Part, Floats]
    back: dict[Part, Floats]
    zh_sizes: dict[Part, Floats]
    bo_sizes: dict[Part, Floats]
    hope_forth: Floats
    hope_back: Floats
    echo: dict[Part, Floats]
    zh_gains: tuple[Gains, ...]
    bo_gains: tuple[Gains, ...]

    def pairwise(self) -> Floats:
        """Nats a unit, (Chinese of i, Tibetan of k), both directions' mean."""
        forth = self.forth["whole"] / np.maximum(self.zh_sizes["whole"], 1)[:, None]
        back = self.back["whole"] / np.maximum(self.bo_sizes["whole"], 1)[:, None]
        return ((forth + back.T) / 2).astype(np.float32)

    def totals(self) -> Floats:
        """Nats, (Chinese of i, Tibetan of k), as if units said nothing twice."""
        both: Floats = self.forth["whole"] + self.back["whole"].T
        return both * np.float32(INDEPENDENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gains:
    """The nats of a text's known runs in the order of the text, and their first pieces."""

    nats: Floats
    first: Numbers

    def poorest_tail(self) -> tuple[float, int]:
        """What the worst last stretch speaks against the text, and its first piece.

        In nats, 0 and more. Without such a stretch the piece is -1.
        """
        if not len(self.nats):
            return 0.0, -1
        sums = np.cumsum(self.nats[::-1])
        worst = int(sums.argmin())
        if sums[worst] >= 0:
            return 0.0, -1
        return -float(sums[worst]), int(self.first[len(self.nats) - 1 - worst])

    def poorest_head(self) -> float:
        """What the worst first stretch speaks against the text, in nats (0 and more)."""
        return -min(0.0, float(np.cumsum(self.nats).min())) if len(self.nats) else 0.0


# Neighbouring runs of one word say the same thing several times.
INDEPENDENT: Final = 0.3


class _Side:
    """One language's texts as known units, and as words they share."""

    def __init__(self, texts: Sequence[str], units: Units, runs: Runs, sizes: Sequence[int]):
        self.texts, self.units = texts, units
        found = [runs(text) for text in texts]
        self.sizes = sizes
        self.known = [units.find(own) for own in found]
        self.present = np.unique(np.concatenate([k[0] for k in self.known]))
        self.column = np.full(len(units.names), -1, dtype=np.int64)
        self.column[self.present] = np.arange(len(self.present))
        self._found = found

    def units_of(self, row: int, part: Part) -> Numbers:
        """Columns of the known units of a part of a text, as often as they come."""
        numbers, first, stop = self.known[row]
        if part != "whole":
            late = first + stop > self.sizes[row]
            numbers = numbers[late if part == "second" else ~late]
        return self.column[numbers]

    def incidence(self, part: Part) -> Floats:
        """Which text has which known unit, (texts, units)."""
        table = np.zeros((len(self.texts), len(self.present)), dtype=np.float32)
        for row in range(len(self.texts)):
            table[row, self.units_of(row, part)] = 1
        return table

    def explained(self, table: Table, by: _Side) -> Floats:
        """Nats for each known unit given each text of the other side, (texts, units)."""
        common = self.units.common[self.present]
        rows = []
        for numbers, _, _ in by.known:
            sources = np.unique(numbers)
            likely = table.total(sources)[self.present] / max(1, len(sources))
            rows.append(np.log(EXPLAINED * likely / common + 1 - EXPLAINED))
        return np.array(rows, dtype=np.float32).reshape(len(by.known), len(self.present))

    def gains(self, known: Floats, row: int) -> Gains:
        """Nats of a text's known runs, from its first syllable or ideograph to its last."""
        numbers, first, stop = self.known[row]
        order = np.argsort(first + stop, kind="stable")
        return Gains(nats=known[row, self.column[numbers[order]]], first=first[order])

    def hope(self, table: Table, lengths: Floats) -> Floats:
        """Nats that the best answers to each text's units would bring."""
        out = np.zeros(len(self.texts), dtype=np.float32)
        for row in range(len(self.texts)):
            own = np.unique(self.known[row][0])
            likely = table.best[own] / max(1.0, float(lengths[row]))
            out[row] = np.log(EXPLAINED * likely / self.units.common[own] + 1 - EXPLAINED).sum()
        return out

    def profiles(self) -> dict[Part, Floats]:
        """Weights of the words that several texts share, (texts, words), by part."""
        seen: dict[str, int] = {}
        for own in self._found:
            for unit in {u for u, _, _ in own}:
                seen[unit] = seen.get(unit, 0) + 1
        shared = sorted(u for u, n in seen.items() if n > 1)
        place = {unit: k for k, unit in enumerate(shared)}
        count = len(self.texts)
        weight = np.array([self._weight(u, seen[u] / count) for u in shared], dtype=np.float32)
        out: dict[Part, Floats] = {}
        for part in PARTS:
            table = np.zeros((count, len(shared)), dtype=np.float32)
            for row, own in enumerate(self._found):
                half = self.sizes[row]
                for unit, first, stop in own:
                    if unit in place and (
                        part == "whole" or (first + stop > half) == (part == "second")
                    ):
                        table[row, place[unit]] = weight[place[unit]]
            norm = np.sqrt((table**2).sum(1))
            out[part] = table / np.maximum(norm, _LEAST_NORM)[:, None]
        return out

    def _weight(self, unit: str, share: float) -> float:
        """Rare words weigh more: rare in the work, and rare in general."""
        number = self.units.index.get(unit)
        common = 0.0 if number is None else float(self.units.common[number])
        return float(-0.5 * np.log(share) + 0.5 * min(9.0, -np.log(common + 1e-4)))


def match(bo_texts: Sequence[str], zh_texts: Sequence[str], lexicon: Lexicon) -> Matching:
    """Lay out the tables for beads in order; both sequences are of their length."""
    bo = _Side(bo_texts, lexicon.bo, bo_runs, [len(bo_pieces(t)) for t in bo_texts])
    zh = _Side(zh_texts, lexicon.zh, zh_runs, [len(zh_pieces(t)) for t in zh_texts])
    zh_known, bo_known = zh.explained(lexicon.to_zh, bo), bo.explained(lexicon.to_bo, zh)
    forth: dict[Part, Floats] = {}
    back: dict[Part, Floats] = {}
    zh_sizes: dict[Part, Floats] = {}
    bo_sizes: dict[Part, Floats] = {}
    for part in PARTS:
        for side, known, table, sizes in (
            (zh, zh_known, forth, zh_sizes),
            (bo, bo_known, back, bo_sizes),
        ):
            has = side.incidence(part)
            table[part] = has @ known.T
            sizes[part] = has.sum(1)
    return Matching(
        forth=forth,
        back=back,
        zh_sizes=zh_sizes,
        bo_sizes=bo_sizes,
        hope_forth=zh.hope(lexicon.to_zh, bo_sizes["whole"]),
        hope_back=bo.hope(lexicon.to_bo, zh_sizes["whole"]),
        echo=_echo(bo.profiles(), zh.profiles()),
        zh_gains=tuple(zh.gains(zh_known, row) for row in range(len(zh_texts))),
        bo_gains=tuple(bo.gains(bo_known, row) for row in range(len(bo_texts))),
    )


def _echo(bo: dict[Part, Floats], zh: dict[Part, Floats]) -> dict[Part, Floats]:
    out: dict[Part, Floats] = {}
    for part in PARTS:
        like_zh, like_bo = zh[part] @ zh["whole"].T, bo[part] @ bo["whole"].T
        # A bead is no witness in its own case.
        np.fill_diagonal(like_zh, 0)
        np.fill_diagonal(like_bo, 0)
        out[part] = like_zh @ like_bo.T
    return out


def standard_scores(table: Floats, *, floor: float) -> Floats:
    """How far each bead's own entry is above its row's others, in their spread.

    ``floor`` keeps the spread of like entries from vanishing. 0 for a lone bead.
    """
    count = len(table)
    if count < 2:
        return np.zeros(count, dtype=np.float32)
    others = table[~np.eye(count, dtype=np.bool_)].reshape(count, count - 1)
    scores: Floats = (table.diagonal() - others.mean(1)) / (others.std(1) + np.float32(floor))
    return scores
