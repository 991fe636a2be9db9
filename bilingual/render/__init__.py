"""Renderings of the one report: JSON, text. None of them computes anything."""
