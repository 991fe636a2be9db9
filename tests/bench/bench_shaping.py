"""Tibetan drawn with and without shaping in many faces: what `burned-in-shaping` finds.

    python -m tests.bench.bench_shaping FONTS [FACE ...] [--height 720] [--result NAME]

FONTS is a folder with the unpacked packages of ``FACES`` (``apt-get download``, ``npm pack``),
at any depth. For each face two films of the sample's sentences are drawn, one with the font's
rules and one letter by letter, and verified beside the files: thirty moments are read.
Faces of the set ``tuning`` were looked at when thresholds were set, the others were not.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec

from bilingual import Config, verify
from bilingual.model import Cue, Report
from bilingual.render.notebook.results import Entry
from bilingual.sample.script import script
from tests.bench.results import column, table, write
from tests.burned_videos import Scene, Text, draw

_NPM: Final = "npm @fontsource/jomolhari 5.3.0"
_MONLAM: Final = "Debian fonts-monlam 1.0-2"
FACES: Final = {  # file: (package, set, size beside that of Noto Serif Tibetan)
    "DDC_Uchen.ttf": ("Debian fonts-ddc-uchen 1.0-1.2", "tuning", 1.1),
    "Monlam Uni OuChan1.ttf": (_MONLAM, "tuning", 1.0),
    "Monlam Uni OuChan4.ttf": (_MONLAM, "tuning", 1.0),
    "Monlam Uni PayTsik.ttf": (_MONLAM, "tuning", 1.1),
    "NotoSerifTibetan-Regular.ttf": ("Debian fonts-noto-core 20201225-1", "tuning", 1.0),
    "TibetanMachineUni.ttf": ("Debian fonts-tibetan-machine 1.901b-6", "tuning", 1.3),
    "jomolhari-tibetan-400-normal.woff": (_NPM, "judging", 1.2),
    "Monlam Uni OuChan2.ttf": (_MONLAM, "judging", 1.1),
    "Monlam Uni OuChan3.ttf": (_MONLAM, "judging", 1.1),
    "Monlam Uni OuChan5.ttf": (_MONLAM, "judging", 1.0),
    "Monlam Uni Sans Serif.ttf": (_MONLAM, "judging", 1.0),
    "NotoSerifTibetan-Bold.ttf": ("Debian fonts-noto-core 20201225-1", "judging", 1.0),
    "Monlam Uni Chouk.ttf": (_MONLAM, "cursive", 1.2),
    "Monlam Uni Dutsa1.ttf": (_MONLAM, "cursive", 1.2),
    "Monlam Uni TikTong.ttf": (_MONLAM, "cursive", 1.3),
    "TibetanSambhotaYigchung.ttf": ("Debian fonts-sambhota-yigchung 1.2-2.1", "cursive", 1.0),
}
_STEP_MS: Final = 1500
_SHOWN_MS: Final = 1200
_SIZE: Final = 0.05
COLUMNS: Final = (
    column("face"),
    column("package"),
    column("set"),
    column("drawn letter by letter"),
    column("drawn as it should be"),
)


def tracks() -> Iterator[tuple[str, tuple[Cue, ...]]]:
    """The sample's sentences by language, one after the other; one row each."""
    for side in ("bo", "zh"):
        cues = [
            replace(
                cue,
                text=cue.plain.replace("\n", ""),
                start_ms=600 + _STEP_MS * cue.index,
                end_ms=600 + _STEP_MS * cue.index + _SHOWN_MS,
            )
            for cue in script().track(side).cues
        ]
        yield side, tuple(cues)


def seen(folder: Path, font: Path, size: float, height: int, *, shaped: bool) -> str:
    """What the rule says of a film in a face: the variant and its counts, or a dash."""
    known = dict(tracks())
    texts = [
        Text(
            start_ms=cue.start_ms,
            end_ms=cue.end_ms,
            text=cue.text,
            font=str(font),
            size=_SIZE * size,
            y=0.88,
            shaped=shaped,
        )
        for cue in known["bo"]
    ]
    duration = known["bo"][-1].end_ms + 600
    width = height * 16 // 9
    film = folder / "film.mp4"
    draw(Scene(texts=texts, duration_ms=duration, width=width, height=height, frames=10), film)
    report = _verified(film, folder)
    found = [f for f in report.findings if f.rule == "burned-in-shaping"]
    if found:
        given = found[0].params
        return f"{given['variant']}, {given['wrong']} of {given['of']}"
    read = (report.burned_in or {}).get("bo")
    return "–" if read is not None else "nothing read"


def _verified(film: Path, folder: Path) -> Report:
    replace_in = msgspec.structs.replace
    config = Config.load()
    config = replace_in(
        config,
        burned_in=replace_in(config.burned_in, cache=False),
        asr=replace_in(config.asr, engine="off"),
    )
    return verify(film, bo=folder / "bo.srt", zh=folder / "zh.srt", config=config)


def main() -> None:
    """Measure the faces named, or all, and write the result."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("fonts", type=Path)
    parser.add_argument("faces", nargs="*", metavar="FACE")
    parser.add_argument("--height", type=int, default=720)
    parser.add_argument("--result", default="burned-in-shaping")
    given = parser.parse_args()
    rows: list[list[Entry]] = []
    title = f"`burned-in-shaping` beside files, thirty moments, {given.height} rows"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for side, cues in tracks():
            whole = replace(script().track(side), cues=cues)  # type: ignore[arg-type]
            (folder / f"{side}.srt").write_text(whole.to_srt(), encoding="utf-8")
        for name, (package, use, size) in FACES.items():
            if given.faces and name not in given.faces:
                continue
            font = next(given.fonts.rglob(name), None)
            if font is None:
                sys.exit(f"{name} is not in {given.fonts}: unpack {package} there")
            plain, shaped = (
                seen(folder, font, size, given.height, shaped=how) for how in (False, True)
            )
            rows.append([Path(name).stem, package, use, plain, shaped])
            made = table(title, COLUMNS, rows)  # written after each: all of them take an hour
            write(given.result, tables={"faces": made}, data=["the sample's text"])


if __name__ == "__main__":
    main()
