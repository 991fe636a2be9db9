"""How well numbers are read and compared, and how fast.

    python -m tests.bench.bench_numbers PAIRS.tsv [PAIRS.tsv ...] [--seeds 20] [--show 50]

PAIRS.tsv has the columns ``doc``, ``bo`` and ``zh``, one sound pair a line. Of
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

# ruff: noqa: T201 (a program: its output is its purpose)

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

from bilingual.text.numbers import Quantity, compare_numbers, read_numbers
from bilingual.text.numbers.units import BY_NAME, UNITS

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
    """Whether the rule in charge would say something."""
    compared = compare_numbers(*pair)
    said = compared.weight >= THRESHOLD
    return said or bool(compared.unit_clashes) if kind == "unit" else said


def measure(path: Path, seeds: int, show: int) -> None:
    """Print the figures of one file of pairs."""
    pairs = read_pairs(path)
    compared = [compare_numbers(*pair) for pair in pairs]
    with_numbers = [c for c in compared if c.matches or c.clashes]
    alarms = [(p, c) for p, c in zip(pairs, compared, strict=True) if c.weight >= THRESHOLD]
    agreeing = sum(c.weight < THRESHOLD for c in with_numbers)
    units = sum(bool(c.unit_clashes) for c in compared)
    print(f"{path.name}: {len(pairs)} pairs, {len(with_numbers)} with numbers")
    print(f"  agree {agreeing}/{len(with_numbers)} = {agreeing / max(1, len(with_numbers)):.3f}")
    print(f"  number alarms {len(alarms)}/{len(pairs)} = {len(alarms) / len(pairs):.4f}")
    print(f"  unit alarms {units}/{len(pairs)} = {units / len(pairs):.4f}")
    for kind, fault in FAULTS.items():
        caught = total = 0
        for seed in range(seeds):
            rnd = random.Random(f"{seed}:{kind}")
            for pair in pairs:
                changed = fault(*pair, rnd)
                if changed is not None and changed != pair:
                    total += 1
                    caught += found(kind, changed)
        if total:
            print(f"  {kind:9} {caught}/{total} = {caught / total:.4f}")
    for (bo, zh), c in alarms[:show]:
        worst = c.clashes[0]
        print(f"  {worst.weight:.1f}\t{_quote(bo, worst.bo)}\t{_quote(zh, worst.zh)}")


def _quote(text: str, q: Quantity | None) -> str:
    if q is None:
        return "-"
    return f"{text[max(0, q.start - 15) : q.start]}[{text[q.start : q.end]}]{text[q.end :][:15]}"


def speed(pairs: Sequence[Pair]) -> None:
    """Print how many texts a second are read and compared, without the cache."""
    for language, texts in (("bo", [p[0] for p in pairs]), ("zh", [p[1] for p in pairs])):
        read_numbers.cache_clear()
        start = time.perf_counter()
        for text in texts:
            read_numbers(text, "bo" if language == "bo" else "zh")
        took = time.perf_counter() - start
        characters = sum(map(len, texts))
        print(f"{language}: {len(texts) / took:.0f} texts/s, {characters / took:.0f} characters/s")
    compare_numbers.cache_clear()
    start = time.perf_counter()
    for pair in pairs:
        compare_numbers(*pair)
    print(f"compare: {len(pairs) / (time.perf_counter() - start):.0f} pairs/s")


def start_up() -> None:
    """Print what importing costs a fresh process."""
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
    print(f"import: {took:.2f} s, {memory:.0f} MiB")


def main() -> None:
    """The program."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pairs", nargs="+", type=Path)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--show", type=int, default=0)
    arguments = parser.parse_args()
    for path in arguments.pairs:
        measure(path, arguments.seeds, arguments.show)
    speed([pair for path in arguments.pairs for pair in read_pairs(path)])
    start_up()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
