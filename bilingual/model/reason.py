"""Why something is absent, or why it cannot be judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A stable code (kebab-case) and what a sentence about it needs.

    The sentences are in the ``reasons`` tables of ``bilingual.locale``; ``params``
    hold JSON values only.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
