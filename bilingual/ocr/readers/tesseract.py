"""Tibetan, read by tesseract's ``bod`` model through tesserocr, in a process of its own."""

from __future__ import annotations

import importlib.util
import json
import re
import struct
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bilingual.budget import carried, threads
from bilingual.config import BurnedIn
from bilingual.installing import install_command
from bilingual.media.process import Bounds, Process
from bilingual.model import Reason
from bilingual.ocr.base import ReaderKind, Reading, vote
from bilingual.ocr.engine import EXTRA
from bilingual.ocr.strokes import letters, printed
from bilingual.resources import models_folder
from bilingual.text.spelling import is_possible

if TYPE_CHECKING:
    from bilingual.ocr.frames import Luma

_WORKER: Final = Path(__file__).with_name("_tesseract_worker.py")
_PACKAGE: Final = "tesserocr"
_GROUNDS: Final = (0.1, 0.75)
# Which views of a row are read in which heights (pixels): the mean in a few; what is not
# clear from these in the others as well, and its darkest view.
_ROUNDS: Final = (
    (slice(0, 1), (36, 44, 64)),
    (slice(0, 1), (28, 52, 90)),
    (slice(1, 2), (28, 36, 44, 52, 64, 90)),
)
_FIRST_HEIGHT: Final = 44
_CLEAR: Final = 0.75
_AGREE: Final = 0.6
_TIMEOUT_S: Final = 600.0
_SERIOUS: Final = 0.6
_DOUBT: Final = 0.6
_SYLLABLE: Final = re.compile("[\u0f40-\u0fbc]+")


class _Running:
    """The processes at work; ended together, and none of them is followed by another."""

    def __init__(self) -> None:
        self.ended = False
        self._lock = threading.Lock()
        self._processes: set[Process] = set()

    def add(self, process: Process) -> None:
        """One that has been started."""
        with self._lock:
            self._processes.add(process)
            if self.ended:
                process.end()

    def remove(self, process: Process) -> None:
        """One that is through."""
        with self._lock:
            self._processes.discard(process)

    def end(self) -> None:
        """Kill all of them, from any thread."""
        with self._lock:
            self.ended = True
            for process in self._processes:
                process.end()


class _Tesseract:
    def __init__(self, settings: BurnedIn) -> None:
        self._processes = threads(settings.threads)

    def read(self, rows: Sequence[Sequence[Luma]]) -> list[Reading]:
        found: list[list[Reading]] = [[] for _ in rows]
        open_rows = list(range(len(rows)))
        for views, heights in _ROUNDS:
            pictures = [(n, p) for n in open_rows for p in _pictures(rows[n][views], heights)]
            for (number, _), reading in zip(pictures, self._all(pictures), strict=True):
                found[number].append(reading)
            open_rows = [n for n in open_rows if not _settled(found[n])]
        return [vote(_weighed(readings)) for readings in found]

    def glance(self, rows: Sequence[Sequence[Luma]]) -> list[Reading]:
        """One reading of each row, from the picture of it that is read best most often."""
        pictures = [
            (n, printed(soft, _FIRST_HEIGHT))
            for n, views in enumerate(rows)
            for view in views[:1]
            if (soft := letters(view, _GROUNDS[0])) is not None
        ]
        result = [Reading() for _ in rows]
        for (number, _), reading in zip(pictures, self._all(pictures), strict=True):
            result[number] = reading
        return result

    def _all(self, pictures: Sequence[tuple[int, Luma]]) -> list[Reading]:
        """A reading for each picture, several processes at a time."""
        shares = [pictures[n :: self._processes] for n in range(self._processes)]
        result = [Reading()] * len(pictures)
        running = _Running()
        read = carried(partial(_read_all, running=running))
        with ThreadPoolExecutor(self._processes) as pool:
            try:
                for n, readings in enumerate(pool.map(read, shares)):
                    result[n :: self._processes] = readings
            finally:  # on an interrupt: the pool waits for its threads, and they for these
                running.end()
        return result


def _settled(readings: Sequence[Reading]) -> bool:
    """Whether more pictures of a row would hardly change how it is read."""
    found = vote(_weighed(readings))
    same = sum(reading.text == found.text for reading in readings)
    return (
        found.confidence >= _CLEAR
        and same >= _AGREE * len(readings)
        and not _impossible(found.text)
    )


def _weighed(readings: Sequence[Reading]) -> list[Reading]:
    """Readings, those doubted that have more syllables which cannot be than another has.

    Where all have as many, as with a foreign name, none is doubted. This chooses
    among what was read; it changes no letter.
    """
    serious = [r for r in readings if r.text and r.confidence >= _SERIOUS]
    least = min((_impossible(r.text) for r in serious), default=0)
    return [
        replace(r, confidence=r.confidence * _DOUBT ** max(0, _impossible(r.text) - least))
        for r in readings
    ]


def _impossible(text: str) -> int:
    return sum(not is_possible(s) for s in _SYLLABLE.findall(text))


def _pictures(views: Sequence[Luma], heights: Sequence[int]) -> Iterator[Luma]:
    for view in views:
        for ground in _GROUNDS:
            soft = letters(view, ground)
            if soft is not None:
                for height in heights:
                    yield printed(soft, height)


def _read_all(share: Sequence[tuple[int, Luma]], *, running: _Running) -> list[Reading]:
    """A reading for each picture; an empty one where tesseract died of it."""
    readings: list[Reading] = []
    while len(readings) < len(share) and not running.ended:
        readings += _run((picture for _, picture in share[len(readings) :]), running)
        if len(readings) < len(share):
            readings.append(Reading())
    return readings


def _run(pictures: Iterable[Luma], running: _Running) -> list[Reading]:
    """Readings up to the end, or to the picture that ended the process."""

    def sent() -> Iterator[bytes]:
        for picture in pictures:
            yield struct.pack("<II", picture.shape[1], picture.shape[0]) + picture.tobytes()

    command = [sys.executable, "-I", str(_WORKER), str(_tessdata()), "bod"]
    bounds = Bounds(timeout_s=_TIMEOUT_S, file_bytes=0)
    with Process(command, bounds=bounds, stdin=sent()) as process:
        running.add(process)
        try:
            output = b"".join(process.blocks())
            process.finish()
        finally:
            running.remove(process)
    readings = []
    for line in output.splitlines():
        text, confidence = json.loads(line)
        readings.append(Reading(text=_tidied(text), confidence=max(0, confidence) / 100))
    return readings


def _tidied(text: str) -> str:
    """One spelling of what looks the same: spaces beside a tsheg are the reader's own."""
    text = " ".join(text.split())
    for mark in "་།":
        text = text.replace(f" {mark}", mark)
    # Specks beside the row are read as marks that no Tibetan line begins or ends with.
    return text.replace("་ ", "་").strip(" .,'`|·-_")


def _tessdata() -> Path:
    return models_folder() / "tesseract-bod"


def _missing(settings: BurnedIn) -> Reason | None:
    if importlib.util.find_spec(_PACKAGE):
        return None
    command = install_command(EXTRA)
    return Reason(code="ocr-tibetan-missing", params={"command": command})


READER: Final = ReaderKind(
    name="tesseract",
    language="bo",
    rank=10,
    trusted=0.6,
    missing=_missing,
    load=_Tesseract,
    fingerprint=lambda settings: f"{_PACKAGE} {version(_PACKAGE)}",
)
