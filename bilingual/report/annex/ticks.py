"""What a reader of Tibetan said of a report, as the annex takes it up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FindingState = Literal["open", "confirmed", "dismissed"]
CueState = Literal["confirmed-correct", "wrong", "unsure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingTick:
    """What the reader said of a finding: it is right, it is not, or nothing yet."""

    state: FindingState = "open"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CueTick:
    """What the reader said of the cues of one pair, by 0-based index."""

    bo: tuple[int, ...]
    zh: tuple[int, ...]
    state: CueState
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticks:
    """A saved review. ``sha256`` is of its file; ``findings`` goes by finding id."""

    sha256: str
    reviewer: str
    findings: Mapping[str, FindingTick] = field(default_factory=dict)
    cues: tuple[CueTick, ...] = ()
