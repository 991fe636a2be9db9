"""Example tracks that rules about the layout and the Tibetan of a cue share."""

from __future__ import annotations

from typing import Final

from bilingual.checks.base import Example

CHINESE: Final = ((0, 2000, "太阳是一颗恒星。"), (2500, 4500, "地球是一颗行星。"))
TIBETAN: Final = (
    (0, 2000, "ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།"),
    (2500, 4500, "སའི་གོ་ལ་ནི་གཡོ་སྐར་ཞིག་ཡིན།"),
)
CORRECT: Final = Example(bo=TIBETAN, zh=CHINESE)
"""Two pairs of cues without a fault."""


def with_tibetan(text: str, end_ms: int = 2000) -> Example:
    """The same with another first Tibetan cue."""
    return Example(bo=((0, end_ms, text), TIBETAN[1]), zh=CHINESE)
