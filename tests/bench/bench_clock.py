"""When flashes and beeps are, as the library reads a film and by ffmpeg's own frame times.

    python -m tests.bench.bench_clock [WORD ...]

Every film of ``tests/media/films.py``: sound late or early, packets missing, edit lists,
first times that are not 0, joined clips, B-frames, uneven frames, in several containers.
With words only the films whose names hold one of them.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bilingual.media.completeness import check
from bilingual.media.probe import probe
from bilingual.render.notebook.results import Entry
from tests.bench.results import column, table, write
from tests.media.films import LIMITS, as_played, as_read, film, ways

COLUMNS: Final = (
    column("film"),
    column("container"),
    column("beeps, a player, in s"),
    column("beeps, here: largest difference", "{} ms", largest="ms"),
    column("flashes, a player, in s"),
    column("flashes, here: largest difference", "{} ms", largest="ms"),
    column("whole"),
)


def difference(read: Sequence[float], played: Sequence[float]) -> int | None:
    """The largest, in ms; ``None`` where there are not as many."""
    if len(read) != len(played):
        return None
    return round(1000 * max((abs(a - b) for a, b in zip(read, played, strict=True)), default=0))


def listed(times: Sequence[float]) -> str:
    """Times in seconds."""
    return " · ".join(f"{at:.2f}" for at in times)


def main(words: Sequence[str]) -> None:
    """Make each film, read it both ways, and write the table."""
    rows: list[list[Entry]] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        made = film(folder / "made.mp4")
        for number, (name, (ending, make)) in enumerate(ways().items()):
            if words and not any(word in name for word in words):
                continue
            path = make(made, folder / f"{number}.{ending}")
            played, read = as_played(path), as_read(path)
            media = check(path, probe(path, LIMITS), LIMITS)
            rows.append(
                [
                    name.removesuffix(f", {ending}"),
                    ending,
                    listed(played.beeps),
                    difference(read.beeps, played.beeps),
                    listed(played.flashes),
                    difference(read.flashes, played.flashes),
                    "yes" if media.complete else str(media.complete_reason),
                ]
            )
            sys.stdout.write(f"{rows[-1]}\n")
            sys.stdout.flush()
    title = f"When beeps and flashes are in {len(rows)} films"
    write("clock", tables={"films": table(title, COLUMNS, rows)}, data=["films made here"])


if __name__ == "__main__":
    main(sys.argv[1:])
