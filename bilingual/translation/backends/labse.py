"""LaBSE: do two texts lie near each other among the sentences of all languages?

A sentence encoder in a folder (:mod:`bilingual.translation.backends.encoder`) that the
settings name, with nothing known of how well it tells sound pairs from others. See
``models/labse.md``; ``bilingual models add`` calibrates one first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from bilingual.config import Backends
from bilingual.translation.backends.base import (
    Advance,
    Answers,
    Backend,
    Outcome,
    Pair,
    Score,
    UnavailableError,
    locate,
)
from bilingual.translation.backends.contrast import MIN_PAIRS, fault_nats, neighbourhoods
from bilingual.translation.backends.encoder import Text, embedded

NAME: Final = "labse"


def _run(pairs: Sequence[Pair], settings: Backends, advance: Advance, answers: Answers) -> Outcome:
    if len(pairs) < MIN_PAIRS:
        raise UnavailableError("backend-too-few", backend=NAME, least=MIN_PAIRS)
    own = settings.labse
    model = locate(NAME, own.model, own.sha256)
    texts: list[Text] = [("bo", p.bo) for p in pairs]
    texts += [("zh", p.zh) for p in pairs]
    vectors = np.stack(
        answers.ask(NAME, texts, lambda new: list(embedded(NAME, model, own, new, advance)))
    )
    scores: dict[int, Score] = {}
    for first, cosines, margin, rivals in neighbourhoods(vectors):
        nats = fault_nats(margin, rivals)
        for row, pair in enumerate(pairs[first : first + len(margin)]):
            scores[pair.number] = Score(
                value=round(float(cosines[row]), 4),
                nats=round(float(nats[row]), 3),
                params={"measure": "cosine", "margin": round(float(margin[row]), 4)},
            )
    return Outcome(scores=scores, models=(model.use,))


BACKEND = Backend(name=NAME, licence="Apache-2.0", run=_run)
