"""Mending subtitle files: what a report suggests, made in new files or shown."""

from bilingual.fixing.model import Fix, Fixed, FixedTrack, HeldFix, TextEdit, TimeEdit
from bilingual.fixing.rounds import fix_tracks

__all__ = ["Fix", "Fixed", "FixedTrack", "HeldFix", "TextEdit", "TimeEdit", "fix_tracks"]
