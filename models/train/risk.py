"""Fit the weights of the risk, ``models/risk.json``.

    python -m models.train.risk PAIRS.tsv OUT.json --terms TERMS.tsv ...

PAIRS has the columns ``doc``, ``bo`` and ``zh``, in the order of the documents. Each
half of the documents (and of the terms) is judged with a lexicon learnt from the
other, so that the weights fit text the lexicon has not seen. Works are made of
whole sentences, of clauses, and of clauses among terms, as cues are of any length.
Needs scipy.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bilingual.alignment import align
from bilingual.text.bead import two_sided_texts
from bilingual.translation import glossary as glossaries
from bilingual.translation import weighing
from bilingual.translation.features import NAMES, Features, measure
from bilingual.translation.lexicon import Lexicon
from bilingual.translation.weighing import Weighing
from models.train.clauses import all_clauses
from models.train.faults import Row, Work, work
from models.train.lexicon import entries, read_pairs, simplified, train

KINDS: Final = (weighing.SOUND, "other", "neighbour", "half", "mixed", "untranslated")
# A line pasted twice is another text's; what is missing has no bead of two sides.
_COUNTED_AS: Final = {"repeated": "other", "missing": None}
_SIZES: Final = (10, 25, 40, 40, 60)
_RIDGE: Final = 10.0
_SMOOTH: Final = 10.0

Labelled = tuple[Features, str]


def read_rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(r["doc"], r["bo"].strip(), r["zh"].strip()) for r in rows]


def halves(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """The rows of every other document, and the rest."""
    number = {doc: k for k, doc in enumerate(dict.fromkeys(d for d, _, _ in rows))}
    return [r for r in rows if number[r[0]] % 2 == 0], [r for r in rows if number[r[0]] % 2]


def half_of(text: str) -> int:
    return hashlib.sha256(text.encode()).digest()[0] % 2


def judged(made: Work, lexicon: Lexicon) -> list[Labelled]:
    """The features of a work's beads, and what is wrong with each."""
    alignment = align(made.bo, made.zh, lexicon=lexicon)
    texts = list(two_sided_texts(made.bo, made.zh, alignment))
    beads = [t.bead for t in texts]
    rows = measure(
        [t.bo.text for t in texts],
        [t.zh.text for t in texts],
        [b.confidence for b in beads],
        lexicon,
        glossaries.load(),
    )
    out = []
    for bead, row in zip(beads, rows, strict=True):
        faults = {made.bo_faults[i] for i in bead.bo if i in made.bo_faults}
        faults |= {made.zh_faults[i] for i in bead.zh if i in made.zh_faults}
        name = min(faults, default=weighing.SOUND)
        kind = _COUNTED_AS.get(name, name)
        if kind is not None:
            out.append((row, kind))
    return out


def works(rows: Sequence[Row], count: int, rnd: random.Random) -> list[Work]:
    out = []
    for _ in range(count):
        size = min(rnd.choice(_SIZES), len(rows) - 1)
        out.append(work(rows, rnd.randrange(len(rows) - size), size, rnd))
    return out


def among_terms(
    rows: Sequence[Row], terms: Sequence[tuple[str, str]], rnd: random.Random
) -> list[Row]:
    """Every other clause followed by three terms, as in a quiz or a list."""
    lines = [(f"term {k}", b.strip("།་ "), z) for k, (b, z) in enumerate(terms)]
    rnd.shuffle(lines)
    out: list[Row] = []
    for k, row in enumerate(rows):
        out.append(row)
        if k % 2 == 0:
            out += [lines.pop() for _ in range(min(3, len(lines)))]
    return out


def examples(rows: Sequence[Row], terms: Sequence[tuple[str, str]], scale: float) -> list[Labelled]:
    """Labelled beads of either half, by the lexicon of the other.

    The embedded glossary is known throughout, as it will be; what it holds is
    therefore no line of a list to be judged.
    """
    glossary = glossaries.load()
    known = entries(glossary)
    held = {term.zh for term in glossary.terms}
    lines = [t for t in terms if t[1] not in held]
    whole = train([(b, z) for _, b, z in rows], [*terms, *known])
    out: list[Labelled] = []
    for side, own in enumerate(halves(rows)):
        rnd = random.Random(side)
        learnt = [(b, z) for _, b, z in halves(rows)[1 - side]]
        lexicon = train(learnt, [*terms, *known])
        # Terms that are judged must not have been learnt.
        without = train(learnt, [*(t for t in lines if half_of(t[0]) != side), *known])
        short = all_clauses(own, whole)
        listed = among_terms(short, [t for t in lines if half_of(t[0]) == side], rnd)
        for texts, knows, count in (
            (own, lexicon, 90),
            (short, lexicon, 120),
            (listed, without, 120),
        ):
            for made in works(texts, round(count * scale), rnd):
                out += judged(made, knows)
    return out


def fit(labelled: Sequence[Labelled], names: Sequence[str] = NAMES) -> Weighing:
    """Multinomial logistic regression; weights of neighbouring lengths are kept alike."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    rows = [row for row, _ in labelled]
    plain = np.array([[row.get(n, np.nan) for n in names] for row in rows])
    means, scales = np.nanmean(plain, 0), np.nanstd(plain, 0) + 1e-6
    x = weighing.design(rows, names, means, scales)
    y = np.eye(len(KINDS))[[KINDS.index(kind) for _, kind in labelled]]
    shape = len(weighing.LENGTHS), len(names) + 1, len(KINDS)
    ridge = np.full(shape, _RIDGE)
    ridge[:, 0] = 0.05

    def loss(flat: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        w = flat.reshape(x.shape[1], -1)
        p = weighing.softmax(x @ w)
        blocks = flat.reshape(shape)
        apart = np.diff(blocks, axis=0)
        value = -np.log((p * y).sum(1) + 1e-12).sum()
        value += (ridge * blocks**2).sum() / 2 + _SMOOTH * (apart**2).sum() / 2
        slope = ridge * blocks
        slope[1:] += _SMOOTH * apart
        slope[:-1] -= _SMOOTH * apart
        return float(value), (x.T @ (p - y)).ravel() + slope.ravel()

    found = minimize(
        loss,
        np.zeros(x.shape[1] * len(KINDS)),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 250},
    )
    return Weighing(
        names=tuple(names),
        kinds=KINDS,
        means=means,
        scales=scales,
        weights=found.x.reshape(x.shape[1], -1),
    )


def read_terms(paths: Sequence[Path]) -> list[tuple[str, str]]:
    return simplified([p for path in paths for p in read_pairs(path)])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("pairs", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--terms", type=Path, nargs="*", default=[])
    parser.add_argument("--scale", type=float, default=1.0, help="share of the works to make")
    given = parser.parse_args()
    labelled = examples(read_rows(given.pairs), read_terms(given.terms), given.scale)
    weighing.save(fit(labelled), given.out)
    print(len(labelled), "beads")


if __name__ == "__main__":
    main()
