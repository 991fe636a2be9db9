"""Every regular expression on texts made to be slow for it: how its time grows.

    python -m tests.bench.bench_patterns [MODULE …]

Texts are repetitions of one, two or three of the characters that a pattern names, with and
without something at the end that fits nothing. The longest is as long as
the bound of the pattern's input allows (``tests/patterns.py``). The exponent is ``log(its time /
time of a quarter) / log 4`` in processor time: 1 is linear, 2 quadratic. A process that takes 20
seconds is ended. Listed are those above 1.5.
"""

from __future__ import annotations

import math
import multiprocessing
import random
import re
import resource
import sys
import time
from collections.abc import Iterator
from typing import Any

from bilingual.render.notebook.results import Entry
from tests.bench.results import column, table, write
from tests.patterns import Found, bound_of, compiled, letters_of

_LENGTHS = {
    "cue": 2000,
    "line": 8192,
    "form": 20_000,
    "cell": 32_767,
    "word": 255,
    "tool": 8192,
    "page": 16_000,
    "answer": 20_000,
}
"""How long a text may be, by what bounds it."""
_TEXTS = 24
_PATIENCE_S = 20


def texts(pattern: re.Pattern[Any], rnd: random.Random) -> Iterator[str]:
    """What to repeat: characters that the pattern names."""
    letters = letters_of(pattern)
    yield from letters[:8]
    for _ in range(_TEXTS):
        yield "".join(rnd.choices(letters, k=rnd.randint(2, 3)))


def seconds(pattern: re.Pattern[Any], text: str) -> float:
    """Processor time to find all that the pattern fits."""
    given: Any = text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text
    started = time.process_time()
    for _ in pattern.finditer(given):
        pass
    pattern.fullmatch(given)
    return time.process_time() - started


def work(found: Found, pipe: Any) -> None:
    """The highest exponent, the text that it was found with, and its seconds."""
    resource.setrlimit(resource.RLIMIT_CPU, (_PATIENCE_S, _PATIENCE_S))
    pattern, worst = found.pattern, (0.0, "", 0.0)
    most = _LENGTHS[bound_of(found.where)]
    for unit in texts(pattern, random.Random(repr(pattern.pattern))):
        for end in ("", "\0"):
            pipe.send((*worst, unit))
            long = seconds(pattern, (unit * most)[:most] + end)
            if long < 0.03:  # too little to tell, and harmless
                continue
            short = seconds(pattern, (unit * most)[: most // 4] + end)
            worst = max(worst, (math.log(long / max(short, 1e-6), 4), unit + end, long))
    pipe.send((*worst, None))


def measure(found: Found) -> tuple[float, str, float]:
    """``work`` in a process of its own."""
    ours, its = multiprocessing.Pipe()
    process = multiprocessing.Process(target=work, args=(found, its))
    process.start()
    its.close()
    last: tuple[float, str, float, str | None] = (0.0, "", 0.0, None)
    try:
        while True:
            last = ours.recv()
            if last[3] is None:
                return last[:3]
    except EOFError:
        pass
    finally:
        process.kill()
        process.join()
    return 9.0, last[3] or "", float(_PATIENCE_S)


def main(modules: list[str]) -> None:
    """Measure and write the result."""
    found = [f for f in compiled() if not modules or any(m in f.where for m in modules)]
    rows: list[tuple[Entry, ...]] = []
    for one in found:
        exponent, text, spent = measure(one)
        if exponent > 1.5:
            rows.append((one.where, repr(text)[:40], exponent, spent, bound_of(one.where)))
            sys.stdout.write(f"{rows[-1]} {one.pattern.pattern!r:.100}\n")
            sys.stdout.flush()
    columns = (
        column("pattern"),
        column("slowest with"),
        column("exponent", "{:.1f}", exponent="ratio"),
        column("the most text", "{:.3f} s", CPU_time="s"),
        column("bounded by"),
    )
    title = f"{len(rows)} of {len(found)} regular expressions that take more than linear time"
    made = table(title, columns, rows)
    write("patterns", tables={"patterns": made}, seeds=[1])


if __name__ == "__main__":
    main(sys.argv[1:])
