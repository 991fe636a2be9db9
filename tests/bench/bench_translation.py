"""Measure what the evidence of translation finds, on text it was not learnt from.

    python -m tests.bench.bench_translation flores FLORES.tsv --terms TERMS.tsv ...
    python -m tests.bench.bench_translation shipped PAIRS.tsv
    python -m tests.bench.bench_translation speed

``flores``: lexicon and weights of each half of the documents, cases of the other;
``--ablation`` leaves out one group of evidence after another. ``shipped``: the files
that come with the library, for texts they were not learnt from. Printed for each
kind of fault: n, recall of findings of the two rules, recall of ``risk`` at 2 % and
5 % false alarms, AUC; then the false alarms, and how many beads of each risk are
faulty.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from bilingual.config import Config
from bilingual.text.units import bo_pieces, zh_pieces
from bilingual.translation import glossary as glossaries
from bilingual.translation import lexicon as lexicons
from bilingual.translation import risk, weighing
from bilingual.translation.features import GROUPS, NAMES
from bilingual.translation.lexicon import Lexicon
from bilingual.translation.weighing import Weighing
from models.train.faults import KINDS, SPOTS, Row, Work, work
from models.train.lexicon import entries, train
from models.train.risk import Labelled, examples, fit, halves, judged, read_rows, read_terms

SHOWN = ("other", "neighbour", "half", "mixed", "untranslated", *SPOTS)
EDGES = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 1.0)


def cases(rows: Sequence[Row], seeds: int, cues: int = 40) -> list[Work]:
    """Works of ``cues`` pairs from all over the rows, for each seed."""
    long_enough = [r for r in rows if min(len(r[1].split("\u0f0b")), len(r[2])) >= 3]
    out = []
    for seed in range(1, seeds + 1):
        rnd = random.Random(f"case {seed}")
        for first in range(0, len(long_enough) - cues + 1, cues):
            out.append(work(long_enough, first, cues, rnd, (*KINDS, *SPOTS)))
    return out


def table(name: str, labelled: Sequence[Labelled], risks: Sequence[float]) -> None:
    limit = Config.load().accuracy.wrong_risk
    by_kind: defaultdict[str, list[float]] = defaultdict(list)
    for (_, kind), value in zip(labelled, risks, strict=True):
        by_kind[kind].append(value)
    sound = np.array(by_kind[weighing.SOUND])
    at2, at5 = np.quantile(sound, [0.98, 0.95])
    print(
        f"{name}: {len(sound)} sound beads, {np.mean(sound >= limit):.2%} at risk {limit} or more"
    )
    for kind in SHOWN:
        found = np.array(by_kind[kind])
        if not len(found):
            continue
        auc = np.mean(found[:, None] > sound) + np.mean(found[:, None] == sound) / 2
        print(
            f"  {kind:13} n={len(found):4}  found {np.mean(found >= limit):.2f}"
            f"  at 2 % {np.mean(found > at2):.2f}  at 5 % {np.mean(found > at5):.2f}  AUC {auc:.3f}"
        )


def calibration(labelled: Sequence[Labelled], risks: Sequence[float]) -> None:
    values = np.array(risks)
    faulty = np.array([kind != weighing.SOUND for _, kind in labelled])
    for low, high in pairwise(EDGES):
        here = (values >= low) & ((values < high) | (high == 1.0))
        if here.any():
            print(
                f"  risk {low:.2f}–{high:.2f}: n={here.sum():5}  mean {values[here].mean():.2f}"
                f"  faulty {faulty[here].mean():.2f}"
            )


def risks_of(model: Weighing, labelled: Sequence[Labelled]) -> list[float]:
    wrong = 1 - model.probabilities([row for row, _ in labelled])[:, 0]
    return [
        risk.risk_of(value, misspelt=row["misspelt"], misnumbered=row["misnumbered"])
        for value, (row, _) in zip(wrong.tolist(), labelled, strict=True)
    ]


def measured(rows: Sequence[Row], lexicon: Lexicon, seeds: int) -> list[Labelled]:
    return [bead for made in cases(rows, seeds) for bead in judged(made, lexicon)]


def flores(
    rows: Sequence[Row], terms: Sequence[tuple[str, str]], seeds: int, ablation: bool
) -> None:
    """Train and tune on one half of the documents, measure on the other."""
    folds = []
    for side in (0, 1):
        own, other = halves(rows)[side], halves(rows)[1 - side]
        known = entries(glossaries.load())
        lexicon = train([(b, z) for _, b, z in own], [*terms, *known])
        folds.append((examples(own, terms, 1.0), measured(other, lexicon, seeds)))
    shown = [bead for _, tested in folds for bead in tested]
    without = ["", *GROUPS] if ablation else [""]
    for group in without:
        names = [n for n in NAMES if n not in GROUPS.get(group, ())]
        risks = [r for seen, tested in folds for r in risks_of(fit(seen, names), tested)]
        table(f"without {group}" if group else "everything", shown, risks)
        if not group:
            calibration(shown, risks)


def shipped(rows: Sequence[Row], seeds: int) -> None:
    labelled = measured(rows, lexicons.load(), seeds)
    risks = risks_of(weighing.load(), labelled)
    table("shipped files", labelled, risks)
    calibration(labelled, risks)


def speed() -> None:
    """Seconds for the evidence of 150 cues, after start."""
    from bilingual.alignment import align
    from bilingual.checks._tracks import BO, ZH

    words = list(zip(BO, ZH, strict=True))
    rows = [
        (
            "one",
            "".join(words[k * n % 6][0][2] for k in (1, 2, 3)),
            "".join(words[k * n % 6][1][2] for k in (1, 2, 3)),
        )
        for n in range(1, 151)
    ]
    made = work(rows, 0, 150, random.Random(1))
    alignment, config = align(made.bo, made.zh), Config.load()
    for _ in range(3):
        for cache in (bo_pieces, zh_pieces):
            cache.cache_clear()
        started = time.perf_counter()
        risk.assess(made.bo, made.zh, alignment, config)
        print(f"{time.perf_counter() - started:.3f} s for {len(made.zh.cues)} cues")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", choices=["flores", "shipped", "speed"])
    parser.add_argument("pairs", type=Path, nargs="?")
    parser.add_argument("--terms", type=Path, nargs="*", default=[])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--ablation", action="store_true")
    given = parser.parse_args()
    if given.what == "flores":
        flores(read_rows(given.pairs), read_terms(given.terms), given.seeds, given.ablation)
    elif given.what == "shipped":
        shipped(read_rows(given.pairs), given.seeds)
    else:
        speed()


if __name__ == "__main__":
    main()
