r"""Fit the weights of the risk, ``models/risk.json``.

    python -m models.train.risk OUT.json --pairs PAIRS.tsv ... --terms TERMS.tsv ... \
        --sentences TEXT ... --unseen MORE.tsv ...

PAIRS have the columns ``doc`` (or ``topic``), ``bo`` and ``zh``, in the order of the
documents; TERMS and TEXT teach the lexicons too (``models.train.lexicon``). Each
half of the documents (and of the terms) is judged with a lexicon learnt from the
other, so that the weights fit text the lexicon has not seen. Works are made of
whole sentences, of clauses, of clauses among terms, as cues are of any length, and once
more of long sentences.
The texts of MORE, of other kinds, are judged with a lexicon learnt from all of PAIRS,
and none teach it. Needs scipy.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bilingual.alignment import align
from bilingual.text.bead import two_sided_texts
from bilingual.text.length import count_units
from bilingual.translation import glossary as glossaries
from bilingual.translation import weighing
from bilingual.translation.features import NAMES, Features, measure
from bilingual.translation.lexicon import Lexicon
from bilingual.translation.weighing import Weighing
from models.train.clauses import all_clauses
from models.train.faults import Row, Work, work
from models.train.lexicon import RUN, entries, read_pairs, read_sentences, simplified, train

KINDS: Final = (weighing.SOUND, "other", "neighbour", "half", "mixed", "untranslated")
# A line pasted twice is another text's; what is missing has no bead of two sides.
_COUNTED_AS: Final = {"repeated": "other", "missing": None}
_SIZES: Final = (10, 25, 40, 40, 60)
# Of other texts: how many works are made of a small and of a large set, and of how many
# runs of neighbouring texts.
_LEAST_WORKS: Final = 30
_MOST_WORKS: Final = 80
_RUNS: Final = 60
_LONG: Final = 20
"""Chinese units from which on a sentence is in works of its own as well."""
_RIDGE: Final = 30.0
_SMOOTH: Final = 10.0

Labelled = tuple[Features, str]
"""The features of a bead, and what is wrong with it."""


def read_rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(r.get("doc") or r["topic"], r["bo"].strip(), r["zh"].strip()) for r in rows]


def read_unseen(path: Path) -> list[Row]:
    """Pairs of other text in the order of the file, those of the line before left out.

    Without a column ``doc``, each run of 30 pairs is a document of its own.
    """
    with path.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    rows: list[Row] = []
    for number, row in enumerate(found):
        bo, zh = row["bo"].strip(), row["zh"].strip()
        if bo and zh and (not rows or rows[-1][1:] != (bo, zh)):
            rows.append((row.get("doc") or f"{path.stem} {number // 30}", bo, zh))
    return rows


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
        lexicon,
        glossaries.load(),
    )
    out = []
    for bead, row in zip(beads, rows, strict=True):
        faults = {made.bo_faults[i] for i in bead.bo if i in made.bo_faults}
        faults |= {made.zh_faults[i] for i in bead.zh if i in made.zh_faults}
        name = min(faults, default=weighing.SOUND)
        if name == "repeated" and len(bead.bo) > 1:
            continue  # paired with its twin, whose words are the same: nothing is wrong here
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaching:
    """What teaches lexicons beside pairs of sentences; the embedded glossary does too."""

    terms: Sequence[tuple[str, str]]
    sentences: Sequence[str] = ()

    def lexicon(
        self, rows: Sequence[Row], *, unless: Callable[[str], bool] | None = None
    ) -> Lexicon:
        """A lexicon of these rows too.

        :param unless: the Tibetan of terms that are not to be learnt.
        """
        terms = [t for t in self.terms if unless is None or not unless(t[0])]
        terms += entries(glossaries.load())
        return train([(b, z) for _, b, z in rows], terms, sentences=self.sentences)


def examples(rows: Sequence[Row], teaching: Teaching, scale: float) -> list[list[Labelled]]:
    """Labelled beads of works of either half, by the lexicon of the other.

    The embedded glossary is known throughout, as it will be; what it holds is
    therefore no line of a list to be judged.
    """
    held = {term.zh for term in glossaries.load().terms}
    lines = [t for t in teaching.terms if t[1] not in held]
    whole = teaching.lexicon(rows)
    out: list[list[Labelled]] = []
    for side, own in enumerate(halves(rows)):
        rnd = random.Random(side)
        learnt = halves(rows)[1 - side]
        lexicon = teaching.lexicon(learnt)
        # Terms that are judged must not have been learnt.
        judged_lines = [t for t in lines if half_of(t[0]) == side]
        hidden = {bo for bo, _ in judged_lines}
        without = teaching.lexicon(learnt, unless=hidden.__contains__)
        short = all_clauses(own, whole)
        listed = among_terms(short, judged_lines, rnd)
        for texts, knows, count in (
            (own, lexicon, 70),
            (short, lexicon, 90),
            (listed, without, 90),
            (_long(own), lexicon, 50),
        ):
            out += [judged(made, knows) for made in works(texts, round(count * scale), rnd)]
    return out


def _long(rows: Sequence[Row]) -> list[Row]:
    """The long sentences, few among cues: what half of one looks like has to be learnt too."""
    return [row for row in rows if count_units(row[2], glosses=False) >= _LONG]


def unseen_examples(rows: Sequence[Row], lexicon: Lexicon, scale: float) -> list[list[Labelled]]:
    """Labelled beads of works of other texts, by a lexicon that has not seen them.

    Every other work is of whole texts, the rest of clauses; the more texts, the more works.
    """
    rnd = random.Random(len(rows))
    runs = [rows[k : k + RUN] for k in range(0, len(rows), RUN)]
    if len(runs) > 2 * _RUNS:
        runs = runs[::2]  # the others may have taught the endings
    chosen = sorted(rnd.sample(range(len(runs)), min(_RUNS, len(runs))))
    texts = [row for k in chosen for row in runs[k]]
    short = all_clauses(texts, lexicon)
    count = round(scale * min(_MOST_WORKS, max(_LEAST_WORKS, len(rows) / 100)) / 2)
    made = works(texts, count, rnd) + works(short, count, rnd)
    return [judged(own, lexicon) for own in made]


def fit(examples: Sequence[Sequence[Labelled]], names: Sequence[str] = NAMES) -> Weighing:
    """Multinomial logistic regression; weights of neighbouring lengths are kept alike.

    ``examples`` are the beads of a work each, which are compared with each other.
    """
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    beads = [bead for work in examples for bead in work]
    plain = np.array([[row.get(n, np.nan) for n in names] for row, _ in beads])
    shape = len(weighing.LENGTHS), len(names) + 1, len(KINDS)
    model = Weighing(
        names=tuple(names),
        kinds=KINDS,
        means=np.nanmean(plain, 0),
        scales=np.nanstd(plain, 0) + 1e-6,
        weights=np.zeros((shape[0] * shape[1], shape[2])),
    )
    x = np.concatenate([model.matrix([row for row, _ in work]) for work in examples if work])
    y = np.eye(len(KINDS))[[KINDS.index(kind) for _, kind in beads]]
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
        loss, model.weights.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 250}
    )
    return replace(model, weights=found.x.reshape(x.shape[1], -1))


def read_terms(paths: Sequence[Path]) -> list[tuple[str, str]]:
    return simplified([p for path in paths for p in read_pairs(path)])


def taught(parser: argparse.ArgumentParser) -> None:
    """Add the options that name what teaches."""
    parser.add_argument("--pairs", type=Path, nargs="+", default=[])
    parser.add_argument("--terms", type=Path, nargs="*", default=[])
    parser.add_argument("--sentences", type=Path, nargs="*", default=[])
    parser.add_argument("--unseen", type=Path, nargs="*", default=[])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", type=Path)
    taught(parser)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the works to make")
    given = parser.parse_args()
    rows = [row for path in given.pairs for row in read_rows(path)]
    teaching = Teaching(terms=read_terms(given.terms), sentences=read_sentences(given.sentences))
    found = examples(rows, teaching, given.scale)
    lexicon = teaching.lexicon(rows)
    for path in given.unseen:
        found += unseen_examples(read_unseen(path), lexicon, given.scale)
    weighing.save(fit(found), given.out)
    print(len(found), "works,", sum(map(len, found)), "beads")


if __name__ == "__main__":
    main()
