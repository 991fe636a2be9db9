"""The sample's planted faults, drawn into the picture: how many are found.

    python -m tests.bench.bench_planted [--films 1] [--beside] [FILM]

FILM is the faulty sample with its tracks in the picture; without one it is drawn here. It is
verified without any file, so that both languages are read from all of the picture, and then
beside the tracks without faults, so that the picture is read at some moments; with ``--beside``
only so. Of further films each has the same faults at other cues, another jump, and letters of
another size, colour, rim and place.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec

from bilingual import Config, Report, verify
from bilingual.model import Finding, Track
from bilingual.render.notebook.results import Entry
from bilingual.sample import write_sample
from bilingual.sample.faults import ELSEWHERE, Planted, plant
from bilingual.sample.script import script
from tests.bench.bench_cost import Style, with_subtitles
from tests.bench.results import column, table, write

COLUMNS: Final = (
    column("film"),
    column("fault"),
    column("no files, all of the picture"),
    column("beside files, at moments"),
)
STYLES: Final = (
    Style(),
    Style(bo=(60, 170), zh=(46, 60), fill="yellow"),  # Chinese over Tibetan
    Style(bo=(40, 70), zh=(38, 140), rim=(2, "black")),
    Style(bo=(56, 60), zh=(54, 165), fill="#e0f0ff", rim=(5, "#203050")),
    Style(bo=(48, 60), zh=(50, 150), fill="black", rim=(4, "white")),
)
_DIGITS: Final = "༠༡༢༣༤༥༦༧༨༩"


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
        moved = str(found.params["variant"]) in {
            *("part-later", "part-earlier", "later", "earlier", "time")
        }
        return moved and any(index >= fault.zh[0] for index in (*found.bo, *found.zh))
    return bool(set(found.bo) & set(fault.zh))  # a file without faults has as many cues as Chinese


def planted(seed: int, bo: Track, zh: Track) -> tuple[Track, tuple[Planted, ...]]:
    """The sample's faults, at cues and with a jump that a seed chooses; as they are for 0."""
    if not seed:
        return plant(bo, zh)
    chance = random.Random(seed)
    number = chance.choice([c.index for c in bo.cues if len(set(c.plain) & set(_DIGITS)) > 1])
    jump = chance.randrange(24, 34)
    elsewhere, missing, chinese = chance.sample(sorted({*range(1, jump - 1)} - {number}), 3)
    late_ms = chance.choice([-2500, 1500, 2500, 4000])
    texts = {cue.index: cue.plain for cue in bo.cues}
    turned = str.maketrans(_DIGITS, _DIGITS[1:] + _DIGITS[0])
    texts[number] = texts[number].translate(turned)
    texts[elsewhere] = plant(bo, zh)[0].cues[ELSEWHERE].plain
    texts[chinese] = zh.cues[chinese].plain
    cues = [
        replace(
            cue,
            text=texts[cue.index],
            start_ms=cue.start_ms + late_ms * (cue.index >= jump),
            end_ms=cue.end_ms + late_ms * (cue.index >= jump),
        )
        for cue in bo.cues
        if cue.index != missing
    ]
    place = {cue.index: index for index, cue in enumerate(cues)}
    rules = {
        "number": ("number-mismatch", [number]),
        "elsewhere": ("wrong-translation", [elsewhere]),
        "missing": ("missing-translation", [missing]),
        "untranslated": ("untranslated", [chinese]),
        "shift": ("sync-jump", [*range(jump, len(zh.cues))]),
    }
    return replace(bo, cues=tuple(replace(c, index=n) for n, c in enumerate(cues))), tuple(
        Planted(kind=kind, rule=rule, zh=tuple(own), bo=tuple(place[n] for n in own if n in place))
        for kind, (rule, own) in rules.items()
    )


def counted(found: Sequence[str]) -> str:
    """How many of the faults were found."""
    return f"{sum(one != '–' for one in found)} of {len(found)}"


def drawn(sample: Path, faulty: Track, zh: Track, seed: int) -> Path:
    """The sample's film with two tracks in its picture, in the style that a seed stands for."""
    film = sample / f"film{seed}.mp4"
    shutil.copyfile(sample / "faulty" / "video.mp4", film)
    with_subtitles(film, faulty, zh, STYLES[seed % len(STYLES)])
    return film


def judged(
    film: Path, faults: Sequence[Planted], sound: Path, seed: int, *, alone: bool
) -> list[list[Entry]]:
    """A row for each fault and one for all of them, with the CPU time."""
    beside, beside_s = verified(film, bo=sound / "bo.srt", zh=sound / "zh.srt")
    by_itself, alone_s = verified(film) if alone else (None, 0.0)
    pictured = [by_picture(fault, beside) for fault in faults]
    ruled = ["not run" if by_itself is None else by_rule(fault, by_itself) for fault in faults]
    rows: list[list[Entry]] = [
        [str(seed), fault.kind, *both]
        for fault, both in zip(faults, zip(ruled, pictured, strict=True), strict=True)
    ]
    cells = [
        f"{found}; {seconds * 1000 / script().duration_ms:.2f}"
        for found, seconds in ((counted(ruled), alone_s), (counted(pictured), beside_s))
    ]
    if by_itself is None:
        cells[0] = "not run"
    return [*rows, [str(seed), "found; CPU time of `verify`, share of the film", *cells]]


def main() -> None:
    """Verify each film twice, count, and write the result."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("film", nargs="?", type=Path)
    parser.add_argument("--films", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--beside", action="store_true", help="only beside files")
    given = parser.parse_args()
    bo, zh = script().track("bo"), script().track("zh")
    rows: list[list[Entry]] = []
    with tempfile.TemporaryDirectory() as scratch:
        write_sample(Path(scratch))
        for seed in range(given.first, given.first + given.films):
            faulty, faults = planted(seed, bo, zh)
            film = given.film or drawn(Path(scratch), faulty, zh, seed)
            found = judged(film, faults, Path(scratch) / "sound", seed, alone=not given.beside)
            sys.stdout.writelines(f"{row}\n" for row in found)
            sys.stdout.flush()
            rows += found
    title = "Planted faults in the picture"
    write("burned-in-planted", tables={"faults": table(title, COLUMNS, rows)}, data=["the sample"])


if __name__ == "__main__":
    main()
