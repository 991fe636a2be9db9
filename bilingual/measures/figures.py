"""How a figure is made: its value from its parts, rounded here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping

from bilingual.model import ClockMap, Measure
from bilingual.model.codec import DIGITS


def ratio(name: str, part: int, whole: int, excluded: Mapping[str, int] | None = None) -> Measure:
    """A share of a whole, or errors over a length; no value where the whole is 0.

    :param excluded: how much was left out of both, by reason.
    """
    return Measure(
        id=name,
        value=rounded(part / whole) if whole else None,
        unit="ratio",
        numerator=part,
        denominator=whole,
        excluded=dict(excluded or {}),
    )


def unknown(name: str, excluded: Mapping[str, int] | None = None) -> Measure:
    """A ratio that could not be taken."""
    return Measure(id=name, value=None, unit="ratio", excluded=dict(excluded or {}))


def clock_figures(
    prefix: str, clock: ClockMap | None, count: int | None
) -> tuple[Measure, Measure]:
    """The offset and the rate between two clocks; no values where they are not known.

    :param prefix: of the two ids, such as ``timing.``, :param count: the pairs of times
        that they rest on.
    """
    offset = None if clock is None else round(clock.offset_ms)
    rate = None if clock is None else rounded(clock.rate)
    return (
        Measure(id=f"{prefix}offset_ms", value=offset, unit="ms", denominator=count),
        Measure(id=f"{prefix}rate", value=rate, unit="ratio", denominator=count),
    )


def rounded(value: float) -> float:
    """To as many digits as a saved report keeps, so that both have the same figure."""
    return round(value, DIGITS)
