"""Whatever takes a media file from outside, by name: functions, commands, the notebook.

Each is a function of the file and of a scratch folder that holds ``old.json``, a
report made before (``write_old_report``), so that what opens a video beside a
report is tried with any video. What it returns is looked through for words that
must not show. No speech is recognised here: a recogniser is given arrays.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from bilingual.config import Config, MediaLimits

EntryPoint = Callable[[Path, Path], object]

LIMITS = MediaLimits(timeout_s=60)
_HASHED = 64 * 1024 * 1024
CUES = (
    ("太阳是一颗恒星。", "ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།"),
    ("转一圈大约要365天。", "སྐོར་ཐེངས་གཅིག་ལ་ཉིན་༣༦༤ཙམ་དགོས།"),
    ("没有太阳，就没有生命。", "没有太阳，就没有生命。"),
)
"""The second and third have faults, so that a report on them has places to show."""


def quiet() -> Config:
    """Settings that look at everything and listen for no words."""
    loaded = Config.load()
    return msgspec.structs.replace(
        loaded,
        asr=msgspec.structs.replace(loaded.asr, engine="off"),
        media=LIMITS,
        burned_in=msgspec.structs.replace(loaded.burned_in, cache=False),
    )


def write_old_report(folder: Path) -> None:
    """``bo.srt``, ``zh.srt`` and the report on them, ``old.json``."""
    import bilingual

    folder.mkdir(parents=True, exist_ok=True)
    for side, column in (("zh", 0), ("bo", 1)):
        cues = (
            f"{n + 1}\n00:00:0{n},100 --> 00:00:0{n},900\n{words[column]}\n"
            for n, words in enumerate(CUES)
        )
        (folder / f"{side}.srt").write_text("\n".join(cues), encoding="utf-8")
    report = bilingual.verify(bo=folder / "bo.srt", zh=folder / "zh.srt", config=quiet())
    assert any(f.severity.value != "info" for f in report.findings)
    (folder / "old.json").write_text(report.to_json(), encoding="utf-8")


class Refused(Exception):  # noqa: N818 - an outcome, not an error of ours
    """A command ended with 2 and a sentence, which is the argument."""


def _command(*arguments: str | Path) -> str:
    """A command line, run in this process; what it printed."""
    from bilingual.cli import run

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = run([str(a) for a in arguments])
    if status == 2:
        raise Refused(err.getvalue())
    return out.getvalue() + err.getvalue()


def _out(folder: Path, name: str) -> Path:
    path = folder / name
    path.unlink(missing_ok=True)
    return path


def functions() -> dict[str, EntryPoint]:
    """What a program calls."""
    import bilingual
    from bilingual.media.audio import read_audio
    from bilingual.media.clips import clips
    from bilingual.media.completeness import check
    from bilingual.media.ffmpeg import extract_subtitle
    from bilingual.media.probe import probe
    from bilingual.media.stills import opening_and_closing, stills
    from bilingual.media.waveform import waveform
    from bilingual.model import Cue
    from bilingual.ocr import cue_pictures, read_burned_in
    from bilingual.render.document import load_report
    from bilingual.render.html.pagemedia import media_for_page
    from bilingual.render.notebook.sound import listen

    config = quiet()
    spans = ((0, 900), (2000, 20_000), (3_599_000, 3_600_000))
    cues = tuple(Cue(index=i, start_ms=a, end_ms=b, text="字幕") for i, (a, b) in enumerate(spans))

    def checked(path: Path, _: Path) -> object:
        return check(path, probe(path, LIMITS), LIMITS)

    def paged(path: Path, scratch: Path) -> object:
        report = load_report(scratch / "old.json")
        return media_for_page(report, path, config, clips=True)

    def listened(path: Path, scratch: Path) -> object:
        report = bilingual.verify(bo=scratch / "bo.srt", zh=scratch / "zh.srt", config=config)
        with contextlib.suppress(bilingual.BilingualError):
            report = dataclasses.replace(report, media=probe(path, LIMITS))
        return listen(report, path, config=config).html

    return {
        "probe": lambda p, _: probe(p, LIMITS),
        "check": checked,
        "read_audio": lambda p, _: read_audio(p, LIMITS),
        "waveform": lambda p, _: waveform(p, LIMITS),
        "stills": lambda p, _: stills(p, probe(p, LIMITS), LIMITS, (0, 2000, 3_599_000)),
        "opening_and_closing": lambda p, _: opening_and_closing(p, config),
        "clips": lambda p, _: clips(p, probe(p, LIMITS), LIMITS, spans),
        "cue_pictures": lambda p, _: cue_pictures(p, cues, LIMITS),
        "read_burned_in": lambda p, _: read_burned_in(p, probe(p, LIMITS), config, ignored),
        "extract_subtitle": lambda p, _: extract_subtitle(p, 0, "mov_text", LIMITS),
        "load_tracks": lambda p, _: bilingual.load_tracks(p),
        "load_track": lambda p, _: bilingual.load_track(p, language="bo"),
        "transcribe": lambda p, _: bilingual.transcribe(p, config=config),
        "verify": lambda p, _: bilingual.verify(p, config=config),
        "verify-as-track": lambda p, _: bilingual.verify(bo=p, config=config),
        "media_for_page": paged,
        "listen": listened,
    }


def ignored(stage: str, done: float, total: float | None) -> None:
    """Progress that is not shown."""


def commands() -> dict[str, EntryPoint]:
    """What a person types."""
    off = ("--asr", "off")

    def annexed(path: Path, scratch: Path) -> str:
        page = _out(scratch, "annex.html")
        old = json.loads((scratch / "old.json").read_text(encoding="utf-8"))
        # The report names this file, or the command would not open it.
        whole = path.is_file() and not path.is_symlink() and path.stat().st_size < _HASHED
        data = path.read_bytes() if whole else b""
        digest = hashlib.sha256(data).hexdigest()
        named = {"role": "video", "name": "v.mp4", "bytes": len(data), "sha256": digest}
        old["inputs"] = [named, *old["inputs"]]
        (scratch / "named.json").write_text(json.dumps(old), encoding="utf-8")
        said = _command(
            *("annex", scratch / "named.json", "--title", "题", "--party", "人"),
            *("--video", path, "--out", page, "--force"),
        )
        return said + page.read_text(encoding="utf-8")

    def shown(path: Path, scratch: Path) -> str:
        page = _out(scratch, "show.html")
        given = ("--format", "html", "--embed-clips", "--video", path, "--out", page)
        return _command("show", scratch / "old.json", *given) + page.read_text(encoding="utf-8")

    def verified(path: Path, scratch: Path) -> str:
        page = _out(scratch, "verify.html")
        tracks = ("--bo", scratch / "bo.srt", "--zh", scratch / "zh.srt", "--burned-in", "on")
        asked = ("--format", "html", "--embed-clips", "--out", page)
        said = _command("verify", path, *tracks, *off, *asked)
        return said + page.read_text(encoding="utf-8")

    def fixed(path: Path, scratch: Path) -> str:
        return _command("fix", path, "--bo", scratch / "bo.srt", *off, "--out", scratch / "fixed", "--force")  # fmt: skip

    return {
        "bilingual transcribe": lambda p, _: _command("transcribe", p, *off),
        "bilingual ocr": lambda p, _: _command("ocr", p),
        "bilingual fix": fixed,
        "bilingual align": lambda p, s: _command("align", "--bo", p, "--zh", s / "zh.srt"),
        "bilingual verify": verified,
        "bilingual show": shown,
        "bilingual annex": annexed,
    }


def _cells() -> Iterator[str]:
    from bilingual.resources import notebook_file

    book = json.loads(notebook_file("verification.ipynb").read_text(encoding="utf-8"))
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            yield "".join(cell["source"])


def notebook() -> dict[str, EntryPoint]:
    """The reviewer's notebook, cell by cell, in this process (a kernel has sockets of its own)."""

    def run(path: Path, scratch: Path) -> object:
        space: dict[str, Any] = {}
        given = {"video": str(path), "bo": str(scratch / "bo.srt"), "asr": "off"}
        shown = []
        for number, cell in enumerate(_cells()):
            exec(cell, space)  # our own notebook's cells
            if number == 0:
                space.update(given)
            if cell.startswith("listen("):
                shown.append(eval(cell, space).html)
        return shown

    return {"notebook": run}


def entry_points() -> dict[str, EntryPoint]:
    """All of them."""
    return functions() | commands() | notebook()
