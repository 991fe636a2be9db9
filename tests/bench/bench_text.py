"""Measures the Tibetan text rules on a pairs file (TSV: doc, topic, bo, zh).

    python -m tests.bench.bench_text PAIRS.tsv [PAIRS.tsv ...]

Measured for each file: what ``tibetan-syllable`` flags in the text as it is, its recall
on faults put in one at a time (seeded), botok's own check beside it, what
``tibetan-particle`` flags and finds, and syllables and cues a second.
"""

from __future__ import annotations

import random
import re
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from bilingual.render.notebook.results import Cell, Entry, Figure
from bilingual.text.particles import FORMS, sandhi_faults
from bilingual.text.spelling import is_possible, misspellings
from bilingual.text.syllables import TSHEG, split_syllables
from tests.bench.results import column, table, write

VOWELS = "\u0f72\u0f74\u0f7a\u0f7c"
LETTERS = "ཀཁགངཅཆཇཉཏཐདནཔཕབམཙཚཛཝཞཟའཡརལཤསཧཨ"
Fault = Callable[[str, random.Random], str | None]


def _at(syllable: str, chars: str, rnd: random.Random) -> int | None:
    places = [i for i, c in enumerate(syllable) if c in chars]
    return rnd.choice(places) if places else None


def vowel_doubled(s: str, rnd: random.Random) -> str | None:
    i = _at(s, VOWELS, rnd)
    return None if i is None else s[: i + 1] + s[i] + s[i + 1 :]


def vowel_second(s: str, rnd: random.Random) -> str | None:
    i = _at(s, VOWELS, rnd)
    if i is None:
        return None
    return s[: i + 1] + rnd.choice([v for v in VOWELS if v != s[i]]) + s[i + 1 :]


def vowel_misplaced(s: str, rnd: random.Random) -> str | None:
    """A vowel sign one letter too early: before a subjoined letter or the root."""
    i = _at(s, VOWELS, rnd)
    return None if i is None or i < 1 else s[: i - 1] + s[i] + s[i - 1] + s[i + 1 :]


def suffix(s: str, rnd: random.Random) -> str | None:
    return s + rnd.choice("ཁཕཀཐ") if len(s) > 1 else None


def stack(s: str, rnd: random.Random) -> str | None:
    i = _at(s, LETTERS, rnd)
    return None if i is None else s[: i + 1] + rnd.choice("ྱྲླ") * 2 + s[i + 1 :]


def letter(s: str, rnd: random.Random) -> str | None:
    """One letter put for another, left out, or put in."""
    i = _at(s, LETTERS, rnd)
    if i is None:
        return None
    how = rnd.randrange(3)
    other = rnd.choice([c for c in LETTERS if c != s[i]])
    return (
        s[:i] + other + s[i + 1 :]
        if how == 0
        else s[:i] + s[i + 1 :]
        if how == 1
        else s[:i] + other + s[i:]
    ) or None


KINDS: dict[str, Fault] = {
    f.__name__: f for f in (vowel_doubled, vowel_second, vowel_misplaced, suffix, stack, letter)
}


def _recall(hit: int, n: int) -> Cell:
    return Cell(values=(hit / max(1, n), n), shown="{:.3f} (n {:,})", units=("ratio", "count"))


def syllables(texts: list[str], limit: int = 3000) -> list[tuple[str, Entry]]:
    """What ``tibetan-syllable`` flags in text as it is, and its recall on faults."""
    flagged: Counter[str] = Counter()
    total = botok = cues = 0
    correct = []
    for text in texts:
        tokens = [t.text for t in split_syllables(text) if t.kind == "syllable"]
        total += len(tokens)
        botok += any(not is_possible(t) for t in tokens)
        correct += [t for t in tokens if is_possible(t)]
        found = misspellings(text)
        flagged.update(m.why for m in found)
        cues += bool(found)
    share = Cell(
        values=(1000 * flagged.total() / max(1, total), total),
        shown="{:.2f} per 1,000 (n {:,})",
        units=("per 1,000", "count"),
    )
    rows: list[tuple[str, Entry]] = [
        ("syllables flagged in text as it is", share),
        ("cues flagged in text as it is", _recall(cues, len(texts))),
        ("cues flagged by botok's check", _recall(botok, len(texts))),
    ]
    rows += [(f"of these, {why}", _recall(n, flagged.total())) for why, n in flagged.items()]
    rnd = random.Random(1)
    for name, make in KINDS.items():
        rows += _faults(name, make, rnd.choices(correct, k=limit), rnd)
    return rows


def _faults(
    name: str, make: Fault, chosen: list[str], rnd: random.Random
) -> list[tuple[str, Entry]]:
    """Recall on one kind of fault; of letters, also where the result is no syllable."""
    done = hit = impossible = caught = 0
    for s in chosen:
        made = make(s, rnd)
        if made is None or made == s:
            continue
        done += 1
        found = bool(misspellings(f"{made}{TSHEG}"))
        hit += found
        # What botok can build is another word to every check of syllables.
        if name == "letter" and not is_possible(made):
            impossible += 1
            caught += found
    rows: list[tuple[str, Entry]] = [(f"recall: {name.replace('_', ' ')}", _recall(hit, done))]
    if name == "letter":
        rows.append(("recall: letter, where that is no syllable", _recall(caught, impossible)))
    return rows


def particles(texts: list[str]) -> list[tuple[str, Entry]]:
    """What ``tibetan-particle`` flags, and its recall where another form is put in."""
    rnd = random.Random(2)
    rows: list[tuple[str, Entry]] = []
    for kind, forms in FORMS.items():
        uses = flagged = made = hit = 0
        for text in texts:
            known = sandhi_faults(text)
            flagged += sum(f.kind == kind for f in known)
            for m in re.finditer(rf"(?<={TSHEG})({'|'.join(forms)})(?=[{TSHEG}\u0f0d])", text):
                uses += 1
                if any(f.start == m.start() for f in known) or m.start() < 2:
                    continue
                other = rnd.choice([f for f in forms if f != m.group()])
                changed = text[: m.start()] + other + text[m.end() :]
                made += 1
                hit += any(f.start == m.start() for f in sandhi_faults(changed))
        if uses:
            rows.append((f"{kind}: flagged as they are", _recall(flagged, uses)))
            rows.append((f"{kind}: recall on another form", _recall(hit, made)))
    return rows


def speed(texts: list[str]) -> list[tuple[str, Entry]]:
    """Syllables a second, and each step's time as a ratio to splitting."""
    from bilingual.text import tibetan

    count = sum(t.kind == "syllable" for x in texts for t in split_syllables(x))
    rows: list[tuple[str, Entry]] = []
    for name, run in (
        ("split_syllables", split_syllables.__wrapped__),
        ("misspellings", misspellings.__wrapped__),
        ("sandhi_faults", sandhi_faults.__wrapped__),
        (f"tokenize ({tibetan.status().tier})", tibetan.tokenize),
        ("tokenize again", tibetan.tokenize),
    ):
        began = time.perf_counter()
        for text in texts:
            run(text)
        pace = count / (time.perf_counter() - began)
        rows.append(
            (name, Cell(values=(pace,), shown="{:,.0f} syllables/s", units=("syllables/s",)))
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows.append(("peak memory", Cell(values=(peak,), shown="{:.0f} MiB", units=("MiB",))))
    return rows


def start() -> Figure:
    """Seconds of a new process up to its first token, the best of three."""
    code = "from bilingual.text import tibetan; tibetan.tokenize('ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།')"
    times = []
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append(time.perf_counter() - began)
    return Figure(value=round(min(times), 2), unit="s", n=3, shown="{:.2f} s")


def main(paths: list[str]) -> None:
    tables = {}
    columns = (column("measured"), column("figure", figure="ratio", n="count"))
    for path in map(Path, paths):
        rows = path.read_text(encoding="utf-8").splitlines()[1:]
        texts = [row.split("\t")[2] for row in rows]
        found = [*syllables(texts), *particles(texts), *speed(texts)]
        tables[path.stem] = table(f"Tibetan text: {path.stem}", columns, found)
    figures = {"first_tokens": start()}
    names = [Path(path).name for path in paths]
    write("text", tables=tables, figures=figures, seeds=[1, 2], data=names)


if __name__ == "__main__":
    main(sys.argv[1:])
