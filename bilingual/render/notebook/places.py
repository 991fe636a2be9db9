"""Texts of a work as a notebook quotes them, and settings of its report."""

from __future__ import annotations

from collections.abc import Sequence

from bilingual.errors import InputError
from bilingual.model import Language, Report

_QUOTED = 3
"""Cues whose texts are shown; of more, an ellipsis stands for the rest."""


def setting(report: Report, section: str, name: str) -> float:
    """A number among the settings that the report was made with.

    :raises InputError: ``report-invalid``: the report has none of that name.
    """
    place = f"$.provenance.config.{section}.{name}"
    values = report.provenance.config.get(section)
    value = values.get(name) if isinstance(values, dict) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputError("report-invalid", detail=f"Expected `float` - at `{place}`")
    return float(value)


def texts(report: Report, side: Language, indices: Sequence[int]) -> list[str]:
    """The plain texts of some cues; of many, the first three and an ellipsis."""
    track = report.track(side)
    if track is None:
        return []
    found = [track.cues[i].shown for i in indices[:_QUOTED]]
    return [*found, "…"] if len(indices) > _QUOTED else found
