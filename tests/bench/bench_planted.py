"""The sample's planted faults, drawn into the picture: how many are found.

    python -m tests.bench.bench_planted [FILM]

FILM is the faulty sample with its tracks in the picture; without one it is drawn here. It is
verified without any file, so that both languages are read from all of the picture, and then
beside the tracks without faults, so that the picture is read at thirty moments.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from pathlib import Path
from typing import Final

import msgspec

from bilingual import Config, Report, verify
from bilingual.model import Finding
from bilingual.render.notebook.results import Entry
from bilingual.sample import write_sample
from bilingual.sample.faults import JUMP, Planted, plant
from bilingual.sample.script import script
from tests.bench.bench_cost import with_subtitles
from tests.bench.results import column, table, write

COLUMNS: Final = (
    column("fault"),
    column("no files, all of the picture"),
    column("beside files, thirty moments"),
)


def cpu_s() -> float:
    """CPU seconds of this process and its children so far."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in both)


def verified(film: Path, **files: Path) -> tuple[Report, float]:
    """A report and the CPU seconds that it took; nothing is recognised, no cache answers."""
    replace = msgspec.structs.replace
    config = Config.load()
    config = replace(
        config,
        burned_in=replace(config.burned_in, cache=False),
        asr=replace(config.asr, engine="off"),
    )
    before = cpu_s()
    report = verify(film, bo=files.get("bo"), zh=files.get("zh"), config=config)
    return report, cpu_s() - before


def by_rule(fault: Planted, report: Report) -> str:
    """Which finding of the fault's own rule there is, where its cues are."""
    for found in report.findings:
        same = set(found.zh) & set(fault.zh) or set(found.bo) & set(fault.bo)
        if found.rule == fault.rule and (same or not (found.zh or found.bo)):
            return f"`{found.rule}`, {found.severity.value}"
    return "–"


def by_picture(fault: Planted, report: Report) -> str:
    """Which difference between picture and file there is at the fault's cues."""
    for found in report.findings:
        if found.rule == "burned-in-mismatch" and _meant(found, fault):
            return f"{found.params['variant']}, {found.severity.value}"
    return "–"


def _meant(found: Finding, fault: Planted) -> bool:
    if fault.rule == "sync-jump":
        moved = str(found.params["variant"]) in ("part-later", "later", "time")
        return moved and any(index >= JUMP for index in (*found.bo, *found.zh))
    return bool(set(found.bo) & set(fault.zh))  # a file without faults has as many cues as Chinese


def main(given: Path | None) -> None:
    """Verify twice, count, and write the result."""
    bo, zh = script().track("bo"), script().track("zh")
    faulty, faults = plant(bo, zh)
    with tempfile.TemporaryDirectory() as scratch:
        write_sample(Path(scratch))
        sound = Path(scratch) / "sound"
        film = given or Path(scratch) / "faulty" / "video.mp4"
        if given is None:
            with_subtitles(film, faulty, zh)
        alone, alone_s = verified(film)
        beside, beside_s = verified(film, bo=sound / "bo.srt", zh=sound / "zh.srt")
    rows: list[list[Entry]] = [
        [fault.kind, by_rule(fault, alone), by_picture(fault, beside)] for fault in faults
    ]
    shares = [f"{seconds * 1000 / script().duration_ms:.2f}" for seconds in (alone_s, beside_s)]
    rows.append(["CPU time of all of `verify`, share of the film", *shares])
    title = "Planted faults in the picture"
    write("burned-in-planted", tables={"faults": table(title, COLUMNS, rows)}, data=["the sample"])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
