"""How many faults the evidence of translation finds, on text it was not learnt from.

    python -m tests.bench.bench_translation held-out --pairs PAIRS.tsv ... WHAT TEACHES
    python -m tests.bench.bench_translation shipped --pairs PAIRS.tsv
    python -m tests.bench.bench_translation speed

WHAT TEACHES are the options of ``models.train.risk``. ``held-out``: lexicon and weights
of each half of the documents, cases of the other, and the same without each other
source of the weights; ``--ablation`` leaves out one group of evidence after another, and
``--measured`` names those of PAIRS that cases are made of (all unless given).
``shipped``: the files that come with the library, for texts they were not learnt from.
Measured for each kind of fault: n, recall of findings of the two rules, recall of
``risk`` at 2 % and 5 % false alarms, AUC; then the false alarms, and how many beads of
each risk are faulty. ``speed``: processor seconds for the evidence of 150 cues, and for
loading the lexicon.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from bilingual.config import Config
from bilingual.render.notebook.results import Entry, Figure, Table
from bilingual.text.units import bo_pieces, zh_pieces
from bilingual.translation import lexicon as lexicons
from bilingual.translation import risk, weighing
from bilingual.translation.features import GROUPS, NAMES
from bilingual.translation.lexicon import Lexicon
from bilingual.translation.weighing import Weighing
from models.train.faults import KINDS, SPOTS, Row, Work, work
from models.train.lexicon import read_sentences
from models.train.risk import (
    Labelled,
    Teaching,
    examples,
    fit,
    halves,
    judged,
    read_rows,
    read_terms,
    read_unseen,
    taught,
    unseen_examples,
)
from tests.bench.results import column, table, write

OWN = "pairs"
# What a text is called in the tables' titles, which the notebook has in Chinese too.
TITLES = {"science_quiz_dev": "quiz lines", "flores_dev": "FLORES-200 dev"}

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
Works = Sequence[Judged]


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


def ablation_table(name: str, what: str, found: dict[str, Table]) -> Table:
    """Recall at 2 % false alarms without each group of evidence, or source of the weights."""
    columns = [column("without"), *(column(k, "{:.2f}", recall="ratio") for k in ABLATED)]
    rows: list[list[Entry]] = []
    for group, kinds in found.items():
        recall = dict(zip(kinds.names(), kinds.values(3), strict=True))
        rows.append([group or "(nothing left out)", *(recall.get(kind) for kind in ABLATED)])
    title = f"Recall at 2 % false alarms without one {what}: {name}"
    return table(title, columns, rows)


def risks_of(model: Weighing, tested: Works) -> list[float]:
    """The risk of every bead, each work's judged together."""
    out = []
    for made in tested:
        wrong = 1 - model.probabilities(model.matrix([row for row, _ in made]))[:, 0]
        out += [
            risk.risk_of(value, misspelt=row["misspelt"], misnumbered=row["misnumbered"])
            for value, (row, _) in zip(wrong.tolist(), made, strict=True)
        ]
    return out


def beads_of(tested: Works) -> list[Labelled]:
    return [bead for made in tested for bead in made]


def measured(rows: Sequence[Row], lexicon: Lexicon, seeds: int) -> list[list[Labelled]]:
    return [judged(made, lexicon) for made in cases(rows, seeds)]


Sources = dict[str, Works]
"""Works with faults to fit on, by what their texts are from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Works to fit on, and works of other texts to measure on by their file."""

    seen: Sources
    tested: Mapping[str, Works]

    def risks(self, names: Sequence[str] = NAMES, without: str = "") -> dict[str, list[float]]:
        """The risks of the tested beads, by weights fitted without one of the sources."""
        seen = [w for source, own in self.seen.items() if source != without for w in own]
        model = fit(seen, names)
        return {file: risks_of(model, tested) for file, tested in self.tested.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the command line names: texts, and how many works to fit and to measure on."""

    pairs: Sequence[Path]
    teaching: Teaching
    unseen: Sequence[Path]
    seeds: int
    scale: float
    ablation: bool
    measured: Sequence[str] = ()


def sources(given: Given, rows: Sequence[Row], lexicon: Lexicon) -> Sources:
    """What the weights are fitted on; the lexicon is learnt from the rows."""
    others = {p.stem: unseen_examples(read_unseen(p), lexicon, given.scale) for p in given.unseen}
    return {OWN: examples(rows, given.teaching, given.scale), **others}


def held_out(given: Given) -> None:
    """Train and tune on one half of the documents, measure on the other, file by file."""
    texts = {path.stem: read_rows(path) for path in given.pairs}
    rows = [row for own in texts.values() for row in own]
    texts = {file: own for file, own in texts.items() if file in (given.measured or texts)}
    folds = []
    for side in (0, 1):
        lexicon = given.teaching.lexicon(halves(rows)[side])
        others = {doc for doc, _, _ in halves(rows)[1 - side]}
        tested = {
            file: measured([r for r in own if r[0] in others], lexicon, given.seeds)
            for file, own in texts.items()
        }
        seen = sources(given, halves(rows)[side], lexicon)
        folds.append(Fold(seen=seen, tested=tested))

    def shown(file: str, title: str, names: Sequence[str] = NAMES, without: str = "") -> Table:
        return kinds_table(title, beads[file], risks_by(names, without)[file])

    @cache
    def risks_by(names: Sequence[str], without: str) -> dict[str, list[float]]:
        found = [fold.risks(names, without) for fold in folds]
        return {file: [r for own in found for r in own[file]] for file in texts}

    beads = {file: [b for fold in folds for b in beads_of(fold.tested[file])] for file in texts}
    for file in texts:
        title = TITLES.get(file, file)
        risks = risks_by(NAMES, "")[file]
        tables = {
            "kinds": shown(file, f"{title}, held out"),
            "calibration": calibration_table(title, beads[file], risks),
        }
        whole = {"": tables["kinds"]}
        by_source = {s: shown(file, title, without=s) for s in folds[0].seen if s != OWN}
        tables["sources"] = ablation_table(title, "source of the weights", whole | by_source)
        figures = single_figures(beads[file], risks)
        name = f"risk-{file.removesuffix('_dev')}"
        seeds = range(1, given.seeds + 1)
        write(name, tables=tables, figures=figures, seeds=seeds, data=[title])
        if given.ablation:
            by_group = {
                group: shown(file, title, tuple(n for n in NAMES if n not in names))
                for group, names in GROUPS.items()
            }
            ablation = ablation_table(title, "group of evidence", whole | by_group)
            write(f"{name}-ablation", tables={"ablation": ablation}, seeds=seeds, data=[title])


def shipped(rows: Sequence[Row], seeds: int, name: str) -> None:
    """The shipped lexicon and weights on other text."""
    tested = measured(rows, lexicons.load(), seeds)
    labelled, risks = beads_of(tested), risks_of(weighing.load(), tested)
    title = TITLES.get(name, name)
    tables = {
        "kinds": kinds_table(f"{title}, shipped files", labelled, risks),
        "calibration": calibration_table(title, labelled, risks),
    }
    figures = single_figures(labelled, risks)
    write("risk-quiz", tables=tables, figures=figures, seeds=range(1, seeds + 1), data=[name])


def speed() -> None:
    """Processor seconds for the evidence of 150 cues, after start, and to load the lexicon."""
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

    def assess() -> None:
        for pieces in (bo_pieces, zh_pieces):
            pieces.cache_clear()
        risk.assess(made.bo, made.zh, alignment)

    def load() -> None:
        lexicons.load.cache_clear()
        lexicons.load()

    cues = len(made.zh.cues)
    figures = {
        "evidence": Figure(value=_least_seconds(assess), unit="s", n=cues, shown="{:.3f} s"),
        "lexicon": Figure(value=_least_seconds(load), unit="s", shown="{:.3f} s"),
    }
    write("translation-speed", figures=figures, seeds=[1])


def _least_seconds(done: Callable[[], None]) -> float:
    """Processor time of the quickest of five runs."""
    seconds = []
    for _ in range(5):
        started = time.process_time()
        done()
        seconds.append(time.process_time() - started)
    return round(min(seconds), 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", choices=["held-out", "shipped", "speed"])
    taught(parser)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the works to fit on")
    parser.add_argument("--ablation", action="store_true")
    parser.add_argument("--measured", nargs="*", default=[], help="stems of files of --pairs")
    options = parser.parse_args()
    if options.what == "speed":
        speed()
        return
    if options.what == "shipped":
        for path in options.pairs:
            shipped(read_rows(path), options.seeds, path.stem)
        return
    teaching = Teaching(
        terms=read_terms(options.terms), sentences=read_sentences(options.sentences)
    )
    given = Given(
        pairs=options.pairs,
        teaching=teaching,
        unseen=options.unseen,
        seeds=options.seeds,
        scale=options.scale,
        ablation=options.ablation,
        measured=options.measured,
    )
    held_out(given)


if __name__ == "__main__":
    main()
