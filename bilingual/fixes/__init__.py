"""Fixes of subtitle files: what a report suggests, made in new files or shown."""

from bilingual.fixes.model import (
    CueInsert,
    Fix,
    Fixed,
    FixedTrack,
    HeldFix,
    Left,
    Refused,
    TextEdit,
    TimeEdit,
)
from bilingual.fixes.rounds import fix_tracks

__all__ = [
    "CueInsert",
    "Fix",
    "Fixed",
    "FixedTrack",
    "HeldFix",
    "Left",
    "Refused",
    "TextEdit",
    "TimeEdit",
    "fix_tracks",
]
