r"""Fit the weights by which the aligner tells tracks of one work from unrelated ones.

    python -m models.train.relatedness --group LEXICON CASES [CASES ...] [--group ...]

CASES as in ``models.train.cases``; each group goes with a lexicon that knows nothing of
its texts (``-`` for the embedded one). Correct pairs are the cases' own, with none to two
thirds of the Tibetan texts replaced, or of the cues of one side missing; wrong ones take the
Tibetan of one case and the Chinese of another, as it is or with every text replaced, or the
case's own times with every text replaced. Prints the weights, and how many of
the pairs they misjudge.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from bilingual.alignment.aligner import relatedness_of
from bilingual.model import Track
from bilingual.translation.lexicon import Lexicon, load
from models.train.cases import Case, read_cases


def altered(track: Track, share: float, texts: Sequence[str], rnd: random.Random) -> Track:
    """The track with a share of its texts replaced by others'."""
    cues = list(track.cues)
    for k in rnd.sample(range(len(cues)), int(len(cues) * share)):
        cues[k] = replace(cues[k], text=rnd.choice(texts), plain_text=None)
    return replace(track, cues=tuple(cues))


def thinned(track: Track, share: float, rnd: random.Random) -> Track:
    """The track without a share of its cues."""
    kept = sorted(rnd.sample(range(len(track.cues)), max(2, round(len(track.cues) * (1 - share)))))
    cues = tuple(replace(track.cues[k], index=n) for n, k in enumerate(kept))
    return replace(track, cues=cues)


ALTERED_SHARES = (0, 0.2, 1 / 3, 0.5, 0.65)
"""Shares of the texts that are replaced: a poor translation is still of the same work."""


def samples(cases: Sequence[Case], seed: int, lexicon: Lexicon) -> tuple[np.ndarray, np.ndarray]:
    """Features (a row each) and whether the pair is right."""
    rnd = random.Random(seed)
    texts = [c.text for case in cases for c in case.bo.cues]
    rows, right = [], []
    for case in cases:
        unrelated = rnd.choice([c for c in cases if c is not case])
        for bo, zh, label in (
            (altered(case.bo, rnd.choice(ALTERED_SHARES), texts, rnd), case.zh, 1.0),
            (case.bo, thinned(case.zh, rnd.choice(ALTERED_SHARES), rnd), 1.0),
            (thinned(case.bo, rnd.choice(ALTERED_SHARES), rnd), case.zh, 1.0),
            (unrelated.bo, case.zh, 0.0),
            (altered(unrelated.bo, 1.0, texts, rnd), case.zh, 0.0),
            (altered(case.bo, 1.0, texts, rnd), case.zh, 0.0),
        ):
            rows.append(relatedness_of(bo, zh, lexicon=lexicon).vector())
            right.append(label)
    return np.array(rows), np.array(right)


def fit(x: np.ndarray, y: np.ndarray, *, rounds: int = 50) -> np.ndarray:
    """Logistic regression by Newton's method, a right pair called wrong counting thrice."""
    weights = np.zeros(x.shape[1])
    cost = np.where(y > 0, 3.0, 1.0)
    ridge = np.eye(x.shape[1])
    ridge[0, 0] = 1e-3
    for _ in range(rounds):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        slope = x.T @ (cost * (y - p)) - ridge @ weights
        bend = (x * (cost * p * (1 - p))[:, None]).T @ x + ridge
        weights += np.linalg.solve(bend, slope)
    return weights


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--group", nargs="+", action="append", required=True)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    parts = []
    for name, *folders in args.group:
        known = load() if name == "-" else load(Path(name))
        cases = list(read_cases(Path(f) for f in folders))
        parts.append(samples(cases, args.seed, known))
    x, y = (np.concatenate(p) for p in zip(*parts, strict=True))
    weights = fit(x, y)
    for (own, label), (name, *_) in zip(parts, args.group, strict=True):
        related = own @ weights > 0
        wrong = int((~related & (label > 0)).sum()), int((related & (label == 0)).sum())
        print(
            f"{name}: {len(label)} pairs, right called foreign {wrong[0]}, unrelated called related {wrong[1]}"
        )
    called = x @ weights > 0
    print("weights", np.round(weights, 2).tolist())
    print("right called foreign", int((~called & (y > 0)).sum()), "of", int((y > 0).sum()))
    print("unrelated called related", int((called & (y == 0)).sum()), "of", int((y == 0).sum()))


if __name__ == "__main__":
    main()
