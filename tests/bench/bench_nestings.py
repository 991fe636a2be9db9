"""The screen for known vulnerabilities of ffmpeg, held against ffprobe's own trace.

    python -m tests.bench.bench_nestings [COUNT] [SEED]

Makes COUNT files (2,500 unless said) with boxes nested in odd ways, nine of ten
with a box of still pictures among them, and counts those that ffprobe opens such
a box of and the screen lets in: there may be none. Then the screen sees films as
cameras, phones and programs lay them out: it may refuse none.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bilingual.media.screen import screened
from bilingual.render.notebook.results import Entry
from tests.bench.results import column, table, write
from tests.media.clips import make, picture, tone
from tests.media.nestings import Nesting, fragmented, nestings, ordinary, reached


def answer(path: Path) -> str | None:
    """What the screen says about a file."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return screened(descriptor, path.stat().st_size)
    finally:
        os.close(descriptor)


def main(count: int, seed: int) -> None:
    """Make the files, ask both, count."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        clips = [
            make(folder / "clip.mp4", picture(), tone()).read_bytes(),
            fragmented(folder / "dash.mp4").read_bytes(),
        ]

        def tried(numbered: tuple[int, Nesting]) -> tuple[bool, str | None, str]:
            path = folder / f"{numbered[0]}.mp4"
            path.write_bytes(numbered[1].data)
            found = reached(path), answer(path), numbered[1].made
            path.unlink()
            return found

        came: Counter[tuple[bool, str | None]] = Counter()
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for weak, refusal, how in pool.map(tried, enumerate(nestings(clips, seed, count))):
                came[weak, refusal] += 1
                if weak and refusal is None:
                    sys.stdout.write(f"let in: {how}\n")
        films = ordinary(folder)
        lost = 0
        for name, data in films.items():
            path = folder / "film.mp4"
            path.write_bytes(data)
            if answer(path) is not None or reached(path):
                lost += 1
                sys.stdout.write(f"refused: {name}\n")
    opened = sum(n for (weak, _), n in came.items() if weak)
    rows: list[tuple[Entry, ...]] = [
        ("files", came.total()),
        ("of them ffprobe opens a box of still pictures in", opened),
        ("of those the screen lets in", came[True, None]),
        ("refused though ffprobe opens none", came.total() - opened - came[False, None]),
        ("films as cameras and programs lay them out", len(films)),
        ("of those refused", lost),
    ]
    columns = (column("measured"), column("figure", figure="count"))
    made = table("Nestings against ffprobe's trace", columns, rows)
    source = f"{count} files from tests/media/nestings.py"
    write("nestings", tables={"trace": made}, seeds=(seed,), data=[source])


if __name__ == "__main__":
    given = [int(a) for a in sys.argv[1:]]
    main(given[0] if given else 2500, given[1] if len(given) > 1 else 14)
