"""Chinese, read by RapidOCR with the PP-OCR models in its own wheel."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from bilingual.budget import carried, current
from bilingual.config import BurnedIn
from bilingual.model import Reason
from bilingual.ocr.base import ReaderKind, Reading, vote
from bilingual.ocr.detecting import EXTRA, PACKAGE, installed, rapid

if TYPE_CHECKING:
    from bilingual.ocr.frames import Luma

_VIEWS: Final = 3
_SPECKS: Final = re.compile(r"^[．.·•`'](?=\w)|(?<=\w|[。！？])[·•`']$")
_CERTAIN: Final = 0.98


class _Rapid:
    def __init__(self, settings: BurnedIn) -> None:
        self._engine = rapid()
        self._rows_at_once = settings.threads

    def read(self, rows: Sequence[Sequence[Luma]]) -> list[Reading]:
        if not rows:
            return []
        first = self._row(rows[0])  # which loads the model
        with ThreadPoolExecutor(self._rows_at_once) as pool:
            return [first, *pool.map(carried(self._row), rows[1:])]

    def _row(self, views: Sequence[Luma]) -> Reading:
        import cv2

        current().check()
        readings = []
        for view in views[:_VIEWS]:
            found = self._engine(
                cv2.cvtColor(view, cv2.COLOR_GRAY2BGR), use_det=False, use_cls=False, use_rec=True
            )
            if found.txts:
                text, score = found.txts[0], float(found.scores[0])
                # Specks beside the row are read as dots that no subtitle begins with.
                text = _SPECKS.sub("", text.strip())
                readings.append(Reading(text=text, confidence=score))
                if score >= _CERTAIN:
                    break
        return vote(readings)


def _missing(settings: BurnedIn) -> Reason | None:
    if installed():
        return None
    command = f"pip install 'bilingual-subtitles[{EXTRA}]'"
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
