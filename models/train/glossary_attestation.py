"""Find which openly licensed sources attest each entry of a glossary; write it sorted.

    python -m models.train.glossary_attestation OUT.tsv ENTRIES.tsv [ENTRIES.tsv ...] \
        --lists wikidata=TITLES.tsv wiktionary=WORDS.tsv cldr=WORDS.tsv --pairs flores=PAIRS.tsv \
        --also PAIRS.tsv [PAIRS.tsv ...]

ENTRIES have the columns ``zh``, ``bo``, ``variants`` and ``field`` (a header is not
needed). A list of terms holds an entry where it has the Chinese with one of its
Tibetan forms; parallel text does where the Chinese occurs at least twice and three
in four of its occurrences have one of the forms, and not less in the texts of ``--also``
where it occurs eight times: what they put otherwise has no one standard. Of entries for one Chinese term the
first counts, and the forms of the later ones become variants of it.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bilingual.translation.glossary import COLUMNS, Forms, Glossary, Term, stem_of
from models.train.lexicon import read_pairs, simplified

LEAST_USES = 2
LEAST_SHARE = 0.75
LEAST_USES_ELSEWHERE = 8

Pairs = Sequence[tuple[str, str]]


def entries(paths: Iterable[Path]) -> dict[str, Term]:
    """The terms by their Chinese."""
    found: dict[str, Term] = {}
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                if len(row) < 4 or row[0] == "zh":
                    continue
                zh, bo, variants, field = (cell.strip() for cell in row[:4])
                forms = [bo, *filter(None, variants.split(";"))]
                known = found.get(zh)
                if known is not None:
                    forms = [*known.bo, *forms]
                    field = known.field
                found[zh] = Term(zh=zh, bo=tuple(dict.fromkeys(forms)), field=field)
    return found


def listed(terms: dict[str, Term], pairs: Pairs) -> set[str]:
    """The Chinese of terms that a list has with one of their forms."""
    stems: defaultdict[str, set[str]] = defaultdict(set)
    for bo, zh in pairs:
        stems[zh].add(stem_of(bo))
    return {t.zh for t in terms.values() if stems[t.zh] & {stem_of(form) for form in t.bo}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How often terms are used in parallel text, and translated by a known form."""

    uses: Counter[str]
    translated: Counter[str]

    def holds(self, zh: str) -> bool:
        """Whether a term has a known form in enough of its uses."""
        return self.translated[zh] >= LEAST_SHARE * self.uses[zh]


def counted(terms: dict[str, Term], pairs: Pairs) -> Counted:
    """The uses of terms in parallel text."""
    glossary = Glossary(terms.values())
    uses: Counter[str] = Counter()
    translated: Counter[str] = Counter()
    for bo, zh in pairs:
        forms = Forms(bo)
        for use in glossary.uses(zh):
            uses[use.term.zh] += 1
            translated[use.term.zh] += forms.has_any(glossary.stems_of(use.term.zh))
    return Counted(uses=uses, translated=translated)


def supported(own: Counted, also: Counted) -> set[str]:
    """The terms that parallel text supports and that other texts do not contradict."""
    return {
        zh
        for zh, n in own.uses.items()
        if n >= LEAST_USES
        and own.holds(zh)
        and (also.uses[zh] < LEAST_USES_ELSEWHERE or also.holds(zh))
    }


def _named(values: Sequence[str]) -> list[tuple[str, Pairs]]:
    out: list[tuple[str, Pairs]] = []
    for value in values:
        name, _, path = value.partition("=")
        out.append((name, simplified(read_pairs(Path(path)))))
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("entries", type=Path, nargs="+")
    parser.add_argument("--lists", nargs="*", default=[], metavar="NAME=FILE")
    parser.add_argument("--pairs", nargs="*", default=[], metavar="NAME=FILE")
    parser.add_argument("--also", type=Path, nargs="*", default=[], help="texts that must agree")
    given = parser.parse_args()
    terms = entries(given.entries)
    sources: defaultdict[str, list[str]] = defaultdict(list)
    for name, pairs in _named(given.lists):
        for zh in listed(terms, pairs):
            sources[zh].append(name)
    also = counted(terms, [p for path in given.also for p in simplified(read_pairs(path))])
    for name, pairs in _named(given.pairs):
        own = counted(terms, pairs)
        known, uses = own.translated.total(), own.uses.total()
        print(f"{name}: {known} of {uses} uses translated by a known form ({known / uses:.1%})")
        for zh in supported(own, also):
            sources[zh].append(name)
    rows = sorted(terms.values(), key=lambda t: (t.field, t.zh))
    with given.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE)
        writer.writerow(COLUMNS)
        for term in rows:
            variants, attested = ";".join(term.bo[1:]), ";".join(sources[term.zh])
            writer.writerow((term.zh, term.bo[0], variants, term.field, attested))
    print(f"{len(rows)} entries, {sum(bool(sources[t.zh]) for t in rows)} attested")


if __name__ == "__main__":
    main()
