"""How often mined terms are right, and how many inconsistencies sound text is said to have.

    python -m tests.bench.bench_terms mine FLORES.tsv --lists TITLES.tsv WORDS.tsv CLDR.tsv
    python -m tests.bench.bench_terms sound FLORES.tsv [MORE.tsv ...]

``mine``: the documents of a parallel text are cut into halves; terms are mined from one,
with a lexicon of the other half (never of the lists) as the seed, or without one. A term
counts where the lists know its Chinese, and is right where one of the candidates is one
of their forms. Of some terms the listed form is hardly used in the text at all, so those
where it comes in half of the Chinese term's lines are counted apart.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from bilingual.terms.consistency import inconsistent
from bilingual.terms.mining import mine
from bilingual.terms.parallel import ParallelWork, Place
from bilingual.translation.glossary import Forms, stem_of
from bilingual.translation.lexicon import Lexicon
from models.train.lexicon import read_pairs, simplified, train

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


def measure_mining(path: Path, lists: Sequence[Path], least: int, size: int | None) -> None:
    gold = listed(lists)
    split = halves(path)
    for seeded in (False, True):
        tally: dict[str, list[int]] = {"all": [0, 0, 0], "used": [0, 0, 0]}
        proposed = 0
        for own, other in (split, split[::-1]):
            lexicon: Lexicon | None = train(simplified(other)) if seeded else None
            cuts = [own] if size is None else [own[k : k + size] for k in range(0, len(own), size)]
            for cut in cuts:
                terms = mine([as_work(cut)], lexicon=lexicon, least=least)
                proposed += len(terms)
                for term in terms:
                    if term.zh not in gold:
                        continue
                    right = [stem_of(c.bo) in gold[term.zh] for c in term.candidates]
                    groups = ["all"]
                    if used(gold, cut, term.zh) >= 0.5:
                        groups.append("used")
                    for group in groups:
                        tally[group][0] += 1
                        tally[group][1] += right[0]
                        tally[group][2] += any(right[:3])
        for group, (n, first, three) in tally.items():
            print(
                f"size {size} least {least} {'seeded' if seeded else 'unseeded'} {group}: "
                f"{proposed} proposed, n {n}, top-1 {first / max(1, n):.3f}, "
                f"top-3 {three / max(1, n):.3f}"
            )


def measure_sound(paths: Sequence[Path], size: int) -> None:
    for path in paths:
        pairs = read_pairs(path)
        found = lines = 0
        for k in range(0, len(pairs) - size + 1, size):
            cut = pairs[k : k + size]
            lines += len(cut)
            for v in inconsistent([bo for bo, _ in cut], [zh for _, zh in cut]):
                found += 1
                print(v.zh, v.forms)
        print(f"{path.name}: {found} hints in {lines} lines, works of {size}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", choices=["mine", "sound"])
    parser.add_argument("pairs", type=Path, nargs="+")
    parser.add_argument("--lists", type=Path, nargs="*", default=[])
    parser.add_argument("--least", type=int, default=3)
    parser.add_argument("--size", type=int)
    given = parser.parse_args()
    if given.what == "mine":
        measure_mining(given.pairs[0], given.lists, given.least, given.size)
    else:
        measure_sound(given.pairs, given.size or 150)


if __name__ == "__main__":
    main()
