"""Fixes of subtitle files: what a report suggests, made in new files or shown."""

from bilingual.fixes.model import Fix, Fixed, FixedTrack, HeldFix, TextEdit, TimeEdit
from bilingual.fixes.rounds import fix_tracks

__all__ = ["Fix", "Fixed", "FixedTrack", "HeldFix", "TextEdit", "TimeEdit", "fix_tracks"]
