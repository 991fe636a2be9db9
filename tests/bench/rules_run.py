"""A run of the bench of the rules: what it is made from, and what it finds out."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.bench.rules_works import Pair, Tally, read_pairs

CORPORA: Final[Mapping[str, tuple[str, ...]]] = {
    "news": ("flores_dev.tsv",),
    "quiz": ("science_quiz_dev.tsv",),
    "interfaces": ("ui_strings.tsv", "mediawiki.tsv", "apps.tsv"),
    "help": ("libreoffice.tsv",),
    "science programs": ("phet.tsv",),
    "human rights": ("udhr.tsv",),
}

Rows = dict[tuple[str, str], Tally]
"""Of each rule and case: how many of how many."""


@dataclass(slots=True)
class Measured:
    """What one run found out."""

    planted: Rows = field(default_factory=dict)
    right: Rows = field(default_factory=dict)
    texts: dict[str, Counter[str]] = field(default_factory=dict)
    cues: dict[str, int] = field(default_factory=dict)
    counted: dict[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a run is made from."""

    data: Path
    scratch: Path
    planted: int
    cues: int
    only: frozenset[str]
    show: int
    seed: int = 20

    def wants(self, rule: str) -> bool:
        return not self.only or rule in self.only

    def chance(self, name: str) -> random.Random:
        return random.Random(f"{self.seed}:{name}")

    def pairs(self, names: Sequence[str], most: int = 0) -> list[Pair]:
        """The pairs of some tables, or so many in a row from places spread over them."""
        found = [p for n in names for p in read_pairs(self.data / "parallel" / n)]
        found = [p for p in found if len(p[0]) < 600]
        if not most or len(found) <= most:
            return found
        parts = max(1, most // 100)
        return [
            pair for k in range(parts) for pair in found[k * len(found) // parts :][: most // parts]
        ]


def keep(
    bench: Bench, rows: Rows, rule: str, name: str, tally: Tally, *, right: bool = False
) -> None:
    """Note a row, and show what went wrong in it."""
    rows[rule, name] = tally
    sys.stderr.write(f"{rule} | {name}: {tally.found} of {tally.of}\n")
    for shown in (tally.reported if right else tally.missed)[: bench.show]:
        sys.stdout.write(f"{rule} | {name} | {shown!r}\n")
