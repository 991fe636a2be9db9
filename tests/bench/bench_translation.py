"""How many faults the evidence of translation finds, on text it was not learnt from.

    python -m tests.bench.bench_translation flores FLORES.tsv --terms TERMS.tsv ...
    python -m tests.bench.bench_translation shipped PAIRS.tsv
    python -m tests.bench.bench_translation speed

``flores``: lexicon and weights of each half of the documents, cases of the other;
``--ablation`` leaves out one group of evidence after another. ``shipped``: the files
that come with the library, for texts they were not learnt from. Measured for each
kind of fault: n, recall of findings of the two rules, recall of ``risk`` at 2 % and
5 % false alarms, AUC; then the false alarms, and how many beads of each risk are
faulty.
"""

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
from bilingual.render.notebook.results import Entry, Figure, Table
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
from tests.bench.results import column, table, write

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


Judged = Sequence[Labelled]


def by_kind(labelled: Judged, risks: Sequence[float]) -> dict[str, np.ndarray]:
    """Risks of the beads of each kind of fault, and of those without."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for (_, kind), value in zip(labelled, risks, strict=True):
        found[kind].append(value)
    return {kind: np.array(values) for kind, values in found.items()}


def kinds_table(name: str, labelled: Judged, risks: Sequence[float]) -> Table:
    """Recall and AUC of each kind of fault."""
    limit = Config.load().accuracy.wrong_risk
    groups = by_kind(labelled, risks)
    correct = groups[weighing.SOUND]
    at2, at5 = np.quantile(correct, [0.98, 0.95])
    rows: list[list[Entry]] = []
    for kind in SHOWN:
        if kind in groups:
            found = groups[kind]
            auc = np.mean(found[:, None] > correct) + np.mean(found[:, None] == correct) / 2
            shares = [float(np.mean(hit)) for hit in (found >= limit, found > at2, found > at5)]
            rows.append([kind, len(found), *shares, float(auc)])
    columns = (
        column("kind"),
        column("n", n="count"),
        column("found", "{:.2f}", recall="ratio"),
        column("recall at 2 % false alarms", "{:.2f}", recall="ratio"),
        column("recall at 5 %", "{:.2f}", recall="ratio"),
        column("AUC", "{:.3f}", AUC="ratio"),
    )
    return table(f"Recall by kind of fault: {name}", columns, rows)


def single_figures(labelled: Judged, risks: Sequence[float]) -> dict[str, Figure]:
    """The number of correct beads, the limit of a finding, and false alarms at it."""
    limit = Config.load().accuracy.wrong_risk
    correct = by_kind(labelled, risks)[weighing.SOUND]
    share = round(100 * float(np.mean(correct >= limit)), 2)
    return {
        "correct_beads": Figure(value=len(correct), unit="beads", shown="{:,}"),
        "limit": Figure(value=limit, unit="risk", shown="{:.2f}"),
        "false_alarms": Figure(value=share, unit="%", n=len(correct), shown="{:.2f} %"),
    }


def calibration_table(name: str, labelled: Judged, risks: Sequence[float]) -> Table:
    """How many beads of each risk are faulty."""
    values = np.array(risks)
    faulty = np.array([kind != weighing.SOUND for _, kind in labelled])
    rows: list[list[Entry]] = []
    for low, high in pairwise(EDGES):
        here = (values >= low) & ((values < high) | (high == 1.0))
        if here.any():
            means = float(values[here].mean()), float(faulty[here].mean())
            rows.append([f"{low:.2f}–{high:.2f}", int(here.sum()), *means])
    columns = (
        column("risk"),
        column("n", "{:,}", n="count"),
        column("mean risk", "{:.2f}", mean_risk="ratio"),
        column("faulty", "{:.2f}", faulty="ratio"),
    )
    return table(f"Share of faulty beads by risk: {name}", columns, rows)


ABLATED = ("other", "neighbour", "half", "mixed")


def ablation_table(name: str, found: dict[str, Table]) -> Table:
    """Recall at 2 % false alarms without each group of evidence."""
    columns = [column("without"), *(column(k, "{:.2f}", recall="ratio") for k in ABLATED)]
    rows: list[list[Entry]] = []
    for group, kinds in found.items():
        recall = dict(zip(kinds.names(), kinds.values(3), strict=True))
        rows.append([group or "(nothing left out)", *(recall.get(kind) for kind in ABLATED)])
    title = f"Recall at 2 % false alarms without one group of evidence: {name}"
    return table(title, columns, rows)


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
    name = "FLORES-200 dev, held out"
    found: dict[str, Table] = {}
    tables: dict[str, Table] = {}
    figures: dict[str, Figure] = {}
    for group in ["", *GROUPS] if ablation else [""]:
        names = [n for n in NAMES if n not in GROUPS.get(group, ())]
        risks = [r for seen, tested in folds for r in risks_of(fit(seen, names), tested)]
        found[group] = kinds_table(name, shown, risks)
        if not group:
            tables["kinds"] = found[group]
            tables["calibration"] = calibration_table(name, shown, risks)
            figures = single_figures(shown, risks)
    if ablation:
        tables["ablation"] = ablation_table(name, found)
    write("risk-flores", tables=tables, figures=figures, seeds=range(1, seeds + 1), data=[name])


def shipped(rows: Sequence[Row], seeds: int, name: str) -> None:
    """The shipped lexicon and weights on other text."""
    labelled = measured(rows, lexicons.load(), seeds)
    risks = risks_of(weighing.load(), labelled)
    tables = {
        "kinds": kinds_table(name, labelled, risks),
        "calibration": calibration_table(name, labelled, risks),
    }
    figures = single_figures(labelled, risks)
    write("risk-quiz", tables=tables, figures=figures, seeds=range(1, seeds + 1), data=[name])


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
    alignment = align(made.bo, made.zh)
    seconds = []
    for _ in range(3):
        for cache in (bo_pieces, zh_pieces):
            cache.cache_clear()
        started = time.perf_counter()
        risk.assess(made.bo, made.zh, alignment)
        seconds.append(time.perf_counter() - started)
    cues = len(made.zh.cues)
    figure = Figure(value=round(min(seconds), 3), unit="s", n=cues, shown="{:.3f} s")
    write("translation-speed", figures={"best_of_three": figure}, seeds=[1])


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
        shipped(read_rows(given.pairs), given.seeds, given.pairs.stem)
    else:
        speed()


if __name__ == "__main__":
    main()
