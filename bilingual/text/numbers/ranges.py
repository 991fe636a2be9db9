"""What the two ends of a range lend each other: 200-300 万, ས་ཡ་གཉིས་ནས་གསུམ."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Final

from bilingual.text.numbers.model import Quantity

_HUNDRED: Final = 100
_SCALES: Final = (10**12, 10**9, 10**8, 10**7, 10**6, 10**5, 10**4, 10**3, 100)


def spread(
    found: list[Quantity],
    text: str,
    up_to: re.Pattern[str],
    thousands: Mapping[str, str] | None = None,
) -> list[Quantity]:
    """Give each end of a range the scale, the percent and the unit of the other.

    A scale is only lent as another value that the number may have, since 3 至
    5 万 may well be what it says.

    :param thousands: ends of a number whose scale may also begin its unit, and the unit
        that a number of hundreds or thousands is then given: 三千到六千米.
    """
    out = list(found)
    for i, (a, b) in enumerate(pairwise(found)):
        if not up_to.fullmatch(text[a.end : b.start]):
            continue
        out[i] = _lend(out[i], _smaller(b, text, thousands) if a.value >= _HUNDRED else b)
        out[i + 1] = _lend(out[i + 1], a)
    return out


def _smaller(q: Quantity, text: str, thousands: Mapping[str, str] | None) -> Quantity:
    """The number with the unit that a range in thousands would count."""
    for ending, unit in (thousands or {}).items():
        if q.spelled and text.endswith(ending, q.start, q.end):
            return replace(q, unit=unit)
    return q


def _lend(to: Quantity, of: Quantity) -> Quantity:
    if to.kind == "cardinal" and of.kind == "percent" and to.value > 1:
        to = replace(to, kind="percent", value=to.value / 100, alternatives=(to.value,))
    elif to.kind == "cardinal" and of.kind == "cardinal":
        if of.unit is not None and to.unit is None:
            to = replace(to, unit=of.unit)
        scale = _scale(of)
        if scale is not None and to.value < 1000 and to.value < of.value:
            to = replace(to, alternatives=(*to.alternatives, to.value * scale))
    return to


def _scale(q: Quantity) -> Fraction | None:
    if q.shape not in ("composite", "scaled"):
        return None
    for scale in _SCALES:
        if q.value >= scale and (q.value / scale).denominator in (1, 2, 5, 10):
            return Fraction(scale)
    return None
