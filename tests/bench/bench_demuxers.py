"""Transport streams, FLV and AVI with turned bits, cut and sewn: what is made of them.

    python -m tests.bench.bench_demuxers [MUTATIONS [KIND ...]]

300 mutations of each container unless said otherwise, each through probe, completeness (which
decodes picture and sound), sound, stills and tracks. Counted are exceptions that are not the
library's, files that get more length than they hold while they are called whole, and the most
processor time and memory that one file took with all its processes.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
from collections import Counter
from pathlib import Path

from bilingual.errors import BilingualError
from bilingual.render.notebook.results import Entry
from tests.bench.bench_growth import spent
from tests.bench.mutations import mutated
from tests.bench.results import column, table, write
from tests.media.broadcast import flipped, sound_clips
from tests.media.test_broadcast import honest, looked_at

_KINDS = ("ts", "flv", "avi")
_PACKET = 188


def changed(kind: str, data: bytes, rnd: random.Random) -> bytes:
    """Bits turned; bytes put in, taken out, repeated; packets taken out or shuffled."""
    way = rnd.random()
    if way < 0.5:
        return flipped(data, rnd)
    if way < 0.85 or kind != "ts":
        return mutated(data, rnd)
    parts = [data[at : at + _PACKET] for at in range(0, len(data), _PACKET)]
    for _ in range(rnd.randint(1, 20)):
        at = rnd.randrange(len(parts))
        if rnd.random() < 0.5:
            del parts[at]
        else:
            parts.insert(at, rnd.choice(parts))
    return b"".join(parts)


def main(count: int, kinds: list[str]) -> None:
    """Try each container."""
    rows: list[tuple[Entry, ...]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind, data in sound_clips(folder).items():
            if kind not in kinds:
                continue
            came: Counter[str] = Counter()
            longest, path = 0.0, folder / f"changed.{kind}"
            for number in range(count):
                path.write_bytes(changed(kind, data, random.Random(f"{kind} 1 {number}")))
                before = spent()
                try:
                    media = looked_at(path)
                except Exception as error:
                    came["foreign"] += 1
                    sys.stdout.write(f"{kind} {number}: {type(error).__name__}: {error}\n")
                    continue
                longest = max(longest, spent() - before)
                if isinstance(media, BilingualError):
                    came["refused"] += 1
                    continue
                came["whole" if media.complete else "not whole"] += 1
                if not honest(media):
                    came["too long"] += 1
                    sys.stdout.write(f"{kind} {number}: {media}\n")
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
            counts = (came[k] for k in ("refused", "not whole", "whole", "too long", "foreign"))
            rows.append((kind, count, *counts, longest, peak))
            sys.stdout.write(f"{rows[-1]}\n")
            sys.stdout.flush()
    counted = [
        column(title, "{:,}", files="count")
        for title in (
            "mutations",
            "refused",
            "not whole",
            "whole",
            "longer than they are",
            "foreign exceptions",
        )
    ]
    columns = (
        column("container"),
        *counted,
        column("most processor time", "{:.1f} s", CPU_time="s"),
        column("most memory of a process so far", "{:,} MiB", memory="MiB"),
    )
    made = table("Containers of broadcasters, changed", columns, rows)
    write("demuxers", tables={"demuxers": made}, seeds=[1])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300, sys.argv[2:] or list(_KINDS))
