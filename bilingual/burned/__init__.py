"""Subtitles that are part of the picture: found, timed and read."""

from __future__ import annotations

from bilingual.burned.read import BurnedInText, read_burned_in, rows_in

__all__ = ["BurnedInText", "read_burned_in", "rows_in"]
