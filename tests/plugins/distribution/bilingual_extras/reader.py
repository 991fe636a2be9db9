"""A reader of Chinese that knows what every row says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bilingual.config import BurnedIn
from bilingual.ocr.base import ReaderKind, Reading


class _Oracle:
    def read(self, rows: Sequence[Sequence[Any]]) -> list[Reading]:
        return [Reading(text="神谕说太阳升起", confidence=1.0) for _ in rows]


def _load(settings: BurnedIn) -> _Oracle:
    return _Oracle()


READER = ReaderKind(
    name="oracle",
    language="zh",
    rank=-1,  # before ours
    trusted=0.5,
    missing=lambda settings: None,
    load=_load,
    fingerprint=lambda settings: "oracle 1",
)
