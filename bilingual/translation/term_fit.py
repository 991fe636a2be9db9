"""How well a glossary's terms on one side of each bead are answered on the other.

Each term that a text holds is a small trial: a translation has one of the accepted
answers far more often than another bead of the work, which has it by chance. What
the trial says is a log-likelihood ratio in nats; a term that half the work shares
says little.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bilingual.text.units import bo_pieces, zh_pieces
from bilingual.translation.glossary import Forms, Glossary
from bilingual.translation.lexicon import Floats
from bilingual.translation.matching import HALVES, PARTS, Part

# How often a translation has the answer, and how often any text has it by chance
# where the work is too short to tell; each of the latter counts for so many beads.
_ANSWERED: Final = 0.6
_CHANCE: Final = 0.03
_PRIOR_BEADS: Final = 2.0

Found = tuple[str, float]
"""A term and where in its text it stands, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFit:
    """Nats by which answered terms speak for a pair, over all pairs of beads.

    ``forth[part][i, k]``: the terms in that part of bead i's Chinese, given the
    Tibetan of bead k; ``back`` the other way round. 0 where there is no term.
    ``trials`` is the number of terms of each bead, Chinese and Tibetan.
    """

    forth: Mapping[Part, Floats]
    back: Mapping[Part, Floats]
    trials: NDArray[np.float64]

    def total(self) -> Floats:
        """Both ways, (Chinese of i, Tibetan of k)."""
        both: Floats = self.forth["whole"] + self.back["whole"].T
        return both


def fit_terms(bo_texts: Sequence[str], zh_texts: Sequence[str], glossary: Glossary) -> TermFit:
    """Try every term of every bead against every other bead."""
    forms = [Forms(text) for text in bo_texts]
    plain = ["".join(p.text for p in zh_pieces(text)) for text in zh_texts]
    asked_zh: list[list[Found]] = []
    asked_bo: list[list[Found]] = []
    for bo, zh, own in zip(bo_texts, zh_texts, forms, strict=True):
        length = max(1, len(zh))
        asked_zh.append([(u.term.zh, (u.start + u.end) / 2 / length) for u in glossary.uses(zh)])
        size = max(1, len(bo_pieces(bo)))
        found = glossary.uses_in_tibetan(own)
        asked_bo.append([(form, (first + stop) / 2 / size) for form, first, stop in found])
    forth = _table(asked_zh, lambda zh: [f.has_any(glossary.stems_of(zh)) for f in forms])
    back = _table(
        asked_bo, lambda form: [any(z in text for z in glossary.zh_of(form)) for text in plain]
    )
    trials = np.array([len(a) + len(b) for a, b in zip(asked_zh, asked_bo, strict=True)])
    return TermFit(forth=forth, back=back, trials=trials.astype(np.float64))


def _table(
    asked: Sequence[Sequence[Found]], present: Callable[[str], Sequence[bool]]
) -> dict[Part, Floats]:
    count = len(asked)
    terms = sorted({term for own in asked for term, _ in own})
    place = {term: k for k, term in enumerate(terms)}
    has = np.array([present(term) for term in terms], dtype=np.float32).reshape(-1, count)
    out: dict[Part, Floats] = {}
    # Beads that have the term are no witnesses of what comes by chance.
    owners = np.zeros(len(terms), dtype=np.float32)
    uses = {part: np.zeros((count, len(terms)), dtype=np.float32) for part in PARTS}
    for row, own in enumerate(asked):
        for term, where in own:
            uses["whole"][row, place[term]] = 1
            uses[HALVES[where > 0.5]][row, place[term]] = 1
        for term in {t for t, _ in own}:
            owners[place[term]] += 1
    strangers = has.sum(1) - (uses["whole"].T * has).sum(1)
    chance = (strangers + _CHANCE * _PRIOR_BEADS) / (count - owners + _PRIOR_BEADS)
    chance = np.clip(chance, 0.005, 0.95 * _ANSWERED)
    answered = np.log(_ANSWERED / chance)
    open_ = np.log((1 - _ANSWERED) / (1 - chance))
    nats = np.where(has > 0, answered[:, None], open_[:, None]).astype(np.float32)
    for part in PARTS:
        out[part] = uses[part] @ nats
    return out
