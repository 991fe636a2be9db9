"""Chinese, read by RapidOCR with the PP-OCR models in its own wheel."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from bilingual.budget import carried, threads
from bilingual.config import BurnedIn
from bilingual.installing import install_command
from bilingual.model import Reason
from bilingual.ocr.base import ReaderKind, Reading, vote
from bilingual.ocr.engine import EXTRA, PACKAGE, Engine, installed, running

if TYPE_CHECKING:
    from bilingual.ocr.frames import Luma

_VIEWS: Final = 3
_SPECKS: Final = re.compile(r"^[．.·•`'](?=\w)|(?<=\w|[。！？])[·•`']$")
_CERTAIN: Final = 0.98
_WORTH_A_WORKER: Final = 100


class _Rapid:
    def __init__(self, settings: BurnedIn) -> None:
        self._rows_at_once = threads(settings.threads)

    def read(self, rows: Sequence[Sequence[Luma]]) -> list[Reading]:
        # One more takes as long to start as it takes to read so many rows.
        at_once = min(self._rows_at_once, 1 + len(rows) // _WORTH_A_WORKER)
        with running(self._rows_at_once) as engine, ThreadPoolExecutor(at_once) as pool:
            return list(pool.map(carried(partial(_row, engine)), rows))


def _row(engine: Engine, views: Sequence[Luma]) -> Reading:
    readings = []
    for view in views[:_VIEWS]:
        text, score = engine.text(view)
        # Specks beside the row are read as dots that no subtitle begins with.
        text = _SPECKS.sub("", text.strip())
        if text or score:
            readings.append(Reading(text=text, confidence=score))
            if score >= _CERTAIN:
                break
    return vote(readings)


def _missing(settings: BurnedIn) -> Reason | None:
    if installed():
        return None
    command = install_command(EXTRA)
    return Reason(code="ocr-missing", params={"command": command})


READER: Final = ReaderKind(
    name="rapidocr",
    language="zh",
    rank=0,
    trusted=0.97,
    missing=_missing,
    load=_Rapid,
    fingerprint=lambda settings: f"{PACKAGE} {version(PACKAGE)}",
)
