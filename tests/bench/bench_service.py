"""How soon a work ends that is stopped while others are checked beside it.

    python -m tests.bench.bench_service [COUNT [AT_ONCE]]

AT_ONCE works (a film of a minute with both tracks) are checked in one process by
``averify``, as a service does. One of them is cancelled at a moment drawn evenly from the
time that works take here; then the next is begun. Measured is the time from the
cancellation until the task has ended. The other works have to come to their end.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from bilingual import Config, Report, averify
from bilingual.render.notebook.results import Figure
from tests.bench.results import column, table, write
from tests.fixes.test_fixing import BO, ZH, srt
from tests.media.clips import make, picture, tone

SEED: Final = 17


async def stopped(works: list[asyncio.Task[Report]], after_s: float) -> float | None:
    """Seconds from the cancellation of the first work to its end; ``None``: it was done."""
    await asyncio.sleep(after_s)
    if works[0].done():
        return None
    begun = time.perf_counter()
    works[0].cancel()
    await asyncio.wait(works[:1])
    return time.perf_counter() - begun


async def main(count: int, at_once: int, folder: Path) -> None:
    """Check, stop, measure."""
    dice = random.Random(SEED)
    film = make(folder / "film.mp4", picture(seconds=60), tone(60))
    tracks = {side: folder / f"{side}.srt" for side in ("bo", "zh")}
    tracks["bo"].write_text(srt(BO), encoding="utf-8")
    tracks["zh"].write_text(srt(ZH), encoding="utf-8")
    config = Config.load()

    def begin() -> list[asyncio.Task[Report]]:
        return [
            asyncio.create_task(averify(film, bo=tracks["bo"], zh=tracks["zh"], config=config))
            for _ in range(at_once)
        ]

    began = time.perf_counter()
    await asyncio.gather(*begin())
    whole_s = time.perf_counter() - began
    times: list[float] = []
    others = 0
    while len(times) < count:
        works = begin()
        took = await stopped(works, dice.uniform(0, whole_s))
        others += len([one for one in await asyncio.gather(*works[1:]) if one.checks])
        if took is not None:
            times.append(took)
    times.sort()
    row = [at_once, count, statistics.median(times), times[int(0.95 * (count - 1))], times[-1]]
    columns = [
        column("works at once", works="count"),
        column("stopped", stopped="count"),
        column("median", "{:.2f} s", median="s"),
        column("95 %", "{:.2f} s", high="s"),
        column("slowest", "{:.2f} s", worst="s"),
    ]
    late = sum(one > 2 for one in times)
    write(
        "service",
        tables={"stops": table("From the cancellation to the end", columns, [row], n=count)},
        figures={
            "whole_s": Figure(value=round(whole_s, 2), unit="s", n=at_once),
            "later_than_2_s": Figure(value=late, unit="count", n=count),
            "others_finished": Figure(value=others, unit="count", n=others),
        },
        seeds=[SEED],
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        asyncio.run(
            main(
                int(sys.argv[1]) if len(sys.argv) > 1 else 20,
                int(sys.argv[2]) if len(sys.argv) > 2 else 4,
                Path(scratch),
            )
        )
