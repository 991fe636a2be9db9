"""How seldom a sound translation leaves a number without a counterpart.

Minus the natural log of the share of such numbers that are left over, counted on
FLORES-200 dev (997 pairs, CC BY-SA 4.0) and smoothed by hand where fewer than
twenty were seen. A class is a shape, which the readers give by the words around
the number, and a size.
"""

from __future__ import annotations

from typing import Final

from bilingual.model import Language
from bilingual.text.numbers.model import Quantity

_BO: Final = {
    "digits": 4.0,
    "digits:1": 3.5,
    "digits:date": 4.5,
    "glued": 1.4,
    "composite": 3.5,
    "scaled": 3.0,
    "ordinal:1": 1.5,
    "ordinal:2": 2.6,
    "ordinal:3": 2.6,
    "ordinal": 2.8,
    "unit-measured:2": 1.4,
    "unit-measured": 2.2,
    "unit:2": 0.8,
    "unit:3": 1.6,
    "unit": 1.9,
    "ten": 1.6,
    "one": 1.0,
    "first": 1.2,
    "half": 1.0,
    "scale": 0.5,
    "short": 0.5,
    "vague": 0.7,
    "weekday": 0.7,
    "word": 0.2,
}
_ZH: Final = {
    "digits": 4.0,
    "digits:1": 3.5,
    "digits:date": 3.7,
    "glued": 3.0,
    "composite": 3.0,
    "scaled": 2.7,
    "percent": 3.0,
    "ordinal:1": 1.6,
    "ordinal:2": 1.9,
    "ordinal": 1.9,
    "unit-counted:2": 2.0,
    "unit-counted": 2.3,
    "unit-measured": 2.2,
    "unit:2": 0.5,
    "unit:3": 1.2,
    "unit": 0.7,
    "one": 0.4,
    "half": 0.8,
    "scale": 0.6,
    "vague": 0.6,
    "positional": 0.7,
    "weekday": 0.9,
    "word": 0.2,
}
_UNKNOWN: Final = 1.0


def bucket(q: Quantity, side: Language) -> str:
    """The class that a quantity is counted in, such as ``bo:unit:2``."""
    if q.kind.startswith("date") and q.shape == "digits":
        return f"{side}:digits:date"
    small = q.value in (1, 2, 3)
    return f"{side}:{q.shape}:{int(q.value)}" if small else f"{side}:{q.shape}"


def rarity(q: Quantity, side: Language) -> float:
    """How seldom, in nats, a sound pair leaves this number over on that side."""
    table = _BO if side == "bo" else _ZH
    key = bucket(q, side)[3:]
    return table.get(key, table.get(q.shape, _UNKNOWN))
