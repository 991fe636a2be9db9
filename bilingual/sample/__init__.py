"""Sample submissions: a sound one, a faulty one, one narrated in Tibetan.

The film is made anew on each call from stills, a recording and a script that
come with the package, so that nothing of 100 MB has to be kept.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from os import PathLike
from pathlib import Path
from typing import Any, Final

from bilingual.files import scratch_folder, unwritable
from bilingual.model import Track
from bilingual.sample.faults import Planted, plant
from bilingual.sample.script import HOLD_MS, Script, script
from bilingual.sample.video import make_video, with_reversed_sound

__all__ = ["SampleFiles", "write_sample"]

STAGE: Final = "sample"

_STAND_IN: Final = (
    "The narration is a stand-in, not Tibetan: the Mandarin recording played backwards. "
    "No recogniser can read it, as none here can read spoken Tibetan."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFiles:
    """The three folders; each holds a video, its tracks, a note and ``planted.json``."""

    sound: Path
    faulty: Path
    tibetan_narration: Path


def write_sample(
    folder: str | PathLike[str],
    *,
    progress: Callable[[str, float, float | None], object] | None = None,
) -> SampleFiles:
    """Write the sample submissions into a folder, which is made if need be.

    It takes about half a minute and 350 MB of disk. Everything is made in a folder of
    its own within and put in place at the end; files of an earlier sample are replaced,
    and stay where it is stopped or goes wrong.

    :param progress: called with the stage ``sample`` and steps done of all.
    :raises InputError: the folder cannot be written.
    :raises MediaError: ffmpeg failed.
    """
    root = Path(folder).absolute()  # ffmpeg runs in a folder of its own
    files = SampleFiles(
        sound=root / "sound",
        faulty=root / "faulty",
        tibetan_narration=root / "tibetan-narration",
    )
    try:
        root.mkdir(parents=True, exist_ok=True)
        with scratch_folder("sample", within=root) as draft:
            steps = _steps(SampleFiles(**{role: draft / p.name for role, p in _places(files)}))
            for number, step in enumerate(steps):
                if progress is not None:
                    progress(STAGE, number, len(steps))
                step()
            for _, place in _places(files):
                _put(draft / place.name, place)
    except (OSError, ValueError) as error:
        raise unwritable(root, error) from error
    if progress is not None:
        progress(STAGE, len(steps), len(steps))
    return files


def _places(files: SampleFiles) -> list[tuple[str, Path]]:
    return [(role.name, getattr(files, role.name)) for role in fields(files)]


def _put(made: Path, place: Path) -> None:
    """Put the files of one folder into another, in place of those with their names."""
    place.mkdir(exist_ok=True)
    for path in sorted(made.iterdir()):
        path.replace(place / path.name)


def _steps(files: SampleFiles) -> list[Callable[[], None]]:
    words = script()
    bo, zh = words.track("bo"), words.track("zh")
    faulty, planted = plant(bo, zh)

    def film() -> None:
        for path in (files.sound, files.faulty, files.tibetan_narration):
            path.mkdir()
        make_video(files.sound / "video.mp4", words)

    def backwards() -> None:
        _share(files.sound / "video.mp4", files.faulty / "video.mp4")
        with_reversed_sound(files.sound / "video.mp4", files.tibetan_narration / "video.mp4")

    def texts() -> None:
        _write_tracks(files.sound, {"bo.srt": bo.to_srt(), "zh.srt": zh.to_srt()})
        _write_planted(files.sound, (), "Mandarin, synthesised")
        _write_tracks(files.faulty, {"bo.srt": faulty.to_srt(), "zh.srt": zh.to_srt()})
        _write_planted(files.faulty, planted, "Mandarin, synthesised")
        backward = _mirrored(zh, words).to_vtt()
        _write_tracks(files.tibetan_narration, {"zh.vtt": backward})
        _write_planted(files.tibetan_narration, (), _STAND_IN)

    return [film, backwards, texts]


def _mirrored(track: Track, words: Script) -> Track:
    """The track's texts, in order, on the times that fit the reversed sound."""
    total = words.duration_ms
    spans = sorted((total - s.span.end_ms, total - s.span.start_ms) for s in words.sentences)
    return replace(
        track,
        cues=tuple(
            replace(cue, start_ms=start, end_ms=end + HOLD_MS)
            for cue, (start, end) in zip(track.cues, spans, strict=True)
        ),
    )


def _share(source: Path, target: Path) -> None:
    """The same film in a second folder, without its bytes twice where possible."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _write_tracks(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _write_planted(folder: Path, faults: Iterable[Planted], narration: str) -> None:
    planted: dict[str, Any] = {
        "schema": "bilingual.planted/1",
        "narration": narration,
        "faults": [fault.to_dict() for fault in faults],
    }
    text = json.dumps(planted, ensure_ascii=False, indent=2)
    (folder / "planted.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    note = Path(__file__).with_name("NOTE.md").read_text("utf-8")
    (folder / "NOTE.md").write_text(note, encoding="utf-8", newline="\n")
