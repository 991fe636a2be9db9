"""How often mined terms are right, and how many inconsistencies unaltered text is reported to have.

    python -m tests.bench.bench_terms mine FLORES.tsv --lists TITLES.tsv WORDS.tsv CLDR.tsv
    python -m tests.bench.bench_terms inconsistent FLORES.tsv [MORE.tsv ...]

``mine``: the documents of a parallel text are cut into halves; terms are mined from one,
with a lexicon of the other half (never of the lists) as the seed, or without one. A term
counts where the lists have its Chinese, and is right where one of the candidates is one
of their forms. Of some terms the listed form is hardly used in the text at all, so those
where it comes in half of the Chinese term's lines are counted apart.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from bilingual.render.notebook.results import Entry
from bilingual.terms.consistency import inconsistent
from bilingual.terms.mining import mine
from bilingual.terms.parallel import ParallelWork, Place
from bilingual.translation.glossary import Forms, stem_of
from bilingual.translation.lexicon import Lexicon
from models.train.lexicon import read_pairs, simplified, train
from tests.bench.results import column, table, write

Pairs = list[tuple[str, str]]


def halves(path: Path) -> tuple[Pairs, Pairs]:
    """The pairs of every other document."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    documents = list(dict.fromkeys(row["doc"] for row in rows))
    odd = set(documents[1::2])
    found: tuple[Pairs, Pairs] = ([], [])
    for row in rows:
        found[row["doc"] in odd].append((row["bo"], row["zh"]))
    return found


def as_work(pairs: Sequence[tuple[str, str]], name: str = "half") -> ParallelWork:
    return ParallelWork(
        name=name,
        bo=tuple(bo for bo, _ in pairs),
        zh=tuple(zh for _, zh in pairs),
        places=tuple(Place(line=k + 2) for k in range(len(pairs))),
    )


def listed(paths: Sequence[Path]) -> dict[str, set[str]]:
    """Stems of the Tibetan forms by their Chinese."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in paths:
        for bo, zh in simplified(read_pairs(path)):
            found[zh].add(stem_of(bo.strip("\u0f0b\u0f0d ")))
    return found


def used(gold: Mapping[str, set[str]], pairs: Pairs, zh: str) -> float:
    """Share of the lines with a Chinese term that have a listed form."""
    lines = [bo for bo, own in pairs if zh in own]
    return sum(Forms(bo).has_any(gold[zh]) for bo in lines) / max(1, len(lines))


def measure_mining(path: Path, lists: Sequence[Path], least: int, sizes: Sequence[int]) -> None:
    """Mine works of each size, with and without a seed."""
    gold, split = listed(lists), halves(path)
    rows: list[list[Entry]] = []
    for size in sizes:
        for seeded in (False, True):
            tally = Tally()
            for own, other in (split, split[::-1]):
                lexicon = train(simplified(other)) if seeded else None
                for k in range(0, len(own), size):
                    tally.add(own[k : k + size], gold, lexicon, least)
            rows.append([size, "lexicon" if seeded else "none", tally.proposed, *tally.figures()])
    counts = {"n": "count"}
    columns = [
        column("lines", lines="count"),
        column("seed"),
        column("proposed", proposed="count"),
        *(
            part
            for group in ("", "`used`: ")
            for part in (
                column(f"{group}n", **counts),
                column(f"{group}top-1", "{:.2f}", precision="ratio"),
                column(f"{group}top-3", "{:.2f}", precision="ratio"),
            )
        ),
    ]
    title = "Mined terms: how many are right"
    write("terms-mining", tables={"mining": table(title, columns, rows)}, data=[path.name])


class Tally:
    """Counts of all terms with a listed Chinese, and of those whose listed form is used."""

    def __init__(self) -> None:
        self.proposed = 0
        self.counts = {"all": [0, 0, 0], "used": [0, 0, 0]}

    def add(
        self, lines: Pairs, gold: Mapping[str, set[str]], lexicon: Lexicon | None, least: int
    ) -> None:
        """Mine one work and count its terms."""
        terms = mine([as_work(lines)], lexicon=lexicon, least=least)
        self.proposed += len(terms)
        for term in terms:
            if term.zh not in gold:
                continue
            right = [stem_of(c.bo) in gold[term.zh] for c in term.candidates]
            groups = ["all", "used"] if used(gold, lines, term.zh) >= 0.5 else ["all"]
            for group in groups:
                self.counts[group][0] += 1
                self.counts[group][1] += right[0]
                self.counts[group][2] += any(right[:3])

    def figures(self) -> list[float]:
        """n and the shares of right terms among the first one and three, a group each."""
        found: list[float] = []
        for n, first, three in self.counts.values():
            found += [n, first / max(1, n), three / max(1, n)]
        return found


def measure_unaltered(paths: Sequence[Path], size: int) -> None:
    """Count the hints on text as it is; print each."""
    rows: list[list[Entry]] = []
    for path in paths:
        pairs = read_pairs(path)
        found = lines = 0
        for k in range(0, len(pairs) - size + 1, size):
            cut = pairs[k : k + size]
            lines += len(cut)
            for v in inconsistent([bo for bo, _ in cut], [zh for _, zh in cut]):
                found += 1
                sys.stdout.write(f"{v.zh} {v.forms}\n")
        rows.append([path.name, lines, found])
    columns = (
        column("text"),
        column("lines", "{:,}", lines="count"),
        column("hints", hints="count"),
    )
    title = f"Inconsistent terms: hints on text as it is, in works of {size} lines"
    names = [path.name for path in paths]
    write("terms-inconsistent", tables={"hints": table(title, columns, rows)}, data=names)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", choices=["mine", "inconsistent"])
    parser.add_argument("pairs", type=Path, nargs="+")
    parser.add_argument("--lists", type=Path, nargs="*", default=[])
    parser.add_argument("--least", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="*", default=[500, 150])
    given = parser.parse_args()
    if given.what == "mine":
        measure_mining(given.pairs[0], given.lists, given.least, given.sizes)
    else:
        measure_unaltered(given.pairs, given.sizes[-1])


if __name__ == "__main__":
    main()
