"""Measures the Tibetan text rules on a pairs file (TSV: doc, topic, bo, zh).

    python -m tests.bench.bench_text PAIRS.tsv [PAIRS.tsv ...]

Writes, a file: what ``tibetan-syllable`` flags in the text as it is, its recall
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

from bilingual.text.particles import FORMS, sandhi_faults
from bilingual.text.spelling import is_possible, misspellings
from bilingual.text.syllables import TSHEG, split_syllables

VOWELS = "\u0f72\u0f74\u0f7a\u0f7c"
LETTERS = "ཀཁགངཅཆཇཉཏཐདནཔཕབམཙཚཛཝཞཟའཡརལཤསཧཨ"
Fault = Callable[[str, random.Random], str | None]


def _out(line: str) -> None:
    sys.stdout.write(line + "\n")


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


def syllables(texts: list[str], limit: int = 3000) -> None:
    flagged: Counter[str] = Counter()
    total = botok = cues = 0
    sound = []
    for text in texts:
        tokens = [t.text for t in split_syllables(text) if t.kind == "syllable"]
        total += len(tokens)
        botok += any(not is_possible(t) for t in tokens)
        sound += [t for t in tokens if is_possible(t)]
        found = misspellings(text)
        flagged.update(m.why for m in found)
        cues += bool(found)
    n = sum(flagged.values())
    _out(
        f"  as it is: {n} of {total} syllables flagged = {1000 * n / total:.2f} per 1000; "
        f"{cues} of {len(texts)} cues (botok's check: {botok}); {dict(flagged)}"
    )
    rnd = random.Random(1)
    for name, make in KINDS.items():
        done = hit = rejected = wrong = 0
        for s in rnd.choices(sound, k=limit):
            made = make(s, rnd)
            if made is None or made == s:
                continue
            done += 1
            found_here = bool(misspellings(f"{made}{TSHEG}"))
            hit += found_here
            # What botok can build is another word to every check of syllables.
            possible = is_possible(made) and name == "letter"
            rejected += not possible
            wrong += found_here and not possible
        share = f", of the {rejected} that are no syllable {wrong / rejected:.3f}"
        _out(f"  {name}: recall {hit / done:.3f} (n={done}){share if name == 'letter' else ''}")


def particles(texts: list[str]) -> None:
    rnd = random.Random(2)
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
            _out(
                f"  {kind}: flags {flagged} of {uses} as they are = {100 * flagged / uses:.2f} %; "
                f"recall on another form {hit / max(1, made):.3f} (n={made})"
            )


def speed(texts: list[str]) -> None:
    from bilingual.text import tibetan

    count = sum(t.kind == "syllable" for x in texts for t in split_syllables(x))
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
        took = time.perf_counter() - began
        _out(f"  {name}: {count / took:,.0f} syllables, {len(texts) / took:,.0f} cues a second")
    _out(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def start() -> None:
    """A new process up to its first token."""
    code = "from bilingual.text import tibetan; tibetan.tokenize('ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།')"
    times = []
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append(time.perf_counter() - began)
    _out(f"a new process to its first tokens: {min(times):.2f} s (best of 3)")


def main(paths: list[str]) -> None:
    for path in paths:
        rows = Path(path).read_text(encoding="utf-8").splitlines()[1:]
        texts = [row.split("\t")[2] for row in rows]
        _out(path)
        syllables(texts)
        particles(texts)
        speed(texts)
    start()


if __name__ == "__main__":
    main(sys.argv[1:])
