"""How well numbers are read and compared, and how fast.

    python -m tests.bench.bench_numbers PAIRS.tsv [PAIRS.tsv ...] [--seeds 20] [--show 50]

PAIRS.tsv has the columns ``doc``, ``bo`` and ``zh``, one correct pair a line. Of
each file: the pairs that name a number, those whose numbers agree, false alarms
(pairs with a warning or an error) over all pairs, and the recall on copies with
one fault each, pooled over the seeds:

digit     one digit of a Tibetan number in digits that the Chinese has too
word      one Tibetan numeral from two to nine whose value the Chinese has too
either    one of the two, drawn among all there are
drop, swap, zero    a digit dropped, two neighbours swapped, a zero added
scale     another Tibetan scale (ཁྲི for འབུམ)
zh-digit, zh-word   the Chinese altered instead
unit      another Tibetan unit of the same dimension

``--show`` prints that many of the false alarms. Results: tests/bench/numbers.md.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bilingual.render.notebook.results import Cell, Entry, Figure, Table
from bilingual.text.numbers import Quantity, compare_numbers, read_numbers
from bilingual.text.numbers.units import BY_NAME, UNITS
from tests.bench.results import column, table, write

Pair = tuple[str, str]
Fault = Callable[[str, str, random.Random], Pair | None]

THRESHOLD: Final = 1.5
"""Evidence from which the rule warns."""

_DIGITS: Final = re.compile(r"[0-9]+|[\u0f20-\u0f29]+")
_TO_WESTERN: Final = {0x0F20 + k: str(k) for k in range(10)} | {
    0xFF10 + k: str(k) for k in range(10)
}
_WORDS: Final = {
    "གཉིས": "二两2",
    "གསུམ": "三3",
    "བཞི": "四4",
    "ལྔ": "五5",
    "དྲུག": "六6",
    "བདུན": "七7",
    "བརྒྱད": "八8",
    "དགུ": "九9",
}
_WORD: Final = re.compile("|".join(f"(?<=་){w}(?=་)" for w in _WORDS))
_SCALES: Final = ("བརྒྱ", "སྟོང", "ཁྲི", "འབུམ", "ས་ཡ", "བྱེ་བ", "དུང་ཕྱུར")
_HAN: Final = "二三四五六七八九"


def read_pairs(path: Path) -> list[Pair]:
    """The (bo, zh) pairs of a TSV file."""
    with path.open(encoding="utf8") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["bo"].strip(), row["zh"].strip()) for row in rows]


def _shared_digits(bo: str, zh: str) -> list[re.Match[str]]:
    plain = zh.translate(_TO_WESTERN).replace(",", "").replace("，", "")
    found = []
    for m in _DIGITS.finditer(bo):
        if re.search(rf"(?<!\d){m.group().translate(_TO_WESTERN)}(?!\d)", plain):
            found.append(m)
    return found


def _shared_words(bo: str, zh: str) -> list[re.Match[str]]:
    return [m for m in _WORD.finditer(bo) if any(c in zh for c in _WORDS[m.group()])]


def _other_digit(text: str, at: int, rnd: random.Random) -> str:
    zero = 0x0F20 if ord(text[at]) >= 0x0F20 else 0x30
    new = chr(zero + (ord(text[at]) - zero + rnd.randrange(1, 9)) % 10)
    return text[:at] + new + text[at + 1 :]


def _altered(bo: str, m: re.Match[str], rnd: random.Random) -> str:
    if m.group() in _WORDS:
        new = rnd.choice([w for w in _WORDS if w != m.group()])
        return bo[: m.start()] + new + bo[m.end() :]
    return _other_digit(bo, rnd.randrange(m.start(), m.end()), rnd)


def _of(*finders: Callable[[str, str], list[re.Match[str]]]) -> Fault:
    def fault(bo: str, zh: str, rnd: random.Random) -> Pair | None:
        choices = [m for find in finders for m in find(bo, zh)]
        return (_altered(bo, rnd.choice(choices), rnd), zh) if choices else None

    return fault


def _drop(bo: str, zh: str, rnd: random.Random) -> Pair | None:
    long = [m for m in _shared_digits(bo, zh) if len(m.group()) > 1]
    if not long:
        return None
    m = rnd.choice(long)
    at = rnd.randrange(m.start(), m.end())
    return bo[:at] + bo[at + 1 :], zh


def _swap(bo: str, zh: str, rnd: random.Random) -> Pair | None:
    places = [
        k
        for m in _shared_digits(bo, zh)
        for k in range(m.start(), m.end() - 1)
        if bo[k] != bo[k + 1]
    ]
    if not places:
        return None
    at = rnd.choice(places)
    return bo[:at] + bo[at + 1] + bo[at] + bo[at + 2 :], zh


def _zero(bo: str, zh: str, rnd: random.Random) -> Pair | None:
    found = _shared_digits(bo, zh)
    if not found:
        return None
    end = rnd.choice(found).end()
    return bo[:end] + ("༠" if ord(bo[end - 1]) >= 0x0F20 else "0") + bo[end:], zh


def _matched(bo: str, zh: str) -> list[tuple[Quantity, Quantity]]:
    return [(m.bo, m.zh) for m in compare_numbers(bo, zh).matches if m.how == "value"]


def _scale(bo: str, zh: str, rnd: random.Random) -> Pair | None:
    places = []
    for q, _ in _matched(bo, zh):
        if q.shape in ("composite", "scaled"):
            for scale in _SCALES:
                at = bo.find(scale, q.start, q.end)
                if at >= 0:
                    places.append((at, scale))
    if not places:
        return None
    at, scale = rnd.choice(places)
    return bo[:at] + rnd.choice([s for s in _SCALES if s != scale]) + bo[at + len(scale) :], zh


def _zh_digit(bo: str, zh: str, rnd: random.Random) -> Pair | None:
    places = [
        k for _, q in _matched(bo, zh) for k in range(q.start, q.end) if zh[k] in "0123456789"
    ]
    return (bo, _other_digit(zh, rnd.choice(places), rnd)) if places else None


def _zh_word(bo: str, zh: str, rnd: random.Random) -> Pair | None:
    places = [k for _, q in _matched(bo, zh) for k in range(q.start, q.end) if zh[k] in _HAN]
    if not places:
        return None
    at = rnd.choice(places)
    return bo, zh[:at] + rnd.choice([c for c in _HAN if c != zh[at]]) + zh[at + 1 :]


def _unit(bo: str, zh: str, rnd: random.Random) -> Pair | None:
    places = []
    for b, z in _matched(bo, zh):
        if b.unit and z.unit:
            words = sorted(BY_NAME[b.unit].bo, key=len, reverse=True)
            places += [(at, w, b.unit) for w in words if (at := bo.find(w, b.start, b.end)) >= 0][
                :1
            ]
    if not places:
        return None
    at, word, name = rnd.choice(places)
    dimension = BY_NAME[name].dimension
    others = [u.bo[0] for u in UNITS if u.dimension == dimension and u.name != name and u.bo]
    return (bo[:at] + rnd.choice(others) + bo[at + len(word) :], zh) if others else None


FAULTS: Final[dict[str, Fault]] = {
    "digit": _of(_shared_digits),
    "word": _of(_shared_words),
    "either": _of(_shared_digits, _shared_words),
    "drop": _drop,
    "swap": _swap,
    "zero": _zero,
    "scale": _scale,
    "zh-digit": _zh_digit,
    "zh-word": _zh_word,
    "unit": _unit,
}


def found(kind: str, pair: Pair) -> bool:
    """Whether the rule in charge would report something."""
    compared = compare_numbers(*pair)
    said = compared.weight >= THRESHOLD
    return said or bool(compared.unit_clashes) if kind == "unit" else said


NAMES: Final = {
    "digit": "a digit altered",
    "word": "a numeral in words altered",
    "either": "one of the two",
    "drop": "a digit dropped",
    "swap": "digits swapped",
    "zero": "a zero added",
    "scale": "another Tibetan scale",
    "zh-digit": "a Chinese digit altered",
    "zh-word": "a Chinese numeral altered",
    "unit": "another unit",
}
ALARMS: Final = (
    "pairs",
    "pairs with numbers",
    "of these, pairs whose numbers agree",
    "false alarms, of all pairs (warning or error)",
    "unit alarms",
)


def alarms(pairs: Sequence[Pair], show: int) -> list[Entry]:
    """The figures of ``ALARMS`` on correct pairs; prints so many of the false alarms."""
    compared = [compare_numbers(*pair) for pair in pairs]
    with_numbers = [c for c in compared if c.matches or c.clashes]
    found = [(p, c) for p, c in zip(pairs, compared, strict=True) if c.weight >= THRESHOLD]
    agreeing = sum(c.weight < THRESHOLD for c in with_numbers) / max(1, len(with_numbers))
    for (bo, zh), c in found[:show]:
        worst = c.clashes[0]
        quoted = _quote(bo, worst.bo), _quote(zh, worst.zh)
        sys.stdout.write(f"{worst.weight:.1f}\t{quoted[0]}\t{quoted[1]}\n")
    return [
        len(pairs),
        len(with_numbers),
        Cell(values=(agreeing,), shown="{:.3f}", units=("ratio",)),
        Cell(values=(100 * len(found) / len(pairs),), shown="{:.2f} %", units=("%",)),
        sum(bool(c.unit_clashes) for c in compared),
    ]


def recall(pairs: Sequence[Pair], kind: str, seeds: int) -> Entry:
    """The share of faults of a kind that are found, and how many there are."""
    caught = total = 0
    for seed in range(seeds):
        rnd = random.Random(f"{seed}:{kind}")
        for pair in pairs:
            changed = FAULTS[kind](*pair, rnd)
            if changed is not None and changed != pair:
                total += 1
                caught += found(kind, changed)
    return (caught / total, total) if total else "–"


def tables_of(paths: Sequence[Path], seeds: int, show: int) -> dict[str, Table]:
    """False alarms and recall, a column for each file of pairs."""
    texts = [read_pairs(path) for path in paths]
    columns = [alarms(pairs, show) for pairs in texts]
    figure = [column(path.stem, "{:,}", figure="count") for path in paths]
    recalls = [column(path.stem, "{:.3f} ({:,})", recall="ratio", n="count") for path in paths]
    return {
        "alarms": table(
            "Correct pairs: numbers and false alarms",
            [column("measured"), *figure],
            [(name, *row) for name, *row in zip(ALARMS, *columns, strict=True)],
        ),
        "recall": table(
            "Recall of altered numbers (n: faults)",
            [column("fault"), *recalls],
            [(name, *(recall(t, kind, seeds) for t in texts)) for kind, name in NAMES.items()],
        ),
    }


def _quote(text: str, q: Quantity | None) -> str:
    if q is None:
        return "-"
    return f"{text[max(0, q.start - 15) : q.start]}[{text[q.start : q.end]}]{text[q.end :][:15]}"


def speed(pairs: Sequence[Pair]) -> dict[str, Figure]:
    """How many texts a second are read and compared, without the cache."""
    figures = {}
    for language, texts in (("bo", [p[0] for p in pairs]), ("zh", [p[1] for p in pairs])):
        read_numbers.cache_clear()
        start = time.perf_counter()
        for text in texts:
            read_numbers(text, "bo" if language == "bo" else "zh")
        took = time.perf_counter() - start
        length = round(sum(map(len, texts)) / len(texts))
        figures[f"{language}_texts"] = _figure(round(len(texts) / took), "texts/s", "{:,}")
        figures[f"{language}_length"] = _figure(length, "characters", "{}")
    compare_numbers.cache_clear()
    start = time.perf_counter()
    for pair in pairs:
        compare_numbers(*pair)
    took = time.perf_counter() - start
    return figures | {"pairs": _figure(round(len(pairs) / took), "pairs/s", "{:,}")}


def _figure(value: float, unit: str, shown: str) -> Figure:
    return Figure(value=value, unit=unit, shown=shown)


def start_up() -> dict[str, Figure]:
    """What importing costs a fresh process."""
    program = (
        "import os,time\n"
        "page=os.sysconf('SC_PAGE_SIZE')\n"
        "def held(): return int(open('/proc/self/statm').read().split()[1])*page\n"
        "before,start=held(),time.perf_counter()\n"
        "import bilingual.text.numbers\n"
        "print(time.perf_counter()-start,(held()-before)/2**20)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    took, memory = map(float, done.stdout.split())
    return {
        "import": _figure(round(took, 2), "s", "{} s"),
        "import_memory": _figure(round(memory), "MiB", "{} MiB"),
    }


def main() -> None:
    """The program."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pairs", nargs="+", type=Path)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--show", type=int, default=0)
    arguments = parser.parse_args()
    tables = tables_of(arguments.pairs, arguments.seeds, arguments.show)
    figures = speed([pair for path in arguments.pairs for pair in read_pairs(path)]) | start_up()
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    figures["peak"] = _figure(peak, "MiB", "{} MiB")
    names = [path.name for path in arguments.pairs]
    write("numbers", tables=tables, figures=figures, seeds=range(arguments.seeds), data=names)


if __name__ == "__main__":
    main()
