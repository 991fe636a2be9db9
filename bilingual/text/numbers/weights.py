"""How seldom a sound translation leaves a number without a counterpart."""

from __future__ import annotations
from bilingual.model import Language
from bilingual.text.numbers.model import Quantity

RARITY: dict[str, float] = {}


def bucket(q: Quantity, side: Language) -> str:
    """The class of numbers that a quantity is counted in."""
    v = q.value
    if q.shape == "ordinal" or q.shape.startswith("unit"):
        size = "2" if v == 2 else "3" if v == 3 else "4+" if v < 10 else "10+"
        if v == 1:
            size = "1"
    elif q.shape in ("digits", "scaled"):
        size = "1" if v == 1 else "<10" if v < 10 else "<100" if v < 100 else "100+"
        if q.kind.startswith("date"):
            size = "date"
    else:
        size = ""
    return f"{side}:{q.shape}:{size}"


def rarity(q: Quantity, side: Language) -> float:
    return RARITY.get(bucket(q, side), 2.0)
