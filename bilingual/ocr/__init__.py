"""Subtitles that are part of the picture: found, timed and read."""

from __future__ import annotations

from bilingual.ocr.choosing import Moment
from bilingual.ocr.opening import read_opening
from bilingual.ocr.pictures import cue_pictures
from bilingual.ocr.recognise import BurnedInText, read_burned_in, rows_in, unavailable
from bilingual.ocr.sample import read_sample

__all__ = [
    "BurnedInText",
    "Moment",
    "cue_pictures",
    "read_burned_in",
    "read_opening",
    "read_sample",
    "rows_in",
    "unavailable",
]
